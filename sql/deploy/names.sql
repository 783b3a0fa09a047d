-- Deploy cerberus:names to pg
-- requires: names@v0.1.0 tallies
--
-- What a search query means.  Whether a voter is found, and with which score,
-- depends on the query and on the voter's own names, and not on who else is in
-- the database: so every voter is found at every size.  search finds them.
--
-- Each word of the query matches one part of a name: it is equal, the part
-- begins with it (two letters or more), or one typing mistake lies between
-- them (four letters or more): a letter too many, missing, wrong or moved.
-- Consecutive words match parts of one name in their order; written as one word
-- they may also equal it: "mc donald" finds McDonald.  search_splits() says
-- which names the words are divided between.
--
-- A score adds up what is not equal:
--	0	the whole name		10	a part of the name
--	20	its beginning		30-130	a typing mistake
--	1000	a similar name, for queries that find nobody otherwise
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_names(text, bigint[], bigint[]);
DROP FUNCTION cerberus.names_like(text, boolean, boolean, bigint[], bigint[]);
DROP FUNCTION cerberus.visible_names(text[], boolean, bigint[], bigint[]);

-- The words of a query; "Last, First" becomes "First Last".  Suffixes are left
-- out, unless the query has nothing else, and so is what follows six words.
CREATE FUNCTION cerberus.query_words(p_query text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	suffixes text[] := '{jr,sr,ii,iii,iv}';
	whole text := name_fold(p_query);
	sides text[][];
	words text[] := '{}';
	side text;
	plain text[];
BEGIN
	-- What follows the first comma comes first.
	FOREACH side IN ARRAY ARRAY[substr(whole, nullif(strpos(whole, ','), 0)
	    + 1), split_part(whole, ',', 1)]
	LOOP
		words := words || coalesce(name_words(side), '{}');
	END LOOP;
	plain := ARRAY(SELECT w FROM unnest(words) WITH ORDINALITY u (w, i)
	    WHERE w <> ALL (suffixes) ORDER BY i);
	RETURN (CASE WHEN plain = '{}' THEN words ELSE plain END)[:6];
END
$$;

-- How n words can be divided between the first, the middle and the last name.
-- Each is a range of words, 8 * first + last, or 0 for none.  The middle name
-- can stand for the first name, and the last name can come first.
CREATE FUNCTION cerberus.search_splits(n integer)
RETURNS TABLE (f integer, m integer, l integer, penalty integer)
LANGUAGE plpgsql IMMUTABLE ROWS 10
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT s.f, s.m, s.l, s.penalty + CASE WHEN n = 1 THEN 0
	    ELSE CASE WHEN s.f = 0 AND s.m > 0 THEN 15 ELSE 0 END
	    + CASE WHEN s.l = 0 THEN 30 ELSE 0 END END
	FROM (SELECT CASE WHEN a > 0 THEN 8 + a ELSE 0 END,
		CASE WHEN b > a THEN 8 * (a + 1) + b ELSE 0 END,
		CASE WHEN b < n THEN 8 * (b + 1) + n ELSE 0 END, 0
	    FROM generate_series(0, n) a, generate_series(a, n) b
	    UNION ALL
	    SELECT CASE WHEN a > c THEN 8 * (c + 1) + a ELSE 0 END,
		CASE WHEN a < n THEN 8 * (a + 1) + n ELSE 0 END, 8 + c, 5
	    FROM generate_series(1, n - 1) c, generate_series(c, n) a)
	    s (f, m, l, penalty);
END
$$;

-- The names that each range of the words matches, with the best score.
-- p_similar: also names that only look similar.
CREATE FUNCTION cerberus.search_names(p_words text[], p_similar boolean)
RETURNS TABLE (words integer, is_last boolean, name text, score integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY WITH RECURSIVE w AS (
		SELECT u.w, u.i::integer AS i, length(u.w) AS size
		FROM unnest(p_words) WITH ORDINALITY u (w, i)
	), matched AS MATERIALIZED (
		SELECT w.i, p.is_last, p.name, p.pos, CASE WHEN p.part <> w.w
		    THEN 20 WHEN p.name = w.w THEN 0 ELSE 10 END AS score
		FROM w, LATERAL (SELECT p.* FROM name_parts p
		    WHERE p.part >= w.w AND p.part < w.w || CASE
			WHEN w.size > 1 THEN chr(1114111) ELSE ' ' END) p
		UNION ALL
		SELECT w.i, p.is_last, p.name, p.pos,
		    130 - (100 * similarity(p.part, w.w))::integer
		FROM w, LATERAL (SELECT DISTINCT e.part FROM name_edits e
		    WHERE e.edit = ANY (ARRAY(SELECT word_edits(w.w)))
		    AND NOT starts_with(e.part, w.w)) e,
		LATERAL (SELECT p.* FROM name_parts p
		    WHERE p.part = e.part) p
		WHERE w.size > 3
		UNION ALL
		SELECT w.i, s.is_last, s.name, 1,
		    1100 - (100 * similarity(s.name, w.w))::integer
		FROM w, LATERAL (SELECT s.* FROM voter_names s
		    WHERE s.name OPERATOR(cerberus.%) w.w
		    AND similarity(s.name, w.w) >= 0.3) s
		WHERE p_similar AND w.size > 3
	), range AS (
		SELECT m.i, m.i AS j, m.is_last, m.name, m.pos, m.score
		FROM matched m
		UNION ALL
		SELECT r.i, m.i, r.is_last, r.name, m.pos, r.score + m.score
		FROM range r JOIN matched m ON m.i = r.j + 1
		    AND m.is_last = r.is_last AND m.name = r.name
		    AND m.pos > r.pos
		WHERE r.pos > 0
	)
	SELECT r.code, r.is_last, r.name::text, min(r.score)
	FROM (SELECT 8 * r.i + r.j AS code, r.is_last, r.name, r.score
	    FROM range r
	    UNION ALL
	    SELECT 8 * a.i + b.i, p.is_last, p.name, 0
	    FROM w a JOIN w b ON b.i > a.i, name_parts p
	    WHERE p.part = array_to_string(p_words[a.i : b.i], '')) r
	GROUP BY 1, 2, 3;
END
$$;

-- What a search looks for, and where.
CREATE TYPE cerberus.search_query AS (
	terms		text[],		-- the words
	word_count	integer,
	words		integer[],	-- from search_names()
	lasts		boolean[],
	names		text[],
	scores		integer[],
	last_count	bigint,		-- voters with these names, everywhere,
	first_count	bigint,		-- if there is one word
	middle_count	bigint,
	campaigns	bigint[],	-- null: every voter
	voter_ids	bigint[],	-- null: start from the names
	is_similar	boolean		-- similar names, too
);

-- Read each voter of a campaign?  cost is the number of rows, or of look-ups,
-- that starting from the names takes.
CREATE FUNCTION cerberus.search_by_voter(p_voters bigint, p_cost bigint)
RETURNS boolean
LANGUAGE sql IMMUTABLE RETURN p_voters <= 5000 AND p_voters < p_cost;

-- The score of a single word that matches a first or a middle name instead of a
-- last name: equal ones come before last names that only resemble the word.
CREATE FUNCTION cerberus.search_given(p_score integer, p_middle boolean)
RETURNS integer
LANGUAGE sql IMMUTABLE RETURN p_score + CASE WHEN p_score < 20 THEN 2
	ELSE 200 END * CASE WHEN p_middle THEN 2 ELSE 1 END;

-- Look up the names and the campaigns, and choose a plan.
CREATE FUNCTION cerberus.search_plan(p_query text, p_campaigns bigint[],
	p_similar boolean) RETURNS cerberus.search_query
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	s search_query;
	size bigint;
	cost bigint;
BEGIN
	s.is_similar := p_similar;
	s.terms := query_words(p_query);
	s.word_count := cardinality(s.terms);
	SELECT array_agg(k.words), array_agg(k.is_last), array_agg(k.name),
	    array_agg(k.score)
	INTO s.words, s.lasts, s.names, s.scores
	FROM search_names(s.terms, p_similar) k;
	IF s.word_count = 1 THEN
		SELECT coalesce(sum(t.n) FILTER (WHERE t.scope = -1), 0),
		    coalesce(sum(t.n) FILTER (WHERE t.scope = -2), 0),
		    coalesce(sum(t.n) FILTER (WHERE t.scope = -3), 0)
		INTO s.last_count, s.first_count, s.middle_count
		FROM unnest(s.names, s.lasts) k (name, is_last),
		LATERAL (SELECT t.scope, t.n FROM tallies t
		    WHERE t.block = hashtextextended(k.name, 0)
		    AND t.scope = ANY (CASE WHEN k.is_last THEN '{-1}'
			ELSE '{-2,-3}' END::bigint[])) t;
		cost := s.last_count + s.first_count + s.middle_count;
	END IF;
	s.campaigns := search_where(p_campaigns);
	IF s.campaigns IS NULL THEN
		RETURN s;
	END IF;
	size := (SELECT coalesce(sum(t.n), 0) FROM tallies t
	    WHERE t.scope = ANY (s.campaigns));
	IF s.word_count > 1 THEN
		cost := (SELECT sum(greatest(f.n, 1) * greatest(l.n, 1))
		    FROM search_splits(s.word_count) k,
		    LATERAL (SELECT count(*) AS n
			FROM unnest(s.words, s.lasts) n (words, is_last)
			WHERE n.words = k.f AND NOT n.is_last) f,
		    LATERAL (SELECT count(*) AS n
			FROM unnest(s.words, s.lasts) n (words, is_last)
			WHERE n.words = k.l AND n.is_last) l);
	END IF;
	IF search_by_voter(size, cost) THEN
		s.voter_ids := campaign_voter_ids(s.campaigns);
	-- A campaign with every voter need not be tested.
	ELSIF cardinality(s.campaigns) = 1 AND size = (
	    SELECT sum(t.n) FROM tallies t WHERE t.scope = 0) THEN
		s.campaigns := NULL;
	END IF;
	RETURN s;
END
$$;

COMMIT;
