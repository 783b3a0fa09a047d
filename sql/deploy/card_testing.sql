-- Deploy cerberus:card_testing to pg
-- requires: limits
-- requires: donation_events
-- requires: recurring_gifts
--
-- Protection against card testing, the use of small donations to find out which
-- stolen cards work: a limit of attempts for each campaign and hour, and the
-- intents to cancel at Stripe because their cards were declined too often, or
-- because they were not paid within a day.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- How often the card of an intent was declined.  tried_at: when a program last
-- tried to cancel the intent.  The row is deleted once the intent has ended.
CREATE TABLE cerberus.intent_declines (
	stripe_account	bigint NOT NULL,
	payment_intent_id varchar(255) NOT NULL,
	declines	integer NOT NULL DEFAULT 1,
	at		timestamptz NOT NULL DEFAULT now(),
	tried_at	timestamptz,
	PRIMARY KEY (stripe_account, payment_intent_id)
);
-- Ten and more are few.
CREATE INDEX intent_declines_due_idx ON cerberus.intent_declines (at)
	WHERE declines >= 10;
ALTER TABLE cerberus.intent_declines ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION cerberus.intent_declined() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	-- Before the row, as in intent_ended().
	PERFORM lock_intent(NEW.payment_intent_id);
	INSERT INTO intent_declines AS i (stripe_account, payment_intent_id)
	VALUES (NEW.stripe_account, NEW.payment_intent_id)
	ON CONFLICT (stripe_account, payment_intent_id) DO UPDATE
	SET declines = i.declines + 1, at = now();
	RETURN NULL;
END
$$;
CREATE TRIGGER declined AFTER INSERT ON cerberus.stripe_events
	FOR EACH ROW WHEN (NEW.type = 'payment_intent.payment_failed'
	AND NEW.payment_intent_id IS NOT NULL)
	EXECUTE FUNCTION cerberus.intent_declined();

-- Count one attempt to donate to a campaign.  Return 0 if it is among the first
-- p_limit of an hour, which begins with its first attempt; otherwise the
-- seconds until the next hour begins.  A campaign that does not exist is not
-- counted.
CREATE FUNCTION cerberus.donation_admit(p_campaign_id bigint, p_limit integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	bucket text := 'donations ' || p_campaign_id;
	instant timestamptz := clock_timestamp();
	since timestamptz := instant - interval '1 hour';
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	INSERT INTO rate_buckets AS b (key, tokens, at)
	SELECT bucket, p_limit - 1, instant FROM campaigns c
	WHERE c.campaign_id = p_campaign_id
	ON CONFLICT (key) DO UPDATE
	SET tokens = CASE WHEN b.at <= since THEN p_limit
		ELSE least(b.tokens, p_limit) END - 1,
	    at = CASE WHEN b.at <= since THEN instant ELSE b.at END
	WHERE b.at <= since OR b.tokens >= 1;
	IF FOUND THEN
		RETURN 0;
	END IF;
	RETURN coalesce((SELECT greatest(1, ceil(extract(epoch
	    FROM b.at - since)))::integer
	    FROM rate_buckets b WHERE b.key = bucket), 0);
END
$$;

-- The intents of an account to cancel, at most p_most of each kind: those with
-- ten declines and, if p_stale is true, those that have been pending for a day.
-- An intent with ten declines is returned to one caller in a minute, so that
-- programs do not all cancel it.  subscription_id is set for a recurring gift,
-- whose intent Stripe cancels only together with the subscription.
CREATE FUNCTION cerberus.intents_due(p_account bigint, p_stale boolean,
	p_most integer)
RETURNS TABLE (payment_intent_id text, reason text, subscription_id text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	RETURN QUERY UPDATE intent_declines i SET tried_at = now()
	FROM (SELECT due.payment_intent_id FROM intent_declines due
	    WHERE due.declines >= 10 AND due.stripe_account = p_account
	    AND coalesce(due.tried_at, '-infinity')
		< now() - interval '1 minute'
	    ORDER BY due.at LIMIT p_most FOR UPDATE SKIP LOCKED) due
	WHERE i.stripe_account = p_account
	AND i.payment_intent_id = due.payment_intent_id
	RETURNING i.payment_intent_id::text, 'fraudulent'::text,
	    (SELECT g.subscription_id::text FROM recurring_gifts g
	    JOIN donations d ON d.donation_id = g.donation_id
	    WHERE d.payment_intent_id = i.payment_intent_id
	    AND d.stripe_account = p_account AND d.succeeded_at IS NULL);
	IF p_stale THEN
		RETURN QUERY SELECT d.payment_intent_id::text,
		    'abandoned'::text, g.subscription_id::text
		FROM donations d
		LEFT JOIN recurring_gifts g ON g.donation_id = d.donation_id
		WHERE d.status = 'pending'
		AND d.created_at < now() - interval '24 hours'
		AND d.payment_intent_id IS NOT NULL
		AND d.stripe_account = p_account
		ORDER BY d.created_at, d.donation_id LIMIT p_most;
	END IF;
END
$$;

-- Store how an intent has ended, given Stripe's object of it, with its charge
-- if it was paid.  Return false if it has not ended.
CREATE FUNCTION cerberus.intent_ended(p_account bigint, p_intent jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	intent text := p_intent ->> 'id';
	donation bigint;
	ended boolean := p_intent ->> 'status' IN ('canceled', 'succeeded');
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(intent);
	donation := donation_for_intent(p_account, intent, p_intent);
	IF donation IS NOT NULL
	AND p_intent ->> 'status' IN ('canceled', 'succeeded', 'processing')
	THEN
		-- As in stripe_reconcile(), a payment counts on the day of its
		-- charge, and other states are of now.
		PERFORM donation_fact(donation,
		    'payment_intent.' || (p_intent ->> 'status'), p_intent,
		    CASE p_intent ->> 'status' WHEN 'succeeded'
		    THEN to_timestamp(stripe_number(coalesce(
			p_intent #> '{latest_charge,created}',
			p_intent -> 'created')))
		    ELSE now() END);
		PERFORM donation_catch_up(donation);
	END IF;
	DELETE FROM intent_declines i
	WHERE ended AND i.stripe_account = p_account
	AND i.payment_intent_id = intent;
	RETURN ended;
END
$$;

-- Mark as canceled what has been pending for a day without an intent: the
-- program ended before it had Stripe's answer, so that nobody can pay.  Return
-- their number.
CREATE FUNCTION cerberus.donations_expire() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
	n bigint := 0;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	FOR id IN
		SELECT d.donation_id FROM donations d
		WHERE d.status = 'pending' AND d.payment_intent_id IS NULL
		AND d.created_at < now() - interval '24 hours'
		ORDER BY d.donation_id FOR UPDATE SKIP LOCKED
	LOOP
		PERFORM ledger_write(id, 'payment', 'none', 'canceled', 0,
		    'abandoned', NULL, now());
		PERFORM donation_settle(id);
		n := n + 1;
	END LOOP;
	RETURN n;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.donation_admit(bigint, integer),
	cerberus.intents_due(bigint, boolean, integer),
	cerberus.intent_ended(bigint, jsonb),
	cerberus.donations_expire() TO cerberus_stripe;

COMMIT;
