-- Verify cerberus:gift_stage on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.gift_stage()', 'void',
	definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.' || f, 'void', definer => true,
	for_app => false)
FROM (VALUES ('gift_tables()'), ('gift_add(bigint, text, text)'),
	('gift_compare(bigint, text, text)')) t (f);
SELECT pg_temp.expect_function('cerberus.gift_time(text, text)',
	'timestamp with time zone', definer => false, for_app => false);
SELECT 1 / (cerberus.gift_time('2026-07-01 01:30:00', 'America/New_York')
	= '2026-07-01 05:30:00+00'
AND cerberus.gift_time('2026-07-01T01:30:00-07:00', 'America/New_York')
	= '2026-07-01 08:30:00+00'
AND cerberus.gift_time('2026-07-01', 'UTC') = '2026-07-01 00:00:00+00')::integer;

ROLLBACK;
