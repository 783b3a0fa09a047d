-- The public form: find or create a voter, who joins the campaign, and store
-- the interaction and the consents.
\ir fixture.psql
SELECT no_plan();

-- As the programs call signup(): without an identity.
CREATE FUNCTION pg_temp.up(campaign bigint, first text, last text, email text,
	phone text DEFAULT NULL, middle text DEFAULT NULL,
	kind text DEFAULT NULL, notes text DEFAULT 'Website signup.',
	consents jsonb DEFAULT NULL, custom jsonb DEFAULT NULL,
	remote inet DEFAULT NULL, OUT voter bigint, OUT interaction bigint)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('role', 'cerberus_app', true);
	SELECT s.voter_id, s.interaction_id INTO voter, interaction
	FROM cerberus.signup(campaign, first, middle, last, email, phone, kind,
	    notes, consents, custom, remote) s;
	PERFORM set_config('role', 'none', true);
END
$$;
CREATE FUNCTION pg_temp.voter(id bigint) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws('|', first_name, middle_name, last_name,
	    email_address, phone_number, source_campaign_id, custom_fields)
	FROM cerberus.voters WHERE voter_id = id
$$;

SELECT voter AS ana, interaction AS first FROM pg_temp.up(1, 'Ana', 'Núñez',
    'ana@example.org', kind => 'ContactForm', notes => 'Hello.',
    consents => '{"email": true, "sms": false}', remote => '192.0.2.7') \gset
SELECT is(pg_temp.voter(:ana), 'Ana|Núñez|ana@example.org|1|{}',
    'a signup creates a voter');
SELECT results_eq('SELECT campaign_id FROM cerberus.campaign_voters
    WHERE voter_id = ' || :ana, 'VALUES (1::bigint)',
    'the new voter joins the campaign');
SELECT is((SELECT concat_ws('|', voter_id = :ana, campaign_id,
    user_id IS NULL, interaction_type, outcome, notes)
    FROM cerberus.interactions WHERE interaction_id = :first),
    't|1|t|ContactForm|Signed Up|Hello.', 'a signup is an interaction');
SELECT results_eq('SELECT channel::text, granted, source::text,
    host(remote_address), campaign_id FROM cerberus.consents
    WHERE voter_id = ' || :ana || ' ORDER BY channel',
    $$VALUES ('email', true, 'ContactForm', '192.0.2.7', 1::bigint),
	('sms', false, 'ContactForm', '192.0.2.7', 1)$$,
    'a signup stores the consents');
SELECT is((SELECT last_contacted_date FROM cerberus.voters
    WHERE voter_id = :ana), NULL, 'a signup does not count as a contact');

SELECT updated_at AS before FROM cerberus.voters WHERE voter_id = :ana \gset
SELECT voter AS again, interaction AS second
FROM pg_temp.up(1, 'Anna', 'Nunez', 'ana@example.org') \gset
SELECT is(:again::bigint, :ana::bigint,
    'the same e-mail address is the same voter');
SELECT isnt(:second::bigint, :first::bigint,
    'a second signup is a new interaction');
SELECT is((SELECT interaction_type::text FROM cerberus.interactions
    WHERE interaction_id = :second), 'Website Signup',
    'the default type of the interaction');
SELECT is(pg_temp.voter(:ana), 'Ana|Núñez|ana@example.org|1|{}',
    'a second signup does not change the name');
SELECT is((SELECT updated_at FROM cerberus.voters WHERE voter_id = :ana),
    :'before'::timestamptz, 'a signup without news does not update the voter');
SELECT is((SELECT count(*) FROM cerberus.campaign_voters
    WHERE voter_id = :ana), 1::bigint, 'the voter joins once');

SELECT isnt((pg_temp.up(3, 'A', 'N', 'ana@example.org')).voter, :ana::bigint,
    'another campaign''s voter is not found by e-mail address alone');
SELECT is((pg_temp.up(2, 'ANA', 'núñez', 'ana@example.org', '+15125550101',
    'Maria')).voter, :ana::bigint,
    'another campaign''s voter is found by e-mail address and both names');
SELECT is(pg_temp.voter(:ana),
    'Ana|Maria|Núñez|ana@example.org|+15125550101|1|{}',
    'blank columns are filled');
SELECT is((SELECT count(*) FROM cerberus.campaign_voters
    WHERE voter_id = :ana), 2::bigint, 'the voter joins a second campaign');
SELECT pg_temp.up(1, 'A', 'N', 'ana@example.org', '+15125550199', 'Marta')
\g /dev/null
SELECT is(pg_temp.voter(:ana),
    'Ana|Maria|Núñez|ana@example.org|+15125550101|1|{}',
    'filled columns stay');

SELECT is((pg_temp.up(1, 'Ana', 'N', 'new@example.org', '+15125550101')).voter,
    :ana::bigint, 'a voter is found by phone number');
SELECT is(pg_temp.voter(:ana),
    'Ana|Maria|Núñez|ana@example.org|+15125550101|1|{}',
    'a voter found by phone number keeps the e-mail address');
INSERT INTO cerberus.voters (voter_id, first_name, last_name, phone_number)
VALUES (50, 'Phone', 'Only', '+15125550102'), (51, 'Twin', 'A', NULL),
    (52, 'Ask', 'Me', 'ask me'), (53, 'Elsewhere', 'B', '+15125550104');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
VALUES (1, 50), (1, 51), (1, 52), (2, 53);
SELECT is((pg_temp.up(1, 'P', 'O', 'po@example.org', '+15125550102')).voter,
    50::bigint, 'a voter without an e-mail address is found by phone number');
SELECT is(pg_temp.voter(50), 'Phone|Only|po@example.org|+15125550102|{}',
    'a blank e-mail address is filled');
SELECT isnt((pg_temp.up(1, 'Ask', 'Me', 'am@example.org', 'ask me')).voter,
    52::bigint, 'text that is not a phone number matches no voter');
SELECT isnt((pg_temp.up(1, 'Elsewhere', 'C', 'ec@example.org',
    '+15125550104')).voter, 53::bigint,
    'another campaign''s voter is not found by phone number and one name');
SELECT is((pg_temp.up(3, 'elsewhere', 'b', 'eb@example.org',
    '+15125550104')).voter, 53::bigint,
    'another campaign''s voter is found by phone number and both names');
INSERT INTO cerberus.voters (voter_id, first_name, last_name, email_address,
    phone_number)
VALUES (61, 'Twin', 'E', 'twins@example.org', '+15125550103'),
    (60, 'Twin', 'B', 'twins@example.org', '+15125550103'),
    (59, 'Twin', 'C', 'twins@example.org', '+15125550103'),
    (58, 'Twin', 'D', 'other@example.org', '+15125550103');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 1, n FROM generate_series(58, 60) n
UNION ALL SELECT 2, n FROM generate_series(59, 61) n;
SELECT is((pg_temp.up(1, 'T', 'X', 'twins@example.org', '+15125550103')).voter,
    59::bigint, 'the e-mail address comes first, and of several the oldest');
SELECT is((pg_temp.up(1, 'T', 'X', 'no@example.org', '+15125550103')).voter,
    58::bigint, 'the oldest voter with a phone number is found');
SELECT is((pg_temp.up(1, 'Twin', 'E', 'twins@example.org')).voter, 59::bigint,
    'voters of the campaign come before others');

-- Donors: spouses with one address are two people.
SELECT is(cerberus.voter_find(1, 'twin', NULL, 'X', 'twins@example.org', NULL,
    NULL, true), 59::bigint,
    'a donor is found by e-mail address and first name');
SELECT ok(cerberus.voter_find(1, 'Other', NULL, 'C', 'twins@example.org',
    '+15125550103', NULL, true) NOT IN (58, 59, 60, 61),
    'a donor is not found by e-mail address alone, nor by phone and one name');
SELECT is(cerberus.voter_find(1, 'Twin', NULL, 'D', 'd@example.org',
    '+15125550103', NULL, true), 58::bigint,
    'a donor is found by phone number and both names');

-- A visitor's consent never lifts an opt-out.
SELECT cerberus.may_contact(v, 'email', 1) AS before FROM cerberus.voters v
WHERE voter_id = :ana \gset
INSERT INTO cerberus.consents (voter_id, campaign_id, channel, granted, source,
    user_id)
VALUES (:ana, 1, 'email', false, 'Staff', 4);
SELECT pg_temp.up(1, 'Ana', 'N', 'ana@example.org',
    consents => '{"email": true, "sms": true}') \g /dev/null
SELECT results_eq('SELECT channel::text, confirmed FROM cerberus.consents
    WHERE by_visitor AND granted AND voter_id = ' || :ana || ' ORDER BY
    consent_id DESC LIMIT 2', $$VALUES ('email', false), ('sms', true)$$,
    'a consent against an opt-out is recorded as unconfirmed');
SELECT results_eq('SELECT cerberus.may_contact(v, $$email$$, 1),
    cerberus.may_contact(v, $$sms$$, 1), ' || quote_literal(:'before') ||
    '::boolean FROM cerberus.voters v WHERE voter_id = ' || :ana,
    'VALUES (false, true, true)', 'the opt-out stays in force');
DELETE FROM cerberus.users WHERE user_id = 4;
SELECT is((SELECT cerberus.may_contact(v, 'email', 1) FROM cerberus.voters v
    WHERE voter_id = :ana), false, 'the opt-out outlives its author');
SELECT pg_temp.up(1, 'Ana', 'N', 'ana@example.org',
    consents => '{"email": true}') \g /dev/null
SELECT is((SELECT cerberus.may_contact(v, 'email', 1) FROM cerberus.voters v
    WHERE voter_id = :ana), false, 'the next consent does not lift it either');
INSERT INTO cerberus.consents (voter_id, campaign_id, channel, granted, source,
    created_at)
VALUES (:ana, 1, 'email', true, 'Staff', clock_timestamp());
SELECT is((SELECT cerberus.may_contact(v, 'email', 1) FROM cerberus.voters v
    WHERE voter_id = :ana), true, 'staff can lift the opt-out');
SELECT pg_temp.up(1, 'Ana', 'N', 'ana@example.org',
    consents => '{"sms": false}') \g /dev/null
SELECT isnt((pg_temp.up(1, 'N', 'N', 'fresh@example.org')).voter, 51::bigint,
    'two voters without a phone number do not match');

SELECT voter AS keen FROM pg_temp.up(1, 'Keen', 'Voter', 'keen@example.org',
    custom => '{"yard_sign": true}') \gset
SELECT is((SELECT custom_fields FROM cerberus.voters WHERE voter_id = :keen),
    '{"interests": {"yard_sign": true}}', 'other interests are stored');
SELECT pg_temp.up(1, 'Keen', 'Voter', 'keen@example.org',
    custom => '{"host": true, "yard_sign": false}') \g /dev/null
SELECT is((SELECT custom_fields FROM cerberus.voters WHERE voter_id = :keen),
    '{"interests": {"host": true, "yard_sign": false}}',
    'interests are merged');
SELECT updated_at AS before FROM cerberus.voters WHERE voter_id = :keen \gset
SELECT pg_temp.up(1, 'Keen', 'Voter', 'keen@example.org',
    custom => '{"host": true}') \g /dev/null
SELECT pg_temp.up(1, 'Keen', 'Voter', 'keen@example.org', custom => '{}')
\g /dev/null
SELECT is((SELECT updated_at FROM cerberus.voters WHERE voter_id = :keen),
    :'before'::timestamptz,
    'interests without news do not update the voter');
UPDATE cerberus.voters SET custom_fields = '{"interests": "x", "a": 1}'
WHERE voter_id = :keen;
SELECT pg_temp.up(1, 'Keen', 'Voter', 'keen@example.org',
    custom => '{"host": true}') \g /dev/null
SELECT is((SELECT custom_fields FROM cerberus.voters WHERE voter_id = :keen),
    '{"interests": {"host": true}, "a": 1}', 'other custom fields stay');

SELECT is((SELECT voter FROM pg_temp.up(99999, 'A', 'B', 'x@example.org')),
    NULL, 'a signup for an unknown campaign returns no row');
SELECT is((SELECT count(*) FROM cerberus.voters
    WHERE email_address = 'x@example.org'), 0::bigint,
    'a signup for an unknown campaign stores no voter');
SELECT is((SELECT voter FROM pg_temp.up(NULL, 'A', 'B', 'x@example.org')),
    NULL, 'a signup without a campaign returns no row');
SELECT throws_ok($$SELECT pg_temp.up(1, 'A', 'B', 'X@example.org')$$,
    '23514', NULL, 'an e-mail address in upper case is not stored');

-- voter_new() does for a visitor what triggers do for every other row.
SELECT pg_temp.up(1, 'Una', 'Nueva', 'una@example.org', '+15125550199')
\g /dev/null
SELECT results_eq('SELECT after ->> $$last_name$$, after ->> $$phone_number$$
    FROM cerberus.audit_log WHERE action = $$insert$$ AND row_id = (SELECT
    voter_id FROM cerberus.voters WHERE email_address = $$una@example.org$$)',
    $$VALUES ('Nueva', '+15125550199')$$,
    'a signup adds one entry to the audit log');
SELECT results_eq('SELECT block, sum(n)::bigint FROM cerberus.tallies
    WHERE scope = 0 GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1',
    'SELECT voter_id >> 10, count(*) FROM cerberus.voters GROUP BY 1
    ORDER BY 1', 'the tallies agree with the voters');
SELECT results_eq('SELECT scope, sum(n)::bigint FROM cerberus.tallies
    WHERE scope > 0 GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1',
    'SELECT campaign_id, count(*) FROM cerberus.campaign_voters GROUP BY 1
    ORDER BY 1', 'the tallies agree with the campaigns');
SELECT seq_scan AS scans FROM pg_stat_xact_user_tables
    WHERE relid = 'cerberus.tallies'::regclass \gset
SELECT cerberus.merge_tallies() \g /dev/null
SELECT is((SELECT seq_scan FROM pg_stat_xact_user_tables
    WHERE relid = 'cerberus.tallies'::regclass), :scans::bigint,
    'new tallies are found by their index');
SELECT is((SELECT count(*) FROM cerberus.tallies WHERE fresh), 0::bigint,
    'and merged');
SELECT ok(EXISTS (SELECT FROM cerberus.voter_names
    WHERE name = 'nueva' AND is_last), 'the new name can be found');

SELECT * FROM finish();
ROLLBACK;
