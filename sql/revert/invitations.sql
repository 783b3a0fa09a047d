-- Revert cerberus:invitations from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.invitation_redeem(bytea, text);
DROP FUNCTION cerberus.invitation_good(bytea);
DROP FUNCTION cerberus.invitation_user(bytea);
DROP FUNCTION cerberus.invitation_create(bigint, bytea);
DROP TABLE cerberus.invitations;

COMMIT;
