-- Verify cerberus:donor_consents on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'consented jsonb not null default ''{}''::jsonb', 'consent_proof jsonb'], '{}', '{}', ARRAY[
	'record_donor_consents cerberus.record_donor_consents']);
SELECT pg_temp.expect_function('cerberus.record_donor_consents()', 'trigger',
	definer => true, for_app => false);

ROLLBACK;
