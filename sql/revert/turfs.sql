-- Revert cerberus:turfs from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.turf_voters;
DROP TABLE cerberus.turfs;
DROP FUNCTION cerberus.turf_code(bigint);

COMMIT;
