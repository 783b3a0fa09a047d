-- Deploy cerberus:recurring_gifts to pg
-- requires: gift_codes
--
-- Gifts that are repeated through subscriptions at Stripe.  Each payment is a
-- donation.  The first one began the series, has its state, and is named by the
-- others.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- interval is as wide as what donors may send, of which the program takes two
-- values.  recurring_status is Stripe's word for the state of the subscription.
-- recurring_failed_at and recurring_failure: when the newest payment failed, and
-- why; null once a payment has succeeded after that.  invoice_id: of Stripe, for
-- each payment.
ALTER TABLE cerberus.donations
	ADD "interval"	varchar(255) CONSTRAINT donations_recurs_check
		CHECK ("interval" IN ('month', 'week')),
	ADD first_donation_id bigint
		REFERENCES cerberus.donations ON DELETE SET NULL,
	ADD recurring_status varchar(40),
	ADD recurring_failed_at timestamptz,
	ADD recurring_failure text,
	ADD invoice_id	varchar(255);
CREATE UNIQUE INDEX donations_invoice_id_key
	ON cerberus.donations (stripe_account, invoice_id)
	WHERE invoice_id IS NOT NULL;
CREATE INDEX donations_first_donation_id_idx
	ON cerberus.donations (first_donation_id, donation_id)
	WHERE first_donation_id IS NOT NULL;
CREATE INDEX donations_recurring_status_idx
	ON cerberus.donations (recurring_status, donation_id)
	WHERE recurring_status IS NOT NULL;

-- What the database keeps of each series.  donation_id: the first gift.
-- reported_at: when Stripe reported status.  paid_at and failed_at: the newest
-- payment, and the newest attempt that failed; failure and failure_at: the
-- newest reason.  checked_at: when reconcile last saw the subscription.  link_key
-- is a part of the secret that signs the donor's link.
CREATE TABLE cerberus.recurring_gifts (
	donation_id	bigint PRIMARY KEY
			REFERENCES cerberus.donations ON DELETE CASCADE,
	stripe_account	bigint NOT NULL,
	subscription_id	varchar(255),
	customer_id	varchar(255),
	status		varchar(40) NOT NULL DEFAULT 'incomplete',
	canceled_at	timestamptz,
	reported_at	timestamptz NOT NULL DEFAULT '-infinity',
	paid_at		timestamptz NOT NULL DEFAULT '-infinity',
	failed_at	timestamptz NOT NULL DEFAULT '-infinity',
	failure		text,
	failure_at	timestamptz NOT NULL DEFAULT '-infinity',
	checked_at	timestamptz NOT NULL DEFAULT '-infinity',
	link_key	varchar(64) NOT NULL DEFAULT replace(
			gen_random_uuid()::text || gen_random_uuid()::text,
			'-', ''),
	UNIQUE (stripe_account, subscription_id)
);
CREATE INDEX recurring_gifts_customer_id_idx
	ON cerberus.recurring_gifts (stripe_account, customer_id);

-- Only functions read and write it.
ALTER TABLE cerberus.recurring_gifts ENABLE ROW LEVEL SECURITY;

-- A donation that begins as a recurring one begins a series.
CREATE FUNCTION cerberus.begin_recurring() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO recurring_gifts (donation_id, stripe_account)
	VALUES (NEW.donation_id, NEW.stripe_account);
	RETURN NULL;
END
$$;
CREATE TRIGGER begin_recurring AFTER INSERT ON cerberus.donations
	FOR EACH ROW WHEN (NEW."interval" IS NOT NULL
	    AND NEW.first_donation_id IS NULL)
	EXECUTE FUNCTION cerberus.begin_recurring();

COMMIT;
