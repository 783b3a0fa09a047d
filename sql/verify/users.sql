-- Verify cerberus:users on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.users', ARRAY[
	'user_id bigint identity not null',
	'username character varying(100) not null',
	'email_address character varying(254)',
	'full_name character varying(200)',
	'password_hash character varying(255)',
	'role character varying(20) not null default ''user''::character '
	    'varying',
	'is_active boolean not null default true',
	'last_login_at timestamp with time zone',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK (((role)::text = ANY ((ARRAY[''admin''::character varying, '
	    '''user''::character varying])::text[])))',
	'CHECK (((username)::text <> ''''::text))',
	'PRIMARY KEY (user_id)'], ARRAY[
	'CREATE UNIQUE INDEX btree (lower((username)::text))'], ARRAY[
	'touch cerberus.touch']);

SELECT pg_temp.expect_table('cerberus.api_tokens', ARRAY[
	'token_id bigint identity not null',
	'user_id bigint not null',
	'kind character varying(20) not null',
	'name character varying(100)',
	'prefix character varying(16)',
	'token_hash bytea not null',
	'created_at timestamp with time zone not null default now()',
	'expires_at timestamp with time zone',
	'revoked_at timestamp with time zone'], ARRAY[
	'CHECK (((kind)::text = ANY ((ARRAY[''session''::character varying, '
	    '''api_key''::character varying, ''setup''::character '
	    'varying])::text[])))',
	'CHECK ((octet_length(token_hash) = 32))',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (token_id)',
	'UNIQUE (token_hash)'], ARRAY[
	'CREATE UNIQUE INDEX btree (encode(token_hash, ''hex''::text) COLLATE '
	    '"C")',
	'CREATE INDEX btree (user_id)'], '{}');

SELECT pg_temp.expect_table('cerberus.campaign_members', ARRAY[
	'campaign_id bigint not null',
	'user_id bigint not null',
	'role character varying(20) not null',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK (((role)::text = ANY ((ARRAY[''manager''::character varying, '
	    '''editor''::character varying, ''viewer''::character '
	    'varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (campaign_id, user_id)'], ARRAY[
	'CREATE INDEX btree (user_id)'], ARRAY[
	'touch cerberus.touch']);

ROLLBACK;
