-- Verify cerberus:money_check on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect(v, ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class WHERE oid = v::regclass))
FROM (VALUES ('cerberus.ledger_sums'), ('cerberus.ledger_differences')) t (v);
SELECT donation_id, campaign_id, currency, received, refunded, disputed, lost,
	fee, net FROM cerberus.ledger_sums LIMIT 0;
SELECT donation_id, campaign_id, what, stored, wanted
FROM cerberus.ledger_differences LIMIT 0;
SELECT pg_temp.expect_function('cerberus.compare_with_stripe(bigint, jsonb, bigint)',
	'TABLE(donation_id bigint, what text, stored bigint, wanted bigint)',
	true, true, false);

ROLLBACK;
