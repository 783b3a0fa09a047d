-- Verify cerberus:campaigns on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.campaigns', ARRAY[
	'campaign_id bigint identity not null',
	'campaign_name character varying(255) not null',
	'start_date date',
	'end_date date',
	'campaign_type character varying(20)',
	'description text',
	'details jsonb not null default ''{}''::jsonb',
	'signup_redirect_url character varying(2048)',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK (((campaign_name)::text <> ''''::text))',
	'CHECK (((campaign_type)::text = ANY ((ARRAY[''Local''::character '
	    'varying, ''State''::character varying, ''Federal''::character '
	    'varying, ''Issue''::character varying])::text[])))',
	'CHECK ((end_date >= start_date))',
	'CHECK ((jsonb_typeof(details) = ''object''::text))',
	'PRIMARY KEY (campaign_id)',
	'UNIQUE (campaign_name)'], '{}', ARRAY[
	'touch cerberus.touch']);

ROLLBACK;
