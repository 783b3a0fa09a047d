-- Deploy cerberus:ledger_reports to pg
-- requires: donation_ledger
--
-- When each fact was reported, and the states and events of older and newer
-- versions of Stripe's API.  donation_facts says which report counts.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A fact never leaves a state for one of a lower stage.  Within a stage the
-- newest report counts, and of two reports of one second the one of higher
-- rank.  So a payment that was declined can be processing again, and a dispute
-- can be lost, appealed and won; but what has succeeded stays so.
ALTER TABLE cerberus.donation_states
	ADD stage smallint NOT NULL DEFAULT 0;
UPDATE cerberus.donation_states
SET stage = CASE WHEN kind = 'refund' THEN rank
	WHEN state = 'canceled' THEN 1
	WHEN state = 'succeeded' THEN 2
	ELSE 0 END;
INSERT INTO cerberus.donation_states
	(kind, state, rank, means, comment)
VALUES
('dispute', 'unknown', -1, 'held',
 'A state that this version does not know; code has its name.  The money does '
 'not count until somebody has looked.'),
('dispute', 'appeal_needs_response', 8, 'held',
 'Lost, but the campaign may appeal (since 2026).'),
('dispute', 'appeal_under_review', 9, 'held',
 'The bank has the appeal (since 2026).'),
('dispute', 'charge_refunded', 10, 'over',
 'The campaign refunded the charge, which ended the dispute (until 2022).');

INSERT INTO cerberus.stripe_event_types (type, kind, state, comment)
VALUES ('charge.refund.updated', 'refund', NULL,
 'What endpoints of older versions get in place of refund.updated.');

-- When Stripe reported the fact; happened_at is when it took place.
ALTER TABLE cerberus.donation_ledger
	ADD reported_at timestamptz NOT NULL DEFAULT now(),
	-- A refund whose requester has not had Stripe's answer.
	ADD unanswered boolean NOT NULL DEFAULT false;
UPDATE cerberus.donation_ledger SET reported_at = greatest(happened_at,
	created_at), unanswered = (state = 'requested');

-- Some disputes name only their charge.
ALTER TABLE cerberus.stripe_events ADD charge_id varchar(255);
CREATE INDEX stripe_events_charge_idx ON cerberus.stripe_events (charge_id)
	WHERE applied_at IS NULL;
CREATE INDEX donations_charge_id_idx ON cerberus.donations (charge_id)
	WHERE charge_id IS NOT NULL;

COMMIT;
