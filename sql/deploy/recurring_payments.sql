-- Deploy cerberus:recurring_payments to pg
-- requires: recurring checkout card_testing
--
-- The payments of recurring gifts: what programs, events and reconcile report of
-- subscriptions, their invoices and the intents that pay these.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Link a donation with its invoice and the invoice's intent, and apply what has
-- waited for them.  A payment that was known by its invoice alone becomes that of
-- the intent.
CREATE FUNCTION cerberus.recurring_take(p_donation_id bigint, p_invoice text,
	p_intent text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	intent text;
BEGIN
	UPDATE donations d
	SET invoice_id = coalesce(d.invoice_id, p_invoice),
	    payment_intent_id = coalesce(d.payment_intent_id, (SELECT p_intent
		WHERE NOT EXISTS (SELECT FROM donations other
		    WHERE other.payment_intent_id = p_intent)))
	WHERE d.donation_id = p_donation_id
	RETURNING d.payment_intent_id INTO intent;
	IF intent IS NOT NULL THEN
		DELETE FROM donation_ledger l
		WHERE l.donation_id = p_donation_id AND l.kind = 'payment'
		AND l.stripe_id = p_invoice AND EXISTS (SELECT
		    FROM donation_ledger o WHERE o.kind = 'payment'
		    AND o.donation_id = p_donation_id
		    AND o.stripe_id = intent);
		UPDATE donation_ledger l SET stripe_id = intent
		WHERE l.donation_id = p_donation_id AND l.kind = 'payment'
		AND l.stripe_id = p_invoice;
	END IF;
	PERFORM donation_catch_up(p_donation_id);
END
$$;

-- The donation of a later payment, made with the donor's details as the first
-- gift has them now.  What the donor answered about being contacted is not
-- repeated.  It is as old as its invoice.
CREATE FUNCTION cerberus.recurring_repeat(p_gift bigint, p_invoice jsonb,
	p_intent text, p_paid bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	INSERT INTO donations AS d (campaign_id, voter_id, amount, currency,
	    stripe_account, payment_intent_id, invoice_id, first_donation_id,
	    is_recurring, "interval", first_name, last_name, address_line1,
	    address_line2, address_city, address_state, address_zip,
	    address_country, employer, occupation, email, phone_number,
	    covers_fees, refcode, refcode2, election, created_at)
	SELECT f.campaign_id, f.voter_id, p_paid, p_invoice ->> 'currency',
	    f.stripe_account, (SELECT p_intent WHERE NOT EXISTS (SELECT
		FROM donations o WHERE o.payment_intent_id = p_intent)),
	    p_invoice ->> 'id', p_gift, true, f."interval", f.first_name,
	    f.last_name, f.address_line1, f.address_line2, f.address_city,
	    f.address_state, f.address_zip, f.address_country, f.employer,
	    f.occupation, f.email, f.phone_number, f.covers_fees, f.refcode,
	    f.refcode2, f.election, least(now(),
		to_timestamp(stripe_number(p_invoice -> 'created')))
	FROM donations f WHERE f.donation_id = p_gift
	RETURNING d.donation_id
$$;

-- Apply an invoice as reported at p_at.  p_intent is its intent, or null if only
-- the invoice may name it.  The first invoice is that of the gift itself.  Each
-- later one makes a donation once it is paid through Stripe.  Return the gift;
-- null if it is unknown.
CREATE FUNCTION cerberus.recurring_invoice(p_account bigint, p_invoice jsonb,
	p_intent text, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	invoice text := p_invoice ->> 'id';
	intent text := coalesce(p_intent, recurring_intent(p_invoice));
	paid bigint := CASE WHEN p_invoice ->> 'status' = 'paid'
	    AND p_invoice -> 'paid_out_of_band' IS DISTINCT FROM 'true'
	    THEN stripe_number(p_invoice -> 'amount_paid') ELSE 0 END;
	instant timestamptz := coalesce(to_timestamp(nullif(stripe_number(
	    p_invoice #> '{status_transitions,paid_at}'), 0)), p_at);
	gift bigint;
	donation bigint;
BEGIN
	IF intent IS NOT NULL THEN
		PERFORM lock_intent(intent);
	END IF;
	gift := recurring_find(p_account, recurring_subscription(p_invoice),
	    recurring_metadata(p_invoice),
	    stripe_ref(p_invoice -> 'customer'));
	IF gift IS NULL THEN
		RETURN NULL;
	END IF;
	donation := (SELECT d.donation_id FROM donations d
	    WHERE d.stripe_account = p_account AND (d.invoice_id = invoice
		OR d.payment_intent_id = intent)
	    ORDER BY d.invoice_id = invoice DESC NULLS LAST LIMIT 1);
	IF donation IS NULL
	AND p_invoice ->> 'billing_reason' = 'subscription_create' THEN
		donation := (SELECT d.donation_id FROM donations d
		    WHERE d.donation_id = gift AND d.invoice_id IS NULL);
	END IF;
	IF paid > 0 THEN
		UPDATE recurring_gifts g
		SET paid_at = greatest(g.paid_at, instant)
		WHERE g.donation_id = gift;
		PERFORM recurring_settle(gift);
		donation := coalesce(donation, recurring_repeat(gift,
		    p_invoice, intent, paid));
		-- The weakest of all reports: those of the intent are exact.
		PERFORM ledger_write(donation, 'payment', coalesce((SELECT
		    d.payment_intent_id FROM donations d
		    WHERE d.donation_id = donation), invoice), 'succeeded',
		    paid, NULL, NULL, instant, '-infinity');
	END IF;
	IF donation IS NOT NULL THEN
		PERFORM recurring_take(donation, invoice, intent);
		PERFORM recurring_event(e.stripe_account, e.event_id)
		FROM stripe_events e
		WHERE e.stripe_account = p_account AND e.applied_at IS NULL
		AND e.type = 'invoice_payment.paid'
		AND e.payload #>> '{data,object,invoice}' = invoice;
	END IF;
	PERFORM recurring_release(gift);
	RETURN gift;
END
$$;

-- An event that names the intent of an invoice.  Return false if no donation has
-- the invoice yet.
CREATE FUNCTION cerberus.recurring_paid_by(p_account bigint, p_object jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	invoice text := stripe_ref(p_object -> 'invoice');
	intent text := stripe_ref(p_object #> '{payment,payment_intent}');
	d donations;
BEGIN
	IF intent IS NULL THEN
		RETURN true;
	END IF;
	PERFORM lock_intent(intent);
	SELECT t.* INTO d FROM donations t
	WHERE t.stripe_account = p_account AND t.invoice_id = invoice
	FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM recurring_take(d.donation_id, invoice, intent);
	PERFORM recurring_release(coalesce(d.first_donation_id,
	    d.donation_id));
	RETURN true;
END
$$;

-- Apply a stored event of a subscription or an invoice.  Return "applied", or
-- "waiting" if no gift began the subscription.
CREATE FUNCTION cerberus.recurring_event(p_account bigint, p_event_id text)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	e stripe_events := (SELECT t FROM stripe_events t
	    WHERE t.stripe_account = p_account AND t.event_id = p_event_id);
	object jsonb := e.payload #> '{data,object}';
	gift bigint;
	done boolean := true;	-- also for an invoice of no subscription
BEGIN
	IF e.applied_at IS NOT NULL THEN
		RETURN 'applied';
	END IF;
	-- At first: what follows applies all events that wait.
	UPDATE stripe_events t SET applied_at = now()
	WHERE t.stripe_account = p_account AND t.event_id = p_event_id;
	IF object ->> 'object' = 'subscription' THEN
		gift := recurring_report(p_account, object, e.created);
		done := gift IS NOT NULL;
	ELSIF object ->> 'object' = 'invoice_payment' THEN
		done := recurring_paid_by(p_account, object);
	ELSIF recurring_subscription(object) IS NOT NULL THEN
		gift := recurring_invoice(p_account, object, NULL, e.created);
		done := gift IS NOT NULL;
		-- The first gift has a status of its own.
		IF done AND e.type = 'invoice.payment_failed'
		AND object ->> 'billing_reason' <> 'subscription_create' THEN
			PERFORM recurring_failed(gift, e.created, NULL);
		END IF;
	END IF;
	IF done THEN
		RETURN 'applied';
	END IF;
	UPDATE stripe_events t SET applied_at = NULL
	WHERE t.stripe_account = p_account AND t.event_id = p_event_id;
	RETURN 'waiting';
END
$$;

-- A stored event of an intent without a donation.  If it is an attempt to charge
-- a later payment of a series, nothing was received: a failure shows on the gift,
-- and the rest says nothing.  Return "applied", or else "waiting": an intent that
-- has succeeded waits for its invoice.
CREATE FUNCTION cerberus.recurring_attempt(p_account bigint, p_event_id text)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	e stripe_events := (SELECT t FROM stripe_events t
	    WHERE t.stripe_account = p_account AND t.event_id = p_event_id);
	object jsonb := e.payload #> '{data,object}';
	problem jsonb := object -> 'last_payment_error';
	gift bigint := (SELECT g.donation_id FROM recurring_gifts g
	    JOIN donations d ON d.donation_id = g.donation_id
	    WHERE g.stripe_account = p_account
	    AND g.customer_id = object ->> 'customer'
	    -- Until it has its own intent, this could be that.
	    AND d.payment_intent_id IS NOT NULL LIMIT 1);
BEGIN
	IF gift IS NULL OR object ->> 'object' <> 'payment_intent'
	OR e.type = 'payment_intent.succeeded'
	OR EXISTS (SELECT FROM donations d
	    WHERE d.payment_intent_id = object ->> 'id') THEN
		RETURN 'waiting';
	END IF;
	IF e.type = 'payment_intent.payment_failed' THEN
		PERFORM recurring_failed(gift, e.created, coalesce(
		    problem ->> 'message', problem ->> 'code', ''));
		-- Stripe itself tries these cards again.
		DELETE FROM intent_declines i
		WHERE i.stripe_account = p_account
		AND i.payment_intent_id = object ->> 'id';
	END IF;
	UPDATE stripe_events t SET applied_at = now()
	WHERE t.stripe_account = p_account AND t.event_id = p_event_id;
	RETURN 'applied';
END
$$;

-- Store what Stripe has made for a gift whose donor pays on the campaign's page.
CREATE FUNCTION cerberus.donation_subscription(p_donation_id bigint,
	p_customer text, p_subscription text, p_invoice text, p_intent text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(p_intent);
	PERFORM lock_intent(p_subscription);
	UPDATE recurring_gifts g SET subscription_id = p_subscription,
	    customer_id = p_customer
	WHERE g.donation_id = p_donation_id
	AND coalesce(g.subscription_id, p_subscription) = p_subscription;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'donation % has another subscription',
		    p_donation_id;
	END IF;
	PERFORM recurring_settle(p_donation_id);
	PERFORM recurring_take(p_donation_id, p_invoice, p_intent);
	PERFORM recurring_release(p_donation_id);
END
$$;

-- A session of Stripe Checkout that the donor has completed names the
-- subscription.
CREATE FUNCTION cerberus.recurring_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	session jsonb := NEW.payload #> '{data,object}';
	gift bigint := recurring_find(NEW.stripe_account,
	    recurring_subscription(session), session -> 'metadata',
	    stripe_ref(session -> 'customer'));
BEGIN
	PERFORM recurring_settle(gift);
	RETURN NULL;
END
$$;
CREATE TRIGGER recurring_session AFTER INSERT ON cerberus.stripe_events
	FOR EACH ROW WHEN (NEW.type IN ('checkout.session.completed',
	'checkout.session.async_payment_succeeded')
	AND NEW.payload #>> '{data,object,mode}' = 'subscription'
	AND NEW.payload #>> '{data,object,subscription}' IS NOT NULL)
	EXECUTE FUNCTION cerberus.recurring_session();

GRANT EXECUTE ON FUNCTION cerberus.donation_subscription(bigint, text, text,
	text, text) TO cerberus_stripe;

COMMIT;
