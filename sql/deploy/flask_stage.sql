-- Deploy cerberus:flask_stage to pg
-- requires: audit voters interactions surveys donations
--
-- Moving from the Flask backend, for "cerberus move-from-flask": the temporary
-- tables that the command fills by COPY with the rows of the other database.
-- flask_people, flask_answers and flask_gifts say what becomes of them; all of
-- it is one transaction.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Create the empty stage.  The caller is an admin and the database has no
-- campaigns, voters or donations yet, or CB403 and CB409 are raised: the ids of
-- the other database are kept, so a second move would collide with the first.
-- Until the transaction ends, nobody else can add any.
--
-- Texts arrive trimmed and null if blank, times in UTC.
CREATE FUNCTION cerberus.flask_stage() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	known text;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT caller_is_admin() THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'This needs an admin''s API key.',
		    DETAIL = 'forbidden';
	END IF;
	LOCK TABLE campaigns, voters, campaign_voters, interactions,
	    survey_questions, survey_responses, donations
	    IN SHARE ROW EXCLUSIVE MODE;
	known := CASE WHEN EXISTS (SELECT FROM campaigns) THEN 'campaigns'
	    WHEN EXISTS (SELECT FROM voters) THEN 'voters'
	    WHEN EXISTS (SELECT FROM interactions) THEN 'interactions'
	    WHEN EXISTS (SELECT FROM survey_questions) THEN 'survey questions'
	    WHEN EXISTS (SELECT FROM donations) THEN 'donations' END;
	IF known IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    'This database has %s already. The move keeps the ids of '
		    'the other one, so it needs a database without any, and '
		    'can be made once.', known), DETAIL = 'conflict';
	END IF;
	CREATE TEMPORARY TABLE flask_campaigns (campaign_id bigint,
	    campaign_name text, start_date date, end_date date,
	    campaign_type text, details jsonb, created_at timestamptz,
	    updated_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_users (user_id bigint, username text,
	    email_address text, first_name text, last_name text, role text,
	    is_active boolean, last_login timestamptz, created_at timestamptz,
	    updated_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_voters (voter_id bigint, first_name text,
	    middle_name text, last_name text, date_of_birth date, gender text,
	    street_address text, city text, state text, zip_code text,
	    county text, precinct text, phone_number text, email_address text,
	    employer text, occupation text, contact_email boolean,
	    contact_phone boolean, contact_mail boolean, contact_sms boolean,
	    registration_status text, voter_registration_id text,
	    registration_date date, party_affiliation text,
	    engagement_score integer, last_contacted_date timestamptz,
	    preferred_contact_method text, custom_fields jsonb,
	    source_campaign_id bigint, created_at timestamptz,
	    updated_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_campaign_voters (campaign_voter_id bigint,
	    campaign_id bigint, voter_id bigint, added_at timestamptz)
	    ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_interactions (interaction_id bigint,
	    voter_id bigint, campaign_id bigint, user_id bigint,
	    interaction_type text, interaction_date timestamptz, outcome text,
	    notes text, duration_minutes integer, created_at timestamptz)
	    ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_questions (question_id bigint,
	    campaign_id bigint, question_text text, question_type text,
	    possible_answers jsonb, created_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_responses (response_id bigint,
	    interaction_id bigint, voter_id bigint, question_id bigint,
	    response_value text, response_values jsonb,
	    responded_at timestamptz) ON COMMIT DROP;
	CREATE TEMPORARY TABLE flask_donations (donation_id bigint,
	    amount numeric, currency text, payment_status text,
	    payment_intent_id text, first_name text, last_name text,
	    address_line1 text, address_line2 text, address_city text,
	    address_state text, address_zip text, employer text,
	    occupation text, contact_email boolean, contact_phone boolean,
	    contact_mail boolean, contact_sms boolean, is_recurring boolean,
	    covers_fees boolean, person_id bigint, campaign_id bigint,
	    created_at timestamptz, updated_at timestamptz) ON COMMIT DROP;
	-- What was encrypted of a donation.
	CREATE TEMPORARY TABLE flask_contacts (donation_id bigint, email text,
	    phone_number text) ON COMMIT DROP;
	-- The users here who are those of the other database.
	CREATE TEMPORARY TABLE flask_known (flask_id bigint, user_id bigint,
	    is_new boolean) ON COMMIT DROP;
	-- What the report says.  kind: row, which could not be taken; value,
	-- which could not be taken as it is; note.
	CREATE TEMPORARY TABLE flask_notes (kind text, table_name text,
	    row_id bigint, column_name text, value text, message text)
	    ON COMMIT DROP;
	GRANT INSERT ON pg_temp.flask_campaigns, pg_temp.flask_users,
	    pg_temp.flask_voters, pg_temp.flask_campaign_voters,
	    pg_temp.flask_interactions, pg_temp.flask_questions,
	    pg_temp.flask_responses, pg_temp.flask_donations,
	    pg_temp.flask_contacts, pg_temp.flask_notes TO cerberus_stripe;
	GRANT SELECT ON pg_temp.flask_notes, pg_temp.flask_known
	    TO cerberus_stripe;
END
$$;

-- A day or a time that the calendar of the API has; null for others.
CREATE FUNCTION cerberus.flask_day(p_day date) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_day BETWEEN '0001-01-01' AND '9999-12-31'
	    THEN p_day END
$$;
CREATE FUNCTION cerberus.flask_time(p_time timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN p_time >= '0001-01-02 00:00:00+00'
	    AND p_time < '9999-12-31 00:00:00+00' THEN p_time END
$$;

-- JSON of any type as an object: another type becomes its only member.
CREATE FUNCTION cerberus.flask_object(p_name text, p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN pg_catalog.jsonb_typeof(p_value) = 'object'
	    THEN p_value
	    WHEN coalesce(p_value, 'null') = 'null' THEN '{}'
	    ELSE pg_catalog.jsonb_build_object(p_name, p_value) END
$$;

GRANT EXECUTE ON FUNCTION cerberus.flask_stage() TO cerberus_stripe;

COMMIT;
