-- Revert cerberus:donation_flow from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_unlisted(bigint, timestamptz, text[]);
DROP FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb);
DROP FUNCTION cerberus.donation_words(bigint);
DROP FUNCTION cerberus.refund_finish(bigint, jsonb, text, text);
DROP FUNCTION cerberus.refund_begin(bigint, bigint, text);
DROP FUNCTION cerberus.donation_details(text, jsonb);
DROP FUNCTION cerberus.donation_refused(bigint, text, text);
DROP FUNCTION cerberus.donation_intent(bigint, text);
DROP FUNCTION cerberus.donation_begin(bigint, bigint, bigint, text,
	jsonb, bigint);
DROP FUNCTION cerberus.employer_needed(bigint, text, text, text);
DROP FUNCTION cerberus.stripe_event(bigint, jsonb, bigint);
DROP FUNCTION cerberus.lock_intent(text);
DROP FUNCTION cerberus.donation_catch_up(bigint);
DROP FUNCTION cerberus.donation_of(bigint, text, jsonb);
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
