-- Deploy cerberus:voters_remove to pg
-- requires: policies
--
-- Who may delete a voter: an admin, and who is an editor in every campaign
-- that the voter is in or has left something in.  Others let the voter leave
-- their campaign.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- What belongs to no campaign is the admins', but for consents: what was said
-- to none in particular is everybody's.
CREATE FUNCTION cerberus.voter_removable(p_voter_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
	own bigint[];
BEGIN
	IF cerberus.caller_is_admin() THEN
		RETURN true;
	END IF;
	own := cerberus.caller_campaigns('editor');
	RETURN coalesce((SELECT pg_catalog.bool_and(cv.campaign_id = ANY (own))
	    FROM cerberus.campaign_voters cv
	    WHERE cv.voter_id = p_voter_id), false)
	AND NOT EXISTS (SELECT FROM cerberus.interactions i
	    WHERE i.voter_id = p_voter_id
	    AND (i.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM cerberus.survey_responses r
	    JOIN cerberus.survey_questions q ON q.question_id = r.question_id
	    WHERE r.voter_id = p_voter_id
	    AND (q.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM cerberus.donations d
	    WHERE d.voter_id = p_voter_id
	    AND (d.campaign_id = ANY (own)) IS NOT TRUE)
	AND NOT EXISTS (SELECT FROM cerberus.consents c
	    WHERE c.voter_id = p_voter_id AND c.campaign_id <> ALL (own));
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.voter_removable(bigint) TO cerberus_app;

DROP POLICY remove ON cerberus.voters;
CREATE POLICY remove ON cerberus.voters FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin())
	    OR cerberus.voter_removable(voter_id));

COMMIT;
