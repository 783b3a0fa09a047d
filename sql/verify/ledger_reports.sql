-- Verify cerberus:ledger_reports on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donation_states', ARRAY[
	'stage smallint not null default 0'], '{}', '{}');
SELECT pg_temp.expect('cerberus.donation_states', ARRAY[
	'payment failed 0 failed', 'payment canceled 1 canceled',
	'payment succeeded 2 succeeded', 'refund failed 6 back',
	'dispute lost 0 held', 'dispute unknown 0 held',
	'dispute appeal_under_review 0 held',
	'dispute charge_refunded 0 over'],
	(SELECT array_agg(concat_ws(' ', kind, state, stage, means))
	 FROM cerberus.donation_states));
SELECT pg_temp.expect('cerberus.stripe_event_types',
	ARRAY['charge.refund.updated'],
	(SELECT array_agg(type::text) FROM cerberus.stripe_event_types));
SELECT pg_temp.expect_table('cerberus.donation_ledger', ARRAY[
	'reported_at timestamp with time zone not null default now()',
	'unanswered boolean not null default false'],
	'{}', '{}');
SELECT pg_temp.expect_table('cerberus.stripe_events', ARRAY[
	'charge_id character varying(255)'], '{}', ARRAY[
	'CREATE INDEX btree (charge_id) WHERE (applied_at IS NULL)']);
SELECT pg_temp.expect_table('cerberus.donations', '{}', '{}', ARRAY[
	'CREATE INDEX btree (charge_id) WHERE (charge_id IS NOT NULL)']);

ROLLBACK;
