-- Verify cerberus:universes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', ARRAY[
	'CREATE INDEX btree (congressional_district, voter_id) WHERE '
	    '(congressional_district IS NOT NULL)',
	'CREATE INDEX btree (state_senate_district, voter_id) WHERE '
	    '(state_senate_district IS NOT NULL)',
	'CREATE INDEX btree (state_house_district, voter_id) WHERE '
	    '(state_house_district IS NOT NULL)',
	'CREATE INDEX btree (ward, voter_id) WHERE (ward IS NOT NULL)',
	'CREATE INDEX btree (registration_date, voter_id) WHERE '
	    '(registration_date IS NOT NULL)']);
SELECT pg_temp.expect_table('cerberus.interactions', '{}', '{}', ARRAY[
	'CREATE INDEX btree (outcome, voter_id) INCLUDE (campaign_id) WHERE '
	    '(outcome IS NOT NULL)',
	'CREATE INDEX btree (interaction_type, voter_id) INCLUDE '
	    '(campaign_id)']);
SELECT pg_temp.expect_table('cerberus.donations', '{}', '{}', ARRAY[
	'CREATE INDEX btree (voter_id) INCLUDE (campaign_id) WHERE '
	    '(amount_received > 0)']);

ROLLBACK;
