-- Revert cerberus:public_campaigns from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.campaign_public(bigint);

COMMIT;
