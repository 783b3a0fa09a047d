-- Verify cerberus:merge on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.merges', ARRAY[
	'merge_id bigint identity not null', 'kept_id bigint not null',
	'merged_id bigint not null',
	'campaigns bigint[] not null default ''{}''::bigint[]',
	'user_id bigint',
	'created_at timestamp with time zone not null default now()',
	'undone_at timestamp with time zone', 'snapshot jsonb'],
	ARRAY['PRIMARY KEY (merge_id)'], ARRAY['CREATE INDEX btree (kept_id)',
	'CREATE INDEX btree (merged_id)']);
SELECT pg_temp.expect('snapshots', ARRAY['functions only'], ARRAY(
	SELECT 'functions only' WHERE NOT has_column_privilege('cerberus_app',
	'cerberus.merges', 'snapshot', 'SELECT')
	AND NOT has_table_privilege('cerberus_app', 'cerberus.voter_children',
	'SELECT')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('overwrite_voter(jsonb)',
	    'void', false, false, false),
	('merge_refuse(bigint, bigint[])',
	    'void', false, false, false),
	('merge_children(bigint, bigint)',
	    'jsonb', false, false, false),
	('merge_values(jsonb, jsonb)',
	    'jsonb', false, false, false),
	('merge_voter(bigint, bigint)',
	    'bigint', false, false, false),
	('unmerge_refuse(bigint, cerberus.merges)',
	    'void', false, false, false),
	('merge_voters(bigint, bigint[])',
	    'SETOF bigint', true, true, true),
	('unmerge_voters(bigint)',
	    'bigint', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
