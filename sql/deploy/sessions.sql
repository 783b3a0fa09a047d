-- Deploy cerberus:sessions to pg
-- requires: sign_in
--
-- The sessions of signed-in users: list them and end them.  Sessions are rows
-- of api_tokens; login_finish() in sign_in creates them.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- When each token was last used, to the minute.  This is a table of its own so
-- that a long transaction, such as an import, never blocks the revocation of
-- its token.  Unlogged, because losing the times in a crash does no harm.
CREATE UNLOGGED TABLE cerberus.token_uses (
	token_id	bigint PRIMARY KEY
			REFERENCES cerberus.api_tokens ON DELETE CASCADE,
	used_at		timestamptz NOT NULL
);
ALTER TABLE cerberus.token_uses ENABLE ROW LEVEL SECURITY;

-- The caller's own sessions.
CREATE VIEW cerberus.sessions AS
SELECT t.token_id AS session_id, t.name AS agent,
	coalesce(t.token = current_setting('cerberus.token', true), false)
	    AS current,
	t.created_at, t.expires_at, u.used_at AS last_used_at
FROM (SELECT k.*, encode(k.token_hash, 'hex') AS token
    FROM cerberus.api_tokens k) t
LEFT JOIN cerberus.token_uses u ON u.token_id = t.token_id
WHERE t.user_id = (SELECT cerberus.caller_id()) AND t.kind = 'session'
AND t.revoked_at IS NULL AND t.expires_at > now();

-- End one of the caller's own sessions.  Return false if there is no such
-- session.
CREATE FUNCTION cerberus.session_end(p_id bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE api_tokens t SET revoked_at = now()
	WHERE t.token_id = p_id AND t.kind = 'session'
	AND t.revoked_at IS NULL AND t.expires_at > now()
	AND t.user_id = caller_id();
	RETURN FOUND;
END
$$;

-- End the caller's session.
CREATE FUNCTION cerberus.logout() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE api_tokens t SET revoked_at = now() FROM valid_tokens v
	WHERE v.token = current_setting('cerberus.token', true)
	AND v.kind = 'session' AND t.token_id = v.token_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'An API key has no session to end; remove it '
			'with DELETE /auth/api-keys/<id>.',
		    DETAIL = 'not_a_session';
	END IF;
END
$$;

-- After a password change: end the user's sessions except for the caller's own,
-- and delete the links that could set yet another password.  Return the number
-- of the user's API keys, which stay valid.
CREATE FUNCTION cerberus.sessions_end(p_user_id bigint) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE api_tokens t SET revoked_at = now()
	WHERE t.user_id = p_user_id AND t.kind <> 'api_key'
	AND t.revoked_at IS NULL AND encode(t.token_hash, 'hex')
	    IS DISTINCT FROM current_setting('cerberus.token', true);
	DELETE FROM invitations i
	WHERE i.user_id = p_user_id AND i.used_at IS NULL;
	RETURN (SELECT count(*) FROM api_tokens t
	    WHERE t.user_id = p_user_id AND t.kind = 'api_key'
	    AND t.revoked_at IS NULL
	    AND (t.expires_at IS NULL OR t.expires_at > now()));
END
$$;

-- Deactivating a user ends their sessions for good: they do not come back when
-- the user is activated again.
CREATE FUNCTION cerberus.end_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE api_tokens t SET revoked_at = now()
	WHERE t.user_id = NEW.user_id AND t.kind = 'session'
	AND t.revoked_at IS NULL;
	RETURN NULL;
END
$$;
CREATE TRIGGER end_sessions AFTER UPDATE ON cerberus.users
	FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
	EXECUTE FUNCTION cerberus.end_sessions();

GRANT EXECUTE ON FUNCTION cerberus.logout(), cerberus.session_end(bigint)
	TO cerberus_app;
GRANT SELECT ON cerberus.sessions TO cerberus_app;

COMMIT;
