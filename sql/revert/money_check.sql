-- Revert cerberus:money_check from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.compare_with_stripe(bigint, jsonb, bigint);
DROP VIEW cerberus.ledger_differences;
DROP VIEW cerberus.ledger_sums;

COMMIT;
