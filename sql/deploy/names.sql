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
--
-- The functions force generic plans: planning takes longer than the look-ups.
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
	comma integer := strpos(whole, ',');
	-- What follows the first comma comes first.
	words text[] := name_words(CASE WHEN comma = 0 THEN whole
	    ELSE substr(whole, comma + 1) || ' ' || left(whole, comma - 1) END);
	plain text[];
BEGIN
	IF words && suffixes THEN
		plain := ARRAY(SELECT w FROM unnest(words)
		    WITH ORDINALITY u (w, i)
		    WHERE w <> ALL (suffixes) ORDER BY i);
		IF plain <> '{}' THEN
			words := plain;
		END IF;
	END IF;
	RETURN words[:6];
END
$$;

-- How n words can be divided between the first, the middle and the last name.
-- Each is a range of words, 8 * first + last, or 0 for none.  The middle name
-- can stand for the first name, and the last name can come first.
CREATE TABLE cerberus.search_splits (
	word_count	integer NOT NULL,
	f		integer NOT NULL,
	m		integer NOT NULL,
	l		integer NOT NULL,
	penalty		integer NOT NULL,
	PRIMARY KEY (word_count, f, m, l)
);
ALTER TABLE cerberus.search_splits ENABLE ROW LEVEL SECURITY;
INSERT INTO cerberus.search_splits (word_count, f, m, l, penalty)
SELECT n, s.f, s.m, s.l, s.penalty + CASE WHEN n = 1 THEN 0
    ELSE CASE WHEN s.f = 0 AND s.m > 0 THEN 15 ELSE 0 END
    + CASE WHEN s.l = 0 THEN 30 ELSE 0 END END
FROM generate_series(1, 6) n,
LATERAL (SELECT CASE WHEN a > 0 THEN 8 + a ELSE 0 END,
	CASE WHEN b > a THEN 8 * (a + 1) + b ELSE 0 END,
	CASE WHEN b < n THEN 8 * (b + 1) + n ELSE 0 END, 0
    FROM generate_series(0, n) a, generate_series(a, n) b
    UNION ALL
    SELECT CASE WHEN a > c THEN 8 * (c + 1) + a ELSE 0 END,
	CASE WHEN a < n THEN 8 * (a + 1) + n ELSE 0 END, 8 + c, 5
    FROM generate_series(1, n - 1) c, generate_series(c, n) a)
    s (f, m, l, penalty);
ANALYZE cerberus.search_splits;

-- The names with a part that matches a word, and the part's position.
-- p_similar: also names that only look similar.
CREATE FUNCTION cerberus.names_like(p_word text, p_similar boolean)
RETURNS TABLE (is_last boolean, name text, pos integer, score integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
	size integer := length(p_word);
BEGIN
	RETURN QUERY SELECT p.is_last, p.name::text, p.pos, CASE
	    WHEN p.part <> p_word THEN 20 WHEN p.name = p_word THEN 0
	    ELSE 10 END
	    FROM name_parts p WHERE p.part >= p_word AND p.part < p_word
	    || CASE WHEN size > 1 THEN chr(1114111) ELSE ' ' END;
	IF size < 4 THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT p.is_last, p.name::text, p.pos,
	    130 - (100 * similarity(p.part, p_word))::integer
	    FROM (SELECT DISTINCT e.part FROM name_edits e
		-- As in word_edits(), in which a call costs more.
		WHERE e.edit = ANY (ARRAY(SELECT hashtextextended(CASE i
		    WHEN 0 THEN p_word ELSE left(p_word, i - 1)
			|| substr(p_word, i + 1) END, 7)
		    FROM generate_series(0, size) i))
		AND NOT starts_with(e.part, p_word) OFFSET 0) e
	    JOIN name_parts p ON p.part = e.part;
	IF p_similar THEN
		RETURN QUERY SELECT n.is_last, n.name::text, 1,
		    1100 - (100 * similarity(n.name, p_word))::integer
		    FROM voter_names n WHERE n.name OPERATOR(cerberus.%) p_word
		    AND similarity(n.name, p_word) >= 0.3;
	END IF;
END
$$;

-- The names that each range of the words matches, with the best score.
CREATE FUNCTION cerberus.search_names(p_words text[], p_similar boolean)
RETURNS TABLE (words integer, is_last boolean, name text, score integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	IF cardinality(p_words) = 1 THEN
		RETURN QUERY SELECT 9, m.is_last, m.name, min(m.score)
		    FROM names_like(p_words[1], p_similar) m
		    GROUP BY m.is_last, m.name;
		RETURN;
	END IF;
	RETURN QUERY WITH RECURSIVE matched AS MATERIALIZED (
		SELECT w.i::integer AS i, m.*
		FROM unnest(p_words) WITH ORDINALITY w (w, i),
		names_like(w.w, p_similar) m
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
	SELECT r.code, r.is_last, r.name, min(r.score)
	FROM (SELECT 8 * r.i + r.j AS code, r.is_last, r.name, r.score
	    FROM range r
	    UNION ALL
	    SELECT 8 * a + b, p.is_last, p.name, 0
	    FROM generate_series(1, cardinality(p_words) - 1) a,
	    generate_series(a + 1, cardinality(p_words)) b,
	    LATERAL (SELECT p.* FROM name_parts p
		WHERE p.part = array_to_string(p_words[a:b], '') OFFSET 0) p) r
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

-- Where the names of a search can match, with the score of such matches: as
-- last name l (kind 0), or as first name or middle name f (kinds 1 and 2).
CREATE FUNCTION cerberus.search_columns(s cerberus.search_query)
RETURNS TABLE (score integer, l text, f text, kind integer)
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE g.kind WHEN 0 THEN n.score
	    ELSE cerberus.search_given(n.score, g.kind = 2) END,
	    CASE g.kind WHEN 0 THEN n.name ELSE '' END,
	    CASE WHEN g.kind > 0 THEN n.name END, g.kind
	FROM unnest(s.lasts, s.names, s.scores) n (is_last, name, score),
	    generate_series(0, 2) g (kind)
	WHERE n.is_last = (g.kind = 0)
$$;

-- The names of a search that match with a score below p_score, as last, first
-- and middle names.
CREATE FUNCTION cerberus.search_better(s cerberus.search_query,
	p_score integer)
RETURNS TABLE (lasts text[], firsts text[], middles text[])
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(x.name) FILTER (WHERE x.is_last
		AND x.score < p_score), '{}'),
	    coalesce(array_agg(x.name) FILTER (WHERE NOT x.is_last
		AND cerberus.search_given(x.score, false) < p_score), '{}'),
	    coalesce(array_agg(x.name) FILTER (WHERE NOT x.is_last
		AND cerberus.search_given(x.score, true) < p_score), '{}')
	FROM unnest(s.lasts, s.names, s.scores) x (is_last, name, score)
$$;

-- Look up the names and the campaigns, and choose a plan.
CREATE FUNCTION cerberus.search_plan(p_query text, p_campaigns bigint[],
	p_similar boolean) RETURNS cerberus.search_query
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
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
		SELECT coalesce(sum(k.n) FILTER (WHERE k.scope = -1), 0),
		    coalesce(sum(k.n) FILTER (WHERE k.scope = -2), 0),
		    coalesce(sum(k.n) FILTER (WHERE k.scope = -3), 0)
		INTO s.last_count, s.first_count, s.middle_count
		FROM (SELECT g.scope, (SELECT sum(t.n) FROM tallies t
			WHERE t.scope = g.scope
			AND t.block = hashtextextended(n.name, 0)) AS n
		    FROM unnest(s.names, s.lasts) n (name, is_last),
		    (VALUES (-1), (-2), (-3)) g (scope)
		    WHERE n.is_last = (g.scope = -1)) k;
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
		    FROM search_splits k,
		    LATERAL (SELECT count(*) AS n
			FROM unnest(s.words, s.lasts) n (words, is_last)
			WHERE n.words = k.f AND NOT n.is_last) f,
		    LATERAL (SELECT count(*) AS n
			FROM unnest(s.words, s.lasts) n (words, is_last)
			WHERE n.words = k.l AND n.is_last) l
		    WHERE k.word_count = s.word_count);
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
