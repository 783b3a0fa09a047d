-- Revert cerberus:donations from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.donations;

COMMIT;
