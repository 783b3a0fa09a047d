-- Deploy cerberus:lookups to pg
-- requires: search
--
-- The look-ups of lists: the voters with a value in a column, or with two names.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The ids of the voters visible to the caller who have a value in one of five
-- columns: last_name, first_name, zip_code, precinct or tag; email_address
-- begins with the value; number is a registration id, a phone number or, with
-- four digits or more, its end.  Each id comes once.
-- p_few: look only among the voters of the campaign, or of all of the caller's
-- campaigns, which are few; null: likewise, whether they are few or not.
CREATE OR REPLACE FUNCTION cerberus.voters_with(p_what text, p_value text,
	p_few boolean, p_campaign_id bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
	ids bigint[];
	few_ids bigint[];
	campaigns bigint[] := search_where(CASE WHEN p_campaign_id IS NOT NULL
	    AND p_few IS NOT FALSE THEN ARRAY[p_campaign_id] END);
	few boolean := coalesce(p_few, campaigns IS NOT NULL
	    AND (SELECT coalesce(sum(t.n), 0) FROM tallies t
		WHERE t.scope = ANY (campaigns)) <= 5000);
	tail text := CASE WHEN p_what = 'number' AND p_value !~ '[[:alpha:]]'
	    THEN substring(reverse(regexp_replace(p_value, '[^0-9]', '', 'g'))
		FROM '^.{4,}$') END;
BEGIN
	IF caller_id() IS NULL THEN
		RETURN;
	END IF;
	-- A statement for each column: one for all would begin by setting up
	-- what none of its parts but one needs.
	IF p_what = 'last_name' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE name_fold(v.last_name) = name_fold(p_value));
	ELSIF p_what = 'first_name' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE name_fold(v.first_name) = name_fold(p_value));
	ELSIF p_what = 'zip_code' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE v.zip_code = p_value);
	ELSIF p_what = 'precinct' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE v.precinct = p_value);
	ELSIF p_what = 'tag' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE v.tags <> '{}' AND v.tags @> ARRAY[p_value]);
	ELSIF p_what = 'email_address' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE v.email_address >= p_value
		    AND v.email_address < p_value || chr(1114111));
	ELSIF p_what = 'number' THEN
		ids := ARRAY(SELECT v.voter_id FROM voters v
		    WHERE v.voter_registration_id
			= ANY (ARRAY[p_value, upper(p_value)])
		    UNION
		    SELECT v.voter_id FROM voters v
		    WHERE v.phone_number = p_value
		    UNION
		    SELECT v.voter_id FROM voters v
		    WHERE v.phone_number LIKE '+%'
		    AND reverse(v.phone_number) ~>=~ tail
		    AND reverse(v.phone_number) ~<~ (tail || ':'));
	END IF;
	IF campaigns IS NULL THEN
		RETURN QUERY SELECT unnest(ids);
	ELSIF few THEN
		few_ids := campaign_voter_ids(campaigns);
		RETURN QUERY SELECT i FROM unnest(ids) i
		    WHERE i IN (SELECT unnest(few_ids));
	ELSE
		RETURN QUERY SELECT i FROM unnest(ids) i
		    WHERE EXISTS (SELECT FROM campaign_voters cv
			WHERE cv.voter_id = i
			AND cv.campaign_id = ANY (campaigns));
	END IF;
END
$$;

-- The ids of the voters visible to the caller who have both names.  Of those with
-- the last name alone there may be tens of thousands.
CREATE FUNCTION cerberus.voters_named(p_last text, p_first text)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	campaigns bigint[] := search_where(NULL);
BEGIN
	IF caller_id() IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT v.voter_id FROM voters v
	WHERE name_fold(v.last_name) = name_fold(p_last)
	AND name_fold(v.first_name) = name_fold(p_first)
	AND (campaigns IS NULL OR EXISTS (SELECT FROM campaign_voters cv
	    WHERE cv.voter_id = v.voter_id
	    AND cv.campaign_id = ANY (campaigns)));
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.voters_named(text, text) TO cerberus_app;

COMMIT;
