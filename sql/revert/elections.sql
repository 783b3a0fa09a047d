-- Revert cerberus:elections from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_ballots(jsonb, boolean);
DROP TABLE cerberus.ballots;
DROP TABLE cerberus.elections;

COMMIT;
