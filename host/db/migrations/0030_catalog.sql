-- Financing products, their dated terms, which of them an org quotes, and how fresh they are.

CREATE TABLE products (
  id TEXT NOT NULL PRIMARY KEY,
  org_id TEXT NOT NULL,
  connection_id TEXT,
  environment TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('integrated', 'configured')),
  lender TEXT NOT NULL,
  plugin_id TEXT NOT NULL,
  lender_product_id TEXT NOT NULL,
  supersedes TEXT,
  status TEXT NOT NULL CHECK (status IN ('draft', 'needs_configuration', 'uat', 'live', 'retired')),
  integration_status TEXT NOT NULL CHECK (integration_status IN ('none', 'in_progress', 'integrated')),
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  held_back TEXT,
  created_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  CHECK ((connection_id IS NULL) = (origin = 'configured'))
);
CREATE INDEX products_by_org ON products (org_id, id);
CREATE UNIQUE INDEX products_by_connection ON products (connection_id, lender_product_id)
  WHERE connection_id IS NOT NULL;

CREATE TABLE product_versions (
  product_id TEXT NOT NULL REFERENCES products (id),
  org_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  terms TEXT NOT NULL,
  made_at_ms BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (product_id, version)
);

CREATE TABLE product_selections (
  org_id TEXT NOT NULL,
  product_id TEXT NOT NULL REFERENCES products (id),
  selected BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (org_id, product_id)
);

-- The org chose once: products that come later wait for an admin.
CREATE TABLE catalog_narrowed (
  org_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  PRIMARY KEY (org_id, environment)
);

CREATE TABLE catalog_syncs (
  connection_id TEXT NOT NULL PRIMARY KEY,
  org_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  version BIGINT NOT NULL,
  tried_at_ms BIGINT NOT NULL,
  fetched_at_ms BIGINT,
  stale BIGINT NOT NULL,
  problem TEXT
);
CREATE INDEX catalog_syncs_by_org ON catalog_syncs (org_id);

CREATE TABLE products_held_back (
  connection_id TEXT NOT NULL,
  lender_product_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at_ms BIGINT NOT NULL,
  PRIMARY KEY (connection_id, lender_product_id)
);
CREATE INDEX products_held_back_by_org ON products_held_back (org_id);
