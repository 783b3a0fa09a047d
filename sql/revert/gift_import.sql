-- Revert cerberus:gift_import from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.gift_take(bigint, text, jsonb),
	cerberus.gift_merge(bigint, text),
	cerberus.gift_apply(bigint, text),
	cerberus.gift_complete(bigint, text, text),
	cerberus.gift_refund(bigint, text, text);

COMMIT;
