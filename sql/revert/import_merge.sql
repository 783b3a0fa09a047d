-- Revert cerberus:import_merge from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_merge(bigint, bigint, text[], boolean, bigint,
	bytea, text[], jsonb);
DROP FUNCTION cerberus.import_write(cerberus.imports, bigint, text[], bigint);
DROP FUNCTION cerberus.import_prepare(boolean);
DROP FUNCTION cerberus.import_staged(bigint, text, text);
DROP FUNCTION cerberus.import_expire();
DROP FUNCTION cerberus.import_keep(bigint);

-- An SQL expression: the new value of the column c of a known voter v, given
-- the row s of the stage.  mode is that of imports: update, fill or skip.  A
-- registration id and its state stay together.
CREATE OR REPLACE FUNCTION cerberus.import_value(c text, mode text, not_null boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format(CASE
	WHEN c = 'custom_fields' AND mode = 'update'
	    THEN 'coalesce(v.%1$I || s.%1$I, v.%1$I)'
	WHEN c = 'custom_fields' THEN 'coalesce(s.%1$I || v.%1$I, v.%1$I)'
	WHEN c = 'registration_state' AND mode = 'update' THEN
	    'CASE WHEN s.voter_registration_id IS NULL THEN
		CASE WHEN v.voter_registration_id IS NULL
		THEN coalesce(s.%1$I, v.%1$I) ELSE v.%1$I END
	    WHEN s.voter_registration_id = v.voter_registration_id
		THEN coalesce(s.%1$I, v.%1$I)
	    ELSE s.%1$I END'
	WHEN c = 'registration_state' THEN
	    'CASE WHEN v.voter_registration_id IS NOT NULL THEN v.%1$I
	    WHEN s.voter_registration_id IS NOT NULL THEN s.%1$I
	    ELSE coalesce(v.%1$I, s.%1$I) END'
	WHEN mode = 'update' THEN 'coalesce(s.%1$I, v.%1$I)'
	WHEN c = 'tags' THEN
	    'CASE WHEN v.%1$I = ''{}'' THEN coalesce(s.%1$I, v.%1$I)
	    ELSE v.%1$I END'
	WHEN not_null THEN 'v.%1$I'
	ELSE 'coalesce(v.%1$I, s.%1$I)' END, c)
$$;

DROP FUNCTION cerberus.import_id_damaged(text, text);

-- Merge the stage.  p_columns: the columns that the file contains.  p_fold:
-- some e-mail addresses contain letters beyond ASCII.  p_bytes, p_sha256 and
-- p_unmapped describe the file.  See import_lock() for what runs before the
-- lock and why.  If a registration id was taken after import_refuse() looked,
-- by a merge before the lock or by staff who store a single voter, the unique
-- index refuses the row and the merge looks again.  Raise CB404 unless the
-- import is running and the caller's own.
CREATE FUNCTION cerberus.import_merge(p_import_id bigint,
	p_campaign_id bigint, p_columns text[], p_fold boolean,
	p_bytes bigint, p_sha256 bytea, p_unmapped text[])
RETURNS TABLE (rows bigint, created bigint, updated bigint,
	unchanged bigint, duplicates bigint, rejected bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
	this imports%ROWTYPE;
	known bigint;
	assign text;
	differs text;
	targets text;
	sources text;
	columns text[];
	taken text;
BEGIN
	-- Write one audit entry for the file, not one for each row.
	PERFORM set_config('cerberus.task', 'import', true);
	SELECT * INTO this FROM imports
	WHERE import_id = p_import_id AND state = 'running'
	AND user_id IS NOT DISTINCT FROM caller_id();
	IF NOT FOUND OR NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.import_stage')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	PERFORM import_check(p_campaign_id);
	SELECT array_agg(attname::text) INTO columns
	FROM pg_attribute
	WHERE attrelid = 'cerberus.voters'::regclass AND attnum > 0
	AND NOT attisdropped AND attname = ANY (p_columns)
	AND attname NOT IN ('voter_id', 'created_at', 'updated_at');

	ANALYZE pg_temp.import_stage;
	SELECT count(*) INTO rows FROM pg_temp.import_stage;
	-- The program converts only ASCII letters to lower case.
	IF p_fold THEN
		UPDATE pg_temp.import_stage
		SET email_address = lower(email_address)
		WHERE email_address <> lower(email_address);
	END IF;
	IF 'source_campaign_id' = ANY (columns) THEN
		UPDATE pg_temp.import_stage s SET source_campaign_id = NULL
		WHERE s.source_campaign_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM campaigns c
		    WHERE c.campaign_id = s.source_campaign_id
		    AND (caller_is_admin() OR c.campaign_id = ANY (
			caller_campaigns('viewer'))));
	END IF;
	IF NOT caller_is_admin() THEN
		PERFORM import_refuse();
	END IF;
	duplicates := import_collapse(columns);

	SELECT string_agg(format('%I = %s', c.name, c.value), ', '),
	    string_agg(format('v.%I', c.name), ', '),
	    string_agg(c.value, ', ')
	INTO assign, targets, sources
	FROM (SELECT a.attname AS name,
		import_value(a.attname, this.mode, a.attnotnull) AS value
	    FROM pg_attribute a
	    WHERE a.attrelid = 'cerberus.voters'::regclass
	    AND a.attname = ANY (columns)) c;
	differs := format('pg_temp.import_stage s, pg_temp.import_match m
	    WHERE m.voter_id = v.voter_id AND s.line = m.line
	    AND ROW(%s) IS DISTINCT FROM ROW(%s)', targets, sources);
	SELECT string_agg(quote_ident(a.attname), ', '),
	    string_agg(CASE WHEN a.attnotnull AND d.adbin IS NOT NULL
		THEN format('coalesce(s.%I, %s)', a.attname,
		    pg_get_expr(d.adbin, d.adrelid))
		WHEN a.attname = 'source_campaign_id'
		THEN format('coalesce(s.%I, $1)', a.attname)
		ELSE format('s.%I', a.attname) END, ', ')
	INTO targets, sources
	FROM pg_attribute a
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
	    AND d.adnum = a.attnum
	WHERE a.attrelid = 'cerberus.voters'::regclass
	AND a.attname = ANY (columns || CASE
	    WHEN p_campaign_id IS NULL THEN '{}'::text[]
	    ELSE ARRAY['source_campaign_id'] END);

	IF NOT this.dry_run THEN
		PERFORM import_lock();
	END IF;
	FOR attempt IN 1..3 LOOP
		PERFORM import_find();
		SELECT count(*) INTO known FROM pg_temp.import_match;
		updated := 0;
		BEGIN
			INSERT INTO import_rejects (import_id, line,
			    column_name, message, raw)
			SELECT p_import_id, line, left(reject_column, 100),
			    reject_message, raw
			FROM pg_temp.import_stage
			WHERE reject_message IS NOT NULL;
			GET DIAGNOSTICS rejected = ROW_COUNT;
			created := rows - rejected - duplicates - known;
			IF this.mode <> 'skip' AND known > 0 THEN
				IF this.dry_run THEN
					EXECUTE 'SELECT count(*) FROM voters v,
					    ' || differs INTO updated;
				ELSE
					EXECUTE format('UPDATE voters v
					    SET %s FROM %s', assign, differs);
					GET DIAGNOSTICS updated = ROW_COUNT;
				END IF;
			END IF;
			IF NOT this.dry_run AND created > 0 THEN
				EXECUTE format(CASE WHEN p_campaign_id IS NULL
				    THEN '%s' ELSE 'WITH made AS
					(%s RETURNING voter_id)
					INSERT INTO campaign_voters
					    (campaign_id, voter_id)
					SELECT $1, voter_id FROM made' END,
				    format('INSERT INTO voters (%s)
					SELECT %s FROM pg_temp.import_stage s
					WHERE s.reject_message IS NULL %s',
					targets, sources,
					CASE WHEN known > 0 THEN
					'AND NOT EXISTS (SELECT
					    FROM pg_temp.import_match m
					    WHERE m.line = s.line)'
					ELSE '' END))
				USING p_campaign_id;
			END IF;
			EXIT;
		EXCEPTION WHEN unique_violation THEN
			GET STACKED DIAGNOSTICS taken = CONSTRAINT_NAME;
			IF taken NOT LIKE 'voters_registration%'
			OR attempt = 3 THEN
				RAISE;
			END IF;
			-- A voter with this registration id was stored since
			-- import_refuse() looked.  Look again.
			DROP TABLE pg_temp.import_match;
			IF NOT caller_is_admin() THEN
				DROP TABLE pg_temp.import_unseen;
				PERFORM import_refuse();
			END IF;
		END;
	END LOOP;
	unchanged := known - updated;
	IF NOT this.dry_run AND p_campaign_id IS NOT NULL AND known > 0 THEN
		INSERT INTO campaign_voters (campaign_id, voter_id)
		SELECT p_campaign_id, m.voter_id
		FROM pg_temp.import_match m
		WHERE NOT EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.campaign_id = p_campaign_id
		    AND cv.voter_id = m.voter_id)
		ON CONFLICT DO NOTHING;
	END IF;

	UPDATE imports i
	SET state = 'done', stage = NULL, campaign_id = p_campaign_id,
	    bytes_read = p_bytes, rows = import_merge.rows,
	    created = import_merge.created, updated = import_merge.updated,
	    unchanged = import_merge.unchanged,
	    duplicates = import_merge.duplicates,
	    rejected = import_merge.rejected, sha256 = p_sha256,
	    unmapped_columns = p_unmapped, finished_at = clock_timestamp()
	WHERE i.import_id = p_import_id;
	PERFORM set_config('cerberus.task', '', true);
	-- Rejected rows are personal data; delete them after 90 days.
	DELETE FROM import_rejects r USING imports i
	WHERE r.import_id = i.import_id
	AND i.started_at < now() - interval '90 days';
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.import_merge(bigint, bigint, text[], boolean, bigint, bytea,
	text[]) TO cerberus_app;

COMMIT;
