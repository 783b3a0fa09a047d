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
SELECT pg_temp.expect_function('cerberus.merge_voters(bigint, bigint[])',
	'SETOF bigint', true, true);
SELECT pg_temp.expect_function('cerberus.unmerge_voters(bigint)', 'bigint',
	true, true);
SELECT pg_temp.expect_function('cerberus.put_voter(jsonb)', 'void', false,
	false);
SELECT pg_temp.expect_function(
	'cerberus.duplicates(bigint, integer)',
	'TABLE(voter_id bigint, other_id bigint, score integer, reasons text[])',
	false, true);
SELECT pg_temp.expect_function('cerberus.erase_voter(bigint)', 'void', true,
	true);
SELECT pg_temp.expect_function('cerberus.erase_traces(bigint)', 'bigint', true,
	true);
SELECT pg_temp.expect_function('cerberus.erase_rejects(text[], text[], text[])',
	'bigint', false, false);
SELECT 1 / (NOT has_column_privilege('cerberus_app', 'cerberus.merges',
	'snapshot', 'SELECT') AND NOT has_table_privilege('cerberus_app',
	'cerberus.voter_children', 'SELECT'))::integer;

ROLLBACK;
