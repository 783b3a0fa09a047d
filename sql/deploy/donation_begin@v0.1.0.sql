-- Deploy cerberus:donation_begin to pg
-- requires: donation_events
--
-- A donation as the public form makes it: created before Stripe is called,
-- linked to Stripe's intent afterwards, and completed with the donor's details.
-- Events then move it on: see donation_events.
--
-- What a crash leaves after each step, here and at Stripe:
--
--  1. The request is read.
--	Here: nothing.  Stripe: nothing.  Nothing to repair.
--  2. donation_begin() has inserted the row.
--	Here: pending.  Stripe: nothing.  Nobody paid; another attempt is
--	another row.
--  3. Stripe has created the intent.
--	Here: pending.  Stripe: an intent, whose metadata names the row.  The
--	next event or reconcile links them.
--  4. donation_intent() has linked the intent.
--	Here: linked.  Stripe: an intent.  Nothing to repair.
--  5. The donor has paid.
--	Here: linked.  Stripe: succeeded.  The event or reconcile records it.
--  6. An event arrived before step 3 or 4 was complete.
--	Here: the event waits.  Stripe: an intent.  donation_intent() applies
--	the waiting events.
--  7. refund_begin() has inserted the request.
--	Here: requested.  Stripe: nothing.  Reconcile refuses the request after
--	an hour.
--  8. Stripe has created the refund.
--	Here: requested.  Stripe: a refund, whose metadata names the request.
--	An event or reconcile records it.
--  9. refund_finish() has recorded the refund.
--	Here: refunded.  Stripe: a refund.  Nothing to repair.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Does the committee have to ask for employer and occupation?  It must know
-- them for more than 200 USD.  Visitors see the answer, so it depends on this
-- donation alone and never on earlier ones; the treasurer's lists show totals.
CREATE FUNCTION cerberus.employer_needed(p_amount bigint, p_currency text,
	p_employer text, p_occupation text)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT p_currency = 'usd' AND p_amount > 20000
	    AND (p_employer IS NULL OR p_occupation IS NULL)
$$;

-- Insert a donation before Stripe is called.  If p_account is null, because no
-- Stripe key is configured, nothing is inserted and donation_id is null.
-- Return no row if there is no such campaign.  Neither is an error, because any
-- visitor can cause them and PostgreSQL would log each.  over_limit: the amount
-- by which this donation alone exceeds p_limit, or null.
CREATE FUNCTION cerberus.donation_begin(p_account bigint, p_campaign_id bigint,
	p_amount bigint, p_currency text, p_donor jsonb, p_limit bigint)
RETURNS TABLE (donation_id bigint, stripe_key text, needs_employer boolean,
	over_limit bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	donor donations := jsonb_populate_record(NULL::donations, p_donor);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RETURN;
	END IF;
	IF p_account IS NULL THEN
		RETURN NEXT;
		RETURN;
	END IF;
	INSERT INTO donations AS d (campaign_id, amount, currency,
	    stripe_account, first_name, last_name, address_line1,
	    address_line2, address_city, address_state, address_zip,
	    address_country, employer, occupation, email, phone_number,
	    contact_email, contact_phone, contact_mail, contact_sms,
	    is_recurring, covers_fees)
	VALUES (p_campaign_id, p_amount, p_currency, p_account,
	    donor.first_name, donor.last_name, donor.address_line1,
	    donor.address_line2, donor.address_city, donor.address_state,
	    donor.address_zip, donor.address_country, donor.employer,
	    donor.occupation, donor.email, donor.phone_number,
	    donor.contact_email, donor.contact_phone, donor.contact_mail,
	    donor.contact_sms, coalesce(donor.is_recurring, false),
	    coalesce(donor.covers_fees, false))
	RETURNING d.donation_id,
	    stripe_key('donation', d.donation_id, d.created_at)
	INTO donation_begin.donation_id, donation_begin.stripe_key;
	donation_begin.needs_employer := employer_needed(p_amount, p_currency,
	    donor.employer, donor.occupation);
	donation_begin.over_limit := CASE WHEN p_amount > p_limit
	    THEN p_amount - p_limit END;
	RETURN NEXT;
END
$$;

-- Link the intent that Stripe has created, and apply the events that arrived
-- for it already.
CREATE FUNCTION cerberus.donation_intent(p_donation_id bigint, p_intent text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM lock_intent(p_intent);
	UPDATE donations d SET payment_intent_id = p_intent
	WHERE d.donation_id = p_donation_id
	AND coalesce(d.payment_intent_id, p_intent) = p_intent;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'donation % has another intent', p_donation_id;
	END IF;
	PERFORM donation_catch_up(p_donation_id);
END
$$;

-- Record that Stripe refused to create an intent.  Nobody was charged.
CREATE FUNCTION cerberus.donation_refused(p_donation_id bigint, p_code text,
	p_message text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM FROM donations d
	WHERE d.donation_id = p_donation_id AND d.payment_intent_id IS NULL
	FOR UPDATE;
	IF FOUND THEN
		PERFORM ledger_write(p_donation_id, 'payment', 'none',
		    'failed', 0, p_code, p_message, now());
		PERFORM donation_settle(p_donation_id);
	END IF;
END
$$;

-- Set the donor's details; the caller knows the intent's id.  Missing keys and
-- nulls leave a column unchanged.  Once the payment has succeeded a visitor can
-- only fill blank columns, and nothing a day after the donation was created;
-- callers who may write the campaign's donations can always change everything.
-- Return no row for an unknown intent; donation_id is null for a visitor after
-- that day.
CREATE FUNCTION cerberus.donation_details(p_intent text, p_donor jsonb)
RETURNS TABLE (donation_id bigint, needs_employer boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	d donations;
	donor donations;
	staff boolean;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	SELECT t.* INTO d FROM donations t WHERE t.payment_intent_id = p_intent
	FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	staff := caller_is_admin()
	    OR d.campaign_id = ANY (caller_campaigns('manager'));
	IF NOT staff AND d.created_at < now() - interval '24 hours' THEN
		RETURN NEXT;
		RETURN;
	END IF;
	donor := jsonb_populate_record(d, CASE
	    WHEN staff OR d.succeeded_at IS NULL
	    THEN jsonb_strip_nulls(p_donor)
	    ELSE jsonb_strip_nulls(p_donor) || jsonb_strip_nulls(to_jsonb(d))
	    END);
	UPDATE donations t
	SET first_name = donor.first_name, last_name = donor.last_name,
	    address_line1 = donor.address_line1,
	    address_line2 = donor.address_line2,
	    address_city = donor.address_city,
	    address_state = donor.address_state,
	    address_zip = donor.address_zip,
	    address_country = donor.address_country,
	    employer = donor.employer, occupation = donor.occupation,
	    email = donor.email, phone_number = donor.phone_number,
	    contact_email = donor.contact_email,
	    contact_phone = donor.contact_phone,
	    contact_mail = donor.contact_mail,
	    contact_sms = donor.contact_sms,
	    is_recurring = donor.is_recurring, covers_fees = donor.covers_fees
	WHERE t.donation_id = d.donation_id;
	PERFORM donation_record(d.donation_id);
	donation_details.donation_id := d.donation_id;
	donation_details.needs_employer := employer_needed(d.amount,
	    d.currency, donor.employer, donor.occupation);
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.donation_begin(bigint, bigint, bigint, text, jsonb, bigint),
	cerberus.donation_intent(bigint, text),
	cerberus.donation_refused(bigint, text, text),
	cerberus.donation_details(text, jsonb) TO cerberus_stripe;

COMMIT;
