-- Verify cerberus:flask_answers on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, 'void', definer => false,
	for_app => false)
FROM (VALUES ('flask_memberships()'), ('flask_interactions()'),
	('flask_answers()'), ('flask_questions()'), ('flask_responses()')) t (f);

ROLLBACK;
