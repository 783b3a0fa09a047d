-- Deploy cerberus:flask_people to pg
-- requires: flask_stage members tallies state_names voter_gender registration_states
--
-- Moving from the Flask backend: campaigns, users and voters.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Campaigns keep their ids, which are compiled into websites.  So each of them
-- is moved, whatever its name; and a campaign that was deleted, but has
-- donations, is made again.
CREATE FUNCTION cerberus.flask_campaigns() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO flask_campaigns (campaign_id)
	SELECT DISTINCT d.campaign_id FROM flask_donations d
	WHERE NOT EXISTS (SELECT FROM flask_campaigns c
	    WHERE c.campaign_id = d.campaign_id);
	INSERT INTO flask_notes
	SELECT 'value', 'campaigns', c.campaign_id, 'campaign_name', NULL,
	    CASE WHEN c.created_at IS NULL AND c.updated_at IS NULL
	    AND EXISTS (SELECT FROM flask_donations d
		WHERE d.campaign_id = c.campaign_id)
	    THEN 'The campaign has no name, or is gone although it has '
		'donations. It is named by its id.'
	    ELSE 'The campaign has no name. It is named by its id.' END
	FROM flask_campaigns c WHERE c.campaign_name IS NULL;
	UPDATE flask_campaigns c
	SET campaign_name = 'Campaign ' || c.campaign_id
	WHERE c.campaign_name IS NULL;
	WITH twice AS (
		SELECT c.campaign_id, c.campaign_name AS name, row_number()
		    OVER (PARTITION BY c.campaign_name ORDER BY c.campaign_id)
		    AS n
		FROM flask_campaigns c
	), renamed AS (
		UPDATE flask_campaigns c
		SET campaign_name = left(t.name, 230) || ' (campaign '
		    || c.campaign_id || ')'
		FROM twice t
		WHERE t.campaign_id = c.campaign_id AND t.n > 1
		RETURNING c.campaign_id, t.name
	)
	INSERT INTO flask_notes
	SELECT 'value', 'campaigns', r.campaign_id, 'campaign_name', r.name,
	    'Another campaign has this name. The id is added to it.'
	FROM renamed r;
	INSERT INTO flask_notes
	SELECT 'value', 'campaigns', c.campaign_id, v.name, v.value, v.message
	FROM flask_campaigns c CROSS JOIN LATERAL (VALUES
	    ('end_date', c.end_date::text, 'The end is before the start. It '
	     'is left blank.', c.end_date < c.start_date),
	    ('start_date', c.start_date::text, 'The date cannot be stored. '
	     'It is left blank.', flask_day(c.start_date) IS NULL
		AND c.start_date IS NOT NULL),
	    ('end_date', c.end_date::text, 'The date cannot be stored. It is '
	     'left blank.', flask_day(c.end_date) IS NULL
		AND c.end_date IS NOT NULL),
	    ('campaign_type', c.campaign_type, 'This type does not exist here. '
	     'It is kept in details.', c.campaign_type NOT IN ('Local',
		'State', 'Federal', 'Issue'))) v (name, value, message, wrong)
	WHERE v.wrong;
	INSERT INTO campaigns (campaign_id, campaign_name, start_date, end_date,
	    campaign_type, details, created_at, updated_at)
	SELECT c.campaign_id, c.campaign_name, flask_day(c.start_date),
	    CASE WHEN (c.end_date < c.start_date) IS NOT TRUE
		THEN flask_day(c.end_date) END,
	    CASE WHEN c.campaign_type IN ('Local', 'State', 'Federal', 'Issue')
		THEN c.campaign_type END,
	    CASE WHEN c.campaign_type NOT IN ('Local', 'State', 'Federal',
		'Issue') THEN jsonb_build_object('campaign_type',
		    c.campaign_type) ELSE '{}' END
	    || flask_object('details', c.details),
	    coalesce(flask_time(c.created_at), flask_time(c.updated_at), now()),
	    coalesce(flask_time(c.updated_at), flask_time(c.created_at), now())
	FROM flask_campaigns c;
END
$$;

-- Users get new ids, and no password.  A user whose name exists here already is
-- taken for the same person, who stays as they are.  The other backend had one
-- role for everything: an admin becomes one, the others become members of every
-- campaign.
CREATE FUNCTION cerberus.flask_users() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	highest bigint := coalesce((SELECT max(u.user_id) FROM users u), 0);
BEGIN
	INSERT INTO flask_notes
	SELECT 'value', 'users', u.user_id, 'username', NULL,
	    'The user has no name. They are named by their id.'
	FROM flask_users u WHERE u.username IS NULL;
	UPDATE flask_users u SET username = 'user-' || u.user_id
	WHERE u.username IS NULL;
	INSERT INTO flask_known (flask_id, user_id, is_new)
	SELECT f.user_id, u.user_id, false
	FROM flask_users f JOIN users u ON lower(u.username) =
	    lower(f.username);
	INSERT INTO flask_notes
	SELECT 'note', 'users', f.user_id, 'username', f.username,
	    'A user of this name exists here. They stay as they are.'
	FROM flask_users f JOIN flask_known k ON k.flask_id = f.user_id;
	WITH twice AS (
		SELECT f.user_id, f.username AS name, row_number() OVER
		    (PARTITION BY lower(f.username) ORDER BY f.user_id) AS n
		FROM flask_users f
		WHERE f.user_id NOT IN (SELECT k.flask_id FROM flask_known k)
	), renamed AS (
		UPDATE flask_users f
		SET username = left(t.name, 80) || '-' || f.user_id
		FROM twice t WHERE t.user_id = f.user_id AND t.n > 1
		RETURNING f.user_id, t.name
	)
	INSERT INTO flask_notes
	SELECT 'value', 'users', r.user_id, 'username', r.name,
	    'Another user has this name. The id is added to it.'
	FROM renamed r;
	WITH fresh AS (
		SELECT f.*, highest + row_number() OVER (ORDER BY f.user_id)
		    AS id
		FROM flask_users f
		WHERE f.user_id NOT IN (SELECT k.flask_id FROM flask_known k)
	), made AS (
		INSERT INTO users (user_id, username, email_address, full_name,
		    role, is_active, last_login_at, created_at, updated_at)
		SELECT f.id, f.username, f.email_address,
		    left(nullif(concat_ws(' ', f.first_name, f.last_name), ''),
			200),
		    CASE lower(f.role) WHEN 'admin' THEN 'admin'
			ELSE 'user' END,
		    coalesce(f.is_active, false), flask_time(f.last_login),
		    coalesce(flask_time(f.created_at),
			flask_time(f.updated_at), now()),
		    coalesce(flask_time(f.updated_at),
			flask_time(f.created_at), now())
		FROM fresh f
	)
	INSERT INTO flask_known (flask_id, user_id, is_new)
	SELECT f.user_id, f.id, true FROM fresh f;
	INSERT INTO campaign_members (campaign_id, user_id, role)
	SELECT c.campaign_id, k.user_id, lower(f.role)
	FROM flask_known k JOIN flask_users f ON f.user_id = k.flask_id
	CROSS JOIN campaigns c
	WHERE k.is_new AND lower(f.role) IN ('manager', 'editor', 'viewer');
	INSERT INTO flask_notes
	SELECT 'value', 'users', f.user_id, 'role', f.role, 'This role does '
	    'not exist here. The user is a member of no campaign.'
	FROM flask_known k JOIN flask_users f ON f.user_id = k.flask_id
	WHERE k.is_new AND (lower(f.role) IN ('admin', 'manager', 'editor',
	    'viewer')) IS NOT TRUE;
END
$$;

-- A status of the other backend, which is any text.
CREATE FUNCTION cerberus.flask_status(p_status text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
	    WHEN p_status IS NULL THEN NULL
	    WHEN lower(p_status) IN ('active', 'a', 'registered', 'verified')
		THEN 'Active'
	    WHEN lower(p_status) IN ('inactive', 'i') THEN 'Inactive'
	    WHEN lower(p_status) IN ('pending', 'p') THEN 'Pending'
	    WHEN lower(p_status) IN ('cancelled', 'canceled', 'c', 'purged',
		'removed', 'deceased') THEN 'Cancelled'
	    ELSE 'Other' END
$$;

-- What the report says about voters.
CREATE FUNCTION cerberus.flask_voter_notes() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	INSERT INTO flask_notes
	SELECT 'value', 'voters', f.voter_id, v.name, v.value, v.message
	FROM flask_voters f CROSS JOIN LATERAL (VALUES
	    ('first_name', NULL, 'The name is blank. It becomes Unknown.',
	     f.first_name IS NULL),
	    ('last_name', NULL, 'The name is blank. It becomes Unknown.',
	     f.last_name IS NULL),
	    ('date_of_birth', f.date_of_birth::text, 'The date is not one of '
	     'a birth. It is left blank.', f.date_of_birth NOT BETWEEN
		'1850-01-01' AND current_date),
	    ('registration_date', f.registration_date::text, 'The date cannot '
	     'be stored. It is left blank.', f.registration_date IS NOT NULL
		AND flask_day(f.registration_date) IS NULL),
	    ('source_campaign_id', f.source_campaign_id::text, 'The campaign '
	     'is gone. It is left blank.', f.source_campaign_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM campaigns c
		    WHERE c.campaign_id = f.source_campaign_id))
	    ) v (name, value, message, wrong)
	WHERE (f.first_name IS NULL OR f.last_name IS NULL
	    OR f.date_of_birth NOT BETWEEN '1850-01-01' AND current_date
	    OR f.registration_date IS NOT NULL OR f.source_campaign_id IS NOT NULL)
	AND v.wrong;
	INSERT INTO flask_notes
	SELECT 'note', 'voters', NULL, 'registration_status', s.status,
	    format('Becomes %s, %s voters. The text is kept in custom_fields.',
		flask_status(s.status), s.n)
	FROM (SELECT f.registration_status AS status, count(*) AS n
	    FROM flask_voters f GROUP BY 1) s
	WHERE lower(s.status) <> lower(flask_status(s.status));
END
$$;

-- Voters keep their ids.  A flag that was false says that nobody was asked,
-- because that was its default.  Two voters who differ only in the spelling of
-- their registration id cannot both keep it.
CREATE FUNCTION cerberus.flask_voters() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM flask_voter_notes();
	CREATE TEMPORARY TABLE flask_states ON COMMIT DROP AS
	SELECT s.state, state_code(s.state) AS code
	FROM (SELECT DISTINCT f.state FROM flask_voters f
	    WHERE f.state IS NOT NULL) s;
	WITH keys AS (
		SELECT f.voter_registration_id AS id, s.code
		FROM flask_voters f LEFT JOIN flask_states s USING (state)
		WHERE f.voter_registration_id IS NOT NULL
		GROUP BY 1, 2 HAVING count(*) > 1
	), twice AS (
		SELECT f.voter_id, f.voter_registration_id AS id, row_number()
		    OVER (PARTITION BY k.id, k.code ORDER BY f.voter_id) AS n
		FROM keys k JOIN flask_voters f ON f.voter_registration_id =
		    k.id
		LEFT JOIN flask_states s USING (state)
		WHERE s.code IS NOT DISTINCT FROM k.code
	), blanked AS (
		UPDATE flask_voters f SET voter_registration_id = NULL
		FROM twice t WHERE t.voter_id = f.voter_id AND t.n > 1
		RETURNING f.voter_id, t.id
	)
	INSERT INTO flask_notes
	SELECT 'value', 'voters', b.voter_id, 'voter_registration_id', b.id,
	    'Another voter has this id. It is left blank.'
	FROM blanked b;
	-- One entry for all of them is written at the end.
	PERFORM set_config('cerberus.task', 'move', true);
	INSERT INTO voters (voter_id, first_name, middle_name, last_name,
	    date_of_birth, gender, street_address, city, state, zip_code,
	    county, precinct, phone_number, email_address, employer,
	    occupation, contact_email, contact_phone, contact_mail,
	    contact_sms, registration_status, voter_registration_id,
	    registration_state, registration_date, party_affiliation,
	    engagement_score, last_contacted_date, preferred_contact_method,
	    custom_fields, source_campaign_id, created_at, updated_at)
	SELECT f.voter_id, coalesce(f.first_name, 'Unknown'), f.middle_name,
	    coalesce(f.last_name, 'Unknown'),
	    CASE WHEN f.date_of_birth BETWEEN '1850-01-01' AND current_date
		THEN f.date_of_birth END,
	    f.gender, f.street_address, f.city, f.state, f.zip_code, f.county,
	    f.precinct, f.phone_number, f.email_address, f.employer,
	    f.occupation, nullif(f.contact_email, false),
	    nullif(f.contact_phone, false), nullif(f.contact_mail, false),
	    nullif(f.contact_sms, false), flask_status(f.registration_status),
	    f.voter_registration_id,
	    CASE WHEN f.voter_registration_id IS NOT NULL THEN s.code END,
	    flask_day(f.registration_date), f.party_affiliation,
	    coalesce(f.engagement_score, 0),
	    greatest(flask_time(f.last_contacted_date), i.at),
	    f.preferred_contact_method,
	    CASE WHEN lower(f.registration_status) <>
		lower(flask_status(f.registration_status))
		THEN jsonb_build_object('registration_status',
		    f.registration_status) ELSE '{}' END
	    || flask_object('custom_fields', f.custom_fields),
	    c.campaign_id,
	    coalesce(flask_time(f.created_at), flask_time(f.updated_at), now()),
	    coalesce(flask_time(f.updated_at), flask_time(f.created_at), now())
	FROM flask_voters f
	LEFT JOIN flask_states s ON s.state = f.state
	LEFT JOIN campaigns c ON c.campaign_id = f.source_campaign_id
	-- As an interaction of a user does here.
	LEFT JOIN (SELECT x.voter_id, max(flask_time(x.interaction_date)) AS at
	    FROM flask_interactions x WHERE x.user_id IS NOT NULL
	    GROUP BY 1) i ON i.voter_id = f.voter_id;
	PERFORM set_config('cerberus.task', '', true);
END
$$;

COMMIT;
