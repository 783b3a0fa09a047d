-- Accounts, the audit log, rate limits and idempotency, as the programs' roles
-- may use them.
\ir fixture.psql
SELECT no_plan();

-- Tables that only functions access.
SELECT is(pg_temp.app(who, format(verb, tab)), '42501',
    pg_temp.title(who, format(verb, tab)))
FROM (VALUES ('login_tries'), ('token_uses'), ('rate_buckets'),
    ('idempotency')) t (tab),
(VALUES ('SELECT count(*) FROM %s'), ('DELETE FROM %s')) v (verb),
(VALUES (NULL), ('viewer'), ('admin')) w (who);

-- The audit log: admins read it, no caller writes it, and it is not empty.
SELECT is(pg_temp.app(who, 'SELECT count(*) > 0 FROM audit_log'), sees,
    coalesce(who, 'no identity') || ' reads the audit log')
FROM (VALUES (NULL, 'false'), ('nobody', 'false'), ('viewer', 'false'),
    ('manager', 'false'), ('admin', 'true')) t (who, sees);
SELECT is(pg_temp.app('admin', statement), '42501',
    pg_temp.title('admin', statement))
FROM (VALUES ('INSERT INTO audit_log (action, table_name)
    VALUES (''insert'', ''voters'')'),
('UPDATE audit_log SET user_id = 1'), ('DELETE FROM audit_log'),
('TRUNCATE audit_log'), ('SELECT audit_add(''insert'', ''x'', 1, NULL, NULL)')
) t (statement);
SELECT is(pg_temp.app(who, 'SELECT erase_traces(99)'), answer,
    who || ' erases a deleted voter')
FROM (VALUES ('manager', 'CB403'), ('admin', '0')) t (who, answer);
SELECT is(pg_temp.app('admin', 'SELECT erase_traces(1)'), 'CB409',
    'a voter who exists is not erased from the log');
SELECT throws_ok('DELETE FROM cerberus.audit_log', '42501', NULL,
    'even a superuser cannot delete an entry by mistake');

-- If the programs set cerberus.task themselves, that hides nothing from the
-- audit log: neither what they write, nor what a function writes for them, nor
-- the cascades of either.
CREATE FUNCTION pg_temp.entries(id bigint) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM cerberus.audit_log
	WHERE table_name = 'voters' AND row_id = id AND action = 'update'
$$;
SELECT pg_temp.entries(1) AS before \gset
SELECT set_config('cerberus.task', 'import', true) \g /dev/null
SET LOCAL ROLE cerberus_app;
SELECT user_id FROM cerberus.identify(sha256('editor')) \g /dev/null
UPDATE cerberus.voters SET city = 'Not hidden' WHERE voter_id = 1;
RESET ROLE;
SELECT is(pg_temp.entries(1), :before::bigint + 1, 'an update is logged');
UPDATE cerberus.voters SET email_address = 'filled@example.org',
    source_campaign_id = 3 WHERE voter_id = 1;
SELECT pg_temp.entries(1) AS before \gset
SELECT set_config('cerberus.task', 'import', true) \g /dev/null
SET LOCAL ROLE cerberus_app;
SELECT voter_id FROM cerberus.signup(1, 'O', NULL, 'V', 'filled@example.org',
    '+15125550177', NULL, NULL, NULL, NULL, NULL) \g /dev/null
RESET ROLE;
SELECT is(pg_temp.entries(1), :before::bigint + 1,
    'a phone number that a signup fills is logged');
SELECT pg_temp.entries(1) AS before \gset
SELECT set_config('cerberus.task', 'import', true) \g /dev/null
SET LOCAL ROLE cerberus_app;
SELECT user_id FROM cerberus.identify(sha256('admin')) \g /dev/null
DELETE FROM cerberus.campaigns WHERE campaign_id = 3;
RESET ROLE;
SELECT is((SELECT source_campaign_id FROM cerberus.voters WHERE voter_id = 1),
    NULL, 'a voter outlives the source campaign');
SELECT is(pg_temp.entries(1), :before::bigint + 1,
    'the change by the cascade is logged');
SELECT set_config('cerberus.task', '', true) \g /dev/null
SET LOCAL ROLE none;
SELECT set_config('cerberus.token', '', true) \g /dev/null

-- enter(): tokens, admins and buckets.
SELECT is(pg_temp.app(NULL, statement), answer, pg_temp.title(NULL, statement))
FROM (VALUES
('SELECT user_id FROM enter(sha256(''viewer''), false, ''r'', NULL, NULL,
    NULL)', '4'),
('SELECT refusal FROM enter(sha256(''viewer''), true, ''r'', NULL, NULL, NULL)',
    '403'),
('SELECT user_id FROM enter(sha256(''admin''), true, ''r'', NULL, NULL, NULL)',
    '1'),
('SELECT refusal FROM enter(sha256(''?''), false, ''r'', NULL, NULL, NULL)',
    '401'),
('SELECT coalesce(user_id, refusal) FROM enter(NULL, false, ''r'', NULL, NULL,
    NULL)', '(null)'),
('SELECT refusal FROM rate_take(NULL, ''k'', 1, 3, 1) t, enter(NULL, false,
    ''r'', ''k'', 1, 3)', '(null)')
) t (statement, answer);
SELECT is((SELECT array_agg(remaining) FROM (
    SELECT (cerberus.rate_take(NULL, 'b', 0.001, 3, 1)).remaining
    FROM generate_series(1, 5)) t), '{2,1,0,0,0}', 'requests empty a bucket');
SELECT is(pg_temp.app(NULL, 'SELECT refusal || '' '' || (wait > 0)
    FROM enter(NULL, false, NULL, ''b'', 0.001, 3)'), '429 true',
    'an empty bucket refuses a request');

-- A refused request is not identified, and statements that follow it do
-- nothing.
SELECT is(pg_temp.app(who, statement), answer, pg_temp.title(who, statement))
FROM (VALUES
(NULL, 'SELECT count(caller_id()) FROM enter(sha256(''viewer''), true, NULL,
    NULL, NULL, NULL)', '0'),
('viewer', 'SELECT count(caller_id()) FROM enter(sha256(''?''), false, NULL,
    NULL, NULL, NULL)', '0'),
(NULL, 'SELECT count(s.voter_id) FROM enter(NULL, false, NULL, ''b'', 0.001,
    3) e, signup(e.refusal - 428, ''A'', NULL, ''B'', ''a@example.org'', NULL,
    NULL, NULL, NULL, NULL, NULL) s', '0'),
(NULL, 'SELECT count(s.voter_id) FROM signup(1, ''A'', NULL, ''B'',
    ''a@example.org'', NULL, NULL, NULL, NULL, NULL, NULL) s', '1')
) t (who, statement, answer);

-- An unknown token does not create a bucket; it takes from that of the address.
SELECT cerberus.rate_take(sha256('?'), 'net', 0.001, 1, 1) \g /dev/null
SELECT cerberus.rate_take(sha256('viewer'), 'net', 0.001, 1, 1) \g /dev/null
SELECT is((SELECT array_agg(key ORDER BY key) FROM cerberus.rate_buckets
    WHERE key LIKE 'net%' OR key LIKE 'token%'), ARRAY['net', 'token '
    || encode(sha256('viewer'), 'hex')], 'only a valid token has a bucket');
SELECT is(pg_temp.app(NULL, format('SELECT coalesce(user_id, refusal)
    FROM enter(sha256(%L), false, NULL, ''net'', 0.001, 1)', who)), answer,
    who || ' from an address with an empty bucket')
FROM (VALUES ('?', '429'), ('viewer', '429'), ('editor', '3'))
    t (who, answer);

-- Passwords: everything but the hash is returned, and the hash is compared.
UPDATE cerberus.users SET password_hash = '$phc$' || encode(sha256('verifier'),
    'hex') WHERE username = 'viewer';
SELECT is(pg_temp.app(NULL, statement), answer, pg_temp.title(NULL, statement))
FROM (VALUES
('SELECT phc FROM login_begin(''Viewer'', ''a'', 5, NULL)', '$phc'),
('SELECT phc FROM login_begin(''unknown'', ''a'', 5, NULL)', '(null)'),
('SELECT user_id FROM login_finish(''viewer'', ''a'', NULL, ''verifier'', NULL,
    sha256(''new''), ''new'', 60, NULL, false, NULL, NULL, ''none'')', '4'),
('SELECT count(*) FROM login_finish(''viewer'', ''a'', NULL, ''wrong'', NULL,
    sha256(''new''), ''new'', 60, NULL, false, NULL, NULL, ''none'')', '0'),
('SELECT count(*) FROM login_finish(''editor'', ''a'', NULL, NULL, NULL,
    sha256(''new''), ''new'', 60, NULL, false, NULL, NULL, ''none'')', '0'),
('SELECT password_set(4, NULL)', 'CB403'),
('SELECT password_change(''verifier'', ''$w$'')', '(null)')
) t (statement, answer);
SELECT is(pg_temp.app('manager', 'SELECT password_set(1, NULL)'), 'CB403',
    'a manager cannot set a password');
SELECT is(pg_temp.app('viewer', 'SELECT count(*) FROM members'), '3',
    'a viewer sees the members of their campaign');
SELECT is(pg_temp.app('stranger', 'SELECT member_name(4)'), '(null)',
    'a stranger does not see the name of a member');
SELECT is(pg_temp.app('viewer', 'SELECT count(*) FROM api_keys'), '1',
    'users see their own keys');
SELECT is(pg_temp.app('admin', 'SELECT count(*) FROM api_keys'), '6',
    'an admin sees all keys');
SELECT is(pg_temp.app(who, format('SELECT api_key_revoke(token_id, %L)
    FROM (SELECT min(api_key_id) FROM api_keys WHERE user_id = 4)
    k (token_id)', owner)), answer, who || ' revokes a viewer''s key')
FROM (VALUES ('viewer', NULL, 'true'), ('admin', '4', 'true'),
    ('admin', '3', 'false'), ('manager', '4', 'false')) t (who, owner, answer);

-- Failures slow down further attempts.
SELECT is((SELECT array_agg(cerberus.login_wait('n', 'a' || i % 2, 2, NULL)
    > 0 ORDER BY i) FROM generate_series(1, 6) i), '{f,f,f,f,t,t}',
    'two attempts for a name from each address do not wait');
SELECT is((SELECT array_agg(cerberus.login_wait('m', 'b' || i, 2, NULL)
    ORDER BY i) FROM generate_series(1, 9) i), '{0,0,0,0,0,0,0,0,1}',
    'eight attempts for a name from all addresses do not wait');
SELECT is((SELECT array_agg(cerberus.login_wait('k' || i, 'c', 2, NULL)
    ORDER BY i) FROM generate_series(1, 21) i)::text, '{'
    || repeat('0,', 20) || '3}',
    'the twenty-first attempt from an address waits');
SELECT is(cerberus.login_wait('k21', 'c', 2, 1), 0,
    'a device that is signed in does not wait');
UPDATE cerberus.login_tries SET last_at = clock_timestamp()
    - interval '1 second' WHERE key LIKE 'ticket c %';
SELECT is(cerberus.login_wait('k21', 'c', 2, NULL), 0,
    'the next attempt with a ticket does not wait');
SELECT is(pg_temp.app(NULL, 'SELECT count(*) FROM api_keys'), '0',
    'a visitor sees no keys');

-- Invitations: admins create them, and they work once.
SELECT is(pg_temp.app(who, 'SELECT count(invitation_create(4, sha256(''i'')))'),
    made, coalesce(who, 'no identity') || ' invites')
FROM (VALUES (NULL, '0'), ('manager', '0'), ('admin', '1')) t (who, made);
INSERT INTO cerberus.invitations (user_id, token_hash, expires_at)
VALUES (4, sha256('good'), now() + interval '1 hour'),
    (4, sha256('late'), now()), (6, sha256('other'), now() + interval '1 day');
SELECT is(pg_temp.app(NULL, format('SELECT invitation_good(sha256(%L))',
    token)), good, 'the link ' || token)
FROM (VALUES ('good', 'true'), ('late', 'false'), ('?', 'false'))
    t (token, good);
SELECT is((SELECT array_agg(cerberus.invitation_redeem(sha256('good'), '$w$'
    || repeat('0', 64)) IS NULL) FROM generate_series(1, 2)), '{f,t}',
    'an invitation works once');
SELECT is(cerberus.invitation_redeem(sha256('other'), 'no hash'), NULL,
    'a password is stored only as a hash');

-- Sessions are visible to their owner only.
INSERT INTO cerberus.api_tokens (token_id, user_id, kind, token_hash,
    expires_at)
VALUES (901, 4, 'session', sha256('s'), now() + interval '1 hour'),
    (902, 4, 'setup', sha256('setup'), now() + interval '1 hour'),
    (903, 4, 'session', sha256('over'), now());
SELECT is(pg_temp.app(who, 'SELECT array_agg(session_id) FROM sessions'), sees,
    coalesce(who, 'no identity') || ' sees sessions')
FROM (VALUES (NULL, '(null)'), ('viewer', '{901}'), ('admin', '(null)'),
    ('s', '{901}'), ('setup', 'CB401')) t (who, sees);
SELECT is(pg_temp.app(who, format('SELECT session_end(%s)', id)), done,
    format('%s ends session %s', who, id))
FROM (VALUES ('viewer', 901, 'true'), ('viewer', 902, 'false'),
    ('viewer', 903, 'false'), ('admin', 901, 'false')) t (who, id, done);

-- The second factor: a token of the kind setup is valid for nothing else, and
-- each code is accepted once.
UPDATE cerberus.users SET password_hash = '$phc$' || encode(sha256('verifier'),
    'hex') WHERE user_id = 4;
SELECT is(pg_temp.app(NULL, statement), answer, pg_temp.title(NULL, statement))
FROM (VALUES
('SELECT user_id FROM totp_begin(sha256(''setup''), NULL)', '4'),
('SELECT user_id FROM totp_begin(sha256(''over''), NULL)', '(null)'),
('SELECT refusal FROM enter(sha256(''setup''), false, NULL, NULL, NULL, NULL)',
    '401'),
('SELECT totp_start(sha256(''setup''), ''wrong'', ''x'')', 'false'),
('SELECT totp_start(sha256(''setup''), ''verifier'', ''x'')', 'true'),
('SELECT totp_confirm(sha256(''setup''), 5, ''{}'', 60)', 'false')
) t (statement, answer);
SELECT cerberus.totp_start(sha256('setup'), 'verifier', 'x') \g /dev/null
SELECT is((SELECT state FROM cerberus.login_finish('viewer', 'a', NULL,
    'verifier', NULL, sha256('n1'), 'n', 60, NULL, false, NULL, NULL, 'none')),
    'session', 'a factor that is not confirmed is not required');
SELECT is(cerberus.totp_confirm(sha256('setup'), 5, ARRAY[sha256('r')], 60),
    true, 'a code confirms the factor');
SELECT is((SELECT kind::text FROM cerberus.api_tokens WHERE token_id = 902),
    'session', 'confirming the factor makes the token a session');
SELECT is((SELECT state FROM cerberus.login_finish('viewer', 'a', NULL,
    'verifier', NULL, sha256(('n2' || n)::bytea), 'n', 60, NULL, true, step,
    code, 'none')), state, what)
FROM (VALUES (1, NULL, NULL, 'totp', 'no code is refused'),
    (2, 5, NULL, 'totp', 'the code that confirmed the factor is refused'),
    (3, 6, NULL, 'session', 'a later code is accepted'),
    (4, 6, NULL, 'totp', 'the same code again is refused'),
    (5, 4, NULL, 'totp', 'an earlier code is refused'),
    (6, NULL, sha256('r'), 'session', 'a recovery code is accepted'),
    (7, NULL, sha256('r'), 'totp', 'the recovery code again is refused'))
    t (n, step, code, state, what);
SELECT is((SELECT array_agg(cerberus.totp_missing(id, who) ORDER BY id, who)
    FROM (VALUES (1), (2), (3), (4)) u (id), (VALUES ('admins'),
    ('managers'), ('none')) w (who)), '{t,t,f,f,t,f,f,f,f,f,f,f}',
    'which users must have a factor and do not');

-- Which users may be added as members by id, and by name.
SELECT is(pg_temp.app(who, format('SELECT caller_knows(%s)', id)), answer,
    format('%s knows user %s: %s', coalesce(who, 'no identity'), id, answer))
FROM (VALUES (NULL, 4, 'false'), ('manager', 4, 'true'),
    ('manager', 5, 'false'), ('manager', 99, 'false'), ('admin', 5, 'true'),
    ('admin', 99, 'false'), ('nobody', 4, 'false')) t (who, id, answer);
SELECT is(pg_temp.app(who, format('SELECT member_request(%s, %L, ''viewer'')',
    campaign, given)), answer, format('%s asks for %s in campaign %s',
    coalesce(who, 'no identity'), given, campaign))
FROM (VALUES (NULL, 1, 'viewer', '(null)'), ('nobody', 1, 'viewer', '(null)'),
    ('editor', 1, 'nobody', 'false'), ('manager', 1, 'nobody', 'true'),
    ('manager', 1, 'absent', 'true'), ('manager', 1, 'editor', 'true'),
    ('manager', 2, 'absent', '(null)'), ('manager', 99, 'absent', '(null)'),
    ('admin', 2, 'nobody', 'true'), ('admin', 99, 'nobody', '(null)'))
    t (who, campaign, given, answer);
INSERT INTO cerberus.member_requests (request_id, campaign_id, given, role)
VALUES (1, 1, 'nobody', 'viewer'), (2, 2, 'nobody', 'viewer');
SELECT is(pg_temp.app(who, 'SELECT array_agg(request_id ORDER BY request_id)
    FROM member_requests'), sees, coalesce(who, 'no identity')
    || ' reads requests')
FROM (VALUES (NULL, '(null)'), ('viewer', '(null)'), ('editor', '(null)'),
    ('manager', '{1}'), ('admin', '{1,2}')) t (who, sees);
SELECT is(pg_temp.app(who, statement), answer, pg_temp.title(who, statement))
FROM (VALUES ('manager', 'SELECT count(*) FROM member_confirm(1)', '0'),
    ('admin', 'SELECT user_id FROM member_confirm(1)', '6'),
    ('manager', 'SELECT member_decline(1)', 'false'),
    ('admin', 'SELECT member_decline(1)', 'true'),
    ('admin', 'SELECT member_decline(99)', 'false'),
    ('manager', 'UPDATE member_requests SET state = ''confirmed''', '42501')
) t (who, statement, answer);

-- The last admin cannot be removed.
SELECT is(pg_temp.app('admin', statement), 'CB409',
    pg_temp.title('admin', statement))
FROM (VALUES ('DELETE FROM users WHERE user_id = 1'),
('UPDATE users SET role = ''user'' WHERE user_id = 1'),
('UPDATE users SET is_active = false WHERE user_id = 1')) t (statement);

SELECT * FROM finish();
ROLLBACK;
