-- Revert cerberus:settle from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.settle_waiting(bigint, text, text);
DROP FUNCTION cerberus.conflict_accept(bigint);

COMMIT;
