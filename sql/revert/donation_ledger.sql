-- Revert cerberus:donation_ledger from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.stripe_events;
DROP TABLE cerberus.donation_ledger;
DROP TABLE cerberus.stripe_event_types;
DROP TABLE cerberus.donation_states;

COMMIT;
