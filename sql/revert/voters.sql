-- Revert cerberus:voters from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.voter_joinable(bigint);
DROP TABLE cerberus.campaign_voters;
DROP TABLE cerberus.voters;

COMMIT;
