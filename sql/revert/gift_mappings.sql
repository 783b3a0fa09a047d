-- Revert cerberus:gift_mappings from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.gift_mappings;

COMMIT;
