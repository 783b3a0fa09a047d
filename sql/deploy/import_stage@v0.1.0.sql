-- Deploy cerberus:import_stage to pg
-- requires: policies schema_version
--
-- The import of a voter file, up to the point where its rows are in the
-- database: who may import, the row of imports, and the temporary table
-- import_stage.  The caller opens an import, calls import_stage() to create the
-- table, fills it by COPY, and calls import_merge(), all but the first in one
-- transaction.
--
-- Matching has to see every voter, also those of other campaigns, because a
-- registration id is unique in the whole database.  So the functions of an
-- import run as the owner, and check first that the caller is an admin or an
-- editor of the campaign that the voters join.  The stage belongs to the owner:
-- the caller can add rows to it, but no trigger, rule or column.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The first number of the advisory lock of a running import; the import's id is
-- the second.
CREATE FUNCTION cerberus.import_lock_class() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 1128415817 $$;

-- The advisory lock of import_lock().
CREATE FUNCTION cerberus.import_merge_lock() RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT 4846509038923083::bigint $$;

-- Raise an error unless the caller may import into this campaign.  Null is for
-- admins: the voters join no campaign.
CREATE FUNCTION cerberus.import_check(p_campaign_id bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_campaign_id IS NULL THEN
		IF NOT caller_is_admin() THEN
			RAISE EXCEPTION USING ERRCODE = 'CB400',
			    COLUMN = 'campaign_id',
			    MESSAGE = 'campaign_id is required.';
		END IF;
	ELSIF NOT EXISTS (SELECT FROM campaigns
	    WHERE campaign_id = p_campaign_id)
	OR NOT (caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('viewer'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id);
	ELSIF NOT (caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('editor'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
END
$$;

-- Insert the row of a new import.  Run this outside of the import's
-- transaction, so that others can follow its progress.
CREATE FUNCTION cerberus.import_open(p_campaign_id bigint, p_file_name text,
	p_layout text, p_mode text, p_dry_run boolean, p_options jsonb)
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM import_check(p_campaign_id);
	INSERT INTO imports (campaign_id, user_id, file_name, layout, mode,
	    dry_run, stage, options)
	VALUES (p_campaign_id, caller_id(), left(p_file_name, 255), p_layout,
	    p_mode, p_dry_run, 'reading', p_options)
	RETURNING import_id INTO id;
	RETURN id;
END
$$;

-- Mark imports as failed whose program was killed or whose machine went down:
-- they are running, but their transaction no longer holds its lock.
CREATE FUNCTION cerberus.import_reap() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE imports i
	SET state = 'failed', finished_at = now(),
	    error = 'The import was interrupted.'
	WHERE i.state = 'running' AND i.started_at < now() - interval '1 minute'
	AND NOT EXISTS (SELECT FROM pg_locks l
	    WHERE l.locktype = 'advisory' AND l.classid = import_lock_class()
	    AND l.objid = (i.import_id & 2147483647)
	    AND l.database = (SELECT oid FROM pg_database
		WHERE datname = current_database()));
END
$$;

-- Create the empty stage: the line number, why the line is rejected, the line
-- itself, and every column of voters that a file can contain.
CREATE FUNCTION cerberus.import_stage(p_import_id bigint) RETURNS void
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
	    'NULL::text AS raw, %s FROM voters WITH NO DATA',
	    string_agg(quote_ident(attname), ', ' ORDER BY attnum))
	    FROM pg_attribute
	    WHERE attrelid = 'cerberus.voters'::regclass
	    AND attnum > 0 AND NOT attisdropped
	    AND attname NOT IN ('created_at', 'updated_at'));
	GRANT INSERT ON pg_temp.import_stage TO cerberus_app;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.import_open(bigint, text, text, text, boolean, jsonb),
	cerberus.import_reap(), cerberus.import_stage(bigint) TO cerberus_app;

COMMIT;
