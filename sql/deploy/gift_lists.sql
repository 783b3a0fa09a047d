-- Deploy cerberus:gift_lists to pg
-- requires: gift_totals gift_codes offline_gifts
--
-- What a treasurer works through: refunds by their day, donors over a limit,
-- donors whose employer is missing, and what each donor gave in a year.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- An amount of minor units in its currency's own, such as 12.50: Stripe's
-- currencies have two decimals, except these.
CREATE FUNCTION cerberus.money_text(p_amount bigint, p_currency text)
RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_currency = ANY ('{bif,clp,djf,gnf,jpy,kmf,krw,mga,'
	    'pyg,rwf,ugx,vnd,vuv,xaf,xof,xpf}') THEN p_amount::text
	WHEN p_currency = ANY ('{bhd,jod,kwd,omr,tnd}')
	    THEN to_char(p_amount / 1000.0, 'FM999999999990.000')
	ELSE to_char(p_amount / 100.0, 'FM999999999990.00') END
$$;

-- Each gift in US dollars: its donor, the period in which it counts, and what is
-- left of it after refunds and disputes that were lost.  net is the sum of its
-- gift_moves, which takes several times as long to read.
CREATE INDEX donation_ledger_lost_idx ON cerberus.donation_ledger (donation_id)
	WHERE kind = 'dispute' AND state = 'lost';
CREATE VIEW cerberus.gift_nets WITH (security_invoker = true) AS
SELECT d.donation_id, d.campaign_id, d.election, d.received_on,
	c.committee_kind,
	d.employer IS NULL OR d.occupation IS NULL AS missing,
	cerberus.gift_donor(d.donation_id, d.voter_id, d.last_name,
	    d.first_name, d.address_zip) AS donor,
	cerberus.gift_period(c.committee_kind, coalesce(c.cycle_starts_on,
	    c.start_date), d.received_on) AS period,
	d.amount_received - d.amount_refunded - coalesce(l.lost, 0) AS net
FROM cerberus.donations d
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
LEFT JOIN (SELECT e.donation_id, sum(e.amount)::bigint AS lost
    FROM cerberus.donation_ledger e
    WHERE e.kind = 'dispute' AND e.state = 'lost'
    GROUP BY e.donation_id) l ON l.donation_id = d.donation_id
WHERE d.currency = 'usd' AND d.amount_received > 0
AND d.received_on IS NOT NULL;

-- Refunds and disputes that were lost, on the day on which they took place.
CREATE VIEW cerberus.gift_refunds WITH (security_invoker = true) AS
SELECT m.ledger_id, m.donation_id, d.campaign_id, d.voter_id, m.kind,
	m.day AS refunded_on, -m.amount AS amount, d.currency, d.method,
	l.reason, d.received_on, d.first_name, d.last_name, l.user_id
FROM cerberus.gift_moves m
JOIN cerberus.donations d ON d.donation_id = m.donation_id
JOIN cerberus.donation_ledger l ON l.ledger_id = m.ledger_id
WHERE m.kind IN ('refund', 'chargeback');

-- The limits of the campaigns that have one, in US cents.  They are in the
-- programs' configuration, which sets cerberus.limits to an object of
-- campaign_id and limit for the transaction.
CREATE FUNCTION cerberus.gift_limit(p_campaign_id bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT (nullif(current_setting('cerberus.limits', true), '')::jsonb
	    ->> p_campaign_id::text)::bigint
$$;

-- The gifts of campaigns with a limit.  Those of one donor and one scope count
-- together: a candidate's limit is per election, and gifts for no election in
-- particular count together within the cycle; the limit of other committees is
-- per calendar year.
CREATE VIEW cerberus.gift_scopes WITH (security_invoker = true) AS
SELECT n.donation_id, n.campaign_id, n.received_on, n.donor, n.net,
	CASE WHEN n.committee_kind = 'candidate' THEN n.election END
	    AS election,
	CASE WHEN n.committee_kind <> 'candidate'
	    THEN extract(year FROM n.received_on)::integer END AS year,
	coalesce(CASE WHEN n.committee_kind = 'candidate' THEN n.election END,
	    n.period::text) AS scope,
	c.contribution_limit
FROM cerberus.gift_nets n
JOIN (SELECT k.campaign_id,
	cerberus.gift_limit(k.campaign_id) AS contribution_limit
	FROM cerberus.campaigns k) c
    ON c.campaign_id = n.campaign_id AND c.contribution_limit IS NOT NULL;

-- The gifts of donors who may be over a limit, with what each had given in the
-- scope by then, and in all.  Few donors are: adding up who they are first, by
-- hashing, saves to sort all gifts.
CREATE VIEW cerberus.gift_limits WITH (security_invoker = true) AS
SELECT g.*, sum(g.net) OVER (PARTITION BY g.campaign_id, g.donor, g.scope
	    ORDER BY g.received_on, g.donation_id) AS so_far, s.contributed
FROM cerberus.gift_scopes g
JOIN (SELECT t.campaign_id, t.donor, t.scope, sum(t.net) AS contributed
    FROM cerberus.gift_scopes t
    GROUP BY t.campaign_id, t.donor, t.scope, t.contribution_limit
    HAVING sum(greatest(t.net, 0)) > t.contribution_limit) s
    ON s.campaign_id = g.campaign_id AND s.donor = g.donor
    AND s.scope = g.scope;

-- The donors over a limit.  donation_id is the first gift that exceeded it; the
-- excess has to be refunded within 60 days of its receipt (11 CFR 103.3(b)(3)).
CREATE VIEW cerberus.gift_excess WITH (security_invoker = true) AS
SELECT DISTINCT ON (g.campaign_id, g.donor, g.scope)
	g.donation_id, g.campaign_id, d.voter_id, d.first_name, d.last_name,
	d.email, g.election, g.year, g.contributed::bigint AS contributed,
	g.contribution_limit,
	(g.contributed - g.contribution_limit)::bigint AS excess,
	g.received_on AS exceeded_on, g.received_on + 60 AS refund_by
FROM cerberus.gift_limits g
JOIN cerberus.donations d ON d.donation_id = g.donation_id
WHERE g.so_far > g.contribution_limit
AND g.contributed > g.contribution_limit
ORDER BY g.campaign_id, g.donor, g.scope, g.received_on, g.donation_id;

-- Donors of more than 200.00 in a period with a gift in it that lacks employer
-- or occupation, which the committee has to ask for (11 CFR 104.7).
-- donation_id is the newest such gift.
CREATE VIEW cerberus.gift_best_efforts WITH (security_invoker = true) AS
SELECT DISTINCT ON (g.campaign_id, g.donor, g.period)
	g.donation_id, g.campaign_id, d.voter_id, d.first_name, d.last_name,
	d.address_line1, d.address_line2, d.address_city, d.address_state,
	d.address_zip, d.email, d.phone_number, d.employer, d.occupation,
	g.received_on, s.total::bigint AS contributed, s.gifts
FROM (SELECT n.campaign_id, n.donor, n.period, sum(n.net) AS total,
	count(*) FILTER (WHERE n.missing) AS gifts
    FROM cerberus.gift_nets n
    GROUP BY n.campaign_id, n.donor, n.period
    HAVING sum(n.net) > 20000 AND bool_or(n.missing)) s
JOIN cerberus.gift_nets g ON g.campaign_id = s.campaign_id
    AND g.donor = s.donor AND g.period = s.period AND g.missing
JOIN cerberus.donations d ON d.donation_id = g.donation_id
ORDER BY g.campaign_id, g.donor, g.period, g.received_on DESC,
	g.donation_id DESC;

-- What each donor gave in each year, by currency, as a mail merge wants it.
-- The name and address are those of the donor's newest gift in it.
CREATE VIEW cerberus.gift_statements WITH (security_invoker = true) AS
SELECT campaign_id, year, currency, voter_id, first_name, last_name,
	address_line1, address_line2, address_city, address_state, address_zip,
	address_country, email, gifts, first_gift, last_gift,
	cerberus.money_text(given, currency) AS given,
	cerberus.money_text(refunded, currency) AS refunded,
	cerberus.money_text(given - refunded, currency) AS net, donation_id
FROM (SELECT DISTINCT ON (d.campaign_id, m.year, d.currency, m.donor)
	d.donation_id, d.campaign_id, d.currency, d.voter_id, d.first_name,
	d.last_name, d.address_line1, d.address_line2, d.address_city,
	d.address_state, d.address_zip, d.address_country, d.email, m.year,
	count(*) FILTER (WHERE m.kind = 'gift') OVER same AS gifts,
	min(m.day) FILTER (WHERE m.kind = 'gift') OVER same AS first_gift,
	max(m.day) FILTER (WHERE m.kind = 'gift') OVER same AS last_gift,
	coalesce(sum(m.amount) FILTER (WHERE m.kind = 'gift') OVER same, 0)
	    ::bigint AS given,
	-coalesce(sum(m.amount) FILTER (WHERE m.kind <> 'gift') OVER same, 0)
	    ::bigint AS refunded
	FROM (SELECT m.donation_id, m.kind, m.day, m.amount,
		extract(year FROM m.day)::integer AS year,
		cerberus.gift_donor(d.donation_id, d.voter_id, d.last_name,
		    d.first_name, d.address_zip) AS donor
		FROM cerberus.gift_moves m
		JOIN cerberus.donations d ON d.donation_id = m.donation_id
		WHERE m.kind <> 'held') m
	JOIN cerberus.donations d ON d.donation_id = m.donation_id
	WINDOW same AS (PARTITION BY d.campaign_id, m.year, d.currency, m.donor)
	ORDER BY d.campaign_id, m.year, d.currency, m.donor,
	    d.received_on DESC, d.donation_id DESC) s;

GRANT SELECT ON cerberus.gift_nets, cerberus.gift_refunds,
	cerberus.gift_scopes, cerberus.gift_limits,
	cerberus.gift_excess, cerberus.gift_best_efforts,
	cerberus.gift_statements TO cerberus_app;
GRANT EXECUTE ON FUNCTION cerberus.money_text(bigint, text),
	cerberus.gift_limit(bigint) TO cerberus_app;

COMMIT;
