-- Deploy cerberus:identity to pg
-- requires: users
--
-- The caller: their id, whether they are an admin, and their campaigns.  What
-- callers may do is in policies.
--
-- identify() puts the hash of the token into a setting that lasts until the end
-- of the transaction.  Nothing else is stored: caller_id() and its siblings
-- look the token up again, so that forging the setting gains nothing without
-- the hash of a valid token.
--
-- Every function of the schema that runs with its owner's rights, and every
-- trigger function, pins search_path.  The names of types are resolved through
-- it as well, in pg_temp too: without the clause a caller could shadow text or
-- timestamptz with a domain of their own and have its checks run as the owner.
-- pg_temp comes last because PostgreSQL searches it first if it is not listed.
--
-- The setting cerberus.task tells the triggers what a function of ours is doing
-- ('import', 'merge', ...).  A value that the caller has set must not count:
-- every function that the programs may call, that runs with the owner's rights
-- and that may write a table with such triggers sets it in its first statement.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The valid tokens.  This is the only definition of what makes one valid.
CREATE VIEW cerberus.valid_tokens AS
SELECT t.token_hash, encode(t.token_hash, 'hex') COLLATE "C" AS token,
	u.user_id, u.username, u.role = 'admin' AS is_admin, t.token_id,
	t.kind
FROM cerberus.api_tokens t
JOIN cerberus.users u ON u.user_id = t.user_id
WHERE t.revoked_at IS NULL AND t.kind <> 'setup'
AND (t.expires_at IS NULL OR t.expires_at > now())
AND u.is_active;

-- The rank of a role within a campaign, 1 to 3; null for an unknown role.  This
-- is the only place that orders the roles.
CREATE FUNCTION cerberus.role_rank(role text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_position(ARRAY['viewer', 'editor', 'manager'], $1)
$$;

-- Identify the caller by the hash of their token, until the end of the
-- transaction.  Raise CB401 if the token is not valid.
CREATE FUNCTION cerberus.identify(token_hash bytea)
RETURNS TABLE (user_id bigint, username text, is_admin boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	token text;
BEGIN
	SELECT v.user_id, v.username, v.is_admin,
	    set_config('cerberus.token', v.token, true)
	INTO identify.user_id, identify.username, identify.is_admin, token
	FROM valid_tokens v
	WHERE v.token_hash = identify.token_hash;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB401',
		    MESSAGE = 'The token is not valid.',
		    DETAIL = 'invalid_token';
	END IF;
	RETURN NEXT;
END
$$;

-- The caller's user_id; null if the caller is not identified.
CREATE FUNCTION cerberus.caller_id() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN (SELECT v.user_id FROM valid_tokens v
	    WHERE v.token = current_setting('cerberus.token', true));
END
$$;

-- Is the caller an admin?  False if the caller is not identified.
CREATE FUNCTION cerberus.caller_is_admin() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM valid_tokens v
	    WHERE v.token = current_setting('cerberus.token', true)
	    AND v.is_admin);
END
$$;

-- The campaigns in which the caller has at least this role; '{}' if there are
-- none.
CREATE FUNCTION cerberus.caller_campaigns(minimum text) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT m.campaign_id
	    FROM valid_tokens v
	    JOIN campaign_members m ON m.user_id = v.user_id
	    WHERE v.token = current_setting('cerberus.token', true)
	    AND role_rank(m.role) >= role_rank(minimum));
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.identify(bytea), cerberus.caller_id(),
	cerberus.caller_is_admin(), cerberus.caller_campaigns(text)
	TO cerberus_app;

COMMIT;
