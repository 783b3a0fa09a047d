-- Verify cerberus:fec on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, 'text', definer => false,
	for_app => true)
FROM (VALUES ('fec_text(text, integer)'), ('fec_amount(bigint)'),
	('fec_line(text[])')) t (f);
SELECT pg_temp.expect(v, ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class WHERE oid = v::regclass))
FROM (VALUES ('cerberus.fec_donors'), ('cerberus.fec_receipts'),
	('cerberus.fec_refunds')) t (v);
SELECT donation_id, counts_on, line FROM cerberus.fec_receipts
UNION ALL
SELECT donation_id, counts_on, line FROM cerberus.fec_refunds LIMIT 0;

ROLLBACK;
