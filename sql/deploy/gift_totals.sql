-- Deploy cerberus:gift_totals to pg
-- requires: gift_days
--
-- What each donor has given so far: the aggregates that committees file.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The views below read the states, which are not personal data.
GRANT SELECT ON cerberus.donation_states TO cerberus_app;
CREATE POLICY read ON cerberus.donation_states FOR SELECT TO cerberus_app
	USING (true);

-- Money that moved, on the day it moved in the campaign's time zone: gifts, and
-- with negative amounts refunds, disputes that were lost (kind chargeback), and
-- what a bank holds until a dispute is over (held).  ledger_id is null for the
-- gift itself.  A refund that only the sum of its charge tells of has
-- the day on which that was first reported.
CREATE VIEW cerberus.gift_moves WITH (security_invoker = true) AS
SELECT d.donation_id, NULL::bigint AS ledger_id, 'gift'::text AS kind,
	d.received_on AS day, d.amount_received AS amount
FROM cerberus.donations d
WHERE d.amount_received > 0 AND d.received_on IS NOT NULL
UNION ALL
SELECT d.donation_id, l.ledger_id, CASE WHEN l.kind = 'refund' THEN 'refund'
	WHEN l.state = 'lost' THEN 'chargeback' ELSE 'held' END,
	(l.happened_at AT TIME ZONE c.time_zone)::date, -l.amount
FROM cerberus.donation_ledger l
JOIN cerberus.donation_states s ON s.kind = l.kind AND s.state = l.state
JOIN cerberus.donations d ON d.donation_id = l.donation_id
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
WHERE l.kind = 'refund' AND s.means = 'out'
OR l.kind = 'dispute' AND s.means = 'held'
UNION ALL
SELECT d.donation_id, t.ledger_id, 'refund',
	(t.happened_at AT TIME ZONE c.time_zone)::date,
	coalesce(k.amount, 0)::bigint - d.amount_refunded
FROM cerberus.donations d
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
JOIN cerberus.donation_ledger t ON t.donation_id = d.donation_id
	AND t.kind = 'charge'
LEFT JOIN LATERAL (SELECT sum(l.amount) AS amount
	FROM cerberus.donation_ledger l
	JOIN cerberus.donation_states s ON s.kind = l.kind
	    AND s.state = l.state
	WHERE l.donation_id = d.donation_id AND l.kind = 'refund'
	AND s.means = 'out') k ON true
WHERE d.amount_refunded > coalesce(k.amount, 0);

-- Who a donor is, to add up what they gave: a voter, not an e-mail address.  A
-- donation without a voter counts by name and ZIP code, and one without a name
-- alone.
CREATE FUNCTION cerberus.gift_donor(p_donation_id bigint, p_voter_id bigint,
	p_last_name text, p_first_name text, p_zip text) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT coalesce(p_voter_id::text, CASE WHEN p_last_name IS NULL
	    THEN 'donation ' || p_donation_id
	    ELSE concat_ws('|', 'name', cerberus.name_fold(p_last_name),
	    cerberus.name_fold(p_first_name), left(p_zip, 5)) END)
$$;

-- The period in which a committee adds up what a donor gave: the year, or for a
-- candidate 1 within the election cycle and 0 before it (11 CFR 104.7(b)).
CREATE FUNCTION cerberus.gift_period(p_kind text, p_cycle date, p_day date)
RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_kind = 'candidate'
	    THEN (p_day >= coalesce(p_cycle, '-infinity'))::integer
	    ELSE extract(year FROM p_day)::integer END
$$;

-- The movements of gift_moves, except held amounts, each with the total that
-- the donor had given in the period up to and including it.
CREATE VIEW cerberus.gift_totals WITH (security_invoker = true) AS
SELECT m.donation_id, m.ledger_id, m.kind, m.day, m.amount,
	sum(m.amount) OVER (PARTITION BY d.campaign_id, d.currency,
	    cerberus.gift_period(c.committee_kind,
		coalesce(c.cycle_starts_on, c.start_date), m.day),
	    cerberus.gift_donor(d.donation_id, d.voter_id, d.last_name,
		d.first_name, d.address_zip)
	    ORDER BY m.day, m.amount < 0, m.donation_id, m.ledger_id)::bigint
	    AS total
FROM cerberus.gift_moves m
JOIN cerberus.donations d ON d.donation_id = m.donation_id
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
WHERE m.kind <> 'held';

GRANT EXECUTE ON FUNCTION
	cerberus.gift_donor(bigint, bigint, text, text, text),
	cerberus.gift_period(text, date, date) TO cerberus_app;
GRANT SELECT ON cerberus.gift_moves, cerberus.gift_totals TO cerberus_app;

COMMIT;
