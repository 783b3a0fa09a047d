-- Sample data: two campaigns and 300 invented voters in two invented towns,
-- with interactions, survey responses, consents and donations.  Does nothing if
-- the database has a campaign already.  Run it as an administrator:
--	psql "$DATABASE_URL" -f sample.sql
-- The rows are the same each time; nothing is random.
\set ON_ERROR_STOP on

DO $$
DECLARE
	council bigint;
	water bigint;
	support bigint;
	issues bigint;
	rating bigint;
	filter bigint;
	firsts text[] := '{Amelia,Marcus,Priya,Walter,Lucia,Theo,Hannah,Omar,
	    Grace,Felix,Rosa,Nathan,Ingrid,Dwayne,Mei,Samuel,Yara,Colin,Ruth,
	    Andre,Nora,Viktor,Imani,Peter,Leila,Hugo,Carmen,Elias,June,Tomas}';
	lasts text[] := '{Abbott,Okafor,Lindqvist,Ramirez,Chen,Novak,Freeman,
	    Haddad,O''Rourke,Silva,Baptiste,Kowalski,Whitaker,Tanaka,Mbeki,
	    Larsen,Delgado,Price,Sharma,Castillo,Yoder,Fontaine,Nguyen}';
	streets text[] := '{Maple Street,Orchard Lane,Mill Road,Second Avenue,
	    Prospect Street,Ferry Road,Linden Court,Quarry Lane,Church Street,
	    Station Road,Willow Way}';
	parties text[] := '{Democratic,Republican,Unaffiliated,Unaffiliated,
	    Green,Democratic,Republican}';
	jobs text[] := '{Teacher,Nurse,Electrician,Retired,Farmer,Bookkeeper,
	    Engineer,Student,Cook,Driver}';
BEGIN
	IF EXISTS (SELECT FROM cerberus.campaigns) THEN
		RAISE NOTICE 'There are campaigns already: no sample data.';
		RETURN;
	END IF;

	INSERT INTO cerberus.campaigns (campaign_name, campaign_type,
	    start_date, end_date, description, details)
	VALUES ('Rivera for City Council', 'Local', current_date - 60,
	    current_date + 120, 'Elena Rivera for the fourth district of '
	    'Brookhaven Falls.', '{"district": 4}')
	RETURNING campaign_id INTO council;
	INSERT INTO cerberus.campaigns (campaign_name, campaign_type,
	    start_date, end_date, description, details)
	VALUES ('Yes on Clean Water', 'Issue', current_date - 30,
	    current_date + 150, 'For the water bond of Marlow County.',
	    '{"measure": "B"}')
	RETURNING campaign_id INTO water;

	-- 7, 11 and the other factors are coprime to the lengths of the lists,
	-- so that names, streets and parties vary independently.
	CREATE TEMP TABLE sample ON COMMIT DROP AS
	SELECT i, nextval('cerberus.voters_voter_id_seq') AS voter_id,
	    btrim(firsts[1 + i * 7 % cardinality(firsts)], E' \n\t') AS first,
	    btrim(lasts[1 + (i - (i % 6 = 0)::integer) * 11
		% cardinality(lasts)], E' \n\t') AS last,
	    home, home % 5 < 3 AS in_falls,
	    18 + i * 13 % 70 AS age
	FROM generate_series(1, 300) i,
	-- Every third lives with the one before, every sixth has their name.
	LATERAL (SELECT i - (i % 3 = 0)::integer AS home) h;

	INSERT INTO cerberus.voters (voter_id, first_name, middle_name,
	    last_name, suffix, date_of_birth, birth_year, gender, street_address,
	    city, state, zip_code, county, precinct, congressional_district,
	    state_senate_district, state_house_district, ward, phone_number,
	    mobile_phone, email_address, occupation, contact_email,
	    contact_phone, contact_sms, registration_status,
	    voter_registration_id, registration_state, registration_date,
	    party_affiliation, engagement_score, preferred_contact_method,
	    source_campaign_id, tags)
	SELECT voter_id, first,
	    CASE WHEN i % 3 = 0 THEN chr(65 + i % 26) || '.' END, last,
	    CASE WHEN i % 41 = 0 THEN 'Jr.' END, born,
	    extract(year FROM born)::integer,
	    CASE WHEN i * 7 % 2 = 0 THEN 'F' ELSE 'M' END,
	    10 + home * 17 % 890 || ' '
		|| btrim(streets[1 + home * 3 % cardinality(streets)],
		    E' \n\t')
		|| CASE WHEN home % 11 = 0 THEN ' Apt ' || home % 7 + 1
		    ELSE '' END,
	    CASE WHEN in_falls THEN 'Brookhaven Falls' ELSE 'Port Marlow' END,
	    'OH', CASE WHEN in_falls THEN '43990' ELSE '43995' END, 'Marlow',
	    CASE WHEN in_falls THEN 'BF-' ELSE 'PM-' END || 1 + home % 8,
	    '4', CASE WHEN in_falls THEN '12' ELSE '13' END,
	    CASE WHEN in_falls THEN '33' ELSE '34' END,
	    CASE WHEN in_falls THEN (1 + home % 3)::text END,
	    CASE WHEN i % 6 <> 0 THEN CASE WHEN in_falls THEN '+1614'
		ELSE '+1330' END || '555' || lpad((1000 + i)::text, 4, '0') END,
	    CASE WHEN i % 3 > 0 AND i % 6 <> 0 THEN CASE WHEN in_falls
		THEN '+1614' ELSE '+1330' END || '555'
		|| lpad((1000 + i)::text, 4, '0') END,
	    CASE WHEN i % 4 <> 0 THEN lower(translate(first || '.' || last,
		'''', '')) || i || '@example.org' END,
	    btrim(jobs[1 + i * 3 % cardinality(jobs)], E' \n\t'),
	    CASE WHEN i % 7 < 3 THEN i % 7 < 2 END,
	    CASE WHEN i % 9 < 4 THEN i % 9 < 3 END,
	    CASE WHEN i % 5 < 3 THEN i % 5 < 2 END,
	    CASE i % 20 WHEN 0 THEN 'Inactive' WHEN 1 THEN 'Pending'
		ELSE 'Active' END,
	    'OH' || lpad((4400000 + i * 37)::text, 10, '0'), 'OH',
	    least(born + 18 * 365 + i * 29 % 900, current_date - 30),
	    btrim(parties[1 + i * 5 % cardinality(parties)], E' \n\t'),
	    i * 23 % 101,
	    CASE i % 4 WHEN 1 THEN 'Email' WHEN 2 THEN 'Phone' END,
	    CASE WHEN i % 10 = 3 THEN council WHEN i % 10 = 7 THEN water END,
	    array_remove(ARRAY[CASE WHEN i % 12 = 0 THEN 'volunteer' END,
		CASE WHEN i % 15 = 0 THEN 'yard sign' END], NULL)
	FROM sample, LATERAL (
	    SELECT current_date - age * 365 - i * 31 % 365 AS born) b;

	-- The voters of the town are in the council's campaign, those of the
	-- other town and every third voter in the water campaign.
	INSERT INTO cerberus.campaign_voters (campaign_id, voter_id, joined_at)
	SELECT council, voter_id, now() - interval '50 days' FROM sample
	WHERE in_falls OR i % 10 = 3
	UNION ALL
	SELECT water, voter_id, now() - interval '25 days' FROM sample
	WHERE NOT in_falls OR i % 3 = 0;

	INSERT INTO cerberus.interactions (voter_id, campaign_id,
	    interaction_type, interaction_date, outcome, notes,
	    duration_minutes)
	SELECT cv.voter_id, cv.campaign_id, kind,
	    now() - (1 + s.i * 7 % 45) * interval '1 day'
		- s.i * 11 % 600 * interval '1 minute',
	    CASE s.i * 3 % 4 WHEN 0 THEN 'Not home' WHEN 1 THEN 'Supportive'
		WHEN 2 THEN 'Undecided' ELSE 'Asked to call again' END,
	    CASE WHEN s.i % 5 = 0 THEN 'Wants to hear about the schools.' END,
	    CASE WHEN kind <> 'Mailing' THEN 2 + s.i % 14 END
	FROM cerberus.campaign_voters cv
	JOIN sample s USING (voter_id),
	LATERAL (SELECT CASE s.i % 3 WHEN 0 THEN 'Phone Call'
	    WHEN 1 THEN 'Door Knock' ELSE 'Mailing' END AS kind) k
	WHERE (s.i + cv.campaign_id) % 2 = 0;
	UPDATE cerberus.voters v SET last_contacted_date = i.latest
	FROM (SELECT voter_id, max(interaction_date) AS latest
	    FROM cerberus.interactions GROUP BY voter_id) i
	WHERE i.voter_id = v.voter_id;

	INSERT INTO cerberus.survey_questions (campaign_id, question_text,
	    question_type, possible_answers)
	VALUES (council, 'Will you vote for Elena Rivera?', 'single_choice',
	    '["Yes", "Leaning yes", "Undecided", "No"]')
	RETURNING question_id INTO support;
	INSERT INTO cerberus.survey_questions (campaign_id, question_text,
	    question_type, possible_answers)
	VALUES (council, 'What matters most to you?', 'multiple_choice',
	    '["Schools", "Roads", "Rents", "Parks"]')
	RETURNING question_id INTO issues;
	INSERT INTO cerberus.survey_questions (campaign_id, question_text,
	    question_type, possible_answers)
	VALUES (water, 'How do you rate your tap water?', 'rating_scale',
	    '["1", "2", "3", "4", "5"]')
	RETURNING question_id INTO rating;
	INSERT INTO cerberus.survey_questions (campaign_id, question_text,
	    question_type)
	VALUES (water, 'Do you use a water filter?', 'yes_no')
	RETURNING question_id INTO filter;

	INSERT INTO cerberus.survey_responses (voter_id, question_id,
	    interaction_id, response_value, response_values, responded_at)
	SELECT n.voter_id, q.question_id, n.interaction_id, q.one, q.many,
	    n.interaction_date
	FROM cerberus.interactions n
	JOIN sample s USING (voter_id),
	LATERAL (VALUES
	    (council, support, (ARRAY['Yes', 'Leaning yes', 'Yes', 'Undecided',
		'No', 'Yes', 'Leaning yes'])[1 + s.i / 4 % 7], NULL::jsonb),
	    (council, issues, NULL, CASE s.i / 4 % 4
		WHEN 0 THEN '["Schools", "Parks"]' WHEN 1 THEN '["Rents"]'
		WHEN 2 THEN '["Schools"]'
		ELSE '["Roads", "Schools"]' END::jsonb),
	    (water, rating, (1 + s.i * 2 % 5)::text, NULL),
	    (water, filter, CASE WHEN s.i % 3 = 0 THEN 'yes' ELSE 'no' END,
		NULL)) q (campaign_id, question_id, one, many)
	WHERE q.campaign_id = n.campaign_id
	AND n.interaction_type <> 'Mailing' AND s.i % 4 <> 1;

	INSERT INTO cerberus.consents (voter_id, campaign_id, channel, granted,
	    source, created_at)
	SELECT cv.voter_id, cv.campaign_id, 'email', s.i % 7 < 2,
	    'Website Signup', cv.joined_at
	FROM cerberus.campaign_voters cv
	JOIN sample s USING (voter_id)
	JOIN cerberus.voters v USING (voter_id)
	WHERE s.i % 7 < 3 AND v.email_address IS NOT NULL;

	-- Paid donations without Stripe, each with its fact.
	INSERT INTO cerberus.donations (voter_id, campaign_id, amount,
	    amount_received, status, first_name, last_name, email,
	    phone_number, address_city, address_state, address_zip,
	    succeeded_at, recorded_at, created_at)
	SELECT v.voter_id, cv.campaign_id, d.amount, d.amount, 'succeeded',
	    v.first_name, v.last_name, v.email_address, v.phone_number,
	    v.city, v.state, v.zip_code, d.at, d.at, d.at
	FROM sample s
	JOIN cerberus.voters v USING (voter_id)
	JOIN cerberus.campaign_voters cv USING (voter_id),
	LATERAL (SELECT 500 * (1 + s.i % 20) AS amount,
	    now() - interval '1 day' * (1 + s.i % 90) AS at) d
	WHERE s.i % 10 = 3;
	INSERT INTO cerberus.donation_ledger (donation_id, kind, stripe_id,
	    state, amount, happened_at)
	SELECT donation_id, 'payment', 'sample-' || donation_id, 'succeeded',
	    amount, succeeded_at
	FROM cerberus.donations;

	-- Two general elections and three primaries, and who voted in them.
	INSERT INTO cerberus.elections (state, date, year, kind, name, slot)
	VALUES ('NC', '2022-11-08', 2022, 'general', '2022 General Election',
		0),
	    ('NC', '2024-11-05', 2024, 'general', '2024 General Election', 1),
	    ('NC', '2022-05-17', 2022, 'primary', '2022 Primary', 2),
	    ('NC', '2024-03-05', 2024, 'primary', '2024 Primary', 3),
	    ('NC', '2026-03-03', 2026, 'primary', '2026 Primary', 4);
	INSERT INTO cerberus.ballots (election_id, method)
	SELECT e.election_id, method FROM cerberus.elections e
	CROSS JOIN unnest(ARRAY['Early', 'At the polls']) method;
	INSERT INTO cerberus.votes (voter_id, state, voted, ballots)
	SELECT s.voter_id, 'NC', cerberus.ballot_bits(array_agg(b.ballot_id)),
	    array_agg(b.ballot_id ORDER BY b.ballot_id)
	FROM sample s
	JOIN cerberus.elections e ON (s.i + e.slot) % 3 > 0
	JOIN cerberus.ballots b ON b.election_id = e.election_id
	    AND (b.method = 'Early') = (s.i % 2 = 0)
	GROUP BY s.voter_id;

	INSERT INTO cerberus.segments (campaign_id, segment_name, filter)
	SELECT min(campaign_id), 'Democrats of Brookhaven Falls',
	    '{"city": "Brookhaven Falls", "party_affiliation": "Democratic"}'
	FROM cerberus.campaigns;

	INSERT INTO cerberus.saved_layouts (campaign_id, name, headers, mapping)
	SELECT min(campaign_id), 'canvass-sheet', '{Walker,Given,Family}',
	    '{"first_name": "Given", "last_name": "Family"}'
	FROM cerberus.campaigns;
END
$$;
