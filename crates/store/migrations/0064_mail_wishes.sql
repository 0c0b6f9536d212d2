-- What teammates get notifications of by mail: of conversations that are assigned to them, of mentions, of what customers
-- say in conversations that are theirs, and of everything else.
ALTER TABLE mailed_admins ADD COLUMN assigned BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE mailed_admins ADD COLUMN mentioned BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE mailed_admins ADD COLUMN replied BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE mailed_admins ADD COLUMN other BOOLEAN NOT NULL DEFAULT true;
