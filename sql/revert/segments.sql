-- Revert cerberus:segments from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.segments;

COMMIT;
