-- Deploy cerberus:recurring to pg
-- requires: recurring_gifts gift_sources donation_events
--
-- The state of a recurring gift: applying what Stripe reports about its
-- subscription.  recurring_payments applies its payments.  The functions at the
-- beginning read Stripe's objects, whose form depends on the version of its API.
--
-- Locks are taken in this order: the intent, the subscription, the first gift,
-- the payment's own donation, the voter.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Each is applied by recurring_event(), not by donation_fact().
INSERT INTO cerberus.stripe_event_types (type, kind, state, comment)
VALUES
('customer.subscription.created', 'recurring', NULL,
 'Links a gift whose request died before it read Stripe''s response.'),
('customer.subscription.updated', 'recurring', NULL, ''),
('customer.subscription.deleted', 'recurring', NULL, 'It has ended.'),
('invoice.paid', 'recurring', NULL,
 'A payment.  All but the first make a donation.'),
('invoice.payment_succeeded', 'recurring', NULL, 'The same, as invoice.paid.'),
('invoice.payment_failed', 'recurring', NULL,
 'Shows on the first gift until a payment succeeds.'),
('invoice_payment.paid', 'recurring', NULL,
 'Names the intent, which invoices do not do since 2025.');

-- The id of the subscription that an object is or belongs to: a subscription,
-- an invoice or a session.
CREATE FUNCTION cerberus.recurring_subscription(p_object jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT CASE p_object ->> 'object' WHEN 'subscription'
	    THEN p_object ->> 'id'
	    ELSE coalesce(stripe_ref(p_object -> 'subscription'),
		stripe_ref(p_object #>
		    '{parent,subscription_details,subscription}')) END
$$;

-- The metadata that name the gift: those of the subscription, which its
-- invoices repeat in one of three places.
CREATE FUNCTION cerberus.recurring_metadata(p_object jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT m.v FROM (VALUES
	    (1, p_object #> '{parent,subscription_details,metadata}'),
	    (2, p_object #> '{subscription_details,metadata}'),
	    (3, p_object #> '{lines,data,0,metadata}'),
	    (4, p_object -> 'metadata')) m (n, v)
	WHERE m.v ? 'donation_id' ORDER BY m.n LIMIT 1
$$;

-- The intent that paid an invoice, or is to pay it; null if it does not say.
CREATE FUNCTION cerberus.recurring_intent(p_invoice jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT coalesce(stripe_ref(p_invoice -> 'payment_intent'),
	    (SELECT stripe_ref(p #> '{payment,payment_intent}')
	    FROM jsonb_array_elements(CASE jsonb_typeof(
		p_invoice #> '{payments,data}') WHEN 'array'
		THEN p_invoice #> '{payments,data}' ELSE '[]' END) p
	    WHERE p ->> 'status' IN ('paid', 'open')
	    ORDER BY p ->> 'status' DESC LIMIT 1))
$$;

-- The events that wait are few.
CREATE INDEX stripe_events_subscription_idx ON cerberus.stripe_events
	(cerberus.recurring_subscription(payload #> '{data,object}'))
	WHERE applied_at IS NULL;
CREATE INDEX stripe_events_customer_idx ON cerberus.stripe_events
	((payload #>> '{data,object,customer}')) WHERE applied_at IS NULL;
CREATE INDEX stripe_events_invoice_idx ON cerberus.stripe_events
	((payload #>> '{data,object,invoice}')) WHERE applied_at IS NULL;

-- Show the state of a series on its first gift, which this locks.
CREATE FUNCTION cerberus.recurring_settle(p_gift bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	UPDATE donations d
	SET recurring_status = g.status,
	    recurring_canceled_at = g.canceled_at,
	    recurring_failed_at = CASE WHEN g.failed_at > g.paid_at
		THEN g.failed_at END,
	    recurring_failure = CASE WHEN g.failed_at > g.paid_at
		AND g.failure_at > g.paid_at THEN g.failure END
	FROM recurring_gifts g
	WHERE g.donation_id = p_gift AND d.donation_id = p_gift
$$;

-- Write that an attempt to charge the donor has failed.  p_reason may be null:
-- invoices do not have it.
CREATE FUNCTION cerberus.recurring_failed(p_gift bigint, p_at timestamptz,
	p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE recurring_gifts g
	SET failed_at = greatest(g.failed_at, p_at),
	    failure = CASE WHEN p_reason IS NOT NULL AND (p_at, p_reason) >
		(g.failure_at, coalesce(g.failure, '')) THEN p_reason
		ELSE g.failure END,
	    failure_at = CASE WHEN p_reason IS NULL THEN g.failure_at
		ELSE greatest(g.failure_at, p_at) END
	WHERE g.donation_id = p_gift;
	PERFORM recurring_settle(p_gift);
END
$$;

-- Apply what has waited for a series: events of its subscription, and reports
-- of attempts to charge its customer.
CREATE FUNCTION cerberus.recurring_release(p_gift bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	g recurring_gifts := (SELECT t FROM recurring_gifts t
	    WHERE t.donation_id = p_gift);
BEGIN
	PERFORM recurring_event(e.stripe_account, e.event_id)
	FROM (SELECT e.stripe_account, e.event_id FROM stripe_events e
	    WHERE e.stripe_account = g.stripe_account AND e.applied_at IS NULL
	    AND recurring_subscription(e.payload #> '{data,object}')
		= g.subscription_id
	    ORDER BY e.created, e.event_id) e;
	PERFORM recurring_attempt(e.stripe_account, e.event_id)
	FROM (SELECT e.stripe_account, e.event_id FROM stripe_events e
	    WHERE e.stripe_account = g.stripe_account AND e.applied_at IS NULL
	    AND e.payload #>> '{data,object,customer}' = g.customer_id
	    ORDER BY e.created, e.event_id) e;
END
$$;

-- The gift that a subscription repeats, with the subscription locked; null if
-- it is unknown.  If the request died before it read Stripe's response,
-- p_metadata name the gift.
CREATE FUNCTION cerberus.recurring_find(p_account bigint, p_subscription text,
	p_metadata jsonb, p_customer text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	named text := p_metadata ->> 'donation_id';
	gift recurring_gifts;
	is_new boolean;
BEGIN
	PERFORM lock_intent(p_subscription);
	SELECT g.* INTO gift FROM recurring_gifts g
	WHERE g.stripe_account = p_account
	AND g.subscription_id = p_subscription;
	IF NOT FOUND AND named ~ '^[0-9]{1,18}$' THEN
		SELECT g.* INTO gift FROM recurring_gifts g
		JOIN donations d ON d.donation_id = g.donation_id
		WHERE g.donation_id = named::bigint
		AND g.stripe_account = p_account
		AND g.subscription_id IS NULL
		AND stripe_key('donation', d.donation_id, d.created_at) =
		    p_metadata ->> 'donation_key'
		FOR UPDATE OF g;
	END IF;
	is_new := gift.subscription_id IS NULL
	    OR gift.customer_id IS NULL AND p_customer IS NOT NULL;
	IF gift.donation_id IS NOT NULL AND is_new THEN
		UPDATE recurring_gifts g SET subscription_id = p_subscription,
		    customer_id = coalesce(g.customer_id, p_customer)
		WHERE g.donation_id = gift.donation_id;
		PERFORM recurring_release(gift.donation_id);
	END IF;
	RETURN gift.donation_id;
END
$$;

-- The order of two reports of one second.
CREATE FUNCTION cerberus.recurring_rank(p_status text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_position('{incomplete,trialing,active,past_due,'
	    'unpaid,paused}', p_status), 7)
$$;

-- Has the subscription ended?  Stripe never charges it again.
CREATE FUNCTION cerberus.recurring_ended(p_status text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT p_status IN ('canceled', 'incomplete_expired')
$$;

-- Write the state of a subscription that Stripe reported at p_at.  The newest
-- report counts, and the end of a subscription is final.  Return its gift; null
-- if that is unknown.
CREATE FUNCTION cerberus.recurring_report(p_account bigint,
	p_subscription jsonb, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	gift bigint := recurring_find(p_account, p_subscription ->> 'id',
	    p_subscription -> 'metadata',
	    stripe_ref(p_subscription -> 'customer'));
	word text := left(coalesce(p_subscription ->> 'status', 'unknown'),
	    40);
	-- Also set if the donor has stopped it for the end of a period.
	stopped timestamptz := to_timestamp(nullif(coalesce(
	    nullif(stripe_number(p_subscription -> 'canceled_at'), 0),
	    stripe_number(p_subscription -> 'ended_at')), 0));
BEGIN
	UPDATE recurring_gifts g
	SET status = word, canceled_at = stopped, reported_at = p_at
	WHERE g.donation_id = gift
	AND (recurring_ended(word), p_at, recurring_rank(word),
	    coalesce(stopped, '-infinity')) >
	    (recurring_ended(g.status), g.reported_at,
	    recurring_rank(g.status), coalesce(g.canceled_at, '-infinity'));
	IF FOUND THEN
		PERFORM recurring_settle(gift);
	END IF;
	RETURN gift;
END
$$;

-- What the donor's link needs to know of a series, given any of its gifts.
CREATE FUNCTION cerberus.recurring_link(p_donation_id bigint)
RETURNS TABLE (donation_id bigint, link_key text, customer_id text,
	stripe_account bigint, campaign_id bigint, url text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT g.donation_id, g.link_key, g.customer_id, g.stripe_account,
	    d.campaign_id, c.donation_redirect_url
	FROM donations d
	JOIN recurring_gifts g ON g.donation_id =
	    coalesce(d.first_donation_id, d.donation_id)
	JOIN campaigns c ON c.campaign_id = d.campaign_id
	WHERE d.donation_id = p_donation_id
$$;

-- Is a donation repeated?
CREATE FUNCTION cerberus.recurring_is(p_donation_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT d.is_recurring FROM donations d
	WHERE d.donation_id = p_donation_id
$$;

GRANT EXECUTE ON FUNCTION cerberus.recurring_link(bigint),
	cerberus.recurring_is(bigint) TO cerberus_stripe;

COMMIT;
