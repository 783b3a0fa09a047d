-- Deploy cerberus:import_match to pg
-- requires: import_match@v0.1.0 import_seek
--
-- Which rows of the stage describe a voter who is known already, by the rules
-- of import_person and the keys of import_seek.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_find();
DROP FUNCTION cerberus.import_rule(integer, boolean, boolean);

-- Reject the rows whose full id belongs to a voter whom the caller does not see
-- and who has another name: such a row can neither be stored nor matched.  An id
-- without a state does not say whose it is, so the row only loses it.  This runs
-- before import_collapse(), so that a correct row is not lost to a wrong one.
CREATE OR REPLACE FUNCTION cerberus.import_refuse() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	seen bigint[] := caller_campaigns('viewer');
BEGIN
	CREATE TEMPORARY TABLE import_unseen ON COMMIT DROP AS
	SELECT s.line, s.voter_registration_id AS id,
	    s.registration_state IS NOT NULL AS with_state
	FROM pg_temp.import_stage s
	JOIN voters v ON v.voter_registration_id = s.voter_registration_id
	    AND v.registration_state IS NOT DISTINCT FROM s.registration_state
	WHERE s.reject_message IS NULL
	AND (name_fold(v.first_name) <> name_fold(s.first_name)
	    OR name_fold(v.last_name) <> name_fold(s.last_name))
	AND NOT EXISTS (SELECT FROM campaign_voters cv
	    WHERE cv.voter_id = v.voter_id AND cv.campaign_id = ANY (seen));
	UPDATE pg_temp.import_stage s
	SET reject_column = 'voter_registration_id', reject_message =
	    'This registration id belongs to somebody with another name.'
	FROM pg_temp.import_unseen u
	WHERE u.line = s.line AND u.with_state;
	UPDATE pg_temp.import_stage s SET voter_registration_id = NULL
	FROM pg_temp.import_unseen u
	WHERE u.line = s.line AND NOT u.with_state;
	INSERT INTO pg_temp.import_warning (line, column_name, value, message)
	SELECT u.line, 'voter_registration_id', u.id, import_stateless()
	FROM pg_temp.import_unseen u WHERE NOT u.with_state;
END
$$;

-- Match the rows without a key, and those in doubt, with a voter of the
-- campaign that equals them in every cell.  If several do, any of them will do:
-- the row changes none.  A row without a key may also leave cells blank that
-- one such voter has; one in doubt may not.  Null stands for voters of no
-- campaign.  p_columns are the columns of the file.
CREATE FUNCTION cerberus.import_find_equal(p_campaign_id bigint,
	p_columns text[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	equal text;
	contained text;
BEGIN
	CREATE TEMPORARY TABLE import_keyless ON COMMIT DROP AS
	SELECT k.line, bool_or(k.doubtful) AS doubtful
	FROM (SELECT line, true AS doubtful FROM pg_temp.import_doubt
	    UNION ALL
	    SELECT line, false FROM pg_temp.import_stage
	    WHERE reject_message IS NULL AND voter_registration_id IS NULL
	    AND (date_of_birth IS NULL OR zip_code IS NULL)
	    AND import_email_key(email_address) IS NULL
	    AND import_phone_key(phone_number) IS NULL) k
	WHERE NOT EXISTS (SELECT FROM pg_temp.import_match m
	    WHERE m.line = k.line)
	GROUP BY k.line;
	IF EXISTS (SELECT FROM pg_temp.import_keyless) THEN
		ANALYZE pg_temp.import_keyless;
		SELECT string_agg(format('%s IS NOT DISTINCT FROM v.%I',
			CASE WHEN a.attnotnull AND d.adbin IS NOT NULL
			THEN format('coalesce(s.%I, %s)', a.attname,
			    pg_get_expr(d.adbin, d.adrelid))
			ELSE format('s.%I', a.attname) END, a.attname),
			' AND '),
		    string_agg(format('(s.%1$I IS NULL OR s.%1$I %2$s v.%1$I)',
			a.attname, CASE WHEN a.attname IN ('custom_fields',
			'tags') THEN '<@' ELSE '=' END), ' AND ')
		INTO equal, contained
		FROM pg_attribute a
		LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
		    AND d.adnum = a.attnum
		WHERE a.attrelid = 'cerberus.voters'::regclass
		AND a.attname = ANY (p_columns) AND a.attname NOT IN
		    ('first_name', 'last_name', 'source_campaign_id');
		EXECUTE format('INSERT INTO pg_temp.import_candidate
		    SELECT s.line, v.voter_id, %s, k.doubtful
		    FROM pg_temp.import_keyless k
		    JOIN pg_temp.import_stage s USING (line)
		    JOIN voters v
			ON name_fold(v.last_name) = name_fold(s.last_name)
			AND name_fold(v.first_name) = name_fold(s.first_name)
		    WHERE s.reject_message IS NULL AND %s AND %s
		    AND NOT EXISTS (SELECT FROM pg_temp.import_match m
			WHERE m.voter_id = v.voter_id)',
		    coalesce(equal, 'true'), coalesce(contained, 'true'),
		    CASE WHEN p_campaign_id IS NULL
		    THEN '$1 IS NULL AND NOT EXISTS (SELECT
			FROM campaign_voters cv WHERE cv.voter_id = v.voter_id)'
		    ELSE 'EXISTS (SELECT FROM campaign_voters cv
			WHERE cv.voter_id = v.voter_id
			AND cv.campaign_id = $1)' END)
		USING p_campaign_id;
		WITH first AS (
			SELECT DISTINCT ON (line) line, voter_id
			FROM pg_temp.import_candidate WHERE fit
			ORDER BY line, voter_id
		), equal AS (
			INSERT INTO pg_temp.import_match
			SELECT DISTINCT ON (voter_id) line, voter_id, false
			FROM first ORDER BY voter_id, line
			RETURNING line, voter_id
		)
		DELETE FROM pg_temp.import_candidate c
		WHERE c.taken OR EXISTS (SELECT FROM equal e
		    WHERE e.line = c.line OR e.voter_id = c.voter_id);
		PERFORM import_settle(6);
	END IF;
	DROP TABLE pg_temp.import_keyless;
END
$$;

-- Prepare the matched rows for import_merge(): without a full id a row changes
-- neither a name nor an id that is the same but for its spelling.
CREATE FUNCTION cerberus.import_keep_person() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_temp.import_match WHERE NOT certain) THEN
		RETURN;
	END IF;
	WITH named AS (
		SELECT s.line, s.first_name, s.last_name,
		    v.first_name AS kept_first, v.last_name AS kept_last,
		    name_fold(s.first_name) <> name_fold(v.first_name)
			AS other_first,
		    name_fold(s.last_name) <> name_fold(v.last_name)
			AS other_last
		FROM pg_temp.import_match m
		JOIN pg_temp.import_stage s USING (line)
		JOIN voters v ON v.voter_id = m.voter_id
		WHERE NOT m.certain
	), kept AS (
		UPDATE pg_temp.import_stage s
		SET first_name = CASE WHEN n.other_first THEN n.kept_first
			ELSE s.first_name END,
		    last_name = CASE WHEN n.other_last THEN n.kept_last
			ELSE s.last_name END
		FROM named n
		WHERE s.line = n.line AND (n.other_first OR n.other_last)
		RETURNING n.*
	)
	INSERT INTO pg_temp.import_warning (line, column_name, value, message)
	SELECT line, c.name, c.value, format('The voter has another %s, '
	    'which only a row with the voter''s registration id and state '
	    'changes.', replace(c.name, '_', ' '))
	FROM kept k, LATERAL (VALUES
	    ('first_name', k.first_name, k.other_first),
	    ('last_name', k.last_name, k.other_last)) c (name, value, other)
	WHERE c.other;
	UPDATE pg_temp.import_stage s
	SET voter_registration_id = CASE WHEN free THEN n.id ELSE n.old_id END,
	    registration_state = CASE WHEN free THEN n.state
		ELSE n.old_state END
	FROM (SELECT k.*, NOT EXISTS (SELECT FROM voters o
		WHERE o.voter_registration_id = k.id
		AND o.registration_state = k.state
		AND o.voter_id <> k.voter_id)
	    AND NOT EXISTS (SELECT FROM pg_temp.import_stage o
		WHERE o.voter_registration_id = k.id
		AND o.registration_state = k.state
		AND o.line <> k.line) AS free
	    FROM (SELECT s.line, v.voter_id,
		    v.voter_registration_id AS old_id,
		    v.registration_state AS old_state,
		    import_id_better(v.voter_registration_id,
			s.voter_registration_id) AS id,
		    coalesce(s.registration_state, v.registration_state)
			AS state
		FROM pg_temp.import_match m
		JOIN pg_temp.import_stage s USING (line)
		JOIN voters v ON v.voter_id = m.voter_id
		WHERE NOT m.certain
		AND import_same_id(s.voter_registration_id,
		    v.voter_registration_id)
		AND (s.registration_state = v.registration_state)
		    IS NOT FALSE) k) n
	WHERE s.line = n.line;
END
$$;

-- Find the known voters.  import_match holds pairs of line and voter_id, each
-- line and each voter at most once.  The keys of a small file are looked up in
-- indexes, in the pages that import_insert() adds to next; with the default for
-- random pages the planner reads every voter instead.
CREATE FUNCTION cerberus.import_find(p_campaign_id bigint, p_columns text[])
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp
SET random_page_cost = 1.1 AS $$
DECLARE
	file record;	-- counts of its accepted rows
	the_state text;
	others bigint := -1;	-- -1: not collected, null: too many
	rule record;
	every_voter boolean := caller_is_admin();
	seen bigint[] := caller_campaigns('viewer');
BEGIN
	CREATE TEMPORARY TABLE import_match (line bigint, voter_id bigint,
	    certain boolean) ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_candidate (line bigint, voter_id bigint,
	    fit boolean, taken boolean) ON COMMIT DROP;
	SELECT count(*) AS rows, count(s.voter_id) AS own,
	    count(s.email_address) AS emails, count(s.phone_number) AS phones,
	    count(s.date_of_birth) FILTER (WHERE s.zip_code IS NOT NULL)
		AS births,
	    count(s.voter_registration_id) AS ids,
	    count(s.registration_state) FILTER (
		WHERE s.voter_registration_id IS NOT NULL) AS full_ids,
	    min(s.registration_state) AS state,
	    max(s.registration_state) AS max_state,
	    max(length(s.voter_registration_id)) AS longest,
	    count(*) FILTER (WHERE left(s.voter_registration_id, 1)
		BETWEEN '1' AND '9') AS bare,
	    count(*) FILTER (WHERE left(s.voter_registration_id, 1) = '0')
		AS zeros
	INTO file
	FROM pg_temp.import_stage s WHERE s.reject_message IS NULL;
	-- A spreadsheet may have rounded ids of more than 15 digits.
	IF file.full_ids = file.rows AND file.state = file.max_state
	AND file.longest <= 15 THEN
		the_state := file.state;
	END IF;
	IF file.ids > 0 THEN
		PERFORM import_find_full(every_voter, seen);
		IF file.rows > (SELECT count(*) FROM pg_temp.import_match) THEN
			PERFORM import_find_weak(every_voter, seen,
			    file.ids - file.full_ids, file.bare, file.zeros);
		END IF;
	END IF;
	FOR rule IN SELECT * FROM (VALUES
	    -- Ids are easily guessed, so the caller has to see the voter.
	    (1, file.own, NULL, 's.voter_id = v.voter_id AND ('
		|| CASE WHEN every_voter THEN 'true' ELSE import_seen() END
		|| ') AND (name_fold(v.last_name) = name_fold(s.last_name)
		OR name_fold(v.first_name) = name_fold(s.first_name))'),
	    (3, file.emails, 'email_address', 'v.email_address = s.email_address
		AND import_email_key(s.email_address) IS NOT NULL
		AND name_fold(v.first_name) = name_fold(s.first_name)'),
	    (4, file.phones, 'phone_number', 'v.phone_number = s.phone_number
		AND import_phone_key(s.phone_number) IS NOT NULL
		AND name_fold(v.last_name) = name_fold(s.last_name)
		AND name_fold(v.first_name) = name_fold(s.first_name)'),
	    (5, file.births, NULL, 'v.date_of_birth = s.date_of_birth
		AND left(v.zip_code, 5) = left(s.zip_code, 5)
		AND name_fold(v.last_name) = name_fold(s.last_name)
		AND name_fold(v.first_name) = name_fold(s.first_name)'))
	    r (n, keyed, name, keys)
	    WHERE r.keyed > 0
	    ORDER BY r.n
	LOOP
		EXIT WHEN file.rows <= (SELECT count(*)
		    FROM pg_temp.import_match);
		-- A small file looks its voters up instead of reading all.
		IF rule.n > 1 AND the_state IS NOT NULL AND others = -1
		AND file.rows * 100 >= (SELECT reltuples FROM pg_class
		    WHERE oid = 'voters'::regclass) THEN
			others := import_others(the_state, file.rows + 10000);
		END IF;
		EXIT WHEN others = 0;
		EXECUTE import_rule(rule.keys, CASE WHEN others > 0
		    THEN 'pg_temp.import_other' ELSE coalesce(import_sharing(
			rule.name), 'cerberus.voters') END, every_voter)
		USING CASE WHEN rule.n > 1 THEN the_state END, seen;
		PERFORM import_settle(rule.n);
	END LOOP;
	PERFORM import_find_equal(p_campaign_id, p_columns);
	PERFORM import_keep_person();
	INSERT INTO pg_temp.import_warning (line, column_name, value, message)
	SELECT d.line, c.name, c.value, format('Several people share this %s '
	    'and name; the row became a voter of its own.',
	    coalesce(replace(c.name, '_', ' '), 'row'))
	FROM (SELECT line, min(d.rule) AS rule FROM pg_temp.import_doubt d
	    GROUP BY line) d
	JOIN pg_temp.import_stage s USING (line)
	CROSS JOIN LATERAL (SELECT CASE d.rule
		WHEN 1 THEN 'voter_id' WHEN 2 THEN 'voter_registration_id'
		WHEN 3 THEN 'email_address' WHEN 4 THEN 'phone_number'
		WHEN 5 THEN 'date_of_birth' END AS name, CASE d.rule
		WHEN 1 THEN s.voter_id::text WHEN 2 THEN s.voter_registration_id
		WHEN 3 THEN s.email_address WHEN 4 THEN s.phone_number
		WHEN 5 THEN s.date_of_birth::text END AS value) c
	WHERE s.reject_message IS NULL
	AND NOT EXISTS (SELECT FROM pg_temp.import_match m
	    WHERE m.line = s.line);
	DROP TABLE pg_temp.import_candidate;
END
$$;

COMMIT;
