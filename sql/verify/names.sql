-- Verify cerberus:names on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, false)
FROM (VALUES
	('query_words(text)', 'text[]', false),
	('search_splits(integer)', 'TABLE(f integer, m integer, l integer, '
	    'penalty integer)', false),
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
