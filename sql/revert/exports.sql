-- Revert cerberus:exports from pg
BEGIN;

DROP FUNCTION cerberus.export_record(text, jsonb);
-- Entries of exports stay.
ALTER TABLE cerberus.audit_log
	DROP CONSTRAINT audit_log_action_check,
	ADD CONSTRAINT audit_log_action_check CHECK (action IN ('insert',
	    'update', 'delete', 'import', 'merge', 'erase')) NOT VALID;

COMMIT;
