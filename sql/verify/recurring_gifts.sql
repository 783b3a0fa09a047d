-- Verify cerberus:recurring_gifts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'interval character varying(255)', 'first_donation_id bigint',
	'recurring_status character varying(40)',
	'recurring_failed_at timestamp with time zone',
	'recurring_failure text', 'invoice_id character varying(255)'],
	ARRAY['FOREIGN KEY (first_donation_id) REFERENCES '
	    'cerberus.donations(donation_id) ON DELETE SET NULL'],
	ARRAY['CREATE UNIQUE INDEX btree (stripe_account, invoice_id) WHERE '
		'(invoice_id IS NOT NULL)',
	    'CREATE INDEX btree (first_donation_id, donation_id) WHERE '
		'(first_donation_id IS NOT NULL)',
	    'CREATE INDEX btree (recurring_status, donation_id) WHERE '
		'(recurring_status IS NOT NULL)'],
	ARRAY['begin_recurring cerberus.begin_recurring']);
SELECT pg_temp.expect_table('cerberus.recurring_gifts', ARRAY[
	'donation_id bigint not null', 'stripe_account bigint not null',
	'subscription_id character varying(255)',
	'customer_id character varying(255)',
	'canceled_at timestamp with time zone', 'failure text'],
	ARRAY['PRIMARY KEY (donation_id)',
	    'UNIQUE (stripe_account, subscription_id)',
	    'FOREIGN KEY (donation_id) REFERENCES '
	    'cerberus.donations(donation_id) ON DELETE CASCADE'],
	ARRAY['CREATE INDEX btree (stripe_account, customer_id)']);
SELECT pg_temp.expect('row-level security', ARRAY['recurring_gifts'], (SELECT
	array_agg(relname::text) FROM pg_class
	WHERE oid = 'cerberus.recurring_gifts'::regclass AND relrowsecurity
	AND NOT has_table_privilege('cerberus_stripe', oid, 'SELECT')));
SELECT pg_temp.expect_function('cerberus.begin_recurring()', 'trigger',
    definer => true, for_app => false);

ROLLBACK;
