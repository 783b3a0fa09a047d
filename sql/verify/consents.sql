-- Verify cerberus:consents on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.consents', ARRAY[
	'consent_id bigint identity not null',
	'voter_id bigint not null',
	'campaign_id bigint',
	'channel character varying(20) not null',
	'granted boolean not null',
	'source character varying(255) not null',
	'wording text',
	'page_url character varying(2048)',
	'user_agent character varying(1024)',
	'remote_address inet',
	'by_visitor boolean not null default false',
	'confirmed boolean not null default true',
	'opt_out_id bigint',
	'user_id bigint',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK (((channel)::text = ANY ((ARRAY[''email''::character varying, '
	    '''phone''::character varying, ''sms''::character varying, '
	    '''mail''::character varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (consent_id)'], ARRAY[
	'CREATE INDEX btree (voter_id, channel, created_at)',
	'CREATE INDEX btree (opt_out_id) WHERE (opt_out_id IS NOT NULL)'],
	    '{}');

SELECT pg_temp.expect_table('cerberus.opt_outs', ARRAY[
	'opt_out_id bigint identity not null',
	'user_id bigint default cerberus.caller_id()',
	'contacts bigint not null default 0',
	'matched bigint not null default 0',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()',
	'undone_at timestamp with time zone'], '{}', '{}',
	ARRAY['touch cerberus.touch']);

ROLLBACK;
