-- Deploy cerberus:import_group to pg
-- requires: import_person import_collapse@v0.1.0
--
-- Rows of a file that describe one person, by the rules of import_person: one
-- key after the other, each on the people that the keys before it have made.
-- import_collapse() makes them one row.  The temporary tables:
--	import_group	row (line) and person (grp, one of the person's rows),
--			only for people with several rows
--	import_key	rows that share a key
--	import_person	what describes the people of these rows
--	import_bag	people (grp) who share a key of the rule at hand (bag)
--	import_verdict	what import_judge() says about them
--	import_tree	people whom the rule joins: grp becomes root
--	import_doubt	rows with a key that several people share
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Fill import_key, the keys that rows share, and import_person, what describes
-- each of these rows.  Rows with full ids of one state have only their ids in
-- common.  So without p_soft, which is set if there are other rows, only the
-- ids in import_twice are read.
CREATE FUNCTION cerberus.import_keys(p_soft boolean) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE import_key ON COMMIT DROP AS
	SELECT s.line, 2 AS rule, hashtextextended(name_fold(s.last_name),
	    d.key) AS key
	FROM pg_temp.import_stage s
	JOIN pg_temp.import_twice d ON d.key = hashtextextended(
	    ltrim(s.voter_registration_id, '0'), 0)
	WHERE s.reject_message IS NULL;
	IF p_soft THEN
		INSERT INTO pg_temp.import_key
		WITH s AS MATERIALIZED (
			SELECT t.line, t.voter_id, c.email, c.phone,
			    name_fold(t.first_name) AS first,
			    name_fold(t.last_name) AS last,
			    t.date_of_birth AS born, left(t.zip_code, 5) AS zip,
			    CASE WHEN t.voter_registration_id IS NOT NULL
				THEN t.registration_state END AS state,
			    CASE WHEN t.voter_registration_id IS NULL
				AND t.voter_id IS NULL
				AND (t.date_of_birth IS NULL
				    OR t.zip_code IS NULL)
				AND c.email IS NULL AND c.phone IS NULL
			    THEN hashtextextended((to_jsonb(t) - '{line,raw,
				warnings}'::text[])::text, 6) END AS whole
			FROM pg_temp.import_stage t
			-- OFFSET: evaluate the keys once.
			CROSS JOIN LATERAL (SELECT
			    import_email_key(t.email_address) AS email,
			    import_phone_key(t.phone_number) AS phone
			    OFFSET 0) c
			WHERE t.reject_message IS NULL
		), k AS (
			SELECT line, state, 1 AS rule,
			    hashint8extended(voter_id, 1) AS key
			FROM s WHERE voter_id IS NOT NULL
			UNION ALL
			SELECT line, state, 3, hashtextextended(first,
			    hashtextextended(email, 3))
			FROM s WHERE email IS NOT NULL
			UNION ALL
			SELECT line, state, 4, hashtextextended(first,
			    hashtextextended(last, hashtextextended(phone, 4)))
			FROM s WHERE phone IS NOT NULL
			UNION ALL
			SELECT line, state, 5, hashtextextended(first,
			    hashtextextended(last, hashtextextended(zip,
			    hashint4extended(born - date '2000-01-01', 5))))
			FROM s WHERE born IS NOT NULL AND zip IS NOT NULL
			UNION ALL
			SELECT line, state, 6, whole FROM s
			WHERE whole IS NOT NULL
		)
		SELECT k.line, k.rule, k.key
		FROM k
		JOIN (SELECT key FROM k GROUP BY key HAVING count(*) > 1
		    AND (count(state) < count(*) OR min(state) <> max(state)))
		    shared USING (key);
	END IF;
	ANALYZE pg_temp.import_key;
	EXECUTE format('CREATE TEMPORARY TABLE import_person ON COMMIT DROP AS
	    SELECT s.line AS grp, t.*, s.voter_id AS voter
	    FROM (SELECT DISTINCT line FROM pg_temp.import_key k
		WHERE NOT EXISTS (SELECT FROM pg_temp.import_group g
		    WHERE g.line = k.line)) k
	    JOIN pg_temp.import_stage s USING (line)
	    CROSS JOIN LATERAL (SELECT %s) t', import_traits('s'));
	PERFORM import_describe();
	ANALYZE pg_temp.import_person;
END
$$;

-- Add to import_person the people of several rows who are not in it yet.
CREATE FUNCTION cerberus.import_describe() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	EXECUTE (SELECT format('INSERT INTO pg_temp.import_person (grp, %s)
	    SELECT g.grp, %s
	    FROM pg_temp.import_group g
	    JOIN pg_temp.import_stage s USING (line)
	    CROSS JOIN LATERAL (SELECT %s, s.voter_id AS voter) t
	    WHERE NOT EXISTS (SELECT FROM pg_temp.import_person p
		WHERE p.grp = g.grp)
	    GROUP BY g.grp',
	    string_agg(quote_ident(c), ', '),
	    string_agg(format('(array_agg(t.%1$I ORDER BY s.line DESC)
		FILTER (WHERE t.%1$I IS NOT NULL))[1]', c), ', '),
	    import_traits('s'))
	    FROM unnest('{first,last,suffix,born,year,id,state,voter}'::text[])
		c);
END
$$;

-- Judge sets of people.  p_sets is an SQL query of pairs: bag and grp.  Return
-- the sets of at least two: the first member, and whether they are several
-- people who share the key of a rule; by_* says what tells them apart.  Two
-- last names with one e-mail address and first name are a marriage, three are
-- an office.
CREATE FUNCTION cerberus.import_judge(p_sets text, p_rule integer)
RETURNS TABLE (bag bigint, first bigint, several boolean, by_suffix boolean,
	by_birth boolean, by_id boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN QUERY EXECUTE format('
	    SELECT j.bag, j.one, j.suffix OR j.birth OR j.ids OR j.moved
		OR j.others, j.suffix, j.birth, j.ids OR j.moved
	    FROM (SELECT x.bag, min(p.grp) AS one,
		    cerberus.import_differs(min(p.suffix), max(p.suffix),
			NULL, NULL, NULL, NULL) AS suffix,
		    cerberus.import_differs(NULL, NULL, min(p.born),
			max(p.born), min(p.year), max(p.year)) AS birth,
		    coalesce(min(ltrim(p.id, ''0'')) <> max(ltrim(p.id, ''0''))
			AND (count(p.id) > count(p.state)
			OR count(DISTINCT p.state || '' ''
			    || ltrim(p.id, ''0'')) > count(DISTINCT p.state)),
			false) AS ids,
		    coalesce(min(p.state) <> max(p.state), false) AND ($1 = 2
			OR min(p.first) <> max(p.first)
			OR min(p.last) <> max(p.last)) AS moved,
		    coalesce(min(p.voter) <> max(p.voter), false)
			OR $1 = 3 AND count(DISTINCT p.last) > 2 AS others
		FROM (%s) x JOIN pg_temp.import_person p ON p.grp = x.grp
		GROUP BY x.bag HAVING count(*) > 1) j', p_sets)
	USING p_rule;
END
$$;

-- Connect the people of import_bag who share a key, by import_verdict: all of
-- them if they are one person, otherwise those who agree in everything.
CREATE FUNCTION cerberus.import_relate() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO pg_temp.import_edge
	SELECT DISTINCT x.grp, v.first
	FROM pg_temp.import_bag x
	JOIN pg_temp.import_verdict v USING (bag)
	WHERE NOT v.several AND x.grp <> v.first
	UNION
	SELECT y.grp, y.first
	FROM (SELECT x.grp, min(x.grp) OVER (PARTITION BY x.bag, p.first,
		p.last, p.suffix, p.born, p.year, ltrim(p.id, '0'), p.state,
		p.voter) AS first
	    FROM pg_temp.import_bag x
	    JOIN pg_temp.import_verdict v USING (bag)
	    JOIN pg_temp.import_person p USING (grp)
	    WHERE v.several) y
	WHERE y.grp <> y.first;
	PERFORM import_connect();
END
$$;

-- Apply the keys of one rule: join people, and note in import_doubt those whose
-- key several others share.
CREATE FUNCTION cerberus.import_step(p_rule integer) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE import_bag ON COMMIT DROP AS
	SELECT DISTINCT k.key AS bag, coalesce(g.grp, k.line) AS grp
	FROM pg_temp.import_key k
	LEFT JOIN pg_temp.import_group g USING (line)
	WHERE k.rule = p_rule;
	ANALYZE pg_temp.import_bag;
	CREATE TEMPORARY TABLE import_verdict ON COMMIT DROP AS
	SELECT * FROM import_judge('SELECT bag, grp FROM pg_temp.import_bag',
	    p_rule);
	ANALYZE pg_temp.import_verdict;
	PERFORM import_relate();
	-- Somebody with two e-mail addresses may have connected two people who
	-- contradict each other.  Then none of their keys counts.
	CREATE TEMPORARY TABLE import_broken ON COMMIT DROP AS
	SELECT j.* FROM import_judge('SELECT root AS bag, grp
	    FROM pg_temp.import_tree', p_rule) j WHERE j.several;
	IF EXISTS (SELECT FROM pg_temp.import_broken) THEN
		UPDATE pg_temp.import_verdict v
		SET several = true, by_suffix = b.by_suffix,
		    by_birth = b.by_birth, by_id = b.by_id
		FROM pg_temp.import_broken b
		JOIN pg_temp.import_tree t ON t.root = b.bag
		JOIN pg_temp.import_bag x ON x.grp = t.grp
		WHERE v.bag = x.bag;
		PERFORM import_relate();
	END IF;

	DELETE FROM pg_temp.import_doubt d USING pg_temp.import_tree t
	WHERE d.line = t.grp;
	INSERT INTO pg_temp.import_doubt (line, rule)
	SELECT DISTINCT p.grp, p_rule
	FROM pg_temp.import_verdict v
	JOIN pg_temp.import_bag x USING (bag)
	JOIN pg_temp.import_person p USING (grp)
	WHERE v.several AND (v.by_suffix AND p.suffix IS NULL
	    OR v.by_birth AND p.year IS NULL
	    OR v.by_id AND (p.id IS NULL OR p.state IS NULL));

	UPDATE pg_temp.import_group g SET grp = t.root
	FROM pg_temp.import_tree t WHERE g.grp = t.grp AND t.grp <> t.root;
	INSERT INTO pg_temp.import_group (line, grp)
	SELECT t.grp, t.root FROM pg_temp.import_tree t
	WHERE NOT EXISTS (SELECT FROM pg_temp.import_group g
	    WHERE g.line = t.grp);
	DELETE FROM pg_temp.import_person p USING pg_temp.import_tree t
	WHERE p.grp = t.grp;
	PERFORM import_describe();
	DROP TABLE pg_temp.import_bag, pg_temp.import_verdict,
	    pg_temp.import_broken;
END
$$;

COMMIT;
