-- Verify cerberus:votes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.votes', ARRAY[
	'voter_id bigint not null', 'import_id bigint',
	'state character varying(20) not null', 'voted bit varying not null',
	'ballots integer[] not null', 'before integer[]'], ARRAY[
	'PRIMARY KEY (voter_id, state) INCLUDE (voted)',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'CASCADE'], '{}');
SELECT pg_temp.expect('votes', ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = 'cerberus.votes'::regclass
	AND (SELECT relrowsecurity FROM pg_class
	    WHERE oid = 'cerberus.votes'::regclass)));
SELECT pg_temp.expect('votes', ARRAY['no writing'], ARRAY(
	SELECT 'no writing' WHERE NOT has_any_column_privilege('cerberus_app',
	'cerberus.votes', 'INSERT, UPDATE')));
SELECT pg_temp.expect('vote_list', ARRAY['the caller''s rights'], ARRAY(
	SELECT 'the caller''s rights' FROM pg_class
	WHERE oid = 'cerberus.vote_list'::regclass
	AND reloptions @> '{security_invoker=true}'
	AND has_table_privilege('cerberus_app', oid, 'SELECT')));
SELECT pg_temp.expect_function('cerberus.' || f, result, false, for_app)
FROM (VALUES
	('last_elections(text, text, integer)', 'bit varying', true),
	('election_bits(integer[])', 'bit varying', true),
	('voted_in(bit varying, bit varying)', 'bigint', true),
	('ballots_union(integer[], integer[])', 'integer[]', false),
	('ballot_bits(integer[])', 'bit varying', false),
	('votes_set(bigint, text, integer[])', 'void', false),
	('votes_merge(bigint, bigint)', 'jsonb', false),
	('votes_unmerge(bigint, bigint, jsonb)', 'void', false)
) t (f, result, for_app);

ROLLBACK;
