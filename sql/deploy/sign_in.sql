-- Deploy cerberus:sign_in to pg
-- requires: policies
--
-- Signing in with a user name and a password: counting the attempts, slowing
-- them down, comparing the password and creating the session.  What a user
-- does with sessions and passwords afterwards is in sessions and passwords;
-- the codes of a second factor are in totp.
--
-- users.password_hash holds a PHC string,
-- $argon2id$v=19$m=...,t=...,p=...$<salt>$<SHA-256 of Argon2's output, hex>.
-- The programs get everything up to the last part: the algorithm, its
-- parameters and the salt.  They compute Argon2 with these and send the output
-- as the verifier, which is compared here.  So no function returns a hash, and
-- no function signs a user in without the password.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Attempts to sign in, counted by key: see login_wait().  Unlogged, because
-- losing the counts in a crash does no harm.
CREATE UNLOGGED TABLE cerberus.login_tries (
	key		text COLLATE "C" PRIMARY KEY,
	tries		integer NOT NULL,
	last_at		timestamptz NOT NULL
);
ALTER TABLE cerberus.login_tries ENABLE ROW LEVEL SECURITY;

-- The PHC string without its hash; null if it is not a PHC string of ours.
CREATE FUNCTION cerberus.phc_parameters(hash text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT substring($1 FROM '^(.+)[$][0-9a-f]{64}$')
$$;

-- Does this verifier match the hash?  False for a user without a password.
CREATE FUNCTION cerberus.password_matches(hash text, verifier bytea)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(right($1, 64) = encode(sha256($2), 'hex'), false)
$$;

-- Count an attempt under this key and return 0, or return the seconds to wait
-- until the next attempt.  p_free attempts need not wait; after them each
-- attempt waits twice as long as the one before it, up to p_max seconds.  The
-- count restarts after an hour without an attempt.
CREATE FUNCTION cerberus.login_try(p_key text, p_free integer, p_max integer)
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
	    * least(p_max, 2 ^ least(t.tries - p_free, 10));
	IF FOUND THEN
		RETURN 0;
	END IF;
	SELECT t.last_at + interval '1 second'
	    * least(p_max, 2 ^ least(t.tries - p_free, 10))
	INTO due FROM login_tries t WHERE t.key = p_key;
	RETURN greatest(1, ceil(extract(epoch FROM due - clock_timestamp())));
END
$$;

-- The parts of login_tries.key.  User names are hashed, because users
-- sometimes type a password into the field of the name.
CREATE FUNCTION cerberus.login_name(p_username text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT encode(sha256(convert_to(lower($1), 'UTF8')), 'hex')
$$;

CREATE FUNCTION cerberus.login_key(p_username text, p_remote text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT 'user ' || coalesce($2, '') || ' ' || cerberus.login_name($1)
$$;

-- After many failures from one address nobody there is locked out, but each
-- user name has to ask twice: the first answer is a ticket, which becomes valid
-- after 3 seconds and expires 10 seconds after that.  So a user with the right
-- password signs in within 5 seconds, however many others fail there
-- meanwhile.  The number of tickets is limited, because each of them costs an
-- Argon2 computation.  Return the seconds to wait; 0 lets the attempt proceed.
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

-- May this attempt proceed?  Return the seconds to wait; 0 if it may, and then
-- it is counted.  Failures slow down
--  - a name from one address: after p_free attempts, up to 5 minutes;
--  - an address: see login_ticket();
--  - a name from all addresses: after 4 * p_free attempts, up to 30 seconds.
-- These counts do not apply to a device on which the user is signed in already:
-- p_device, the user's id, has a count of its own.
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
		-- If one count refuses the attempt, undo the others.
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

-- The id of the user with this name, if the token is a valid one of theirs;
-- else null.
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

-- The first half of signing in.  phc: the PHC string without its hash; null
-- for an unknown or inactive user and for one without a password, for whom the
-- program computes a dummy hash that takes as long.  wait: the seconds until
-- the next attempt; if it is not 0, the other columns are null.  secret: the
-- encrypted secret of the user's second factor.  p_free null disables the
-- limit.  p_device: the hash of a token that the request carries, or null.
-- Run this in a transaction of its own, so that the attempt stays counted
-- whatever happens afterwards.
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

-- After a correct password: forget the failures that were counted for this user
-- alone, and take this attempt back from the shared counts.
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

-- Take this attempt back, but no earlier failures.
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

-- The second half of signing in: create a session if p_verifier matches the
-- password; else return no row.  p_hash, if not null, replaces a hash with
-- outdated parameters.  p_device is that of login_begin().  p_agent is the
-- label by which the user recognises the session.  p_seconds: its lifetime.
--
-- A user with a second factor also needs p_step, the time step of a correct
-- code, or p_code_hash, the hash of a recovery code.  p_coded: the request had
-- some code.  state is
--  - "session": the user is signed in;
--  - "totp": no session was created, because the code is missing or wrong.  A
--    wrong code stays counted like a wrong password, a missing one does not;
--  - "setup": p_require demands a second factor that the user does not have.
--    The token is valid for 15 minutes, and only to set a factor up.
CREATE FUNCTION cerberus.login_finish(p_username text, p_remote text,
	p_device bytea, p_verifier bytea, p_hash text, p_token_hash bytea,
	p_prefix text, p_seconds integer, p_agent text, p_coded boolean,
	p_step bigint, p_code_hash bytea, p_require text)
RETURNS TABLE (state text, expires_at timestamptz, user_id bigint,
	username text, email_address text, full_name text, role text,
	is_active boolean, last_login_at timestamptz, created_at timestamptz,
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

GRANT EXECUTE ON FUNCTION cerberus.login_begin(text, text, integer, bytea),
	cerberus.login_finish(text, text, bytea, bytea, text, bytea, text,
	integer, text, boolean, bigint, bytea, text) TO cerberus_app;

COMMIT;
