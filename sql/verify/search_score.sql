-- Verify cerberus:search_score on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f || '(cerberus.search_query)',
	result, true, false)
FROM (VALUES
	('search_candidates', 'SETOF bigint'),
	('search_scored', 'TABLE(score integer, last_name text, '
	    'first_name text, voter_id bigint)')
) t (f, result);

ROLLBACK;
