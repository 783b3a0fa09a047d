-- Verify cerberus:policies on pg
BEGIN;
\ir expect.psql

-- Row-level security is on.
SELECT pg_temp.expect('row-level security', ARRAY[
	'campaigns',
	'users',
	'api_tokens',
	'campaign_members',
	'voters',
	'campaign_voters',
	'interactions',
	'survey_questions',
	'survey_responses',
	'donations',
	'consents',
	'imports',
	'import_rejects'],
	ARRAY(SELECT relname::text FROM pg_class
	WHERE relnamespace = 'cerberus'::regnamespace AND relkind = 'r'
	AND relrowsecurity));

-- The policies exist, for the programs' role only, and each tests the caller.
SELECT pg_temp.expect('policies', ARRAY[
	'cerberus.campaigns read SELECT',
	'cerberus.campaigns add INSERT',
	'cerberus.campaigns change UPDATE',
	'cerberus.campaigns remove DELETE',
	'cerberus.users read SELECT',
	'cerberus.users add INSERT',
	'cerberus.users change UPDATE',
	'cerberus.users remove DELETE',
	'cerberus.campaign_members read SELECT',
	'cerberus.campaign_members add INSERT',
	'cerberus.campaign_members change UPDATE',
	'cerberus.campaign_members remove DELETE',
	'cerberus.voters read SELECT',
	'cerberus.voters add INSERT',
	'cerberus.voters change UPDATE',
	'cerberus.voters remove DELETE',
	'cerberus.campaign_voters read SELECT',
	'cerberus.campaign_voters add INSERT',
	'cerberus.campaign_voters remove DELETE',
	'cerberus.interactions read SELECT',
	'cerberus.interactions add INSERT',
	'cerberus.interactions change UPDATE',
	'cerberus.interactions remove DELETE',
	'cerberus.survey_questions read SELECT',
	'cerberus.survey_questions add INSERT',
	'cerberus.survey_questions change UPDATE',
	'cerberus.survey_questions remove DELETE',
	'cerberus.survey_responses read SELECT',
	'cerberus.survey_responses add INSERT',
	'cerberus.survey_responses change UPDATE',
	'cerberus.survey_responses remove DELETE',
	'cerberus.donations read SELECT',
	'cerberus.donations add INSERT',
	'cerberus.donations change UPDATE',
	'cerberus.consents read SELECT',
	'cerberus.consents add INSERT',
	'cerberus.imports read SELECT',
	'cerberus.imports add INSERT',
	'cerberus.imports change UPDATE',
	'cerberus.import_rejects read SELECT',
	'cerberus.import_rejects add INSERT'],
	ARRAY(SELECT polrelid::regclass || ' ' || polname || ' ' || CASE polcmd
	    WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
	    WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END
	FROM pg_policy WHERE polpermissive
	AND polroles = ARRAY['cerberus_app'::regrole::oid]
	AND coalesce(pg_get_expr(polqual, polrelid), 'caller_is_admin')
	    LIKE '%caller_is_admin%'
	AND coalesce(pg_get_expr(polwithcheck, polrelid), 'caller_is_admin')
	    LIKE '%caller_is_admin%'));

-- The rights on whole tables are exactly these.
SELECT pg_temp.expect('grants', wanted, found),
	pg_temp.expect('the list of grants', found, wanted)
FROM (SELECT ARRAY[
	'campaigns SELECT INSERT UPDATE DELETE',
	'users DELETE',
	'campaign_members SELECT INSERT DELETE',
	'voters SELECT INSERT UPDATE DELETE',
	'campaign_voters SELECT INSERT DELETE',
	'interactions SELECT INSERT DELETE',
	'survey_questions SELECT INSERT UPDATE DELETE',
	'survey_responses SELECT INSERT UPDATE DELETE',
	'donations SELECT INSERT UPDATE',
	'consents SELECT INSERT',
	'imports SELECT INSERT',
	'import_rejects SELECT INSERT'] AS wanted,
	ARRAY(SELECT c.relname || ' ' || string_agg(p, ' ' ORDER BY o)
	FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
	    WITH ORDINALITY x (p, o)
	WHERE c.oid = ANY (ARRAY[
	    'cerberus.campaigns',
	    'cerberus.users',
	    'cerberus.api_tokens',
	    'cerberus.campaign_members',
	    'cerberus.voters',
	    'cerberus.campaign_voters',
	    'cerberus.interactions',
	    'cerberus.survey_questions',
	    'cerberus.survey_responses',
	    'cerberus.donations',
	    'cerberus.consents',
	    'cerberus.imports',
	    'cerberus.import_rejects']::regclass[])
	AND has_table_privilege('cerberus_app', c.oid, p)
	GROUP BY c.oid, c.relname) AS found) g;

-- The rights on columns are exactly these.
SELECT pg_temp.expect('grants on columns', ARRAY[
	'cerberus.users.user_id SELECT',
	'cerberus.users.username SELECT INSERT UPDATE',
	'cerberus.users.email_address SELECT INSERT UPDATE',
	'cerberus.users.full_name SELECT INSERT UPDATE',
	'cerberus.users.role SELECT INSERT UPDATE',
	'cerberus.users.is_active SELECT INSERT UPDATE',
	'cerberus.users.last_login_at SELECT',
	'cerberus.users.created_at SELECT',
	'cerberus.users.updated_at SELECT',
	'cerberus.campaign_members.role UPDATE',
	'cerberus.interactions.voter_id UPDATE',
	'cerberus.interactions.campaign_id UPDATE',
	'cerberus.interactions.interaction_type UPDATE',
	'cerberus.interactions.interaction_date UPDATE',
	'cerberus.interactions.outcome UPDATE',
	'cerberus.interactions.notes UPDATE',
	'cerberus.interactions.duration_minutes UPDATE',
	'cerberus.imports.campaign_id UPDATE',
	'cerberus.imports.file_name UPDATE',
	'cerberus.imports.layout UPDATE',
	'cerberus.imports.mode UPDATE',
	'cerberus.imports.dry_run UPDATE',
	'cerberus.imports.state UPDATE',
	'cerberus.imports.stage UPDATE',
	'cerberus.imports.bytes_read UPDATE',
	'cerberus.imports.rows UPDATE',
	'cerberus.imports.created UPDATE',
	'cerberus.imports.updated UPDATE',
	'cerberus.imports.unchanged UPDATE',
	'cerberus.imports.duplicates UPDATE',
	'cerberus.imports.rejected UPDATE',
	'cerberus.imports.sha256 UPDATE',
	'cerberus.imports.error UPDATE',
	'cerberus.imports.unmapped_columns UPDATE',
	'cerberus.imports.options UPDATE',
	'cerberus.imports.finished_at UPDATE'],
	ARRAY(SELECT a.attrelid::regclass || '.' || a.attname || ' '
	    || string_agg(p, ' ' ORDER BY o)
	FROM pg_class c
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0,
	unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) WITH ORDINALITY x (p, o)
	WHERE c.relnamespace = 'cerberus'::regnamespace AND c.relkind = 'r'
	AND has_column_privilege('cerberus_app', c.oid, a.attnum, p)
	AND NOT has_table_privilege('cerberus_app', c.oid, p)
	GROUP BY a.attrelid, a.attname));
SELECT pg_temp.expect('users.password_hash', ARRAY['nobody'], ARRAY(
	SELECT 'nobody' WHERE NOT has_column_privilege('cerberus_app',
	    'cerberus.users', 'password_hash', 'SELECT, INSERT, UPDATE')));
SELECT pg_temp.expect('voters_voter_id_seq', ARRAY['USAGE'], ARRAY(
	SELECT 'USAGE' WHERE has_sequence_privilege('cerberus_app',
	    'cerberus.voters_voter_id_seq', 'USAGE')));
SELECT pg_temp.expect('campaigns_campaign_id_seq', ARRAY['USAGE'], ARRAY(
	SELECT 'USAGE' WHERE has_sequence_privilege('cerberus_app',
	    'cerberus.campaigns_campaign_id_seq', 'USAGE')));

SELECT pg_temp.expect_function('cerberus.caller_knows(bigint)', 'boolean',
	true, true);
SELECT pg_temp.expect_function('cerberus.voter_removable(bigint)', 'boolean',
	true, true);
SELECT pg_temp.expect_function('cerberus.check_source()', 'trigger', false,
	false);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', '{}', ARRAY[
	'check_source_added cerberus.check_source',
	'check_source_changed cerberus.check_source']);

ROLLBACK;
