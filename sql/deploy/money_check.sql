-- Deploy cerberus:money_check to pg
-- requires: waiting gift_totals fec
--
-- For "cerberus donations check": the amounts of donations, computed from the
-- ledger by other code than donation_settle().
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- One row for each donation.  lost is the part of disputed that the bank keeps.
-- Refunds are the larger of those that are known one by one and those that the
-- charge counts, less the ones that failed after it was reported.  A donation
-- without a ledger has the amounts of its row.
CREATE VIEW cerberus.ledger_sums WITH (security_invoker = true) AS
SELECT d.donation_id, d.campaign_id, d.currency,
	coalesce(l.received, CASE WHEN l.donation_id IS NULL
	    THEN d.amount_received ELSE 0 END)::bigint AS received,
	CASE WHEN l.donation_id IS NULL THEN d.amount_refunded
	    ELSE l.sent + greatest(0, l.charged - l.seen) END::bigint
	    AS refunded,
	coalesce(l.disputed, d.amount_disputed)::bigint AS disputed,
	coalesce(l.lost, 0)::bigint AS lost,
	b.fee::bigint AS fee, b.net::bigint AS net
FROM cerberus.donations d
LEFT JOIN (SELECT e.donation_id,
	max(e.amount) FILTER (WHERE e.kind = 'payment'
	    AND e.state = 'succeeded') AS received,
	coalesce(sum(e.amount) FILTER (WHERE e.kind = 'refund'
	    AND e.state IN ('requires_action', 'pending', 'succeeded')), 0)
	    AS sent,
	coalesce(sum(e.amount) FILTER (WHERE e.kind = 'charge'), 0) AS charged,
	coalesce(sum(e.amount) FILTER (WHERE e.kind = 'refund'
	    AND e.happened_at <= e.told_at AND (e.state IN ('requires_action',
		'pending', 'succeeded')
	    OR e.state IN ('failed', 'canceled')
	    AND e.reported_at >= e.told_at)), 0) AS seen,
	coalesce(sum(e.amount) FILTER (WHERE e.kind = 'dispute'
	    AND s.means = 'held'), 0) AS disputed,
	coalesce(sum(e.amount) FILTER (WHERE e.kind = 'dispute'
	    AND e.state = 'lost'), 0) AS lost
    FROM (SELECT f.*, max(f.reported_at) FILTER (WHERE f.kind = 'charge')
	    OVER (PARTITION BY f.donation_id) AS told_at
	FROM cerberus.donation_ledger f) e
    JOIN cerberus.donation_states s ON s.kind = e.kind AND s.state = e.state
    GROUP BY e.donation_id) l ON l.donation_id = d.donation_id
LEFT JOIN (SELECT t.donation_id, t.currency, sum(t.fee) AS fee,
	sum(t.net) AS net
    FROM cerberus.balance_transactions t
    WHERE t.donation_id IS NOT NULL
    GROUP BY t.donation_id, t.currency) b
	ON b.donation_id = d.donation_id AND b.currency = d.currency;
GRANT SELECT ON cerberus.ledger_sums TO cerberus_app;

-- The donations whose row differs from their ledger, and how.
CREATE VIEW cerberus.ledger_differences WITH (security_invoker = true) AS
SELECT d.donation_id, d.campaign_id, v.what, v.stored, v.wanted
FROM cerberus.donations d
JOIN cerberus.ledger_sums s ON s.donation_id = d.donation_id
CROSS JOIN LATERAL (VALUES
	('amount_received', d.amount_received, s.received),
	('amount_refunded', d.amount_refunded, s.refunded),
	('amount_disputed', d.amount_disputed, s.disputed),
	('fee', d.fee, s.fee), ('net', d.net, s.net)) v (what, stored, wanted)
WHERE v.stored IS DISTINCT FROM v.wanted;
GRANT SELECT ON cerberus.ledger_differences TO cerberus_app;

-- Compare a payment intent with its latest charge, or a dispute, at Stripe with
-- what is stored.  Return the differences, to admins only; stored is null if no
-- donation has the payment.  p_campaign_id limits them to one campaign.
CREATE FUNCTION cerberus.compare_with_stripe(p_account bigint, p_object jsonb,
	p_campaign_id bigint DEFAULT NULL)
RETURNS TABLE (donation_id bigint, what text, stored bigint, wanted bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT d.donation_id, v.what, v.stored, v.wanted
	FROM (VALUES (p_object -> 'latest_charge')) c (charge)
	LEFT JOIN donations d ON d.donation_id =
	    donation_of(p_account, p_object)
	CROSS JOIN LATERAL (
	    SELECT 'amount_received', d.amount_received,
		stripe_number(p_object -> 'amount_received')
	    WHERE p_object ->> 'object' = 'payment_intent'
	    UNION ALL
	    SELECT 'amount_refunded', d.amount_refunded,
		greatest(0, stripe_number(charge -> 'amount_refunded')
		- CASE WHEN charge ? 'amount_captured'
		    THEN stripe_number(charge -> 'amount')
			- stripe_number(charge -> 'amount_captured')
		    ELSE 0 END)
	    WHERE p_object ->> 'object' = 'payment_intent'
	    AND d.amount_received > 0
	    UNION ALL
	    SELECT 'dispute ' || (p_object ->> 'id'),
		(SELECT l.amount FROM donation_ledger l
		WHERE l.donation_id = d.donation_id AND l.kind = 'dispute'
		AND l.stripe_id = p_object ->> 'id'
		AND p_object ->> 'status' IN (l.state, l.code)),
		dispute_amount(p_object)
	    WHERE p_object ->> 'object' = 'dispute') v (what, stored, wanted)
	WHERE caller_is_admin() AND v.stored IS DISTINCT FROM v.wanted
	AND (d.donation_id IS NOT NULL OR v.wanted > 0)
	AND (p_campaign_id IS NULL OR coalesce(d.campaign_id, p_account) =
	    p_campaign_id)
$$;
GRANT EXECUTE ON FUNCTION cerberus.compare_with_stripe(bigint, jsonb, bigint)
	TO cerberus_app;

COMMIT;
