-- Verify cerberus:import_votes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.imports', ARRAY['votes jsonb'], '{}',
	'{}');
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_app)
FROM (VALUES
	('votes_stage(boolean)',
	    'void', true, true),
	('votes_collect(text)',
	    'bigint', false, false),
	('votes_store(bigint, text, boolean, bigint, bigint)',
	    'jsonb', false, false),
	('votes_undo(bigint, boolean)',
	    'record', false, false)
) t (f, result, definer, for_app);

ROLLBACK;
