-- Verify cerberus:gift_days on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'received_on date', 'counts_on date not null',
	'method character varying(10) not null default ''card''::character varying',
	'check_number character varying(50)', 'deposited_on date',
	'voided_at timestamp with time zone',
	'void_reason character varying(500)', 'note character varying(2000)'], '{}', ARRAY[
	'CREATE INDEX btree (campaign_id, counts_on)',
	'CREATE INDEX btree (counts_on, donation_id)'], ARRAY[
	'set_gift_days cerberus.set_gift_days']);
SELECT pg_temp.expect_table('cerberus.campaigns', '{}', '{}', '{}', ARRAY[
	'move_gift_days cerberus.move_gift_days']);
SELECT pg_temp.expect_function('cerberus.' || f, 'trigger', definer => true,
	for_app => false)
FROM (VALUES ('set_gift_days()'), ('move_gift_days()')) t (f);
SELECT pg_temp.expect_function('cerberus.stripe_method(jsonb)', 'text',
	definer => false, for_app => false);

ROLLBACK;
