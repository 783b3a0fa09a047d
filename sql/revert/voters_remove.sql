-- Revert cerberus:voters_remove from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP POLICY remove ON cerberus.voters;
CREATE POLICY remove ON cerberus.voters FOR DELETE TO cerberus_app
	USING ((SELECT cerberus.caller_is_admin()) OR EXISTS (
	    SELECT FROM cerberus.campaign_voters cv
	    WHERE cv.voter_id = voters.voter_id AND cv.campaign_id = ANY (
	    (SELECT cerberus.caller_campaigns('editor'))::bigint[])));
DROP FUNCTION cerberus.voter_removable(bigint);

COMMIT;
