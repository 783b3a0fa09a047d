-- Verify cerberus:upkeep on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.job_runs', ARRAY[
	'job character varying(40) not null',
	'ended_at timestamp with time zone not null'],
	ARRAY['PRIMARY KEY (job)'], '{}');
SELECT pg_temp.expect_function('cerberus.' || f, r, definer => true,
	for_app => false, for_stripe => true)
FROM (VALUES ('job_done(text)', 'void'), ('job_age(text)', 'integer'),
	('sequences_behind()',
	'TABLE(table_name text, next_id bigint, highest bigint)')) t (f, r);
SELECT 1 / (relrowsecurity
    AND NOT has_table_privilege('cerberus_stripe', oid, 'SELECT'))::integer
FROM pg_class WHERE oid = 'cerberus.job_runs'::regclass;

ROLLBACK;
