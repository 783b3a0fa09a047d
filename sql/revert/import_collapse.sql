-- Revert cerberus:import_collapse from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_combine(text[]);
DROP FUNCTION cerberus.import_full_ids();

-- Are two people with one e-mail address and last name, but different first
-- names, two members of a household?  Null is unknown and decides nothing.
CREATE FUNCTION cerberus.import_household(phone_a text, phone_b text,
	born_a date, born_b date, gender_a text, gender_b text, suffix_a text,
	suffix_b text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(phone_a = phone_b, false)
	    OR coalesce(born_a <> born_b, false)
	    OR coalesce(lower(gender_a) <> lower(gender_b), false)
	    OR coalesce(lower(suffix_a) <> lower(suffix_b), false)
$$;

-- Fill import_key: numbers that rows about one person share, by rule:
--	1	e-mail address and first name
--	2	e-mail address and last name
--	3	phone number and both names
--	4	both names, date of birth and ZIP code
--	5	the whole row, for rows without any of these
-- free marks the rows without a registration id or voter id.  The other rows
-- are there only for these to find.
--
-- Under rule 2 the first names differ: one person with a nickname, or two
-- members of a household, which import_household() decides.  It compares
-- neighbours in the file, not all pairs.
CREATE FUNCTION cerberus.import_keys() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE import_key ON COMMIT DROP AS
	WITH s AS (
		SELECT t.line, t.email_address AS email,
		    t.phone_number AS phone, lower(t.first_name) AS first,
		    lower(t.last_name) AS last, t.date_of_birth AS dob,
		    t.zip_code AS zip,
		    t.voter_registration_id IS NULL AND t.voter_id IS NULL
			AS free,
		    CASE WHEN t.voter_registration_id IS NULL
			AND t.voter_id IS NULL AND t.email_address IS NULL
			AND t.phone_number IS NULL
			AND (t.date_of_birth IS NULL OR t.zip_code IS NULL)
		    THEN hashtextextended((to_jsonb(t) - 'line')::text, 5)
		    END AS whole
		FROM pg_temp.import_stage t WHERE t.reject_message IS NULL
	), k AS (
		SELECT line, free, 1 AS rule, hashtextextended(first,
		    hashtextextended(email, 1)) AS key
		FROM s WHERE email IS NOT NULL
		UNION ALL
		SELECT line, free, 3, hashtextextended(first,
		    hashtextextended(last, hashtextextended(phone, 3)))
		FROM s WHERE phone IS NOT NULL
		UNION ALL
		SELECT line, free, 4, hashtextextended(first, hashtextextended(
		    last, hashtextextended(zip, hashint4extended(
		    dob - date '2000-01-01', 4))))
		FROM s WHERE dob IS NOT NULL AND zip IS NOT NULL
		UNION ALL
		SELECT line, free, 5, whole FROM s WHERE whole IS NOT NULL
	)
	SELECT k.line, k.free, k.rule, k.key
	FROM k
	JOIN (SELECT key FROM k GROUP BY key
	    HAVING count(*) > 1 AND bool_or(free)) shared USING (key);

	WITH s AS (
		SELECT t.*, lower(t.last_name) AS last,
		    t.voter_registration_id IS NULL AND t.voter_id IS NULL
			AS free
		FROM pg_temp.import_stage t
		WHERE t.reject_message IS NULL AND t.email_address IS NOT NULL
	), pair AS (
		SELECT line, lag(line) OVER w AS before, free,
		    lag(free) OVER w AS free_before,
		    import_household(phone_number,
			lag(phone_number) OVER w, date_of_birth,
			lag(date_of_birth) OVER w, gender, lag(gender) OVER w,
			suffix, lag(suffix) OVER w) AS household
		FROM s
		JOIN (SELECT email_address, last FROM s
		    GROUP BY email_address, last
		    HAVING count(*) > 1 AND bool_or(free)) shared
		    USING (email_address, last)
		WINDOW w AS (PARTITION BY email_address, last ORDER BY line)
	)
	INSERT INTO pg_temp.import_key (line, free, rule, key)
	SELECT unnest(ARRAY[line, before]), unnest(ARRAY[free, free_before]),
	    2, hashint8extended(before, line)
	FROM pair
	WHERE before IS NOT NULL AND (free OR free_before) AND NOT household;
	ANALYZE pg_temp.import_key;
END
$$;

-- Fill import_group: the connected components of the rows without an id, where
-- two rows are connected if they share a key.  grp is one row of the component.
--
-- Random mates (J. Reif, 1985): in each turn every row tosses a coin, a row
-- with tails hooks onto a neighbour with heads, and the two become one.  On
-- average at least a quarter of the rows that have a neighbour disappears in
-- each turn, whatever the shape of the graph.  So the number of turns grows
-- with the logarithm of the number of rows, no turn costs more than the first,
-- and no file can make it worse.  A row hooks onto one that remains, and
-- disappears itself; hence the hooks form trees, whose depth is at most the
-- number of turns.  ANALYZE makes the planner plan each turn anew.
CREATE OR REPLACE FUNCTION cerberus.import_connect() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp
SET jit = off AS $$
DECLARE
	coin bigint;
BEGIN
	CREATE TEMPORARY TABLE import_edge ON COMMIT DROP AS
	SELECT DISTINCT k.line AS a, k.first AS b
	FROM (SELECT line, min(line) OVER (PARTITION BY key) AS first
	    FROM pg_temp.import_key WHERE free) k
	WHERE k.line <> k.first;
	CREATE TEMPORARY TABLE import_left (a bigint, b bigint) ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_mate (line bigint, mate bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_hook (line bigint, mate bigint)
	ON COMMIT DROP;
	WHILE EXISTS (SELECT FROM pg_temp.import_edge) LOOP
		coin := (random() * 4611686018427387904)::bigint;
		INSERT INTO pg_temp.import_mate
		SELECT e.a, min(e.b)
		FROM (SELECT a, b FROM pg_temp.import_edge
		    UNION ALL SELECT b, a FROM pg_temp.import_edge) e
		WHERE hashint8extended(e.a, coin) & 1 = 0
		AND hashint8extended(e.b, coin) & 1 = 1
		GROUP BY e.a;
		ANALYZE pg_temp.import_edge, pg_temp.import_mate;
		INSERT INTO pg_temp.import_left
		SELECT DISTINCT least(c.a, c.b), greatest(c.a, c.b)
		FROM (SELECT coalesce(x.mate, e.a) AS a,
			coalesce(y.mate, e.b) AS b
		    FROM pg_temp.import_edge e
		    LEFT JOIN pg_temp.import_mate x ON x.line = e.a
		    LEFT JOIN pg_temp.import_mate y ON y.line = e.b) c
		WHERE c.a <> c.b;
		INSERT INTO pg_temp.import_hook
		SELECT line, mate FROM pg_temp.import_mate;
		TRUNCATE pg_temp.import_mate, pg_temp.import_edge;
		INSERT INTO pg_temp.import_edge
		SELECT a, b FROM pg_temp.import_left;
		TRUNCATE pg_temp.import_left;
	END LOOP;
	ANALYZE pg_temp.import_hook;
	INSERT INTO pg_temp.import_group (line, grp)
	WITH RECURSIVE tree AS (
		SELECT DISTINCT k.line, k.line AS root
		FROM pg_temp.import_key k
		WHERE k.free AND NOT EXISTS (SELECT FROM pg_temp.import_hook h
		    WHERE h.line = k.line)
		UNION ALL
		SELECT h.line, t.root
		FROM tree t
		JOIN pg_temp.import_hook h ON h.mate = t.line
	)
	SELECT line, root FROM tree;
END
$$;

-- Combine the rows about one person into the last of them: the last value of
-- each column wins, and a blank never does.  Return the number of rows removed.
--
-- Rows with registration ids describe one person if id and state are equal, and
-- never otherwise.  Rows without one are joined by import_keys(), and then
-- belong to at most one row that has an id.
CREATE OR REPLACE FUNCTION cerberus.import_collapse(p_columns text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	surplus bigint;
	free boolean;
	assign text;
	merged text;
BEGIN
	CREATE TEMPORARY TABLE import_group (line bigint, grp bigint)
	ON COMMIT DROP;
	-- First compare hashes, which takes half the time and suffices for a
	-- file without duplicates.
	CREATE TEMPORARY TABLE import_twice ON COMMIT DROP AS
	SELECT hashtextextended(voter_registration_id,
	    coalesce(hashtextextended(registration_state, 1), 0)) AS key
	FROM pg_temp.import_stage
	WHERE reject_message IS NULL AND voter_registration_id IS NOT NULL
	GROUP BY 1 HAVING count(*) > 1;
	IF EXISTS (SELECT FROM pg_temp.import_twice) THEN
		ANALYZE pg_temp.import_twice;
		INSERT INTO pg_temp.import_group
		SELECT s.line, min(s.line) OVER
		    (PARTITION BY s.voter_registration_id,
			s.registration_state)
		FROM pg_temp.import_stage s
		JOIN pg_temp.import_twice d
		    ON d.key = hashtextextended(s.voter_registration_id,
			coalesce(hashtextextended(s.registration_state, 1),
			0))
		WHERE s.reject_message IS NULL
		AND s.voter_registration_id IS NOT NULL;
	END IF;
	IF EXISTS (SELECT FROM pg_temp.import_stage
	    WHERE voter_id IS NOT NULL) THEN
		INSERT INTO pg_temp.import_group
		SELECT s.line, d.grp
		FROM (SELECT voter_id, min(line) AS grp
		    FROM pg_temp.import_stage
		    WHERE reject_message IS NULL AND voter_id IS NOT NULL
		    AND voter_registration_id IS NULL
		    GROUP BY voter_id HAVING count(*) > 1) d
		JOIN pg_temp.import_stage s USING (voter_id)
		WHERE s.reject_message IS NULL
		AND s.voter_registration_id IS NULL;
	END IF;

	free := EXISTS (SELECT FROM pg_temp.import_stage
	    WHERE reject_message IS NULL AND voter_registration_id IS NULL
	    AND voter_id IS NULL);
	IF free THEN
		PERFORM import_keys();
		PERFORM import_connect();
		-- Assign each group to the first row with an id that shares a
		-- key with it, by the strongest rule.
		CREATE TEMPORARY TABLE import_anchor ON COMMIT DROP AS
		SELECT DISTINCT ON (g.grp) g.grp, a.anchor
		FROM pg_temp.import_key k
		JOIN pg_temp.import_group g USING (line)
		JOIN (SELECT k.key, min(k.line) AS anchor
		    FROM pg_temp.import_key k WHERE NOT k.free
		    GROUP BY k.key) a USING (key)
		WHERE k.free
		ORDER BY g.grp, k.rule, a.anchor;
		INSERT INTO pg_temp.import_group
		SELECT DISTINCT a.anchor, a.anchor FROM pg_temp.import_anchor a
		WHERE NOT EXISTS (SELECT FROM pg_temp.import_group g
		    WHERE g.line = a.anchor);
		UPDATE pg_temp.import_group g
		SET grp = target.grp
		FROM pg_temp.import_anchor a
		JOIN pg_temp.import_group target ON target.line = a.anchor
		WHERE g.grp = a.grp AND g.line <> a.anchor;
		DELETE FROM pg_temp.import_group g
		USING (SELECT grp FROM pg_temp.import_group
		    GROUP BY grp HAVING count(*) = 1) alone
		WHERE alone.grp = g.grp;
	END IF;

	IF NOT EXISTS (SELECT FROM pg_temp.import_group) THEN
		RETURN 0;
	END IF;
	SELECT string_agg(format('%1$I = m.%1$I', a.attname), ', '),
	    -- Cast to text, because an array of arrays is one flat array.
	    string_agg(format('(array_agg(s.%1$I::text ORDER BY s.line DESC) '
		'FILTER (WHERE s.%2$I IS NOT NULL))[1]::%3$s AS %1$I',
		a.attname,
		-- A state belongs to the id of its own row.
		CASE WHEN a.attname = 'registration_state'
		    AND 'voter_registration_id' = ANY (p_columns)
		    THEN 'voter_registration_id' ELSE a.attname END,
		format_type(a.atttypid, a.atttypmod)), ', ')
	INTO assign, merged
	FROM pg_attribute a
	WHERE a.attrelid = 'pg_temp.import_stage'::regclass
	AND a.attname = ANY (p_columns);
	EXECUTE format('UPDATE pg_temp.import_stage t SET %s
	    FROM (SELECT max(s.line) AS line, %s
		FROM pg_temp.import_stage s
		JOIN pg_temp.import_group g USING (line)
		GROUP BY g.grp) m
	    WHERE t.line = m.line', assign, merged);
	DELETE FROM pg_temp.import_stage s
	USING pg_temp.import_group g,
	    (SELECT grp, max(line) AS last FROM pg_temp.import_group
	    GROUP BY grp) m
	WHERE g.line = s.line AND m.grp = g.grp AND s.line <> m.last;
	GET DIAGNOSTICS surplus = ROW_COUNT;
	RETURN surplus;
END
$$;

COMMIT;
