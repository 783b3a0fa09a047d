-- Verify cerberus:gift_codes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'refcode character varying(255)', 'refcode2 character varying(255)',
	'election character varying(5)',
	'eligibility character varying(10000)',
	'eligible_at timestamp with time zone'], ARRAY[
	'CHECK (((election)::text ~ ''^[PGRS][0-9]{4}$''::text))',
	'CHECK (((eligibility IS NULL) = (eligible_at IS NULL)))'], ARRAY[
	'CREATE INDEX btree (refcode, donation_id) WHERE (refcode IS NOT NULL)',
	'CREATE INDEX btree (election, donation_id) WHERE (election IS NOT '
	    'NULL)']);

ROLLBACK;
