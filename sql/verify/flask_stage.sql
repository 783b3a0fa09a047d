-- Verify cerberus:flask_stage on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.flask_stage()', 'void',
	definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.flask_day(date)', 'date',
	definer => false, for_app => false);
SELECT pg_temp.expect_function(
	'cerberus.flask_time(timestamp with time zone)',
	'timestamp with time zone', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.flask_object(text, jsonb)', 'jsonb',
	definer => false, for_app => false);
SELECT 1 / (cerberus.flask_day('infinity') IS NULL
AND cerberus.flask_day('2026-01-31') = '2026-01-31'
AND cerberus.flask_time('-infinity') IS NULL
AND cerberus.flask_object('a', '[1]') = '{"a": [1]}'
AND cerberus.flask_object('a', 'null') = '{}')::integer;

ROLLBACK;
