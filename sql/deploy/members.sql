-- Deploy cerberus:members to pg
-- requires: sign_in
--
-- The first and the last admin, and the members of campaigns as clients see
-- them.  Who may add a member is in policies; requests for users whom a manager
-- cannot see are in member_requests.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Create the first admin of an installation, when no user can hold a key yet.
-- Raise CB403 if there is an admin already.
CREATE FUNCTION cerberus.first_admin(p_username text, p_email text,
	p_hash text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM pg_advisory_xact_lock(hashtextextended('keep_an_admin', 4));
	IF EXISTS (SELECT FROM users WHERE role = 'admin')
	OR phc_parameters(p_hash) IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'There is an admin already, who can add others.',
		    DETAIL = 'forbidden';
	END IF;
	INSERT INTO users (username, email_address, role, password_hash)
	VALUES (p_username, p_email, 'admin', p_hash)
	RETURNING user_id INTO id;
	RETURN id;
END
$$;

-- Keep the last active admin, so that there is always a user who can admit
-- others.  This binds the programs only: an administrator of the database can
-- create a new admin.
CREATE FUNCTION cerberus.keep_an_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	-- Serialise two admins who delete each other.
	PERFORM pg_advisory_xact_lock(hashtextextended('keep_an_admin', 4));
	IF NOT EXISTS (SELECT FROM users WHERE role = 'admin' AND is_active)
	THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409',
		    MESSAGE = 'This is the last active admin.',
		    DETAIL = 'last_admin';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER keep_an_admin_updated AFTER UPDATE ON cerberus.users
	FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active
	    AND NOT (NEW.role = 'admin' AND NEW.is_active)
	    AND current_user IN ('cerberus_app', 'cerberus_stripe'))
	EXECUTE FUNCTION cerberus.keep_an_admin();
CREATE TRIGGER keep_an_admin_deleted AFTER DELETE ON cerberus.users
	FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active
	    AND current_user IN ('cerberus_app', 'cerberus_stripe'))
	EXECUTE FUNCTION cerberus.keep_an_admin();

-- The name of a user, for callers who share a campaign with them; else null.
CREATE FUNCTION cerberus.member_name(p_user_id bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
AS $$
BEGIN
	RETURN (SELECT u.username FROM users u WHERE u.user_id = p_user_id
	    AND caller_knows(p_user_id));
END
$$;

-- The members of campaigns, under the policies of campaign_members.
CREATE VIEW cerberus.members WITH (security_invoker = true) AS
SELECT m.user_id, m.campaign_id,
	cerberus.member_name(m.user_id)::varchar(100) AS username, m.role,
	m.created_at, m.updated_at
FROM cerberus.campaign_members m;

GRANT EXECUTE ON FUNCTION cerberus.first_admin(text, text, text),
	cerberus.member_name(bigint) TO cerberus_app;
GRANT SELECT ON cerberus.members TO cerberus_app;
-- currval() returns the id of the row that the transaction has inserted.
GRANT SELECT ON SEQUENCE cerberus.users_user_id_seq,
	cerberus.campaigns_campaign_id_seq TO cerberus_app;

COMMIT;
