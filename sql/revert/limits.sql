-- Revert cerberus:limits from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.enter(bytea, boolean, text, text, double precision,
	double precision);
DROP FUNCTION cerberus.rate_take(text, double precision, double precision,
	integer);
DROP TABLE cerberus.rate_buckets;

COMMIT;
