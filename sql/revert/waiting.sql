-- Revert cerberus:waiting from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_waiting(bigint, timestamptz);
DROP VIEW cerberus.waiting;
DROP FUNCTION cerberus.donations_waiting();
DROP FUNCTION cerberus.waiting_rows();
DROP TABLE cerberus.settlements;

COMMIT;
