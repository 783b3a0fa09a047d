-- Deploy cerberus:search to pg
-- requires: policies
--
-- Two aids for lists of voters, both kept by triggers that look once at all
-- the rows of a statement.
--
-- tallies: how many voters there are in each block of 1,024 ids, in the whole
-- database (scope 0) and in each campaign (its id), and how many bear a last
-- name (scope -1, the name's hash as block).  So a list knows its total and
-- where its 40,000th page begins without reading what comes before.  Rows are
-- only added, never changed, so that no two writers wait for each other; the
-- sum of a key's rows counts.  Now and then a writer puts new rows together.
--
-- voter_names: every name once (or, after a race, twice), for the search of
-- what is almost it.  A trigram index on voters itself would cost each
-- imported row more than all its other indexes together.
BEGIN;
CREATE EXTENSION pg_trgm SCHEMA cerberus;

SET LOCAL ROLE cerberus_owner;

CREATE TABLE cerberus.tallies (
	scope	bigint NOT NULL,
	block	bigint NOT NULL,
	n	integer NOT NULL,
	fresh	boolean NOT NULL DEFAULT true	-- not yet put together
);
CREATE INDEX tallies_scope_idx ON cerberus.tallies (scope, block) INCLUDE (n);
CREATE INDEX tallies_fresh_idx ON cerberus.tallies (scope) WHERE fresh;
ALTER TABLE cerberus.tallies ENABLE ROW LEVEL SECURITY;

CREATE TABLE cerberus.voter_names (
	name	text NOT NULL,
	is_last	boolean NOT NULL
);
CREATE INDEX voter_names_name_idx ON cerberus.voter_names
	(name text_pattern_ops, is_last);
CREATE INDEX voter_names_trgm_idx ON cerberus.voter_names
	USING gin (name cerberus.gin_trgm_ops);
ALTER TABLE cerberus.voter_names ENABLE ROW LEVEL SECURITY;

-- Rows that another transaction is putting together are left to it.
CREATE FUNCTION cerberus.merge_tallies() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
	WITH old AS MATERIALIZED (
		SELECT t.ctid FROM cerberus.tallies t WHERE t.fresh
		LIMIT 10000 FOR UPDATE SKIP LOCKED
	), gone AS (
		DELETE FROM cerberus.tallies t USING old
		WHERE t.ctid = old.ctid
		RETURNING t.scope, t.block, t.n
	)
	INSERT INTO cerberus.tallies (scope, block, n, fresh)
	SELECT g.scope, g.block, sum(g.n), false FROM gone g
	GROUP BY g.scope, g.block HAVING sum(g.n) <> 0
$$;

CREATE FUNCTION cerberus.tally_voters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	sign integer := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
	-- One look at the rows, which may be a million wide ones.
	WITH g AS MATERIALIZED (
		SELECT c.voter_id >> 10 AS block, c.last_name, c.first_name,
		    pg_catalog.count(*) AS n
		FROM changed c GROUP BY GROUPING SETS ((c.voter_id >> 10),
		    (c.last_name), (c.first_name))
	), t AS (
		INSERT INTO cerberus.tallies (scope, block, n)
		SELECT 0, g.block, sign * g.n FROM g
		WHERE g.block IS NOT NULL
		UNION ALL
		SELECT -1, pg_catalog.hashtextextended(
		    pg_catalog.lower(g.last_name), 0),
		    sign * pg_catalog.sum(g.n)
		FROM g WHERE g.last_name IS NOT NULL GROUP BY 2
	)
	INSERT INTO cerberus.voter_names (name, is_last)
	SELECT DISTINCT pg_catalog.lower(coalesce(g.last_name, g.first_name)),
	    g.last_name IS NOT NULL
	FROM g WHERE sign > 0 AND g.block IS NULL
	AND NOT EXISTS (SELECT FROM cerberus.voter_names o
	    WHERE o.name = pg_catalog.lower(coalesce(g.last_name,
		g.first_name))
	    AND o.is_last = (g.last_name IS NOT NULL));
	IF TG_OP = 'INSERT' THEN
		IF pg_catalog.random() < 0.002 THEN
			PERFORM cerberus.merge_tallies();
		END IF;
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_voters();
CREATE TRIGGER tally_removed AFTER DELETE ON cerberus.voters
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_voters();

CREATE FUNCTION cerberus.tally_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	INSERT INTO cerberus.tallies (scope, block, n)
	VALUES (-1, pg_catalog.hashtextextended(
		pg_catalog.lower(OLD.last_name), 0), -1),
	    (-1, pg_catalog.hashtextextended(
		pg_catalog.lower(NEW.last_name), 0), 1);
	INSERT INTO cerberus.voter_names (name, is_last)
	SELECT k.name, k.is_last
	FROM (VALUES (pg_catalog.lower(NEW.last_name), true),
	    (pg_catalog.lower(NEW.first_name), false)) k (name, is_last)
	WHERE NOT EXISTS (SELECT FROM cerberus.voter_names o
	    WHERE o.name = k.name AND o.is_last = k.is_last);
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_renamed AFTER UPDATE OF first_name, last_name
	ON cerberus.voters FOR EACH ROW
	WHEN (OLD.last_name <> NEW.last_name OR OLD.first_name <> NEW.first_name)
	EXECUTE FUNCTION cerberus.tally_renamed();

CREATE FUNCTION cerberus.tally_joined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	INSERT INTO cerberus.tallies (scope, block, n)
	SELECT c.campaign_id, c.voter_id >> 10,
	    CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END * pg_catalog.count(*)
	FROM changed c GROUP BY 1, 2;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_joined();
CREATE TRIGGER tally_left AFTER DELETE ON cerberus.campaign_voters
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_joined();

CREATE FUNCTION cerberus.tally_none() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	DELETE FROM cerberus.tallies t
	WHERE CASE TG_TABLE_NAME WHEN 'voters' THEN t.scope < 1
	    ELSE t.scope > 0 END;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_none AFTER TRUNCATE ON cerberus.voters
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_none();
CREATE TRIGGER tally_none AFTER TRUNCATE ON cerberus.campaign_voters
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_none();

-- What is there already.
INSERT INTO cerberus.tallies (scope, block, n, fresh)
SELECT 0, voter_id >> 10, count(*), false FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT -1, hashtextextended(lower(last_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT campaign_id, voter_id >> 10, count(*), false
FROM cerberus.campaign_voters GROUP BY 1, 2;
INSERT INTO cerberus.voter_names (name, is_last)
SELECT DISTINCT lower(last_name), true FROM cerberus.voters
UNION ALL
SELECT DISTINCT lower(first_name), false FROM cerberus.voters;

-- Whose voters a list of the caller's shows, and where an offset of it is:
-- the campaigns (null: every voter, for admins), how many voters they have,
-- whether that is exact, and the id from which, or down from which, how many
-- rows are still to be passed over.
CREATE FUNCTION cerberus.voter_scope(p_campaign_id bigint, p_offset bigint,
	p_down boolean)
RETURNS TABLE (campaigns bigint[], total bigint, exact boolean,
	start_id bigint, skip bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 AS $$
#variable_conflict use_column
DECLARE
	whose bigint;
	sign integer := CASE WHEN p_down THEN -1 ELSE 1 END;
	n bigint;
	at bigint;
BEGIN
	exact := true;
	IF cerberus.caller_is_admin() THEN
		whose := coalesce(p_campaign_id, 0);
		campaigns := CASE WHEN whose > 0 THEN ARRAY[whose] END;
	ELSE
		campaigns := cerberus.caller_campaigns('viewer');
		IF p_campaign_id IS NOT NULL THEN
			campaigns := CASE WHEN p_campaign_id = ANY (campaigns)
			    THEN ARRAY[p_campaign_id] ELSE '{}' END;
		END IF;
		IF pg_catalog.cardinality(campaigns) = 1 THEN
			whose := campaigns[1];
		ELSE
			exact := false;
			total := (SELECT coalesce(pg_catalog.sum(t.n), 0)
			    FROM cerberus.tallies t
			    WHERE t.scope = ANY (campaigns));
			RETURN NEXT;
			RETURN;
		END IF;
	END IF;
	IF p_offset <= 0 THEN
		total := (SELECT coalesce(pg_catalog.sum(t.n), 0)
		    FROM cerberus.tallies t WHERE t.scope = whose);
		RETURN NEXT;
		RETURN;
	END IF;
	-- First which 32 blocks, then which of them.  Downwards it is the same
	-- with the numbers of the blocks turned round.
	SELECT k.total, k.part, k.before INTO total, at, n
	FROM (SELECT g.part, pg_catalog.sum(g.n) OVER () AS total,
		pg_catalog.sum(g.n) OVER (ORDER BY g.part) - g.n AS before
	    FROM (SELECT (sign * t.block) >> 5 AS part,
		    pg_catalog.sum(t.n) AS n
		FROM cerberus.tallies t WHERE t.scope = whose
		GROUP BY 1) g) k
	ORDER BY k.before <= p_offset DESC, k.before DESC, k.part DESC
	LIMIT 1;
	total := coalesce(total, 0);
	IF p_offset < total THEN
		SELECT k.block, n + k.before INTO at, n
		FROM (SELECT g.block, pg_catalog.sum(g.n)
			OVER (ORDER BY g.block) - g.n AS before
		    FROM (SELECT sign * t.block AS block,
			    pg_catalog.sum(t.n) AS n
			FROM cerberus.tallies t WHERE t.scope = whose
			AND t.block BETWEEN least(sign * (at << 5),
			    sign * ((at << 5) + 31)) AND greatest(
			    sign * (at << 5), sign * ((at << 5) + 31))
			GROUP BY 1) g) k
		WHERE n + k.before <= p_offset
		ORDER BY k.block DESC LIMIT 1;
		start_id := ((sign * at) << 10) + CASE WHEN p_down THEN 1023
		    ELSE 0 END;
		skip := p_offset - n;
	END IF;
	RETURN NEXT;
END
$$;

-- The names that a word may mean: itself, what begins with it, it with two
-- neighbours swapped, and what looks like it.  The score depends on the word
-- and the name alone, so that cursors can count on it.
CREATE FUNCTION cerberus.names_like(p_word text, p_last boolean,
	p_wide boolean)
RETURNS TABLE (score integer, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 AS $$
#variable_conflict use_column
DECLARE
	found_exact boolean;
	found_prefix boolean := false;
BEGIN
	found_exact := EXISTS (SELECT FROM cerberus.voter_names n
	    WHERE n.name = p_word AND n.is_last = p_last);
	IF found_exact THEN
		RETURN QUERY SELECT 0, p_word;
		IF NOT p_wide THEN
			RETURN;
		END IF;
	END IF;
	IF pg_catalog.length(p_word) > 1 THEN
		RETURN QUERY SELECT DISTINCT 1, n.name
		    FROM cerberus.voter_names n
		    WHERE n.name LIKE pg_catalog.replace(pg_catalog.replace(
			pg_catalog.replace(p_word, '\', '\\'), '%', '\%'),
			'_', '\_') || '%'
		    AND n.is_last = p_last AND n.name <> p_word
		    ORDER BY 2 LIMIT 1000;
		found_prefix := FOUND;
	END IF;
	IF pg_catalog.length(p_word) < 4 THEN
		RETURN;
	END IF;
	IF NOT found_exact THEN
		RETURN QUERY SELECT DISTINCT 2, n.name
		    FROM pg_catalog.generate_series(1,
			pg_catalog.length(p_word) - 1) i,
		    cerberus.voter_names n
		    WHERE n.name = pg_catalog.left(p_word, i - 1)
			|| pg_catalog.substr(p_word, i + 1, 1)
			|| pg_catalog.substr(p_word, i, 1)
			|| pg_catalog.substr(p_word, i + 2)
		    AND n.is_last = p_last AND n.name <> p_word;
		IF FOUND THEN
			RETURN;
		END IF;
	END IF;
	RETURN QUERY SELECT k.score, k.name FROM (
	    SELECT DISTINCT 103 - (100 * cerberus.similarity(n.name,
		p_word))::integer AS score, n.name
	    FROM cerberus.voter_names n
	    WHERE n.name OPERATOR(cerberus.%) p_word AND n.is_last = p_last
	    AND n.name <> p_word AND NOT pg_catalog.starts_with(n.name, p_word)
	    ) k
	    WHERE k.score <= CASE WHEN found_exact OR found_prefix THEN 53
		ELSE 73 END
	    ORDER BY 1, 2 LIMIT CASE WHEN p_wide THEN 20 ELSE 6 END;
END
$$;

-- What a query over names may mean: a last name, with or without a first
-- name.  A single word that is a first name and no last name is paired with
-- every last name, so that voters' index by last and first name serves.
CREATE FUNCTION cerberus.search_names(p_query text)
RETURNS TABLE (score integer, last_name text, first_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 AS $$
#variable_conflict use_column
DECLARE
	whole text := pg_catalog.lower(pg_catalog.btrim(
	    pg_catalog.regexp_replace(p_query, '\s+', ' ', 'g')));
	words text[];
	n integer;
BEGIN
	-- "Last, First" as well as "First Last".
	IF whole LIKE '%,%' THEN
		whole := pg_catalog.btrim(pg_catalog.split_part(whole, ',', 2)
		    || ' ' || pg_catalog.btrim(pg_catalog.split_part(whole,
		    ',', 1)));
	END IF;
	words := pg_catalog.string_to_array(whole, ' ');
	n := pg_catalog.cardinality(words);
	IF n = 1 OR n > 4 THEN
		RETURN QUERY SELECT pg_catalog.min(l.score), l.name, NULL::text
		    FROM cerberus.names_like(whole, true, true) l
		    GROUP BY l.name ORDER BY 1, 2;
		IF FOUND AND NOT EXISTS (SELECT FROM cerberus.voter_names f
		    WHERE f.name = whole AND NOT f.is_last) THEN
			RETURN;
		END IF;
		RETURN QUERY SELECT DISTINCT 200 + f.score, l.name, f.name
		    FROM cerberus.names_like(whole, false, false) f,
		    cerberus.voter_names l
		    WHERE l.is_last
		    AND l.name NOT IN (SELECT k.name
			FROM cerberus.names_like(whole, true, true) k)
		    ORDER BY 1, 2, 3;
		RETURN;
	END IF;
	-- Names that are there as they were written need no guessing.
	RETURN QUERY SELECT pg_catalog.min(w.score)::integer, w.l, w.f FROM (
	    SELECT 0 AS score, pg_catalog.array_to_string(words[k + 1:], ' ')
		AS l, pg_catalog.array_to_string(words[:k], ' ') AS f
	    FROM pg_catalog.generate_series(1, n - 1) k
	    UNION ALL
	    SELECT 300, pg_catalog.array_to_string(words[:k], ' '),
		pg_catalog.array_to_string(words[k + 1:], ' ')
	    FROM pg_catalog.generate_series(1, n - 1) k) w
	    WHERE EXISTS (SELECT FROM cerberus.voter_names o
		WHERE o.name = w.l AND o.is_last)
	    AND EXISTS (SELECT FROM cerberus.voter_names o
		WHERE o.name = w.f AND NOT o.is_last)
	    GROUP BY w.l, w.f ORDER BY 1, 2, 3;
	IF FOUND THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT pg_catalog.min(p.score)::integer, p.last_name,
	    p.first_name FROM (
	    SELECT l.score + f.score AS score, l.name AS last_name,
		f.name AS first_name
	    FROM pg_catalog.generate_series(1, n - 1) k,
	    cerberus.names_like(pg_catalog.array_to_string(words[k + 1:], ' '),
		true, false) l,
	    cerberus.names_like(pg_catalog.array_to_string(words[:k], ' '),
		false, false) f
	    UNION ALL
	    SELECT 300 + l.score + f.score, l.name, f.name
	    FROM pg_catalog.generate_series(1, n - 1) k,
	    cerberus.names_like(pg_catalog.array_to_string(words[:k], ' '),
		true, false) l,
	    cerberus.names_like(pg_catalog.array_to_string(words[k + 1:], ' '),
		false, false) f
	    UNION ALL
	    SELECT 0, w.name, NULL FROM cerberus.voter_names w
	    WHERE w.name = whole AND w.is_last
	    ) p
	    GROUP BY p.last_name, p.first_name
	    ORDER BY 1, 2, 3 LIMIT 300;
END
$$;

-- lower() is not leakproof: under row-level security a condition with it
-- cannot use the index by names.  So these look with the owner's rights and
-- answer with ids; who asks reads the voters themselves, under their policies.

-- The voters with a last name, and with a first name where one is given.
CREATE FUNCTION cerberus.named_voters(p_last text, p_first text)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200 AS $$
BEGIN
	RETURN QUERY SELECT v.voter_id FROM cerberus.voters v
	    WHERE pg_catalog.lower(v.last_name) = pg_catalog.lower(p_last)
	    AND (p_first IS NULL
		OR pg_catalog.lower(v.first_name) = pg_catalog.lower(p_first));
END
$$;

-- The campaigns in which somebody may look: of those that are asked for the
-- ones that the caller is in; null: everywhere, for admins.
CREATE FUNCTION cerberus.search_where(p_campaigns bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
	own bigint[];
BEGIN
	IF cerberus.caller_is_admin() THEN
		RETURN p_campaigns;
	END IF;
	own := cerberus.caller_campaigns('viewer');
	IF p_campaigns IS NULL THEN
		RETURN own;
	END IF;
	RETURN ARRAY(SELECT c FROM pg_catalog.unnest(p_campaigns) c
	    WHERE c = ANY (own));
END
$$;

-- The best matches first; p_after...: only what comes after this place.  Where
-- that costs nothing, total says how many there are without the limit.
CREATE FUNCTION cerberus.search_voters(p_query text, p_campaigns bigint[],
	p_limit bigint, p_after_score integer DEFAULT NULL,
	p_after_last text DEFAULT NULL, p_after_first text DEFAULT NULL,
	p_after_id bigint DEFAULT NULL)
RETURNS TABLE (score integer, last_name text, first_name text,
	voter_id bigint, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 AS $$
#variable_conflict use_column
DECLARE
	campaigns bigint[] := cerberus.search_where(p_campaigns);
	remaining bigint := p_limit;
	s record;
	n bigint;
BEGIN
	IF campaigns IS NOT NULL AND 5000 >= (
	    SELECT coalesce(pg_catalog.sum(t.n), 0) FROM cerberus.tallies t
	    WHERE t.scope = ANY (campaigns)) THEN
		-- Few: look at each of them.
		RETURN QUERY SELECT k.score, k.last_name,
		    pg_catalog.lower(v.first_name), v.voter_id,
		    pg_catalog.count(*) OVER ()
		    FROM cerberus.voters v
		    JOIN cerberus.search_names(p_query) k
		    ON k.last_name = pg_catalog.lower(v.last_name)
		    AND (k.first_name IS NULL
			OR k.first_name = pg_catalog.lower(v.first_name))
		    WHERE v.voter_id = ANY (ARRAY(SELECT cv.voter_id
			FROM cerberus.campaign_voters cv
			WHERE cv.campaign_id = ANY (campaigns)))
		    AND (p_after_id IS NULL OR (k.score, k.last_name,
			pg_catalog.lower(v.first_name), v.voter_id)
			> (p_after_score, p_after_last, p_after_first,
			p_after_id))
		    ORDER BY 1, 2, 3, 4 LIMIT p_limit;
		RETURN;
	END IF;
	FOR s IN SELECT k.score, k.last_name, k.first_name
	    FROM cerberus.search_names(p_query) k
	    WHERE p_after_id IS NULL OR (k.score, k.last_name)
		>= (p_after_score, p_after_last)
	    ORDER BY 1, 2, 3
	LOOP
		RETURN QUERY SELECT s.score, s.last_name,
		    pg_catalog.lower(v.first_name), v.voter_id,
		    NULL::bigint
		    FROM cerberus.voters v
		    WHERE pg_catalog.lower(v.last_name) = s.last_name
		    AND pg_catalog.lower(v.first_name)
			>= coalesce(s.first_name, '')
		    AND pg_catalog.lower(v.first_name)
			<= coalesce(s.first_name, pg_catalog.chr(1114111))
		    AND (campaigns IS NULL OR EXISTS (
			SELECT FROM cerberus.campaign_voters cv
			WHERE cv.voter_id = v.voter_id
			AND cv.campaign_id = ANY (campaigns)))
		    AND (p_after_id IS NULL OR (s.score, s.last_name)
			> (p_after_score, p_after_last)
			OR (pg_catalog.lower(v.first_name), v.voter_id)
			> (p_after_first, p_after_id))
		    ORDER BY pg_catalog.lower(v.last_name),
			pg_catalog.lower(v.first_name), v.voter_id
		    LIMIT remaining;
		GET DIAGNOSTICS n = ROW_COUNT;
		remaining := remaining - n;
		EXIT WHEN remaining <= 0;
	END LOOP;
END
$$;

-- How many that are, and whether this is exact.
CREATE FUNCTION cerberus.search_total(p_query text, p_campaigns bigint[])
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 AS $$
DECLARE
	campaigns bigint[] := cerberus.search_where(p_campaigns);
	named bigint;
	whole boolean;
BEGIN
	exact := true;
	SELECT pg_catalog.sum((SELECT pg_catalog.sum(t.n)
	    FROM cerberus.tallies t WHERE t.scope = -1
	    AND t.block = pg_catalog.hashtextextended(s.last_name, 0))),
	    coalesce(pg_catalog.bool_and(s.first_name IS NULL), true)
	INTO named, whole
	FROM cerberus.search_names(p_query) s;
	named := coalesce(named, 0);
	IF campaigns IS NULL AND whole THEN
		total := named;
		RETURN NEXT;
		RETURN;
	END IF;
	total := (SELECT pg_catalog.count(*)
	    FROM cerberus.search_voters(p_query, campaigns, 10001));
	IF total > 10000 THEN
		exact := false;
		IF campaigns IS NOT NULL THEN
			total := greatest(total, (SELECT named
			    * pg_catalog.sum(t.n)
			    FILTER (WHERE t.scope = ANY (campaigns))
			    / greatest(pg_catalog.sum(t.n)
			    FILTER (WHERE t.scope = 0), 1)
			    FROM cerberus.tallies t
			    WHERE t.scope = 0 OR t.scope = ANY (campaigns)));
		END IF;
	END IF;
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.voter_scope(bigint, bigint, boolean),
	cerberus.search_names(text), cerberus.named_voters(text, text),
	cerberus.search_voters(text, bigint[], bigint, integer, text, text,
	    bigint),
	cerberus.search_total(text, bigint[]) TO cerberus_app;

-- Lists by ZIP in the order of their ids, counted from the index alone.
CREATE INDEX voters_zip_idx ON cerberus.voters (zip_code, voter_id)
	WHERE zip_code IS NOT NULL;
DROP INDEX cerberus.voters_zip_code_idx;

COMMIT;
