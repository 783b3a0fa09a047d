-- Verify cerberus:doors on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters', ARRAY['door text'], '{}',
	ARRAY['CREATE INDEX btree (door) WHERE (door IS NOT NULL)'],
	ARRAY['door_added cerberus.door_set',
	'door_changed cerberus.door_set']);
SELECT pg_temp.expect_function('cerberus.' || f || '(text)', 'text',
	definer => false, for_app => true)
FROM (VALUES ('street_suffix'), ('street_direction')) t (f);
SELECT pg_temp.expect_function('cerberus.and_list(text[])', 'text',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.door_of(text, text, text)',
	'TABLE(door text, street text, number text, unit text)',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.door_set()', 'trigger',
	definer => false, for_app => false);
SELECT pg_temp.expect('door_of()', ARRAY[d.door], ARRAY[e.door])
FROM cerberus.door_of('12 Oak Street, Apt. 4', '27601-1234', 'X') d,
	cerberus.door_of('12  OAK ST #04', '27601', NULL) e;
SELECT 1 / (attgenerated = '')::integer FROM pg_attribute
WHERE attrelid = 'cerberus.voters'::regclass AND attname = 'door';

ROLLBACK;
