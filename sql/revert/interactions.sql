-- Revert cerberus:interactions from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.interactions;

COMMIT;
