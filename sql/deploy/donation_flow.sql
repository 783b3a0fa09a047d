-- Deploy cerberus:donation_flow to pg
-- requires: donation_ledger
-- requires: voter_find
--
-- A donation's way: begun before Stripe is called, linked to Stripe's intent,
-- moved by events.  What a crash leaves between two steps, and what mends it:
--
--	after step			here		at Stripe	mended by
--	1 the request is read		nothing		nothing		-
--	2 donation_begin		pending		nothing		nobody paid; a new try is a new row
--	3 Stripe made the intent	pending		intent		an event or reconcile: metadata names the row
--	4 donation_intent		linked		intent		nothing to mend
--	5 the donor paid		linked		succeeded	the event, or reconcile
--	6 an event came before 3 or 4	event waits	intent		donation_intent applies what waits
--	7 refund_begin			requested	nothing		reconcile refuses it after an hour
--	8 Stripe made the refund	requested	refund		an event or reconcile: metadata names the row
--	9 refund_finish			refunded	refund		nothing to mend
--
-- Locks are taken in one order: the intent, the donation, the voter.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A number of Stripe's; 0 where there is none.
CREATE FUNCTION cerberus.stripe_number(n jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN pg_catalog.jsonb_typeof(n) = 'number'
	    THEN n::numeric::bigint ELSE 0 END
$$;

-- The id of something that Stripe names, or sends whole.
CREATE FUNCTION cerberus.stripe_ref(o jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE pg_catalog.jsonb_typeof(o) WHEN 'object' THEN o ->> 'id'
	    WHEN 'string' THEN o #>> '{}' END
$$;

-- The same on each try of the same donation, and of no other, also not of one
-- with the same id in a database that was made anew.
CREATE FUNCTION cerberus.stripe_key(kind text, id bigint, at timestamptz)
RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_catalog.format('cerberus-%s-%s-%s', kind, id,
	    (extract(epoch FROM at) * 1000000)::bigint)
$$;

-- Writes one fact down.  Higher rank wins, then the later one; amounts only
-- grow.  False for a state that is not in donation_states.
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

-- One refund, as Stripe shows it.
CREATE FUNCTION cerberus.refund_fact(p_donation_id bigint, p_refund jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	asked text := p_refund #>> '{metadata,refund_id}';
	ours donation_ledger;
BEGIN
	-- The row of our own request becomes the row of Stripe's refund.
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

-- What one event says.  False for what this schema cannot read; the event
-- then stays as it is, for a later one that can.
CREATE FUNCTION cerberus.donation_fact(p_donation_id bigint, p_type text,
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
		-- What was refunded was paid, whatever else has not come yet.
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

-- The voter of a paid donation, and the interaction that tells of it, once.
CREATE FUNCTION cerberus.donation_record(p_donation_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	d donations := (SELECT t FROM donations t
	    WHERE t.donation_id = p_donation_id);
	voter bigint := d.voter_id;
	-- Donors may type anything: only an address finds or makes a voter.
	address text := CASE WHEN d.email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
	    THEN lower(d.email) END;
BEGIN
	IF d.succeeded_at IS NULL
	OR coalesce(address, d.phone_number) IS NULL AND voter IS NULL THEN
		RETURN;
	END IF;
	IF d.recorded_at IS NOT NULL THEN
		-- The name may come after the money.
		UPDATE voters v
		SET first_name = d.first_name, last_name = d.last_name
		WHERE v.voter_id = voter
		AND (v.first_name = 'Unknown' OR v.last_name = 'Donor')
		AND v.source_campaign_id = d.campaign_id
		AND d.first_name IS NOT NULL AND d.last_name IS NOT NULL;
		RETURN;
	END IF;
	IF voter IS NULL THEN
		voter := voter_find(d.campaign_id,
		    coalesce(d.first_name, 'Unknown'), NULL,
		    coalesce(d.last_name, 'Donor'),
		    address, d.phone_number, NULL, true);
		-- A new voter has what the donor said; a known one keeps
		-- what staff may have corrected.
		UPDATE voters v
		SET street_address = coalesce(v.street_address,
			left(concat_ws(' ', d.address_line1,
			    d.address_line2), 511)),
		    city = coalesce(v.city, d.address_city),
		    state = coalesce(v.state, d.address_state),
		    zip_code = coalesce(v.zip_code, d.address_zip),
		    employer = coalesce(v.employer, d.employer),
		    occupation = coalesce(v.occupation, d.occupation)
		WHERE v.voter_id = voter AND v.created_at = now()
		AND v.source_campaign_id = d.campaign_id;
	END IF;
	INSERT INTO interactions (voter_id, campaign_id, user_id,
	    interaction_type, interaction_date, outcome, notes)
	VALUES (voter, d.campaign_id, NULL, 'Donation', d.succeeded_at,
	    'Donated', format('Donation %s.', d.donation_id));
	UPDATE donations t SET voter_id = voter, recorded_at = now()
	WHERE t.donation_id = p_donation_id;
END
$$;

-- Status and amounts from the facts.
CREATE FUNCTION cerberus.donation_settle(p_donation_id bigint) RETURNS void
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

	SELECT coalesce(sum(l.amount) FILTER (WHERE s.means = 'out'), 0) AS sent,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'back'), 0) AS back,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'sum'), 0) AS told,
	    coalesce(sum(l.amount) FILTER (WHERE s.means = 'held'), 0) AS held,
	    coalesce(bool_or(s.means IN ('held', 'inquiry')), false) AS disputed
	INTO sums
	FROM donation_ledger l
	JOIN donation_states s ON s.kind = l.kind AND s.state = l.state
	WHERE l.donation_id = p_donation_id;
	-- The charge's sum may tell of refunds that nobody named yet; those
	-- that came back were in it once.
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

-- The donation of an intent, locked; null when there is none yet.  Metadata
-- finds a row whose request died before it had Stripe's answer, when
-- everything about it agrees.
CREATE FUNCTION cerberus.donation_of(p_account bigint, p_intent text,
	p_object jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	named text := p_object #>> '{metadata,donation_id}';
	found_id bigint;
BEGIN
	SELECT d.donation_id INTO found_id FROM donations d
	WHERE d.payment_intent_id = p_intent AND d.stripe_account = p_account
	FOR UPDATE;
	IF found_id IS NULL AND named ~ '^[0-9]{1,18}$'
	AND p_object ->> 'object' IN ('payment_intent', 'charge') THEN
		UPDATE donations d SET payment_intent_id = p_intent
		WHERE d.donation_id = named::bigint
		AND d.payment_intent_id IS NULL
		AND d.stripe_account = p_account
		AND d.campaign_id::text = p_object #>> '{metadata,campaign_id}'
		AND d.amount = stripe_number(p_object -> 'amount')
		AND d.currency = p_object ->> 'currency'
		AND stripe_key('donation', d.donation_id, d.created_at) =
		    coalesce(p_object #>> '{metadata,donation_key}',
		    stripe_key('donation', d.donation_id, d.created_at))
		AND NOT EXISTS (SELECT FROM donations other
		    WHERE other.payment_intent_id = p_intent)
		RETURNING d.donation_id INTO found_id;
	END IF;
	RETURN found_id;
END
$$;

-- Applies every event that waits for this donation.
CREATE FUNCTION cerberus.donation_catch_up(p_donation_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	event record;
BEGIN
	FOR event IN
		SELECT e.stripe_account, e.event_id, e.type, e.created,
		    e.payload #> '{data,object}' AS object
		FROM stripe_events e
		JOIN donations d ON d.payment_intent_id = e.payment_intent_id
		    AND d.stripe_account = e.stripe_account
		WHERE d.donation_id = p_donation_id AND e.applied_at IS NULL
		AND EXISTS (SELECT FROM stripe_event_types t
		    WHERE t.type = e.type)
		ORDER BY e.created, e.event_id
	LOOP
		IF donation_fact(p_donation_id, event.type, event.object,
		    event.created) THEN
			UPDATE stripe_events e SET applied_at = now()
			WHERE e.stripe_account = event.stripe_account
			AND e.event_id = event.event_id;
		END IF;
	END LOOP;
	PERFORM donation_settle(p_donation_id);
END
$$;

-- One at a time for an intent: an event and the answer that brings its
-- donation would miss each other otherwise.
CREATE FUNCTION cerberus.lock_intent(p_intent text) RETURNS void
LANGUAGE sql VOLATILE AS $$
	SELECT pg_catalog.pg_advisory_xact_lock(
	    pg_catalog.hashtextextended(p_intent, 3))
$$;

-- Stores an event once and applies it.  The signature is checked already;
-- p_account says by whose secret, p_campaign_id which campaign the address
-- names, if any; 404 where there is none of that id.  Returns what became of
-- the event: applied, seen (before), waiting (for its donation), ignored (a
-- type that is not ours).
CREATE FUNCTION cerberus.stripe_event(p_account bigint, p_event jsonb,
	p_campaign_id bigint DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	object jsonb := p_event #> '{data,object}';
	intent text := CASE object ->> 'object' WHEN 'payment_intent'
	    THEN object ->> 'id'
	    ELSE stripe_ref(object -> 'payment_intent') END;
	ours boolean := EXISTS (SELECT FROM stripe_event_types t
	    WHERE t.type = p_event ->> 'type');
	donation bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF p_campaign_id IS NOT NULL AND NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id),
		    DETAIL = 'not_found';
	END IF;
	INSERT INTO stripe_events (stripe_account, event_id, type,
	    payment_intent_id, payload, created, applied_at)
	VALUES (p_account, p_event ->> 'id', p_event ->> 'type', intent,
	    p_event, to_timestamp(stripe_number(p_event -> 'created')),
	    CASE WHEN NOT ours THEN now() END)
	ON CONFLICT (stripe_account, event_id) DO NOTHING;
	IF NOT FOUND THEN
		RETURN 'seen';
	END IF;
	IF NOT ours THEN
		RETURN 'ignored';
	END IF;
	IF intent IS NULL THEN
		RETURN 'waiting';
	END IF;
	PERFORM lock_intent(intent);
	donation := donation_of(p_account, intent, object);
	IF donation IS NULL THEN
		RETURN 'waiting';
	END IF;
	PERFORM donation_catch_up(donation);
	RETURN 'applied';
END
$$;

-- Over 200 USD a committee has to know who the donor works for.  Visitors see
-- the answer, so it depends on this donation alone, never on what anybody has
-- given before; the treasurer's lists tell of totals.
CREATE FUNCTION cerberus.employer_needed(p_amount bigint, p_currency text,
	p_employer text, p_occupation text)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT p_currency = 'usd' AND p_amount > 20000
	    AND (p_employer IS NULL OR p_occupation IS NULL)
$$;

-- Writes a donation down before Stripe is called.  p_account is null where no
-- key is configured: then nothing is written, and donation_id is null.  No row
-- where there is no such campaign.  A visitor can provoke both as often as they
-- like, so neither is an error that PostgreSQL would log.
-- over_limit says by how much this donation alone passes p_limit, if it does.
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
	    cerberus.stripe_key('donation', d.donation_id, d.created_at)
	INTO donation_begin.donation_id, donation_begin.stripe_key;
	donation_begin.needs_employer := employer_needed(p_amount, p_currency,
	    donor.employer, donor.occupation);
	donation_begin.over_limit := CASE WHEN p_amount > p_limit
	    THEN p_amount - p_limit END;
	RETURN NEXT;
END
$$;

-- Stripe has made the intent: links it, and applies what came for it already.
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

-- Stripe would not make an intent: nobody was charged.
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

-- The donor's details, from whoever knows the intent.  Only what is given
-- changes.  Once the payment has succeeded a visitor can fill what is still
-- blank, for a day after the donation was begun; staff who may write the
-- campaign's donations can change everything at any time.  No row where there
-- is no such intent; donation_id is null for a visitor who comes too late.
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

-- A manager asks for a refund; p_amount null: all that is left.  The request
-- is a row before Stripe is called, so that two at once cannot pass the sum.
CREATE FUNCTION cerberus.refund_begin(p_donation_id bigint, p_amount bigint,
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
	-- The row's id is part of its own name, which reconcile knows it by.
	INSERT INTO donation_ledger AS l (ledger_id, donation_id, kind,
	    stripe_id, state, amount, reason, user_id)
	SELECT n, p_donation_id, 'refund', 'request-' || n, 'requested',
	    refund_begin.amount, p_reason, caller_id()
	FROM nextval(pg_get_serial_sequence('cerberus.donation_ledger',
	    'ledger_id')) n
	RETURNING l.ledger_id,
	    cerberus.stripe_key('refund', l.ledger_id, l.created_at)
	INTO refund_begin.ledger_id, refund_begin.stripe_key;
	refund_begin.payment_intent_id := d.payment_intent_id;
	refund_begin.stripe_account := d.stripe_account;
	RETURN NEXT;
END
$$;

-- Stripe's answer to a request: the refund, or null and why not.
CREATE FUNCTION cerberus.refund_finish(p_ledger_id bigint, p_refund jsonb,
	p_code text, p_message text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	donation bigint := (SELECT l.donation_id FROM donation_ledger l
	    WHERE l.ledger_id = p_ledger_id);
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	-- An event may have been faster and taken the row's place.
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

-- A donation's state in a few words, for the table of reconcile.
CREATE FUNCTION cerberus.donation_words(p_donation_id bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT concat_ws(' ', d.status, d.amount_received || '-' ||
	    d.amount_refunded || '-' || d.amount_disputed)
	FROM donations d WHERE d.donation_id = p_donation_id
$$;

-- What reconcile found at Stripe: an intent with its newest charge and that
-- charge's refunds in it, and its disputes.  Applies all of it.
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
	stripe_reconcile.donation_id := donation_of(p_account, intent,
	    p_intent);
	stripe_reconcile.action := CASE WHEN known IS NULL THEN 'linked'
	    ELSE 'same' END;
	IF stripe_reconcile.donation_id IS NULL THEN
		-- Ours by its metadata, but no row agrees with it: the row was
		-- lost, from a backup for example.  The money was not.
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
	stripe_reconcile.before := donation_words(
	    stripe_reconcile.donation_id);

	-- Stripe's present state in the words of its events.
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
	-- A request that died on its way, and that Stripe does not list.
	UPDATE donation_ledger l
	SET state = 'refused', code = 'not_sent',
	    reason = 'The request did not reach Stripe.'
	WHERE l.donation_id = stripe_reconcile.donation_id
	AND l.kind = 'refund' AND l.state = 'requested'
	AND l.created_at < now() - interval '1 hour';
	PERFORM donation_catch_up(stripe_reconcile.donation_id);

	stripe_reconcile.after := donation_words(stripe_reconcile.donation_id);
	IF stripe_reconcile.action = 'same'
	AND stripe_reconcile.before <> stripe_reconcile.after THEN
		stripe_reconcile.action := 'mended';
	END IF;
	RETURN NEXT;
END
$$;

-- Donations whose intent Stripe did not list: nothing can mend them here.
CREATE FUNCTION cerberus.stripe_unlisted(p_account bigint,
	p_since timestamptz, p_intents text[])
RETURNS TABLE (donation_id bigint, payment_intent_id text, status text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT d.donation_id, d.payment_intent_id, d.status
	FROM donations d
	WHERE d.stripe_account = p_account AND d.created_at >= p_since
	AND d.created_at < now() - interval '10 minutes'
	AND d.payment_intent_id IS NOT NULL
	AND NOT d.payment_intent_id = ANY (p_intents)
	ORDER BY d.donation_id
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.stripe_event(bigint, jsonb, bigint),
	cerberus.donation_begin(bigint, bigint, bigint, text, jsonb, bigint),
	cerberus.donation_intent(bigint, text),
	cerberus.donation_refused(bigint, text, text),
	cerberus.donation_details(text, jsonb),
	cerberus.refund_begin(bigint, bigint, text),
	cerberus.refund_finish(bigint, jsonb, text, text),
	cerberus.stripe_reconcile(bigint, jsonb, jsonb),
	cerberus.stripe_unlisted(bigint, timestamptz, text[])
	TO cerberus_stripe;

COMMIT;
