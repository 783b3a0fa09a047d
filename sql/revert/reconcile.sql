-- Revert cerberus:reconcile from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb, timestamptz);
DROP FUNCTION cerberus.stripe_state(bigint, jsonb, jsonb, timestamptz);
DROP FUNCTION cerberus.donation_recreate(bigint, jsonb);

-- Apply the state of one intent at Stripe.  p_intent contains its latest charge
-- and that charge's refunds; p_disputes are its disputes.  action is "same",
-- "linked" (to a donation that had no intent), "created" (a donation that was
-- lost here), "mended" (the state differed) or "foreign" (not ours).  before
-- and after are from donation_summary().
CREATE FUNCTION cerberus.stripe_reconcile(p_account bigint, p_intent jsonb,
	p_disputes jsonb)
RETURNS TABLE (donation_id bigint, action text, before text, after text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	intent text := p_intent ->> 'id';
	charge jsonb := p_intent -> 'latest_charge';
	campaign text := p_intent #>> '{metadata,campaign_id}';
	known text;
	fact record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(intent);
	SELECT t.payment_intent_id INTO known FROM donations t
	WHERE t.payment_intent_id = intent AND t.stripe_account = p_account;
	stripe_reconcile.donation_id := donation_for_intent(p_account, intent,
	    p_intent);
	stripe_reconcile.action := CASE WHEN known IS NULL THEN 'linked'
	    ELSE 'same' END;
	IF stripe_reconcile.donation_id IS NULL THEN
		-- The metadata is ours, but no row agrees with it: the row was
		-- lost, for example because a backup was restored.
		IF EXISTS (SELECT FROM donations t
		    WHERE t.payment_intent_id = intent)
		OR NOT p_intent -> 'metadata' ? 'donation_id'
		OR NOT EXISTS (SELECT FROM campaigns c
		    WHERE c.campaign_id::text = campaign) THEN
			stripe_reconcile.action := 'foreign';
			RETURN NEXT;
			RETURN;
		END IF;
		INSERT INTO donations AS t (campaign_id, amount, currency,
		    stripe_account, payment_intent_id, email, created_at)
		VALUES (campaign::bigint,
		    greatest(1, stripe_number(p_intent -> 'amount')),
		    p_intent ->> 'currency', p_account, intent,
		    lower(left(p_intent ->> 'receipt_email', 255)),
		    to_timestamp(stripe_number(p_intent -> 'created')))
		RETURNING t.donation_id INTO stripe_reconcile.donation_id;
		stripe_reconcile.action := 'created';
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
		PERFORM donation_fact(stripe_reconcile.donation_id, fact.type,
		    fact.object, to_timestamp(stripe_number(
		    coalesce(charge -> 'created', fact.object -> 'created'))));
	END LOOP;
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

GRANT EXECUTE ON FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb)
	TO cerberus_stripe;

COMMIT;
