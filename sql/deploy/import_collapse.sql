-- Deploy cerberus:import_collapse to pg
-- requires: import_collapse@v0.1.0 import_group
--
-- Duplicates within a file: rows of the stage that describe one person become
-- one row.  Who is one person is in import_person and import_group.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_household(text, text, date, date, text, text,
	text, text);
DROP FUNCTION cerberus.import_keys();

-- Fill import_tree from import_edge, which is used up: the connected components
-- of people, each with one of its members as its root.
--
-- Random mates (J. Reif, 1985): in each turn every person tosses a coin, one
-- with tails hooks onto a neighbour with heads, and the two become one.  On
-- average at least a quarter of those who have a neighbour disappears in each
-- turn, whatever the shape of the graph.  So the number of turns grows with the
-- logarithm of the number of rows, no turn costs more than the first, and no
-- file can make it worse.  A person hooks onto one that remains, and
-- disappears; hence the hooks form trees, whose depth is at most the number of
-- turns.  ANALYZE makes the planner plan each turn anew.
CREATE OR REPLACE FUNCTION cerberus.import_connect() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp
SET jit = off AS $$
DECLARE
	coin bigint;
BEGIN
	TRUNCATE pg_temp.import_hook, pg_temp.import_tree;
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
	INSERT INTO pg_temp.import_tree (grp, root)
	WITH RECURSIVE tree AS (
		SELECT DISTINCT m.mate AS grp, m.mate AS root
		FROM pg_temp.import_hook m
		WHERE NOT EXISTS (SELECT FROM pg_temp.import_hook h
		    WHERE h.line = m.mate)
		UNION ALL
		SELECT h.line, t.root
		FROM tree t
		JOIN pg_temp.import_hook h ON h.mate = t.grp
	)
	SELECT grp, root FROM tree;
	ANALYZE pg_temp.import_tree;
END
$$;

-- Rows with one full id are one person.  Reject those of them in which both
-- names and the date of birth differ from those of the voter who has the id, or
-- else from those of the first row with it.  Combine the others.
CREATE FUNCTION cerberus.import_full_ids() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE TEMPORARY TABLE import_full ON COMMIT DROP AS
	    SELECT s.line, t.*
	    FROM pg_temp.import_stage s
	    JOIN pg_temp.import_twice d
		ON d.key = hashtextextended(ltrim(s.voter_registration_id,
		    ''0''), 0)
	    CROSS JOIN LATERAL (SELECT %s) t
	    WHERE s.reject_message IS NULL
	    AND s.registration_state IS NOT NULL', import_traits('s'));
	ANALYZE pg_temp.import_full;
	EXECUTE format('UPDATE pg_temp.import_stage s
	    SET reject_column = ''voter_registration_id'',
		reject_message = cerberus.import_clash()
	    FROM pg_temp.import_full f
	    JOIN voters v ON v.voter_registration_id = f.id
		AND v.registration_state = f.state
	    CROSS JOIN LATERAL (SELECT %s) t
	    WHERE s.line = f.line AND f.first <> t.first AND f.last <> t.last
	    AND cerberus.import_differs(NULL, NULL, f.born, t.born, f.year,
		t.year)', import_traits('v'));
	DELETE FROM pg_temp.import_full f USING pg_temp.import_stage s
	WHERE s.line = f.line AND s.reject_message IS NOT NULL;
	UPDATE pg_temp.import_stage s
	SET reject_column = 'voter_registration_id',
	    reject_message = import_clash()
	FROM (SELECT line, first, last, born, year,
		first_value(first) OVER w AS first_before,
		first_value(last) OVER w AS last_before,
		first_value(born) OVER w AS born_before,
		first_value(year) OVER w AS year_before
	    FROM pg_temp.import_full
	    WINDOW w AS (PARTITION BY id, state ORDER BY line)) f
	WHERE s.line = f.line AND f.first <> f.first_before
	AND f.last <> f.last_before
	AND import_differs(NULL, NULL, f.born, f.born_before, f.year,
	    f.year_before);
	INSERT INTO pg_temp.import_group
	SELECT f.line, f.grp
	FROM (SELECT f.line, min(f.line) OVER w AS grp, count(*) OVER w AS n
	    FROM pg_temp.import_full f
	    JOIN pg_temp.import_stage s USING (line)
	    WHERE s.reject_message IS NULL
	    WINDOW w AS (PARTITION BY f.id, f.state)) f
	WHERE f.n > 1;
	DROP TABLE pg_temp.import_full;
END
$$;

-- Combine the rows of each person in import_group into the last of them: the
-- last value of each column wins, and a blank never does.  Return the number of
-- rows removed.
CREATE FUNCTION cerberus.import_combine(p_columns text[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	surplus bigint;
	assign text;
	merged text;
BEGIN
	ANALYZE pg_temp.import_group;
	UPDATE pg_temp.import_doubt d SET line = m.last
	FROM pg_temp.import_group g
	JOIN (SELECT grp, max(line) AS last FROM pg_temp.import_group
	    GROUP BY grp) m USING (grp)
	WHERE g.line = d.line;
	-- Give an id its leading zeros and its state in every row of a person.
	UPDATE pg_temp.import_stage s
	SET voter_registration_id = x.id, registration_state = x.state
	FROM (SELECT s.line, min(s.voter_registration_id) OVER w AS id,
		coalesce(s.registration_state, max(s.registration_state)
		    OVER w) AS state
	    FROM pg_temp.import_stage s
	    JOIN pg_temp.import_group g USING (line)
	    WHERE s.voter_registration_id IS NOT NULL
	    WINDOW w AS (PARTITION BY g.grp,
		ltrim(s.voter_registration_id, '0'))) x
	WHERE s.line = x.line
	AND (s.voter_registration_id, s.registration_state)
	    IS DISTINCT FROM (x.id, x.state);
	SELECT string_agg(format('%1$I = m.%1$I', a.attname), ', '),
	    -- Cast to text, because an array of arrays is one flat array.
	    string_agg(format('(array_agg(s.%1$I::text ORDER BY %2$s '
		's.line DESC) FILTER (WHERE s.%1$I IS NOT NULL))[1]::%3$s '
		'AS %1$I', a.attname,
		-- A state belongs to the id of its own row.
		CASE WHEN a.attname = 'registration_state'
		THEN 's.voter_registration_id IS NULL,' ELSE '' END,
		format_type(a.atttypid, a.atttypmod)), ', ')
	INTO assign, merged
	FROM pg_attribute a
	WHERE a.attrelid = 'pg_temp.import_stage'::regclass
	AND a.attname = ANY (p_columns);
	-- The door follows from the combined address.
	EXECUTE format('UPDATE pg_temp.import_stage t SET %s, door = NULL
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

-- Find the rows of the stage that describe one person, and combine them into
-- one.  p_columns are the columns of the file.  Return the number of rows
-- removed.
CREATE OR REPLACE FUNCTION cerberus.import_collapse(p_columns text[])
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	ids bigint;
	soft boolean;
BEGIN
	CREATE TEMPORARY TABLE import_group (line bigint, grp bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_doubt (line bigint, rule integer)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_edge (a bigint, b bigint) ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_left (a bigint, b bigint) ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_mate (line bigint, mate bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_hook (line bigint, mate bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_tree (grp bigint, root bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_twice (key bigint) ON COMMIT DROP;

	-- If all rows have full ids of one state, the ids decide.
	SELECT count(voter_registration_id), count(*) > count(*) FILTER (
		WHERE voter_registration_id IS NOT NULL
		AND registration_state IS NOT NULL)
	    OR min(registration_state) <> max(registration_state)
	INTO ids, soft
	FROM pg_temp.import_stage WHERE reject_message IS NULL;
	-- First compare hashes, which takes half the time and suffices for a
	-- file without duplicates.
	IF ids > 0 THEN
		INSERT INTO pg_temp.import_twice
		SELECT hashtextextended(ltrim(voter_registration_id, '0'), 0)
		FROM pg_temp.import_stage
		WHERE reject_message IS NULL
		AND voter_registration_id IS NOT NULL
		GROUP BY 1 HAVING count(*) > 1;
		ANALYZE pg_temp.import_twice;
	END IF;
	IF EXISTS (SELECT FROM pg_temp.import_twice) THEN
		PERFORM import_full_ids();
	ELSIF soft IS NOT TRUE THEN
		RETURN 0;
	END IF;
	PERFORM import_keys(coalesce(soft, false));
	FOR n IN 1..6 LOOP
		CONTINUE WHEN NOT EXISTS (SELECT FROM pg_temp.import_key k
		    WHERE k.rule = n);
		PERFORM import_step(n);
	END LOOP;
	IF NOT EXISTS (SELECT FROM pg_temp.import_group) THEN
		RETURN 0;
	END IF;
	RETURN import_combine(p_columns);
END
$$;

COMMIT;
