-- Deploy cerberus:donation_facts to pg
-- requires: donation_facts@v0.1.0 ledger_reports
--
-- The newest report of a fact counts, with its amount: see ledger_reports for
-- the order of states.  The amount of a dispute can fall, and the sum of a
-- charge's refunds too.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.ledger_write(bigint, text, text, text, bigint, text,
	text, timestamptz);
DROP FUNCTION cerberus.refund_fact(bigint, jsonb);

-- Write one fact: it happened at p_at, and was reported at p_reported, or at
-- p_at if that is null.  A report replaces the one that the ledger has if it is
-- of a higher stage, or newer within the stage.  A dispute and the
-- sum of a charge do not say when they got their state or amount: the time of
-- the first report of it counts.  Return false for a state that donation_states
-- does not have.
CREATE FUNCTION cerberus.ledger_write(p_donation_id bigint, p_kind text,
	p_stripe_id text, p_state text, p_amount bigint, p_code text,
	p_reason text, p_at timestamptz, p_reported timestamptz DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	reported timestamptz := coalesce(p_reported, p_at);
	repeated boolean;
	new_state donation_states := (SELECT s FROM donation_states s
	    WHERE s.kind = p_kind AND s.state = p_state);
	old_state donation_states;
	old donation_ledger;
BEGIN
	IF new_state.rank IS NULL THEN
		RETURN false;
	END IF;
	INSERT INTO donation_ledger (donation_id, kind, stripe_id, state,
	    amount, code, reason, happened_at, reported_at)
	VALUES (p_donation_id, p_kind, p_stripe_id, p_state, p_amount,
	    left(p_code, 100), p_reason, p_at, reported)
	ON CONFLICT (donation_id, kind, stripe_id) DO NOTHING;
	IF FOUND THEN
		RETURN true;
	END IF;
	SELECT l.* INTO STRICT old FROM donation_ledger l
	WHERE l.donation_id = p_donation_id AND l.kind = p_kind
	AND l.stripe_id = p_stripe_id FOR UPDATE;
	SELECT s.* INTO STRICT old_state FROM donation_states s
	WHERE s.kind = old.kind AND s.state = old.state;
	repeated := p_kind = 'dispute' AND old.state = p_state
	    OR p_kind = 'charge' AND old.amount = p_amount;
	-- The last four make the result the same in any order of two reports
	-- of one second.
	IF (new_state.stage, reported, new_state.rank, p_amount,
	    coalesce(left(p_code, 100), ''), coalesce(p_reason, ''), p_at) >
	    (old_state.stage, old.reported_at, old_state.rank, old.amount,
	    coalesce(old.code, ''), coalesce(old.reason, ''), old.happened_at)
	THEN
		UPDATE donation_ledger l
		SET state = p_state, code = left(p_code, 100),
		    reason = p_reason, happened_at = CASE WHEN repeated
			THEN least(old.happened_at, p_at) ELSE p_at END,
		    reported_at = reported, amount = p_amount
		WHERE l.ledger_id = old.ledger_id;
	ELSIF repeated AND p_at < old.happened_at THEN
		UPDATE donation_ledger l SET happened_at = p_at
		WHERE l.ledger_id = old.ledger_id;
	END IF;
	RETURN true;
END
$$;

-- Write a refund, given Stripe's object of it as reported at p_reported, or when
-- it was created if that is null.  Return false for an unknown state.
CREATE FUNCTION cerberus.refund_fact(p_donation_id bigint, p_refund jsonb,
	p_reported timestamptz DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	asked text := p_refund #>> '{metadata,refund_id}';
	status text := coalesce(p_refund ->> 'status', 'pending');
BEGIN
	-- The row of our request becomes the row of Stripe's refund.
	IF asked ~ '^[0-9]{1,18}$' THEN
		UPDATE donation_ledger l SET stripe_id = p_refund ->> 'id'
		WHERE l.ledger_id = asked::bigint
		AND l.donation_id = p_donation_id
		AND l.kind = 'refund' AND l.stripe_id LIKE 'request-%'
		AND EXISTS (SELECT FROM donation_states s
		    WHERE s.kind = 'refund' AND s.state = status)
		AND NOT EXISTS (SELECT FROM donation_ledger o
		    WHERE o.donation_id = p_donation_id
		    AND o.kind = 'refund' AND o.stripe_id = p_refund ->> 'id');
	END IF;
	RETURN ledger_write(p_donation_id, 'refund', p_refund ->> 'id',
	    status, stripe_number(p_refund -> 'amount'),
	    p_refund ->> 'failure_reason', p_refund ->> 'reason',
	    to_timestamp(stripe_number(p_refund -> 'created')),
	    p_reported);
END
$$;

-- The amount that a dispute holds back: what the bank has taken, less what it
-- has given back, if the dispute lists these movements in its own currency.
-- Otherwise the disputed amount.
CREATE FUNCTION cerberus.dispute_amount(p_dispute jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT CASE WHEN count(*) > 0
	    AND bool_and(m ->> 'currency' = p_dispute ->> 'currency')
	    THEN greatest(0, -sum(stripe_number(m -> 'amount')))::bigint
	    ELSE stripe_number(p_dispute -> 'amount') END
	FROM jsonb_array_elements(CASE jsonb_typeof(
	    p_dispute -> 'balance_transactions') WHEN 'array'
	    THEN p_dispute -> 'balance_transactions' ELSE '[]' END) m
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
	paid_by text := stripe_method(p_object);
	captured bigint := stripe_number(CASE WHEN p_object ? 'amount_captured'
	    THEN p_object -> 'amount_captured' ELSE p_object -> 'amount' END);
	unknown boolean;
BEGIN
	CASE what.kind
	WHEN 'payment' THEN
		UPDATE donations d
		SET charge_id = coalesce(d.charge_id, stripe_ref(p_object ->
		    'latest_charge'), p_object #>> '{charges,data,0,id}'),
		    method = coalesce(paid_by, d.method)
		WHERE d.donation_id = p_donation_id
		AND what.state = 'succeeded'
		AND (d.charge_id IS NULL OR d.method <> paid_by);
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
		UPDATE donations d SET charge_id = p_object ->> 'id',
		    method = coalesce(paid_by, d.method)
		WHERE d.donation_id = p_donation_id;
		-- A refund implies a payment, even if its event is missing.
		-- The payment's own report has its day, and is newer.
		-- The sum is newer than its refunds: it does not include
		-- those that have failed by then.
		PERFORM ledger_write(p_donation_id, 'payment',
		    stripe_ref(p_object -> 'payment_intent'), 'succeeded',
		    captured, NULL, NULL,
		    to_timestamp(stripe_number(p_object -> 'created')));
		FOR refund IN SELECT r FROM jsonb_array_elements(
		    CASE jsonb_typeof(p_object #> '{refunds,data}')
		    WHEN 'array' THEN p_object #> '{refunds,data}'
		    ELSE '[]' END) r
		LOOP
			PERFORM refund_fact(p_donation_id, refund,
			    p_at - interval '1 microsecond');
		END LOOP;
		-- Stripe counts what was not captured as refunded.
		RETURN ledger_write(p_donation_id, 'charge',
		    p_object ->> 'id', 'refunded', greatest(0,
		    stripe_number(p_object -> 'amount_refunded')
		    - (stripe_number(p_object -> 'amount') - captured)),
		    NULL, NULL, p_at);
	WHEN 'refund' THEN
		RETURN refund_fact(p_donation_id, p_object, p_at);
	WHEN 'dispute' THEN
		PERFORM FROM donation_states s WHERE s.kind = 'dispute'
		AND s.state = p_object ->> 'status';
		unknown := NOT FOUND;
		RETURN ledger_write(p_donation_id, 'dispute',
		    p_object ->> 'id', CASE WHEN unknown THEN 'unknown'
			ELSE p_object ->> 'status' END,
		    dispute_amount(p_object),
		    CASE WHEN unknown THEN p_object ->> 'status' END,
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
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'out'
		AND l.happened_at <= t.at
		OR s.means = 'back' AND l.happened_at <= t.at
		AND l.reported_at >= t.at), 0) AS listed,
	    coalesce(max(t.amount), 0) AS told,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'held'), 0) AS held,
	    coalesce(bool_or(s.means IN ('held', 'inquiry')), false) AS disputed
	INTO sums
	FROM donation_ledger l
	JOIN donation_states s ON s.kind = l.kind AND s.state = l.state
	LEFT JOIN (SELECT sum(c.amount) AS amount, max(c.reported_at) AS at
	    FROM donation_ledger c WHERE c.donation_id = p_donation_id
	    AND c.kind = 'charge') t ON true
	WHERE l.donation_id = p_donation_id;
	-- The charge's sum can include refunds that were not reported one by
	-- one yet.  listed: what the ledger knows of the refunds in that sum,
	-- with those that have failed since.
	refunded := sums.sent + greatest(0, sums.told - sums.listed);

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
