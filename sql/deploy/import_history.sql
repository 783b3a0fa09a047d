-- Deploy cerberus:import_history to pg
-- requires: import_votes import_merge
--
-- Storing the votes of a file whose rows are staged.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Store the votes of a voter file, after import_merge() in its transaction.
-- p_columns as for import_merge(), p_ballots as for import_ballots().
--
-- A row's voter is the one whom it matched, or who was created from it: that is
-- the voter with its registration id, or, without one, the voter of this
-- transaction with its values.
CREATE FUNCTION cerberus.import_votes(p_import_id bigint, p_columns text[],
	p_ballots jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
DECLARE
	this imports%ROWTYPE;
	same text;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	this := import_staged(p_import_id, 'done', 'import_match');
	PERFORM import_check(this.campaign_id);
	PERFORM import_ballots(p_ballots, NOT this.dry_run);
	CREATE TEMPORARY TABLE import_line ON COMMIT DROP AS
	SELECT s.line, m.voter_id, s.votes
	FROM pg_temp.import_stage s
	JOIN pg_temp.import_match m USING (line)
	WHERE s.votes IS NOT NULL AND this.mode <> 'skip';
	IF this.dry_run THEN
		-- The voters who would be created have no ids.
		INSERT INTO pg_temp.import_line
		SELECT s.line, -s.line, s.votes FROM pg_temp.import_stage s
		WHERE s.votes IS NOT NULL AND s.reject_message IS NULL
		AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.line = s.line);
	ELSE
		INSERT INTO pg_temp.import_line
		SELECT s.line, v.voter_id, s.votes
		FROM pg_temp.import_stage s
		JOIN voters v
		    ON v.voter_registration_id = s.voter_registration_id
		    AND v.registration_state IS NOT DISTINCT FROM
			s.registration_state
		WHERE s.votes IS NOT NULL AND s.reject_message IS NULL
		AND v.created_at = now()
		AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.line = s.line);
	END IF;
	IF NOT this.dry_run AND EXISTS (SELECT FROM pg_temp.import_stage s
	    WHERE s.votes IS NOT NULL AND s.reject_message IS NULL
	    AND s.voter_registration_id IS NULL) THEN
		SELECT string_agg(format('v.%1$I IS NOT DISTINCT FROM %2$s',
		    a.attname, CASE WHEN a.attnotnull AND d.adbin IS NOT NULL
		    THEN format('coalesce(s.%I, %s)', a.attname,
			pg_get_expr(d.adbin, d.adrelid))
		    ELSE format('s.%I', a.attname) END), ' AND ')
		INTO same
		FROM pg_attribute a
		LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
		    AND d.adnum = a.attnum
		WHERE a.attrelid = 'cerberus.voters'::regclass
		AND a.attnum > 0 AND NOT a.attisdropped
		AND a.attname = ANY (p_columns)
		AND a.attname NOT IN ('voter_id', 'source_campaign_id');
		EXECUTE format('INSERT INTO pg_temp.import_line
		    SELECT DISTINCT ON (s.line) s.line, v.voter_id, s.votes
		    FROM pg_temp.import_stage s
		    JOIN voters v ON v.last_name = s.last_name
			AND v.first_name = s.first_name
		    WHERE s.votes IS NOT NULL AND s.reject_message IS NULL
		    AND s.voter_registration_id IS NULL
		    AND v.created_at = now() AND NOT EXISTS (
			SELECT FROM pg_temp.import_match m
			WHERE m.line = s.line)
		    AND %s', same);
	END IF;
	PERFORM votes_collect('SELECT l.voter_id, l.line, u.code, u.at
	    FROM pg_temp.import_line l
	    CROSS JOIN unnest(l.votes) WITH ORDINALITY u (code, at)');
	RETURN votes_store(p_import_id, this.mode, this.dry_run, 0, 0);
END
$$;

-- Store the votes of a history file.  Voters are found by the registration id
-- and the state of the election, among those of the campaign, or for an admin
-- without a campaign among all.  p_no_vote is the number of rows that say that
-- there was no vote, which are not staged.  The other parameters describe the
-- file.
CREATE FUNCTION cerberus.import_history(p_import_id bigint,
	p_campaign_id bigint, p_ballots jsonb, p_no_vote bigint,
	p_bytes bigint, p_sha256 bytea, p_unmapped text[])
RETURNS TABLE (rows bigint, duplicates bigint, rejected bigint, warned bigint,
	votes jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
	this imports%ROWTYPE;
	known text := format('v.voter_registration_id = h.id
	    AND v.registration_state = b.state %s', CASE
	    WHEN p_campaign_id IS NOT NULL THEN format('AND EXISTS (
		SELECT FROM campaign_voters cv WHERE cv.campaign_id = %s
		AND cv.voter_id = v.voter_id)', p_campaign_id) END);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	this := import_staged(p_import_id, 'running', 'import_history');
	PERFORM import_check(p_campaign_id);
	ANALYZE pg_temp.import_history;
	INSERT INTO import_rejects (import_id, line, column_name, message, raw)
	SELECT p_import_id, h.line, left(h.reject_column, 100),
	    h.reject_message, h.raw
	FROM pg_temp.import_history h WHERE h.reject_message IS NOT NULL;
	GET DIAGNOSTICS rejected = ROW_COUNT;
	IF NOT this.dry_run THEN
		PERFORM pg_advisory_xact_lock(import_merge_lock());
		-- Without this number an import cannot be undone.
		this.audit_id := nextval('audit_log_audit_id_seq');
	END IF;
	PERFORM import_ballots(p_ballots, NOT this.dry_run);
	duplicates := votes_collect(format('SELECT v.voter_id, h.line, h.code,
		1 AS at
	    FROM pg_temp.import_history h
	    JOIN pg_temp.import_ballot b USING (code)
	    JOIN voters v ON %s', known));
	SELECT count(*) INTO rows FROM pg_temp.import_history
	WHERE code IS NOT NULL;
	warned := rows - duplicates - (SELECT coalesce(sum(
	    bit_count(n.voted)), 0) FROM pg_temp.import_vote n);
	-- The warnings about the whole file.
	PERFORM import_keep(p_import_id);
	IF warned > 0 THEN
		EXECUTE format('INSERT INTO import_warnings (import_id, line,
		    column_name, value, message)
		SELECT $1, h.line, ''voter_registration_id'',
		    left(h.id, 255), ''No voter has this registration id.''
		FROM pg_temp.import_history h
		JOIN pg_temp.import_ballot b USING (code)
		LEFT JOIN voters v ON %s
		WHERE v.voter_id IS NULL
		ORDER BY h.line LIMIT 10000', known) USING p_import_id;
	END IF;
	rows := rows + rejected + p_no_vote;
	votes := votes_store(p_import_id, this.mode, this.dry_run, warned,
	    p_no_vote);
	UPDATE imports i
	SET state = 'done', stage = NULL, campaign_id = p_campaign_id,
	    bytes_read = p_bytes, rows = import_history.rows,
	    duplicates = import_history.duplicates,
	    rejected = import_history.rejected,
	    warned = import_history.warned, audit_id = this.audit_id,
	    sha256 = p_sha256, unmapped_columns = p_unmapped,
	    finished_at = clock_timestamp()
	WHERE i.import_id = p_import_id;
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.import_votes(bigint, text[], jsonb),
	cerberus.import_history(bigint, bigint, jsonb, bigint, bigint, bytea,
	text[])
	TO cerberus_app;

COMMIT;
