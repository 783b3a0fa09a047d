-- Deploy cerberus:import_seek to pg
-- requires: import_group import_match@v0.1.0
--
-- Voters who share a key with a row of the stage, by the rules of
-- import_person.  import_find() calls these functions.  The temporary tables:
--	import_match		row (line) and voter; certain: by a full id
--	import_other		voters whom the registration ids of the file
--				do not rule out, if they are few
--	import_candidate	voters who share the key of the rule at hand
--				and do not contradict the row; fit: they agree
--				in everything; taken: another row has the voter
--	import_doubt		rows with a key that several people share
--
-- A matched voter joins the import's campaign and is visible to the caller from
-- then on.  So a voter whom the caller does not see yet is matched by both
-- names and something besides, never by a name or a number alone.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- An SQL condition: does the voter with this alias come into question for a row
-- that has no voter yet?  $1 is the state that all ids of the file are of, or
-- null: a voter with another id of that state contradicts every row.
--
-- coalesce() hides from the planner what is compared.  After a state's file the
-- statistics say that all voters have its ids, and do so until a tenth of the
-- table has changed: the planner would expect one voter here, and read the
-- whole stage for each person who has signed up since.
CREATE FUNCTION cerberus.import_undecided(alias text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT format('($1 IS NULL OR coalesce(%1$I.voter_registration_id IS NULL
	    OR %1$I.registration_state IS DISTINCT FROM $1, false))', alias)
$$;

-- Fill import_other with the voters of import_undecided(), if there are at most
-- p_most.  Return their number, or null if there are more.
CREATE FUNCTION cerberus.import_others(p_state text, p_most bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('CREATE TEMPORARY TABLE import_other ON COMMIT DROP AS
	    SELECT v.* FROM voters v WHERE %s LIMIT %s',
	    replace(import_undecided('v'), '$1', quote_nullable(p_state)),
	    p_most + 1);
	GET DIAGNOSTICS n = ROW_COUNT;
	IF n > p_most THEN
		RETURN NULL;
	END IF;
	ANALYZE pg_temp.import_other;
	RETURN n;
END
$$;

-- An SQL query: the voters of import_undecided() with a value of the file in
-- this column.  They are found without folding the names of all voters; OFFSET
-- keeps the planner from joining both steps again.
CREATE FUNCTION cerberus.import_sharing(p_column text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT format('(SELECT n.* FROM cerberus.voters n
	    WHERE n.%1$I IN (SELECT k.%1$I FROM pg_temp.import_stage k)
	    AND %2$s OFFSET 0)', p_column, cerberus.import_undecided('n'))
$$;

-- The SQL statement that fills import_candidate by a rule.  p_keys is an SQL
-- condition: do the row s and the voter v share the key?  p_voters is the table
-- or query that has the voters in question.  $1 of the statement is that of
-- import_undecided(), $2 are the campaigns of which the caller is a viewer.
CREATE FUNCTION cerberus.import_rule(p_keys text, p_voters text,
	every_voter boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('INSERT INTO pg_temp.import_candidate
	    SELECT s.line, v.voter_id, a.first = b.first AND a.last = b.last
		AND a.suffix IS NOT DISTINCT FROM b.suffix
		AND a.born IS NOT DISTINCT FROM b.born
		AND a.year IS NOT DISTINCT FROM b.year
		AND ltrim(a.id, ''0'') IS NOT DISTINCT FROM ltrim(b.id, ''0''),
		EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.voter_id = v.voter_id)
	    FROM pg_temp.import_stage s
	    JOIN %s v ON %s
	    CROSS JOIN LATERAL (SELECT %s) a
	    CROSS JOIN LATERAL (SELECT %s) b
	    WHERE s.reject_message IS NULL
	    AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		WHERE m.line = s.line)
	    AND %s
	    AND NOT cerberus.import_differs(a.suffix, b.suffix, a.born, b.born,
		a.year, b.year)
	    AND NOT cerberus.import_other_id(a.id, a.state, b.id, b.state,
		a.first = b.first AND a.last = b.last) %s',
	    p_voters, p_keys, cerberus.import_traits('s'),
	    cerberus.import_traits('v'), cerberus.import_undecided('v'),
	CASE WHEN every_voter THEN 'AND ($2::bigint[] IS NULL OR true)'
	ELSE 'AND ((a.first = b.first AND a.last = b.last)
	    OR ' || cerberus.import_seen() || ')' END)
$$;

-- Match the candidates of a rule that are not ambiguous; the other rows are in
-- doubt.
CREATE FUNCTION cerberus.import_settle(p_rule integer) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_temp.import_candidate) THEN
		RETURN;
	END IF;
	INSERT INTO pg_temp.import_match (line, voter_id, certain)
	SELECT line, voter_id, false
	FROM (SELECT line, voter_id, fit, count(*) OVER l AS voters,
		count(*) FILTER (WHERE fit) OVER l AS fitting_voters,
		count(*) OVER v AS lines,
		count(*) FILTER (WHERE fit) OVER v AS fitting_lines
	    FROM pg_temp.import_candidate WHERE NOT taken
	    WINDOW l AS (PARTITION BY line), v AS (PARTITION BY voter_id)) c
	WHERE fit AND fitting_voters = 1 AND fitting_lines = 1
	OR voters = 1 AND lines = 1;
	ANALYZE pg_temp.import_match;
	INSERT INTO pg_temp.import_doubt (line, rule)
	SELECT DISTINCT c.line, p_rule FROM pg_temp.import_candidate c
	WHERE NOT EXISTS (SELECT FROM pg_temp.import_match m
	    WHERE m.line = c.line);
	TRUNCATE pg_temp.import_candidate;
END
$$;

-- Match by registration id and state.  A row in which both names and the date
-- of birth differ from those of the voter is rejected.  A voter who was stored
-- since import_refuse() looked is not found here; the unique index reports it
-- to import_merge().
CREATE FUNCTION cerberus.import_find_full(every_voter boolean, seen bigint[])
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	EXECUTE format('INSERT INTO pg_temp.import_match
	    SELECT s.line, v.voter_id, NOT (cerberus.import_differs(NULL, NULL,
		a.born, b.born, a.year, b.year)
		AND a.first <> b.first AND a.last <> b.last)
	    FROM pg_temp.import_stage s
	    JOIN voters v ON v.voter_registration_id = s.voter_registration_id
		AND v.registration_state = s.registration_state
	    CROSS JOIN LATERAL (SELECT %s) a
	    CROSS JOIN LATERAL (SELECT %s) b
	    WHERE s.reject_message IS NULL AND %s', import_traits('s'),
	    import_traits('v'), CASE WHEN every_voter
	    THEN '($2::bigint[] IS NULL OR true)'
	    ELSE '((a.first = b.first AND a.last = b.last)
		OR ' || import_seen() || ')' END)
	USING NULL, seen;
	IF EXISTS (SELECT FROM pg_temp.import_match WHERE NOT certain) THEN
		WITH clash AS (
			DELETE FROM pg_temp.import_match m WHERE NOT m.certain
			RETURNING m.line
		)
		UPDATE pg_temp.import_stage s
		SET reject_column = 'voter_registration_id',
		    reject_message = import_clash()
		FROM clash c WHERE s.line = c.line;
	END IF;
	ANALYZE pg_temp.import_match;
END
$$;

-- Match by ids of which a state or leading zeros are missing, and whose last
-- names agree.  An id without a state that belongs to somebody else already is
-- left blank, because an id is unique with its state.
-- stateless, bare and zeros are the numbers of ids in the file without a state,
-- without a leading zero, and with one.
CREATE FUNCTION cerberus.import_find_weak(every_voter boolean, seen bigint[],
	stateless bigint, bare bigint, zeros bigint)
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	condition text;
BEGIN
	-- For coalesce() see import_undecided().
	FOREACH condition IN ARRAY ARRAY[
	    'v.voter_registration_id = s.voter_registration_id
		AND coalesce(v.registration_state IS NULL, false)',
	    CASE WHEN stateless > 0 THEN
	    'v.voter_registration_id = s.voter_registration_id
		AND v.registration_state IS NOT NULL
		AND s.registration_state IS NULL' END,
	    CASE WHEN zeros > 0 THEN
	    's.voter_registration_id LIKE ''0%''
		AND v.voter_registration_id
		    = ltrim(s.voter_registration_id, ''0'')' END,
	    -- A few ids are looked up with up to twelve zeros; for many, all
	    -- voters are read once.
	    CASE WHEN bare > 1000 THEN
	    's.voter_registration_id ~ ''^[1-9][0-9]*$''
		AND v.voter_registration_id LIKE ''0%''
		AND ltrim(v.voter_registration_id, ''0'')
		    = s.voter_registration_id'
	    WHEN bare > 0 THEN
	    (SELECT format('s.voter_registration_id ~ ''^[1-9][0-9]*$''
		AND v.voter_registration_id = ANY (ARRAY[%s])',
		string_agg(format('%L || s.voter_registration_id',
		    repeat('0', n)), ', '))
	    FROM generate_series(1, 12) n) END]
	LOOP
		CONTINUE WHEN condition IS NULL;
		EXECUTE import_rule(condition || '
		    AND name_fold(v.last_name) = name_fold(s.last_name)
		    AND (v.registration_state = s.registration_state)
			IS NOT FALSE', 'cerberus.voters', every_voter)
		USING NULL::text, seen;
	END LOOP;
	PERFORM import_settle(2);

	IF stateless = 0 THEN
		RETURN;
	END IF;
	WITH twice AS (
		UPDATE pg_temp.import_stage s SET voter_registration_id = NULL
		FROM (SELECT s.line, s.voter_registration_id AS id,
			row_number() OVER (PARTITION BY s.voter_registration_id
			    ORDER BY s.line) AS n
		    FROM pg_temp.import_stage s
		    WHERE s.reject_message IS NULL
		    AND s.voter_registration_id IS NOT NULL
		    AND s.registration_state IS NULL
		    AND NOT EXISTS (SELECT FROM pg_temp.import_match m
			WHERE m.line = s.line)) x
		WHERE s.line = x.line AND (x.n > 1 OR EXISTS (
		    SELECT FROM voters v WHERE v.voter_registration_id = x.id
		    AND v.registration_state IS NULL))
		RETURNING s.line, x.id
	)
	INSERT INTO pg_temp.import_warning (line, column_name, value, message)
	SELECT line, 'voter_registration_id', id, import_stateless() FROM twice;
END
$$;

COMMIT;
