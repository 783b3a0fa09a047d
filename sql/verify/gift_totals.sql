-- Verify cerberus:gift_totals on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect(v, ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class WHERE oid = v::regclass))
FROM (VALUES ('cerberus.gift_moves'), ('cerberus.gift_totals')) t (v);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer => false,
	for_app => true)
FROM (VALUES ('gift_donor(bigint, bigint, text, text, text)', 'text'),
	('gift_period(text, date, date)', 'integer')) t (f, result);
SELECT donation_id, ledger_id, kind, day, amount, total
FROM cerberus.gift_totals LIMIT 0;

ROLLBACK;
