-- What an attacker can do who has the password of one of the programs' roles
-- and nothing else.  See docs/security.md, "A stolen database password".
\ir fixture.psql
SELECT no_plan();

-- Rules that the catalogue shows for every function, also for future ones.
CREATE VIEW pg_temp.functions AS
SELECT p.oid::regprocedure::text AS name, p.*,
    coalesce(p.proconfig, '{}') @> ARRAY[
	'search_path=pg_catalog, cerberus, pg_temp'] AS pinned,
    has_function_privilege('cerberus_app', p.oid, 'EXECUTE') AS for_app,
    has_function_privilege('cerberus_stripe', p.oid, 'EXECUTE') AS for_stripe
FROM pg_proc p
WHERE pronamespace = 'cerberus'::regnamespace
AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c');
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE prosecdef AND NOT pinned',
    'every function with its owner''s rights pins search_path');
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE prorettype = $$trigger$$::regtype AND NOT pinned',
    'every trigger function pins search_path, as it may run in a cascade');
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE has_function_privilege($$public$$, oid, $$EXECUTE$$)',
    'PUBLIC may call none of the functions');
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE prosecdef AND proowner <> $$cerberus_owner$$::regrole',
    'every SECURITY DEFINER function belongs to cerberus_owner');
-- enter(), identify() and rate_take() are called in every request and write
-- only tables without triggers.
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE prosecdef AND provolatile = $$v$$ AND for_stripe
    AND proname NOT IN ($$enter$$, $$identify$$, $$rate_take$$)
    AND prosrc !~ ($$\nBEGIN\n(\t--[^\n]*\n)*$$
	|| $$\tPERFORM set_config\(''cerberus.task'', ''$$)',
    'functions that programs call and that write set cerberus.task first');
SELECT is_empty('SELECT name FROM pg_temp.functions
    WHERE for_app AND proname ~ $$^(stripe|donation|refund)_|^gift_(stage|merge|take)|^flask_$$',
    'cerberus_app may call no function that writes donations');
SELECT is_empty('SELECT rolname, p FROM pg_roles,
    unnest(ARRAY[$$TEMPORARY$$, $$CREATE$$]) p
    WHERE rolname IN ($$cerberus_app$$, $$cerberus_stripe$$)
    AND has_database_privilege(rolname, current_database(), p)',
    'the programs'' roles create no schemas and no temporary objects');
SELECT is_empty('SELECT rolname, oid FROM pg_roles
    WHERE rolname IN ($$cerberus_app$$, $$cerberus_stripe$$)
    AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication
	OR rolbypassrls)', 'the programs'' roles have no dangerous attribute');

-- What such a role can do without an identity.
CREATE FUNCTION pg_temp.signed_in(program text, statement text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('session_authorization', program, true);
	RAISE EXCEPTION USING ERRCODE = 'UNDO0',
	    MESSAGE = pg_temp.app(NULL, statement, program);
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN SQLERRM;
END
$$;
SELECT is(pg_temp.signed_in(program, statement), answer,
    program || ', ' || pg_temp.title(NULL, statement))
FROM (VALUES
    ('cerberus_app', 'SELECT count(*) FROM voters', '0'),
    ('cerberus_app', 'SELECT count(*) FROM donations', '0'),
    ('cerberus_app', 'SELECT count(*) FROM users', '0'),
    ('cerberus_app', 'SELECT count(*) FROM audit_log', '0'),
    ('cerberus_app', 'SELECT password_hash FROM users', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM api_tokens', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM voter_names', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM name_parts', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM tallies', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM voters_with(''last_name'',
	''voter'', false, NULL)', '0'),
    ('cerberus_app', 'SELECT count(*) FROM voters_named(''voter'', ''own'')',
	'0'),
    ('cerberus_app', 'SELECT total FROM search_total(''voter'', NULL)', '0'),
    ('cerberus_app', 'SELECT total FROM voter_scope(NULL, 0, false)', '0'),
    ('cerberus_app', 'SELECT stripe_event(0, ''{}'')', '42501'),
    ('cerberus_app', 'SELECT stripe_unlisted(0, ''-infinity'', ''{}'')',
	'42501'),
    ('cerberus_app', 'SELECT donation_intent(1, ''pi_x'')', '42501'),
    ('cerberus_app', 'SELECT donation_details(''pi_x'', ''{}'')', '42501'),
    ('cerberus_app', 'SELECT merge_voters(1, ''{2}'')', 'CB404'),
    ('cerberus_app', 'SELECT import_open(1, ''x'', NULL, ''update'', false,
	''{}'')', 'CB404'),
    ('cerberus_app', 'SELECT first_admin(''x'', NULL,
	''$argon2id$v=19$m=8,t=1,p=1$YQ$' || repeat('0', 64) || ''')', 'CB403'),
    ('cerberus_app', 'SELECT password_set(1, NULL)', 'CB403'),
    ('cerberus_app', 'SELECT api_key_create(''x'', ''x'', ''\x'', NULL)',
	'23502'),
    ('cerberus_app', 'SELECT audit_erase(1)', '42501'),
    ('cerberus_app', 'SELECT export_record(''x'', ''{}'')', 'CB403'),
    ('cerberus_app', 'SELECT erase_traces(99)', 'CB403'),
    ('cerberus_app', 'SELECT interaction_id > 0 FROM signup(1, ''A'', NULL,
	''B'', ''c@example.org'', NULL, NULL, NULL, NULL, NULL, NULL)', 'true'),
    ('cerberus_app', 'CREATE TEMP TABLE x ()', '42501'),
    ('cerberus_app', 'CREATE TABLE cerberus.x ()', '42501'),
    ('cerberus_app', 'SELECT set_config(''role'', ''cerberus_owner'', true)',
	'42501'),
    ('cerberus_app', 'SELECT set_config(''role'', ''cerberus_stripe'', true)',
	'42501'),
    ('cerberus_stripe', 'SELECT count(*) FROM voters', '0'),
    ('cerberus_stripe', 'SELECT count(*) FROM donations', '0'),
    ('cerberus_stripe', 'SELECT count(*) FROM stripe_events', '42501'),
    ('cerberus_stripe', 'UPDATE donations SET status = ''succeeded''', '0'),
    ('cerberus_stripe', 'SELECT donation_id > 0 FROM donation_begin(0, 1, 500,
	''usd'', ''{}'', NULL)', 'true'),
    ('cerberus_app', 'SELECT tidy()', '42501'),
    ('cerberus_app', 'SELECT donation_admit(1, 1)', '42501'),
    ('cerberus_app', 'SELECT donation_redirect(1)', '42501'),
    ('cerberus_app', 'SELECT count(*) FROM intent_declines', '42501'),
    ('cerberus_stripe', 'SELECT count(*) FROM intent_declines', '42501'),
    ('cerberus_stripe', 'SELECT refund_begin(1, NULL, NULL)', 'CB404'),
    ('cerberus_app', 'SELECT flask_stage()', '42501'),
    ('cerberus_app', 'SELECT job_done(''tidy'')', '42501'),
    ('cerberus_stripe', 'SELECT flask_stage()', 'CB403'),
    ('cerberus_stripe', 'SELECT flask_move(''{}'')', 'CB403'),
    ('cerberus_stripe', 'SELECT flask_users()', '42501'),
    ('cerberus_stripe', 'SELECT count(*) FROM job_runs', '42501'),
    ('cerberus_stripe', 'SELECT count(*) FROM sequences_behind()', '0'),
    ('cerberus_stripe', 'CREATE TEMP TABLE x ()', '42501')
) s (program, statement, answer);
-- With an identity, other campaigns stay invisible.
SELECT is(pg_temp.app('stranger', 'SELECT array_agg(v ORDER BY v)
    FROM voters_with(''last_name'', ''voter'', false, NULL) v'), '{2,3}',
    'a list of ids has only those of the caller''s campaigns');
SELECT is(pg_temp.app('stranger', 'SELECT array_agg(v ORDER BY v) FROM (VALUES
    (''own''), (''OTHER''), (''Both''), (''Stray'')) f (name),
    voters_named(''voter'', f.name) v'), '{2,3}',
    'the same by both names');

-- The attack: shadow PostgreSQL's types with domains, whose checks run with the
-- rights of the function that uses them.  The programs' roles have no right to
-- create them; this test grants it, because the functions must not depend on
-- that alone.
DO $$
BEGIN
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO cerberus_app, '
	    'cerberus_stripe', current_database());
END
$$;
CREATE TEMP TABLE attempts (who text, name text, call text, answer text);
GRANT ALL ON attempts TO cerberus_app, cerberus_stripe;
-- Call each function with nulls, and with a value of each type.
CREATE TEMP TABLE calls AS
SELECT name, for_app, format('SELECT * FROM cerberus.%I(%s)', proname,
    (SELECT string_agg(CASE WHEN how = 'nulls' OR typtype = 'c' THEN 'NULL'
	ELSE quote_literal(CASE typname WHEN 'text' THEN 'x'
	    WHEN 'jsonb' THEN '{}' WHEN 'bytea' THEN '\x00'
	    WHEN 'bool' THEN 'true' WHEN 'inet' THEN '192.0.2.1'
	    WHEN 'timestamptz' THEN '2026-01-01Z' WHEN '_text' THEN '{x}'
	    WHEN '_int8' THEN '{1}' ELSE '1' END) END
	|| '::' || typnamespace::regnamespace || '.' || typname, ', '
	ORDER BY o)
    FROM unnest(proargtypes::oid[]) WITH ORDINALITY u (a, o)
    JOIN pg_type t ON t.oid = a)) AS call
FROM pg_temp.functions, (VALUES ('nulls'), ('values')) h (how)
WHERE for_stripe;
GRANT SELECT ON calls TO cerberus_app, cerberus_stripe;

CREATE FUNCTION pg_temp.attack(program text, identity text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	c record;
	type text;
BEGIN
	PERFORM set_config('role', program, true),
	    set_config('cerberus.token', '', true);
	IF identity IS NOT NULL THEN
		PERFORM cerberus.identify(sha256(identity::bytea));
	END IF;
	EXECUTE 'CREATE FUNCTION pg_temp.evil() RETURNS boolean
	    LANGUAGE plpgsql AS $evil$ BEGIN
	    IF current_user = ''cerberus_owner'' THEN
		    RAISE EXCEPTION ''hijacked'';
	    END IF;
	    RETURN true;
	    END $evil$';
	FOREACH type IN ARRAY ARRAY['text', 'int8', 'int4', 'int2', 'bool',
	    'jsonb', 'bytea', 'inet', 'timestamptz', 'interval', 'date',
	    'float8', 'numeric', 'xid', 'regclass', 'name', 'oid',
	    'varchar']
	LOOP
		EXECUTE format('CREATE DOMAIN pg_temp.%I AS pg_catalog.%1$I '
		    'CHECK (pg_temp.evil())', type);
	END LOOP;
	FOR c IN SELECT * FROM calls WHERE for_app OR program <> 'cerberus_app'
	LOOP
		BEGIN
			SET LOCAL search_path = pg_temp, pg_catalog;
			EXECUTE c.call;
			RAISE EXCEPTION USING ERRCODE = 'UNDO0',
			    MESSAGE = 'called';
		EXCEPTION WHEN OTHERS THEN
			INSERT INTO pg_temp.attempts
			VALUES (program || coalesce(' ' || identity, ''),
			    c.name, c.call, SQLERRM);
		END;
	END LOOP;
	RAISE EXCEPTION USING ERRCODE = 'UNDO0', MESSAGE = (
	    SELECT json_agg(a) FROM pg_temp.attempts a);
END
$$;
-- The results of the attack, which is rolled back.
CREATE FUNCTION pg_temp.attacked(program text, identity text)
RETURNS SETOF attempts LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.attack(program, identity);
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
	RETURN QUERY SELECT * FROM
	    json_populate_recordset(NULL::attempts, SQLERRM::json);
END
$$;
SELECT is_empty(format('SELECT name, call, answer
    FROM pg_temp.attacked(%L, %L) WHERE answer = $$hijacked$$', program,
    identity), format('no code of %s%s runs as the owner', program,
    ' as ' || identity))
FROM (VALUES ('cerberus_app', NULL), ('cerberus_app', 'admin'),
    ('cerberus_app', 'editor'), ('cerberus_stripe', NULL),
    ('cerberus_stripe', 'admin')) w (program, identity);
SELECT is((SELECT count(*) FROM pg_temp.attacked('cerberus_stripe', NULL)),
    (SELECT count(*) FROM calls), 'the attack called every function');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.attacked('cerberus_stripe',
    'admin') WHERE answer = 'called'), '>', 20::bigint,
    'more than 20 of the calls succeeded');
-- The test would notice a function that can be attacked.
ALTER FUNCTION cerberus.rate_take(bytea, text, double precision,
    double precision, integer) RESET search_path;
SELECT isnt_empty('SELECT FROM pg_temp.attacked($$cerberus_app$$, NULL)
    WHERE answer = $$hijacked$$',
    'a function without a pinned search_path is detected');
ALTER FUNCTION cerberus.rate_take(bytea, text, double precision,
    double precision, integer) SET search_path = pg_catalog, cerberus, pg_temp;

SELECT * FROM finish();
ROLLBACK;
