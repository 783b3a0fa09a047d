-- Deploy cerberus:search_score to pg
-- requires: names
--
-- The matches of a search among a few voters, each with its score: all voters
-- of a small campaign, or those who can match a query of several words.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A superset of the voters whom a query of several words finds.
CREATE FUNCTION cerberus.search_candidates(s cerberus.search_query)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	k record;
BEGIN
	FOR k IN WITH n AS MATERIALIZED (
		SELECT n.words, n.is_last, array_agg(n.name) AS names
		FROM unnest(s.words, s.lasts, s.names) n (words, is_last, name)
		GROUP BY 1, 2
	    ) SELECT p.m > 0 AS middle, f.names AS f, m.names AS m, l.names AS l
	    FROM search_splits p
	    LEFT JOIN n f ON f.words = p.f AND NOT f.is_last
	    LEFT JOIN n m ON m.words = p.m AND NOT m.is_last
	    LEFT JOIN n l ON l.words = p.l AND l.is_last
	    WHERE p.word_count = s.word_count
	    AND (p.f = 0 OR f.names IS NOT NULL)
	    AND (p.l = 0 OR l.names IS NOT NULL)
	    AND (p.m = 0 OR m.names IS NOT NULL OR p.f > 0 AND p.l > 0)
	LOOP
		IF k.f IS NOT NULL AND k.l IS NOT NULL
		AND cardinality(k.f) * cardinality(k.l) <= 20000 THEN
			RETURN QUERY SELECT v.voter_id FROM voters v
			    WHERE name_fold(v.last_name) = ANY (k.l)
			    AND name_fold(v.first_name) = ANY (k.f);
		ELSIF k.f IS NOT NULL AND k.l IS NOT NULL THEN
			-- Too many pairs to look for each of them.
			RETURN QUERY SELECT v.voter_id FROM voters v
			    WHERE name_fold(v.last_name) = ANY (k.l)
			    AND name_fold(v.first_name) || ''
				IN (SELECT unnest(k.f));
		ELSIF k.middle THEN
			RETURN QUERY SELECT v.voter_id FROM voters v
			    WHERE length(v.middle_name) > 1
			    AND name_fold(v.middle_name) = ANY (k.m)
			    AND (k.l IS NULL
				OR name_fold(v.last_name) = ANY (k.l))
			    AND (k.f IS NULL
				OR name_fold(v.first_name) = ANY (k.f));
		ELSIF k.l IS NOT NULL THEN
			RETURN QUERY SELECT v.voter_id FROM voters v
			    WHERE name_fold(v.last_name) = ANY (k.l);
		ELSE
			RETURN QUERY SELECT v.voter_id FROM voters v
			    WHERE name_fold(v.first_name) = ANY (k.f);
		END IF;
	END LOOP;
END
$$;

-- Every match, from reading a small campaign or the candidates.  The columns
-- are those of search_rows().
CREATE FUNCTION cerberus.search_scored(s cerberus.search_query)
RETURNS TABLE (score integer, last_name text, first_name text, voter_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
	ids bigint[] := coalesce(s.voter_ids,
	    ARRAY(SELECT DISTINCT c FROM search_candidates(s) c));
BEGIN
	RETURN QUERY WITH n AS MATERIALIZED (
		SELECT * FROM unnest(s.words, s.lasts, s.names, s.scores)
		    n (words, is_last, name, score)
	), v AS MATERIALIZED (
		SELECT v.voter_id, name_fold(v.last_name) AS l,
		    name_fold(v.first_name) AS f, CASE
			WHEN length(v.middle_name) > 1
			THEN name_fold(v.middle_name) END AS m,
		    left(name_fold(v.middle_name), 1) AS initial
		FROM voters v WHERE v.voter_id = ANY (ids)
		AND (s.campaigns IS NULL OR s.voter_ids IS NOT NULL
		    OR EXISTS (SELECT FROM campaign_voters cv
			WHERE cv.voter_id = v.voter_id
			AND cv.campaign_id = ANY (s.campaigns)))
	), k AS (
		SELECT v.* FROM v
		WHERE v.l IN (SELECT n.name FROM n WHERE n.is_last)
		OR v.f IN (SELECT n.name FROM n WHERE NOT n.is_last)
		OR v.m IN (SELECT n.name FROM n WHERE NOT n.is_last)
	), found AS (
		SELECT k.*, p.f AS pf, p.l AS pl, CASE
		    WHEN s.word_count > 1 THEN p.penalty + coalesce(f.score, 0)
			+ coalesce(m.score, 0) + coalesce(l.score, 0)
		    WHEN p.l > 0 THEN l.score
		    WHEN p.f > 0 THEN search_given(f.score, false)
		    ELSE search_given(m.score, true) END AS score
		FROM k CROSS JOIN search_splits p
		LEFT JOIN n f ON f.words = p.f AND NOT f.is_last
		    AND f.name = k.f
		LEFT JOIN n m ON m.words = p.m AND NOT m.is_last
		    AND m.name = k.m
		LEFT JOIN n l ON l.words = p.l AND l.is_last AND l.name = k.l
		WHERE p.word_count = s.word_count
		AND (p.f = 0 OR f.name IS NOT NULL)
		AND (p.l = 0 OR l.name IS NOT NULL)
		AND (p.m = 0 OR m.name IS NOT NULL OR p.f > 0 AND p.l > 0
		    AND k.initial IS NOT NULL
		    AND p.m / 8 = p.m % 8 AND (k.m IS NULL
			OR length(s.terms[p.m / 8]) = 1)
		    AND k.initial = left(s.terms[p.m / 8], 1))
	)
	SELECT DISTINCT ON (d.voter_id) d.score,
	    CASE WHEN s.word_count > 1 OR d.pl > 0 THEN d.l ELSE '' END,
	    CASE WHEN s.word_count > 1 OR d.pl > 0 OR d.pf > 0 THEN d.f
		ELSE d.m END, d.voter_id
	FROM found d ORDER BY d.voter_id, d.score;
END
$$;

COMMIT;
