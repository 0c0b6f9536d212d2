-- The log of a subscription's deliveries, newest first, and those of them that failed, which can be sent again.
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (workspace_id, subscription_id, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (workspace_id, subscription_id, id) WHERE state = 'failed';
