-- Revert cerberus:tallies from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER FUNCTION cerberus.merge_tallies() RESET enable_seqscan
	RESET enable_bitmapscan;
LOCK TABLE cerberus.voters IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM cerberus.tallies WHERE scope IN (-1, -2, -3);
TRUNCATE cerberus.voter_names, cerberus.name_edits;
DROP TABLE cerberus.name_parts;
ALTER TABLE cerberus.name_edits RENAME part TO name;
ALTER TABLE cerberus.name_edits ADD is_last boolean NOT NULL;

-- Count the added or removed voters, and add their names.
CREATE OR REPLACE FUNCTION cerberus.tally_voters() RETURNS trigger
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

-- Count a voter's new names instead of the old ones.
CREATE OR REPLACE FUNCTION cerberus.tally_renamed() RETURNS trigger
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
DROP TRIGGER tally_renamed ON cerberus.voters;
CREATE TRIGGER tally_renamed AFTER UPDATE OF first_name, last_name
	ON cerberus.voters FOR EACH ROW
	WHEN (OLD.last_name <> NEW.last_name
	    OR OLD.first_name <> NEW.first_name)
	EXECUTE FUNCTION cerberus.tally_renamed();

ALTER TABLE cerberus.tallies ALTER scope RESET (n_distinct);
DROP FUNCTION cerberus.names_add(text[], boolean[]);
DROP FUNCTION cerberus.name_words(text);

INSERT INTO cerberus.tallies (scope, block, n, fresh)
SELECT -1, hashtextextended(lower(last_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2
UNION ALL
SELECT -2, hashtextextended(lower(first_name), 0), count(*), false
FROM cerberus.voters GROUP BY 2;
INSERT INTO cerberus.voter_names (name, is_last)
SELECT DISTINCT lower(last_name), true FROM cerberus.voters
UNION ALL
SELECT DISTINCT lower(first_name), false FROM cerberus.voters;
INSERT INTO cerberus.name_edits (edit, name, is_last)
SELECT e, n.name, n.is_last
FROM cerberus.voter_names n, cerberus.word_edits(n.name) e;

CREATE OR REPLACE FUNCTION cerberus.voter_scope(p_campaign_id bigint, p_offset bigint,
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

COMMIT;
