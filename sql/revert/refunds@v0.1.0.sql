-- Revert cerberus:refunds from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.refund_finish(bigint, jsonb, text, text);
DROP FUNCTION cerberus.refund_begin(bigint, bigint, text);

COMMIT;
