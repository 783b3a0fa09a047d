-- Revert cerberus:gift_days from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER move_gift_days ON cerberus.campaigns;
DROP FUNCTION cerberus.move_gift_days();
DROP TRIGGER set_gift_days ON cerberus.donations;
DROP FUNCTION cerberus.set_gift_days();
DROP FUNCTION cerberus.stripe_method(jsonb);
ALTER TABLE cerberus.donations DROP received_on, DROP counts_on,
	DROP method, DROP check_number, DROP deposited_on, DROP voided_at,
	DROP void_reason, DROP note;

COMMIT;
