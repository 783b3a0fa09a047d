-- Verify cerberus:imports on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.imports', ARRAY[
	'import_id bigint identity not null',
	'campaign_id bigint',
	'user_id bigint default cerberus.caller_id()',
	'file_name character varying(255)',
	'layout character varying(50)',
	'mode character varying(20) not null default ''update''::character '
	    'varying',
	'dry_run boolean not null default false',
	'state character varying(20) not null default ''running''::character '
	    'varying',
	'stage character varying(20)',
	'bytes_read bigint not null default 0',
	'rows bigint not null default 0',
	'created bigint not null default 0',
	'updated bigint not null default 0',
	'unchanged bigint not null default 0',
	'duplicates bigint not null default 0',
	'rejected bigint not null default 0',
	'sha256 bytea',
	'error text',
	'unmapped_columns text[] not null default ''{}''::text[]',
	'options jsonb not null default ''{}''::jsonb',
	'started_at timestamp with time zone not null default now()',
	'finished_at timestamp with time zone'], ARRAY[
	'CHECK (((mode)::text = ANY ((ARRAY[''update''::character varying, '
	    '''fill''::character varying, ''skip''::character '
	    'varying])::text[])))',
	'CHECK ((jsonb_typeof(options) = ''object''::text))',
	'CHECK ((octet_length(sha256) = 32))',
	'CHECK (((state)::text = ANY ((ARRAY[''running''::character varying, '
	    '''done''::character varying, ''failed''::character '
	    'varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE SET NULL',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'SET NULL',
	'PRIMARY KEY (import_id)'], ARRAY[
	'CREATE INDEX btree (campaign_id, started_at)'], '{}');

SELECT pg_temp.expect_table('cerberus.import_rejects', ARRAY[
	'import_id bigint not null',
	'line bigint not null',
	'column_name character varying(100)',
	'message text not null',
	'raw text'], ARRAY[
	'CHECK ((line > 0))',
	'FOREIGN KEY (import_id) REFERENCES cerberus.imports(import_id) ON '
	    'DELETE CASCADE',
	'PRIMARY KEY (import_id, line)'], '{}', '{}');

ROLLBACK;
