-- Deploy cerberus:donation_begin to pg
-- requires: donation_begin@v0.1.0 gift_codes
--
-- A new donation has the codes of its page and its election.
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
	    is_recurring, covers_fees, refcode, refcode2, election)
	VALUES (p_campaign_id, p_amount, p_currency, p_account,
	    donor.first_name, donor.last_name, donor.address_line1,
	    donor.address_line2, donor.address_city, donor.address_state,
	    donor.address_zip, donor.address_country, donor.employer,
	    donor.occupation, donor.email, donor.phone_number,
	    donor.contact_email, donor.contact_phone, donor.contact_mail,
	    donor.contact_sms, coalesce(donor.is_recurring, false),
	    coalesce(donor.covers_fees, false), donor.refcode,
	    donor.refcode2, donor.election)
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

COMMIT;
