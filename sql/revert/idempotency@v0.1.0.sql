-- Revert cerberus:idempotency from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.idempotency_store(text, bytea, bytea, bytea);
DROP FUNCTION cerberus.idempotency_claim(text, bytea, integer);
DROP FUNCTION cerberus.caller_still(bigint[]);
DROP FUNCTION cerberus.caller_rights();
DROP FUNCTION cerberus.idempotency_caller(text);
DROP TABLE cerberus.idempotency;

COMMIT;
