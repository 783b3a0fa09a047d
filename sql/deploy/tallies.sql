-- Deploy cerberus:tallies to pg
-- requires: tallies@v0.1.0 folding
--
-- Names are counted and indexed folded (see folding), by their parts, and with
-- middle names.  In tallies, -1 counts last names, -2 first names and -3 middle
-- names of more than one letter; block is the hash of the folded name.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- No voter may appear while the names that exist already are read again.
LOCK TABLE cerberus.voters IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM cerberus.tallies WHERE scope IN (-1, -2);
TRUNCATE cerberus.voter_names, cerberus.name_edits;

-- Nearly all rows are names, of three scopes, so that the planner expects
-- thousands of rows for a campaign and reads the whole table.  A campaign has
-- few; this is how many scopes the planner then assumes.
ALTER TABLE cerberus.tallies ALTER scope SET (n_distinct = 1000);
ANALYZE cerberus.tallies;

-- Nearly all rows are fresh when the planner looks, so that it reads the whole
-- table.  That has many dead rows after some thousand signups.
ALTER FUNCTION cerberus.merge_tallies() SET enable_seqscan = off
	SET enable_bitmapscan = off;

-- The words of each name in voter_names, so that a search finds "De La Cruz"
-- and "Smith-Jones" by any of their parts.  The words of a compound name
-- written as one are another part, at position 0: "delacruz".
CREATE TABLE cerberus.name_parts (
	part	text COLLATE "C" NOT NULL,
	is_last	boolean NOT NULL,
	name	text COLLATE "C" NOT NULL,
	pos	integer NOT NULL
);
CREATE INDEX name_parts_part_idx ON cerberus.name_parts (part);
ALTER TABLE cerberus.name_parts ENABLE ROW LEVEL SECURITY;

-- Mistakes are looked for in the parts.
ALTER TABLE cerberus.name_edits DROP is_last;
ALTER TABLE cerberus.name_edits RENAME name TO part;

-- The words of a folded name or query.
CREATE FUNCTION cerberus.name_words(p_name text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_catalog.array_remove(pg_catalog.string_to_array(
	    pg_catalog.translate(p_name, ',;:/\|"()[]{}<>*+!?&_=~^%$#@'
	    || E'\u00a0\t\n', pg_catalog.repeat(' ', 40)), ' '), '')
$$;

-- Add folded names and their parts, unless they exist already.  PostgreSQL plans
-- the statements of an SQL function anew for each call, those of PL/pgSQL once
-- per connection.
CREATE FUNCTION cerberus.names_add(p_names text[], p_last boolean[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	WITH named AS (
		INSERT INTO voter_names (name, is_last)
		SELECT DISTINCT k.name, k.is_last
		FROM unnest(p_names, p_last) k (name, is_last)
		WHERE k.name <> '' AND NOT EXISTS (SELECT FROM voter_names o
		    WHERE o.name = k.name AND o.is_last = k.is_last)
		RETURNING name, is_last
	), parted AS (
		INSERT INTO name_parts (part, is_last, name, pos)
		SELECT p.part, n.is_last, n.name, p.pos
		FROM named n, name_words(n.name) w,
		LATERAL (SELECT * FROM unnest(w) WITH ORDINALITY
		    UNION ALL SELECT array_to_string(w, ''), 0
		    WHERE cardinality(w) > 1) p (part, pos)
		RETURNING part
	)
	INSERT INTO name_edits (edit, part)
	SELECT e, p.part
	FROM (SELECT DISTINCT part FROM parted) p, word_edits(p.part) e
	WHERE NOT EXISTS (SELECT FROM name_parts o WHERE o.part = p.part);
END
$$;

-- Count the added or removed voters, and add their names.
CREATE OR REPLACE FUNCTION cerberus.tally_voters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	sign integer := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
	names text[];
	lasts boolean[];
BEGIN
	-- One pass over the rows, which may be a million wide ones; only the
	-- distinct names are folded.
	WITH g AS MATERIALIZED (
		SELECT c.voter_id >> 10 AS block, c.last_name, c.first_name,
		    c.middle_name, count(*) AS n
		FROM changed c GROUP BY GROUPING SETS ((c.voter_id >> 10),
		    (c.last_name), (c.first_name), (c.middle_name))
	), f AS MATERIALIZED (
		SELECT CASE WHEN g.last_name IS NOT NULL THEN -1
		    WHEN g.first_name IS NOT NULL THEN -2 ELSE -3 END AS scope,
		    name_fold(coalesce(g.last_name, g.first_name,
		    g.middle_name)) AS name, sum(g.n) AS n
		FROM g WHERE g.last_name IS NOT NULL
		OR g.first_name IS NOT NULL OR length(g.middle_name) > 1
		GROUP BY 1, 2
	), t AS (
		INSERT INTO tallies (scope, block, n)
		SELECT 0, g.block, sign * g.n FROM g
		WHERE g.block IS NOT NULL
		UNION ALL
		SELECT f.scope, hashtextextended(f.name, 0), sign * f.n FROM f
	)
	SELECT array_agg(f.name), array_agg(f.scope = -1)
	INTO names, lasts FROM f WHERE sign > 0;
	PERFORM names_add(names, lasts);
	IF TG_OP = 'INSERT' THEN
		IF random() < 0.002 THEN
			PERFORM merge_tallies();
		END IF;
	END IF;
	RETURN NULL;
END
$$;

-- Count a voter's new names instead of the old ones.
CREATE OR REPLACE FUNCTION cerberus.tally_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO tallies (scope, block, n)
	SELECT k.scope, hashtextextended(name_fold(x.name), 0), x.n
	FROM (VALUES (-1, OLD.last_name, NEW.last_name),
	    (-2, OLD.first_name, NEW.first_name),
	    (-3, OLD.middle_name, NEW.middle_name)) k (scope, old, new),
	LATERAL (VALUES (k.old, -1), (k.new, 1)) x (name, n)
	WHERE k.old IS DISTINCT FROM k.new
	AND (k.scope > -3 OR length(x.name) > 1);
	PERFORM names_add(ARRAY[name_fold(NEW.last_name),
	    name_fold(NEW.first_name), CASE WHEN length(NEW.middle_name) > 1
		THEN name_fold(NEW.middle_name) END],
	    ARRAY[true, false, false]);
	RETURN NULL;
END
$$;
DROP TRIGGER tally_renamed ON cerberus.voters;
CREATE TRIGGER tally_renamed
	AFTER UPDATE OF first_name, middle_name, last_name
	ON cerberus.voters FOR EACH ROW
	WHEN (OLD.last_name <> NEW.last_name
	    OR OLD.first_name <> NEW.first_name
	    OR OLD.middle_name IS DISTINCT FROM NEW.middle_name)
	EXECUTE FUNCTION cerberus.tally_renamed();

-- As before, but only the blocks up to the offset are added up: among ten million
-- voters there are ten thousand.
CREATE OR REPLACE FUNCTION cerberus.voter_scope(p_campaign_id bigint, p_offset bigint,
	p_down boolean)
RETURNS TABLE (campaigns bigint[], total bigint, exact boolean,
	start_id bigint, skip bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	wanted bigint;
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
	total := (SELECT coalesce(sum(t.n), 0)
	    FROM tallies t WHERE t.scope = wanted);
	IF p_offset <= 0 OR p_offset >= total THEN
		RETURN NEXT;
		RETURN;
	END IF;
	-- Add up the blocks in the order of the index, until one is beyond the
	-- offset.  A block may have several rows.
	IF p_down THEN
		SELECT k.block, k.before INTO at, n
		FROM (SELECT t.block, sum(t.n) OVER (ORDER BY t.block DESC) AS upto,
			sum(t.n) OVER (ORDER BY t.block DESC GROUPS BETWEEN
			    UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
		    FROM tallies t WHERE t.scope = wanted) k
		WHERE k.upto > p_offset ORDER BY k.block DESC LIMIT 1;
	ELSE
		SELECT k.block, k.before INTO at, n
		FROM (SELECT t.block, sum(t.n) OVER (ORDER BY t.block) AS upto,
			sum(t.n) OVER (ORDER BY t.block GROUPS BETWEEN
			    UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
		    FROM tallies t WHERE t.scope = wanted) k
		WHERE k.upto > p_offset ORDER BY k.block LIMIT 1;
	END IF;
	start_id := (at << 10) + CASE WHEN p_down THEN 1023 ELSE 0 END;
	skip := p_offset - coalesce(n, 0);
	RETURN NEXT;
END
$$;

-- The voters who exist already.
INSERT INTO cerberus.tallies (scope, block, n, fresh)
SELECT -1, hashtextextended(cerberus.name_fold(last_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT -2, hashtextextended(cerberus.name_fold(first_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT -3, hashtextextended(cerberus.name_fold(middle_name), 0), count(*), false
FROM cerberus.voters WHERE length(middle_name) > 1 GROUP BY 2;
SELECT cerberus.names_add(array_agg(k.name), array_agg(k.is_last))
FROM (SELECT cerberus.name_fold(last_name), true FROM cerberus.voters
    UNION SELECT cerberus.name_fold(first_name), false FROM cerberus.voters
    UNION SELECT cerberus.name_fold(middle_name), false FROM cerberus.voters
    WHERE length(middle_name) > 1) k (name, is_last);

COMMIT;
