-- Links by which people who called write instead.

-- link: the SHA-256 of the link's secret, in hexadecimal digits. phone: in E.164. custom_attributes: a JSON object. used_at: when
-- the conversation was started; null until then.
CREATE TABLE phone_call_redirects (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    link TEXT NOT NULL,
    phone TEXT NOT NULL,
    custom_attributes TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX phone_call_redirects_link ON phone_call_redirects (link);
CREATE INDEX phone_call_redirects_phone ON phone_call_redirects (workspace_id, phone, id);
