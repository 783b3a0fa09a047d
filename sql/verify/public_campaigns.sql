-- Verify cerberus:public_campaigns on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.campaign_public(bigint)',
    'TABLE(campaign jsonb)', definer => true, for_app => true);

ROLLBACK;
