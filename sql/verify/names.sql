-- Verify cerberus:names on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('visible_names(text[], boolean, bigint[], bigint[])',
	    'SETOF text', true, false, false),
	('names_like(text, boolean, boolean, bigint[], bigint[])',
	    'TABLE(score integer, name text)', true, false, false),
	('search_names(text, bigint[], bigint[])',
	    'TABLE(score integer, last_name text, '
	    'first_name text)', true, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
