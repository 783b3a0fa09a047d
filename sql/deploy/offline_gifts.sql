-- Deploy cerberus:offline_gifts to pg
-- requires: gift_days gift_codes refunds
--
-- Gifts that did not come through Stripe, corrections of donors' details,
-- voids, and refunds that the committee paid itself.  The facts are rows of the
-- ledger, like those that Stripe reports, so that one function adds up all.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The highest stage: nothing undoes a void.
INSERT INTO cerberus.donation_states (kind, state, rank, stage, means, comment)
VALUES ('payment', 'voided', 6, 3, 'canceled',
 'Recorded by mistake, or a check that the bank returned: it never counted.');

-- Noon of a day in a campaign's time zone: what the ledger has for a fact of
-- which only the day is known.
CREATE FUNCTION cerberus.gift_noon(p_campaign_id bigint, p_day date)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT (p_day + time '12:00') AT TIME ZONE c.time_zone
	FROM cerberus.campaigns c WHERE c.campaign_id = p_campaign_id
$$;

-- Raise CB400 for a day after today in the campaign's time zone.
CREATE FUNCTION cerberus.gift_not_future(p_campaign_id bigint, p_day date,
	p_column text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_day > (SELECT (now() AT TIME ZONE c.time_zone)::date
	    FROM campaigns c WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = p_column,
		    MESSAGE = format('%s must not be in the future.', p_column);
	END IF;
END
$$;

-- Record a gift and return its id.  received_on is today if it is missing.  The
-- program has checked amount, currency and method.  CB400 names voter_id,
-- campaign_id, received_on or deposited_on; CB403 if the caller does not manage
-- the campaign.
CREATE FUNCTION cerberus.offline_gift(p_gift jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	gift donations := jsonb_populate_record(NULL::donations, p_gift);
	place bigint := gift.campaign_id;
	gift_id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM campaigns c WHERE c.campaign_id = place
	    AND (caller_is_admin()
		OR place = ANY (caller_campaigns('viewer')))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    COLUMN = 'campaign_id',
		    MESSAGE = 'There is no such campaign_id.';
	END IF;
	IF NOT (caller_is_admin()
	    OR place = ANY (caller_campaigns('manager'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.',
		    DETAIL = 'forbidden';
	END IF;
	IF gift.voter_id IS NOT NULL AND NOT EXISTS (SELECT FROM voters v
	    WHERE v.voter_id = gift.voter_id AND (caller_is_admin()
	    OR EXISTS (SELECT FROM campaign_voters cv
		WHERE cv.voter_id = v.voter_id
		AND cv.campaign_id = ANY (caller_campaigns('viewer'))))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'voter_id',
		    MESSAGE = 'There is no such voter_id.';
	END IF;
	gift.received_on := coalesce(gift.received_on, (SELECT
	    (now() AT TIME ZONE c.time_zone)::date FROM campaigns c
	    WHERE c.campaign_id = place));
	PERFORM gift_not_future(place, gift.received_on, 'received_on'),
	    gift_not_future(place, gift.deposited_on, 'deposited_on');
	INSERT INTO donations AS d (campaign_id, voter_id, amount, currency,
	    method, check_number, received_on, deposited_on, note, first_name,
	    last_name, address_line1, address_line2, address_city,
	    address_state, address_zip, address_country, employer, occupation,
	    email, phone_number, contact_email, contact_phone, contact_mail,
	    contact_sms, refcode, refcode2, election)
	VALUES (place, gift.voter_id, gift.amount, gift.currency, gift.method,
	    gift.check_number, gift.received_on, gift.deposited_on, gift.note,
	    gift.first_name, gift.last_name, gift.address_line1,
	    gift.address_line2, gift.address_city, gift.address_state,
	    gift.address_zip, gift.address_country, gift.employer,
	    gift.occupation, gift.email, gift.phone_number, gift.contact_email,
	    gift.contact_phone, gift.contact_mail, gift.contact_sms,
	    gift.refcode, gift.refcode2, gift.election)
	RETURNING d.donation_id INTO gift_id;
	INSERT INTO campaign_voters (campaign_id, voter_id)
	SELECT place, gift.voter_id WHERE gift.voter_id IS NOT NULL
	ON CONFLICT DO NOTHING;
	INSERT INTO donation_ledger (donation_id, kind, stripe_id, state,
	    amount, happened_at, user_id)
	VALUES (gift_id, 'payment', 'offline', 'succeeded', gift.amount,
	    gift_noon(place, gift.received_on), caller_id());
	PERFORM donation_settle(gift_id);
	RETURN gift_id;
END
$$;

-- Change the keys that p_changes has; null clears.  The program allows donors'
-- details, codes, notes, check_number and deposited_on; the last two are of
-- gifts that did not come by card: CB400.  p_versions, if not null, are the
-- times of change of which the row must have one: false if it has another.
-- CB404 and CB403 as donation_managed().
CREATE FUNCTION cerberus.donation_correct(p_donation_id bigint,
	p_changes jsonb, p_versions timestamptz[] DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	d donations;
	after donations;
	name text;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	d := donation_managed(p_donation_id);
	IF d.updated_at <> ALL (p_versions) THEN
		RETURN false;
	END IF;
	after := jsonb_populate_record(d, p_changes);
	IF d.method IN ('card', 'ach') THEN
		name := CASE WHEN after.check_number IS NOT NULL
		    THEN 'check_number' WHEN after.deposited_on IS NOT NULL
		    THEN 'deposited_on' END;
		IF name IS NOT NULL THEN
			RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = name,
			    MESSAGE = format('A gift by card has no %s.', name);
		END IF;
	END IF;
	PERFORM gift_not_future(d.campaign_id, after.deposited_on,
	    'deposited_on');
	UPDATE donations t
	SET first_name = after.first_name, last_name = after.last_name,
	    address_line1 = after.address_line1,
	    address_line2 = after.address_line2,
	    address_city = after.address_city,
	    address_state = after.address_state,
	    address_zip = after.address_zip,
	    address_country = after.address_country,
	    employer = after.employer, occupation = after.occupation,
	    email = after.email, phone_number = after.phone_number,
	    contact_email = after.contact_email,
	    contact_phone = after.contact_phone,
	    contact_mail = after.contact_mail, contact_sms = after.contact_sms,
	    refcode = after.refcode, refcode2 = after.refcode2,
	    election = after.election, note = after.note,
	    check_number = after.check_number,
	    deposited_on = after.deposited_on
	WHERE t.donation_id = p_donation_id;
	PERFORM donation_record(p_donation_id);
	RETURN true;
END
$$;

-- Void a gift that did not come by card: it no longer counts anywhere.  CB409
-- for a gift by card, one that is void already, and one with a refund.
CREATE FUNCTION cerberus.donation_void(p_donation_id bigint, p_reason text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	d donations;
	problem text;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	d := donation_managed(p_donation_id);
	problem := CASE WHEN d.method IN ('card', 'ach')
	    THEN 'Donation %s was paid by card: refund it instead.'
	    WHEN d.voided_at IS NOT NULL
	    THEN 'Donation %s is void already.'
	    WHEN d.amount_refunded > 0
	    THEN 'Donation %s has a refund, so it was received.' END;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = format(problem, p_donation_id),
		    DETAIL = 'conflict';
	END IF;
	UPDATE donations t SET voided_at = now(), void_reason = p_reason
	WHERE t.donation_id = p_donation_id;
	UPDATE donation_ledger l
	SET state = 'voided', amount = 0, reported_at = now(),
	    user_id = caller_id()
	WHERE l.donation_id = p_donation_id AND l.kind = 'payment';
	PERFORM donation_settle(p_donation_id);
END
$$;

-- Record a refund that the committee paid itself, of p_amount or of all that is
-- left, on p_day or today.  CB409 for a gift by card, or if nothing is left;
-- CB400 names amount or refunded_on.
CREATE FUNCTION cerberus.offline_refund(p_donation_id bigint, p_amount bigint,
	p_day date, p_reason text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	d donations;
	rest bigint;
	problem text;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	d := donation_managed(p_donation_id);
	rest := d.amount_received - d.amount_refunded;
	problem := CASE WHEN d.method IN ('card', 'ach')
	    THEN 'Donation %s was paid by card: use /donations/%1$s/refund.'
	    WHEN rest <= 0
	    THEN 'Nothing of donation %s is left to refund.' END;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = format(problem, p_donation_id),
		    DETAIL = 'conflict';
	END IF;
	IF p_amount > rest THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'amount',
		    MESSAGE = format('amount must be at most %s.', rest);
	END IF;
	PERFORM gift_not_future(d.campaign_id, p_day, 'refunded_on');
	IF p_day < d.received_on THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    COLUMN = 'refunded_on', MESSAGE = 'refunded_on must not be '
			'before the day of the gift.';
	END IF;
	INSERT INTO donation_ledger (ledger_id, donation_id, kind, stripe_id,
	    state, amount, reason, happened_at, user_id)
	SELECT n, p_donation_id, 'refund', 'offline-' || n, 'succeeded',
	    coalesce(p_amount, rest), p_reason,
	    coalesce(gift_noon(d.campaign_id, p_day), now()), caller_id()
	FROM nextval(pg_get_serial_sequence('cerberus.donation_ledger',
	    'ledger_id')) n;
	PERFORM donation_settle(p_donation_id);
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.offline_gift(jsonb),
	cerberus.donation_correct(bigint, jsonb, timestamptz[]),
	cerberus.donation_void(bigint, text),
	cerberus.offline_refund(bigint, bigint, date, text) TO cerberus_stripe;

COMMIT;
