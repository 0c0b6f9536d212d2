-- The log of a subscription's deliveries in one state, newest first. Nearly all are sent: those are found by the whole log.
CREATE INDEX webhook_deliveries_unsent ON webhook_deliveries (workspace_id, subscription_id, state, id) WHERE state <> 'sent';
DROP INDEX webhook_deliveries_failed;
