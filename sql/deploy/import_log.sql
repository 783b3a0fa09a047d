-- Deploy cerberus:import_log to pg
-- requires: import_log@v0.1.0 import_changes import_votes
--
-- The view of imports that clients read, with the columns that import_notes and
-- import_votes added, and whether the import was undone.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE OR REPLACE VIEW cerberus.import_log WITH (security_invoker = true) AS
SELECT i.import_id, i.campaign_id, i.user_id,
	cerberus.member_name(i.user_id)::varchar(100) AS username,
	i.file_name, i.layout, i.mode, i.dry_run, i.state, i.stage,
	i.bytes_read, i.rows, i.created, i.updated, i.unchanged,
	i.duplicates, i.rejected, encode(i.sha256, 'hex') AS sha256, i.error,
	i.unmapped_columns, i.options, i.started_at, i.finished_at,
	i.warned, i.columns, i.unknown_values, i.registration_state,
	i.undone_at, i.undone_by, i.votes
FROM cerberus.imports i;

COMMIT;
