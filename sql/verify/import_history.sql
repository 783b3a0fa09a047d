-- Verify cerberus:import_history on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.import_votes(bigint, text[], jsonb)',
	'jsonb', true, true, true);
SELECT pg_temp.expect_function('cerberus.import_history(bigint, bigint, '
	'jsonb, bigint, bigint, bytea, text[])', 'TABLE(rows bigint, duplicates bigint,'
	' rejected bigint, warned bigint, votes jsonb)', true, true,
	true);

ROLLBACK;
