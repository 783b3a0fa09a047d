-- Verify cerberus:gift_sources on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'source character varying(20)', 'external_id character varying(100)',
	'external_order character varying(100)', 'recurrence integer',
	'conduit_fee bigint', 'disbursed_on date',
	'recurring_canceled_at timestamp with time zone'], ARRAY[
	'CHECK (((source IS NULL) = (external_id IS NULL)))'], ARRAY[
	'CREATE UNIQUE INDEX btree (campaign_id, source, external_id) '
	'WHERE (source IS NOT NULL)',
	'CREATE INDEX btree (campaign_id, source, external_order) '
	'WHERE (external_order IS NOT NULL)']);
SELECT pg_temp.expect_table('cerberus.gift_conflicts', ARRAY[
	'conflict_id bigint identity not null', 'campaign_id bigint not null',
	'donation_id bigint not null', 'kind character varying(10) not null',
	'known bigint not null', 'reported bigint not null',
	'currency character varying(3) not null',
	'happened_at timestamp with time zone not null',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'UNIQUE (donation_id, kind, reported, currency)'], ARRAY[
	'CREATE INDEX btree (campaign_id, conflict_id)']);
SELECT pg_temp.expect_table('cerberus.conduits', ARRAY[
	'source character varying(20) not null',
	'name character varying(200) not null', 'time_zone text'], '{}', '{}');
SELECT pg_temp.expect('conduits', ARRAY['actblue America/New_York'],
	ARRAY(SELECT concat_ws(' ', source, time_zone) FROM cerberus.conduits));
SELECT 1 / (count(*) = 2)::integer FROM pg_policy
WHERE polrelid IN ('cerberus.conduits'::regclass,
	'cerberus.gift_conflicts'::regclass);

ROLLBACK;
