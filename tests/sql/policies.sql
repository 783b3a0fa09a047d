-- The policies: every table, verb and role, in the caller's campaign and in
-- another one.
\ir fixture.psql
SELECT no_plan();
-- Test the policies alone, without the checks of responses.
ALTER TABLE cerberus.survey_responses DISABLE TRIGGER check_answer;
ALTER TABLE cerberus.survey_responses DISABLE TRIGGER check_moved;
ALTER TABLE cerberus.interactions DISABLE TRIGGER check_moved;

CREATE TEMP TABLE people (who text, rank integer);
INSERT INTO people
VALUES (NULL, 0), ('nobody', 0), ('viewer', 1), ('editor', 2),
    ('manager', 3), ('admin', 9);

-- Reading: what the members of campaign 1 see, and what an admin sees.
CREATE TEMP TABLE reads (tab text, own integer, everything integer);
INSERT INTO reads
VALUES ('campaigns', 1, 3), ('campaign_members', 3, 4), ('voters', 2, 4),
    ('campaign_voters', 2, 4), ('interactions', 2, 5),
    ('survey_questions', 1, 3), ('survey_responses', 1, 2),
    ('donations', 1, 2), ('consents', 1, 2), ('imports', 1, 2),
    ('import_rejects', 1, 2), ('import_warnings', 1, 2),
    ('import_collapsed', 1, 2), ('opt_out_contacts', 2, 3),
    ('import_voters', 1, 2), ('saved_layouts', 1, 2),
    ('gift_mappings', 1, 2),
    ('elections', 1, 1), ('ballots', 1, 1), ('votes', 2, 3),
    ('vote_list', 2, 3), ('turfs', 1, 2), ('turf_voters', 1, 2),
    ('call_lists', 1, 2), ('call_people', 1, 2), ('call_holds', 1, 2);
INSERT INTO cerberus.turfs (turf_id, campaign_id, code, turf_name, doors,
    people)
VALUES (1, 1, 'AAAAAA', 'Own', 1, 1), (2, 2, 'BBBBBB', 'Other', 1, 1);
INSERT INTO cerberus.turf_voters (turf_id, voter_id) VALUES (1, 1), (2, 2);
INSERT INTO cerberus.call_lists (call_list_id, campaign_id, list_name)
VALUES (1, 1, 'Own'), (2, 2, 'Other');
INSERT INTO cerberus.call_people (call_id, call_list_id, campaign_id, voter_id)
VALUES (1, 1, 1, 1), (2, 2, 2, 2);
INSERT INTO cerberus.call_holds (campaign_id, voter_id, call_id, held_until)
VALUES (1, 1, 1, now()), (2, 2, 2, now());
INSERT INTO cerberus.saved_layouts (layout_id, campaign_id, name)
VALUES (1, 1, 'own'), (2, 2, 'other');
INSERT INTO cerberus.gift_mappings (mapping_id, campaign_id, source, mapping)
VALUES (1, 1, 'own', '{}'), (2, 2, 'other', '{}');
SELECT is(pg_temp.app(who, 'SELECT count(*) FROM ' || tab),
    CASE WHEN rank = 0 THEN 0 WHEN rank = 9 THEN everything
    ELSE own END::text, coalesce(who, 'no identity') || ' reads ' || tab)
FROM reads, people ORDER BY tab, rank;
SELECT is((SELECT array_agg(relname::text ORDER BY relname)
    FROM pg_class WHERE relnamespace = 'cerberus'::regnamespace
    AND relkind IN ('r', 'p')), (SELECT array_agg(tab ORDER BY tab) FROM (
    SELECT tab FROM reads WHERE tab <> 'vote_list'
    UNION VALUES ('users'), ('api_tokens'), ('tallies'),
    ('voter_names'), ('name_edits'), ('name_parts'), ('search_splits'),
    ('segments'),
    ('opt_outs'), ('merges'),
    ('audit_log'), ('idempotency'), ('login_tries'), ('rate_buckets'),
    ('token_uses'), ('donation_ledger'), ('donation_states'),
    ('stripe_events'), ('stripe_event_types'), ('stripe_runs'),
    ('stripe_strays'), ('payouts'), ('balance_transactions'), ('member_requests'),
    ('conduits'), ('gift_conflicts'), ('settlements'),
    ('recurring_gifts'), ('intent_declines'), ('job_runs'),
    ('client_events'),
    ('invitations'), ('second_factors'), ('recovery_codes')) t),
    'this test covers every table');
SELECT is((SELECT array_agg(relname::text) FROM pg_class
    WHERE relnamespace = 'cerberus'::regnamespace
    AND relkind IN ('r', 'p') AND NOT relrowsecurity), NULL,
    'every table has row-level security');

-- Which rows: those of the campaign, also of a voter who is in both.
SELECT is(pg_temp.app(who, statement), answer, pg_temp.title(who, statement))
FROM (VALUES
('viewer', 'SELECT array_agg(voter_id ORDER BY 1) FROM voters', '{1,3}'),
('stranger', 'SELECT array_agg(voter_id ORDER BY 1) FROM voters', '{2,3}'),
('viewer', 'SELECT array_agg(interaction_id ORDER BY 1) FROM interactions
    WHERE voter_id = 3', '{3}'),
('stranger', 'SELECT array_agg(interaction_id ORDER BY 1) FROM interactions
    WHERE voter_id = 3', '{4}'),
('viewer', 'SELECT array_agg(response_id) FROM survey_responses', '{1}'),
('stranger', 'SELECT array_agg(response_id) FROM survey_responses', '{2}'),
('stranger', 'SELECT array_agg(consent_id) FROM consents', '{2}'),
('stranger', 'SELECT array_agg(donation_id) FROM donations', '{2}'),
('stranger', 'SELECT array_agg(campaign_id) FROM campaign_members', '{2}'),
('viewer', 'SELECT count(*) FROM voters WHERE voter_id = 2', '0'),
('viewer', 'SELECT count(*) FROM voters WHERE voter_id = 4', '0'),
('viewer', 'SELECT array_agg(user_id) FROM users', '{4}'),
('nobody', 'SELECT array_agg(user_id) FROM users', '{6}'),
('admin', 'SELECT count(user_id) FROM users', '6')
) t (who, statement, answer);
SELECT is(pg_temp.app(NULL, 'SELECT count(user_id) FROM users'), '0',
    'no identity reads users');

-- Writing: the lowest role that may (4: admins only), a statement about the
-- caller's campaign, and the same about another one.  The questions 8 and 9
-- have no responses, so that they can be deleted.
INSERT INTO cerberus.survey_questions (question_id, campaign_id, question_text,
    question_type)
VALUES (8, 1, 'Own?', 'yes_no'), (9, 2, 'Other?', 'yes_no');
CREATE TEMP TABLE writes (minimum integer, own text, other text);
INSERT INTO writes VALUES
(4, 'INSERT INTO campaigns (campaign_name) VALUES (''New'')', NULL),
(3, 'UPDATE campaigns SET description = ''x'' WHERE campaign_id = 1',
    'UPDATE campaigns SET description = ''x'' WHERE campaign_id = 2'),
(4, 'DELETE FROM campaigns WHERE campaign_id = 3', NULL),
(4, 'INSERT INTO users (username) VALUES (''new'')', NULL),
(4, 'UPDATE users SET role = ''admin'' WHERE user_id BETWEEN 2 AND 2', NULL),
(4, 'DELETE FROM users WHERE user_id = 6', NULL),
(4, 'INSERT INTO campaign_members (campaign_id, user_id, role)
    VALUES (1, 6, ''viewer'')',
    'INSERT INTO campaign_members (campaign_id, user_id, role)
    VALUES (2, 6, ''viewer'')'),
(3, 'UPDATE campaign_members SET role = ''manager''
    WHERE campaign_id = 1 AND user_id = 4',
    'UPDATE campaign_members SET role = ''viewer''
    WHERE campaign_id = 2 AND user_id = 5'),
(3, 'DELETE FROM campaign_members WHERE campaign_id = 1 AND user_id = 4',
    'DELETE FROM campaign_members WHERE campaign_id = 2 AND user_id = 5'),
(2, 'INSERT INTO voters (first_name, last_name) VALUES (''A'', ''B'')', NULL),
(2, 'UPDATE voters SET city = ''X'' WHERE voter_id = 1',
    'UPDATE voters SET city = ''X'' WHERE voter_id = 2'),
(2, 'UPDATE voters SET city = ''X'' WHERE voter_id = 3',
    'UPDATE voters SET city = ''X'' WHERE voter_id = 4'),
(2, 'DELETE FROM voters WHERE voter_id = 1',
    'DELETE FROM voters WHERE voter_id = 2'),
-- A member of campaign 1 cannot let a voter join by guessing an id.
(4, 'INSERT INTO campaign_voters (campaign_id, voter_id) VALUES (1, 2)',
    'INSERT INTO campaign_voters (campaign_id, voter_id) VALUES (2, 1)'),
(4, 'INSERT INTO campaign_voters (campaign_id, voter_id) VALUES (1, 4)', NULL),
(2, 'DELETE FROM campaign_voters WHERE campaign_id = 1 AND voter_id = 3',
    'DELETE FROM campaign_voters WHERE campaign_id = 2 AND voter_id = 3'),
(2, 'INSERT INTO interactions (voter_id, campaign_id, interaction_type)
    VALUES (1, 1, ''Call'')',
    'INSERT INTO interactions (voter_id, campaign_id, interaction_type)
    VALUES (3, 2, ''Call'')'),
(4, 'INSERT INTO interactions (voter_id, campaign_id, interaction_type)
    VALUES (2, 1, ''Call'')',
    'INSERT INTO interactions (voter_id, campaign_id, interaction_type)
    VALUES (1, NULL, ''Call'')'),
(4, 'INSERT INTO interactions (voter_id, campaign_id, user_id,
    interaction_type) VALUES (1, 1, 6, ''Call'')', NULL),
(2, 'UPDATE interactions SET notes = ''x'' WHERE interaction_id = 3',
    'UPDATE interactions SET notes = ''x'' WHERE interaction_id = 4'),
(2, 'DELETE FROM interactions WHERE interaction_id = 3',
    'DELETE FROM interactions WHERE interaction_id = 4'),
(3, 'INSERT INTO turfs (campaign_id, code, turf_name, doors, people)
    VALUES (1, ''CCCCCC'', ''New'', 1, 1)',
    'INSERT INTO turfs (campaign_id, code, turf_name, doors, people)
    VALUES (2, ''CCCCCC'', ''New'', 1, 1)'),
(3, 'UPDATE turfs SET user_id = 3 WHERE turf_id = 1',
    'UPDATE turfs SET turf_name = ''x'' WHERE turf_id = 2'),
(3, 'DELETE FROM turfs WHERE turf_id = 1',
    'DELETE FROM turfs WHERE turf_id = 2'),
(3, 'INSERT INTO turf_voters (turf_id, voter_id) VALUES (1, 3)',
    'INSERT INTO turf_voters (turf_id, voter_id) VALUES (2, 3)'),
(4, 'INSERT INTO turf_voters (turf_id, voter_id) VALUES (1, 2)', NULL),
(2, 'INSERT INTO call_lists (campaign_id, list_name) VALUES (1, ''New'')',
    'INSERT INTO call_lists (campaign_id, list_name) VALUES (2, ''New'')'),
(2, 'UPDATE call_lists SET people = 3 WHERE call_list_id = 1',
    'UPDATE call_lists SET people = 3 WHERE call_list_id = 2'),
(3, 'DELETE FROM call_lists WHERE call_list_id = 1',
    'DELETE FROM call_lists WHERE call_list_id = 2'),
(2, 'INSERT INTO call_people (call_list_id, campaign_id, voter_id)
    VALUES (1, 1, 3)',
    'INSERT INTO call_people (call_list_id, campaign_id, voter_id)
    VALUES (2, 2, 3)'),
(4, 'INSERT INTO call_people (call_list_id, campaign_id, voter_id)
    VALUES (1, 1, 2)', NULL),
(2, 'UPDATE call_people SET state = ''done'' WHERE call_id = 1',
    'UPDATE call_people SET state = ''done'' WHERE call_id = 2'),
(2, 'INSERT INTO call_holds (campaign_id, voter_id, call_id, held_until)
    VALUES (1, 3, 1, now())',
    'INSERT INTO call_holds (campaign_id, voter_id, call_id, held_until)
    VALUES (2, 3, 2, now())'),
(2, 'UPDATE call_holds SET held_until = now() WHERE call_id = 1',
    'UPDATE call_holds SET held_until = now() WHERE call_id = 2'),
(2, 'DELETE FROM call_holds WHERE call_id = 1',
    'DELETE FROM call_holds WHERE call_id = 2'),
(2, 'INSERT INTO client_events (client_event_id, undone_at)
    VALUES (gen_random_uuid(), now())', NULL),
(2, 'INSERT INTO survey_questions (campaign_id, question_text, question_type)
    VALUES (1, ''?'', ''yes_no'')',
    'INSERT INTO survey_questions (campaign_id, question_text, question_type)
    VALUES (2, ''?'', ''yes_no'')'),
(2, 'UPDATE survey_questions SET question_text = ''x'' WHERE question_id = 1',
    'UPDATE survey_questions SET question_text = ''x'' WHERE question_id = 2'),
(2, 'DELETE FROM survey_questions WHERE question_id = 8',
    'DELETE FROM survey_questions WHERE question_id = 9'),
(2, 'INSERT INTO survey_responses (voter_id, question_id, response_value)
    VALUES (1, 1, ''yes'')',
    'INSERT INTO survey_responses (voter_id, question_id, response_value)
    VALUES (1, 2, ''yes'')'),
(4, 'INSERT INTO survey_responses (voter_id, question_id, response_value)
    VALUES (2, 1, ''yes'')',
    'INSERT INTO survey_responses (voter_id, question_id, interaction_id,
    response_value) VALUES (3, 1, 4, ''yes'')'),
(2, 'UPDATE survey_responses SET response_value = ''x'' WHERE response_id = 1',
    'UPDATE survey_responses SET response_value = ''x'' WHERE response_id = 2'),
(2, 'DELETE FROM survey_responses WHERE response_id = 1',
    'DELETE FROM survey_responses WHERE response_id = 2'),
(3, 'INSERT INTO donations (campaign_id, amount) VALUES (1, 100)',
    'INSERT INTO donations (campaign_id, amount) VALUES (2, 100)'),
(4, 'INSERT INTO donations (campaign_id, voter_id, amount)
    VALUES (1, 2, 100)', NULL),
(3, 'UPDATE donations SET employer = ''x'' WHERE donation_id = 1',
    'UPDATE donations SET employer = ''x'' WHERE donation_id = 2'),
(2, 'INSERT INTO consents (voter_id, campaign_id, channel, granted, source)
    VALUES (1, 1, ''sms'', true, ''Call'')',
    'INSERT INTO consents (voter_id, campaign_id, channel, granted, source)
    VALUES (3, 2, ''sms'', true, ''Call'')'),
(4, 'INSERT INTO consents (voter_id, campaign_id, channel, granted, source)
    VALUES (2, 1, ''sms'', true, ''Call'')', NULL),
(3, 'INSERT INTO gift_mappings (campaign_id, source, mapping)
    VALUES (1, ''new'', ''{}'')',
    'INSERT INTO gift_mappings (campaign_id, source, mapping)
    VALUES (2, ''new'', ''{}'')'),
(3, 'UPDATE gift_mappings SET mapping = ''{"amount": "X"}''
    WHERE mapping_id = 1',
    'UPDATE gift_mappings SET mapping = ''{"amount": "X"}''
    WHERE mapping_id = 2'),
(3, 'DELETE FROM gift_mappings WHERE mapping_id = 1',
    'DELETE FROM gift_mappings WHERE mapping_id = 2'),
(2, 'INSERT INTO saved_layouts (campaign_id, name) VALUES (1, ''new'')',
    'INSERT INTO saved_layouts (campaign_id, name) VALUES (2, ''new'')'),
(2, 'UPDATE saved_layouts SET mapping = ''{"city": "X"}'' WHERE layout_id = 1',
    'UPDATE saved_layouts SET mapping = ''{"city": "X"}'' WHERE layout_id = 2'),
(2, 'DELETE FROM saved_layouts WHERE layout_id = 1',
    'DELETE FROM saved_layouts WHERE layout_id = 2'),
(2, 'INSERT INTO imports (campaign_id) VALUES (1)',
    'INSERT INTO imports (campaign_id) VALUES (2)'),
(2, 'UPDATE imports SET state = ''done'' WHERE import_id = 1',
    'UPDATE imports SET state = ''done'' WHERE import_id = 2'),
(2, 'INSERT INTO import_rejects (import_id, line, message)
    VALUES (1, 3, ''Bad.'')',
    'INSERT INTO import_rejects (import_id, line, message)
    VALUES (2, 3, ''Bad.'')');
-- An invisible row is not found; a forbidden new row is an error.
SELECT is(pg_temp.app(who, statement),
    CASE WHEN allowed THEN '1' WHEN statement ~ '^INSERT' THEN '42501'
    ELSE '0' END, pg_temp.title(who, statement))
FROM (SELECT who, rank, own AS statement, rank >= minimum AS allowed
    FROM writes, people
    UNION ALL SELECT who, rank, other, rank = 9 FROM writes, people
    WHERE other IS NOT NULL) t
ORDER BY statement, rank;

-- A member cannot move a row to a campaign of which they are not a member.
SELECT is(pg_temp.app(who, statement), '42501', pg_temp.title(who, statement))
FROM (VALUES
('manager', 'UPDATE campaigns SET campaign_id = 7 WHERE campaign_id = 1'),
('editor', 'UPDATE interactions SET campaign_id = 2 WHERE interaction_id = 3'),
('editor', 'UPDATE interactions SET campaign_id = NULL
    WHERE interaction_id = 3'),
('editor', 'UPDATE interactions SET voter_id = 2 WHERE interaction_id = 3'),
('editor', 'UPDATE interactions SET user_id = 1 WHERE interaction_id = 3'),
('editor', 'UPDATE survey_questions SET campaign_id = 2
    WHERE question_id = 1'),
('editor', 'UPDATE survey_responses SET question_id = 2
    WHERE response_id = 1'),
('manager', 'UPDATE donations SET campaign_id = 2 WHERE donation_id = 1'),
('manager', 'UPDATE donations SET voter_id = 2 WHERE donation_id = 1'),
('editor', 'UPDATE imports SET campaign_id = 2 WHERE import_id = 1'),
-- Not even an admin may do these.
('admin', 'SELECT password_hash FROM users'),
('admin', 'SELECT u FROM users u'),
('admin', 'SELECT count(*) FROM users WHERE password_hash IS NULL'),
('admin', 'UPDATE users SET password_hash = ''x'''),
('admin', 'INSERT INTO users (username, password_hash) VALUES (''a'', ''b'')'),
('admin', 'SELECT count(*) FROM api_tokens'),
('admin', 'INSERT INTO api_tokens (user_id, kind, token_hash)
    VALUES (1, ''session'', sha256(''x''))'),
('admin', 'UPDATE api_tokens SET revoked_at = NULL'),
('admin', 'DELETE FROM api_tokens'),
('admin', 'SELECT count(*) FROM valid_tokens'),
('admin', 'UPDATE consents SET granted = true'),
('admin', 'DELETE FROM consents'),
('admin', 'DELETE FROM votes'),
('admin', 'UPDATE elections SET name = ''x'''),
('admin', 'UPDATE turfs SET code = ''x'''),
('admin', 'UPDATE turf_voters SET voter_id = 1'),
('admin', 'DELETE FROM turf_voters'),
('admin', 'DELETE FROM call_people'),
('admin', 'UPDATE call_people SET voter_id = 1'),
('admin', 'DELETE FROM client_events'),
('admin', 'UPDATE client_events SET content = NULL'),
('admin', 'INSERT INTO client_events (client_event_id, user_id, undone_at)
    VALUES (gen_random_uuid(), 3, now())'),
('admin', 'INSERT INTO ballots (election_id, method) VALUES (1, ''x'')'),
('admin', 'SELECT votes_undo(1, false)'),
('admin', 'SELECT votes_set(1, ''NC'', NULL)'),
('admin', 'DELETE FROM donations'),
('admin', 'DELETE FROM imports'),
('admin', 'UPDATE import_rejects SET message = ''x'''),
('admin', 'UPDATE import_voters SET joined = named'),
('editor', 'UPDATE imports SET undone_at = NULL WHERE import_id = 1'),
('admin', 'UPDATE campaign_voters SET voter_id = 2'),
('admin', 'TRUNCATE voters CASCADE'),
('admin', 'CREATE TABLE cerberus.mine (i integer)'),
('admin', 'CREATE TABLE public.mine (i integer)'),
('admin', 'ALTER TABLE voters DISABLE ROW LEVEL SECURITY'),
('admin', 'SET row_security = off; SELECT count(*) FROM api_tokens')
) t (who, statement);
SELECT is(pg_temp.app('viewer', 'SELECT count(*) FROM voters
    WHERE set_config(''row_security'', ''off'', true) = ''off'''), '2',
    'row_security = off does not reveal any row');

SELECT ok(NOT pg_has_role('cerberus_app', 'cerberus_owner', 'MEMBER'),
    'cerberus_app cannot become the owner');

-- An admin may write rows without a campaign.
SELECT is(pg_temp.app('admin', 'INSERT INTO interactions (voter_id,
    interaction_type) VALUES (4, ''Call'')'), '1',
    'an admin writes an interaction without a campaign');
SELECT is(pg_temp.app('editor', 'INSERT INTO interactions (voter_id,
    campaign_id, interaction_type) VALUES (1, 1, ''Call'')
    RETURNING user_id'), '3', 'an interaction belongs to its author');

-- A member of both campaigns may let a voter of one join the other.
INSERT INTO cerberus.campaign_members (campaign_id, user_id, role)
VALUES (2, 3, 'viewer');
SELECT is(pg_temp.app('editor', 'INSERT INTO campaign_voters (campaign_id,
    voter_id) VALUES (1, 2)'), '1', 'a voter whom the caller sees may join');
SELECT is(pg_temp.app('editor', 'INSERT INTO campaign_voters (campaign_id,
    voter_id) VALUES (2, 1)'), '42501', 'a viewer cannot let a voter join');
DELETE FROM cerberus.campaign_members WHERE campaign_id = 2 AND user_id = 3;

-- A new voter: insert, let it join, read it, without savepoints.
SET LOCAL ROLE cerberus_app;
SELECT user_id FROM cerberus.identify(sha256('editor')) \g /dev/null
INSERT INTO cerberus.voters (first_name, last_name) VALUES ('New', 'Voter');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
VALUES (1, currval('cerberus.voters_voter_id_seq')) ON CONFLICT DO NOTHING;
SELECT first_name AS made FROM cerberus.voters
WHERE voter_id = currval('cerberus.voters_voter_id_seq') \gset
RESET ROLE;
SELECT is(:'made'::text, 'New',
    'an editor creates a voter, lets it join and sees it');

-- Each function of a policy runs once per statement, not once per row.
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT i, 'Many', 'Voter' FROM generate_series(2001, 2500) i;
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 1, i FROM generate_series(2001, 2500) i;
CREATE FUNCTION pg_temp.function_scans(who text, statement text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	line text;
	worst bigint := 0;
BEGIN
	PERFORM cerberus.identify(sha256(who::bytea));
	PERFORM set_config('role', 'cerberus_app', true),
	    set_config('search_path', 'cerberus', true);
	FOR line IN EXECUTE
	    'EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF) ' || statement
	LOOP
		-- Each InitPlan that calls a function is a Result node.
		IF line ~ '->  Result' THEN
			worst := greatest(worst,
			    substring(line FROM 'loops=(\d+)')::bigint);
		ELSIF line ~ 'Filter:.*caller_' THEN
			worst := greatest(worst, 1000000);
		END IF;
	END LOOP;
	PERFORM set_config('role', 'none', true),
	    set_config('search_path', 'public, pg_catalog', true);
	RETURN worst;
END
$$;
SELECT is(pg_temp.function_scans(who, 'SELECT * FROM ' || tab), 1::bigint,
    who || ' reads ' || tab || ': each function of the policy runs once')
FROM reads, (VALUES ('admin'), ('viewer')) w (who);

SELECT * FROM finish();
ROLLBACK;
