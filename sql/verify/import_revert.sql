-- Verify cerberus:import_revert on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, false, false)
FROM (VALUES
	('undo_tags(text[], jsonb, jsonb)', 'text[]'),
	('undo_fields(jsonb, jsonb, jsonb)', 'jsonb'),
	('undo_alone(bigint)', 'text'),
	('undo_last(cerberus.imports, boolean)', 'text'),
	('undo_ids()', 'void'),
	('undo_value(text, text)', 'record'),
	('undo_columns(bigint, boolean)', 'void'),
	('undo_known(cerberus.imports, boolean)', 'record')
) t (f, result);

ROLLBACK;
