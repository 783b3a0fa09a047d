-- Deploy cerberus:search to pg
-- requires: policies
--
-- Two aids for lists of voters, both kept by triggers that look once at all
-- the rows of a statement.
--
-- tallies: how many voters there are in each block of 1,024 ids, in the whole
-- database (scope 0) and in each campaign (its id), and how many bear a last
-- name (scope -1, the name's hash as block) or a first name (scope -2).  So a list knows its total and
-- where its 40,000th page begins without reading what comes before.  Rows are
-- only added, never changed, so that no two writers wait for each other; the
-- sum of a key's rows counts.  Now and then a writer puts new rows together.
--
-- voter_names: every name once (or, after a race, twice), for the search of
-- what is almost it.  A trigram index on voters itself would cost each
-- imported row more than all its other indexes together.  name_edits: each
-- name again with one letter left out, as a number.  Two words that are one
-- typing mistake apart, whichever it is, have one of these in common, so that
-- the names that a word may mean cost as many look-ups as it has letters
-- (symmetric delete, W. Garbe 2012).
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
	name	text COLLATE "C" NOT NULL,
	is_last	boolean NOT NULL
);
CREATE INDEX voter_names_name_idx ON cerberus.voter_names (name, is_last);
CREATE INDEX voter_names_trgm_idx ON cerberus.voter_names
	USING gin (name cerberus.gin_trgm_ops);
ALTER TABLE cerberus.voter_names ENABLE ROW LEVEL SECURITY;

CREATE TABLE cerberus.name_edits (
	edit	bigint NOT NULL,
	name	text COLLATE "C" NOT NULL,
	is_last	boolean NOT NULL
);
CREATE INDEX name_edits_edit_idx ON cerberus.name_edits (edit);
ALTER TABLE cerberus.name_edits ENABLE ROW LEVEL SECURITY;

-- A word, and it without each of its letters.
CREATE FUNCTION cerberus.edits_of(p_word text) RETURNS SETOF bigint
LANGUAGE sql IMMUTABLE ROWS 10 AS $$
	SELECT pg_catalog.hashtextextended(p_word, 7)
	UNION
	SELECT pg_catalog.hashtextextended(pg_catalog.left(p_word, i - 1)
	    || pg_catalog.substr(p_word, i + 1), 7)
	FROM pg_catalog.generate_series(1, pg_catalog.length(p_word)) i
$$;

-- Rows that another transaction is putting together are left to it.
CREATE FUNCTION cerberus.merge_tallies() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
		UNION ALL
		SELECT -2, pg_catalog.hashtextextended(
		    pg_catalog.lower(g.first_name), 0),
		    sign * pg_catalog.sum(g.n)
		FROM g WHERE g.first_name IS NOT NULL GROUP BY 2
	), named AS (
		INSERT INTO cerberus.voter_names (name, is_last)
		SELECT DISTINCT pg_catalog.lower(coalesce(g.last_name,
		    g.first_name)), g.last_name IS NOT NULL
		FROM g WHERE sign > 0 AND g.block IS NULL
		AND NOT EXISTS (SELECT FROM cerberus.voter_names o
		    WHERE o.name = pg_catalog.lower(coalesce(g.last_name,
			g.first_name))
		    AND o.is_last = (g.last_name IS NOT NULL))
		RETURNING name, is_last
	)
	INSERT INTO cerberus.name_edits (edit, name, is_last)
	SELECT e, n.name, n.is_last
	FROM named n, cerberus.edits_of(n.name) e;
	IF TG_OP = 'INSERT' THEN
		IF pg_catalog.random() < 0.002 THEN
			PERFORM cerberus.merge_tallies();
		END IF;
	END IF;
	RETURN NULL;
END
$$;
-- voter_new() writes the tallies and the names of a signup itself.
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.task', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_voters();
CREATE TRIGGER tally_removed AFTER DELETE ON cerberus.voters
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_voters();

CREATE FUNCTION cerberus.tally_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO cerberus.tallies (scope, block, n)
	VALUES (-1, pg_catalog.hashtextextended(
		pg_catalog.lower(OLD.last_name), 0), -1),
	    (-1, pg_catalog.hashtextextended(
		pg_catalog.lower(NEW.last_name), 0), 1),
	    (-2, pg_catalog.hashtextextended(
		pg_catalog.lower(OLD.first_name), 0), -1),
	    (-2, pg_catalog.hashtextextended(
		pg_catalog.lower(NEW.first_name), 0), 1);
	WITH named AS (
		INSERT INTO cerberus.voter_names (name, is_last)
		SELECT k.name, k.is_last
		FROM (VALUES (pg_catalog.lower(NEW.last_name), true),
		    (pg_catalog.lower(NEW.first_name), false))
		    k (name, is_last)
		WHERE NOT EXISTS (SELECT FROM cerberus.voter_names o
		    WHERE o.name = k.name AND o.is_last = k.is_last)
		RETURNING name, is_last
	)
	INSERT INTO cerberus.name_edits (edit, name, is_last)
	SELECT e, n.name, n.is_last
	FROM named n, cerberus.edits_of(n.name) e;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_renamed AFTER UPDATE OF first_name, last_name
	ON cerberus.voters FOR EACH ROW
	WHEN (OLD.last_name <> NEW.last_name OR OLD.first_name <> NEW.first_name)
	EXECUTE FUNCTION cerberus.tally_renamed();

CREATE FUNCTION cerberus.tally_joined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO cerberus.tallies (scope, block, n)
	SELECT c.campaign_id, c.voter_id >> 10,
	    CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END * pg_catalog.count(*)
	FROM changed c GROUP BY 1, 2;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.task', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_joined();
CREATE TRIGGER tally_left AFTER DELETE ON cerberus.campaign_voters
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_joined();

CREATE FUNCTION cerberus.tally_none() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
SELECT -2, hashtextextended(lower(first_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT campaign_id, voter_id >> 10, count(*), false
FROM cerberus.campaign_voters GROUP BY 1, 2;
INSERT INTO cerberus.voter_names (name, is_last)
SELECT DISTINCT lower(last_name), true FROM cerberus.voters
UNION ALL
SELECT DISTINCT lower(first_name), false FROM cerberus.voters;
INSERT INTO cerberus.name_edits (edit, name, is_last)
SELECT e, n.name, n.is_last
FROM cerberus.voter_names n, cerberus.edits_of(n.name) e;

-- Whose voters a list of the caller's shows, and where an offset of it is:
-- the campaigns (null: every voter, for admins), how many voters they have,
-- whether that is exact, and the id from which, or down from which, how many
-- rows are still to be passed over.
CREATE FUNCTION cerberus.voter_scope(p_campaign_id bigint, p_offset bigint,
	p_down boolean)
RETURNS TABLE (campaigns bigint[], total bigint, exact boolean,
	start_id bigint, skip bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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

-- Of these names the ones that a voter bears whom the caller sees, so that a
-- search neither tells of names in other campaigns nor is led astray by them.
-- p_campaigns null: every voter; p_own: their voters, where these are few.
CREATE FUNCTION cerberus.names_seen(p_names text[], p_last boolean,
	p_campaigns bigint[], p_own bigint[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_campaigns IS NULL THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voter_names o
			WHERE o.name = n AND o.is_last = p_last);
	ELSIF p_own IS NOT NULL AND p_last THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			WHERE lower(v.last_name) = n
			AND v.voter_id IN (SELECT unnest(p_own)));
	ELSIF p_own IS NOT NULL THEN
		RETURN QUERY SELECT n FROM unnest(p_names) n
		    WHERE EXISTS (SELECT FROM voters v
			WHERE lower(v.first_name) = n
			AND v.voter_id IN (SELECT unnest(p_own)));
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

-- The names that a word may mean: itself, what begins with it, it with two
-- neighbours swapped, and what is one typing mistake away; only where there is
-- none of these, what looks like it.  "There is" means that the caller sees a
-- voter of that name; what begins with the word needs no such look, because
-- nothing is left out for its sake.  The score depends on the word and the
-- name alone, so that cursors can count on it.
CREATE FUNCTION cerberus.names_like(p_word text, p_last boolean,
	p_wide boolean, p_campaigns bigint[], p_own bigint[])
RETURNS TABLE (score integer, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	size integer := length(p_word);
	most integer := CASE WHEN p_wide THEN 20 ELSE 6 END;
	exact boolean := EXISTS (SELECT FROM names_seen(ARRAY[p_word], p_last,
	    p_campaigns, p_own));
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
		RETURN QUERY SELECT 2, n FROM names_seen(ARRAY(
		    SELECT DISTINCT left(p_word, i - 1)
			|| substr(p_word, i + 1, 1) || substr(p_word, i, 1)
			|| substr(p_word, i + 2)
		    FROM generate_series(1, size - 1) i
		    WHERE substr(p_word, i + 1, 1) <> substr(p_word, i, 1)),
		    p_last, p_campaigns, p_own) n;
		IF FOUND THEN
			RETURN;
		END IF;
	END IF;
	RETURN QUERY SELECT 103 - (100 * similarity(n, p_word))::integer, n
	    FROM names_seen(ARRAY(SELECT DISTINCT e.name FROM name_edits e
		WHERE e.edit = ANY (ARRAY(SELECT edits_of(p_word)))
		AND e.is_last = p_last AND NOT starts_with(e.name, p_word)),
	    p_last, p_campaigns, p_own) n
	    ORDER BY 1, 2 LIMIT most;
	IF FOUND OR exact OR EXISTS (SELECT FROM names_seen(beginning, p_last,
	    p_campaigns, p_own)) THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT 103 - (100 * similarity(n, p_word))::integer, n
	    FROM names_seen(ARRAY(SELECT DISTINCT n.name FROM voter_names n
		WHERE n.name OPERATOR(cerberus.%) p_word
		AND n.is_last = p_last
		AND similarity(n.name, p_word) >= 0.3),
	    p_last, p_campaigns, p_own) n
	    ORDER BY 1, 2 LIMIT most;
END
$$;

-- What a query over names may mean: a last name, a first name, or both; null:
-- any.  Last names come before first names alone.
CREATE FUNCTION cerberus.search_names(p_query text, p_campaigns bigint[],
	p_own bigint[])
RETURNS TABLE (score integer, last_name text, first_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	whole text := lower(btrim(regexp_replace(p_query, '\s+', ' ', 'g')));
	words text[];
	n integer;
BEGIN
	-- "Last, First" as well as "First Last".
	IF whole LIKE '%,%' THEN
		whole := btrim(split_part(whole, ',', 2)
		    || ' ' || btrim(split_part(whole, ',', 1)));
	END IF;
	words := string_to_array(whole, ' ');
	n := cardinality(words);
	IF n = 1 OR n > 4 THEN
		RETURN QUERY SELECT min(l.score), l.name, NULL::text
		    FROM names_like(whole, true, true, p_campaigns, p_own) l
		    GROUP BY l.name;
		IF FOUND AND NOT EXISTS (SELECT FROM names_seen(ARRAY[whole],
		    false, p_campaigns, p_own)) THEN
			RETURN;
		END IF;
		RETURN QUERY SELECT 200 + min(f.score), NULL::text, f.name
		    FROM names_like(whole, false, false, p_campaigns, p_own) f
		    GROUP BY f.name;
		RETURN;
	END IF;
	-- Somebody who has both names as they were written needs no guessing.
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
		    WHEN p_own IS NOT NULL THEN
			v.voter_id IN (SELECT unnest(p_own))
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
		p_campaigns, p_own) l,
	    names_like(array_to_string(words[:k], ' '), false, false,
		p_campaigns, p_own) f
	    UNION ALL
	    SELECT 300 + l.score + f.score, l.name, f.name
	    FROM generate_series(1, n - 1) k,
	    names_like(array_to_string(words[:k], ' '), true, false,
		p_campaigns, p_own) l,
	    names_like(array_to_string(words[k + 1:], ' '), false, false,
		p_campaigns, p_own) f
	    UNION ALL
	    SELECT 0, w.name, NULL FROM voter_names w
	    WHERE w.name = whole AND w.is_last
	    ) p
	    GROUP BY p.last_name, p.first_name
	    ORDER BY 1, 2, 3 LIMIT 300;
END
$$;

-- lower() and the tags' operator are not leakproof: under row-level security a
-- condition with one cannot use its index, and any other asks the policy of
-- each row that it finds.  So these look with the owner's rights and answer
-- with ids; who asks reads the voters themselves, under their policies.

-- The campaigns in which somebody may look: of those that are asked for the
-- ones that the caller is in; null: everywhere, for admins.
CREATE FUNCTION cerberus.search_where(p_campaigns bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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

-- The voters of a few campaigns.  Whoever looks for some of them asks IN (SELECT
-- unnest(...)): that is a hash, however many the planner takes them for.
CREATE FUNCTION cerberus.search_own(p_campaigns bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT cv.voter_id FROM cerberus.campaign_voters cv
	    WHERE cv.campaign_id = ANY (p_campaigns));
END
$$;

-- What a search looks for, and where.
CREATE TYPE cerberus.search AS (
	scores		integer[],	-- search_names(), in order
	lasts		text[],
	firsts		text[],
	campaigns	bigint[],	-- null: everywhere
	own		bigint[],	-- their voters, where these are few
	few		boolean,	-- it costs least to look at each voter
	named		bigint,		-- at least as many as there are, everywhere
	known		boolean		-- exactly so many
);

CREATE FUNCTION cerberus.search_plan(p_query text, p_campaigns bigint[])
RETURNS cerberus.search
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	s cerberus.search;
	size bigint;
BEGIN
	s.campaigns := search_where(p_campaigns);
	IF s.campaigns IS NOT NULL THEN
		size := (SELECT coalesce(sum(t.n), 0) FROM tallies t
		    WHERE t.scope = ANY (s.campaigns));
		IF size <= 5000 THEN
			s.own := search_own(s.campaigns);
		-- A campaign that has everybody leaves nobody out.
		ELSIF cardinality(s.campaigns) = 1 AND size = (
		    SELECT sum(t.n) FROM tallies t WHERE t.scope = 0) THEN
			s.campaigns := NULL;
		END IF;
	END IF;
	SELECT array_agg(k.score), array_agg(k.last_name),
	    array_agg(k.first_name), coalesce(sum((
		SELECT sum(t.n) FROM tallies t
		WHERE t.scope = CASE WHEN k.last_name IS NULL THEN -2
		    ELSE -1 END
		AND t.block = hashtextextended(coalesce(k.last_name,
		    k.first_name), 0))), 0),
	    coalesce(bool_and(k.first_name IS NULL)
		OR bool_and(k.last_name IS NULL), true)
	INTO s.scores, s.lasts, s.firsts, s.named, s.known
	FROM (SELECT * FROM search_names(p_query, s.campaigns, s.own)
	    ORDER BY score, last_name, first_name) k;
	s.known := s.known AND s.campaigns IS NULL;
	-- An index alone says who has a name; each voter is a row to be read.
	s.few := s.own IS NOT NULL AND 2 * size < s.named;
	RETURN s;
END
$$;

-- The best matches first; p_after...: only what comes after this place.  Those
-- found by their first name alone stand, without a last name, in the order of
-- their ids.
CREATE FUNCTION cerberus.search_rows(s cerberus.search, p_limit bigint,
	p_after_score integer, p_after_last text, p_after_first text,
	p_after_id bigint)
RETURNS TABLE (score integer, last_name text, first_name text, voter_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	remaining bigint := p_limit;
	listed text[] := ARRAY(SELECT k.l
	    FROM ROWS FROM (pg_catalog.unnest(s.lasts),
		pg_catalog.unnest(s.firsts)) k (l, f)
	    WHERE k.l IS NOT NULL AND k.f IS NULL);
	name record;
	n bigint;
BEGIN
	IF s.few THEN
		RETURN QUERY WITH v AS MATERIALIZED (
			SELECT v.voter_id, pg_catalog.lower(v.last_name) AS l,
			    pg_catalog.lower(v.first_name) AS f
			FROM cerberus.voters v
			WHERE v.voter_id = ANY (s.own)
		), k AS (
			SELECT * FROM ROWS FROM (
			    pg_catalog.unnest(s.scores),
			    pg_catalog.unnest(s.lasts),
			    pg_catalog.unnest(s.firsts)) k (score, l, f)
		), found AS (
			SELECT k.score, k.l, v.f, v.voter_id
			FROM v JOIN k ON k.l = v.l
			WHERE k.f IS NULL OR k.f = v.f
			UNION ALL
			SELECT k.score, '', v.f, v.voter_id
			FROM v JOIN k ON k.l IS NULL AND k.f = v.f
			WHERE v.l <> ALL (listed)
		)
		SELECT * FROM found r
		WHERE p_after_id IS NULL OR (r.score, r.l, r.f, r.voter_id)
		    > (p_after_score, p_after_last, p_after_first, p_after_id)
		ORDER BY 1, 2, 3, 4 LIMIT p_limit;
		RETURN;
	END IF;
	FOR name IN SELECT k.score, coalesce(k.l, '') AS l, k.f
	    FROM ROWS FROM (pg_catalog.unnest(s.scores),
		pg_catalog.unnest(s.lasts), pg_catalog.unnest(s.firsts))
		k (score, l, f)
	    WHERE p_after_id IS NULL OR (k.score, coalesce(k.l, ''))
		>= (p_after_score, p_after_last)
	    ORDER BY 1, 2, 3
	LOOP
		IF name.l = '' THEN
			RETURN QUERY SELECT name.score, name.l, name.f,
			    v.voter_id
			    FROM cerberus.voters v
			    WHERE pg_catalog.lower(v.first_name) = name.f
			    AND pg_catalog.lower(v.last_name) <> ALL (listed)
			    AND CASE WHEN s.campaigns IS NULL THEN true
				WHEN s.own IS NOT NULL THEN v.voter_id IN (
				    SELECT pg_catalog.unnest(s.own))
				ELSE EXISTS (
				    SELECT FROM cerberus.campaign_voters cv
				    WHERE cv.voter_id = v.voter_id
				    AND cv.campaign_id = ANY (s.campaigns)) END
			    AND (p_after_id IS NULL
				OR (name.score, name.l, name.f)
				> (p_after_score, p_after_last, p_after_first)
				OR (name.f = p_after_first
				AND v.voter_id > p_after_id))
			    ORDER BY pg_catalog.lower(v.first_name), v.voter_id
			    LIMIT remaining;
		ELSE
			RETURN QUERY SELECT name.score, name.l,
			    pg_catalog.lower(v.first_name), v.voter_id
			    FROM cerberus.voters v
			    WHERE pg_catalog.lower(v.last_name) = name.l
			    AND pg_catalog.lower(v.first_name)
				>= coalesce(name.f, '')
			    AND pg_catalog.lower(v.first_name)
				<= coalesce(name.f, pg_catalog.chr(1114111))
			    AND CASE WHEN s.campaigns IS NULL THEN true
				WHEN s.own IS NOT NULL THEN v.voter_id IN (
				    SELECT pg_catalog.unnest(s.own))
				ELSE EXISTS (
				    SELECT FROM cerberus.campaign_voters cv
				    WHERE cv.voter_id = v.voter_id
				    AND cv.campaign_id = ANY (s.campaigns)) END
			    AND (p_after_id IS NULL OR (name.score, name.l)
				> (p_after_score, p_after_last)
				OR (pg_catalog.lower(v.first_name), v.voter_id)
				> (p_after_first, p_after_id))
			    ORDER BY pg_catalog.lower(v.last_name),
				pg_catalog.lower(v.first_name), v.voter_id
			    LIMIT remaining;
		END IF;
		GET DIAGNOSTICS n = ROW_COUNT;
		remaining := remaining - n;
		EXIT WHEN remaining <= 0;
	END LOOP;
END
$$;

-- How many there are, and whether this is exact; p_counted: how many rows,
-- where that has been looked at up to 10,001.
CREATE FUNCTION cerberus.search_count(s cerberus.search, p_counted bigint)
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF s.known THEN
		total := s.named;
		exact := true;
		RETURN NEXT;
		RETURN;
	END IF;
	total := coalesce(p_counted, (SELECT pg_catalog.count(*)
	    FROM cerberus.search_rows(s, 10001, NULL, NULL, NULL, NULL)));
	exact := total <= 10000;
	IF NOT exact THEN
		total := greatest(total, coalesce((SELECT s.named
		    * pg_catalog.sum(t.n)
		    FILTER (WHERE t.scope = ANY (s.campaigns))
		    / greatest(pg_catalog.sum(t.n)
		    FILTER (WHERE t.scope = 0), 1)
		    FROM cerberus.tallies t
		    WHERE t.scope = 0 OR t.scope = ANY (s.campaigns)),
		    s.named));
	END IF;
	RETURN NEXT;
END
$$;

-- One page of the matches, with the total beside each.
CREATE FUNCTION cerberus.search_voters(p_query text, p_campaigns bigint[],
	p_limit bigint, p_after_score integer DEFAULT NULL,
	p_after_last text DEFAULT NULL, p_after_first text DEFAULT NULL,
	p_after_id bigint DEFAULT NULL)
RETURNS TABLE (score integer, last_name text, first_name text,
	voter_id bigint, total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	s cerberus.search := cerberus.search_plan(p_query, p_campaigns);
BEGIN
	IF s.known OR p_after_id IS NOT NULL THEN
		RETURN QUERY SELECT r.score, r.last_name, r.first_name,
		    r.voter_id, c.total, c.exact
		    FROM cerberus.search_count(s, NULL) c,
		    cerberus.search_rows(s, p_limit, p_after_score,
			p_after_last, p_after_first, p_after_id) r;
		RETURN;
	END IF;
	-- What is counted has the page in it.
	RETURN QUERY WITH r AS MATERIALIZED (
		SELECT * FROM cerberus.search_rows(s, greatest(p_limit, 10001),
		    NULL, NULL, NULL, NULL)
	)
	SELECT r.score, r.last_name, r.first_name, r.voter_id, c.total, c.exact
	FROM cerberus.search_count(s, (SELECT pg_catalog.count(*) FROM r)) c, r
	LIMIT p_limit;
END
$$;

-- The total of a page that is empty.
CREATE FUNCTION cerberus.search_total(p_query text, p_campaigns bigint[])
RETURNS TABLE (total bigint, exact boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT c.total, c.exact FROM cerberus.search_count(
	    cerberus.search_plan(p_query, p_campaigns), NULL) c;
END
$$;

-- The voters whom the caller sees and who have a value in one of four columns;
-- few: of the campaign, or of all of the caller's, where these have few.
CREATE FUNCTION cerberus.voters_with(p_what text, p_value text, p_few boolean,
	p_campaign_id bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	own bigint[];
	campaigns bigint[] := search_where(NULL);
BEGIN
	IF caller_id() IS NULL THEN
		RETURN;
	END IF;
	IF p_few THEN
		own := search_own(search_where(CASE
		    WHEN p_campaign_id IS NOT NULL THEN ARRAY[p_campaign_id]
		    END));
	END IF;
	-- The planner drops the three that are not asked for.
	RETURN QUERY SELECT f.voter_id FROM (
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'last_name' AND lower(v.last_name) = lower(p_value)
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'zip_code' AND v.zip_code = p_value
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'precinct' AND v.precinct = p_value
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'tag' AND v.tags <> '{}'
	    AND v.tags @> ARRAY[p_value]) f
	    WHERE CASE WHEN own IS NOT NULL
		THEN f.voter_id IN (SELECT unnest(own))
		WHEN campaigns IS NULL THEN true
		ELSE EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.voter_id = f.voter_id
		    AND cv.campaign_id = ANY (campaigns)) END;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.voter_scope(bigint, bigint, boolean),
	cerberus.voters_with(text, text, boolean, bigint),
	cerberus.search_where(bigint[]),
	cerberus.search_voters(text, bigint[], bigint, integer, text, text,
	    bigint),
	cerberus.search_total(text, bigint[]) TO cerberus_app;

CREATE INDEX voters_first_name_idx ON cerberus.voters
	(lower(first_name), voter_id);
CREATE INDEX voters_last_name_idx ON cerberus.voters (last_name, voter_id);
CREATE INDEX voters_precinct_idx ON cerberus.voters (precinct, voter_id)
	WHERE precinct IS NOT NULL;
CREATE INDEX voters_tags_idx ON cerberus.voters USING gin (tags)
	WHERE tags <> '{}';

COMMIT;
