-- Deploy cerberus:identity to pg
-- requires: users
--
-- Who is calling.  identify() puts the token's hash into a setting that ends
-- with the transaction.  Nothing else is kept: caller_*() look the token up
-- again, so that whoever writes the setting by hand gains nothing without the
-- hash of a valid token.
--
-- Every function of the schema that runs with its owner's rights, and every
-- trigger function, pins search_path.  The names of types are resolved
-- through it as well, pg_temp included: without the clause a caller could put
-- a type of their own in the place of text or timestamptz and have its checks
-- run as the owner.  pg_temp comes last because PostgreSQL searches it first
-- where it is not named.
--
-- cerberus.task tells the triggers what a function of ours is doing ('import',
-- 'merge', ...).  What the caller has put there must not be believed: every
-- function that the programs may call, that runs with the owner's rights and
-- that may write a table with such triggers sets it in its first statement.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The one place that says which tokens are good.
CREATE VIEW cerberus.valid_tokens AS
SELECT t.token_hash, encode(t.token_hash, 'hex') COLLATE "C" AS token,
	u.user_id, u.username, u.role = 'admin' AS is_admin, t.token_id,
	t.kind
FROM cerberus.api_tokens t
JOIN cerberus.users u ON u.user_id = t.user_id
WHERE t.revoked_at IS NULL AND t.kind <> 'setup'
AND (t.expires_at IS NULL OR t.expires_at > now())
AND u.is_active;

-- The one place that ranks the roles within a campaign; null: no such role.
CREATE FUNCTION cerberus.role_rank(role text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_position(ARRAY['viewer', 'editor', 'manager'], $1)
$$;

CREATE FUNCTION cerberus.identify(token_hash bytea)
RETURNS TABLE (user_id bigint, username text, is_admin boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN (SELECT v.user_id FROM cerberus.valid_tokens v
	    WHERE v.token = pg_catalog.current_setting('cerberus.token',
		true));
END
$$;

CREATE FUNCTION cerberus.caller_is_admin() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM cerberus.valid_tokens v
	    WHERE v.token = pg_catalog.current_setting('cerberus.token',
		true) AND v.is_admin);
END
$$;

-- The campaigns in which the caller is at least this; '{}' when none.
CREATE FUNCTION cerberus.caller_campaigns(minimum text) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
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
