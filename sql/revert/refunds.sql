-- Revert cerberus:refunds from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Request a refund of p_amount, or of all that is left if that is null.  The
-- request is a row of the ledger before Stripe is called, so that two requests
-- at once cannot exceed the donation.  Raise CB404, CB403, CB409 (not paid, or
-- nothing left) or CB400 (more than is left).
CREATE OR REPLACE FUNCTION cerberus.refund_begin(p_donation_id bigint, p_amount bigint,
	p_reason text)
RETURNS TABLE (ledger_id bigint, payment_intent_id text, stripe_account bigint,
	amount bigint, stripe_key text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	d donations;
	rest bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
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
	SELECT d.amount_received - d.amount_refunded
	    - coalesce(sum(l.amount), 0)
	INTO rest
	FROM donation_ledger l
	WHERE l.donation_id = p_donation_id AND l.kind = 'refund'
	AND l.state = 'requested';
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
	    stripe_id, state, amount, reason, user_id)
	SELECT n, p_donation_id, 'refund', 'request-' || n, 'requested',
	    refund_begin.amount, p_reason, caller_id()
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

-- Record Stripe's response to a request: p_refund, or null with the code and
-- message of the error.
CREATE OR REPLACE FUNCTION cerberus.refund_finish(p_ledger_id bigint, p_refund jsonb,
	p_code text, p_message text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	donation bigint := (SELECT l.donation_id FROM donation_ledger l
	    WHERE l.ledger_id = p_ledger_id);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	-- An event may have arrived first and replaced the row.
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
	PERFORM donation_settle(donation);
END
$$;

DROP FUNCTION cerberus.donation_managed(bigint);

COMMIT;
