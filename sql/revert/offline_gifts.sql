-- Revert cerberus:offline_gifts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.offline_refund(bigint, bigint, date, text);
DROP FUNCTION cerberus.donation_void(bigint, text);
DROP FUNCTION cerberus.donation_correct(bigint, jsonb, timestamptz[]);
DROP FUNCTION cerberus.offline_gift(jsonb);
DROP FUNCTION cerberus.gift_not_future(bigint, date, text);
DROP FUNCTION cerberus.gift_noon(bigint, date);
-- The schema before this has no offline gifts: what is void stays without sum.
UPDATE cerberus.donation_ledger SET state = 'canceled'
WHERE kind = 'payment' AND state = 'voided';
DELETE FROM cerberus.donation_states
WHERE kind = 'payment' AND state = 'voided';

COMMIT;
