-- What is told of things that have an environment. It is the one of the key that made the endpoint.
ALTER TABLE webhook_endpoints ADD COLUMN environment TEXT NOT NULL DEFAULT 'sandbox';
