-- Deploy cerberus:checkout to pg
-- requires: donation_events
-- requires: campaign_committee
--
-- Donations through Stripe Checkout, a page of Stripe's.  Its payment intent is
-- made when the donor pays, and its events name the donation as those of any
-- other intent do.  The events of the session itself report the rest: which
-- intent it was, and that the donor did not pay.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Where donors return to; null if the campaign has no such page.  No row if
-- there is no such campaign.
CREATE FUNCTION cerberus.donation_redirect(p_campaign_id bigint)
RETURNS TABLE (url text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT c.donation_redirect_url FROM campaigns c
	WHERE c.campaign_id = p_campaign_id
$$;

-- The donation that a session names, locked.  It has to be the one for which the
-- session was made.
CREATE FUNCTION cerberus.donation_of_session(p_account bigint,
	p_session jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	named text := p_session #>> '{metadata,donation_id}';
BEGIN
	IF named !~ '^[0-9]{1,18}$' THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT d.donation_id FROM donations d
	    WHERE d.donation_id = named::bigint
	    AND d.stripe_account = p_account
	    AND stripe_key('donation', d.donation_id, d.created_at) =
		p_session #>> '{metadata,donation_key}'
	    FOR UPDATE);
END
$$;

-- Apply an event of a session.
CREATE FUNCTION cerberus.session_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	session jsonb := NEW.payload #> '{data,object}';
	intent text := stripe_ref(session -> 'payment_intent');
	donation bigint;
BEGIN
	IF intent IS NOT NULL THEN
		PERFORM lock_intent(intent);
	END IF;
	donation := donation_of_session(NEW.stripe_account, session);
	IF donation IS NULL THEN
		RETURN NULL;
	END IF;
	UPDATE donations d SET payment_intent_id = intent
	WHERE d.donation_id = donation AND intent IS NOT NULL
	AND d.payment_intent_id IS NULL
	AND NOT EXISTS (SELECT FROM donations other
	    WHERE other.payment_intent_id = intent);
	IF NEW.type = 'checkout.session.expired' THEN
		PERFORM ledger_write(donation, 'payment',
		    coalesce(intent, 'none'), 'canceled', 0, 'abandoned',
		    NULL, NEW.created);
	ELSIF session ->> 'payment_status' = 'paid'
	AND intent IS NOT NULL THEN
		-- The intent's own event may be late or lost.
		PERFORM ledger_write(donation, 'payment', intent,
		    'succeeded', stripe_number(session -> 'amount_total'),
		    NULL, NULL, NEW.created);
	END IF;
	PERFORM donation_catch_up(donation);
	RETURN NULL;
END
$$;
CREATE TRIGGER session_event AFTER INSERT ON cerberus.stripe_events
	FOR EACH ROW WHEN (NEW.type IN ('checkout.session.completed',
	'checkout.session.async_payment_succeeded',
	'checkout.session.expired'))
	EXECUTE FUNCTION cerberus.session_event();

GRANT EXECUTE ON FUNCTION cerberus.donation_redirect(bigint)
	TO cerberus_stripe;

COMMIT;
