-- Verify cerberus:names on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.search_splits', ARRAY[
	'word_count integer not null', 'f integer not null',
	'm integer not null', 'l integer not null',
	'penalty integer not null'],
	ARRAY['PRIMARY KEY (word_count, f, m, l)'], '{}');
SELECT pg_temp.expect('search_splits', ARRAY['3', '8', '15', '24', '35', '48'],
	ARRAY(SELECT count(*)::text FROM cerberus.search_splits
	GROUP BY word_count ORDER BY word_count));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, false)
FROM (VALUES
	('query_words(text)', 'text[]', false),
	('names_like(text, boolean)', 'TABLE(is_last boolean, name text, '
	    'pos integer, score integer)', true),
	('search_names(text[], boolean)', 'TABLE(words integer, is_last '
	    'boolean, name text, score integer)', true),
	('search_by_voter(bigint, bigint)', 'boolean', false),
	('search_given(integer, boolean)', 'integer', false),
	('search_columns(cerberus.search_query)', 'TABLE(score integer, l text, '
	    'f text, kind integer)', false),
	('search_better(cerberus.search_query, integer)', 'TABLE(lasts text[], '
	    'firsts text[], middles text[])', false),
	('search_plan(text, bigint[], boolean)', 'cerberus.search_query', true)
) t (f, result, definer);

ROLLBACK;
