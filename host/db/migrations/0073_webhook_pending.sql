-- What still waits for an endpoint is counted without reading through its log.
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id)
  WHERE state = 'pending';
