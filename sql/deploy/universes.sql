-- Deploy cerberus:universes to pg
-- requires: votes voter_details search
--
-- Indexes for the filters of voters, and a look-up of two at once.
-- docs/scaling.md says which filters have no index, and why.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- With the id, so that a count reads the index alone, and a page is in order.
-- Files without these columns cost nothing.
CREATE INDEX voters_congressional_district_idx
	ON cerberus.voters (congressional_district, voter_id)
	WHERE congressional_district IS NOT NULL;
CREATE INDEX voters_state_senate_district_idx
	ON cerberus.voters (state_senate_district, voter_id)
	WHERE state_senate_district IS NOT NULL;
CREATE INDEX voters_state_house_district_idx
	ON cerberus.voters (state_house_district, voter_id)
	WHERE state_house_district IS NOT NULL;
CREATE INDEX voters_ward_idx ON cerberus.voters (ward, voter_id)
	WHERE ward IS NOT NULL;
CREATE INDEX voters_registration_date_idx
	ON cerberus.voters (registration_date, voter_id)
	WHERE registration_date IS NOT NULL;

-- campaign_id is for the policies.
CREATE INDEX interactions_outcome_idx
	ON cerberus.interactions (outcome, voter_id) INCLUDE (campaign_id)
	WHERE outcome IS NOT NULL;
CREATE INDEX interactions_type_idx
	ON cerberus.interactions (interaction_type, voter_id)
	INCLUDE (campaign_id);
-- Most donations never failed, and most voters never gave.
CREATE INDEX donations_received_idx
	ON cerberus.donations (voter_id) INCLUDE (campaign_id)
	WHERE amount_received > 0;

-- The ids of the voters visible to the caller who have both names.  Of those with
-- the last name alone there may be tens of thousands.
CREATE FUNCTION cerberus.voters_named(p_last text, p_first text)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
