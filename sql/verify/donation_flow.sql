-- Verify cerberus:donation_flow on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.stripe_number(jsonb)',
	'bigint', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.stripe_ref(jsonb)',
	'text', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.stripe_key(text, bigint, timestamptz)',
	'text', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.ledger_write(bigint, text, text, text, bigint, text, text, timestamptz)',
	'boolean', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.refund_fact(bigint, jsonb)',
	'boolean', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_fact(bigint, text, jsonb, timestamptz)',
	'boolean', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_record(bigint)',
	'void', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_settle(bigint)',
	'void', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_of(bigint, text, jsonb)',
	'bigint', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_catch_up(bigint)',
	'void', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.lock_intent(text)',
	'void', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.stripe_event(bigint, jsonb, bigint)',
	'text', definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.employer_needed(bigint, text, text, text)',
	'boolean', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_begin(bigint, bigint, bigint, text, jsonb, bigint)',
	'TABLE(donation_id bigint, stripe_key text, needs_employer boolean, over_limit bigint)',
	definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.donation_intent(bigint, text)',
	'void', definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.donation_refused(bigint, text, text)',
	'void', definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.donation_details(text, jsonb)',
	'TABLE(donation_id bigint, needs_employer boolean)', definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.refund_begin(bigint, bigint, text)',
	'TABLE(ledger_id bigint, payment_intent_id text, stripe_account bigint, amount bigint, stripe_key text)',
	definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.refund_finish(bigint, jsonb, text, text)',
	'void', definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.donation_words(bigint)',
	'text', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.stripe_reconcile(bigint, jsonb, jsonb)',
	'TABLE(donation_id bigint, action text, before text, after text)',
	definer => true, for_app => false,
	for_stripe => true);
SELECT pg_temp.expect_function('cerberus.stripe_unlisted(bigint, timestamptz, text[])',
	'TABLE(donation_id bigint, payment_intent_id text, status text)',
	definer => true, for_app => false,
	for_stripe => true);

ROLLBACK;
