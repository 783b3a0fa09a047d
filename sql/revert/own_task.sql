-- Revert cerberus:own_task from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER tally_added ON cerberus.voters;
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.task', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_voters();
DROP TRIGGER tally_joined ON cerberus.campaign_voters;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.task', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_joined();

DROP TRIGGER audit ON cerberus.voters;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.voters
	FOR EACH ROW WHEN (current_user IN ('cerberus_app', 'cerberus_stripe')
	    OR (current_user = 'cerberus_owner' AND (pg_trigger_depth() > 0
		OR coalesce(current_setting('cerberus.task', true), '') = '')))
	EXECUTE FUNCTION cerberus.audit_row('voter_id');

DROP FUNCTION cerberus.own_task();

COMMIT;
