-- Verify cerberus:payouts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.payouts', ARRAY[
	'payout_id bigint identity not null',
	'stripe_account bigint not null',
	'stripe_id character varying(255) not null', 'amount bigint not null',
	'currency character varying(3) not null',
	'status character varying(20) not null',
	'automatic boolean not null default true', 'arrival_date date',
	'campaigns bigint[] not null default ''{}''::bigint[]',
	'issued_at timestamp with time zone not null'], ARRAY[
	'PRIMARY KEY (payout_id)', 'UNIQUE (stripe_account, stripe_id)'],
	ARRAY['CREATE INDEX btree (arrival_date)'],
	ARRAY['touch cerberus.touch']);
SELECT pg_temp.expect_table('cerberus.balance_transactions', ARRAY[
	'balance_id bigint identity not null',
	'stripe_account bigint not null',
	'stripe_id character varying(255) not null',
	'kind character varying(20) not null', 'amount bigint not null',
	'fee bigint not null', 'net bigint not null',
	'donation_id bigint', 'payout_id bigint'], ARRAY[
	'FOREIGN KEY (donation_id) REFERENCES cerberus.donations(donation_id) '
	    'ON DELETE SET NULL',
	'FOREIGN KEY (payout_id) REFERENCES cerberus.payouts(payout_id) ON '
	    'DELETE SET NULL',
	'PRIMARY KEY (balance_id)', 'UNIQUE (stripe_account, stripe_id)'],
	ARRAY['CREATE INDEX btree (donation_id)',
	'CREATE INDEX btree (payout_id)']);
SELECT pg_temp.expect_table('cerberus.donations',
	ARRAY['fee bigint', 'net bigint'], '{}', '{}',
	ARRAY['take_balance cerberus.take_balance']);
SELECT pg_temp.expect_table('cerberus.stripe_events', '{}', '{}', '{}',
	ARRAY['payout_event cerberus.payout_event']);
SELECT pg_temp.expect(t, ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = t::regclass
	AND (SELECT relrowsecurity FROM pg_class WHERE oid = t::regclass)))
FROM (VALUES ('cerberus.payouts'), ('cerberus.balance_transactions')) x (t);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('balance_kind(text, text)', 'text', false, false, false),
	('donation_fees(bigint)', 'void', true, false, false),
	('stripe_balance(bigint, jsonb, bigint)',
	    'bigint', true, false, true),
	('take_balance()', 'trigger', true, false, false),
	('payout_rank(text)', 'integer', false, false, false),
	('stripe_payout(bigint, jsonb)', 'bigint', true, false, true),
	('payout_event()', 'trigger', true, false, false),
	('stripe_open_payouts(bigint)',
	    'TABLE(stripe_id text)', true, false, true),
	('stripe_payout_done(bigint)', 'void', true, false, true)
) t (f, result, definer, for_app, for_stripe);
SELECT pg_temp.expect('payout_sums', ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class
	WHERE oid = 'cerberus.payout_sums'::regclass));
SELECT payout_id, gifts, amount_gifts, amount_refunded, amount_disputed,
	amount_fees, amount_other, complete
FROM cerberus.payout_sums LIMIT 0;

ROLLBACK;
