-- Deploy cerberus:recurring_reconcile to pg
-- requires: recurring_payments reconcile
--
-- "cerberus reconcile" and subscriptions: events that were missed, and gifts that
-- were lost here.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Apply the invoice of an intent that Stripe lists, with the invoice in it.
-- Return the gift; null if the intent has no invoice, or is not that of a gift.
CREATE FUNCTION cerberus.recurring_listed(p_account bigint, p_intent jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	intent text := p_intent ->> 'id';
	invoice jsonb := p_intent -> 'invoice';
	problem jsonb := p_intent -> 'last_payment_error';
	gift bigint;
BEGIN
	IF recurring_subscription(invoice) IS NULL THEN
		RETURN NULL;
	END IF;
	gift := recurring_invoice(p_account, invoice, intent, now());
	IF jsonb_typeof(problem) = 'object' AND gift IS NOT NULL
	AND NOT EXISTS (SELECT FROM donations d
	    WHERE d.payment_intent_id = intent) THEN
		PERFORM recurring_failed(gift, to_timestamp(stripe_number(
		    coalesce(p_intent #> '{latest_charge,created}',
			p_intent -> 'created'))), coalesce(
		    problem ->> 'message', problem ->> 'code', ''));
	END IF;
	RETURN gift;
END
$$;

-- A donation that was lost here, and that reconcile has made again from its
-- intent: if a subscription's invoice has the intent, the donation is the first
-- gift of the series.
CREATE FUNCTION cerberus.recurring_adopt(p_account bigint,
	p_donation_id bigint, p_intent jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	invoice jsonb := p_intent -> 'invoice';
	every text := coalesce(invoice #>> '{lines,data,0,price,recurring,'
	    'interval}', invoice #>> '{lines,data,0,plan,interval}');
BEGIN
	IF recurring_subscription(invoice) IS NULL THEN
		RETURN;
	END IF;
	INSERT INTO recurring_gifts (donation_id, stripe_account,
	    subscription_id, customer_id)
	VALUES (p_donation_id, p_account, recurring_subscription(invoice),
	    stripe_ref(invoice -> 'customer'))
	ON CONFLICT DO NOTHING;
	UPDATE donations d
	SET is_recurring = true, "interval" = CASE
		WHEN every IN ('month', 'week') THEN every END,
	    invoice_id = invoice ->> 'id'
	WHERE d.donation_id = p_donation_id;
	PERFORM recurring_listed(p_account, p_intent);
END
$$;

-- The state of a series as text, for the report.
CREATE FUNCTION cerberus.recurring_summary(p_gift bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT concat_ws(' ', g.status, CASE WHEN g.canceled_at IS NOT NULL
	    THEN 'stopped' END)
	FROM recurring_gifts g WHERE g.donation_id = p_gift
$$;

-- Compare a subscription that Stripe has listed at p_listed or later, and apply
-- it.  Return no row if no donation began it.
CREATE FUNCTION cerberus.stripe_subscription(p_account bigint,
	p_subscription jsonb, p_listed timestamptz)
RETURNS TABLE (donation_id bigint, before text, after text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	gift bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	gift := recurring_find(p_account, p_subscription ->> 'id',
	    p_subscription -> 'metadata',
	    stripe_ref(p_subscription -> 'customer'));
	IF gift IS NULL THEN
		RETURN;
	END IF;
	stripe_subscription.donation_id := gift;
	stripe_subscription.before := recurring_summary(gift);
	PERFORM recurring_report(p_account, p_subscription, p_listed);
	UPDATE recurring_gifts g
	SET checked_at = greatest(g.checked_at, p_listed)
	WHERE g.donation_id = gift;
	stripe_subscription.after := recurring_summary(gift);
	RETURN NEXT;
END
$$;

-- The subscriptions of gifts that have not ended as far as is known here, and
-- that reconcile has not seen since then.
CREATE FUNCTION cerberus.stripe_open_subscriptions(p_account bigint,
	p_since timestamptz)
RETURNS TABLE (subscription_id text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT g.subscription_id FROM recurring_gifts g
	WHERE g.stripe_account = p_account AND g.subscription_id IS NOT NULL
	AND NOT recurring_ended(g.status) AND g.checked_at < p_since
	ORDER BY g.donation_id
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.stripe_subscription(bigint, jsonb, timestamptz),
	cerberus.stripe_open_subscriptions(bigint, timestamptz)
	TO cerberus_stripe;

COMMIT;
