-- Revert cerberus:payouts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP VIEW cerberus.payout_sums;
DROP FUNCTION cerberus.stripe_payout_done(bigint);
DROP FUNCTION cerberus.stripe_open_payouts(bigint);
DROP TRIGGER payout_event ON cerberus.stripe_events;
DROP FUNCTION cerberus.payout_event();
DROP FUNCTION cerberus.stripe_payout(bigint, jsonb);
DROP FUNCTION cerberus.payout_rank(text);
DROP TRIGGER take_balance ON cerberus.donations;
DROP FUNCTION cerberus.take_balance();
DROP FUNCTION cerberus.stripe_balance(bigint, jsonb, bigint);
DROP FUNCTION cerberus.donation_fees(bigint);
DROP FUNCTION cerberus.balance_kind(text, text);
ALTER TABLE cerberus.donations DROP fee, DROP net;
DROP TABLE cerberus.balance_transactions, cerberus.payouts;

COMMIT;
