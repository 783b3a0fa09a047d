-- Revert cerberus:gift_totals from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP VIEW cerberus.gift_totals;
DROP FUNCTION cerberus.gift_period(text, date, date);
DROP FUNCTION cerberus.gift_donor(bigint, bigint, text, text, text);
DROP VIEW cerberus.gift_moves;
DROP POLICY read ON cerberus.donation_states;
REVOKE SELECT ON cerberus.donation_states FROM cerberus_app;

COMMIT;
