-- Revert cerberus:campaign_committee from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER check_time_zone ON cerberus.campaigns;
DROP FUNCTION cerberus.check_time_zone();
ALTER TABLE cerberus.campaigns
	DROP donation_redirect_url, DROP time_zone, DROP cycle_starts_on,
	DROP committee_id, DROP committee_name, DROP committee_kind,
	DROP paid_for_by;

COMMIT;
