-- Verify cerberus:import_undo on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_undoable(bigint)',
	    'cerberus.imports', false, false, false),
	('undo_created(cerberus.imports, boolean)',
	    'record', false, false, false),
	('import_undo(bigint, boolean)',
	    'TABLE(reverted bigint, deleted bigint, kept bigint, gone bigint, '
	    'votes_reverted bigint, votes_kept bigint)',
	    true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
