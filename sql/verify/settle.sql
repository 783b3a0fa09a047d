-- Verify cerberus:settle on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, 'void', true, false,
	for_stripe)
FROM (VALUES ('conflict_accept(bigint)', false),
	('settle_waiting(bigint, text, text)', true)) t (f, for_stripe);

ROLLBACK;
