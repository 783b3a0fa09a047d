-- Revert cerberus:universes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP INDEX cerberus.voters_congressional_district_idx,
	cerberus.voters_state_senate_district_idx,
	cerberus.voters_state_house_district_idx,
	cerberus.voters_ward_idx,
	cerberus.voters_registration_date_idx,
	cerberus.interactions_outcome_idx,
	cerberus.interactions_type_idx,
	cerberus.donations_received_idx;

COMMIT;
