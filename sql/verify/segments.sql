-- Verify cerberus:segments on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.segments', ARRAY[
	'segment_id bigint identity not null', 'campaign_id bigint',
	'segment_name character varying(100) not null',
	'filter jsonb not null default ''{}''::jsonb',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'UNIQUE NULLS NOT DISTINCT (campaign_id, segment_name)',
	'PRIMARY KEY (segment_id)'], '{}', ARRAY['touch cerberus.touch']);
SELECT 1 / (count(*) = 4)::integer FROM pg_policy
WHERE polrelid = 'cerberus.segments'::regclass;
SELECT 1 / relrowsecurity::integer FROM pg_class
WHERE oid = 'cerberus.segments'::regclass;

ROLLBACK;
