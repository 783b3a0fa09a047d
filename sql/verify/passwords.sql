-- Verify cerberus:passwords on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('password_begin(integer)',
	    'TABLE(phc text, wait integer)', true, true, true),
	('password_change(bytea, text)',
	    'integer', true, true, true),
	('password_set(bigint, text)',
	    'integer', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
