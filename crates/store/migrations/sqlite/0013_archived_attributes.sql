-- Which values are not shown: asked whenever contacts or companies with custom attributes are.
CREATE INDEX data_attributes_archived ON data_attributes (workspace_id, model, name) WHERE archived;
