-- Revert cerberus:gift_lists from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP VIEW cerberus.gift_statements, cerberus.gift_best_efforts,
	cerberus.gift_excess, cerberus.gift_limits, cerberus.gift_scopes,
	cerberus.gift_refunds,
	cerberus.gift_nets;
DROP INDEX cerberus.donation_ledger_lost_idx;
DROP FUNCTION cerberus.gift_limit(bigint);
DROP FUNCTION cerberus.money_text(bigint, text);

COMMIT;
