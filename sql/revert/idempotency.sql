-- Revert cerberus:idempotency from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Claim a key for a request.  state is
--  - "first": the key is new; it is the caller's until the transaction ends;
--  - "answered": request_hash and answer are those of the first request;
--  - "refused": the key has an answer, but the caller has lost a role since
--    then, so the answer may contain what they must not see any more;
--  - "running": the first request has not ended; wait is in seconds.
-- p_seconds null: the request does its work in this transaction.  Otherwise the
-- claim is committed before the work, because no transaction may be open during
-- it; a claim that is older than p_seconds was left by a crash.
CREATE OR REPLACE FUNCTION cerberus.idempotency_claim(p_remote text, p_key_hash bytea,
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

COMMIT;
