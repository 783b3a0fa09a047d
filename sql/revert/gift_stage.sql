-- Revert cerberus:gift_stage from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.gift_compare(bigint, text, text),
	cerberus.gift_add(bigint, text, text),
	cerberus.gift_stage(),
	cerberus.gift_tables(),
	cerberus.gift_time(text, text);

COMMIT;
