-- From where the API may be used, the secrets that prove who a user is, and when a workspace is open.

-- ip_allowlist: addresses and networks, separated by commas, as they were written.
ALTER TABLE workspaces ADD COLUMN ip_allowlist TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN ip_allowlist_enabled BOOLEAN NOT NULL DEFAULT false;

-- secret: the key of the HMAC in a user_hash, in base64url.
-- small
CREATE TABLE secure_mode_secrets (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    supports_android BOOLEAN NOT NULL,
    supports_ios BOOLEAN NOT NULL,
    supports_web BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- time_intervals: a JSON array of pairs of minutes since Monday 00:00 in the time zone. time_zone: an IANA name.
-- small
CREATE TABLE office_hours_schedules (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    time_intervals TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- Days on which a schedule differs. exception_date: YYYY-MM-DD. exception_type: 'closed' or 'custom_hours'.
-- time_intervals: a JSON array of pairs of minutes since midnight.
-- small
CREATE TABLE office_hours_exceptions (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    schedule_id BIGINT NOT NULL,
    exception_date TEXT NOT NULL,
    exception_type TEXT NOT NULL,
    name TEXT,
    time_intervals TEXT NOT NULL,
    recurring_annually BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX office_hours_exceptions_schedule_id_exception_date_key
    ON office_hours_exceptions (workspace_id, schedule_id, exception_date);

-- What team_response_times says, counted in office hours; null as long as every hour was one.
ALTER TABLE conversations ADD COLUMN team_response_times_in_office_hours TEXT;
