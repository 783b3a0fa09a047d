-- Deploy cerberus:totp to pg
-- requires: audit sign_in
--
-- The second factor: TOTP codes (RFC 6238) and recovery codes.  Signing in with
-- one is in sign_in.
--
-- Secrets are encrypted with a key that derives from the programs'
-- configuration, so only the programs can read them.  They compute the time
-- step to which a code belongs; this schema accepts each step once.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE TABLE cerberus.second_factors (
	user_id		bigint PRIMARY KEY
			REFERENCES cerberus.users ON DELETE CASCADE,
	secret		bytea NOT NULL,		-- encrypted
	last_step	bigint NOT NULL DEFAULT 0, -- of the last code used
	created_at	timestamptz NOT NULL DEFAULT now(),
	confirmed_at	timestamptz		-- null: not in effect yet
);
ALTER TABLE cerberus.second_factors ENABLE ROW LEVEL SECURITY;

CREATE TABLE cerberus.recovery_codes (
	user_id		bigint REFERENCES cerberus.second_factors
			ON DELETE CASCADE,
	code_hash	bytea CHECK (octet_length(code_hash) = 32),
	used_at		timestamptz,
	PRIMARY KEY (user_id, code_hash)
);
ALTER TABLE cerberus.recovery_codes ENABLE ROW LEVEL SECURITY;

-- Log that a user has a second factor, or has one no longer; not the secret.
CREATE FUNCTION cerberus.totp_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		PERFORM audit_add('delete', TG_TABLE_NAME, OLD.user_id, NULL,
		    NULL);
	ELSE
		PERFORM audit_add('insert', TG_TABLE_NAME, NEW.user_id, NULL,
		    NULL);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER audit_added AFTER UPDATE ON cerberus.second_factors
	FOR EACH ROW WHEN (OLD.confirmed_at IS NULL
	    AND NEW.confirmed_at IS NOT NULL)
	EXECUTE FUNCTION cerberus.totp_audit();
CREATE TRIGGER audit_removed AFTER DELETE ON cerberus.second_factors
	FOR EACH ROW WHEN (OLD.confirmed_at IS NOT NULL)
	EXECUTE FUNCTION cerberus.totp_audit();

-- The user of a valid token, also of one that is valid only to set up a factor;
-- else null.
CREATE FUNCTION cerberus.totp_user(p_token bytea) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN (SELECT u.user_id FROM api_tokens t
	    JOIN users u ON u.user_id = t.user_id
	    WHERE t.token_hash = p_token AND t.revoked_at IS NULL
	    AND (t.expires_at IS NULL OR t.expires_at > now())
	    AND u.is_active);
END
$$;

-- What a program needs to check a password and a code of the token's user.
-- user_id is null if the token is not valid.  phc and wait are those of
-- password_begin(), which counts an attempt likewise.  secret is encrypted.
CREATE FUNCTION cerberus.totp_begin(p_token bytea, p_free integer)
RETURNS TABLE (phc text, wait integer, user_id bigint, username text,
	secret bytea, is_confirmed boolean)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	id bigint := totp_user(p_token);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	wait := CASE WHEN p_free IS NULL OR id IS NULL THEN 0
	    ELSE login_wait(NULL, NULL, p_free, id) END;
	RETURN QUERY SELECT CASE WHEN wait = 0
	    THEN phc_parameters(u.password_hash) END, wait, u.user_id,
	    u.username::text, CASE WHEN wait = 0 THEN f.secret END,
	    f.confirmed_at IS NOT NULL
	FROM (SELECT id) i LEFT JOIN users u ON u.user_id = i.id
	LEFT JOIN second_factors f ON f.user_id = i.id;
END
$$;

-- Store a secret, which takes effect with totp_confirm(); it replaces an
-- earlier one that was not confirmed.  Return false if the password was wrong
-- or the user has a confirmed factor already.
CREATE FUNCTION cerberus.totp_start(p_token bytea, p_verifier bytea,
	p_secret bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint := totp_user(p_token);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM users u WHERE u.user_id = id
	    AND password_matches(u.password_hash, p_verifier)) THEN
		RETURN false;
	END IF;
	PERFORM login_forget(NULL, NULL, id);
	INSERT INTO second_factors AS f (user_id, secret)
	VALUES (id, p_secret)
	ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret,
	    last_step = 0, created_at = now()
	WHERE f.confirmed_at IS NULL;
	RETURN FOUND;
END
$$;

-- Confirm the factor, after a correct code of the time step p_step.  p_codes
-- are the hashes of the recovery codes.  A token that was valid only for this
-- becomes a session of p_seconds.  Return false if no factor is waiting.
CREATE FUNCTION cerberus.totp_confirm(p_token bytea, p_step bigint,
	p_codes bytea[], p_seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint := totp_user(p_token);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM set_config('cerberus.token', encode(p_token, 'hex'), true);
	UPDATE second_factors f SET confirmed_at = now(), last_step = p_step
	WHERE f.user_id = id AND f.confirmed_at IS NULL AND p_step > 0;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM login_forget(NULL, NULL, id);
	DELETE FROM recovery_codes r WHERE r.user_id = id;
	INSERT INTO recovery_codes (user_id, code_hash)
	SELECT id, c FROM unnest(p_codes) c;
	UPDATE api_tokens t SET kind = 'session',
	    expires_at = now() + interval '1 second' * p_seconds
	WHERE t.token_hash = p_token AND t.kind = 'setup';
	RETURN true;
END
$$;

-- Accept a code once: a time step later than the last one, or a recovery code.
-- Return true also for a user without a second factor.
CREATE FUNCTION cerberus.totp_take(p_user_id bigint, p_step bigint,
	p_code_hash bytea) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM second_factors f
	    WHERE f.user_id = p_user_id AND f.confirmed_at IS NOT NULL) THEN
		RETURN true;
	END IF;
	UPDATE second_factors f SET last_step = p_step
	WHERE f.user_id = p_user_id AND f.last_step < p_step;
	IF FOUND THEN
		RETURN true;
	END IF;
	UPDATE recovery_codes r SET used_at = now()
	WHERE r.user_id = p_user_id AND r.code_hash = p_code_hash
	AND r.used_at IS NULL;
	RETURN FOUND;
END
$$;

-- Remove the factor.  Return null if the password was wrong, false if the code
-- was.
CREATE FUNCTION cerberus.totp_end(p_token bytea, p_verifier bytea,
	p_step bigint, p_code_hash bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint := totp_user(p_token);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM set_config('cerberus.token', encode(p_token, 'hex'), true);
	IF NOT EXISTS (SELECT FROM users u WHERE u.user_id = id
	    AND password_matches(u.password_hash, p_verifier)) THEN
		RETURN NULL;
	END IF;
	IF NOT totp_take(id, p_step, p_code_hash) THEN
		RETURN false;
	END IF;
	PERFORM login_forget(NULL, NULL, id);
	DELETE FROM second_factors f WHERE f.user_id = id;
	RETURN true;
END
$$;

-- Must this user have a second factor, but does not?  p_who says who must:
-- none, admins, or managers (and admins).
CREATE FUNCTION cerberus.totp_missing(p_user_id bigint, p_who text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN p_who IN ('admins', 'managers')
	AND NOT EXISTS (SELECT FROM second_factors f
	    WHERE f.user_id = p_user_id AND f.confirmed_at IS NOT NULL)
	AND (EXISTS (SELECT FROM users u WHERE u.user_id = p_user_id
		AND u.role = 'admin')
	    OR (p_who = 'managers' AND EXISTS (SELECT FROM campaign_members m
		WHERE m.user_id = p_user_id AND m.role = 'manager')));
END
$$;

-- Does the caller have a second factor?
CREATE FUNCTION cerberus.totp_active() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM second_factors f
	    WHERE f.user_id = caller_id() AND f.confirmed_at IS NOT NULL);
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.totp_active(),
	cerberus.totp_begin(bytea, integer),
	cerberus.totp_start(bytea, bytea, bytea),
	cerberus.totp_confirm(bytea, bigint, bytea[], integer),
	cerberus.totp_end(bytea, bytea, bigint, bytea) TO cerberus_app;

COMMIT;
