-- Deploy cerberus:idempotency to pg
-- requires: limits
--
-- Responses to requests with an Idempotency-Key, stored for a day.  Only the
-- hash of the key is stored, and the response is encrypted with the key itself:
-- it can contain personal data or a new token, and only a client that sends the
-- key again can read it.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE TABLE cerberus.idempotency (
	caller		text COLLATE "C",	-- a user's id or an address
	key_hash	bytea CHECK (octet_length(key_hash) = 32),
	request_hash	bytea,		-- null: body not read yet
	answer		bytea,		-- null: still running
	rights		bigint[],	-- caller_rights() at that time
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (caller, key_hash)
);
CREATE INDEX idempotency_created_at_idx ON cerberus.idempotency (created_at);
ALTER TABLE cerberus.idempotency ENABLE ROW LEVEL SECURITY;

-- Whose keys these are: a user's, or those of a visitor's address.
CREATE FUNCTION cerberus.idempotency_caller(p_remote text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN coalesce('user ' || cerberus.caller_id(),
	    'address ' || coalesce(p_remote, ''));
END
$$;

-- The caller's roles, as one number for each: campaign_id * 4 + role_rank(),
-- and 0 for an admin.
CREATE FUNCTION cerberus.caller_rights() RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN ARRAY(SELECT 0 WHERE caller_is_admin()
	    UNION ALL SELECT m.campaign_id * 4 + role_rank(m.role)
	    FROM campaign_members m WHERE m.user_id = caller_id());
END
$$;

-- Does the caller still have all of these roles, or higher ones?
CREATE FUNCTION cerberus.caller_still(p_rights bigint[]) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN caller_is_admin() OR NOT EXISTS (
	    SELECT FROM unnest(p_rights) had
	    WHERE NOT EXISTS (SELECT FROM unnest(caller_rights()) has
		WHERE has > 0 AND has / 4 = had / 4 AND has >= had));
END
$$;

-- Claim a key for a request.  state is
--  - "first": the key is new; it is the caller's until the transaction ends;
--  - "answered": request_hash and answer are those of the first request;
--  - "refused": the key has an answer, but the caller has lost a role since
--    then, so the answer may contain what they must not see any more;
--  - "running": the first request has not ended; wait is in seconds.
-- p_seconds null: the request does its work in this transaction.  Otherwise the
-- claim is committed before the work, because no transaction may be open during
-- it; a claim that is older than p_seconds was left by a crash.
CREATE FUNCTION cerberus.idempotency_claim(p_remote text, p_key_hash bytea,
	p_seconds integer)
RETURNS TABLE (state text, request_hash bytea, answer bytea, wait integer)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	who text := idempotency_caller(p_remote);
	found record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT pg_try_advisory_xact_lock(hashtextextended(who || ' '
	    || encode(p_key_hash, 'hex'), 6)) THEN
		state := 'running';
		wait := 1;
		RETURN NEXT;
		RETURN;
	END IF;
	SELECT i.* INTO found FROM idempotency i
	WHERE i.caller = who AND i.key_hash = p_key_hash
	AND i.created_at > now() - interval '24 hours';
	IF found.answer IS NOT NULL THEN
		state := 'refused';
		IF caller_still(found.rights) THEN
			state := 'answered';
			request_hash := found.request_hash;
			answer := found.answer;
		END IF;
		RETURN NEXT;
		RETURN;
	END IF;
	IF found.caller IS NOT NULL AND found.created_at
	    > now() - interval '1 second' * coalesce(p_seconds, 0) THEN
		state := 'running';
		wait := 5;
		RETURN NEXT;
		RETURN;
	END IF;
	IF p_seconds IS NOT NULL THEN
		INSERT INTO idempotency AS i (caller, key_hash)
		VALUES (who, p_key_hash)
		ON CONFLICT (caller, key_hash) DO UPDATE
		SET created_at = now(), request_hash = NULL, answer = NULL;
	END IF;
	IF random() < 0.01 THEN
		DELETE FROM idempotency WHERE (caller, key_hash) IN (
		    SELECT i.caller, i.key_hash FROM idempotency i
		    WHERE i.created_at < now() - interval '24 hours'
		    ORDER BY i.created_at LIMIT 1000 FOR UPDATE SKIP LOCKED);
	END IF;
	state := 'first';
	RETURN NEXT;
END
$$;

-- Store the answer.  Null releases the claim, so that the next request may try.
CREATE FUNCTION cerberus.idempotency_store(p_remote text, p_key_hash bytea,
	p_request_hash bytea, p_answer bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	who text := idempotency_caller(p_remote);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF p_answer IS NULL THEN
		DELETE FROM idempotency i WHERE i.caller = who
		AND i.key_hash = p_key_hash AND i.answer IS NULL;
		RETURN;
	END IF;
	INSERT INTO idempotency AS i (caller, key_hash, request_hash, answer,
	    rights)
	VALUES (who, p_key_hash, p_request_hash, p_answer, caller_rights())
	ON CONFLICT (caller, key_hash) DO UPDATE
	SET request_hash = excluded.request_hash, answer = excluded.answer,
	    rights = excluded.rights, created_at = now();
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.idempotency_claim(text, bytea, integer),
	cerberus.idempotency_store(text, bytea, bytea, bytea) TO cerberus_app;

COMMIT;
