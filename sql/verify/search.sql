-- Verify cerberus:search on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}',
	ARRAY['CREATE INDEX btree (precinct, voter_id) WHERE (precinct IS NOT '
	    'NULL)',
	'CREATE INDEX btree (last_name, voter_id)',
	'CREATE INDEX btree (cerberus.name_fold((last_name)::text) '
	    'text_pattern_ops, cerberus.name_fold((first_name)::text) '
	    'text_pattern_ops, voter_id) INCLUDE (last_name, first_name, '
	    'middle_name)',
	'CREATE INDEX btree (cerberus.name_fold((first_name)::text) '
	    'text_pattern_ops, voter_id) INCLUDE (first_name)',
	'CREATE INDEX btree (cerberus.name_fold((middle_name)::text) '
	    'text_pattern_ops, cerberus.name_fold((last_name)::text) '
	    'text_pattern_ops, cerberus.name_fold((first_name)::text) '
	    'text_pattern_ops) WHERE (length((middle_name)::text) > 1)',
	'CREATE INDEX btree (reverse((phone_number)::text) text_pattern_ops) '
	    'WHERE ((phone_number)::text ~~ ''+%''::text)',
	'CREATE INDEX gin (tags) WHERE (tags <> ''{}''::text[])']);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('search_where(bigint[])',
	    'bigint[]', true, true, true),
	('campaign_voter_ids(bigint[])',
	    'bigint[]', true, false, false),
	('search_rows(cerberus.search_query, bigint, integer, text, text, '
	'bigint)',
	    'TABLE(score integer, last_name text, '
	    'first_name text, voter_id bigint)', true, false, false),
	('search_count(cerberus.search_query)',
	    'TABLE(total bigint, exact boolean)', true, false, false),
	('search_voters(text, bigint[], bigint, integer, text, text, '
	'bigint)',
	    'TABLE(score integer, last_name text, '
	    'first_name text, voter_id bigint, total '
	    'bigint, exact boolean)', true, true, true),
	('search_total(text, bigint[])',
	    'TABLE(total bigint, exact boolean)', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
