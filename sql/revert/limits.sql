-- Revert cerberus:limits from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.refused();
DROP FUNCTION cerberus.enter(bytea, boolean, text, text, double precision,
	double precision);
DROP FUNCTION cerberus.rate_check(text, double precision, double precision);
DROP FUNCTION cerberus.rate_take(bytea, text, double precision,
	double precision, integer);
DROP FUNCTION cerberus.rate_key(bytea);
DROP TABLE cerberus.rate_buckets;

COMMIT;
