-- Deploy cerberus:import_votes to pg
-- requires: votes import_merge@v0.1.0 import_notes
--
-- Votes from imported files: from columns of a voter file, and from files with
-- one row for each vote.
--
-- The program numbers the ballots of a file, so that a vote is staged as one
-- number; import_ballots() returns their meaning.  votes_collect() fills
-- the temporary table import_vote, which has what the file says about each
-- voter, and votes_store() adds it to the table votes.  The functions that the
-- program calls after the last row are in import_history.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Counts of votes: {"added", "changed", "unchanged", "unknown", "none",
-- "voters"}; unknown are the rows whose voter is not known, none the rows that
-- say that there was no vote, and voters those whose votes the import has
-- changed.  Null if the file has no votes.
ALTER TABLE cerberus.imports ADD votes jsonb;

-- Prepare the stage of an import for votes, after import_stage().  Voter files
-- get a column of import_stage, the numbers of the row's ballots; history files
-- a table with one row for each vote.
CREATE FUNCTION cerberus.votes_stage(p_history boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.import_stage')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = 'Import not found.';
	END IF;
	IF p_history THEN
		CREATE TEMPORARY TABLE import_history (line bigint, id text,
		    code integer, reject_column text, reject_message text,
		    raw text) ON COMMIT DROP;
		GRANT INSERT ON pg_temp.import_history TO cerberus_app;
	ELSE
		ALTER TABLE pg_temp.import_stage ADD votes integer[];
	END IF;
END
$$;

-- Fill import_vote from a query of voter_id, line and code: the voters' ballots
-- and the bits of their elections.  Of several votes of a voter in an election
-- the last in the file counts.  Return the number of votes that this replaced.
CREATE FUNCTION cerberus.votes_collect(p_source text) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	surplus bigint;
BEGIN
	EXECUTE format('CREATE TEMPORARY TABLE import_vote ON COMMIT DROP AS
	    SELECT p.voter_id, b.state, array_agg(b.ballot_id) AS ballots,
		bit_or(b.mask) AS voted
	    FROM (%s) p
	    JOIN pg_temp.import_ballot b ON b.code = p.code
	    GROUP BY p.voter_id, b.state', p_source);
	SELECT coalesce(sum(cardinality(v.ballots) - bit_count(v.voted)), 0)
	INTO surplus FROM pg_temp.import_vote v;
	IF surplus > 0 THEN
		EXECUTE format('UPDATE pg_temp.import_vote v
		    SET ballots = l.ballots
		    FROM (SELECT l.voter_id, l.state,
			    array_agg(l.ballot_id) AS ballots
			FROM (SELECT DISTINCT ON (p.voter_id, b.election_id)
				p.voter_id, b.state, b.ballot_id
			    FROM (%s) p
			    JOIN pg_temp.import_ballot b ON b.code = p.code
			    JOIN pg_temp.import_vote t
				ON t.voter_id = p.voter_id
				AND t.state = b.state
			    WHERE cardinality(t.ballots) > bit_count(t.voted)
			    ORDER BY p.voter_id, b.election_id, p.line DESC,
				p.at DESC) l
			GROUP BY l.voter_id, l.state) l
		    WHERE v.voter_id = l.voter_id AND v.state = l.state',
		    p_source);
	END IF;
	ANALYZE pg_temp.import_vote;
	RETURN surplus;
END
$$;

-- Add import_vote to the known votes.  import_known are the voters who have
-- votes already; ballots is null if they do not change.  The INSERT does not
-- look for them in the table that it fills, whose size the planner does not
-- know: a nested loop would read all new rows for each row.  If p_mode is
-- 'fill', known votes do not change; if it is 'skip', no votes are added for
-- voters who have some in the state.
CREATE FUNCTION cerberus.votes_store(p_import_id bigint, p_mode text,
	p_dry_run boolean, p_unknown bigint, p_no_vote bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	total bigint;
	added bigint := 0;
	changed bigint := 0;
	new_votes bigint;
	voters bigint;
	new_voters bigint;
	result jsonb;
BEGIN
	SELECT coalesce(sum(bit_count(n.voted)), 0) INTO total
	FROM pg_temp.import_vote n;
	CREATE TEMPORARY TABLE import_known ON COMMIT DROP AS
	SELECT v.voter_id, v.state, v.ballots AS before,
	    CASE WHEN p_mode = 'skip' OR v.ballots @> n.ballots THEN NULL
	    WHEN n.ballots @> v.ballots THEN n.ballots
	    WHEN voted_in(v.voted, n.voted) = 0 THEN v.ballots || n.ballots
	    WHEN p_mode = 'fill' THEN ballots_union(n.ballots, v.ballots)
	    ELSE ballots_union(v.ballots, n.ballots) END AS ballots,
	    pg_catalog.bit(v.voted, greatest(length(v.voted), length(n.voted)),
		true) | pg_catalog.bit(n.voted, greatest(length(v.voted),
		length(n.voted)), true) AS voted
	FROM pg_temp.import_vote n
	JOIN votes v ON v.voter_id = n.voter_id AND v.state = n.state;
	ANALYZE pg_temp.import_known;
	SELECT coalesce(sum(cardinality(k.ballots) - cardinality(k.before)), 0),
	    coalesce(sum((SELECT count(*) FROM unnest(k.ballots) b
		WHERE b <> ALL (k.before))
		- cardinality(k.ballots) + cardinality(k.before)), 0),
	    count(*) FILTER (WHERE NOT k.before @> k.ballots)
	INTO added, changed, voters FROM pg_temp.import_known k
	WHERE k.ballots IS NOT NULL;
	IF p_dry_run THEN
		SELECT coalesce(sum(cardinality(n.ballots)), 0), count(*)
		INTO new_votes, new_voters
		FROM pg_temp.import_vote n WHERE NOT EXISTS (
		    SELECT FROM pg_temp.import_known k
		    WHERE k.voter_id = n.voter_id AND k.state = n.state);
	ELSE
		UPDATE votes v SET import_id = p_import_id, before = k.before,
		    voted = k.voted, ballots = k.ballots
		FROM pg_temp.import_known k
		WHERE v.voter_id = k.voter_id AND v.state = k.state
		AND NOT k.before @> k.ballots;
		WITH fresh AS (
			INSERT INTO votes (voter_id, import_id, state, voted,
			    ballots)
			SELECT n.voter_id, p_import_id, n.state, n.voted,
			    n.ballots
			FROM pg_temp.import_vote n WHERE NOT EXISTS (
			    SELECT FROM pg_temp.import_known k
			    WHERE k.voter_id = n.voter_id
			    AND k.state = n.state)
			RETURNING cardinality(ballots) AS n
		) SELECT coalesce(sum(f.n), 0), count(*)
		INTO new_votes, new_voters FROM fresh f;
	END IF;
	result := jsonb_build_object('added', added + new_votes,
	    'changed', changed,
	    'unchanged', total - added - new_votes - changed,
	    'unknown', p_unknown, 'none', p_no_vote,
	    'voters', voters + new_voters);
	UPDATE imports i SET votes = result WHERE i.import_id = p_import_id;
	RETURN result;
END
$$;

-- Undo what an import did to votes.  reverted: voters whose votes are again
-- as they were before; kept: voters whose votes were changed since, and are not
-- changed again.
CREATE FUNCTION cerberus.votes_undo(p_import_id bigint, p_dry_run boolean,
	OUT reverted bigint, OUT kept bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	SELECT count(*) INTO reverted FROM votes v
	WHERE v.import_id = p_import_id;
	SELECT greatest(coalesce((i.votes ->> 'voters')::bigint, 0) - reverted,
	    0) INTO kept FROM imports i WHERE i.import_id = p_import_id;
	IF p_dry_run THEN
		RETURN;
	END IF;
	DELETE FROM votes v WHERE v.import_id = p_import_id
	AND v.before IS NULL;
	UPDATE votes v SET import_id = NULL, ballots = v.before, before = NULL,
	    voted = ballot_bits(v.before)
	WHERE v.import_id = p_import_id;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.votes_stage(boolean) TO cerberus_app;

COMMIT;
