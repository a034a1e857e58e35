-- Whether an operator stopped a plugin. One without a row was never switched, and runs.
CREATE TABLE plugin_switches (
  plugin TEXT PRIMARY KEY,
  stopped BIGINT NOT NULL,
  reason TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at_ms BIGINT NOT NULL
);
