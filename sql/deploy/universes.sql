-- Deploy cerberus:universes to pg
-- requires: votes voter_details search
--
-- Indexes for the filters of voters.  docs/scaling.md says which filters have
-- none, and why.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- With the id, so that a count reads the index alone, and a page is in order.
-- Files without these columns cost nothing.
CREATE INDEX voters_congressional_district_idx
	ON cerberus.voters (congressional_district, voter_id)
	WHERE congressional_district IS NOT NULL;
CREATE INDEX voters_state_senate_district_idx
	ON cerberus.voters (state_senate_district, voter_id)
	WHERE state_senate_district IS NOT NULL;
CREATE INDEX voters_state_house_district_idx
	ON cerberus.voters (state_house_district, voter_id)
	WHERE state_house_district IS NOT NULL;
CREATE INDEX voters_ward_idx ON cerberus.voters (ward, voter_id)
	WHERE ward IS NOT NULL;
CREATE INDEX voters_registration_date_idx
	ON cerberus.voters (registration_date, voter_id)
	WHERE registration_date IS NOT NULL;

-- campaign_id is for the policies.
CREATE INDEX interactions_outcome_idx
	ON cerberus.interactions (outcome, voter_id) INCLUDE (campaign_id)
	WHERE outcome IS NOT NULL;
CREATE INDEX interactions_type_idx
	ON cerberus.interactions (interaction_type, voter_id)
	INCLUDE (campaign_id);
-- Most donations never failed, and most voters never gave.
CREATE INDEX donations_received_idx
	ON cerberus.donations (voter_id) INCLUDE (campaign_id)
	WHERE amount_received > 0;

COMMIT;
