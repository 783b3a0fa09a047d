-- Verify cerberus:consent_lists on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, true, true)
FROM (VALUES
	('may_contact(cerberus.voters, text, bigint)', 'boolean', false),
	('opt_out_record(bigint, bigint, text, boolean, text)', 'void', true),
	('record_consent(bigint, bigint, text, boolean, text, text)',
	    'bigint', false),
	('opt_out_stage()', 'void', true),
	('opt_out_merge(bigint, text, text)',
	    'TABLE(opt_out_id bigint, added bigint, matched bigint, unmatched '
	    'bigint, unknown text[])', true),
	('opt_out(bigint, text, text[], text, text)',
	    'TABLE(opt_out_id bigint, added bigint, matched bigint, unmatched '
	    'bigint, unknown text[])', false)
) t (f, result, definer);

SELECT 1 / (count(*) = 3)::integer FROM pg_policy
WHERE polrelid = 'cerberus.opt_outs'::regclass;

ROLLBACK;
