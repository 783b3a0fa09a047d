-- Deploy cerberus:import_stage to pg
-- requires: import_stage@v0.1.0 import_notes
--
-- The stage of an import also has the warnings of each row.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Create the empty stage: the line number, why the line is rejected, the line
-- itself, its warnings, and every column of voters that a file can contain.
-- warnings is null or a JSON array of {"column", "value", "message"}.  The
-- merge adds its own warnings to the temporary table import_warning.
CREATE OR REPLACE FUNCTION cerberus.import_stage(p_import_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	campaign bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	SELECT i.campaign_id INTO campaign FROM imports i
	WHERE i.import_id = p_import_id AND i.state = 'running'
	AND i.user_id IS NOT DISTINCT FROM caller_id();
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	PERFORM import_check(campaign);
	PERFORM pg_advisory_xact_lock(import_lock_class(),
	    (p_import_id & 2147483647)::integer);
	EXECUTE (SELECT format('CREATE TEMPORARY TABLE import_stage '
	    'ON COMMIT DROP AS SELECT NULL::bigint AS line, '
	    'NULL::text AS reject_column, NULL::text AS reject_message, '
	    'NULL::text AS raw, NULL::jsonb AS warnings, %s '
	    'FROM voters WITH NO DATA',
	    string_agg(quote_ident(attname), ', ' ORDER BY attnum))
	    FROM pg_attribute
	    WHERE attrelid = 'cerberus.voters'::regclass
	    AND attnum > 0 AND NOT attisdropped
	    AND attname NOT IN ('created_at', 'updated_at'));
	GRANT INSERT ON pg_temp.import_stage TO cerberus_app;
	CREATE TEMPORARY TABLE import_warning (line bigint, column_name text,
	    value text, message text) ON COMMIT DROP;
	GRANT INSERT ON pg_temp.import_warning TO cerberus_app;
END
$$;

COMMIT;
