-- Deploy cerberus:import_merge to pg
-- requires: import_merge@v0.1.0 import_changes import_match
-- requires: import_indexes interactions_canvass
--
-- The merge keeps the warnings and the collapsed rows of a file, adds tags, and
-- writes voters with the functions of import_changes, which also record who was
-- created and changed.  import_lock() remains as it was.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Is the registration id p_new of a file only a damaged form of p_old, which
-- the voter has: without its leading zeros, or as a spreadsheet's 2.025E+16?
CREATE FUNCTION cerberus.import_id_damaged(p_new text, p_old text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT p_new <> p_old AND (p_new = pg_catalog.ltrim(p_old, '0')
	    OR p_new ~* '^[0-9]+([.,][0-9]*)?e[+]?[0-9]+$')
$$;

-- An SQL expression: the new value of the column c of a known voter v, given
-- the row s of the stage.  mode is that of imports: update, fill or skip.  A
-- registration id and its state stay together.  Tags are added.
CREATE OR REPLACE FUNCTION cerberus.import_value(c text, mode text,
	not_null boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format(CASE
	WHEN c = 'custom_fields' AND mode = 'update'
	    THEN 'coalesce(v.%1$I || s.%1$I, v.%1$I)'
	WHEN c = 'custom_fields' THEN 'coalesce(s.%1$I || v.%1$I, v.%1$I)'
	WHEN c = 'voter_registration_id' AND mode = 'update' THEN
	    'CASE WHEN cerberus.import_id_damaged(s.%1$I, v.%1$I) THEN v.%1$I
	    ELSE coalesce(s.%1$I, v.%1$I) END'
	WHEN c = 'registration_state' AND mode = 'update' THEN
	    'CASE WHEN s.voter_registration_id IS NULL THEN
		CASE WHEN v.voter_registration_id IS NULL
		THEN coalesce(s.%1$I, v.%1$I) ELSE v.%1$I END
	    WHEN s.voter_registration_id = v.voter_registration_id
	    OR cerberus.import_id_damaged(s.voter_registration_id,
		v.voter_registration_id)
		THEN coalesce(s.%1$I, v.%1$I)
	    ELSE s.%1$I END'
	WHEN c = 'registration_state' THEN
	    'CASE WHEN v.voter_registration_id IS NOT NULL THEN v.%1$I
	    WHEN s.voter_registration_id IS NOT NULL THEN s.%1$I
	    ELSE coalesce(v.%1$I, s.%1$I) END'
	WHEN c = 'tags' AND mode = 'update' THEN
	    'CASE WHEN s.%1$I <@ v.%1$I IS NOT FALSE THEN v.%1$I
	    ELSE cerberus.tags_with(v.%1$I, s.%1$I) END'
	WHEN c = 'tags' THEN
	    'CASE WHEN v.%1$I = ''{}'' THEN coalesce(s.%1$I, v.%1$I)
	    ELSE v.%1$I END'
	WHEN mode = 'update' THEN 'coalesce(s.%1$I, v.%1$I)'
	WHEN not_null THEN 'v.%1$I'
	ELSE 'coalesce(v.%1$I, s.%1$I)' END, c)
$$;

-- Keep the rejected rows, the warnings and the collapsed rows of a file.
-- Return the number of accepted rows with a warning.
CREATE FUNCTION cerberus.import_keep(p_import_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	n bigint;
BEGIN
	IF to_regclass('pg_temp.import_group') IS NOT NULL THEN
		INSERT INTO import_collapsed (import_id, line, kept_line)
		SELECT p_import_id, g.line, g.kept
		FROM (SELECT line, max(line) OVER (PARTITION BY grp) AS kept
		    FROM pg_temp.import_group) g
		WHERE g.line <> g.kept;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_temp.import_warning) THEN
		RETURN 0;
	END IF;
	WITH kept AS (
		INSERT INTO import_warnings (import_id, line, column_name,
		    value, message)
		SELECT p_import_id, w.line, left(w.column_name, 100),
		    left(w.value, 255), w.message
		FROM (SELECT DISTINCT * FROM pg_temp.import_warning) w
		WHERE NOT EXISTS (SELECT FROM import_rejects r
		    WHERE r.import_id = p_import_id AND r.line = w.line)
		ORDER BY w.line, w.column_name
		RETURNING line, column_name
	-- A warning on line 1 without a column is about the whole file.
	) SELECT count(DISTINCT line) INTO n FROM kept
	WHERE line > 1 OR column_name IS NOT NULL;
	RETURN n;
END
$$;

-- Rows of files are personal data; delete them after 90 days.
CREATE FUNCTION cerberus.import_expire() RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	DELETE FROM import_rejects r USING imports i
	WHERE r.import_id = i.import_id
	AND i.started_at < now() - interval '90 days';
	DELETE FROM import_warnings w USING imports i
	WHERE w.import_id = i.import_id
	AND i.started_at < now() - interval '90 days';
	DELETE FROM import_collapsed c USING imports i
	WHERE c.import_id = i.import_id
	AND i.started_at < now() - interval '90 days';
$$;

-- Return the caller's import, which must be in this state and have filled this
-- temporary table; otherwise raise CB404.  The table has to be the one that the
-- functions here created, and not one of the caller's.
CREATE FUNCTION cerberus.import_staged(p_import_id bigint, p_state text,
	p_table text)
RETURNS cerberus.imports
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	this imports%ROWTYPE;
BEGIN
	SELECT * INTO this FROM imports
	WHERE import_id = p_import_id AND state = p_state
	AND user_id IS NOT DISTINCT FROM caller_id();
	IF NOT FOUND OR NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.' || p_table)
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	RETURN this;
END
$$;

-- Prepare the stage: copy the warnings of accepted rows to import_warning, and
-- with p_fold convert e-mail addresses to lower case, which the program does
-- for ASCII letters only.  Return the number of rows and their registration
-- state, null unless all rows that have one have the same.
CREATE FUNCTION cerberus.import_prepare(p_fold boolean, OUT rows bigint,
	OUT registration_state text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	noted bigint;
BEGIN
	-- Only these columns are compared.
	ANALYZE pg_temp.import_stage (line, reject_message, voter_id,
	    voter_registration_id, registration_state, email_address,
	    phone_number, date_of_birth, zip_code);
	SELECT count(*), count(s.warnings), CASE WHEN
	    min(s.registration_state) = max(s.registration_state)
	    THEN min(s.registration_state) END
	INTO rows, noted, registration_state FROM pg_temp.import_stage s;
	IF noted > 0 THEN
		INSERT INTO pg_temp.import_warning (line, column_name, value,
		    message)
		SELECT s.line, w."column", w.value, w.message
		FROM pg_temp.import_stage s, jsonb_to_recordset(s.warnings)
		    w ("column" text, value text, message text)
		WHERE s.warnings IS NOT NULL AND s.reject_message IS NULL;
	END IF;
	IF p_fold THEN
		UPDATE pg_temp.import_stage
		SET email_address = lower(email_address)
		WHERE email_address <> lower(email_address);
	END IF;
END
$$;

-- Match p_rows rows of the stage with voters, and write the rejected rows and
-- the voters; in a dry run only count the latter.  If a registration id was
-- taken after import_refuse() looked, by a merge before the lock or by staff
-- who store a single voter, the unique index refuses the row: then look again.
CREATE FUNCTION cerberus.import_write(this cerberus.imports,
	p_campaign_id bigint, p_columns text[], p_rows bigint,
	OUT known bigint, OUT created bigint, OUT updated bigint,
	OUT rejected bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	taken text;
BEGIN
	FOR attempt IN 1..3 LOOP
		BEGIN
			PERFORM import_find(p_campaign_id, p_columns);
			SELECT count(*) INTO known FROM pg_temp.import_match;
			INSERT INTO import_rejects (import_id, line,
			    column_name, message, raw)
			SELECT this.import_id, s.line,
			    left(s.reject_column, 100), s.reject_message, s.raw
			FROM pg_temp.import_stage s
			WHERE s.reject_message IS NOT NULL;
			GET DIAGNOSTICS rejected = ROW_COUNT;
			created := p_rows - rejected - known;
			updated := CASE WHEN this.mode = 'skip' OR known = 0
			    THEN 0 ELSE import_update(this.import_id, p_columns,
				this.mode, this.dry_run) END;
			IF NOT this.dry_run AND created > 0 THEN
				PERFORM import_insert(this.import_id,
				    p_campaign_id, p_columns, created);
			END IF;
			EXIT;
		EXCEPTION WHEN unique_violation THEN
			GET STACKED DIAGNOSTICS taken = CONSTRAINT_NAME;
			IF taken NOT LIKE 'voters_registration%'
			OR attempt = 3 THEN
				RAISE;
			END IF;
			IF NOT caller_is_admin() THEN
				DROP TABLE pg_temp.import_unseen;
				PERFORM import_refuse();
			END IF;
		END;
	END LOOP;
	IF NOT this.dry_run AND known > 0 THEN
		PERFORM import_join(this.import_id, p_campaign_id);
	END IF;
END
$$;

-- Merge the stage.  p_columns: the columns that the file contains.  p_fold:
-- some e-mail addresses contain letters beyond ASCII.  p_bytes, p_sha256,
-- p_unmapped and p_report, {"columns", "unknown_values"}, describe the file.
-- See import_lock() for what runs before the lock and why.  Raise CB404 unless
-- the import is running and the caller's own.
DROP FUNCTION cerberus.import_merge(bigint, bigint, text[], boolean, bigint,
	bytea, text[]);
CREATE FUNCTION cerberus.import_merge(p_import_id bigint,
	p_campaign_id bigint, p_columns text[], p_fold boolean,
	p_bytes bigint, p_sha256 bytea, p_unmapped text[], p_report jsonb)
RETURNS TABLE (rows bigint, created bigint, updated bigint,
	unchanged bigint, duplicates bigint, rejected bigint, warned bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
	this imports%ROWTYPE;
	columns text[];
	in_state text;
	known bigint;
	indexes text[];		-- the statements that build them again
BEGIN
	-- Write the audit entries set by set, not one for each row.
	PERFORM set_config('cerberus.task', 'import', true);
	this := import_staged(p_import_id, 'running', 'import_stage');
	PERFORM import_check(p_campaign_id);
	IF this.options @> '{"initial": true}' AND NOT this.dry_run THEN
		indexes := import_indexes_drop();
	END IF;
	-- A file sets neither ids nor times, nor where a voter came from.
	SELECT array_agg(attname::text) INTO columns
	FROM pg_attribute
	WHERE attrelid = 'cerberus.voters'::regclass AND attnum > 0
	AND NOT attisdropped AND attname = ANY (p_columns)
	AND attname NOT IN ('voter_id', 'source_campaign_id', 'created_at',
	    'updated_at');

	SELECT p.rows, p.registration_state INTO rows, in_state
	FROM import_prepare(p_fold) p;
	IF NOT caller_is_admin() THEN
		PERFORM import_refuse();
	END IF;
	duplicates := import_collapse(columns);
	IF NOT this.dry_run THEN
		PERFORM import_lock();
		this.audit_id := nextval('audit_log_audit_id_seq');
	END IF;
	SELECT w.known, w.created, w.updated, w.rejected
	INTO known, created, updated, rejected
	FROM import_write(this, p_campaign_id, columns, rows - duplicates) w;
	IF indexes IS NOT NULL THEN
		PERFORM import_indexes_build(indexes);
	END IF;
	unchanged := known - updated;
	warned := import_keep(p_import_id);

	UPDATE imports i
	SET state = 'done', stage = NULL, campaign_id = p_campaign_id,
	    bytes_read = p_bytes, rows = import_merge.rows,
	    created = import_merge.created, updated = import_merge.updated,
	    unchanged = import_merge.unchanged,
	    duplicates = import_merge.duplicates,
	    rejected = import_merge.rejected, warned = import_merge.warned,
	    sha256 = p_sha256, unmapped_columns = p_unmapped,
	    columns = coalesce(p_report -> 'columns', '[]'),
	    unknown_values = coalesce(p_report -> 'unknown_values', '[]'),
	    registration_state = in_state,
	    audit_id = this.audit_id, finished_at = clock_timestamp()
	WHERE i.import_id = p_import_id;
	PERFORM set_config('cerberus.task', '', true);
	PERFORM import_expire();
	RETURN NEXT;
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.import_merge(bigint, bigint, text[],
	boolean, bigint, bytea, text[], jsonb) TO cerberus_app;

COMMIT;
