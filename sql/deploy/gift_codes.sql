-- Deploy cerberus:gift_codes to pg
-- requires: donations
--
-- Columns of donations for the source (refcodes) and the election of a gift, and
-- for what the donor has confirmed.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.donations
	ADD refcode	varchar(255),
	ADD refcode2	varchar(255),
	-- The FEC's code: primary, general, runoff or special, and the year.
	ADD election	varchar(5) CHECK (election ~ '^[PGRS][0-9]{4}$'),
	-- The words that say that the donor may give, and when they agreed.
	ADD eligibility	varchar(10000),
	ADD eligible_at	timestamptz,
	ADD CHECK ((eligibility IS NULL) = (eligible_at IS NULL));

-- Most donations have neither.
CREATE INDEX donations_refcode_idx ON cerberus.donations (refcode, donation_id)
	WHERE refcode IS NOT NULL;
CREATE INDEX donations_election_idx ON cerberus.donations
	(election, donation_id) WHERE election IS NOT NULL;

COMMIT;
