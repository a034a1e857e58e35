-- A lender that stops lending: nothing new, what is open is followed. `successors` holds a line for
-- each connector that takes its place: its id, a tab, its name.
ALTER TABLE plugin_switches ADD COLUMN winding_down BIGINT NOT NULL DEFAULT 0;
ALTER TABLE plugin_switches ADD COLUMN wind_down_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE plugin_switches ADD COLUMN successors TEXT NOT NULL DEFAULT '';
