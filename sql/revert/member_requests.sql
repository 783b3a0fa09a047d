-- Revert cerberus:member_requests from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.member_decline(bigint);
DROP FUNCTION cerberus.member_confirm(bigint);
DROP FUNCTION cerberus.member_request(bigint, text, text);
DROP FUNCTION cerberus.users_named(text);
DROP TABLE cerberus.member_requests;

COMMIT;
