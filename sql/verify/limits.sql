-- Verify cerberus:limits on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.rate_buckets', ARRAY[
	'key text not null',
	'tokens double precision not null',
	'at timestamp with time zone not null'], ARRAY[
	'PRIMARY KEY (key)'], '{}');
SELECT pg_temp.expect_function('cerberus.rate_take(bytea, text, double '
    'precision, double precision, integer)',
	'TABLE(allowed boolean, remaining integer, reset integer)',
	    definer => true, for_app => true);
SELECT pg_temp.expect_function('cerberus.rate_key(bytea)', 'text',
    definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.rate_check(text, double precision, '
    'double precision)', 'integer', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.enter(bytea, boolean, text, text, '
    'double precision, double precision)',
	'TABLE(user_id bigint, is_admin boolean, refusal integer, wait '
	    'integer)', definer => true, for_app => true);
SELECT pg_temp.expect_function('cerberus.refused()', 'boolean',
    definer => false, for_app => false);

ROLLBACK;
