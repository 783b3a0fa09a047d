-- Revert cerberus:campaigns from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.campaigns;

COMMIT;
