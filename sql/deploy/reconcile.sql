-- Deploy cerberus:reconcile to pg
-- requires: reconcile@v0.1.0 donation_events
--
-- Comparing one payment intent at Stripe with its donation, for "cerberus
-- reconcile".  What Stripe lists is newer than all events before.  A donation
-- that was lost here is created again, with the donor's details of the charge.
-- sweep decides which intents to compare.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb);

-- Insert the donation of an intent whose row was lost here, for example because
-- a backup was restored: the metadata is ours, but no row agrees with it.
-- Return its id, or null if the intent does not belong to a donation.
CREATE FUNCTION cerberus.donation_recreate(p_account bigint, p_intent jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	intent text := p_intent ->> 'id';
	billing jsonb := p_intent #> '{latest_charge,billing_details}';
	-- Donors may enter anything, and Stripe's texts may be longer.
	name text := nullif(btrim(left(billing ->> 'name', 255)), '');
	-- The intent of a subscription has the metadata of its invoice.
	metadata jsonb := coalesce(recurring_metadata(p_intent -> 'invoice'),
	    p_intent -> 'metadata');
	campaign text := metadata ->> 'campaign_id';
	id bigint;
BEGIN
	IF EXISTS (SELECT FROM donations t WHERE t.payment_intent_id = intent)
	OR NOT metadata ? 'donation_id'
	OR NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id::text = campaign) THEN
		RETURN NULL;
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
	RETURNING t.donation_id INTO id;
	PERFORM recurring_adopt(p_account, id, p_intent);
	RETURN id;
END
$$;

-- The state of an intent and its disputes at Stripe, as events that report it,
-- in the order in which they are applied.  reported is the time of the report:
-- what Stripe lists is newer than any event before p_listed.  Only a payment is
-- reported on the day on which it reached the balance, or else of its charge:
-- its own event, if there was one, is newer.
CREATE FUNCTION cerberus.stripe_state(p_donation_id bigint, p_intent jsonb,
	p_disputes jsonb, p_listed timestamptz)
RETURNS TABLE (type text, object jsonb, reported timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	WITH intent AS (
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
		    p_intent -> 'latest_charge' AS charge
	), event AS (
		SELECT type, p_intent AS object, CASE type
		    WHEN 'payment_intent.succeeded' THEN
			to_timestamp(stripe_number(coalesce(
			charge #> '{balance_transaction,created}',
			charge -> 'created', p_intent -> 'created')))
		    ELSE p_listed END AS reported, 0 AS ord
		FROM intent
		UNION ALL
		-- Newer than the refunds in it, as in donation_fact().
		SELECT 'charge.refunded', charge,
		    p_listed + interval '1 microsecond', 1
		FROM intent
		WHERE stripe_number(charge -> 'amount_refunded') > 0
		-- A sum that was received can have become 0.
		OR charge ->> 'object' = 'charge'
		AND EXISTS (SELECT FROM donation_ledger l
		    WHERE l.donation_id = p_donation_id AND l.kind = 'charge')
		UNION ALL
		SELECT 'refund.updated', r, p_listed, 2
		FROM intent, jsonb_array_elements(CASE jsonb_typeof(
		    charge #> '{refunds,data}') WHEN 'array'
		    THEN charge #> '{refunds,data}' ELSE '[]' END) r
		UNION ALL
		SELECT 'charge.dispute.updated', x, p_listed, 3
		FROM jsonb_array_elements(coalesce(p_disputes, '[]')) x
	)
	SELECT type, object, reported FROM event ORDER BY ord
$$;

-- Apply the state of one intent at Stripe.  p_intent contains its latest
-- charge, and that charge's refunds and balance transaction; p_disputes are its
-- disputes.  action is "same", "linked" (to a donation that had no intent),
-- "created" (a donation that was lost here), "mended" (the state differed) or
-- "foreign" (not ours).  before and after are from donation_summary().
-- p_listed is the second in which Stripe was asked.  Events of that second and
-- later may report newer states.
CREATE FUNCTION cerberus.stripe_reconcile(p_account bigint, p_intent jsonb,
	p_disputes jsonb, p_listed timestamptz DEFAULT now())
RETURNS TABLE (donation_id bigint, action text, before text, after text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	intent text := p_intent ->> 'id';
	charge jsonb := p_intent -> 'latest_charge';
	id bigint;
	gift bigint;
	billed boolean := EXISTS (SELECT FROM donations t
	    WHERE t.stripe_account = p_account
	    AND t.invoice_id = p_intent #>> '{invoice,id}');
	known text;
	event record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(intent);
	SELECT t.payment_intent_id INTO known FROM donations t
	WHERE t.payment_intent_id = intent AND t.stripe_account = p_account;
	gift := recurring_listed(p_account, p_intent);
	id := donation_for_intent(p_account, intent, p_intent);
	action := CASE WHEN known IS NOT NULL THEN 'same'
	    WHEN id <> gift AND NOT billed THEN 'created' ELSE 'linked' END;
	IF id IS NULL AND gift IS NOT NULL THEN
		-- An attempt to charge a donor, which was not paid so far.
		RETURN QUERY SELECT gift, 'same', NULL, NULL;
		RETURN;
	ELSIF id IS NULL THEN
		id := donation_recreate(p_account, p_intent);
		action := CASE WHEN id IS NULL THEN 'foreign'
		    ELSE 'created' END;
		IF id IS NULL THEN
			RETURN NEXT;
			RETURN;
		END IF;
	END IF;
	donation_id := id;
	before := donation_summary(id);

	FOR event IN SELECT s.* FROM stripe_state(id, p_intent, p_disputes,
	    p_listed) s
	LOOP
		PERFORM donation_fact(id, event.type, event.object,
		    event.reported);
	END LOOP;
	UPDATE donations d SET method = stripe_method(charge)
	WHERE d.donation_id = id
	AND d.method <> stripe_method(charge);
	-- A request that Stripe does not list never arrived there.
	UPDATE donation_ledger l
	SET state = 'refused', code = 'not_sent',
	    reason = 'The request did not reach Stripe.'
	WHERE l.donation_id = id
	AND l.kind = 'refund' AND l.state = 'requested'
	AND l.created_at < now() - interval '1 hour';
	PERFORM donation_catch_up(id);

	after := donation_summary(id);
	IF action = 'same' AND before <> after THEN
		action := 'mended';
	END IF;
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb,
	timestamptz) TO cerberus_stripe;

COMMIT;
