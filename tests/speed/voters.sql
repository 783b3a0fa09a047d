-- A large database for plans.c: 200,000 voters, all of them in campaign 2 and 300
-- of them also in campaign 1, with as many interactions, donations and so on.
SET search_path = cerberus;

-- Triggers are on: they maintain tallies and names, which lists read.  Ids begin
-- at 1, because plans.c contains ids.
SELECT setval(pg_get_serial_sequence('cerberus.voters', 'voter_id'), 1, false),
    setval(pg_get_serial_sequence('cerberus.interactions', 'interaction_id'),
	1, false);
INSERT INTO voters (first_name, middle_name, last_name, date_of_birth,
    street_address, city, state, zip_code, county, precinct, phone_number,
    email_address, registration_status,
    voter_registration_id, registration_state, party_affiliation,
    last_contacted_date, created_at, updated_at, tags, gender, mobile_phone,
    congressional_district, state_senate_district, state_house_district, ward,
    registration_date)
SELECT 'First' || n % 500, CASE WHEN n % 1000 = 3 THEN 'Annabel' END,
    -- As many have the last name as one may read.
    CASE WHEN n % 1000 = 1 THEN 'Smith-Jones' WHEN n % 1000 = 2 THEN 'Smith'
	WHEN n % 8 = 5 THEN 'Garcia' ELSE 'Last' || n % 9000 END, date '1930-01-01' + n % 27000,
    1 + n % 998 || ' Street' || n / 1500 || ' Rd', 'City' || n % 300, 'NC',
    (27000 + n % 1900)::text, 'County' || n % 100,
    'P' || n % 2700, '+1' || 2302000000 + n, 'voter' || n || '@example.com',
    CASE WHEN n % 10 = 0 THEN 'Inactive' ELSE 'Active' END, 'R' || n, 'NC',
    (ARRAY['DEM', 'REP', 'UNA', 'GRE', 'LIB'])[1 + n % 5],
    timestamptz '2026-01-01 00:00Z' - n * interval '3 minutes',
    timestamptz '2025-01-01 00:00Z' + n * interval '1 minute',
    timestamptz '2025-01-01 00:00Z' + n * interval '2 minutes',
    CASE WHEN n % 1000 = 0 THEN ARRAY['Volunteer'] ELSE '{}' END,
    (ARRAY['F', 'M'])[1 + n % 2],
    CASE WHEN n % 50 = 0 THEN '+1' || 2402000000 + n END, n % 14, n % 50,
    n % 120, n % 99, date '1990-01-01' + n % 13000
FROM generate_series(1, 200000) n;
-- Without registration ids these two voters may be duplicates.
UPDATE voters SET voter_registration_id = NULL WHERE voter_id IN (714, 715);
-- Without statistics the planner takes so wide a table for empty, and the foreign
-- keys' look-ups for any index.
ANALYZE voters;
INSERT INTO campaign_voters (campaign_id, voter_id)
SELECT 2, voter_id FROM voters;
INSERT INTO campaign_voters (campaign_id, voter_id)
SELECT 1, voter_id FROM voters WHERE voter_id % 666 = 0;
INSERT INTO segments (segment_id, campaign_id, segment_name, filter)
VALUES (901, 1, 'Zero', '{"zip_code": "27666"}'),
    (902, 2, 'Zero', '{"zip_code": "27666"}'),
    (903, 1, 'Steps', '{"steps": [
	{"verb": "add", "filter": {"party_affiliation": "DEM"}},
	{"verb": "add", "filter": {"tag": "Volunteer"}},
	{"verb": "narrow", "filter": {"voted_at_least": 2, "of_last": 3,
	    "kind": "primary"}},
	{"verb": "narrow", "filter": {"age_max": 50}},
	{"verb": "remove", "filter": {"outcome": "Outcome7"}}]}');
INSERT INTO segments (segment_id, campaign_id, segment_name, filter)
SELECT 904, 2, segment_name, filter FROM segments WHERE segment_id = 903;

-- Triggers are off: they are slow, and nothing that they maintain is needed.
SET session_replication_role = replica;
INSERT INTO interactions (voter_id, campaign_id, user_id, interaction_type,
    interaction_date, outcome, created_at, updated_at)
SELECT v.voter_id, cv.campaign_id, 5,
    (ARRAY['Call', 'Door', 'Text', 'Mail'])[1 + v.voter_id % 4],
    timestamptz '2025-01-01 00:00Z' + v.voter_id * interval '2 minutes',
    'Outcome' || v.voter_id % 50,
    timestamptz '2025-01-01 00:00Z' + v.voter_id * interval '2 minutes',
    timestamptz '2025-01-01 00:00Z' + v.voter_id * interval '2 minutes'
FROM voters v JOIN campaign_voters cv USING (voter_id);
INSERT INTO elections (election_id, state, date, year, kind, slot)
SELECT 1 + n, 'NC', date '2005-11-05' + n * 365,
    extract(year FROM date '2005-11-05' + n * 365),
    (ARRAY['primary', 'general'])[1 + n % 2], n
FROM generate_series(0, 19) n;
INSERT INTO ballots (ballot_id, election_id)
SELECT election_id, election_id FROM elections;
-- Everybody voted, in every second or third election.
INSERT INTO votes (voter_id, state, voted, ballots)
SELECT voter_id, 'NC', (CASE WHEN voter_id % 2 = 0
    THEN repeat('10', 10) ELSE repeat('100', 6) END)::bit varying, '{1}'
FROM voters;
INSERT INTO survey_questions (campaign_id, question_text, question_type)
SELECT CASE WHEN n < 5 THEN 1 ELSE 2 END, 'Question ' || n, 'open_text'
FROM generate_series(1, 40) n;
INSERT INTO survey_responses (voter_id, question_id, interaction_id,
    response_value, responded_at)
SELECT voter_id, 5 + interaction_id % 36, interaction_id, 'Answer',
    interaction_date
FROM interactions WHERE campaign_id = 2 AND interaction_id % 2 = 0;
INSERT INTO donations (voter_id, campaign_id, amount, status,
    payment_intent_id, email, created_at, counts_on)
SELECT v.voter_id, cv.campaign_id, 500 + v.voter_id % 50000,
    CASE WHEN v.voter_id % 40 = 0 THEN 'failed' ELSE 'succeeded' END,
    'pi_' || cv.campaign_id || '_' || v.voter_id, v.email_address,
    timestamptz '2025-01-01 00:00Z' + v.voter_id * interval '2 minutes',
    date '2025-01-01' + v.voter_id::integer / 720
FROM voters v JOIN campaign_voters cv USING (voter_id);
INSERT INTO consents (voter_id, campaign_id, channel, granted, source)
SELECT v.voter_id, cv.campaign_id, 'email', true, 'form'
FROM voters v JOIN campaign_voters cv USING (voter_id);
INSERT INTO audit_log (at, user_id, action, table_name, row_id)
SELECT timestamptz '2025-01-01 00:00Z' + n * interval '2 minutes', 1 + n % 5,
    'update', 'voters', n
FROM generate_series(1, 200000) n;
-- A list of everybody: the first have been called, some are to be called later.
INSERT INTO call_lists (call_list_id, campaign_id, list_name)
VALUES (905, 2, 'Everybody');
INSERT INTO call_people (call_list_id, campaign_id, voter_id, state, due_at)
SELECT 905, 2, voter_id, CASE WHEN voter_id % 10 = 0 THEN 'again'
	WHEN voter_id < 100000 THEN 'done' ELSE 'open' END,
    CASE WHEN voter_id % 10 = 0 THEN timestamptz '2090-01-01 00:00Z'
	ELSE timestamptz '2025-01-01 00:00Z' END
FROM voters;
INSERT INTO client_events (client_event_id, user_id, interaction_id, content)
SELECT gen_random_uuid(), 5, interaction_id, sha256('x')
FROM interactions WHERE campaign_id = 2;
RESET session_replication_role;
VACUUM ANALYZE;
