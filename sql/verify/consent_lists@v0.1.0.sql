-- Verify cerberus:consent_lists on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function(
	'cerberus.may_contact(cerberus.voters, text, bigint)', 'boolean', false,
	true);
SELECT pg_temp.expect_function(
	'cerberus.record_consent(bigint, bigint, text, boolean, text, text)',
	'bigint', false, true);
SELECT 1 / (count(*) = 3)::integer FROM pg_policy
WHERE polrelid = 'cerberus.opt_outs'::regclass;

ROLLBACK;
