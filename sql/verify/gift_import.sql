-- Verify cerberus:gift_import on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, 'void', definer => true,
	for_app => false)
FROM (VALUES ('gift_refund(bigint, text, text)'),
	('gift_complete(bigint, text, text)')) t (f);
SELECT pg_temp.expect_function('cerberus.' || f,
	'TABLE(created bigint, updated bigint, unchanged bigint, '
	'rejected bigint)', definer => true, for_app => false, for_stripe => s)
FROM (VALUES ('gift_apply(bigint, text)', false),
	('gift_merge(bigint, text)', true),
	('gift_take(bigint, text, jsonb)', true)) t (f, s);

ROLLBACK;
