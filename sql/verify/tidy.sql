-- Verify cerberus:tidy on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.tidy()',
    'TABLE(what text, removed bigint)', definer => true, for_app => false,
    for_stripe => true);

ROLLBACK;
