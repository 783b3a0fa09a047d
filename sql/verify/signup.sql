-- Verify cerberus:signup on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.signup(bigint, text, text, text, '
    'text, text, text, text, jsonb, jsonb, inet, text, text, text)',
	'TABLE(voter_id bigint, interaction_id bigint)', definer => true,
	    for_app => true);

SELECT pg_temp.expect_function('cerberus.signup_redirect(bigint)',
	'text', definer => true, for_app => true);


SELECT pg_temp.expect_function('cerberus.visitor_consents(bigint, bigint, text, '
    'text, jsonb, text, inet, text, text, text)', 'void', definer => true,
	for_app => false);

ROLLBACK;
