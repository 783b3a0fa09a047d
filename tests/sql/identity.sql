-- Tokens: which are valid, and what they allow.
\ir fixture.psql
SELECT no_plan();

-- Call identify() as the programs do.  Return its row, or the error.
CREATE FUNCTION pg_temp.try(token text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN (SELECT concat_ws(' ', user_id, username, is_admin)
	    FROM cerberus.identify(sha256(token::bytea)));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, detail);
END
$$;

INSERT INTO cerberus.users (user_id, username, role, is_active)
VALUES (7, 'gone', 'admin', false);
INSERT INTO cerberus.api_tokens (user_id, kind, token_hash, expires_at,
    revoked_at)
VALUES (1, 'session', sha256('late'), now() + interval '1 minute', NULL),
    (1, 'session', sha256('expired'), now(), NULL),
    (1, 'api_key', sha256('revoked'), NULL, now()),
    (1, 'session', sha256('both'), now() + interval '1 day',
	now() - interval '1 hour'),
    (7, 'api_key', sha256('gone'), NULL, NULL);

SELECT is(pg_temp.try('admin'), '1 admin t', 'an admin''s token is valid');
SELECT is(pg_temp.try('editor'), '3 editor f', 'a user''s token is valid');
SELECT is(pg_temp.try('late'), '1 admin t',
    'a session that has not expired is valid');
SELECT is(pg_temp.try(token),
    'CB401 The token is not valid. invalid_token', 'not valid: ' || token)
FROM unnest(ARRAY['', 'unknown', 'expired', 'revoked', 'both', 'gone',
    'Admin']) token;
SELECT throws_ok('SELECT * FROM cerberus.identify(NULL)', 'CB401',
    'The token is not valid.', 'not valid: null');
SELECT throws_ok('SELECT * FROM cerberus.identify('''')', 'CB401',
    'The token is not valid.', 'not valid: no bytes');

-- Roles within a campaign.
SELECT is(pg_temp.app(who, format('SELECT caller_campaigns(%L)', minimum)),
    campaigns, format('%s has at least the role %s in %s',
    coalesce(who, 'no identity'), minimum, campaigns))
FROM (VALUES
('viewer', 'viewer', '{1}'), ('viewer', 'editor', '{}'),
('viewer', 'manager', '{}'), ('editor', 'viewer', '{1}'),
('editor', 'editor', '{1}'), ('editor', 'manager', '{}'),
('manager', 'viewer', '{1}'), ('manager', 'editor', '{1}'),
('manager', 'manager', '{1}'), ('stranger', 'editor', '{2}'),
('nobody', 'viewer', '{}'), ('admin', 'viewer', '{}'),
('manager', 'owner', '{}'), ('manager', NULL, '{}'),
(NULL, 'viewer', '{}')) t (who, minimum, campaigns);
SELECT is(pg_temp.app('admin', 'SELECT caller_is_admin()'), 'true',
    'caller_is_admin() is true for an admin');
SELECT is(pg_temp.app('manager', 'SELECT caller_is_admin()'), 'false',
    'caller_is_admin() is false for a manager');
SELECT is(pg_temp.app('manager', 'SELECT caller_id()'), '2',
    'caller_id() is the id of the caller');
SELECT is(pg_temp.app(NULL, 'SELECT caller_id()'), '(null)',
    'caller_id() is null without an identity');
SELECT is(pg_temp.app(NULL, 'SELECT caller_is_admin()'), 'false',
    'caller_is_admin() is false without an identity');

-- Forging the setting gives no access, and raises no error.
SELECT is(pg_temp.app(NULL, format('SELECT count(v.voter_id) + count(i)
    + count(caller_id()) + cardinality(caller_campaigns(''viewer''))
    FROM (SELECT set_config(''cerberus.token'', %L, true)) s
    LEFT JOIN LATERAL (SELECT * FROM voters WHERE set_config <> ''?'') v ON true
    LEFT JOIN interactions i ON true', forged)), '0',
    'forged: ' || left(forged, 30))
FROM (VALUES (''), ('1'), ('admin'), ('t'), ('null'), ('%'), ('''; --'),
    ('\x' || encode(sha256('admin'), 'hex')), ('zz' || repeat('0', 62)),
    (upper(encode(sha256('admin'), 'hex'))), (repeat('é', 64)),
    (encode(sha256('unknown'), 'hex')), (encode(sha256('revoked'), 'hex')),
    (encode(sha256('gone'), 'hex')), (repeat('f', 100000))) f (forged);

-- Revoking a token takes effect at once, also within a transaction.
SELECT user_id FROM cerberus.identify(sha256('admin')) \g /dev/null
SELECT ok(cerberus.caller_is_admin(), 'an admin before the token is revoked');
UPDATE cerberus.api_tokens SET revoked_at = now()
WHERE token_hash = sha256('admin');
SELECT ok(NOT cerberus.caller_is_admin(),
    'not an admin after the token is revoked');
SELECT is(cerberus.caller_campaigns('viewer'), '{}'::bigint[],
    'no campaigns after the token is revoked');

-- PUBLIC has no rights, and the owner cannot log in.
SELECT is((SELECT array_agg(oid::regprocedure::text) FROM pg_proc
    WHERE pronamespace = 'cerberus'::regnamespace
    AND has_function_privilege('public', oid, 'EXECUTE')
    -- The functions of an extension have their own rights.
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid
	AND d.deptype = 'e')), NULL,
    'PUBLIC may call no function');
SELECT is((SELECT array_agg(oid::regclass::text) FROM pg_class
    WHERE relnamespace = 'cerberus'::regnamespace
    AND relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
    AND EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)), NULL,
    'PUBLIC has no right on a table');
SELECT is((SELECT array_agg(oid::regprocedure::text ORDER BY 1) FROM (
    SELECT oid FROM pg_proc WHERE pronamespace = 'cerberus'::regnamespace
    AND proowner <> 'cerberus_owner'::regrole
    UNION ALL SELECT oid FROM pg_class
    WHERE relnamespace = 'cerberus'::regnamespace
    AND relowner <> 'cerberus_owner'::regrole) o
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid
	AND d.deptype = 'e')), NULL,
    'cerberus_owner owns everything');
SELECT ok(NOT rolcanlogin, 'the owner cannot log in')
FROM pg_roles WHERE rolname = 'cerberus_owner';
SELECT is(pg_temp.app(NULL, 'SELECT signup_redirect(1)'),
    'https://own.example.org/thanks',
    'a visitor gets the redirect of a campaign');
SELECT is(pg_temp.app(NULL, 'SELECT signup_redirect(99)'), '(null)',
    'an unknown campaign has no redirect');

-- What the public forms show of a campaign.
UPDATE cerberus.campaigns SET paid_for_by = 'Paid for by Own',
    description = 'secret', committee_id = 'C00000001', details = '{"secret": 1,
    "forms": {"currency": "cad", "amounts": [500, "x", 0, -5, 2.5, 2500,
    123456789], "accent": "#1a2B3c", "background": "red", "secret": 2}}'
WHERE campaign_id = 1;
SELECT is(pg_temp.app(NULL, 'SELECT campaign_public(1)')::jsonb,
    jsonb_build_object('campaign_id', 1, 'campaign_name', campaign_name,
    'committee_kind', committee_kind, 'paid_for_by', 'Paid for by Own',
    'signup_redirect_url', 'https://own.example.org/thanks',
    'donation_redirect_url', donation_redirect_url, 'currency', 'cad',
    'amounts', '[500, 2500]'::jsonb, 'colors', '{"accent": "#1a2B3c"}'::jsonb),
    'a visitor gets these facts of a campaign and no others')
FROM cerberus.campaigns WHERE campaign_id = 1;
UPDATE cerberus.campaigns SET details = '{"forms": [1]}' WHERE campaign_id = 1;
SELECT is(pg_temp.app(NULL, 'SELECT campaign_public(1)')::jsonb
    ->> k, v, 'without a valid choice, ' || k || ' has a default')
FROM (VALUES ('currency', 'usd'), ('amounts', '[]'), ('colors', '{}')) t (k, v);
SELECT is(pg_temp.app(NULL, 'SELECT count(*) FROM campaign_public(99)'), '0',
    'an unknown campaign shows nothing');
SELECT matches(pg_temp.app(NULL, 'SELECT schema_version()'),
    (SELECT change || '-[0-9a-f]{12}' FROM sqitch.changes
    ORDER BY committed_at DESC LIMIT 1),
    'schema_version() is the last change and a hash');
SELECT pg_temp.app(NULL, 'SELECT schema_version()') AS before \gset
UPDATE sqitch.changes SET script_hash = repeat('0', 40)
WHERE change = 'touch';
SELECT isnt(pg_temp.app(NULL, 'SELECT schema_version()'), :'before',
    'an edited script changes the version');

SELECT * FROM finish();
ROLLBACK;
