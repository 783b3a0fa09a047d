-- Deploy cerberus:tallies to pg
-- requires: policies
--
-- Counts of voters and an index of their names.  Triggers on voters and
-- campaign_voters maintain both, with one pass over all the rows of a
-- statement.  Lists use the counts for totals and offsets; the functions that
-- search by name are in names and search.
BEGIN;
-- Trigram matching for misspelled names.  Creating an extension needs the
-- deploying role's rights.
CREATE EXTENSION pg_trgm SCHEMA cerberus;

SET LOCAL ROLE cerberus_owner;

-- The number of voters by scope and block.  scope is
--	0	the whole database; block is voter_id / 1024
--	> 0	the campaign with this id; block is voter_id / 1024
--	-1	a last name; block is the hash of the name in lower case
--	-2	a first name, likewise
-- So a list knows its total, and where its 40,000th page begins, without
-- reading the rows before it.  Rows are only added and never updated, so that
-- two writers never wait for each other; the count of a scope and block is the
-- sum of its rows.  merge_tallies() combines new rows now and then.
CREATE TABLE cerberus.tallies (
	scope	bigint NOT NULL,
	block	bigint NOT NULL,
	n	integer NOT NULL,
	fresh	boolean NOT NULL DEFAULT true	-- not combined yet
);
CREATE INDEX tallies_scope_idx ON cerberus.tallies (scope, block) INCLUDE (n);
CREATE INDEX tallies_fresh_idx ON cerberus.tallies (scope) WHERE fresh;
ALTER TABLE cerberus.tallies ENABLE ROW LEVEL SECURITY;

-- Every name of a voter in lower case, once (or twice, after a race), to search
-- for similar names.  A trigram index on voters itself would cost each
-- imported row more than all its other indexes together.
CREATE TABLE cerberus.voter_names (
	name	text COLLATE "C" NOT NULL,
	is_last	boolean NOT NULL
);
CREATE INDEX voter_names_name_idx ON cerberus.voter_names (name, is_last);
CREATE INDEX voter_names_trgm_idx ON cerberus.voter_names
	USING gin (name cerberus.gin_trgm_ops);
ALTER TABLE cerberus.voter_names ENABLE ROW LEVEL SECURITY;

-- Hashes of each name and of each name without one of its letters.  Two words
-- that differ by one typing mistake have one of these in common.  So finding
-- the names that a word can mean costs one look-up for each of its letters
-- (symmetric delete, W. Garbe 2012).
CREATE TABLE cerberus.name_edits (
	edit	bigint NOT NULL,
	name	text COLLATE "C" NOT NULL,
	is_last	boolean NOT NULL
);
CREATE INDEX name_edits_edit_idx ON cerberus.name_edits (edit);
ALTER TABLE cerberus.name_edits ENABLE ROW LEVEL SECURITY;

-- The hashes of a word and of the word without each of its letters.
CREATE FUNCTION cerberus.word_edits(p_word text) RETURNS SETOF bigint
LANGUAGE sql IMMUTABLE ROWS 10 AS $$
	SELECT pg_catalog.hashtextextended(p_word, 7)
	UNION
	SELECT pg_catalog.hashtextextended(pg_catalog.left(p_word, i - 1)
	    || pg_catalog.substr(p_word, i + 1), 7)
	FROM pg_catalog.generate_series(1, pg_catalog.length(p_word)) i
$$;

-- Combine new rows of tallies.  Rows that another transaction is combining are
-- skipped.
CREATE FUNCTION cerberus.merge_tallies() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	WITH old AS MATERIALIZED (
		SELECT t.ctid FROM tallies t WHERE t.fresh
		LIMIT 10000 FOR UPDATE SKIP LOCKED
	), gone AS (
		DELETE FROM tallies t USING old
		WHERE t.ctid = old.ctid
		RETURNING t.scope, t.block, t.n
	)
	INSERT INTO tallies (scope, block, n, fresh)
	SELECT g.scope, g.block, sum(g.n), false FROM gone g
	GROUP BY g.scope, g.block HAVING sum(g.n) <> 0
$$;

-- Count the added or removed voters, and add their names.
CREATE FUNCTION cerberus.tally_voters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	sign integer := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
	-- One pass over the rows, which may be a million wide ones.
	WITH g AS MATERIALIZED (
		SELECT c.voter_id >> 10 AS block, c.last_name, c.first_name,
		    count(*) AS n
		FROM changed c GROUP BY GROUPING SETS ((c.voter_id >> 10),
		    (c.last_name), (c.first_name))
	), t AS (
		INSERT INTO tallies (scope, block, n)
		SELECT 0, g.block, sign * g.n FROM g
		WHERE g.block IS NOT NULL
		UNION ALL
		SELECT -1, hashtextextended(lower(g.last_name), 0),
		    sign * sum(g.n)
		FROM g WHERE g.last_name IS NOT NULL GROUP BY 2
		UNION ALL
		SELECT -2, hashtextextended(lower(g.first_name), 0),
		    sign * sum(g.n)
		FROM g WHERE g.first_name IS NOT NULL GROUP BY 2
	), named AS (
		INSERT INTO voter_names (name, is_last)
		SELECT DISTINCT lower(coalesce(g.last_name, g.first_name)),
		    g.last_name IS NOT NULL
		FROM g WHERE sign > 0 AND g.block IS NULL
		AND NOT EXISTS (SELECT FROM voter_names o
		    WHERE o.name = lower(coalesce(g.last_name, g.first_name))
		    AND o.is_last = (g.last_name IS NOT NULL))
		RETURNING name, is_last
	)
	INSERT INTO name_edits (edit, name, is_last)
	SELECT e, n.name, n.is_last
	FROM named n, word_edits(n.name) e;
	IF TG_OP = 'INSERT' THEN
		IF random() < 0.002 THEN
			PERFORM merge_tallies();
		END IF;
	END IF;
	RETURN NULL;
END
$$;
-- For a signup voter_new() writes the counts and the names itself.
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.task', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_voters();
CREATE TRIGGER tally_removed AFTER DELETE ON cerberus.voters
	REFERENCING OLD TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_voters();

-- Count a voter's new names instead of the old ones.
CREATE FUNCTION cerberus.tally_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO tallies (scope, block, n)
	VALUES (-1, hashtextextended(lower(OLD.last_name), 0), -1),
	    (-1, hashtextextended(lower(NEW.last_name), 0), 1),
	    (-2, hashtextextended(lower(OLD.first_name), 0), -1),
	    (-2, hashtextextended(lower(NEW.first_name), 0), 1);
	WITH named AS (
		INSERT INTO voter_names (name, is_last)
		SELECT k.name, k.is_last
		FROM (VALUES (lower(NEW.last_name), true),
		    (lower(NEW.first_name), false))
		    k (name, is_last)
		WHERE NOT EXISTS (SELECT FROM voter_names o
		    WHERE o.name = k.name AND o.is_last = k.is_last)
		RETURNING name, is_last
	)
	INSERT INTO name_edits (edit, name, is_last)
	SELECT e, n.name, n.is_last
	FROM named n, word_edits(n.name) e;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_renamed AFTER UPDATE OF first_name, last_name
	ON cerberus.voters FOR EACH ROW
	WHEN (OLD.last_name <> NEW.last_name
	    OR OLD.first_name <> NEW.first_name)
	EXECUTE FUNCTION cerberus.tally_renamed();

-- Count the voters who join or leave campaigns.
CREATE FUNCTION cerberus.tally_joined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO tallies (scope, block, n)
	SELECT c.campaign_id, c.voter_id >> 10,
	    CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END * count(*)
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

-- After TRUNCATE, delete the counts of the table.
CREATE FUNCTION cerberus.tally_none() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	DELETE FROM tallies t
	WHERE CASE TG_TABLE_NAME WHEN 'voters' THEN t.scope < 1
	    ELSE t.scope > 0 END;
	RETURN NULL;
END
$$;
CREATE TRIGGER tally_none AFTER TRUNCATE ON cerberus.voters
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_none();
CREATE TRIGGER tally_none AFTER TRUNCATE ON cerberus.campaign_voters
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_none();

-- Count the rows that exist already.
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
FROM cerberus.voter_names n, cerberus.word_edits(n.name) e;

-- What a list of voters shows to the caller, and where an offset in it is.
-- campaigns: the campaigns whose voters the list shows; null, for admins: every
-- voter.  total: the number of voters.  exact: false if a voter in two of the
-- campaigns is counted twice.  For an offset greater than 0 the page starts
-- skip rows after start_id, in ascending order of ids or, with p_down,
-- descending.
CREATE FUNCTION cerberus.voter_scope(p_campaign_id bigint, p_offset bigint,
	p_down boolean)
RETURNS TABLE (campaigns bigint[], total bigint, exact boolean,
	start_id bigint, skip bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	wanted bigint;
	sign integer := CASE WHEN p_down THEN -1 ELSE 1 END;
	n bigint;
	at bigint;
BEGIN
	exact := true;
	IF caller_is_admin() THEN
		wanted := coalesce(p_campaign_id, 0);
		campaigns := CASE WHEN wanted > 0 THEN ARRAY[wanted] END;
	ELSE
		campaigns := caller_campaigns('viewer');
		IF p_campaign_id IS NOT NULL THEN
			campaigns := CASE WHEN p_campaign_id = ANY (campaigns)
			    THEN ARRAY[p_campaign_id] ELSE '{}' END;
		END IF;
		IF cardinality(campaigns) = 1 THEN
			wanted := campaigns[1];
		ELSE
			exact := false;
			total := (SELECT coalesce(sum(t.n), 0)
			    FROM tallies t
			    WHERE t.scope = ANY (campaigns));
			RETURN NEXT;
			RETURN;
		END IF;
	END IF;
	IF p_offset <= 0 THEN
		total := (SELECT coalesce(sum(t.n), 0)
		    FROM tallies t WHERE t.scope = wanted);
		RETURN NEXT;
		RETURN;
	END IF;
	-- Find the group of 32 blocks that contains the offset, then the block.
	-- For descending ids negate the numbers of the blocks.
	SELECT k.total, k.part, k.before INTO total, at, n
	FROM (SELECT g.part, sum(g.n) OVER () AS total,
		sum(g.n) OVER (ORDER BY g.part) - g.n AS before
	    FROM (SELECT (sign * t.block) >> 5 AS part,
		    sum(t.n) AS n
		FROM tallies t WHERE t.scope = wanted
		GROUP BY 1) g) k
	ORDER BY k.before <= p_offset DESC, k.before DESC, k.part DESC
	LIMIT 1;
	total := coalesce(total, 0);
	IF p_offset < total THEN
		SELECT k.block, n + k.before INTO at, n
		FROM (SELECT g.block, sum(g.n)
			OVER (ORDER BY g.block) - g.n AS before
		    FROM (SELECT sign * t.block AS block,
			    sum(t.n) AS n
			FROM tallies t WHERE t.scope = wanted
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

GRANT EXECUTE ON FUNCTION cerberus.voter_scope(bigint, bigint, boolean)
	TO cerberus_app;

COMMIT;
