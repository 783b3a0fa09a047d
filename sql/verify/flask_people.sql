-- Verify cerberus:flask_people on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, 'void', definer => false,
	for_app => false)
FROM (VALUES ('flask_campaigns()'), ('flask_users()'), ('flask_voters()'),
	('flask_voter_notes()')) t (f);
SELECT pg_temp.expect_function('cerberus.flask_status(text)', 'text',
	definer => false, for_app => false);
SELECT 1 / (cerberus.flask_status('REGISTERED') = 'Active'
AND cerberus.flask_status('Purged') = 'Cancelled'
AND cerberus.flask_status('undecided') = 'Other'
AND cerberus.flask_status(NULL) IS NULL)::integer;

ROLLBACK;
