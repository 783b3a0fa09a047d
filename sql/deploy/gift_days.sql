-- Deploy cerberus:gift_days to pg
-- requires: campaign_committee
-- requires: ledger_reports
--
-- How a donation was given, and the day on which it counts, in the campaign's
-- time zone.  Every report and filter uses that day.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- method: card and ach are payments by Stripe, the others are recorded by
-- managers.  received_on: the day of success of a payment, null until then; of
-- other donations the day that the manager gave.  counts_on: that day, or the
-- day on which an unpaid donation was made.
ALTER TABLE cerberus.donations
	ADD received_on	date,
	ADD counts_on	date,
	ADD method	varchar(10) NOT NULL DEFAULT 'card'
		CHECK (method IN ('card', 'ach', 'check', 'cash', 'in_kind',
		    'other')),
	ADD check_number varchar(50),
	ADD deposited_on date,
	ADD voided_at	timestamptz,
	ADD void_reason	varchar(500),
	ADD note	varchar(2000);

-- This is not a change of the donations that exist: it is not audited.
ALTER TABLE cerberus.donations DISABLE TRIGGER USER;
UPDATE cerberus.donations d
SET received_on = (d.succeeded_at AT TIME ZONE c.time_zone)::date,
    counts_on = (coalesce(d.succeeded_at, d.created_at)
	AT TIME ZONE c.time_zone)::date
FROM cerberus.campaigns c WHERE c.campaign_id = d.campaign_id;
ALTER TABLE cerberus.donations ENABLE TRIGGER USER;

-- How a charge at Stripe was paid, or the charge of an intent: card or ach;
-- null if the object does not say.
CREATE FUNCTION cerberus.stripe_method(p_object jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN m.type IN ('us_bank_account', 'ach_debit',
		'ach_credit_transfer') THEN 'ach'
	    WHEN m.type IS NOT NULL THEN 'card' END
	FROM (SELECT coalesce(
	    p_object #>> '{payment_method_details,type}',
	    p_object #>> '{latest_charge,payment_method_details,type}',
	    p_object #>> '{charges,data,0,payment_method_details,type}',
	    -- The only method that the intent allows.
	    CASE WHEN p_object -> 'payment_method_types'
		= '["us_bank_account"]' THEN 'us_bank_account' END) AS type) m
$$;

CREATE FUNCTION cerberus.set_gift_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	zone text := (SELECT c.time_zone FROM campaigns c
	    WHERE c.campaign_id = NEW.campaign_id);
BEGIN
	IF NEW.method IN ('card', 'ach') THEN
		NEW.received_on := (NEW.succeeded_at AT TIME ZONE zone)::date;
	END IF;
	NEW.counts_on := coalesce(NEW.received_on,
	    (NEW.created_at AT TIME ZONE zone)::date);
	RETURN NEW;
END
$$;
CREATE TRIGGER set_gift_days BEFORE INSERT OR UPDATE
	ON cerberus.donations FOR EACH ROW
	EXECUTE FUNCTION cerberus.set_gift_days();

-- A campaign's new time zone applies to all of its donations.
CREATE FUNCTION cerberus.move_gift_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE donations d SET campaign_id = d.campaign_id
	WHERE d.campaign_id = NEW.campaign_id;
	RETURN NULL;
END
$$;
CREATE TRIGGER move_gift_days AFTER UPDATE OF time_zone
	ON cerberus.campaigns FOR EACH ROW
	WHEN (OLD.time_zone <> NEW.time_zone)
	EXECUTE FUNCTION cerberus.move_gift_days();

ALTER TABLE cerberus.donations
	ALTER counts_on SET NOT NULL,
	ADD CHECK (method IN ('card', 'ach') OR received_on IS NOT NULL);
CREATE INDEX donations_counts_on_idx ON cerberus.donations
	(campaign_id, counts_on);
CREATE INDEX donations_day_idx ON cerberus.donations (counts_on, donation_id);

COMMIT;
