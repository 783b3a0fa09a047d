-- Verify cerberus:saved_layouts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.saved_layouts', ARRAY[
	'layout_id bigint identity not null', 'campaign_id bigint not null',
	'name character varying(50) not null',
	'headers text[] not null default ''{}''::text[]',
	'mapping jsonb not null default ''{}''::jsonb',
	'options jsonb not null default ''{}''::jsonb',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'UNIQUE (campaign_id, name)', 'PRIMARY KEY (layout_id)'], '{}',
	ARRAY['touch cerberus.touch']);
SELECT 1 / (count(*) = 4)::integer FROM pg_policy
WHERE polrelid = 'cerberus.saved_layouts'::regclass;
SELECT 1 / relrowsecurity::integer FROM pg_class
WHERE oid = 'cerberus.saved_layouts'::regclass;

ROLLBACK;
