-- Verify cerberus:elections on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.elections', ARRAY[
	'election_id integer identity not null',
	'state character varying(20) not null', 'date date',
	'year integer not null', 'kind character varying(20) not null',
	'name character varying(255) not null default ''''::character varying',
	'slot smallint not null',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (election_id)', 'UNIQUE (state, slot)'], '{}');
SELECT pg_temp.expect('elections', ARRAY['cerberus.elections_key'], ARRAY(
	SELECT indexrelid::regclass::text FROM pg_index
	WHERE indrelid = 'cerberus.elections'::regclass AND indisunique
	AND indnullsnotdistinct));
SELECT pg_temp.expect_table('cerberus.ballots', ARRAY[
	'ballot_id integer identity not null', 'election_id integer not null',
	'method character varying(50)', 'party character varying(100)'], ARRAY[
	'PRIMARY KEY (ballot_id)',
	'UNIQUE NULLS NOT DISTINCT (election_id, method, party)',
	'FOREIGN KEY (election_id) REFERENCES cerberus.elections(election_id)'
	    ' ON DELETE CASCADE'], '{}');
SELECT pg_temp.expect(t, ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = t::regclass
	AND (SELECT relrowsecurity FROM pg_class WHERE oid = t::regclass)))
FROM (VALUES ('cerberus.elections'), ('cerberus.ballots')) x (t);
SELECT pg_temp.expect('elections and ballots', ARRAY['no writing'], ARRAY(
	SELECT 'no writing' WHERE NOT has_any_column_privilege('cerberus_app',
	'cerberus.elections', 'INSERT, UPDATE')
	AND NOT has_any_column_privilege('cerberus_app', 'cerberus.ballots',
	'INSERT, UPDATE')));
SELECT pg_temp.expect_function('cerberus.import_ballots(jsonb, boolean)',
	'void', false, false);

ROLLBACK;
