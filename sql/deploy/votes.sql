-- Deploy cerberus:votes to pg
-- requires: elections merge
--
-- Who voted in which election.
--
-- One row holds all votes of a voter in the elections of a state.  A row for
-- each vote would take 70 bytes with its index, and twenty elections of a
-- million voters would be twenty million rows to read for every filter.  Here
-- a vote is four bytes of an array, the id of a ballot, and the twenty
-- elections of a voter take about 180 bytes with the index: 9 a vote.
--
-- voted has a bit for each election of the state, elections.slot.  The index
-- includes it, so that a filter such as "at least 2 of the last 3 primaries"
-- counts bits in the index alone; see voted_in().  Bits are missing at the end
-- if the row is older than the election.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE TABLE cerberus.votes (
	voter_id	bigint NOT NULL
			REFERENCES cerberus.voters ON DELETE CASCADE,
	-- The import that changed the row last, and the ballots before it, null
	-- if there was no row; for votes_undo().
	import_id	bigint,
	state		varchar(20) NOT NULL,
	voted		bit varying NOT NULL,
	ballots		integer[] NOT NULL CHECK (ballots <> '{}'),
	before		integer[],
	PRIMARY KEY (voter_id, state) INCLUDE (voted)
);

-- Votes are visible with their voter.
ALTER TABLE cerberus.votes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON cerberus.votes TO cerberus_app;
CREATE POLICY read ON cerberus.votes FOR SELECT TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.campaign_voters cv
	    WHERE cv.voter_id = votes.voter_id));

-- A voter's votes, one a row.
CREATE VIEW cerberus.vote_list WITH (security_invoker = true) AS
SELECT v.voter_id, e.election_id, e.state, e.date, e.year, e.kind, e.name,
	b.method, b.party
FROM cerberus.votes v
CROSS JOIN LATERAL unnest(v.ballots) u (ballot_id)
JOIN cerberus.ballots b ON b.ballot_id = u.ballot_id
JOIN cerberus.elections e ON e.election_id = b.election_id;
GRANT SELECT ON cerberus.vote_list TO cerberus_app;

-- The bits of the last elections of a kind, null for every kind, in a state up
-- to today; null if it holds none.
CREATE FUNCTION cerberus.last_elections(p_state text, p_kind text,
	p_last integer) RETURNS bit varying
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT bit_or(set_bit(repeat('0', e.width)::bit varying, e.slot, 1))
	FROM (SELECT e.slot, max(e.slot) OVER () + 1 AS width
	    FROM (SELECT e.slot FROM cerberus.elections e
		WHERE e.state = p_state
		AND (p_kind IS NULL OR e.kind = p_kind)
		AND coalesce(e.date, make_date(e.year, 1, 1)) <= current_date
		ORDER BY coalesce(e.date, make_date(e.year, 1, 1)) DESC,
		    e.election_id DESC
		LIMIT p_last) e) e
$$;

-- The bits of these elections, which are of one state; null if there are none.
CREATE FUNCTION cerberus.election_bits(p_elections integer[])
RETURNS bit varying LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT bit_or(set_bit(repeat('0', e.width)::bit varying, e.slot, 1))
	FROM (SELECT e.slot, max(e.slot) OVER () + 1 AS width
	    FROM cerberus.elections e
	    WHERE e.election_id = ANY (p_elections)) e
$$;

-- In how many elections of the mask did somebody vote?  The filters of voters
-- compute the mask first, so that it is a constant, and the planner inlines the
-- function, which it does not do for a subquery as the argument.
CREATE FUNCTION cerberus.voted_in(voted bit varying, mask bit varying)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT bit_count(pg_catalog.bit(voted, length(mask), true) & mask)
$$;

-- Two lists of ballots as one; where they differ about an election, the second
-- counts.
CREATE FUNCTION cerberus.ballots_union(weak integer[], strong integer[])
RETURNS integer[] LANGUAGE sql STABLE AS $$
	SELECT array_agg(u.ballot ORDER BY u.ballot)
	FROM (SELECT unnest(strong) AS ballot
	    UNION
	    SELECT b.ballot_id FROM cerberus.ballots b
	    WHERE b.ballot_id = ANY (weak) AND b.election_id NOT IN (
		SELECT s.election_id FROM cerberus.ballots s
		WHERE s.ballot_id = ANY (strong))) u
$$;

-- The bits of a list of ballots.
CREATE FUNCTION cerberus.ballot_bits(p_ballots integer[]) RETURNS bit varying
LANGUAGE sql STABLE AS $$
	SELECT cerberus.election_bits(ARRAY(SELECT b.election_id
	    FROM cerberus.ballots b WHERE b.ballot_id = ANY (p_ballots)))
$$;

-- Set a voter's ballots in a state; none deletes the row.
CREATE FUNCTION cerberus.votes_set(p_voter_id bigint, p_state text,
	p_ballots integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF coalesce(p_ballots, '{}') = '{}' THEN
		DELETE FROM votes
		WHERE voter_id = p_voter_id AND state = p_state;
		RETURN;
	END IF;
	INSERT INTO votes (voter_id, state, voted, ballots)
	VALUES (p_voter_id, p_state, ballot_bits(p_ballots), p_ballots)
	ON CONFLICT (voter_id, state) DO UPDATE
	SET import_id = NULL, before = NULL, voted = EXCLUDED.voted,
	    ballots = EXCLUDED.ballots;
END
$$;

-- Add the votes of a voter who is being merged to those of the one who is
-- kept.  Return what votes_unmerge() needs.
CREATE FUNCTION cerberus.votes_merge(p_keep bigint, p_gone bigint)
RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	v record;
	result jsonb := '[]';
BEGIN
	FOR v IN SELECT g.state, g.ballots AS gone, k.ballots AS kept,
	    ballots_union(g.ballots, k.ballots) AS after
	    FROM votes g
	    LEFT JOIN votes k ON k.voter_id = p_keep AND k.state = g.state
	    WHERE g.voter_id = p_gone LOOP
		PERFORM votes_set(p_keep, v.state, v.after);
		result := result || to_jsonb(v);
	END LOOP;
	RETURN result;
END
$$;

-- Undo votes_merge().  Votes that the kept voter got since stay.
CREATE FUNCTION cerberus.votes_unmerge(p_kept bigint, p_gone bigint,
	p_merged jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	v record;
BEGIN
	FOR v IN SELECT * FROM jsonb_to_recordset(p_merged) r (state text,
	    gone integer[], kept integer[], after integer[]) LOOP
		PERFORM votes_set(p_gone, v.state, v.gone);
		PERFORM votes_set(p_kept, v.state, ARRAY(
		    SELECT b FROM unnest(h.ballots) b
		    WHERE b = ANY (v.kept) OR b <> ALL (v.after) ORDER BY b))
		FROM votes h WHERE h.voter_id = p_kept AND h.state = v.state;
	END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.last_elections(text, text, integer),
	cerberus.election_bits(integer[]),
	cerberus.voted_in(bit varying, bit varying) TO cerberus_app;

COMMIT;
