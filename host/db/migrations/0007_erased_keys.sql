-- No owner whose key was destroyed is given another: looked up before a key is made.
CREATE INDEX keys_destroyed ON keys (org, owner) WHERE destroyed_at_ms IS NOT NULL;
