-- Revert cerberus:ledger_reports from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP INDEX cerberus.donations_charge_id_idx;
ALTER TABLE cerberus.stripe_events DROP charge_id;
ALTER TABLE cerberus.donation_ledger DROP reported_at, DROP unanswered;
DELETE FROM cerberus.stripe_event_types WHERE type = 'charge.refund.updated';
-- The states that v0.1.0 does not know become the closest that it knows.
UPDATE cerberus.donation_ledger
SET state = CASE state WHEN 'charge_refunded' THEN 'won' ELSE 'under_review' END
WHERE kind = 'dispute' AND state IN ('unknown', 'appeal_needs_response',
    'appeal_under_review', 'charge_refunded');
DELETE FROM cerberus.donation_states
WHERE kind = 'dispute' AND state IN ('unknown', 'appeal_needs_response',
    'appeal_under_review', 'charge_refunded');
ALTER TABLE cerberus.donation_states DROP stage;

COMMIT;
