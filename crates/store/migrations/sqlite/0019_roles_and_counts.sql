-- Who may give apps access to the workspace. The first admin of each workspace may: by their role, or as an owner.
ALTER TABLE roles ADD COLUMN can_manage_apps BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE roles SET can_manage_apps = TRUE WHERE EXISTS (SELECT 1 FROM admins a WHERE a.workspace_id = roles.workspace_id AND a.role_id = roles.id
    AND a.id = (SELECT min(f.id) FROM admins f WHERE f.workspace_id = a.workspace_id));
INSERT INTO roles (workspace_id, id, name, can_manage_apps)
    SELECT a.workspace_id, a.id, 'Owner', TRUE FROM admins a WHERE a.role_id IS NULL
    AND a.id = (SELECT min(f.id) FROM admins f WHERE f.workspace_id = a.workspace_id)
    AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.workspace_id = a.workspace_id AND (r.name = 'Owner' OR r.id = a.id));
UPDATE roles SET can_manage_apps = TRUE WHERE name = 'Owner' AND EXISTS (SELECT 1 FROM admins a WHERE a.workspace_id = roles.workspace_id
    AND a.role_id IS NULL AND a.id = (SELECT min(f.id) FROM admins f WHERE f.workspace_id = a.workspace_id));
UPDATE admins SET role_id = (SELECT r.id FROM roles r WHERE r.workspace_id = admins.workspace_id AND r.name = 'Owner') WHERE role_id IS NULL
    AND id = (SELECT min(f.id) FROM admins f WHERE f.workspace_id = admins.workspace_id);

-- A company counts its active contacts; archived and blocked ones were counted as well.
UPDATE companies SET user_count = (SELECT count(*) FROM contact_companies l JOIN contacts c ON c.workspace_id = l.workspace_id
    AND c.id = l.contact_id WHERE l.workspace_id = companies.workspace_id AND l.company_id = companies.id AND c.state = 'active')
    WHERE EXISTS (SELECT 1 FROM contact_companies l JOIN contacts c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id
    WHERE l.workspace_id = companies.workspace_id AND l.company_id = companies.id AND c.state <> 'active');

-- Merged conversations are closed, and lead straight to where they went on.
UPDATE conversations SET state = 'closed', snoozed_until = NULL, waiting_since = NULL WHERE merged_into IS NOT NULL AND state <> 'closed';
