-- Verify cerberus:voter_gender on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters',
	ARRAY['gender character varying(50)'], '{}', '{}');

ROLLBACK;
