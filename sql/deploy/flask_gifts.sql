-- Deploy cerberus:flask_gifts to pg
-- requires: flask_answers donation_facts gift_lists donor_consents payouts
--
-- Moving from the Flask backend: donations with their ledger, the voters of
-- donors, and the function that makes the move.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Keep person_id where it names a voter of the donor's last name.  Some
-- installations have other persons than voters.
CREATE FUNCTION cerberus.flask_donors() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	WITH other AS (
		UPDATE flask_donations d SET person_id = NULL
		FROM flask_donations o
		LEFT JOIN voters v ON v.voter_id = o.person_id
		WHERE o.donation_id = d.donation_id
		AND o.person_id IS NOT NULL AND (v.voter_id IS NULL
		    OR name_fold(v.last_name) <> name_fold(o.last_name))
		RETURNING d.donation_id, o.person_id
	)
	INSERT INTO flask_notes
	SELECT 'value', 'donations', o.donation_id, 'person_id', o.person_id,
	    'No voter of the donor''s name has this id. The voter is looked '
	    'for by e-mail address and phone.'
	FROM other o;
END
$$;

-- Donations keep their ids.  Amounts become minor units, and what was paid has
-- its fact in the ledger.  The other backend does not store when a donation was
-- paid: it counts on the day on which it was made, until Stripe reports the
-- day.  p_accounts: the campaigns with Stripe accounts of their own.
CREATE FUNCTION cerberus.flask_donations(p_accounts bigint[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE flask_gifts ON COMMIT DROP AS
	SELECT d.donation_id, c.currency,
	    CASE WHEN d.amount <> 'NaN' THEN round(d.amount * c.factor) END
		AS minor,
	    d.amount * c.factor AS exact,
	    CASE d.payment_status WHEN 'succeeded' THEN 'succeeded'
		WHEN 'failed' THEN 'failed' ELSE 'pending' END AS status,
	    CASE WHEN row_number() OVER (PARTITION BY d.payment_intent_id
		ORDER BY d.donation_id) = 1 THEN d.payment_intent_id END
		AS intent,
	    coalesce(flask_time(d.created_at), flask_time(d.updated_at), now())
		AS made_at
	FROM flask_donations d
	CROSS JOIN LATERAL (SELECT lower(coalesce(d.currency, 'usd'))) k (code)
	CROSS JOIN LATERAL (SELECT CASE WHEN k.code ~ '^[a-z]{3}$'
	    THEN k.code END, 1000 / money_text(1000, k.code)::numeric)
	    c (currency, factor);
	INSERT INTO flask_notes
	SELECT v.kind, 'donations', d.donation_id, v.name, v.value, v.message
	FROM flask_donations d JOIN flask_gifts g USING (donation_id)
	CROSS JOIN LATERAL (SELECT (g.minor BETWEEN 1 AND 99999999999
	    AND g.currency IS NOT NULL) IS NOT TRUE AS lost) l
	CROSS JOIN LATERAL (VALUES
	    ('row', 'currency', d.currency, 'This is not a currency.',
	     g.currency IS NULL),
	    ('row', 'amount', d.amount::text, 'This is not an amount that can '
	     'be given.', l.lost AND g.currency IS NOT NULL),
	    ('value', 'amount', d.amount::text, 'The currency has no such '
	     'fractions. The amount is rounded.', g.minor <> g.exact),
	    ('value', 'payment_status', d.payment_status, 'This status does '
	     'not exist here. It becomes pending.', (d.payment_status IN (
		'succeeded', 'failed', 'pending', 'requires_payment_method',
		'requires_confirmation')) IS NOT TRUE),
	    ('value', 'stripe_payment_intent_id', d.payment_intent_id,
	     'Another donation has this intent. It is left blank.',
	     d.payment_intent_id IS NOT NULL AND g.intent IS NULL),
	    ('value', 'stripe_payment_intent_id', NULL, 'There is no payment '
	     'intent. Stripe''s events will not find the donation.',
	     d.payment_intent_id IS NULL))
	    v (kind, name, value, message, wrong)
	WHERE v.wrong AND (v.kind = 'row' OR NOT l.lost);
	INSERT INTO donations (donation_id, voter_id, campaign_id, amount,
	    currency, amount_received, status, payment_intent_id, first_name,
	    last_name, address_line1, address_line2, address_city,
	    address_state, address_zip, employer, occupation, email,
	    phone_number, contact_email, contact_phone, contact_mail,
	    contact_sms, is_recurring, covers_fees, stripe_account,
	    succeeded_at, consented, created_at, updated_at)
	SELECT d.donation_id, d.person_id, d.campaign_id, g.minor, g.currency,
	    CASE g.status WHEN 'succeeded' THEN g.minor ELSE 0 END, g.status,
	    g.intent, d.first_name, d.last_name, d.address_line1,
	    d.address_line2, d.address_city, d.address_state, d.address_zip,
	    d.employer, d.occupation, x.email, x.phone_number,
	    nullif(d.contact_email, false), nullif(d.contact_phone, false),
	    nullif(d.contact_mail, false), nullif(d.contact_sms, false),
	    coalesce(d.is_recurring, false), coalesce(d.covers_fees, false),
	    CASE WHEN d.campaign_id = ANY (p_accounts) THEN d.campaign_id
		ELSE 0 END,
	    CASE g.status WHEN 'succeeded' THEN g.made_at END,
	    -- What was answered then is old by now, as in donor_consents.
	    CASE g.status WHEN 'succeeded' THEN jsonb_strip_nulls(
		jsonb_build_object('email', nullif(d.contact_email, false),
		'phone', nullif(d.contact_phone, false),
		'mail', nullif(d.contact_mail, false),
		'sms', nullif(d.contact_sms, false))) ELSE '{}' END,
	    g.made_at, coalesce(flask_time(d.updated_at), g.made_at)
	FROM flask_donations d JOIN flask_gifts g USING (donation_id)
	LEFT JOIN flask_contacts x USING (donation_id)
	WHERE g.minor BETWEEN 1 AND 99999999999 AND g.currency IS NOT NULL
	ORDER BY d.donation_id;
	INSERT INTO donation_ledger (donation_id, kind, stripe_id, state,
	    amount, happened_at, reported_at)
	SELECT d.donation_id, 'payment', coalesce(d.payment_intent_id,
	    'flask:' || d.donation_id), d.status, d.amount_received,
	    d.created_at, d.created_at
	FROM donations d WHERE d.status IN ('succeeded', 'failed')
	ORDER BY d.donation_id;
END
$$;

-- Let the sequences go on behind the highest ids.  Unlike setval(), this is
-- undone with the transaction.
CREATE FUNCTION cerberus.flask_sequences() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	t record;
	highest bigint;
BEGIN
	FOR t IN SELECT * FROM (VALUES ('campaigns', 'campaign_id'),
	    ('users', 'user_id'), ('voters', 'voter_id'),
	    ('interactions', 'interaction_id'),
	    ('survey_questions', 'question_id'),
	    ('survey_responses', 'response_id'),
	    ('donations', 'donation_id')) v (name, key)
	LOOP
		EXECUTE format('SELECT max(%I) FROM %I', t.key, t.name)
		INTO highest;
		IF highest IS NOT NULL THEN
			EXECUTE format('ALTER SEQUENCE %s RESTART WITH %s',
			    pg_get_serial_sequence('cerberus.' || t.name,
				t.key), greatest(highest, 0) + 1);
		END IF;
	END LOOP;
END
$$;

-- Make the move of what is staged.  p_accounts is that of flask_donations().
-- Return for each table how many rows the other database has, how many of them
-- are here now, and how many more were made.  What the report says is in
-- flask_notes, and the users are in flask_known.
CREATE FUNCTION cerberus.flask_move(p_accounts bigint[])
RETURNS TABLE (table_name text, found bigint, moved bigint, made bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	n bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT caller_is_admin() OR NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.flask_donations')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'This needs an admin''s API key.',
		    DETAIL = 'forbidden';
	END IF;
	n := (SELECT count(*) FROM flask_campaigns);
	ANALYZE flask_voters, flask_interactions, flask_responses,
	    flask_donations, flask_contacts;
	PERFORM flask_campaigns();
	PERFORM flask_users();
	PERFORM flask_voters();
	PERFORM flask_donors();
	PERFORM flask_memberships();
	-- What follows looks for each row's voter.
	ANALYZE campaigns, voters, campaign_voters;
	PERFORM flask_interactions();
	PERFORM flask_questions();
	ANALYZE interactions, survey_questions;
	PERFORM flask_responses();
	PERFORM flask_donations(p_accounts);
	ANALYZE survey_responses, donations, donation_ledger;
	PERFORM flask_sequences();
	RETURN QUERY VALUES
	    ('campaigns', n, n, (SELECT count(*) FROM campaigns) - n),
	    ('users', (SELECT count(*) FROM flask_users),
		(SELECT count(*) FROM flask_known), 0),
	    ('campaign_voters', (SELECT count(*) FROM flask_campaign_voters),
		(SELECT count(*) FROM flask_campaign_voters f
		JOIN campaign_voters m USING (campaign_id, voter_id)),
		(SELECT count(*) FROM campaign_voters) -
		(SELECT count(*) FROM flask_campaign_voters f
		JOIN campaign_voters m USING (campaign_id, voter_id))),
	    ('interactions', (SELECT count(*) FROM flask_interactions),
		(SELECT count(*) FROM interactions), 0),
	    ('survey_questions', (SELECT count(*) FROM flask_questions),
		(SELECT count(*) FROM survey_questions), 0),
	    ('survey_responses', (SELECT count(*) FROM flask_responses),
		(SELECT count(*) FROM survey_responses), 0),
	    ('donations', (SELECT count(*) FROM flask_donations),
		(SELECT count(*) FROM donations), 0);
	n := (SELECT count(*) FROM voters);
	-- There may be more donors than PostgreSQL has room for locks.
	PERFORM set_config('cerberus.bulk', 'on', true);
	PERFORM donation_record(d.donation_id)
	FROM (SELECT donation_id FROM donations WHERE succeeded_at IS NOT NULL
	    ORDER BY succeeded_at, donation_id) d;
	PERFORM set_config('cerberus.bulk', '', true);
	RETURN QUERY VALUES ('voters', n, n,
	    (SELECT count(*) FROM voters) - n);
	PERFORM audit_add('import', 'flask_backend', NULL, NULL,
	    jsonb_build_object('campaigns', (SELECT count(*) FROM campaigns),
	    'voters', n, 'donations', (SELECT count(*) FROM donations)));
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.flask_move(bigint[]) TO cerberus_stripe;

COMMIT;
