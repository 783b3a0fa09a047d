-- Deploy cerberus:tidy to pg
-- requires: sessions
-- requires: idempotency
-- requires: import_merge
-- requires: card_testing
--
-- Deleting what has expired, for "cerberus tidy".  Other functions delete some
-- of it now and then; this one deletes all of it.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE FUNCTION cerberus.tidy()
RETURNS TABLE (what text, removed bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	-- After a week, as when their user signs in again.
	DELETE FROM api_tokens t WHERE t.kind <> 'api_key'
	AND least(t.expires_at, t.revoked_at) < now() - interval '7 days';
	GET DIAGNOSTICS removed = ROW_COUNT;
	what := 'sessions';
	RETURN NEXT;
	DELETE FROM idempotency i
	WHERE i.created_at < now() - interval '24 hours';
	GET DIAGNOSTICS removed = ROW_COUNT;
	what := 'stored answers';
	RETURN NEXT;
	DELETE FROM rate_buckets b WHERE b.at < now() - interval '1 day';
	GET DIAGNOSTICS removed = ROW_COUNT;
	what := 'rate limits';
	RETURN NEXT;
	DELETE FROM login_tries t WHERE t.last_at < now() - interval '1 hour';
	GET DIAGNOSTICS removed = ROW_COUNT;
	what := 'sign-in attempts';
	RETURN NEXT;
	DELETE FROM intent_declines i WHERE i.at < now() - interval '30 days';
	GET DIAGNOSTICS removed = ROW_COUNT;
	what := 'counts of declined cards';
	RETURN NEXT;
	what := 'rejected rows';
	removed := (SELECT count(*) FROM import_rejects r
	    JOIN imports i USING (import_id)
	    WHERE i.started_at < now() - interval '90 days');
	PERFORM import_expire();
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.tidy() TO cerberus_stripe;

COMMIT;
