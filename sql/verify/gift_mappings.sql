-- Verify cerberus:gift_mappings on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.gift_mappings', ARRAY[
	'campaign_id bigint not null',
	'source character varying(20) not null', 'mapping jsonb not null'],
	ARRAY['UNIQUE (campaign_id, source)'], '{}',
	ARRAY['touch cerberus.touch']);
SELECT pg_temp.expect('policies of gift_mappings',
	ARRAY['read', 'add', 'change', 'remove'],
	(SELECT array_agg(polname::text) FROM pg_policy
	WHERE polrelid = 'cerberus.gift_mappings'::regclass));

ROLLBACK;
