-- Deploy cerberus:fec to pg
-- requires: gift_totals gift_codes state_names gift_sources recurring_gifts
--
-- Rows of the FEC's electronic filing format, version 8.5: Schedule A (receipts,
-- 45 fields) and Schedule B (refunds, 44 fields).  docs/fec.md names the fields
-- and the sources.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A text as the format allows it: printable ASCII of at most this width.
-- Letters lose their accents; what else is not ASCII becomes a space.
CREATE FUNCTION cerberus.fec_text(p_text text, p_width integer) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT nullif(btrim(left(btrim(regexp_replace(
	    cerberus.unaccent('cerberus.unaccent', normalize(p_text)),
	    '[^!-~]+', ' ', 'g')), p_width)), '')
$$;

-- Minor units of US dollars as dollars: 250.00.
CREATE FUNCTION cerberus.fec_amount(p_amount bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT to_char(p_amount / 100.0, 'FM999999990.00')
$$;

-- One row of the format: fields separated by ASCII 28, null ones empty.
CREATE FUNCTION cerberus.fec_line(p_fields text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_to_string(p_fields, chr(28), '')
$$;

-- A donor's columns as the format requires them.  If a required one is missing,
-- a placeholder says so: the committee has to ask the donor (11 CFR 104.7), and
-- must not guess.
CREATE VIEW cerberus.fec_donors WITH (security_invoker = true) AS
SELECT d.donation_id,
	coalesce(cerberus.fec_text(d.last_name, 30), 'UNKNOWN') AS last_name,
	coalesce(cerberus.fec_text(d.first_name, 20), 'UNKNOWN') AS first_name,
	coalesce(cerberus.fec_text(d.address_line1, 34),
	    'INFORMATION REQUESTED') AS street_1,
	cerberus.fec_text(d.address_line2, 34) AS street_2,
	coalesce(cerberus.fec_text(d.address_city, 30),
	    'INFORMATION REQUESTED') AS city,
	CASE WHEN d.address_country <> 'US' THEN 'ZZ'
	    ELSE coalesce(cerberus.state_code(d.address_state), 'ZZ') END
	    AS state,
	coalesce(left(nullif(regexp_replace(d.address_zip, '[^0-9A-Za-z]', '',
	    'g'), ''), 9), '00000') AS zip,
	cerberus.fec_text(d.employer, 38) AS employer,
	cerberus.fec_text(d.occupation, 38) AS occupation
FROM cerberus.donations d;

-- A receipt is itemised (line 11a(i)) once its donor has given more than 200.00.
-- The gift of an individual through a conduit names it, and if it is itemised a
-- second line follows: a memo of the conduit, which does not count in the sums
-- (11 CFR 110.6(c)(2)).  Its total is that of the conduit in the period.
CREATE VIEW cerberus.fec_receipts WITH (security_invoker = true) AS
SELECT d.donation_id, d.voter_id, d.campaign_id, d.amount, d.currency,
	d.status, d.method, d.source, d.refcode, d.election,
	d.first_donation_id, d.recurring_status, d.created_at, c.committee_id,
	g.day AS counts_on, concat_ws(chr(13) || chr(10), cerberus.fec_line(ARRAY[
	CASE WHEN g.total > 20000 THEN 'SA11AI' ELSE 'SA11AII' END,
	c.committee_id, 'D' || d.donation_id, NULL, NULL, 'IND', NULL,
	f.last_name, f.first_name, NULL, NULL, NULL, f.street_1, f.street_2,
	f.city, f.state, f.zip, d.election, NULL, to_char(g.day, 'YYYYMMDD'),
	cerberus.fec_amount(g.amount), cerberus.fec_amount(g.total),
	'Earmarked through ' || k.name,
	coalesce(f.employer, CASE WHEN g.total > 20000
	    THEN 'INFORMATION REQUESTED' END),
	coalesce(f.occupation, CASE WHEN g.total > 20000
	    THEN 'INFORMATION REQUESTED' END),
	-- The donor as a committee or candidate, the conduit, memo.
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	k.name, k.street, NULL, k.city, k.state, k.zip, NULL,
	'Earmarked through ' || k.name, NULL]),
	CASE WHEN k.name IS NOT NULL AND g.total > 20000
	THEN cerberus.fec_line(ARRAY['SA11AI', c.committee_id,
	'E' || d.donation_id, 'D' || d.donation_id, 'SA11AI', 'COM', k.name,
	NULL, NULL, NULL, NULL, NULL, k.street, NULL, k.city, k.state, k.zip,
	d.election, NULL, to_char(coalesce(d.disbursed_on, g.day), 'YYYYMMDD'),
	cerberus.fec_amount(g.amount), cerberus.fec_amount(sum(g.amount) OVER (
	    PARTITION BY d.campaign_id, d.source, cerberus.gift_period(
		c.committee_kind, coalesce(c.cycle_starts_on, c.start_date),
		g.day)
	    ORDER BY g.day, d.donation_id)::bigint),
	'Total earmarked through conduit. Limit not affected.', NULL, NULL,
	k.committee_id, k.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'X', NULL, NULL]) END) AS line
FROM cerberus.gift_totals g
JOIN cerberus.donations d ON d.donation_id = g.donation_id
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
JOIN cerberus.fec_donors f ON f.donation_id = d.donation_id
LEFT JOIN cerberus.conduits k ON k.source = d.source
WHERE g.kind = 'gift';

-- A refund refers to its receipt.  Refunds to individuals are on line 20(a) of a
-- candidate's report, and on 28(a) of others.  One that the conduit paid names
-- it.
CREATE VIEW cerberus.fec_refunds WITH (security_invoker = true) AS
SELECT d.donation_id, d.voter_id, d.campaign_id, d.amount, d.currency,
	d.status, d.method, d.source, d.refcode, d.election,
	d.first_donation_id, d.recurring_status, d.created_at, c.committee_id,
	g.day AS counts_on, cerberus.fec_line(ARRAY[
	CASE WHEN c.committee_kind = 'candidate' THEN 'SB20A' ELSE 'SB28A' END,
	c.committee_id, 'R' || g.ledger_id, 'D' || d.donation_id, 'SA11AI',
	'IND', NULL, f.last_name, f.first_name, NULL, NULL, NULL, f.street_1,
	f.street_2, f.city, f.state, f.zip, d.election, NULL,
	to_char(g.day, 'YYYYMMDD'), cerberus.fec_amount(-g.amount), NULL,
	CASE g.kind WHEN 'chargeback' THEN 'Contribution charged back'
	    ELSE 'Refund of contribution' END,
	-- The category of refunds, the beneficiary, the conduit, memo.
	'010', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	k.name, k.street, NULL, k.city, k.state, k.zip, NULL,
	'Refunded through ' || k.name, NULL]) AS line
FROM cerberus.gift_totals g
JOIN cerberus.donations d ON d.donation_id = g.donation_id
JOIN cerberus.campaigns c ON c.campaign_id = d.campaign_id
JOIN cerberus.fec_donors f ON f.donation_id = d.donation_id
LEFT JOIN cerberus.conduits k ON k.source = d.source
	AND EXISTS (SELECT FROM cerberus.donation_ledger l
	    WHERE l.ledger_id = g.ledger_id
	    AND starts_with(l.stripe_id, d.source || ':'))
WHERE g.kind IN ('refund', 'chargeback');

GRANT SELECT ON cerberus.fec_donors, cerberus.fec_receipts,
	cerberus.fec_refunds TO cerberus_app;
GRANT EXECUTE ON FUNCTION cerberus.fec_text(text, integer),
	cerberus.fec_amount(bigint), cerberus.fec_line(text[]) TO cerberus_app;

COMMIT;
