-- Verify cerberus:erase on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('erase_rejects(text[], text[], text[])',
	    'bigint', false, false, false),
	('erase_traces(bigint)',
	    'bigint', true, true, true),
	('erase_voter(bigint)',
	    'void', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
