-- Verify cerberus:exports on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.export_record(text,jsonb)', 'void',
	definer => true, for_app => true);
SELECT 1 / (pg_get_constraintdef(oid) LIKE '%export%')::integer
FROM pg_constraint WHERE conname = 'audit_log_action_check';

ROLLBACK;
