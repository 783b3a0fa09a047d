-- Deploy cerberus:gift_import to pg
-- requires: gift_stage voter_find
--
-- Apply what gift_stage has: refunds, what only one report says, the ends of
-- series; and the functions that the programs call.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Write the refunds.  One that exceeds what is left is a conflict.  ActBlue
-- refunds a line item once and as a whole, so its id is that of the refund.
CREATE FUNCTION cerberus.gift_refund(p_campaign_id bigint, p_source text,
	p_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	ids bigint[];
BEGIN
	WITH asked AS (
		SELECT DISTINCT ON (d.donation_id, key.id) s.line,
		    d.donation_id, d.currency, d.external_id, key.id,
		    coalesce(s.refund_amount, s.amount) AS amount,
		    d.amount_received - d.amount_refunded AS rest,
		    gift_time(s.refunded_at, p_zone) AS refunded_at
		FROM pg_temp.gift_stage s
		JOIN donations d ON d.campaign_id = p_campaign_id
		    AND d.source = p_source AND d.external_id = s.external_id
		CROSS JOIN LATERAL (SELECT p_source || ':' || CASE p_source
		    WHEN 'actblue' THEN s.external_id
		    ELSE coalesce(s.refund_id, s.external_id) END AS id) key
		WHERE s.refunded_at IS NOT NULL
		AND NOT EXISTS (SELECT FROM pg_temp.gift_problem p
		    WHERE p.line = s.line)
		AND NOT EXISTS (SELECT FROM donation_ledger l
		    WHERE l.donation_id = d.donation_id AND l.kind = 'refund'
		    AND l.stripe_id = key.id)
		ORDER BY d.donation_id, key.id, s.line
	), summed AS (
		SELECT a.*, sum(a.amount) OVER (PARTITION BY a.donation_id
		    ORDER BY a.line) AS so_far
		FROM asked a
	), written AS (
		INSERT INTO donation_ledger AS l (donation_id, kind, stripe_id,
		    state, amount, happened_at, user_id)
		SELECT a.donation_id, 'refund', a.id, 'succeeded', a.amount,
		    a.refunded_at, caller_id()
		FROM summed a WHERE a.so_far <= a.rest
		ON CONFLICT DO NOTHING
		RETURNING l.donation_id, l.stripe_id
	), kept AS (
		INSERT INTO gift_conflicts (campaign_id, donation_id, kind,
		    known, reported, currency, happened_at)
		SELECT p_campaign_id, a.donation_id, 'refund', a.rest, a.amount,
		    a.currency, a.refunded_at
		FROM summed a WHERE a.so_far > a.rest
		ON CONFLICT DO NOTHING
	), refused AS (
		INSERT INTO pg_temp.gift_problem (line, column_name, message)
		SELECT a.line, 'refund_amount', format('The refund of %s is '
		    'more than is left of %s: kept as a conflict.',
		    money_text(a.amount, a.currency), a.external_id)
		FROM summed a WHERE a.so_far > a.rest
	), changed AS (
		INSERT INTO pg_temp.gift_changed (line)
		SELECT a.line FROM summed a JOIN written w
		    ON (w.donation_id, w.stripe_id) = (a.donation_id, a.id)
	)
	SELECT array_agg(DISTINCT w.donation_id) INTO ids FROM written w;
	PERFORM donation_settle(i) FROM unnest(ids) i;
END
$$;

-- Add what only one of file and webhook reports, and the ends of series.
CREATE FUNCTION cerberus.gift_complete(p_campaign_id bigint, p_source text,
	p_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	WITH told AS (
		SELECT s.external_id, min(s.line) AS line,
		    min(s.external_order) AS external_order,
		    min(s.recurrence) AS recurrence,
		    min(s.conduit_fee) AS conduit_fee,
		    min(s.disbursed_on) AS disbursed_on
		FROM pg_temp.gift_stage s
		WHERE s.external_id IS NOT NULL AND NOT EXISTS (SELECT
		    FROM pg_temp.gift_problem p WHERE p.line = s.line)
		GROUP BY s.external_id
	), filled AS (
		UPDATE donations d
		SET external_order = coalesce(d.external_order,
			t.external_order),
		    recurrence = coalesce(d.recurrence, t.recurrence),
		    conduit_fee = coalesce(d.conduit_fee, t.conduit_fee),
		    disbursed_on = coalesce(d.disbursed_on, t.disbursed_on)
		FROM told t
		WHERE d.campaign_id = p_campaign_id AND d.source = p_source
		AND d.external_id = t.external_id
		AND (d.external_order IS NULL AND t.external_order IS NOT NULL
		    OR d.recurrence IS NULL AND t.recurrence IS NOT NULL
		    OR d.conduit_fee IS NULL AND t.conduit_fee IS NOT NULL
		    OR d.disbursed_on IS NULL AND t.disbursed_on IS NOT NULL)
		RETURNING t.line
	)
	INSERT INTO pg_temp.gift_changed (line) SELECT f.line FROM filled f;

	INSERT INTO pg_temp.gift_problem (line, column_name, message)
	SELECT s.line, 'external_order', format('No gift has the number %s: '
	    'import the gifts first.', s.external_order)
	FROM pg_temp.gift_stage s
	WHERE s.canceled_at IS NOT NULL AND NOT EXISTS (SELECT FROM donations d
	    WHERE d.campaign_id = p_campaign_id AND d.source = p_source
	    AND d.external_order = s.external_order);
	WITH ended AS (
		UPDATE donations d
		SET recurring_canceled_at = c.at
		FROM (SELECT DISTINCT ON (s.external_order) s.external_order,
		    s.line, gift_time(s.canceled_at, p_zone) AS at
		    FROM pg_temp.gift_stage s WHERE s.canceled_at IS NOT NULL
		    ORDER BY s.external_order, s.line) c
		WHERE d.campaign_id = p_campaign_id AND d.source = p_source
		AND d.external_order = c.external_order
		AND d.recurring_canceled_at IS NULL
		RETURNING c.line
	)
	INSERT INTO pg_temp.gift_changed (line) SELECT e.line FROM ended e;
END
$$;

-- Apply what is staged.  rejected: lines with a problem, which gift_problem has.
CREATE FUNCTION cerberus.gift_apply(p_campaign_id bigint, p_source text)
RETURNS TABLE (created bigint, updated bigint, unchanged bigint,
	rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	zone text := (SELECT coalesce(k.time_zone, c.time_zone)
	    FROM campaigns c LEFT JOIN conduits k ON k.source = p_source
	    WHERE c.campaign_id = p_campaign_id);
BEGIN
	ANALYZE pg_temp.gift_stage;
	INSERT INTO pg_temp.gift_problem (line, column_name, message)
	SELECT s.line, t.name, t.name || ' must not be in the future.'
	FROM pg_temp.gift_stage s CROSS JOIN LATERAL (VALUES
	    ('paid_at', s.paid_at), ('refunded_at', s.refunded_at),
	    ('canceled_at', s.canceled_at)) t (name, value)
	WHERE gift_time(t.value, zone) > now() + interval '1 day';
	PERFORM gift_add(p_campaign_id, p_source, zone);
	PERFORM gift_compare(p_campaign_id, p_source, zone);
	PERFORM gift_refund(p_campaign_id, p_source, zone);
	PERFORM gift_complete(p_campaign_id, p_source, zone);
	RETURN QUERY SELECT c.created, c.updated,
	    c.staged - c.created - c.updated - c.rejected, c.rejected
	FROM (SELECT
	    (SELECT count(*) FROM pg_temp.gift_stage) AS staged,
	    (SELECT count(*) FROM pg_temp.gift_fresh f WHERE f.line NOT IN
		(SELECT p.line FROM pg_temp.gift_problem p)) AS created,
	    (SELECT count(DISTINCT g.line) FROM pg_temp.gift_changed g
		WHERE g.line NOT IN (SELECT f.line FROM pg_temp.gift_fresh f)
		AND g.line NOT IN (SELECT p.line FROM pg_temp.gift_problem p))
		AS updated,
	    (SELECT count(DISTINCT p.line) FROM pg_temp.gift_problem p)
		AS rejected) c;
END
$$;

-- Merge the file that the caller has staged.  CB404 and CB403 if they may not.
CREATE FUNCTION cerberus.gift_merge(p_campaign_id bigint, p_source text)
RETURNS TABLE (created bigint, updated bigint, unchanged bigint,
	rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id AND (caller_is_admin()
		OR p_campaign_id = ANY (caller_campaigns('viewer')))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id), DETAIL = 'not_found';
	END IF;
	IF NOT coalesce(caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('manager')), false)
	OR NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.gift_stage')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.',
		    DETAIL = 'forbidden';
	END IF;
	-- See voter_find().
	PERFORM set_config('cerberus.bulk', CASE WHEN count(*) > 500
	    THEN 'on' ELSE '' END, true) FROM pg_temp.gift_stage;
	RETURN QUERY SELECT a.* FROM gift_apply(p_campaign_id, p_source) a;
	-- Reports are planned by these statistics; with those of a table that was
	-- much smaller they take minutes.
	IF current_setting('cerberus.bulk', true) = 'on' THEN
		ANALYZE donations, donation_ledger;
	END IF;
	PERFORM set_config('cerberus.bulk', '', true);
END
$$;

-- Apply what a source's webhook reports: an array of objects with the columns of
-- the stage.  The program has checked who sends it.  CB404 if there is no such
-- campaign, or no gift of a series that has ended; CB400 for a time in the
-- future.  rejected: those that were kept as conflicts.
CREATE FUNCTION cerberus.gift_take(p_campaign_id bigint, p_source text,
	p_gifts jsonb)
RETURNS TABLE (created bigint, updated bigint, unchanged bigint,
	rejected bigint)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	problem record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id), DETAIL = 'not_found';
	END IF;
	PERFORM gift_tables();
	INSERT INTO pg_temp.gift_stage
	SELECT (jsonb_populate_record(NULL::pg_temp.gift_stage,
	    g.value || jsonb_build_object('line', g.n))).*
	FROM jsonb_array_elements(p_gifts) WITH ORDINALITY g (value, n);
	RETURN QUERY SELECT a.* FROM gift_apply(p_campaign_id, p_source) a;
	SELECT p.column_name, p.message INTO problem
	FROM pg_temp.gift_problem p
	WHERE p.column_name NOT IN ('amount', 'refund_amount') LIMIT 1;
	IF problem.column_name = 'external_order' THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = problem.message, DETAIL = 'not_found';
	ELSIF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    COLUMN = problem.column_name, MESSAGE = problem.message;
	END IF;
	-- The session may have more deliveries in one transaction.
	DROP TABLE pg_temp.gift_stage, pg_temp.gift_fresh,
	    pg_temp.gift_changed, pg_temp.gift_problem;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.gift_merge(bigint, text),
	cerberus.gift_take(bigint, text, jsonb) TO cerberus_stripe;

COMMIT;
