-- Deploy cerberus:passwords to pg
-- requires: sessions
--
-- Changing a password when signed in.  Setting one by an invitation link is in
-- invitations; how a password is compared is in sign_in.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The first half of a password change.  phc: the caller's own PHC string
-- without its hash, null if they have no password.  wait: the seconds to wait.
-- A wrong old password counts like a failed attempt to sign in on a device that
-- is signed in.
CREATE FUNCTION cerberus.password_begin(p_free integer)
RETURNS TABLE (phc text, wait integer)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	wait := CASE WHEN p_free IS NULL THEN 0
	    ELSE login_wait(NULL, NULL, p_free, caller_id()) END;
	IF wait = 0 THEN
		phc := (SELECT phc_parameters(u.password_hash) FROM users u
		    WHERE u.user_id = caller_id());
	END IF;
	RETURN NEXT;
END
$$;

-- The second half: change the caller's password and end their other sessions.
-- Return the number of their API keys; null if the verifier was wrong.
CREATE FUNCTION cerberus.password_change(p_verifier bytea, p_hash text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE users u SET password_hash = p_hash
	WHERE u.user_id = caller_id()
	AND password_matches(u.password_hash, p_verifier)
	AND phc_parameters(p_hash) IS NOT NULL
	RETURNING u.user_id INTO id;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	PERFORM login_forget(NULL, NULL, id);
	RETURN sessions_end(id);
END
$$;

-- Let an admin set a user's password, or remove it if p_hash is null.  End the
-- user's sessions, except for the admin's own.  Return the number of the
-- user's API keys.  Raise CB403 for other callers.
CREATE FUNCTION cerberus.password_set(p_user_id bigint, p_hash text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT caller_is_admin() THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.',
		    DETAIL = 'forbidden';
	END IF;
	UPDATE users u SET password_hash = p_hash
	WHERE u.user_id = p_user_id
	AND (p_hash IS NULL OR phc_parameters(p_hash) IS NOT NULL);
	RETURN sessions_end(p_user_id);
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.password_begin(integer),
	cerberus.password_change(bytea, text),
	cerberus.password_set(bigint, text) TO cerberus_app;

COMMIT;
