-- Verify cerberus:flask_gifts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.flask_move(bigint[])',
	'TABLE(table_name text, found bigint, moved bigint, made bigint)',
	definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.' || f, 'void', definer => false,
	for_app => false)
FROM (VALUES ('flask_donors()'), ('flask_donations(bigint[])'),
	('flask_sequences()')) t (f);

ROLLBACK;
