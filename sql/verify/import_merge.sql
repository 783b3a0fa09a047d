-- Verify cerberus:import_merge on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_id_damaged(text, text)',
	    'boolean', false, false, false),
	('import_value(text, text, boolean)',
	    'text', false, false, false),
	('import_lock()',
	    'void', false, false, false),
	('import_keep(bigint)',
	    'bigint', false, false, false),
	('import_expire()',
	    'void', false, false, false),
	('import_staged(bigint, text, text)',
	    'cerberus.imports', false, false, false),
	('import_prepare(boolean)',
	    'record', false, false, false),
	('import_write(cerberus.imports, bigint, text[], bigint)',
	    'record', false, false, false),
	('import_merge(bigint, bigint, text[], boolean, bigint, bytea, '
	'text[], jsonb)',
	    'TABLE(rows bigint, created bigint, updated '
	    'bigint, unchanged bigint, duplicates bigint, '
	    'rejected bigint, warned bigint)', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
