-- Phone calls.

-- external_id: what the provider of the call calls it. fin_voice_id and source: of a call that was registered for Fin Voice.
-- fin_call_id: the call in which Fin talked before a teammate took over; both have the same conversation. contact_id and
-- phone: null once the contact is deleted. queue_time, hold_time and talk_time: seconds. intent: a JSON array of objects.
-- recording_id: an attachment.
CREATE TABLE calls (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    fin_voice_id BIGINT,
    source TEXT,
    conversation_id BIGINT NOT NULL,
    fin_call_id BIGINT,
    contact_id BIGINT,
    admin_id BIGINT,
    direction TEXT NOT NULL,
    phone TEXT,
    initiated_at BIGINT NOT NULL,
    answered_at BIGINT,
    ended_at BIGINT,
    ended_reason TEXT,
    resolution TEXT,
    queue_time BIGINT,
    hold_time BIGINT,
    talk_time BIGINT,
    summary TEXT,
    intent TEXT NOT NULL,
    has_transcript BOOLEAN NOT NULL,
    recording_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX calls_external_id_key ON calls (workspace_id, external_id);
CREATE UNIQUE INDEX calls_fin_voice_id_key ON calls (workspace_id, fin_voice_id) WHERE fin_voice_id IS NOT NULL;
CREATE INDEX calls_phone ON calls (workspace_id, phone, fin_voice_id) WHERE fin_voice_id IS NOT NULL;
CREATE INDEX calls_conversation_id ON calls (workspace_id, conversation_id, id);
CREATE INDEX calls_contact_id ON calls (workspace_id, contact_id) WHERE contact_id IS NOT NULL;

-- What was said in a call. entries: a JSON array.
CREATE TABLE call_transcripts (
    workspace_id TEXT NOT NULL,
    call_id BIGINT NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (workspace_id, call_id)
) WITHOUT ROWID;
