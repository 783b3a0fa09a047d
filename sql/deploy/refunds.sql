-- Deploy cerberus:refunds to pg
-- requires: refunds@v0.1.0 donation_facts
--
-- One refund for one intention: a repeated request resumes.  Only gifts by card
-- are refunded here.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Lock a donation that the caller manages, and return it.  Raise CB404 or CB403.
CREATE FUNCTION cerberus.donation_managed(p_donation_id bigint)
RETURNS cerberus.donations
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	d donations;
BEGIN
	SELECT t.* INTO d FROM donations t
	WHERE t.donation_id = p_donation_id
	AND (caller_is_admin()
	    OR t.campaign_id = ANY (caller_campaigns('viewer')))
	FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Donation with ID %s not found.', p_donation_id),
		    DETAIL = 'not_found';
	END IF;
	IF NOT (caller_is_admin()
	    OR d.campaign_id = ANY (caller_campaigns('manager'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.',
		    DETAIL = 'forbidden';
	END IF;
	RETURN d;
END
$$;

-- Request a refund of p_amount, or of all that is left if that is null.  The
-- request is a row of the ledger before Stripe is called, so that two requests
-- at once cannot exceed the donation.
--
-- Until somebody has had Stripe's answer to a request, the same call resumes it:
-- it returns the same row and key, and Stripe answers with the refund that it has
-- made already.  Stripe may forget a key after a day.  An event or reconcile can
-- settle the request meanwhile; while they have not, its outcome is unknown, and
-- a call after that day, or for another amount or reason, is CB409.
-- Further errors: CB404, CB403, CB409 (not paid, or nothing left) and CB400
-- (more than is left).
CREATE OR REPLACE FUNCTION cerberus.refund_begin(p_donation_id bigint, p_amount bigint,
	p_reason text)
RETURNS TABLE (ledger_id bigint, payment_intent_id text, stripe_account bigint,
	amount bigint, stripe_key text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	d donations;
	asked donation_ledger;
	rest bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	d := donation_managed(p_donation_id);
	IF d.method NOT IN ('card', 'ach') THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    'Donation %s was not paid by card. Void it, or record the '
		    'refund with POST /donations/%1$s/refunds.',
		    p_donation_id), DETAIL = 'conflict';
	END IF;
	rest := d.amount_received - d.amount_refunded;
	SELECT l.* INTO asked FROM donation_ledger l
	JOIN donation_states s ON s.kind = l.kind AND s.state = l.state
	WHERE l.donation_id = p_donation_id AND l.kind = 'refund'
	AND (l.state = 'requested' OR l.unanswered
	    AND l.created_at >= now() - interval '23 hours'
	    AND l.reason IS NOT DISTINCT FROM p_reason
	    AND l.amount = coalesce(p_amount, rest + CASE s.means
		WHEN 'out' THEN l.amount ELSE 0 END))
	ORDER BY l.state = 'requested' DESC, l.ledger_id DESC LIMIT 1;
	IF FOUND THEN
		IF asked.state = 'requested'
		AND (asked.amount <> coalesce(p_amount, rest)
		OR asked.reason IS DISTINCT FROM p_reason
		OR asked.created_at < now() - interval '23 hours') THEN
			RAISE EXCEPTION USING ERRCODE = 'CB409',
			    MESSAGE = format('A refund of %s was requested at '
				'%s, and its outcome is unknown. Run '
				'"cerberus reconcile", or repeat that request '
				'within a day.', asked.amount,
				to_char(asked.created_at AT TIME ZONE 'UTC',
				'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
			    DETAIL = 'refund_unknown';
		END IF;
		refund_begin.ledger_id := asked.ledger_id;
		refund_begin.amount := asked.amount;
		refund_begin.stripe_key := stripe_key('refund',
		    asked.ledger_id, asked.created_at);
		refund_begin.payment_intent_id := d.payment_intent_id;
		refund_begin.stripe_account := d.stripe_account;
		RETURN NEXT;
		RETURN;
	END IF;
	IF d.succeeded_at IS NULL OR rest <= 0
	OR d.payment_intent_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    CASE WHEN d.succeeded_at IS NULL
		    THEN 'Donation %s has not been paid.'
		    ELSE 'Nothing of donation %s is left to refund.' END,
		    p_donation_id), DETAIL = 'conflict';
	END IF;
	IF p_amount > rest THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'amount',
		    MESSAGE = format('amount must be at most %s.', rest);
	END IF;
	refund_begin.amount := coalesce(p_amount, rest);
	-- stripe_id contains the id of the row, until Stripe has named it.
	INSERT INTO donation_ledger AS l (ledger_id, donation_id, kind,
	    stripe_id, state, amount, reason, user_id, unanswered)
	SELECT n, p_donation_id, 'refund', 'request-' || n, 'requested',
	    refund_begin.amount, p_reason, caller_id(), true
	FROM nextval(pg_get_serial_sequence('cerberus.donation_ledger',
	    'ledger_id')) n
	RETURNING l.ledger_id,
	    stripe_key('refund', l.ledger_id, l.created_at)
	INTO refund_begin.ledger_id, refund_begin.stripe_key;
	refund_begin.payment_intent_id := d.payment_intent_id;
	refund_begin.stripe_account := d.stripe_account;
	RETURN NEXT;
END
$$;

-- Write Stripe's response to the request, or its refusal if p_refund is null.
CREATE OR REPLACE FUNCTION cerberus.refund_finish(p_ledger_id bigint,
	p_refund jsonb, p_code text, p_message text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	donation bigint := (SELECT l.donation_id FROM donation_ledger l
	    WHERE l.ledger_id = p_ledger_id);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF donation IS NULL THEN
		RETURN;
	END IF;
	PERFORM FROM donations d WHERE d.donation_id = donation FOR UPDATE;
	IF p_refund IS NULL THEN
		UPDATE donation_ledger l
		SET state = 'refused', code = left(p_code, 100),
		    reason = p_message
		WHERE l.ledger_id = p_ledger_id AND l.state = 'requested';
	ELSE
		PERFORM refund_fact(donation, p_refund);
	END IF;
	UPDATE donation_ledger l SET unanswered = false
	WHERE l.ledger_id = p_ledger_id;
	PERFORM donation_settle(donation);
END
$$;

COMMIT;
