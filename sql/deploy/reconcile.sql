-- Deploy cerberus:reconcile to pg
-- requires: reconcile@v0.1.0 donation_events
--
-- What Stripe lists is newer than the events of the time before.  A donation that
-- was lost here comes back with its donor, as the charge has them.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb);

-- Apply the state of one intent at Stripe.  p_intent contains its latest charge,
-- and that charge's refunds and balance transaction; p_disputes are its
-- disputes.  action is "same", "linked" (to a donation that had no intent),
-- "created" (a donation that was lost here), "mended" (the state differed) or
-- "foreign" (not ours).  before and after are from donation_summary().
-- p_listed: the second in which Stripe was asked.  Events of that second and later
-- may report what has changed since.
CREATE FUNCTION cerberus.stripe_reconcile(p_account bigint, p_intent jsonb,
	p_disputes jsonb, p_listed timestamptz DEFAULT now())
RETURNS TABLE (donation_id bigint, action text, before text, after text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	intent text := p_intent ->> 'id';
	charge jsonb := p_intent -> 'latest_charge';
	billing jsonb := charge -> 'billing_details';
	-- Donors may enter anything, and Stripe's texts may be longer.
	name text := nullif(btrim(left(billing ->> 'name', 255)), '');
	-- The intent of a subscription has the metadata of its invoice.
	metadata jsonb := coalesce(recurring_metadata(p_intent -> 'invoice'),
	    p_intent -> 'metadata');
	campaign text := metadata ->> 'campaign_id';
	gift bigint;
	billed boolean := EXISTS (SELECT FROM donations t
	    WHERE t.stripe_account = p_account
	    AND t.invoice_id = p_intent #>> '{invoice,id}');
	known text;
	fact record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(intent);
	SELECT t.payment_intent_id INTO known FROM donations t
	WHERE t.payment_intent_id = intent AND t.stripe_account = p_account;
	gift := recurring_listed(p_account, p_intent);
	stripe_reconcile.donation_id := donation_for_intent(p_account, intent,
	    p_intent);
	stripe_reconcile.action := CASE WHEN known IS NOT NULL THEN 'same'
	    WHEN stripe_reconcile.donation_id <> gift AND NOT billed
	    THEN 'created' ELSE 'linked' END;
	IF stripe_reconcile.donation_id IS NULL AND gift IS NOT NULL THEN
		-- An attempt to charge a donor, which was not paid so far.
		stripe_reconcile.donation_id := gift;
		stripe_reconcile.action := 'same';
		RETURN NEXT;
		RETURN;
	ELSIF stripe_reconcile.donation_id IS NULL THEN
		-- The metadata is ours, but no row agrees with it: the row was
		-- lost, for example because a backup was restored.
		IF EXISTS (SELECT FROM donations t
		    WHERE t.payment_intent_id = intent)
		OR NOT metadata ? 'donation_id'
		OR NOT EXISTS (SELECT FROM campaigns c
		    WHERE c.campaign_id::text = campaign) THEN
			stripe_reconcile.action := 'foreign';
			RETURN NEXT;
			RETURN;
		END IF;
		INSERT INTO donations AS t (campaign_id, amount, currency,
		    stripe_account, payment_intent_id, email, phone_number,
		    first_name, last_name, address_line1, address_line2,
		    address_city, address_state, address_zip, address_country,
		    created_at)
		VALUES (campaign::bigint,
		    greatest(1, stripe_number(p_intent -> 'amount')),
		    p_intent ->> 'currency', p_account, intent,
		    lower(left(coalesce(p_intent ->> 'receipt_email',
			billing ->> 'email'), 255)),
		    left(billing ->> 'phone', 255),
		    -- The last word is the last name.
		    substring(name FROM '^(.*[^[:space:]])[[:space:]]'),
		    substring(name FROM '[^[:space:]]+$'),
		    left(billing #>> '{address,line1}', 255),
		    left(billing #>> '{address,line2}', 255),
		    left(billing #>> '{address,city}', 255),
		    left(billing #>> '{address,state}', 255),
		    left(billing #>> '{address,postal_code}', 255),
		    left(billing #>> '{address,country}', 255),
		    to_timestamp(stripe_number(p_intent -> 'created')))
		RETURNING t.donation_id INTO stripe_reconcile.donation_id;
		stripe_reconcile.action := 'created';
		PERFORM recurring_adopt(p_account, stripe_reconcile.donation_id,
		    p_intent);
	END IF;
	stripe_reconcile.before := donation_summary(
	    stripe_reconcile.donation_id);

	-- The state at Stripe, expressed as events.
	FOR fact IN
		SELECT CASE p_intent ->> 'status'
		    WHEN 'succeeded' THEN 'payment_intent.succeeded'
		    WHEN 'canceled' THEN 'payment_intent.canceled'
		    WHEN 'processing' THEN 'payment_intent.processing'
		    WHEN 'requires_capture' THEN 'payment_intent.processing'
		    WHEN 'requires_action' THEN
			'payment_intent.requires_action'
		    WHEN 'requires_payment_method' THEN
			CASE jsonb_typeof(p_intent -> 'last_payment_error')
			WHEN 'object' THEN 'payment_intent.payment_failed'
			ELSE 'payment_intent.created' END
		    ELSE 'payment_intent.created' END AS type,
		    p_intent AS object, 0 AS ord
		UNION ALL
		SELECT 'charge.refunded', charge, 1
		WHERE stripe_number(charge -> 'amount_refunded') > 0
		-- A sum that was received can have become 0.
		OR charge ->> 'object' = 'charge'
		AND EXISTS (SELECT FROM donation_ledger l
		    WHERE l.donation_id = stripe_reconcile.donation_id
		    AND l.kind = 'charge')
		UNION ALL
		SELECT 'refund.updated', r, 2
		FROM jsonb_array_elements(CASE jsonb_typeof(
		    charge #> '{refunds,data}') WHEN 'array'
		    THEN charge #> '{refunds,data}' ELSE '[]' END) r
		UNION ALL
		SELECT 'charge.dispute.updated', x, 3
		FROM jsonb_array_elements(coalesce(p_disputes, '[]')) x
		ORDER BY ord
	LOOP
		-- What Stripe lists is its state then, newer than any event
		-- before.
		-- Only the day of a payment is that on which it reached the
		-- balance, or else of its charge; the payment's own event, if
		-- there was one, is newer.
		PERFORM donation_fact(stripe_reconcile.donation_id, fact.type,
		    fact.object, CASE fact.type
		    WHEN 'payment_intent.succeeded' THEN
			to_timestamp(stripe_number(coalesce(
			charge #> '{balance_transaction,created}',
			charge -> 'created', fact.object -> 'created')))
		    -- After the refunds, as in donation_fact().
		    WHEN 'charge.refunded' THEN
			p_listed + interval '1 microsecond'
		    ELSE p_listed END);
	END LOOP;
	UPDATE donations d SET method = stripe_method(charge)
	WHERE d.donation_id = stripe_reconcile.donation_id
	AND d.method <> stripe_method(charge);
	-- A request that Stripe does not list never arrived there.
	UPDATE donation_ledger l
	SET state = 'refused', code = 'not_sent',
	    reason = 'The request did not reach Stripe.'
	WHERE l.donation_id = stripe_reconcile.donation_id
	AND l.kind = 'refund' AND l.state = 'requested'
	AND l.created_at < now() - interval '1 hour';
	PERFORM donation_catch_up(stripe_reconcile.donation_id);

	stripe_reconcile.after := donation_summary(
	    stripe_reconcile.donation_id);
	IF stripe_reconcile.action = 'same'
	AND stripe_reconcile.before <> stripe_reconcile.after THEN
		stripe_reconcile.action := 'mended';
	END IF;
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb,
	timestamptz) TO cerberus_stripe;

COMMIT;
