-- The phone bank, and contacts that devices send.
\ir fixture.psql
SELECT no_plan();

UPDATE cerberus.voters SET phone_number = '+1919555010' || voter_id;
INSERT INTO cerberus.voters (voter_id, first_name, last_name, phone_number,
    mobile_phone)
SELECT 50 + i, 'Caller', 'Number' || i, '+1919555020' || i,
    CASE WHEN i = 5 THEN '+19195550299' END FROM generate_series(1, 6) i;
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 1, 50 + i FROM generate_series(1, 6) i;
INSERT INTO cerberus.call_lists (call_list_id, campaign_id, list_name, people)
VALUES (31, 1, 'First', 6), (32, 1, 'Second', 1), (33, 2, 'Other', 1);
INSERT INTO cerberus.call_people (call_id, call_list_id, campaign_id, voter_id,
    due_at)
SELECT 300 + i, 31, 1, 50 + i, now() - interval '1 minute'
FROM generate_series(1, 6) i
UNION ALL VALUES (311, 32, 1, 51, now() - interval '1 minute'),
    (312, 33, 2, 2, now() - interval '1 minute');

-- Run a statement as the programs do, and keep what it writes.
CREATE FUNCTION pg_temp.does(who text, statement text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('search_path', 'cerberus', true);
	PERFORM cerberus.identify(sha256(who::bytea));
	SET LOCAL ROLE cerberus_app;
	BEGIN
		EXECUTE statement INTO result;
	EXCEPTION WHEN OTHERS THEN
		result := SQLSTATE;
	END;
	RESET ROLE;
	PERFORM set_config('search_path', 'public, pg_catalog', true);
	RETURN result;
END
$$;
CREATE FUNCTION pg_temp.next(who text, list integer) RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.does(who, format('SELECT voter_id || '' '' || phone_number
	    FROM call_next(%s, 15)', list))
$$;
CREATE FUNCTION pg_temp.ends(who text, voter integer, call text) RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.does(who, format('SELECT call_finish(%s, 1,
	    ''{"call_list_id": 31, "then": %s}'')', voter, call))
$$;
CREATE FUNCTION pg_temp.state(call integer) RETURNS text
LANGUAGE sql AS $$
	SELECT state || CASE WHEN due_at > clock_timestamp() THEN ' later'
	    ELSE '' END || ' ' || tries FROM cerberus.call_people
	WHERE call_id = call
$$;

SELECT is(pg_temp.next('viewer', 31), '42501', 'viewers do not call');
SELECT is(pg_temp.next('stranger', 31), 'CB404',
    'nobody calls the people of another campaign');
SELECT is(pg_temp.next('editor', 33), 'CB404', 'nor their list');
SELECT is(pg_temp.next('editor', 31), '51 +19195550201', 'the first person');
SELECT is(pg_temp.next('editor', 31), '51 +19195550201',
    'a caller who asks again gets the person in hand');
SELECT is(pg_temp.next('manager', 31), '52 +19195550202',
    'another caller gets the next person');
SELECT is(pg_temp.next('admin', 32), NULL,
    'a person in hand is in no other list');
SELECT is(pg_temp.does('editor', 'SELECT call_give_back(31)'), '1',
    'a person is given back');
SELECT is(pg_temp.next('admin', 31), '53 +19195550203',
    'who was given back is at the end of the line');
UPDATE cerberus.call_people SET due_at = now() WHERE call_id = 311;
SELECT is(pg_temp.next('admin', 32), '51 +19195550201',
    'who was given back can be called from another list');
SELECT is(pg_temp.does('admin', 'SELECT call_give_back(32)'), '1',
    'each list by itself');

-- What becomes of them.
SELECT is(pg_temp.ends('manager', 52, '"done"'), '', 'they were reached');
SELECT is(pg_temp.state(302), 'done 1', 'who was reached is done');
SELECT is(pg_temp.ends('admin', 53, '"later"'), '', 'nobody answered');
SELECT is(pg_temp.state(303), 'open later 1',
    'who did not answer is called later');
SELECT is(pg_temp.next('editor', 31), '54 +19195550204', 'the fourth');
SELECT is(pg_temp.ends('editor', 54, '"call_back", "call_back_at":
    "2020-01-01T00:00:00Z"'), '', 'a time to call back');
SELECT is(pg_temp.next('manager', 31), '54 +19195550204',
    'whose time has come is called before the others');
SELECT is(pg_temp.ends('manager', 54, '"opt_out"'), '', 'no more calls');
SELECT is(granted::text, 'false', 'an opt-out is a consent that is refused')
FROM cerberus.consents WHERE voter_id = 54 AND channel = 'phone';
SELECT is(pg_temp.next('editor', 31), '55 +19195550205', 'the fifth');
SELECT is(pg_temp.ends('editor', 55, '"wrong_number", "phone_number":
    "+19195550205"'), '', 'a wrong number');
SELECT is(pg_temp.next('editor', 31), '56 +19195550206', 'the sixth');
SELECT is(pg_temp.next('manager', 31), '51 +19195550201',
    'the first comes round again');
SELECT is(pg_temp.next('admin', 31), '55 +19195550299',
    'a person with another number is called there');
SELECT is(pg_temp.ends('admin', 55, '"wrong_number", "phone_number":
    "+19195550299"'), '', 'which is wrong, too');
SELECT is(pg_temp.next('admin', 31), NULL, 'nobody is left');
SELECT is(pg_temp.state(305), 'skipped 2', 'who has no number is skipped');

-- A report that comes late.
UPDATE cerberus.call_holds SET held_until = now() WHERE voter_id = 56;
UPDATE cerberus.call_people SET due_at = now() WHERE call_id = 306;
SELECT is(pg_temp.next('admin', 31), '56 +19195550206',
    'a person whose caller has gone is called by another');
SELECT is(pg_temp.ends('editor', 56, '"later"'), '', 'a late report');
SELECT is(user_id, 1::bigint, 'does not take them from the other caller')
FROM cerberus.call_holds WHERE voter_id = 56;
SELECT is(pg_temp.ends('admin', 56, '"done"'), '', 'who reaches them');
SELECT is(pg_temp.ends('editor', 56, '"later"'), '', 'a later report');
SELECT is(pg_temp.state(306), 'done 2', 'does not reopen them');
SELECT is(pg_temp.ends('editor', 2, '"done"'), 'CB400',
    'who is not on the list');
SELECT is(pg_temp.ends('viewer', 56, '"done"'), '42501',
    'viewers report no calls');

-- Opt-outs after the list was made, of whatever kind.
UPDATE cerberus.call_people SET state = 'open', due_at = now() - interval '1 day'
WHERE call_list_id = 31;
DELETE FROM cerberus.call_holds;
UPDATE cerberus.voters SET contact_phone = false WHERE voter_id = 51;
INSERT INTO cerberus.opt_out_contacts (campaign_id, contact, channel, source)
VALUES (NULL, '+19195550202', 'phone', 'Test');
DELETE FROM cerberus.campaign_voters WHERE voter_id = 53;
SELECT is(pg_temp.next('editor', 31), '56 +19195550206',
    'who opted out or left the campaign is passed over');
SELECT is(string_agg(call_id::text, ' ' ORDER BY call_id), '301 302 303 304 305',
    'and skipped') FROM cerberus.call_people
WHERE call_list_id = 31 AND state = 'skipped';

-- Events.
CREATE FUNCTION pg_temp.event(who text, n integer, rest text) RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.does(who, format('SELECT (interaction_id IS NOT NULL) ||
	    '' '' || repeated FROM record_event(''{"client_event_id":
	    "00000000-0000-4000-8000-%s", %s}'')', lpad(n::text, 12, '0'), rest))
$$;
CREATE TEMP TABLE given AS SELECT '"voter_id": "55", "campaign_id": "1",
    "interaction_type": "Door Knock", "outcome": "Not Home"' AS event,
    '"undo": "t", "voter_id": "55", "campaign_id": "1"' AS undo;
GRANT SELECT ON given TO PUBLIC;
SELECT is(pg_temp.event('editor', 1, event), 'true false', 'a new event')
FROM given;
SELECT is(pg_temp.event('editor', 1, event), 'true true', 'a known event')
FROM given;
SELECT is(pg_temp.event('editor', 1, event || ', "notes": "x"'), 'CB409',
    'with other content') FROM given;
SELECT is(pg_temp.event('manager', 1, event), 'CB409', 'of another user')
FROM given;
SELECT is(count(*), 1::bigint, 'one interaction')
FROM cerberus.interactions WHERE voter_id = 55;
SELECT is(user_id, 3::bigint, 'which is whose event it was')
FROM cerberus.interactions WHERE voter_id = 55;
SELECT is(pg_temp.event('viewer', 2, event), '42501', 'viewers send none')
FROM given;
SELECT is(pg_temp.event('viewer', 2, undo), '42501', 'and undo none')
FROM given;
DELETE FROM cerberus.interactions WHERE voter_id = 55;
SELECT is(pg_temp.event('editor', 1, event), 'false true',
    'an event is remembered without its interaction') FROM given;
SELECT is(pg_temp.event('editor', 3, event || ', "answers": [{"question_id": "1",
    "response_value": "yes"}], "call": {"call_list_id": 31, "then": "done"}'),
    'true false', 'with an answer, at the end of a call') FROM given;
SELECT is(pg_temp.state(305), 'done 3', 'the call has ended');
SELECT is(pg_temp.event('editor', 3, undo || ', "call": {"call_list_id": 31,
    "then": "reopen"}'), 'false false', 'it is undone') FROM given;
SELECT is(pg_temp.event('editor', 3, undo), 'false true', 'once') FROM given;
SELECT is(pg_temp.state(305), 'open 2', 'the call did not happen');
SELECT is((SELECT count(*) FROM cerberus.interactions WHERE voter_id = 55)
    + (SELECT count(*) FROM cerberus.survey_responses WHERE voter_id = 55),
    0::bigint, 'nor the answer');
SELECT is(pg_temp.event('editor', 4, undo), 'false false',
    'an event is undone before it comes') FROM given;
SELECT is(pg_temp.event('editor', 4, event), 'false true',
    'and then records nothing') FROM given;
SELECT is(pg_temp.event('editor', 5, event || ', "call": {"call_list_id": 31,
    "then": "opt_out"}'), 'true false', 'an opt-out') FROM given;
SELECT is(pg_temp.event('editor', 5, event || ', "call": {"call_list_id": 31,
    "then": "opt_out"}'), 'true true', 'sent twice') FROM given;
SELECT is(count(*), 1::bigint, 'is recorded once')
FROM cerberus.consents WHERE voter_id = 55;
SELECT is(pg_temp.does('editor', format('SELECT string_agg(concat_ws('' '', item,
    interaction_id IS NOT NULL, repeated, state), '', '') FROM
    record_interactions(''[{%s, "item": 0, "client_event_id":
    "00000000-0000-4000-8000-000000000009"}, {%1$s, "item": 1,
    "client_event_id": "00000000-0000-4000-8000-000000000009"}, {%1$s,
    "item": 2, "notes": "x", "client_event_id":
    "00000000-0000-4000-8000-000000000009"}]'', false)', event)),
    '0 t f, 1 t t, 2 f CB409', 'a batch with one event three times')
FROM given;
DELETE FROM cerberus.users WHERE user_id = 3;
SELECT is(pg_temp.event('manager', 9, event), 'CB409',
    'an event outlives its user') FROM given;

SELECT * FROM finish();
ROLLBACK;
