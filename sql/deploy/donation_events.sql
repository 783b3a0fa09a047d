-- Deploy cerberus:donation_events to pg
-- requires: donation_events@v0.1.0 donation_facts
--
-- A dispute that names only its charge finds its donation by the charge, also
-- if it arrives before the payment.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Apply the events that wait for this donation now.  An event in a state that
-- is unknown stays.
CREATE FUNCTION cerberus.donation_apply(p_donation_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	event record;
BEGIN
	FOR event IN
		SELECT e.stripe_account, e.event_id, e.type, e.created,
		    e.payload #> '{data,object}' AS object
		FROM stripe_events e
		JOIN donations d ON d.stripe_account = e.stripe_account
		    AND (d.payment_intent_id = e.payment_intent_id
		    OR d.charge_id = e.charge_id)
		WHERE d.donation_id = p_donation_id AND e.applied_at IS NULL
		AND EXISTS (SELECT FROM stripe_event_types t
		    WHERE t.type = e.type AND t.kind <> 'recurring')
		ORDER BY e.created, e.event_id
	LOOP
		IF donation_fact(p_donation_id, event.type, event.object,
		    event.created) THEN
			UPDATE stripe_events e SET applied_at = now()
			WHERE e.stripe_account = event.stripe_account
			AND e.event_id = event.event_id;
		END IF;
	END LOOP;
END
$$;

-- Apply every event that waits for this donation.  A payment's event can be the
-- first to name the charge; the lock makes an event that names only the charge,
-- and arrives meanwhile, wait for that.
CREATE OR REPLACE FUNCTION cerberus.donation_catch_up(p_donation_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	before text := (SELECT d.charge_id FROM donations d
	    WHERE d.donation_id = p_donation_id);
	after text;
BEGIN
	PERFORM donation_apply(p_donation_id);
	after := (SELECT d.charge_id FROM donations d
	    WHERE d.donation_id = p_donation_id);
	IF after IS DISTINCT FROM before THEN
		PERFORM lock_intent(after);
		PERFORM donation_apply(p_donation_id);
	END IF;
	PERFORM donation_settle(p_donation_id);
END
$$;

-- Store an event once and apply it.  The program has verified the signature;
-- p_account is the account whose secret matched, p_campaign_id the campaign
-- that the webhook address names, or null; CB404 if there is no such campaign.
-- Return "applied"; "seen" if the event was stored before; "waiting" if its
-- donation is unknown so far; "ignored" for a type that does not concern
-- donations.
CREATE OR REPLACE FUNCTION cerberus.stripe_event(p_account bigint, p_event jsonb,
	p_campaign_id bigint DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	object jsonb := p_event #> '{data,object}';
	intent text := CASE object ->> 'object' WHEN 'payment_intent'
	    THEN object ->> 'id'
	    ELSE stripe_ref(object -> 'payment_intent') END;
	-- Only for an object that does not name its intent.
	charge text := CASE WHEN intent IS NULL
	    THEN stripe_ref(object -> 'charge') END;
	kind text := (SELECT t.kind FROM stripe_event_types t
	    WHERE t.type = p_event ->> 'type');
	donation bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF p_campaign_id IS NOT NULL AND NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id),
		    DETAIL = 'not_found';
	END IF;
	IF charge IS NOT NULL THEN
		PERFORM lock_intent(charge);
	END IF;
	INSERT INTO stripe_events (stripe_account, event_id, type,
	    payment_intent_id, charge_id, payload, created, applied_at)
	VALUES (p_account, p_event ->> 'id', p_event ->> 'type', intent,
	    charge, p_event, CASE jsonb_typeof(p_event -> 'created')
		-- Thin events have a text.
		WHEN 'string' THEN now()
		ELSE to_timestamp(stripe_number(p_event -> 'created')) END,
	    CASE WHEN kind IS NULL THEN now() END)
	ON CONFLICT (stripe_account, event_id) DO NOTHING;
	IF NOT FOUND THEN
		-- As in idempotency_claim(): wait for the standby.
		PERFORM FROM stripe_events e WHERE e.stripe_account = p_account
		AND e.event_id = p_event ->> 'id' FOR UPDATE;
		RETURN 'seen';
	END IF;
	IF kind IS NULL THEN
		RETURN 'ignored';
	ELSIF kind = 'recurring' THEN
		RETURN recurring_event(p_account, p_event ->> 'id');
	END IF;
	IF charge IS NOT NULL THEN
		-- An id that two donations claim names neither.
		intent := (SELECT min(d.payment_intent_id) FROM donations d
		    WHERE d.charge_id = charge
		    AND d.stripe_account = p_account
		    HAVING count(*) = 1);
	END IF;
	IF intent IS NULL THEN
		RETURN 'waiting';
	END IF;
	PERFORM lock_intent(intent);
	donation := donation_for_intent(p_account, intent, object);
	IF donation IS NULL THEN
		RETURN recurring_attempt(p_account, p_event ->> 'id');
	END IF;
	PERFORM donation_catch_up(donation);
	RETURN 'applied';
END
$$;

COMMIT;
