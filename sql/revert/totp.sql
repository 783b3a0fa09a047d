-- Revert cerberus:totp from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.totp_active();
DROP FUNCTION cerberus.totp_missing(bigint, text);
DROP FUNCTION cerberus.totp_end(bytea, bytea, bigint, bytea);
DROP FUNCTION cerberus.totp_take(bigint, bigint, bytea);
DROP FUNCTION cerberus.totp_confirm(bytea, bigint, bytea[], integer);
DROP FUNCTION cerberus.totp_start(bytea, bytea, bytea);
DROP FUNCTION cerberus.totp_begin(bytea, integer);
DROP FUNCTION cerberus.totp_user(bytea);
DROP TABLE cerberus.recovery_codes;
DROP TABLE cerberus.second_factors;
DROP FUNCTION cerberus.totp_audit();

COMMIT;
