-- Deploy cerberus:accounts to pg
-- requires: policies
--
-- Signing in, passwords and API keys.  password_hash is
-- $argon2id$v=19$m=..,t=..,p=..$<salt>$<SHA-256 of Argon2's output, hex>: a
-- PHC string whose last part is hashed once more.  phc_parameters() returns the
-- parameters and the salt.  From them and a password the programs compute the
-- verifier, Argon2's output, which is compared here.  So no function hands
-- out a hash, and none signs anybody in without the password.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- When a token was last used, at most a minute ago.  A table of its own, so
-- that a long transaction, such as an import, never stands in the way of a
-- token's revocation; nothing that a crash may not take.
CREATE UNLOGGED TABLE cerberus.token_uses (
	token_id	bigint PRIMARY KEY
			REFERENCES cerberus.api_tokens ON DELETE CASCADE,
	used_at		timestamptz NOT NULL
);
ALTER TABLE cerberus.token_uses ENABLE ROW LEVEL SECURITY;

-- Tries to sign in, by what they are counted under.
CREATE UNLOGGED TABLE cerberus.login_tries (
	key		text COLLATE "C" PRIMARY KEY,
	tries		integer NOT NULL,
	last_at		timestamptz NOT NULL
);
ALTER TABLE cerberus.login_tries ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION cerberus.phc_parameters(hash text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT substring($1 FROM '^(.+)[$][0-9a-f]{64}$')
$$;

CREATE FUNCTION cerberus.password_matches(hash text, verifier bytea)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(right($1, 64) = encode(sha256($2), 'hex'), false)
$$;

-- Counts a try to sign in under this key and returns 0, or returns the seconds
-- until the next try.  After p_free tries each one waits twice as long as the
-- one before it, p_most seconds at most.  An hour without a try forgets all.
CREATE FUNCTION cerberus.login_try(p_key text, p_free integer, p_most integer)
RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	due timestamptz;
BEGIN
	INSERT INTO login_tries AS t (key, tries, last_at)
	VALUES (p_key, 1, clock_timestamp())
	ON CONFLICT (key) DO UPDATE SET
	    tries = CASE WHEN t.last_at < clock_timestamp() - interval '1 hour'
		THEN 1 ELSE t.tries + 1 END,
	    last_at = clock_timestamp()
	WHERE t.tries < p_free OR clock_timestamp() >= t.last_at
	    + interval '1 second'
	    * least(p_most, 2 ^ least(t.tries - p_free, 10));
	IF FOUND THEN
		RETURN 0;
	END IF;
	SELECT t.last_at + interval '1 second'
	    * least(p_most, 2 ^ least(t.tries - p_free, 10))
	INTO due FROM login_tries t WHERE t.key = p_key;
	RETURN greatest(1, ceil(extract(epoch FROM due - clock_timestamp())));
END
$$;

-- The keys of login_tries.  Names are hashed: somebody may have typed a
-- password in their place.
CREATE FUNCTION cerberus.login_name(p_username text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT encode(sha256(convert_to(lower($1), 'UTF8')), 'hex')
$$;

CREATE FUNCTION cerberus.login_key(p_username text, p_remote text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT 'user ' || coalesce($2, '') || ' ' || cerberus.login_name($1)
$$;

-- After many failures from one address nobody there is locked out, but each
-- name has to ask twice: the first answer is a ticket, which is good from three
-- seconds later on.  So a right password gets in within five seconds, however
-- many others fail there meanwhile.  The number of tickets is limited, because
-- each of them costs an Argon2.  Returns the seconds to wait; 0: go on.
CREATE FUNCTION cerberus.login_ticket(p_username text, p_remote text,
	p_free integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	address text := coalesce(p_remote, '');
	mine text := 'ticket ' || address || ' ' || login_name(p_username);
	due timestamptz;
BEGIN
	IF NOT EXISTS (SELECT FROM login_tries t
	    WHERE t.key = 'address ' || address AND t.tries >= p_free * 10
	    AND t.last_at > clock_timestamp() - interval '1 hour') THEN
		RETURN 0;
	END IF;
	SELECT t.last_at INTO due FROM login_tries t WHERE t.key = mine
	AND t.last_at > clock_timestamp() - interval '10 seconds' FOR UPDATE;
	IF due <= clock_timestamp() THEN
		DELETE FROM login_tries t WHERE t.key = mine;
		RETURN 0;
	END IF;
	IF due IS NOT NULL THEN
		RETURN greatest(1, ceil(extract(epoch
		    FROM due - clock_timestamp())));
	END IF;
	INSERT INTO login_tries AS t (key, tries, last_at)
	SELECT mine, 0, clock_timestamp() + interval '3 seconds'
	WHERE (SELECT count(*) FROM login_tries o
	    WHERE o.key > 'ticket ' || address || ' '
	    AND o.key < 'ticket ' || address || '!'
	    AND o.last_at > clock_timestamp() - interval '10 seconds') < 64
	ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at;
	RETURN CASE WHEN FOUND THEN 3 ELSE 5 END;
END
$$;

-- May this try to sign in go on?  Returns the seconds to wait; 0: it is counted.
-- Failures slow down
--  - a name from one address: after p_free, five minutes at most;
--  - an address: see login_ticket();
--  - a name from all addresses: after four times p_free, half a minute at most.
-- None of that counts for a device that the user is signed in with: it has a
-- count of its own (p_device, the user's id).
CREATE FUNCTION cerberus.login_wait(p_username text, p_remote text,
	p_free integer, p_device bigint) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	seconds integer;
BEGIN
	IF p_device IS NOT NULL THEN
		RETURN login_try('device ' || p_device, p_free, 300);
	END IF;
	seconds := login_ticket(p_username, p_remote, p_free);
	IF seconds > 0 THEN
		RETURN seconds;
	END IF;
	BEGIN
		seconds := login_try(login_key(p_username, p_remote), p_free,
		    300);
		IF seconds = 0 THEN
			seconds := login_try('name ' || login_name(p_username),
			    p_free * 4, 30);
		END IF;
		-- What one of them refuses the others do not count.
		IF seconds > 0 THEN
			RAISE EXCEPTION USING ERRCODE = 'CB429';
		END IF;
		PERFORM login_try('address ' || coalesce(p_remote, ''),
		    2147483647, 1);
	EXCEPTION WHEN SQLSTATE 'CB429' THEN
		RETURN seconds;
	END;
	IF random() < 0.01 THEN
		DELETE FROM login_tries WHERE key IN (SELECT key
		    FROM login_tries
		    WHERE last_at < clock_timestamp() - interval '1 hour'
		    LIMIT 1000 FOR UPDATE SKIP LOCKED);
	END IF;
	RETURN 0;
END
$$;

-- The user with this name, if the token is theirs and good.
CREATE FUNCTION cerberus.login_device(p_username text, p_token bytea)
RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN (SELECT v.user_id FROM valid_tokens v
	    WHERE v.token_hash = p_token
	    AND lower(v.username) = lower(p_username));
END
$$;

-- phc: the parameters and the salt of the user's password; null, after as much
-- work, if no user of this name can sign in with one.  wait: the seconds until
-- the next try; phc is null then.  p_free null: no limit.  p_device: the hash of
-- a token that came with the request, or null.  secret: of the second factor, sealed.
-- A transaction of its own: the try counts whatever comes of it.
CREATE FUNCTION cerberus.login_begin(p_username text, p_remote text,
	p_free integer, p_device bytea)
RETURNS TABLE (phc text, wait integer, user_id bigint, secret bytea)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	wait := CASE WHEN p_free IS NULL THEN 0
	    ELSE login_wait(p_username, p_remote, p_free,
		login_device(p_username, p_device)) END;
	IF wait = 0 THEN
		SELECT phc_parameters(u.password_hash), u.user_id, f.secret
		INTO phc, login_begin.user_id, login_begin.secret
		FROM users u LEFT JOIN second_factors f
		    ON f.user_id = u.user_id AND f.confirmed_at IS NOT NULL
		WHERE lower(u.username) = lower(p_username) AND u.is_active;
	END IF;
	RETURN NEXT;
END
$$;

-- The password was right: the failures before it are forgotten where they were
-- this user's alone, and this try is taken back where it was counted.
CREATE FUNCTION cerberus.login_forget(p_username text, p_remote text,
	p_device bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_device IS NOT NULL THEN
		DELETE FROM login_tries t WHERE t.key = 'device ' || p_device;
		RETURN;
	END IF;
	DELETE FROM login_tries t WHERE t.key = login_key(p_username, p_remote);
	UPDATE login_tries t SET tries = greatest(t.tries - 1, 0)
	WHERE t.key IN ('address ' || coalesce(p_remote, ''),
	    'name ' || login_name(p_username));
END
$$;

-- Takes this try back, and no failures before it.
CREATE FUNCTION cerberus.login_uncount(p_username text, p_remote text,
	p_device bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE login_tries t SET tries = greatest(t.tries - 1, 0)
	WHERE t.key = ANY (CASE WHEN p_device IS NOT NULL
	    THEN ARRAY['device ' || p_device]
	    ELSE ARRAY[login_key(p_username, p_remote),
		'address ' || coalesce(p_remote, ''),
		'name ' || login_name(p_username)] END);
END
$$;

-- A session for the right password: no row otherwise.
-- p_hash, if not null, replaces a hash with outdated parameters.  p_device as
-- for login_begin(); p_agent: by what its owner recognises the session.
--
-- Who has a second factor also brings p_step, the step of time of a code that
-- was right, or p_code_hash of a recovery code; p_coded: some code was given.
-- state is "totp", and there is no session, without a code that counts.  A wrong
-- code stays counted like a wrong password, a missing one is not.  state is
-- "setup" where p_require wants a factor that the user does not have: the token
-- is good for setting it up, for a quarter of an hour.
CREATE FUNCTION cerberus.login_finish(p_username text, p_remote text,
	p_device bytea, p_verifier bytea, p_hash text, p_token_hash bytea,
	p_prefix text, p_seconds integer, p_agent text, p_coded boolean,
	p_step bigint, p_code_hash bytea, p_require text)
RETURNS TABLE (state text, expires_at timestamptz, user_id bigint, username text,
	email_address text, full_name text, role text, is_active boolean,
	last_login_at timestamptz, created_at timestamptz,
	updated_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	id bigint;
	device bigint := login_device(p_username, p_device);
	seconds integer := p_seconds;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	SELECT u.user_id INTO id FROM users u
	WHERE lower(u.username) = lower(p_username) AND u.is_active
	AND password_matches(u.password_hash, p_verifier)
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	IF NOT totp_take(id, p_step, p_code_hash) THEN
		IF NOT p_coded THEN
			PERFORM login_uncount(p_username, p_remote, device);
		END IF;
		login_finish.state := 'totp';
		RETURN NEXT;
		RETURN;
	END IF;
	login_finish.state := 'session';
	IF totp_missing(id, p_require) THEN
		login_finish.state := 'setup';
		seconds := least(seconds, 900);
	END IF;
	PERFORM login_forget(p_username, p_remote, device);
	UPDATE users u SET last_login_at = now(),
	    password_hash = coalesce(p_hash, u.password_hash)
	WHERE u.user_id = id;
	DELETE FROM api_tokens t WHERE t.user_id = id AND t.kind <> 'api_key'
	AND least(t.expires_at, t.revoked_at) < now() - interval '7 days';
	INSERT INTO api_tokens AS t (user_id, kind, name, prefix, token_hash,
	    expires_at)
	VALUES (id, login_finish.state, p_agent, p_prefix, p_token_hash,
	    now() + interval '1 second' * seconds);
	RETURN QUERY SELECT login_finish.state,
	    now() + interval '1 second' * seconds,
	    u.user_id, u.username::text, u.email_address::text,
	    u.full_name::text, u.role::text, u.is_active, u.last_login_at,
	    u.created_at, u.updated_at
	FROM users u WHERE u.user_id = id;
END
$$;

-- Ends the caller's session.
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
		    MESSAGE = 'An API key has no session to end; remove it with DELETE /auth/api-keys/<id>.',
		    DETAIL = 'not_a_session';
	END IF;
END
$$;

-- After a new password: ends a user's sessions, all but the caller's own, and the
-- links by which another password could be set.  Returns how many API keys they
-- have left, which go on.
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

-- The PHC parameters of the caller's own password, null when they have none, and
-- the seconds to wait.  A wrong old password counts like a failed sign-in of a
-- device that is signed in.
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

-- Changes the caller's password and ends their other sessions.  Returns the
-- number of their API keys; null when the verifier was wrong.
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

-- An admin gives a user a password, or with null takes it away; all that
-- user's sessions but the admin's own are over.  Returns the number of the
-- user's API keys.
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

-- Links by which users set their password: good once, for 72 hours.  The token
-- itself is never stored.
CREATE TABLE cerberus.invitations (
	invitation_id	bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	user_id		bigint NOT NULL
			REFERENCES cerberus.users ON DELETE CASCADE,
	token_hash	bytea NOT NULL UNIQUE
			CHECK (octet_length(token_hash) = 32),
	created_by	bigint,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL
			DEFAULT now() + interval '72 hours',
	used_at		timestamptz
);
CREATE INDEX invitations_user_id_idx ON cerberus.invitations (user_id);
ALTER TABLE cerberus.invitations ENABLE ROW LEVEL SECURITY;

-- An admin invites a user, or lets them set a new password.  Earlier links of
-- that user are worth nothing any more.  Returns until when this one is good;
-- null: no such user, or the caller is not an admin.
CREATE FUNCTION cerberus.invitation_create(p_user_id bigint,
	p_token_hash bytea) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	until timestamptz;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT caller_is_admin() THEN
		RETURN NULL;
	END IF;
	DELETE FROM invitations i WHERE i.user_id = p_user_id
	OR i.expires_at < now() - interval '30 days';
	INSERT INTO invitations AS i (user_id, token_hash, created_by)
	SELECT u.user_id, p_token_hash, caller_id() FROM users u
	WHERE u.user_id = p_user_id
	RETURNING i.expires_at INTO until;
	RETURN until;
END
$$;

-- The user of a link that is good; null: it is not.
CREATE FUNCTION cerberus.invitation_user(p_token_hash bytea) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN (SELECT u.user_id FROM invitations i
	    JOIN users u ON u.user_id = i.user_id
	    WHERE i.token_hash = p_token_hash AND i.used_at IS NULL
	    AND i.expires_at > now() AND u.is_active);
END
$$;

-- Is it worth hashing a password for?
CREATE FUNCTION cerberus.invitation_good(p_token_hash bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN invitation_user(p_token_hash) IS NOT NULL;
END
$$;

-- Sets the password and ends all of the user's sessions.  Returns the number of
-- their API keys; null: the link is not good.
CREATE FUNCTION cerberus.invitation_redeem(p_token_hash bytea, p_hash text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE invitations i SET used_at = now()
	WHERE i.token_hash = p_token_hash AND i.used_at IS NULL
	AND i.user_id = invitation_user(p_token_hash)
	AND phc_parameters(p_hash) IS NOT NULL
	RETURNING i.user_id INTO id;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	UPDATE users u SET password_hash = p_hash WHERE u.user_id = id;
	DELETE FROM login_tries t WHERE t.key = 'device ' || id;
	RETURN sessions_end(id);
END
$$;

-- The first admin of an installation, for whom nobody could have a key: only
-- while there is none.
CREATE FUNCTION cerberus.first_admin(p_username text, p_email text,
	p_hash text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM pg_advisory_xact_lock(hashtextextended('keep_an_admin', 4));
	IF EXISTS (SELECT FROM users WHERE role = 'admin')
	OR phc_parameters(p_hash) IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'There is an admin already, who can add others.',
		    DETAIL = 'forbidden';
	END IF;
	INSERT INTO users (username, email_address, role, password_hash)
	VALUES (p_username, p_email, 'admin', p_hash)
	RETURNING user_id INTO id;
	RETURN id;
END
$$;

-- API keys, without what could sign anybody in: the caller's own, and for admins
-- everybody's.
CREATE VIEW cerberus.api_keys AS
SELECT t.token_id AS api_key_id, t.user_id,
	coalesce(t.name, '')::varchar(100) AS name, t.prefix, t.created_at,
	t.expires_at, u.used_at AS last_used_at
FROM cerberus.api_tokens t
LEFT JOIN cerberus.token_uses u ON u.token_id = t.token_id
WHERE (t.user_id = (SELECT cerberus.caller_id())
    OR (SELECT cerberus.caller_is_admin()))
AND t.kind = 'api_key' AND t.revoked_at IS NULL;

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

-- Ends one of the caller's own sessions.  False: no such session.
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

-- Their own keys, and for admins anybody's; p_user_id null: whosever key it is.
-- False: no such key.
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

-- There is always somebody who can let others in.  Only for the programs:
-- an administrator of the database knows how to make a new admin.
CREATE FUNCTION cerberus.keep_an_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	-- Two admins who remove each other wait for one another.
	PERFORM pg_advisory_xact_lock(hashtextextended('keep_an_admin', 4));
	IF NOT EXISTS (SELECT FROM users WHERE role = 'admin' AND is_active)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'This is the last active admin.',
		    DETAIL = 'last_admin';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER keep_an_admin_updated AFTER UPDATE ON cerberus.users
	FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active
	    AND NOT (NEW.role = 'admin' AND NEW.is_active)
	    AND current_user IN ('cerberus_app', 'cerberus_stripe'))
	EXECUTE FUNCTION cerberus.keep_an_admin();
CREATE TRIGGER keep_an_admin_deleted AFTER DELETE ON cerberus.users
	FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active
	    AND current_user IN ('cerberus_app', 'cerberus_stripe'))
	EXECUTE FUNCTION cerberus.keep_an_admin();

-- Making a user inactive ends their sessions for good: they do not come back
-- when the user is made active again.
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

-- The name of a user to those who share a campaign with them.
CREATE FUNCTION cerberus.member_name(p_user_id bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
AS $$
BEGIN
	RETURN (SELECT u.username FROM users u WHERE u.user_id = p_user_id
	    AND caller_knows(p_user_id));
END
$$;
CREATE VIEW cerberus.members WITH (security_invoker = true) AS
SELECT m.user_id, m.campaign_id,
	cerberus.member_name(m.user_id)::varchar(100) AS username, m.role,
	m.created_at, m.updated_at
FROM cerberus.campaign_members m;

GRANT EXECUTE ON FUNCTION cerberus.login_begin(text, text, integer, bytea),
	cerberus.login_finish(text, text, bytea, bytea, text, bytea, text,
	integer, text, boolean, bigint, bytea, text),
	cerberus.logout(), cerberus.session_end(bigint),
	cerberus.password_begin(integer),
	cerberus.password_change(bytea, text),
	cerberus.password_set(bigint, text),
	cerberus.invitation_create(bigint, bytea),
	cerberus.invitation_good(bytea),
	cerberus.invitation_redeem(bytea, text),
	cerberus.first_admin(text, text, text),
	cerberus.api_key_create(text, text, bytea, timestamptz),
	cerberus.api_key_revoke(bigint, bigint), cerberus.member_name(bigint)
	TO cerberus_app;
GRANT SELECT ON cerberus.api_keys, cerberus.sessions, cerberus.members TO cerberus_app;
-- Which row did this transaction just make?
GRANT SELECT ON SEQUENCE cerberus.users_user_id_seq,
	cerberus.campaigns_campaign_id_seq TO cerberus_app;

COMMIT;
