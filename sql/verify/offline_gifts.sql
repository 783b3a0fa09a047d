-- Verify cerberus:offline_gifts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer => true,
	for_app => false, for_stripe => true)
FROM (VALUES ('offline_gift(jsonb)', 'bigint'),
	('donation_correct(bigint, jsonb, timestamptz[])', 'boolean'),
	('donation_void(bigint, text)', 'void'),
	('offline_refund(bigint, bigint, date, text)', 'void')) t (f, result);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer => false,
	for_app => false)
FROM (VALUES ('gift_noon(bigint, date)', 'timestamp with time zone'),
	('gift_not_future(bigint, date, text)', 'void')) t (f, result);
SELECT pg_temp.expect('the state of a void', ARRAY['canceled'],
	ARRAY(SELECT means::text FROM cerberus.donation_states
	WHERE kind = 'payment' AND state = 'voided'));

ROLLBACK;
