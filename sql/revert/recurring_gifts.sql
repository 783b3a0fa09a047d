-- Revert cerberus:recurring_gifts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER begin_recurring ON cerberus.donations;
DROP FUNCTION cerberus.begin_recurring();
DROP TABLE cerberus.recurring_gifts;
ALTER TABLE cerberus.donations
	DROP "interval",
	DROP first_donation_id,
	DROP recurring_status,
	DROP recurring_failed_at,
	DROP recurring_failure,
	DROP invoice_id;

COMMIT;
