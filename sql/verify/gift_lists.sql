-- Verify cerberus:gift_lists on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer => false,
	for_app => true)
FROM (VALUES ('money_text(bigint, text)', 'text'),
	('gift_limit(bigint)', 'bigint')) t (f, result);
SELECT pg_temp.expect(v, ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class WHERE oid = v::regclass))
FROM (VALUES ('cerberus.gift_nets'), ('cerberus.gift_refunds'),
	('cerberus.gift_scopes'), ('cerberus.gift_limits'),
	('cerberus.gift_excess'), ('cerberus.gift_best_efforts'),
	('cerberus.gift_statements')) t (v);
SELECT pg_temp.expect('amounts', ARRAY['12.50 1250 1.250 -0.05'],
	ARRAY[(SELECT string_agg(cerberus.money_text(a, c), ' ' ORDER BY n)
	FROM (VALUES (1, 1250, 'usd'), (2, 1250, 'jpy'), (3, 1250, 'kwd'),
	    (4, -5, 'usd')) t (n, a, c))]);

ROLLBACK;
