-- Revert cerberus:members from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

REVOKE SELECT ON SEQUENCE cerberus.users_user_id_seq,
	cerberus.campaigns_campaign_id_seq FROM cerberus_app;
DROP VIEW cerberus.members;
DROP FUNCTION cerberus.member_name(bigint);
DROP TRIGGER keep_an_admin_updated ON cerberus.users;
DROP TRIGGER keep_an_admin_deleted ON cerberus.users;
DROP FUNCTION cerberus.keep_an_admin();
DROP FUNCTION cerberus.first_admin(text, text, text);

COMMIT;
