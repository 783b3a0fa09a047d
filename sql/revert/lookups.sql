-- Revert cerberus:lookups from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.voters_named(text, text);

-- The ids of the voters visible to the caller who have a value in one of four
-- columns: last_name, zip_code, precinct or tag.  p_few: look only among the
-- voters of the campaign, or of all of the caller's campaigns, which are few.
CREATE OR REPLACE FUNCTION cerberus.voters_with(p_what text, p_value text, p_few boolean,
	p_campaign_id bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	voter_ids bigint[];
	campaigns bigint[] := search_where(NULL);
BEGIN
	IF caller_id() IS NULL THEN
		RETURN;
	END IF;
	IF p_few THEN
		voter_ids := campaign_voter_ids(search_where(CASE
		    WHEN p_campaign_id IS NOT NULL THEN ARRAY[p_campaign_id]
		    END));
	END IF;
	-- The planner drops the three branches that do not apply.
	RETURN QUERY SELECT f.voter_id FROM (
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'last_name' AND lower(v.last_name) = lower(p_value)
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'zip_code' AND v.zip_code = p_value
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'precinct' AND v.precinct = p_value
	    UNION ALL
	    SELECT v.voter_id FROM voters v
	    WHERE p_what = 'tag' AND v.tags <> '{}'
	    AND v.tags @> ARRAY[p_value]) f
	    WHERE CASE WHEN voter_ids IS NOT NULL
		THEN f.voter_id IN (SELECT unnest(voter_ids))
		WHEN campaigns IS NULL THEN true
		ELSE EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.voter_id = f.voter_id
		    AND cv.campaign_id = ANY (campaigns)) END;
END
$$;

COMMIT;
