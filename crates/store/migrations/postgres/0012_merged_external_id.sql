-- Whom the external id of a contact that was merged away led to: asked whenever nobody has it now.
CREATE INDEX contacts_merged_external_id ON contacts (workspace_id, external_id) WHERE state = 'merged';
