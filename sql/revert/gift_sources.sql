-- Revert cerberus:gift_sources from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.gift_conflicts;
ALTER TABLE cerberus.donations
	DROP source,
	DROP external_id,
	DROP external_order,
	DROP recurrence,
	DROP conduit_fee,
	DROP disbursed_on,
	DROP recurring_canceled_at;
DROP TABLE cerberus.conduits;

COMMIT;
