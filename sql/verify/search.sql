-- Verify cerberus:search on pg
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
	'edit bigint not null', 'name text not null',
	'is_last boolean not null'], '{}',
	ARRAY['CREATE INDEX btree (edit)']);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', '{}', ARRAY[
	'tally_added cerberus.tally_voters',
	'tally_removed cerberus.tally_voters',
	'tally_renamed cerberus.tally_renamed',
	'tally_none cerberus.tally_none']);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}',
	ARRAY['CREATE INDEX btree (precinct, voter_id) WHERE (precinct IS NOT NULL)',
	'CREATE INDEX btree (last_name, voter_id)',
	'CREATE INDEX btree (lower((first_name)::text), voter_id)',
	'CREATE INDEX gin (tags) WHERE (tags <> ''{}''::text[])']);
SELECT pg_temp.expect_table('cerberus.campaign_voters', '{}', '{}', '{}',
	ARRAY['tally_joined cerberus.tally_joined',
	'tally_left cerberus.tally_joined',
	'tally_none cerberus.tally_none']);
SELECT pg_temp.expect_function(name, 'trigger', true, false)
FROM unnest(ARRAY['cerberus.tally_voters()', 'cerberus.tally_renamed()',
	'cerberus.tally_joined()', 'cerberus.tally_none()']) name;
SELECT pg_temp.expect_function('cerberus.merge_tallies()', 'void', true,
	false);
SELECT pg_temp.expect_function(
	'cerberus.voter_scope(bigint, bigint, boolean)',
	'TABLE(campaigns bigint[], total bigint, exact boolean, start_id bigint, skip bigint)',
	true, true);
SELECT pg_temp.expect_function(
	'cerberus.names_like(text, boolean, boolean, bigint[], bigint[])',
	'TABLE(score integer, name text)', true, false);
SELECT pg_temp.expect_function(
	'cerberus.search_names(text, bigint[], bigint[])',
	'TABLE(score integer, last_name text, first_name text)', true, false);
SELECT pg_temp.expect_function(
	'cerberus.names_seen(text[], boolean, bigint[], bigint[])', 'SETOF text',
	true, false);
SELECT pg_temp.expect_function('cerberus.edits_of(text)', 'SETOF bigint',
	false, false);
SELECT pg_temp.expect_function(
	'cerberus.voters_with(text, text, boolean, bigint)', 'SETOF bigint',
	true, true);
SELECT pg_temp.expect_function('cerberus.search_where(bigint[])', 'bigint[]',
	true, true);
SELECT pg_temp.expect_function('cerberus.search_own(bigint[])', 'bigint[]',
	true, false);
SELECT pg_temp.expect_function('cerberus.search_plan(text, bigint[])',
	'cerberus.search', true, false);
SELECT pg_temp.expect_function(
	'cerberus.search_rows(cerberus.search, bigint, integer, text, text, bigint)',
	'TABLE(score integer, last_name text, first_name text, voter_id bigint)',
	true, false);
SELECT pg_temp.expect_function('cerberus.search_count(cerberus.search, bigint)',
	'TABLE(total bigint, exact boolean)', true, false);
SELECT pg_temp.expect_function(
	'cerberus.search_voters(text, bigint[], bigint, integer, text, text, bigint)',
	'TABLE(score integer, last_name text, first_name text, voter_id bigint, total bigint, exact boolean)',
	true, true);
SELECT pg_temp.expect_function('cerberus.search_total(text, bigint[])',
	'TABLE(total bigint, exact boolean)', true, true);
SELECT 1 / (relrowsecurity AND NOT has_table_privilege('cerberus_app', oid,
	'SELECT'))::integer FROM pg_class
WHERE oid IN ('cerberus.tallies'::regclass, 'cerberus.voter_names'::regclass,
    'cerberus.name_edits'::regclass);

ROLLBACK;
