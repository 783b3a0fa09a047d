-- Deploy cerberus:import_log to pg
-- requires: import_merge members
--
-- Imports as clients see them.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The policies of imports decide which rows a caller sees.
CREATE VIEW cerberus.import_log WITH (security_invoker = true) AS
SELECT i.import_id, i.campaign_id, i.user_id,
	cerberus.member_name(i.user_id)::varchar(100) AS username,
	i.file_name, i.layout, i.mode, i.dry_run, i.state, i.stage,
	i.bytes_read, i.rows, i.created, i.updated, i.unchanged,
	i.duplicates, i.rejected, encode(i.sha256, 'hex') AS sha256, i.error,
	i.unmapped_columns, i.options, i.started_at, i.finished_at
FROM cerberus.imports i;
GRANT SELECT ON cerberus.import_log TO cerberus_app;

COMMIT;
