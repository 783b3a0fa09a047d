-- Verify cerberus:tallies on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.tallies', ARRAY[
	'scope bigint not null', 'block bigint not null',
	'n integer not null', 'fresh boolean not null default true'], '{}',
	ARRAY['CREATE INDEX btree (scope, block) INCLUDE (n)',
	'CREATE INDEX btree (scope) WHERE fresh']);
SELECT pg_temp.expect_table('cerberus.voter_names', ARRAY[
	'name text not null', 'is_last boolean not null'], '{}',
	ARRAY['CREATE INDEX btree (name, is_last)',
	'CREATE INDEX gin (name cerberus.gin_trgm_ops)']);
SELECT pg_temp.expect_table('cerberus.name_edits', ARRAY[
	'edit bigint not null'], '{}',
	ARRAY['CREATE INDEX btree (edit)']);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', '{}', ARRAY[
	'tally_added cerberus.tally_voters',
	'tally_removed cerberus.tally_voters',
	'tally_renamed cerberus.tally_renamed',
	'tally_none cerberus.tally_none']);
SELECT pg_temp.expect_table('cerberus.campaign_voters', '{}', '{}', '{}',
	ARRAY['tally_joined cerberus.tally_joined',
	'tally_left cerberus.tally_joined',
	'tally_none cerberus.tally_none']);
SELECT pg_temp.expect(relname, ARRAY['functions only'], ARRAY(
	SELECT 'functions only' WHERE relrowsecurity
	AND NOT has_table_privilege('cerberus_app', oid, 'SELECT')))
FROM pg_class WHERE oid IN ('cerberus.tallies'::regclass,
	'cerberus.voter_names'::regclass, 'cerberus.name_edits'::regclass);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('word_edits(text)',
	    'SETOF bigint', false, false, false),
	('merge_tallies()',
	    'void', true, false, false),
	('tally_voters()',
	    'trigger', true, false, false),
	('tally_renamed()',
	    'trigger', true, false, false),
	('tally_joined()',
	    'trigger', true, false, false),
	('tally_none()',
	    'trigger', true, false, false),
	('voter_scope(bigint, bigint, boolean)',
	    'TABLE(campaigns bigint[], total bigint, exact '
	    'boolean, start_id bigint, skip bigint)', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
