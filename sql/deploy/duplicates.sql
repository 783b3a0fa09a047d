-- Deploy cerberus:duplicates to pg
-- requires: duplicates@v0.1.0 search state_names
--
-- Pairs of voters also by registration ids that differ by zeros or by how the
-- state is written, and by a new last name after a marriage.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A registration id without leading zeros, punctuation and case, or null if
-- nothing is left.
CREATE FUNCTION cerberus.id_core(p_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT nullif(pg_catalog.ltrim(pg_catalog.translate(
	    pg_catalog.upper(p_id), ' -./', ''), '0'), '')
$$;

-- The pairs whose score is at least p_minimum, of 0 to 100, among the voters of
-- a campaign or, if p_campaign_id is null, among all that the caller sees.
CREATE OR REPLACE FUNCTION cerberus.duplicates(p_campaign_id bigint,
	p_minimum integer)
RETURNS TABLE (voter_id bigint, other_id bigint, score integer,
	reasons text[])
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
	-- The keys are hashes, which take less to sort than texts; a pair that
	-- only a collision makes has no reasons.
	RETURN QUERY WITH folded AS (
	    SELECT v.*, cerberus.name_fold(v.first_name) AS f,
		cerberus.name_fold(v.last_name) AS l
	    FROM cerberus.voters v
	    WHERE p_campaign_id IS NULL OR v.voter_id IN (SELECT cv.voter_id
		FROM cerberus.campaign_voters cv
		WHERE cv.campaign_id = p_campaign_id)
	    OFFSET 0
	), keyed AS (
	    SELECT v.voter_id, unnest(ARRAY[
		hashtextextended(v.email_address, 1),
		CASE WHEN v.phone_number LIKE '+%'
		    THEN hashtextextended(v.phone_number, 2) END,
		hashtextextended(v.l || '|' || v.f, 3)
		    # hashtextextended(v.date_of_birth::text, 4),
		hashtextextended(v.l || '|' || v.f, 5)
		    # hashtextextended(left(v.zip_code, 5), 6),
		hashtextextended(cerberus.id_core(v.voter_registration_id), 7),
		-- A new last name: the rest of the person is the same.
		hashtextextended(v.f, 8)
		    # hashtextextended(v.date_of_birth::text, 9)
		    # hashtextextended(lower(v.street_address), 10)]) AS k
	    FROM folded v
	), several AS (
	    -- A key that many voters share is not evidence.
	    SELECT array_agg(voter_id) AS ids FROM keyed
	    WHERE k IS NOT NULL GROUP BY k
	    HAVING count(*) BETWEEN 2 AND 20
	), pairs AS (
	    SELECT DISTINCT least(x, y) AS x, greatest(x, y) AS y
	    FROM several, unnest(ids) x, unnest(ids) y WHERE x < y
	), people AS MATERIALIZED (
	    SELECT v.voter_id, cerberus.name_fold(v.first_name) AS f,
		nullif(cerberus.name_fold(v.middle_name), '') AS m,
		cerberus.name_fold(v.last_name) AS l,
		cerberus.name_fold(v.suffix) AS x, v.email_address AS e,
		substring(v.phone_number FROM '^\+[1-9][0-9]{6,14}$') AS p,
		v.date_of_birth AS d, coalesce(date_part('year',
		    v.date_of_birth)::integer, v.birth_year) AS b,
		left(v.zip_code, 5) AS z, lower(v.street_address) AS a,
		v.voter_registration_id AS r,
		cerberus.id_core(v.voter_registration_id) AS core,
		-- Two letters need no look-up.
		CASE WHEN length(v.registration_state) = 2
		    THEN upper(v.registration_state)
		    ELSE coalesce(cerberus.state_code(v.registration_state),
			upper(v.registration_state)) END AS s,
		v.registration_state AS state
	    FROM cerberus.voters v WHERE v.voter_id IN (
		SELECT x FROM pairs UNION SELECT y FROM pairs)
	), compared AS (
	    SELECT x.voter_id, y.voter_id AS other_id,
		x.f = y.f AS first, x.l = y.l AS last,
		x.l = y.l AND (left(x.f, 3) = left(y.f, 3)
		    OR starts_with(x.f, y.f) OR starts_with(y.f, x.f)
		    OR cerberus.similarity(x.f, y.f) > CASE
			WHEN left(x.f, 1) = left(y.f, 1) THEN 0.25
			ELSE 0.4 END) AS similar,
		x.e = y.e AS email, x.p = y.p AS phone, x.d = y.d AS born,
		x.b = y.b AS year, x.a = y.a AND x.z = y.z AS address,
		x.z = y.z AS zip,
		coalesce(x.s, y.s, '') = coalesce(y.s, x.s, '') AS state,
		x.core = y.core AS core, x.r = y.r AS same_id,
		x.state IS NOT DISTINCT FROM y.state AS same_state,
		x.x <> y.x AS suffix, left(x.m, 1) <> left(y.m, 1)
		    OR length(least(x.m, y.m)) > 1 AND length(greatest(x.m,
		    y.m)) > 1 AND x.m <> y.m AS middle
	    FROM pairs JOIN people x ON x.voter_id = pairs.x
	    JOIN people y ON y.voter_id = pairs.y
	)
	-- Pairs that are alike in all of this are judged together: a large
	-- campaign has a million pairs, of some hundred kinds.
	SELECT u.voter_id, u.other_id, least(100, j.points)::integer, j.reasons
	FROM (SELECT array_agg(c.voter_id) AS voters,
		array_agg(c.other_id) AS others, c.first, c.last, c.similar,
		c.email, c.phone, c.born, c.year, c.address, c.zip, c.state,
		c.core, c.same_id, c.same_state, c.suffix, c.middle
	    FROM compared c GROUP BY c.first, c.last, c.similar, c.email,
		c.phone, c.born, c.year, c.address, c.zip, c.state, c.core,
		c.same_id, c.same_state, c.suffix, c.middle) c, LATERAL (
	    SELECT sum(j.points) AS points,
		array_agg(j.reason ORDER BY j.points DESC, j.reason) AS reasons
	    FROM (
		SELECT c.first AND c.last, 'same name', 35
		UNION ALL SELECT c.similar AND NOT c.first, 'similar name', 20
		UNION ALL SELECT c.first AND NOT c.last, 'same first name', 15
		UNION ALL SELECT c.first AND NOT c.last,
		    'different last name', 0
		UNION ALL SELECT NOT c.first AND NOT c.similar,
		    'different first name', -30
		UNION ALL SELECT c.core AND c.state AND c.same_id
		    AND NOT c.same_state,
		    'same registration id, state differently written', 45
		UNION ALL SELECT c.core AND c.state AND NOT c.same_id,
		    'registration ids differ only by zeros or punctuation', 40
		UNION ALL SELECT NOT c.core AND c.state,
		    'different registration ids', -10
		UNION ALL SELECT c.email, 'same e-mail', 35
		UNION ALL SELECT c.phone, 'same phone', 25
		UNION ALL SELECT c.born, 'same date of birth', 30
		UNION ALL SELECT NOT c.born, 'different dates of birth', -30
		UNION ALL SELECT c.born IS NULL AND c.year,
		    'same year of birth', 15
		UNION ALL SELECT c.born IS NULL AND NOT c.year,
		    'different years of birth', -30
		UNION ALL SELECT c.address, 'same address', 15
		UNION ALL SELECT c.zip AND c.address IS NOT TRUE,
		    'same ZIP code', 5
		UNION ALL SELECT c.middle, 'different middle names', -15
		UNION ALL SELECT c.suffix, 'different suffixes', -40)
		j (applies, reason, points) WHERE j.applies) j,
	    unnest(c.voters, c.others) u (voter_id, other_id)
	WHERE j.points >= greatest(p_minimum, 1);
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.id_core(text)
	TO cerberus_app;

COMMIT;
