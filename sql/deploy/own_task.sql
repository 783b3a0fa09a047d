-- Deploy cerberus:own_task to pg
-- requires: public_campaigns voter_find audit
--
-- The conditions of the triggers that cerberus.task turns off.  PostgreSQL
-- parses the condition of a trigger in each statement that fires it, which took
-- a tenth of the time of a signup; a call of this function is short.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- What a function of ours says in cerberus.task that it is doing; '' if it says
-- nothing.  What a program says there does not count, so this is '' for the
-- programs, and null for everybody else.
CREATE FUNCTION cerberus.own_task() RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE WHEN current_user = 'cerberus_owner' THEN coalesce(
		pg_catalog.current_setting('cerberus.task', true), '')
	    WHEN current_user IN ('cerberus_app', 'cerberus_stripe') THEN ''
	    END;
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.own_task() TO cerberus_app, cerberus_stripe;

-- For a signup voter_new() writes the counts and the names itself.
DROP TRIGGER tally_added ON cerberus.voters;
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (cerberus.own_task() IS DISTINCT FROM 'signup')
	EXECUTE FUNCTION cerberus.tally_voters();
DROP TRIGGER tally_joined ON cerberus.campaign_voters;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (cerberus.own_task() IS DISTINCT FROM 'signup')
	EXECUTE FUNCTION cerberus.tally_joined();

-- An import, a merge and a signup write their own entries in the audit log.
-- Within another trigger the setting does not count: a cascade runs as the owner
-- too, under whatever the caller has set.
DROP TRIGGER audit ON cerberus.voters;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.voters
	FOR EACH ROW WHEN (pg_trigger_depth() > 0
	    AND cerberus.own_task() IS NOT NULL OR cerberus.own_task() = '')
	EXECUTE FUNCTION cerberus.audit_row('voter_id');

COMMIT;
