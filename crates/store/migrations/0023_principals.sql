-- Who acted, and what a webhook subscription falls back to. Numbers 2 to 22 were those of development versions, whose
-- backups name them.

-- actor_type: 'admin', 'contact', 'app' or 'system', which has no actor_id.
ALTER TABLE events ADD COLUMN actor_type TEXT NOT NULL DEFAULT 'system';
UPDATE events SET actor_type = 'admin' WHERE actor_id IS NOT NULL;

ALTER TABLE activity_logs RENAME COLUMN admin_id TO actor_id;
ALTER TABLE activity_logs ADD COLUMN actor_type TEXT NOT NULL DEFAULT 'system';
UPDATE activity_logs SET actor_type = 'admin' WHERE actor_id IS NOT NULL;

-- The endpoint and the topics that a subscription had when it last was live; null unless its new endpoint was not asked
-- yet. They were part of the reason before.
ALTER TABLE webhook_subscriptions ADD COLUMN fallback_url TEXT;
ALTER TABLE webhook_subscriptions ADD COLUMN fallback_topics TEXT;
UPDATE webhook_subscriptions SET
-- sqlite: fallback_url = substr(reason, 10, instr(reason, ' once it answers (topics: ') - 10),
-- sqlite: fallback_topics = substr(reason, instr(reason, ' once it answers (topics: ') + 26,
-- sqlite:     length(reason) - instr(reason, ' once it answers (topics: ') - 26)
-- postgres: fallback_url = substr(reason, 10, strpos(reason, ' once it answers (topics: ') - 10),
-- postgres: fallback_topics = substr(reason, strpos(reason, ' once it answers (topics: ') + 26,
-- postgres:     length(reason) - strpos(reason, ' once it answers (topics: ') - 26)
WHERE state = 'unverified' AND reason LIKE 'replaces % once it answers (topics: %)';
