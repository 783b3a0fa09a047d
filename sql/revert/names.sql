-- Revert cerberus:names from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_plan(text, bigint[], boolean);
DROP FUNCTION cerberus.search_better(cerberus.search_query, integer);
DROP FUNCTION cerberus.search_columns(cerberus.search_query);
DROP FUNCTION cerberus.search_given(integer, boolean);
DROP FUNCTION cerberus.search_by_voter(bigint, bigint);
DROP TYPE cerberus.search_query;
DROP FUNCTION cerberus.search_names(text[], boolean);
DROP FUNCTION cerberus.names_like(text, boolean);
DROP TABLE cerberus.search_splits;
DROP FUNCTION cerberus.query_words(text);

-- Those of these names that a voter visible to the caller has.  So a search
-- does not reveal names of other campaigns, and their names do not change its
-- results.  p_last: last names, else first names.
CREATE FUNCTION cerberus.visible_names(p_names text[], p_last boolean,
	p_campaigns bigint[], p_voters bigint[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_campaigns IS NULL THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voter_names o
			WHERE o.name = n AND o.is_last = p_last);
	ELSIF p_voters IS NOT NULL AND p_last THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			WHERE lower(v.last_name) = n
			AND v.voter_id IN (SELECT unnest(p_voters)));
	ELSIF p_voters IS NOT NULL THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			WHERE lower(v.first_name) = n
			AND v.voter_id IN (SELECT unnest(p_voters)));
	ELSIF p_last THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			JOIN campaign_voters cv ON cv.voter_id = v.voter_id
			WHERE lower(v.last_name) = n
			AND cv.campaign_id = ANY (p_campaigns));
	ELSE
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			JOIN campaign_voters cv ON cv.voter_id = v.voter_id
			WHERE lower(v.first_name) = n
			AND cv.campaign_id = ANY (p_campaigns));
	END IF;
END
$$;

-- The names that a word can mean, best score first: the word itself, names that
-- begin with it, the word with two neighbouring letters swapped, and names one
-- typing mistake away.  Only if none of these exists: names that look similar.
-- A name exists if the caller sees a voter with it; names that begin with the
-- word are returned unchecked, because they do not suppress any other name.
-- p_wide: also look for longer and similar names when the word itself exists.
-- The score depends on the word and the name alone, so that cursors stay valid.
CREATE FUNCTION cerberus.names_like(p_word text, p_last boolean,
	p_wide boolean, p_campaigns bigint[], p_voters bigint[])
RETURNS TABLE (score integer, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	size integer := length(p_word);
	max_names integer := CASE WHEN p_wide THEN 20 ELSE 6 END;
	exact boolean := EXISTS (SELECT FROM visible_names(ARRAY[p_word],
	    p_last, p_campaigns, p_voters));
	beginning text[];
BEGIN
	IF exact THEN
		RETURN QUERY SELECT 0, p_word;
		IF NOT p_wide THEN
			RETURN;
		END IF;
	END IF;
	IF size > 1 THEN
		beginning := ARRAY(SELECT DISTINCT n.name::text
		    FROM voter_names n
		    WHERE n.name > p_word AND n.name < p_word || chr(1114111)
		    AND n.is_last = p_last ORDER BY 1 LIMIT 1000);
		RETURN QUERY SELECT 1, n FROM unnest(beginning) n;
	END IF;
	IF size < 4 THEN
		RETURN;
	END IF;
	IF NOT exact THEN
		RETURN QUERY SELECT 2, n FROM visible_names(ARRAY(
		    SELECT DISTINCT left(p_word, i - 1)
			|| substr(p_word, i + 1, 1) || substr(p_word, i, 1)
			|| substr(p_word, i + 2)
		    FROM generate_series(1, size - 1) i
		    WHERE substr(p_word, i + 1, 1) <> substr(p_word, i, 1)),
		    p_last, p_campaigns, p_voters) n;
		IF FOUND THEN
			RETURN;
		END IF;
	END IF;
	RETURN QUERY SELECT 103 - (100 * similarity(n, p_word))::integer, n
	    FROM visible_names(ARRAY(SELECT DISTINCT e.name FROM name_edits e
		WHERE e.edit = ANY (ARRAY(SELECT word_edits(p_word)))
		AND e.is_last = p_last AND NOT starts_with(e.name, p_word)),
	    p_last, p_campaigns, p_voters) n
	    ORDER BY 1, 2 LIMIT max_names;
	IF FOUND OR exact OR EXISTS (SELECT FROM visible_names(beginning,
	    p_last, p_campaigns, p_voters)) THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT 103 - (100 * similarity(n, p_word))::integer, n
	    FROM visible_names(ARRAY(SELECT DISTINCT n.name FROM voter_names n
		WHERE n.name OPERATOR(cerberus.%) p_word
		AND n.is_last = p_last
		AND similarity(n.name, p_word) >= 0.3),
	    p_last, p_campaigns, p_voters) n
	    ORDER BY 1, 2 LIMIT max_names;
END
$$;

-- The names that a query can mean: a last name, a first name or both; null
-- stands for any.  Last names come before first names alone.
CREATE FUNCTION cerberus.search_names(p_query text, p_campaigns bigint[],
	p_voters bigint[])
RETURNS TABLE (score integer, last_name text, first_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	whole text := lower(btrim(regexp_replace(p_query, '\s+', ' ', 'g')));
	words text[];
	n integer;
BEGIN
	-- Accept "Last, First" as well as "First Last".
	IF whole LIKE '%,%' THEN
		whole := btrim(split_part(whole, ',', 2)
		    || ' ' || btrim(split_part(whole, ',', 1)));
	END IF;
	words := string_to_array(whole, ' ');
	n := cardinality(words);
	IF n = 1 OR n > 4 THEN
		RETURN QUERY SELECT min(l.score), l.name, NULL::text
		    FROM names_like(whole, true, true, p_campaigns, p_voters) l
		    GROUP BY l.name;
		IF FOUND AND NOT EXISTS (SELECT FROM visible_names(ARRAY[whole],
		    false, p_campaigns, p_voters)) THEN
			RETURN;
		END IF;
		RETURN QUERY SELECT 200 + min(f.score), NULL::text, f.name
		    FROM names_like(whole, false, false, p_campaigns,
			p_voters) f
		    GROUP BY f.name;
		RETURN;
	END IF;
	-- If a voter has both names exactly, do not look for similar ones.
	RETURN QUERY SELECT min(w.score)::integer, w.l, w.f FROM (
	    SELECT 0 AS score, array_to_string(words[k + 1:], ' ') AS l,
		array_to_string(words[:k], ' ') AS f
	    FROM generate_series(1, n - 1) k
	    UNION ALL
	    SELECT 300, array_to_string(words[:k], ' '),
		array_to_string(words[k + 1:], ' ')
	    FROM generate_series(1, n - 1) k) w
	    WHERE EXISTS (SELECT FROM voters v
		WHERE lower(v.last_name) = w.l AND lower(v.first_name) = w.f
		AND CASE WHEN p_campaigns IS NULL THEN true
		    WHEN p_voters IS NOT NULL THEN
			v.voter_id IN (SELECT unnest(p_voters))
		    ELSE EXISTS (SELECT FROM campaign_voters cv
			WHERE cv.voter_id = v.voter_id
			AND cv.campaign_id = ANY (p_campaigns)) END)
	    GROUP BY w.l, w.f;
	IF FOUND THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT min(p.score)::integer, p.last_name, p.first_name
	    FROM (
	    SELECT l.score + f.score AS score, l.name AS last_name,
		f.name AS first_name
	    FROM generate_series(1, n - 1) k,
	    names_like(array_to_string(words[k + 1:], ' '), true, false,
		p_campaigns, p_voters) l,
	    names_like(array_to_string(words[:k], ' '), false, false,
		p_campaigns, p_voters) f
	    UNION ALL
	    SELECT 300 + l.score + f.score, l.name, f.name
	    FROM generate_series(1, n - 1) k,
	    names_like(array_to_string(words[:k], ' '), true, false,
		p_campaigns, p_voters) l,
	    names_like(array_to_string(words[k + 1:], ' '), false, false,
		p_campaigns, p_voters) f
	    UNION ALL
	    SELECT 0, w.name, NULL FROM voter_names w
	    WHERE w.name = whole AND w.is_last
	    ) p
	    GROUP BY p.last_name, p.first_name
	    ORDER BY 1, 2, 3 LIMIT 300;
END
$$;

COMMIT;
