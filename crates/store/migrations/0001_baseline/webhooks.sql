-- Which topics an app subscribes to, and where they go. topics: separated by spaces. state: 'unverified', 'live',
-- 'refused', 'disabled' or 'suspended'; reason: why it is not live. next_at: when the first of its deliveries is due; null
-- when none is. owner: the process that sends, until owner_until. errors: how many in a row since errors_from.
-- failing_since: the first error after the last success.
-- small
CREATE TABLE webhook_subscriptions (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT NOT NULL,
    url TEXT NOT NULL,
    topics TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    next_at BIGINT,
    owner BIGINT NOT NULL,
    owner_until BIGINT NOT NULL,
    paused_until BIGINT NOT NULL,
    throttled_until BIGINT NOT NULL,
    throttle_seconds BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    errors_from BIGINT NOT NULL,
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_subscriptions_app_id_key ON webhook_subscriptions (workspace_id, app_id);
CREATE INDEX webhook_subscriptions_next_at ON webhook_subscriptions (next_at) WHERE next_at IS NOT NULL;

-- One event for one subscription. item: JSON, in the app's version. state: 'pending', 'sent', 'failed' or 'dropped'.
-- log: JSON, every attempt.
CREATE TABLE webhook_deliveries (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    subscription_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    item TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    first_sent_at BIGINT,
    event_at BIGINT NOT NULL,
    log TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, subscription_id, run_at, id) WHERE state = 'pending';
