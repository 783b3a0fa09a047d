-- The tables' constraints, updated_at, and what a deletion removes with it.
\ir fixture.psql
SELECT no_plan();
-- Test the constraints alone: a trigger reports some of them itself.
ALTER TABLE cerberus.survey_responses DISABLE TRIGGER check_answer;

-- Constraints.
SELECT throws_ok('INSERT INTO cerberus.' || statement, code, NULL,
    pg_temp.title('refused', statement))
FROM (VALUES
('campaigns (campaign_name) VALUES (''Own'')', '23505'),
('campaigns (campaign_name) VALUES ('''')', '23514'),
('campaigns (campaign_name, start_date, end_date)
    VALUES (''X'', ''2026-02-01'', ''2026-01-31'')', '23514'),
('campaigns (campaign_name, campaign_type) VALUES (''X'', ''Galactic'')',
    '23514'),
('campaigns (campaign_name, details) VALUES (''X'', ''[]'')', '23514'),
('users (username) VALUES (''ADMIN'')', '23505'),
('users (username, role) VALUES (''x'', ''owner'')', '23514'),
('api_tokens (user_id, kind, token_hash) VALUES (1, ''api_key'', ''short'')',
    '23514'),
('api_tokens (user_id, kind, token_hash)
    VALUES (1, ''api_key'', sha256(''admin''))', '23505'),
('campaign_members (campaign_id, user_id, role) VALUES (2, 6, ''admin'')',
    '23514'),
('voters (first_name, last_name) VALUES ('''', ''B'')', '23514'),
('voters (first_name) VALUES (''A'')', '23502'),
('voters (first_name, last_name, birth_year) VALUES (''A'', ''B'', 1849)',
    '23514'),
('voters (first_name, last_name, custom_fields) VALUES (''A'', ''B'', ''[]'')',
    '23514'),
('voters (first_name, last_name, registration_status)
    VALUES (''A'', ''B'', ''active'')', '23514'),
('voters (first_name, last_name, email_address)
    VALUES (''A'', ''B'', ''A@example.org'')', '23514'),
('voters (first_name, last_name, suffix)
    VALUES (''A'', ''B'', repeat(''x'', 21))', '22001'),
('interactions (voter_id, interaction_type, duration_minutes)
    VALUES (1, ''Call'', -1)', '23514'),
('interactions (voter_id, interaction_type) VALUES (99, ''Call'')', '23503'),
('survey_questions (question_text, question_type) VALUES (''?'', ''essay'')',
    '23514'),
('survey_questions (question_text, question_type, possible_answers)
    VALUES (''?'', ''yes_no'', ''{}'')', '23514'),
('survey_responses (voter_id, question_id) VALUES (1, 1)', '23514'),
('survey_responses (voter_id, question_id, response_value, response_values)
    VALUES (1, 1, ''a'', ''["a"]'')', '23514'),
('donations (campaign_id, amount) VALUES (1, 0)', '23514'),
('donations (campaign_id, amount, currency) VALUES (1, 1, ''USD'')', '23514'),
('donations (campaign_id, amount, status) VALUES (1, 1, ''paid'')', '23514'),
('consents (voter_id, channel, granted, source)
    VALUES (1, ''pigeon'', true, ''x'')', '23514'),
('imports (mode) VALUES (''replace'')', '23514'),
('imports (state) VALUES (''stuck'')', '23514')
) t (statement, code);

-- A registration id is unique within its state, and without a state.
INSERT INTO cerberus.voters (first_name, last_name, voter_registration_id,
    registration_state)
VALUES ('A', 'A', 'R1', 'TX'), ('B', 'B', 'R1', 'OH'), ('C', 'C', 'R1', NULL),
    ('D', 'D', NULL, 'TX'), ('E', 'E', NULL, 'TX'), ('F', 'F', NULL, NULL);
SELECT throws_ok(format('INSERT INTO cerberus.voters (first_name, last_name,
    voter_registration_id, registration_state) VALUES (''G'', ''G'', ''R1'',
    %L)', state), '23505', NULL, 'refused: a second R1 of '
    || coalesce(state, 'no state'))
FROM (VALUES ('TX'), (NULL)) t (state);
SELECT lives_ok($$INSERT INTO cerberus.voters (first_name, last_name,
    email_address, phone_number) VALUES
    ('A', 'A', 'home@example.org', '+15125550110'),
    ('B', 'A', 'home@example.org', '+15125550110')$$,
    'members of a household may share e-mail address and phone number');

-- updated_at increases with each change, also within one transaction, and only
-- then.
SELECT updated_at AS t0 FROM cerberus.voters WHERE voter_id = 1 \gset
UPDATE cerberus.voters SET city = 'X' WHERE voter_id = 1;
SELECT updated_at AS t1 FROM cerberus.voters WHERE voter_id = 1 \gset
UPDATE cerberus.voters SET city = 'Y' WHERE voter_id = 1;
SELECT updated_at AS t2 FROM cerberus.voters WHERE voter_id = 1 \gset
UPDATE cerberus.voters SET city = 'Y' WHERE voter_id = 1;
SELECT updated_at AS t3 FROM cerberus.voters WHERE voter_id = 1 \gset
UPDATE cerberus.voters SET city = 'Z', updated_at = '2000-01-01'
WHERE voter_id = 1;
SELECT updated_at AS t4 FROM cerberus.voters WHERE voter_id = 1 \gset
SELECT cmp_ok(:'t1'::timestamptz, '>', :'t0'::timestamptz,
    'a change increases updated_at');
SELECT cmp_ok(:'t2'::timestamptz, '>', :'t1'::timestamptz,
    'a second change increases updated_at again');
SELECT is(:'t3'::timestamptz, :'t2'::timestamptz,
    'an update without a change leaves updated_at');
SELECT cmp_ok(:'t4'::timestamptz, '>', :'t3'::timestamptz,
    'updated_at cannot be set back');
SELECT ok(EXISTS (SELECT FROM pg_trigger WHERE tgrelid = attrelid
    AND tgfoid = 'cerberus.touch()'::regprocedure),
    attrelid::regclass || ' maintains updated_at')
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'cerberus'::regnamespace AND relkind = 'r'
AND attname = 'updated_at';

-- Deleting.
SELECT throws_ok('DELETE FROM cerberus.campaigns WHERE campaign_id = 1',
    '23503', NULL, 'a campaign with donations cannot be deleted');
DELETE FROM cerberus.voters WHERE voter_id = 1;
SELECT is((SELECT count(*) FROM cerberus.interactions WHERE voter_id = 1),
    0::bigint, 'interactions are deleted with their voter');
SELECT is((SELECT coalesce(voter_id, 0) FROM cerberus.donations
    WHERE donation_id = 1), 0::bigint, 'a donation outlives its voter');
DELETE FROM cerberus.donations WHERE campaign_id = 1;
DELETE FROM cerberus.campaigns WHERE campaign_id = 1;
SELECT is((SELECT coalesce(campaign_id, 0) FROM cerberus.interactions
    WHERE interaction_id = 3), 0::bigint,
    'an interaction outlives its campaign');
SELECT is((SELECT count(*) FROM cerberus.voters WHERE voter_id = 3),
    1::bigint, 'voters outlive their campaign');
SELECT is((SELECT count(*) FROM cerberus.survey_responses
    WHERE question_id = 1), 1::bigint, 'responses outlive their campaign');
SELECT throws_ok('DELETE FROM cerberus.survey_questions
    WHERE question_id = 1', '23503', NULL,
    'a question with responses cannot be deleted');
DELETE FROM cerberus.users WHERE user_id = 4;
SELECT is((SELECT count(*) FROM cerberus.api_tokens WHERE user_id = 4),
    0::bigint, 'tokens are deleted with their user');

SELECT * FROM finish();
ROLLBACK;
