-- Revert cerberus:calls from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.call_finish(bigint, bigint, jsonb);
DROP FUNCTION cerberus.call_give_back(bigint);
DROP FUNCTION cerberus.call_next(bigint, integer);
DROP FUNCTION cerberus.call_number(bigint, bigint);
DROP FUNCTION cerberus.call_campaign(bigint);
REVOKE EXECUTE ON FUNCTION cerberus.opted_out(bigint, bigint, text)
	FROM cerberus_app;

COMMIT;
