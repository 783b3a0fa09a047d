-- Deploy cerberus:api_keys to pg
-- requires: sessions
--
-- API keys: create, list and revoke them.  They are rows of api_tokens, which
-- only functions and these views read.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The caller's own keys, and for admins all keys; without the token's hash.
CREATE VIEW cerberus.api_keys AS
SELECT t.token_id AS api_key_id, t.user_id,
	coalesce(t.name, '')::varchar(100) AS name, t.prefix, t.created_at,
	t.expires_at, u.used_at AS last_used_at
FROM cerberus.api_tokens t
LEFT JOIN cerberus.token_uses u ON u.token_id = t.token_id
WHERE (t.user_id = (SELECT cerberus.caller_id())
    OR (SELECT cerberus.caller_is_admin()))
AND t.kind = 'api_key' AND t.revoked_at IS NULL;

-- Create a key for the caller.  p_expires_at null: it does not expire.
CREATE FUNCTION cerberus.api_key_create(p_name text, p_prefix text,
	p_token_hash bytea, p_expires_at timestamptz)
RETURNS SETOF cerberus.api_keys
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF p_expires_at <= now() THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = 'expires_at must be in the future.',
		    COLUMN = 'expires_at';
	END IF;
	RETURN QUERY INSERT INTO api_tokens (user_id, kind, name, prefix,
	    token_hash, expires_at)
	VALUES (caller_id(), 'api_key', p_name, p_prefix, p_token_hash,
	    p_expires_at)
	RETURNING token_id, user_id, name, prefix, created_at, expires_at,
	    NULL::timestamptz;
END
$$;

-- Revoke one of the caller's own keys or, for admins, any key.  p_user_id, if
-- not null, is the user who must own the key.  Return false if there is no such
-- key.
CREATE FUNCTION cerberus.api_key_revoke(p_id bigint, p_user_id bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE api_tokens t SET revoked_at = now()
	WHERE t.token_id = p_id AND t.kind = 'api_key'
	AND t.revoked_at IS NULL
	AND t.user_id = coalesce(p_user_id, t.user_id)
	AND (t.user_id = caller_id() OR caller_is_admin());
	RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.api_key_create(text, text, bytea, timestamptz),
	cerberus.api_key_revoke(bigint, bigint) TO cerberus_app;
GRANT SELECT ON cerberus.api_keys TO cerberus_app;

COMMIT;
