-- Deploy cerberus:gift_stage to pg
-- requires: gift_sources gift_lists
--
-- What ActBlue and others report of gifts: the stage that files and webhooks
-- fill, and the gifts that are made of it.  A gift is known by its source and the
-- source's own id, so nothing counts twice, whether it comes in a file, in
-- another file, or by the webhook.  gift_import has the other steps.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A time that the program has checked: with an offset, or without one in a zone.
CREATE FUNCTION cerberus.gift_time(p_text text, p_zone text)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_text ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$'
	    AND p_text ~ ':' THEN p_text::timestamptz
	ELSE p_text::timestamp AT TIME ZONE p_zone END
$$;

-- Create the empty stage.  Amounts are in minor units.  A row reports a payment,
-- with refunded_at also its refund, or with canceled_at alone the end of a
-- series.
CREATE FUNCTION cerberus.gift_tables() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE gift_stage (line bigint, external_id text,
	    external_order text, amount bigint, currency text, paid_at text,
	    refunded_at text, refund_id text, refund_amount bigint,
	    canceled_at text, is_recurring boolean, recurrence integer,
	    conduit_fee bigint, disbursed_on date, first_name text,
	    last_name text, address_line1 text, address_line2 text,
	    address_city text, address_state text, address_zip text,
	    address_country text, employer text, occupation text, email text,
	    phone_number text, refcode text, refcode2 text, election text)
	    ON COMMIT DROP;
	-- Gifts that are new, lines that changed something, lines that did not.
	CREATE TEMPORARY TABLE gift_fresh (donation_id bigint,
	    line bigint, paid_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE gift_changed (line bigint) ON COMMIT DROP;
	CREATE TEMPORARY TABLE gift_problem (line bigint, column_name text,
	    message text) ON COMMIT DROP;
END
$$;

-- The same for a file that the caller sends by COPY.
CREATE FUNCTION cerberus.gift_stage() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF caller_id() IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	PERFORM gift_tables();
	GRANT INSERT ON pg_temp.gift_stage TO cerberus_stripe;
	GRANT SELECT ON pg_temp.gift_problem TO cerberus_stripe;
END
$$;

-- Make the gifts that are new.
CREATE FUNCTION cerberus.gift_add(p_campaign_id bigint, p_source text,
	p_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	here text := (SELECT c.time_zone FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id);
BEGIN
	WITH made AS (
		INSERT INTO donations AS d (campaign_id, source, external_id,
		    external_order, amount, currency, method, received_on,
		    is_recurring, recurrence, conduit_fee, disbursed_on,
		    first_name, last_name, address_line1, address_line2,
		    address_city, address_state, address_zip, address_country,
		    employer, occupation, email, phone_number, refcode,
		    refcode2, election)
		SELECT DISTINCT ON (s.external_id) p_campaign_id, p_source,
		    s.external_id, s.external_order, s.amount, s.currency,
		    'other', (gift_time(s.paid_at, p_zone)
			AT TIME ZONE here)::date,
		    coalesce(s.is_recurring, false), s.recurrence,
		    s.conduit_fee, s.disbursed_on, s.first_name, s.last_name,
		    s.address_line1, s.address_line2, s.address_city,
		    s.address_state, s.address_zip, s.address_country,
		    s.employer, s.occupation, s.email, s.phone_number,
		    s.refcode, s.refcode2, s.election
		FROM pg_temp.gift_stage s
		WHERE s.amount IS NOT NULL AND NOT EXISTS (SELECT
		    FROM pg_temp.gift_problem p WHERE p.line = s.line)
		ORDER BY s.external_id, s.line
		ON CONFLICT (campaign_id, source, external_id)
		    WHERE source IS NOT NULL DO NOTHING
		RETURNING d.donation_id, d.external_id, d.amount
	), first AS (
		SELECT DISTINCT ON (s.external_id) m.donation_id, m.amount,
		    m.external_id, s.line,
		    gift_time(s.paid_at, p_zone) AS paid_at
		FROM made m JOIN pg_temp.gift_stage s USING (external_id)
		WHERE s.amount = m.amount AND NOT EXISTS (SELECT
		    FROM pg_temp.gift_problem p WHERE p.line = s.line)
		ORDER BY s.external_id, s.line
	), paid AS (
		INSERT INTO donation_ledger (donation_id, kind, stripe_id,
		    state, amount, happened_at, user_id)
		SELECT f.donation_id, 'payment', p_source || ':' ||
		    f.external_id, 'succeeded', f.amount, f.paid_at,
		    caller_id()
		FROM first f
	)
	INSERT INTO pg_temp.gift_fresh (donation_id, line, paid_at)
	SELECT f.donation_id, f.line, f.paid_at FROM first f;
	PERFORM donation_settle(f.donation_id)
	FROM (SELECT donation_id FROM pg_temp.gift_fresh ORDER BY paid_at,
	    donation_id) f;
END
$$;

-- Keep what contradicts a gift as a conflict.
CREATE FUNCTION cerberus.gift_compare(p_campaign_id bigint, p_source text,
	p_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	WITH other AS (
		SELECT s.line, d.donation_id, d.external_id, d.amount AS known,
		    d.currency AS known_currency, s.amount, s.currency,
		    gift_time(s.paid_at, p_zone) AS paid_at
		FROM pg_temp.gift_stage s
		JOIN donations d ON d.campaign_id = p_campaign_id
		    AND d.source = p_source AND d.external_id = s.external_id
		WHERE (s.amount, s.currency) <> (d.amount, d.currency)
		AND NOT EXISTS (SELECT FROM pg_temp.gift_problem p
		    WHERE p.line = s.line)
	), kept AS (
		INSERT INTO gift_conflicts (campaign_id, donation_id, kind,
		    known, reported, currency, happened_at)
		SELECT DISTINCT ON (o.donation_id, o.amount, o.currency)
		    p_campaign_id, o.donation_id, 'amount', o.known, o.amount,
		    o.currency, o.paid_at
		FROM other o
		ORDER BY o.donation_id, o.amount, o.currency, o.line
		ON CONFLICT DO NOTHING
	)
	INSERT INTO pg_temp.gift_problem (line, column_name, message)
	SELECT o.line, 'amount', format('%s is known with %s %s, not %s %s: '
	    'kept as a conflict.', o.external_id,
	    money_text(o.known, o.known_currency), o.known_currency,
	    money_text(o.amount, o.currency), o.currency)
	FROM other o;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.gift_stage() TO cerberus_stripe;

COMMIT;
