-- Deploy cerberus:identity to pg
-- requires: users
--
-- Who is calling.  identify() puts the token's hash into a setting that ends
-- with the transaction.  Nothing else is kept: caller_*() look the token up
-- again, so that whoever writes the setting by hand gains nothing without the
-- hash of a valid token.
--
-- These functions run in every request.  A SET search_path clause would cost
-- each call more than its work does, so there is none; instead every table
-- and function is written with its schema.  Operators need no schema: they
-- are never looked for in pg_temp, and cerberus_app can create nothing in any
-- other schema (roles verifies that).
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The one place that says which tokens are good.
CREATE VIEW cerberus.valid_tokens AS
SELECT t.token_hash, encode(t.token_hash, 'hex') COLLATE "C" AS token,
	u.user_id, u.username, u.role = 'admin' AS is_admin
FROM cerberus.api_tokens t
JOIN cerberus.users u ON u.user_id = t.user_id
WHERE t.revoked_at IS NULL
AND (t.expires_at IS NULL OR t.expires_at > now())
AND u.is_active;

-- The one place that ranks the roles within a campaign; null: no such role.
CREATE FUNCTION cerberus.role_rank(role text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_position(ARRAY['viewer', 'editor', 'manager'], $1)
$$;

CREATE FUNCTION cerberus.identify(token_hash bytea)
RETURNS TABLE (user_id bigint, username text, is_admin boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 AS $$
#variable_conflict use_column
DECLARE
	token text;
BEGIN
	SELECT v.user_id, v.username, v.is_admin,
	    pg_catalog.set_config('cerberus.token', v.token, true)
	INTO identify.user_id, identify.username, identify.is_admin, token
	FROM cerberus.valid_tokens v
	WHERE v.token_hash = identify.token_hash;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB401',
		    MESSAGE = 'The token is not valid.',
		    DETAIL = 'invalid_token';
	END IF;
	RETURN NEXT;
END
$$;

-- The caller's user_id; null without an identity.
CREATE FUNCTION cerberus.caller_id() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED AS $$
BEGIN
	RETURN (SELECT v.user_id FROM cerberus.valid_tokens v
	    WHERE v.token = pg_catalog.current_setting('cerberus.token',
		true));
END
$$;

CREATE FUNCTION cerberus.caller_is_admin() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED AS $$
BEGIN
	RETURN EXISTS (SELECT FROM cerberus.valid_tokens v
	    WHERE v.token = pg_catalog.current_setting('cerberus.token',
		true) AND v.is_admin);
END
$$;

-- The campaigns in which the caller is at least this; '{}' when none.
CREATE FUNCTION cerberus.caller_campaigns(minimum text) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED AS $$
BEGIN
	RETURN ARRAY(SELECT m.campaign_id
	    FROM cerberus.valid_tokens v
	    JOIN cerberus.campaign_members m ON m.user_id = v.user_id
	    WHERE v.token = pg_catalog.current_setting('cerberus.token',
		true)
	    AND cerberus.role_rank(m.role) >= cerberus.role_rank(minimum));
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.identify(bytea), cerberus.caller_id(),
	cerberus.caller_is_admin(), cerberus.caller_campaigns(text)
	TO cerberus_app;

COMMIT;
