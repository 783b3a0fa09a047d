-- Deploy cerberus:exports to pg
-- requires: audit policies
--
-- Exports in the audit log: who took which rows, by which filter, and why.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.audit_log
	DROP CONSTRAINT audit_log_action_check,
	ADD CONSTRAINT audit_log_action_check CHECK (action IN ('insert',
	    'update', 'delete', 'import', 'merge', 'erase', 'export'));

-- Record an export of the table's rows in the caller's name.
CREATE FUNCTION cerberus.export_record(p_table text, p_details jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF caller_id() IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	PERFORM audit_add('export', p_table, NULL, NULL, p_details);
END
$$;
REVOKE ALL ON FUNCTION cerberus.export_record(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cerberus.export_record(text, jsonb) TO cerberus_app;

COMMIT;
