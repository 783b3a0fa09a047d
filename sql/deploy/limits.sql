-- Deploy cerberus:limits to pg
-- requires: sessions
--
-- Rate limits by token buckets that all processes share, and enter(), which
-- begins every request of the programs.  A request passes while its bucket
-- holds a token.  The token is taken afterwards, in a transaction of its own
-- within the same round trip: this counts failed requests too, and no request
-- waits for another with the same key.  Requests that run at the same instant
-- may therefore pass on one token.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Unlogged, because losing the buckets in a crash does no harm.  The fill
-- factor leaves room in each page for HOT updates.
CREATE UNLOGGED TABLE cerberus.rate_buckets (
	key	text COLLATE "C" PRIMARY KEY,
	tokens	double precision NOT NULL,
	at	timestamptz NOT NULL
) WITH (fillfactor = 50);
ALTER TABLE cerberus.rate_buckets ENABLE ROW LEVEL SECURITY;

-- The key of a token's bucket.
CREATE FUNCTION cerberus.rate_key(p_token bytea) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT 'token ' || pg_catalog.encode($1, 'hex')
$$;

-- Take p_n tokens, if there is at least one, from the bucket of p_token or, if
-- that is not a valid token, from the bucket p_key.  p_rate: tokens per second;
-- p_burst: the size of the bucket.  reset: the seconds until the bucket is
-- full.
CREATE FUNCTION cerberus.rate_take(p_token bytea, p_key text,
	p_rate double precision, p_burst double precision, p_n integer)
RETURNS TABLE (allowed boolean, remaining integer, reset integer)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	instant timestamptz := clock_timestamp();
	held double precision;
	new_left double precision;
BEGIN
	IF EXISTS (SELECT FROM valid_tokens v
	    WHERE v.token_hash = p_token) THEN
		p_key := rate_key(p_token);
	END IF;
	SELECT least(p_burst, b.tokens + p_rate * greatest(0,
	    extract(epoch FROM instant - b.at)::double precision))
	INTO held FROM rate_buckets b WHERE b.key = p_key FOR UPDATE;
	allowed := held IS NULL OR held >= 1;
	new_left := CASE WHEN allowed
	    THEN greatest(0, coalesce(held, p_burst) - p_n) ELSE held END;
	INSERT INTO rate_buckets AS b VALUES (p_key, new_left, instant)
	ON CONFLICT (key) DO UPDATE SET tokens = new_left, at = instant;
	remaining := floor(new_left);
	reset := ceil((p_burst - new_left) / p_rate);
	IF random() < 0.001 THEN
		DELETE FROM rate_buckets WHERE key IN (SELECT b.key
		    FROM rate_buckets b
		    WHERE b.at < instant - interval '1 day'
		    LIMIT 10000 FOR UPDATE SKIP LOCKED);
	END IF;
	RETURN NEXT;
END
$$;

-- The seconds until the bucket p_key has a token; 0 if it has one.
CREATE FUNCTION cerberus.rate_check(p_key text, p_rate double precision,
	p_burst double precision) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
DECLARE
	missing double precision;
BEGIN
	SELECT 1 - least(p_burst, b.tokens + p_rate * extract(epoch
	    FROM pg_catalog.clock_timestamp() - b.at)::double precision)
	INTO missing
	FROM cerberus.rate_buckets b WHERE b.key = p_key;
	RETURN CASE WHEN missing > 0
	    THEN greatest(1, ceil(missing / p_rate))::integer ELSE 0 END;
END
$$;

-- Begin a request: check the rate limit and identify the caller.
--  - p_token: the hash of the caller's token; null for a visitor.
--  - p_admin: only admins may make this request.
--  - p_request: the id of the request for the audit log.
--  - p_key, p_rate, p_burst: the bucket, as for rate_take(); p_key null
--    disables the limit.
--
-- refusal is the HTTP status for a request that must not proceed: 401, 403, or
-- 429 with the seconds to wait.  Such a request is not identified.  It is not
-- an error of the database, because PostgreSQL would log four lines for each.
-- Statements that follow in the same round trip and do more than read check
-- refused().
CREATE FUNCTION cerberus.enter(p_token bytea, p_admin boolean,
	p_request text, p_key text, p_rate double precision,
	p_burst double precision)
RETURNS TABLE (user_id bigint, is_admin boolean, refusal integer,
	wait integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me record;
	known boolean := false;
BEGIN
	IF p_request IS NOT NULL THEN
		PERFORM set_config('cerberus.request', p_request,
		    true);
	END IF;
	IF p_token IS NOT NULL THEN
		SELECT v.user_id, v.is_admin, v.token_id, v.token, u.used_at
		INTO me
		FROM valid_tokens v
		LEFT JOIN token_uses u ON u.token_id = v.token_id
		WHERE v.token_hash = p_token;
		known := FOUND;
	END IF;
	IF p_key IS NOT NULL THEN
		enter.wait := rate_check(CASE WHEN known
		    THEN rate_key(p_token) ELSE p_key END, p_rate,
		    p_burst);
	END IF;
	IF enter.wait > 0 THEN
		enter.refusal := 429;
	ELSIF p_token IS NOT NULL AND NOT known THEN
		enter.refusal := 401;
	ELSIF known AND p_admin THEN
		IF NOT me.is_admin THEN
			enter.refusal := 403;
		END IF;
	END IF;
	IF enter.refusal IS NOT NULL THEN
		PERFORM set_config('cerberus.refused', 'yes', true),
		    set_config('cerberus.token', '', true);
		RETURN NEXT;
		RETURN;
	END IF;
	IF NOT known THEN
		RETURN NEXT;
		RETURN;
	END IF;
	PERFORM set_config('cerberus.token', me.token, true);
	-- Note the use of the token once a minute, without waiting for others.
	IF (me.used_at < now() - interval '1 minute'
	    OR me.used_at IS NULL)
	AND pg_try_advisory_xact_lock(
	    hashint8extended(me.token_id, 5)) THEN
		INSERT INTO token_uses AS t (token_id, used_at)
		VALUES (me.token_id, now())
		ON CONFLICT (token_id) DO UPDATE SET used_at = excluded.used_at;
	END IF;
	enter.user_id := me.user_id;
	enter.is_admin := me.is_admin;
	RETURN NEXT;
END
$$;

-- Has enter() refused the request of this transaction?
CREATE FUNCTION cerberus.refused() RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT coalesce(pg_catalog.current_setting('cerberus.refused', true),
	    '') <> ''
$$;

GRANT EXECUTE ON FUNCTION cerberus.rate_take(bytea, text, double precision,
	double precision, integer),
	cerberus.enter(bytea, boolean, text, text, double precision,
	double precision) TO cerberus_app;

COMMIT;
