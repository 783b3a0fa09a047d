-- Revert cerberus:donation_facts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.ledger_write(bigint, text, text, text, bigint, text,
	text, timestamptz, timestamptz);
DROP FUNCTION cerberus.refund_fact(bigint, jsonb, timestamptz);
DROP FUNCTION cerberus.dispute_amount(jsonb);

-- Write one fact.  The state of higher rank wins, among equals the later one;
-- amounts only grow.  Return false for a state that donation_states does not
-- have.
CREATE FUNCTION cerberus.ledger_write(p_donation_id bigint, p_kind text,
	p_stripe_id text, p_state text, p_amount bigint, p_code text,
	p_reason text, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	new_rank smallint := (SELECT s.rank FROM donation_states s
	    WHERE s.kind = p_kind AND s.state = p_state);
	old donation_ledger;
BEGIN
	IF new_rank IS NULL THEN
		RETURN false;
	END IF;
	INSERT INTO donation_ledger (donation_id, kind, stripe_id, state,
	    amount, code, reason, happened_at)
	VALUES (p_donation_id, p_kind, p_stripe_id, p_state, p_amount,
	    left(p_code, 100), p_reason, p_at)
	ON CONFLICT (donation_id, kind, stripe_id) DO NOTHING;
	IF FOUND THEN
		RETURN true;
	END IF;
	SELECT l.* INTO STRICT old FROM donation_ledger l
	WHERE l.donation_id = p_donation_id AND l.kind = p_kind
	AND l.stripe_id = p_stripe_id FOR UPDATE;
	IF (new_rank, p_at, coalesce(p_code, ''), coalesce(p_reason, '')) >
	    ((SELECT s.rank FROM donation_states s
		WHERE s.kind = old.kind AND s.state = old.state),
	    old.happened_at, coalesce(old.code, ''), coalesce(old.reason, ''))
	THEN
		UPDATE donation_ledger l
		SET state = p_state, code = left(p_code, 100),
		    reason = p_reason, happened_at = p_at,
		    amount = greatest(l.amount, p_amount)
		WHERE l.ledger_id = old.ledger_id;
	ELSIF p_amount > old.amount THEN
		UPDATE donation_ledger l SET amount = p_amount
		WHERE l.ledger_id = old.ledger_id;
	END IF;
	RETURN true;
END
$$;

-- Write a refund, given Stripe's object of it.  Return false for an unknown
-- state.
CREATE FUNCTION cerberus.refund_fact(p_donation_id bigint, p_refund jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	asked text := p_refund #>> '{metadata,refund_id}';
	ours donation_ledger;
BEGIN
	-- Replace the row of our request by the row of Stripe's refund.
	IF asked ~ '^[0-9]{1,18}$' THEN
		DELETE FROM donation_ledger l
		WHERE l.ledger_id = asked::bigint
		AND l.donation_id = p_donation_id
		AND l.kind = 'refund' AND l.stripe_id LIKE 'request-%'
		RETURNING l.* INTO ours;
	END IF;
	IF NOT ledger_write(p_donation_id, 'refund', p_refund ->> 'id',
	    coalesce(p_refund ->> 'status', 'pending'),
	    stripe_number(p_refund -> 'amount'),
	    p_refund ->> 'failure_reason', p_refund ->> 'reason',
	    to_timestamp(stripe_number(p_refund -> 'created'))) THEN
		RETURN false;
	END IF;
	IF ours.user_id IS NOT NULL THEN
		UPDATE donation_ledger l SET user_id = ours.user_id
		WHERE l.donation_id = p_donation_id AND l.kind = 'refund'
		AND l.stripe_id = p_refund ->> 'id';
	END IF;
	RETURN true;
END
$$;

-- Write the facts that one event reports.  Return false for what this version
-- of the schema does not understand; the event then stays unapplied, for a
-- later version that does.
CREATE OR REPLACE FUNCTION cerberus.donation_fact(p_donation_id bigint, p_type text,
	p_object jsonb, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	what stripe_event_types := (SELECT t FROM stripe_event_types t
	    WHERE t.type = p_type);
	problem jsonb := p_object -> 'last_payment_error';
	refund jsonb;
BEGIN
	CASE what.kind
	WHEN 'payment' THEN
		UPDATE donations d
		SET charge_id = coalesce(stripe_ref(p_object ->
		    'latest_charge'), p_object #>> '{charges,data,0,id}')
		WHERE d.donation_id = p_donation_id
		AND what.state = 'succeeded' AND d.charge_id IS NULL;
		RETURN ledger_write(p_donation_id, 'payment',
		    p_object ->> 'id', what.state,
		    CASE what.state WHEN 'succeeded'
			THEN stripe_number(p_object -> 'amount_received')
			ELSE 0 END,
		    CASE what.state
			WHEN 'failed' THEN coalesce(problem ->> 'decline_code',
			    problem ->> 'code')
			WHEN 'canceled' THEN p_object ->> 'cancellation_reason'
		    END,
		    CASE what.state WHEN 'failed' THEN problem ->> 'message'
		    END, p_at);
	WHEN 'charge' THEN
		UPDATE donations d SET charge_id = p_object ->> 'id'
		WHERE d.donation_id = p_donation_id;
		-- A refund implies a payment, even if its event is missing.
		PERFORM ledger_write(p_donation_id, 'payment',
		    stripe_ref(p_object -> 'payment_intent'), 'succeeded',
		    CASE WHEN p_object ? 'amount_captured'
			THEN stripe_number(p_object -> 'amount_captured')
			ELSE stripe_number(p_object -> 'amount') END,
		    NULL, NULL,
		    to_timestamp(stripe_number(p_object -> 'created')));
		FOR refund IN SELECT r FROM jsonb_array_elements(
		    CASE jsonb_typeof(p_object #> '{refunds,data}')
		    WHEN 'array' THEN p_object #> '{refunds,data}'
		    ELSE '[]' END) r
		LOOP
			PERFORM refund_fact(p_donation_id, refund);
		END LOOP;
		RETURN ledger_write(p_donation_id, 'charge',
		    p_object ->> 'id', 'refunded',
		    stripe_number(p_object -> 'amount_refunded'), NULL, NULL,
		    p_at);
	WHEN 'refund' THEN
		RETURN refund_fact(p_donation_id, p_object);
	WHEN 'dispute' THEN
		RETURN ledger_write(p_donation_id, 'dispute',
		    p_object ->> 'id', p_object ->> 'status',
		    stripe_number(p_object -> 'amount'), NULL,
		    p_object ->> 'reason', p_at);
	END CASE;
END
$$;

-- Derive the donation's status and amounts from its facts.
CREATE OR REPLACE FUNCTION cerberus.donation_settle(p_donation_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	paid record;
	sums record;
	refunded bigint;
BEGIN
	SELECT l.amount, l.code, l.reason, l.happened_at,
	    coalesce(s.means, 'pending') AS status
	INTO paid
	FROM (VALUES (1)) one
	LEFT JOIN donation_ledger l ON l.donation_id = p_donation_id
	    AND l.kind = 'payment'
	LEFT JOIN donation_states s ON s.kind = l.kind AND s.state = l.state
	ORDER BY s.rank DESC NULLS LAST LIMIT 1;

	SELECT coalesce(sum(l.amount) FILTER (WHERE s.means = 'out'), 0)
		AS sent,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'back'), 0) AS back,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'sum'), 0) AS told,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'held'), 0) AS held,
	    coalesce(bool_or(s.means IN ('held', 'inquiry')), false) AS disputed
	INTO sums
	FROM donation_ledger l
	JOIN donation_states s ON s.kind = l.kind AND s.state = l.state
	WHERE l.donation_id = p_donation_id;
	-- The charge's sum can include refunds that were not reported one by
	-- one yet, and includes those that failed later.
	refunded := sums.sent + greatest(0, sums.told - sums.sent - sums.back);

	UPDATE donations d
	SET status = CASE
		WHEN sums.disputed THEN 'disputed'
		WHEN refunded > 0 AND refunded >=
		    coalesce(nullif(paid.amount, 0), d.amount) THEN 'refunded'
		WHEN refunded > 0 THEN 'partially_refunded'
		ELSE paid.status END,
	    amount_received = coalesce(paid.amount, 0),
	    amount_refunded = refunded,
	    amount_disputed = sums.held,
	    failure_code = paid.code,
	    failure_message = paid.reason,
	    succeeded_at = CASE paid.status WHEN 'succeeded'
		THEN paid.happened_at END
	WHERE d.donation_id = p_donation_id;
	PERFORM donation_record(p_donation_id);
END
$$;

COMMIT;
