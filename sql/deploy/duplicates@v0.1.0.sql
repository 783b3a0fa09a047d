-- Deploy cerberus:duplicates to pg
-- requires: search
--
-- Pairs of voters who may be one person.  Merging them is in merge.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The pairs whose score is at least p_minimum, of 0 to 100, among the voters of
-- a campaign or, if p_campaign_id is null, among all that the caller sees.
CREATE FUNCTION cerberus.duplicates(p_campaign_id bigint, p_minimum integer)
RETURNS TABLE (voter_id bigint, other_id bigint, score integer,
	reasons text[])
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY WITH people AS (
	    SELECT v.voter_id, lower(v.first_name) AS f,
		lower(v.last_name) AS l, v.email_address AS e,
		substring(v.phone_number FROM '^\+[1-9][0-9]{6,14}$') AS p,
		v.date_of_birth AS d, v.zip_code AS z,
		lower(v.street_address) AS a, v.voter_registration_id AS r,
		v.registration_state AS s
	    FROM cerberus.voters v
	    WHERE p_campaign_id IS NULL OR EXISTS (
		SELECT FROM cerberus.campaign_voters cv
		WHERE cv.voter_id = v.voter_id
		AND cv.campaign_id = p_campaign_id)
	), keyed AS (
	    SELECT voter_id, 'e' || e AS k FROM people WHERE e IS NOT NULL
	    UNION ALL
	    SELECT voter_id, 'p' || p FROM people WHERE p IS NOT NULL
	    UNION ALL
	    SELECT voter_id, 'n' || l || '|' || f || '|' || d FROM people
	    WHERE d IS NOT NULL
	    UNION ALL
	    SELECT voter_id, 'z' || l || '|' || f || '|' || z FROM people
	    WHERE z IS NOT NULL
	), several AS (
	    -- A key that many voters share is not evidence.
	    SELECT array_agg(voter_id) AS ids FROM keyed GROUP BY k
	    HAVING count(*) BETWEEN 2 AND 20
	), pairs AS (
	    SELECT DISTINCT least(x, y) AS x, greatest(x, y) AS y
	    FROM several, unnest(ids) x, unnest(ids) y WHERE x < y
	), judged AS (
	    SELECT x.voter_id, y.voter_id AS other_id,
		array_remove(ARRAY[
		    CASE WHEN x.f = y.f AND x.l = y.l THEN 'same name'
			WHEN x.l = y.l AND (left(x.f, 3) = left(y.f, 3)
			    OR cerberus.similarity(x.f, y.f) > 0.4)
			THEN 'similar name' END,
		    CASE WHEN x.e = y.e THEN 'same e-mail' END,
		    CASE WHEN x.p = y.p THEN 'same phone' END,
		    CASE WHEN x.d = y.d THEN 'same date of birth' END,
		    CASE WHEN x.a = y.a AND x.z = y.z THEN 'same address'
			WHEN x.z = y.z THEN 'same ZIP code' END], NULL) AS why,
		x.d <> y.d AS unlike
	    FROM pairs JOIN people x ON x.voter_id = pairs.x
	    JOIN people y ON y.voter_id = pairs.y
	    WHERE NOT (x.r IS NOT NULL AND y.r IS NOT NULL AND x.r <> y.r
		AND x.s IS NOT DISTINCT FROM y.s)
	), scored AS (
	    SELECT j.voter_id, j.other_id, greatest(0, least(100,
		(SELECT sum(CASE w WHEN 'same name' THEN 35
		    WHEN 'similar name' THEN 20 WHEN 'same e-mail' THEN 35
		    WHEN 'same phone' THEN 25 WHEN 'same date of birth' THEN 30
		    WHEN 'same address' THEN 15 ELSE 5 END)
		FROM unnest(j.why) w)
		- CASE WHEN j.unlike THEN 30 ELSE 0 END))::integer AS score,
		j.why
	    FROM judged j WHERE j.why <> '{}'
	)
	SELECT s.voter_id, s.other_id, s.score, s.why FROM scored s
	WHERE s.score >= p_minimum;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.duplicates(bigint, integer) TO cerberus_app;

COMMIT;
