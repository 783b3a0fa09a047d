-- Revert cerberus:donation_facts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.donation_settle(bigint);
DROP FUNCTION cerberus.donation_record(bigint);
DROP FUNCTION cerberus.donation_fact(bigint, text, jsonb, timestamptz);
DROP FUNCTION cerberus.refund_fact(bigint, jsonb);
DROP FUNCTION cerberus.ledger_write(bigint, text, text, text, bigint, text,
	text, timestamptz);
DROP FUNCTION cerberus.stripe_key(text, bigint, timestamptz);
DROP FUNCTION cerberus.stripe_ref(jsonb);
DROP FUNCTION cerberus.stripe_number(jsonb);

COMMIT;
