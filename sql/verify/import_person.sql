-- Verify cerberus:import_person on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_suffix(text)',
	    'text', false, false, false),
	('import_email_key(text)',
	    'text', false, false, false),
	('import_phone_key(text)',
	    'text', false, false, false),
	('import_id_rounded(text)',
	    'boolean', false, false, false),
	('import_same_id(text, text)',
	    'boolean', false, false, false),
	('import_id_better(text, text)',
	    'text', false, false, false),
	('import_differs(text, text, date, date, integer, integer)',
	    'boolean', false, false, false),
	('import_other_id(text, text, text, text, boolean)',
	    'boolean', false, false, false),
	('import_clash()',
	    'text', false, false, false),
	('import_stateless()',
	    'text', false, false, false),
	('import_traits(text)',
	    'text', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
