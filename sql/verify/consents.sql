-- Verify cerberus:consents on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.consents', ARRAY[
	'consent_id bigint identity not null',
	'voter_id bigint not null',
	'campaign_id bigint',
	'channel character varying(20) not null',
	'granted boolean not null',
	'source character varying(255) not null default ''Staff''::character varying',
	'wording text',
	'remote_address inet',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK (((channel)::text = ANY ((ARRAY[''email''::character varying, ''phone''::character varying, ''sms''::character varying, ''mail''::character varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) ON DELETE CASCADE',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE CASCADE',
	'PRIMARY KEY (consent_id)'], ARRAY[
	'CREATE INDEX btree (voter_id, channel, created_at)'], '{}');

ROLLBACK;
