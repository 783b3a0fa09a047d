-- Revert cerberus:accounts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

REVOKE SELECT ON SEQUENCE cerberus.users_user_id_seq,
	cerberus.campaigns_campaign_id_seq FROM cerberus_app;
DROP VIEW cerberus.members;
DROP FUNCTION cerberus.member_name(bigint);
DROP TRIGGER keep_an_admin_updated ON cerberus.users;
DROP TRIGGER keep_an_admin_deleted ON cerberus.users;
DROP FUNCTION cerberus.keep_an_admin();
DROP FUNCTION cerberus.api_key_revoke(bigint);
DROP FUNCTION cerberus.api_key_create(text, text, bytea, timestamptz);
DROP VIEW cerberus.api_keys;
DROP FUNCTION cerberus.first_admin(text, text, text);
DROP FUNCTION cerberus.password_set(bigint, text);
DROP FUNCTION cerberus.password_change(text, bytea, text);
DROP FUNCTION cerberus.password_begin(text, integer);
DROP FUNCTION cerberus.logout();
DROP FUNCTION cerberus.login_finish(text, text, bytea, text, bytea, text,
	integer);
DROP FUNCTION cerberus.login_begin(text, text, integer);
DROP FUNCTION cerberus.login_key(text, text);
DROP FUNCTION cerberus.login_try(text, integer);
DROP FUNCTION cerberus.password_proves(text, bytea);
DROP FUNCTION cerberus.password_way(text);
-- A view cannot lose columns by being replaced.
DROP VIEW cerberus.valid_tokens;
CREATE VIEW cerberus.valid_tokens AS
SELECT t.token_hash, encode(t.token_hash, 'hex') COLLATE "C" AS token,
	u.user_id, u.username, u.role = 'admin' AS is_admin
FROM cerberus.api_tokens t
JOIN cerberus.users u ON u.user_id = t.user_id
WHERE t.revoked_at IS NULL
AND (t.expires_at IS NULL OR t.expires_at > now())
AND u.is_active;
DROP TABLE cerberus.login_tries, cerberus.token_uses;
ALTER TABLE cerberus.api_tokens ADD COLUMN last_used_at timestamptz;

COMMIT;
