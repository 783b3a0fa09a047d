-- Deploy cerberus:donation_begin to pg
-- requires: donation_begin@v0.1.0 gift_codes recurring_gifts
--
-- A new donation has the codes of its page and its election, what the donor has
-- confirmed, and begins a series if it has an interval.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Insert a donation before Stripe is called.  If p_account is null, because no
-- Stripe key is configured, nothing is inserted and donation_id is null.
-- Return no row if there is no such campaign.  Neither is an error, because any
-- visitor can cause them and PostgreSQL would log each.  over_limit: the amount
-- by which this donation alone exceeds p_limit, or null.
CREATE OR REPLACE FUNCTION cerberus.donation_begin(p_account bigint, p_campaign_id bigint,
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
	    is_recurring, covers_fees, refcode, refcode2, election,
	    eligibility, eligible_at, "interval", recurring_status)
	VALUES (p_campaign_id, p_amount, p_currency, p_account,
	    donor.first_name, donor.last_name, donor.address_line1,
	    donor.address_line2, donor.address_city, donor.address_state,
	    donor.address_zip, donor.address_country, donor.employer,
	    donor.occupation, donor.email, donor.phone_number,
	    donor.contact_email, donor.contact_phone, donor.contact_mail,
	    donor.contact_sms, donor."interval" IS NOT NULL,
	    coalesce(donor.covers_fees, false), donor.refcode,
	    donor.refcode2, donor.election, donor.eligibility,
	    CASE WHEN donor.eligibility IS NOT NULL THEN now() END,
	    donor."interval",
	    CASE WHEN donor."interval" IS NOT NULL THEN 'incomplete' END)
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

-- Set the donor's details; the caller knows the intent's id.  Missing keys and
-- nulls leave a column unchanged.  Once the payment has succeeded a visitor can
-- only fill blank columns, and nothing a day after the donation was created;
-- callers who may write the campaign's donations can always change everything.
-- Return no row for an unknown intent; donation_id is null for a visitor after
-- that day.  Whether a donation is repeated was decided when it began.
CREATE OR REPLACE FUNCTION cerberus.donation_details(p_intent text, p_donor jsonb)
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
	    covers_fees = donor.covers_fees,
	    eligibility = donor.eligibility,
	    eligible_at = CASE WHEN donor.eligibility = d.eligibility
		THEN d.eligible_at WHEN donor.eligibility IS NOT NULL
		THEN now() END
	WHERE t.donation_id = d.donation_id;
	PERFORM donation_record(d.donation_id);
	donation_details.donation_id := d.donation_id;
	donation_details.needs_employer := employer_needed(d.amount,
	    d.currency, donor.employer, donor.occupation);
	RETURN NEXT;
END
$$;

COMMIT;
