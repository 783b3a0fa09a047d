-- Verify cerberus:calls on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.opted_out(bigint, bigint, text)',
	'boolean', definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.call_campaign(bigint)', 'bigint',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.call_number(bigint, bigint)', 'text',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.call_next(bigint, integer)',
	'TABLE(call_id bigint, voter_id bigint, phone_number text, '
	    'held_until timestamp with time zone, tries integer)',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.call_give_back(bigint)', 'integer',
	definer => false, for_app => true);
SELECT pg_temp.expect_function('cerberus.call_finish(bigint, bigint, jsonb)',
	'void', definer => false, for_app => true);

ROLLBACK;
