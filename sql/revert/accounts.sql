-- Revert cerberus:accounts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

REVOKE SELECT ON SEQUENCE cerberus.users_user_id_seq,
	cerberus.campaigns_campaign_id_seq FROM cerberus_app;
DROP VIEW cerberus.members;
DROP FUNCTION cerberus.member_name(bigint);
DROP TRIGGER end_sessions ON cerberus.users;
DROP FUNCTION cerberus.end_sessions();
DROP TRIGGER keep_an_admin_updated ON cerberus.users;
DROP TRIGGER keep_an_admin_deleted ON cerberus.users;
DROP FUNCTION cerberus.keep_an_admin();
DROP FUNCTION cerberus.api_key_revoke(bigint, bigint);
DROP FUNCTION cerberus.api_key_create(text, text, bytea, timestamptz);
DROP VIEW cerberus.api_keys;
DROP FUNCTION cerberus.session_end(bigint);
DROP VIEW cerberus.sessions;
DROP FUNCTION cerberus.invitation_redeem(bytea, text);
DROP FUNCTION cerberus.invitation_good(bytea);
DROP FUNCTION cerberus.invitation_user(bytea);
DROP FUNCTION cerberus.invitation_create(bigint, bytea);
DROP TABLE cerberus.invitations;
DROP FUNCTION cerberus.first_admin(text, text, text);
DROP FUNCTION cerberus.password_set(bigint, text);
DROP FUNCTION cerberus.password_change(bytea, text);
DROP FUNCTION cerberus.password_begin(integer);
DROP FUNCTION cerberus.sessions_end(bigint);
DROP FUNCTION cerberus.logout();
DROP FUNCTION cerberus.login_finish(text, text, bytea, bytea, text, bytea,
	text, integer, text, boolean, bigint, bytea, text);
DROP FUNCTION cerberus.login_uncount(text, text, bigint);
DROP FUNCTION cerberus.login_forget(text, text, bigint);
DROP FUNCTION cerberus.login_begin(text, text, integer, bytea);
DROP FUNCTION cerberus.login_device(text, bytea);
DROP FUNCTION cerberus.login_wait(text, text, integer, bigint);
DROP FUNCTION cerberus.login_ticket(text, text, integer);
DROP FUNCTION cerberus.login_key(text, text);
DROP FUNCTION cerberus.login_name(text);
DROP FUNCTION cerberus.login_try(text, integer, integer);
DROP FUNCTION cerberus.password_matches(text, bytea);
DROP FUNCTION cerberus.phc_parameters(text);
DROP TABLE cerberus.login_tries, cerberus.token_uses;

COMMIT;
