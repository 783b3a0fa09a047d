-- Verify cerberus:interactions on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.interactions', ARRAY[
	'interaction_id bigint identity not null',
	'voter_id bigint not null',
	'campaign_id bigint',
	'user_id bigint default cerberus.caller_id()',
	'interaction_type character varying(255) not null',
	'interaction_date timestamp with time zone not null default now()',
	'outcome character varying(255)',
	'notes text',
	'duration_minutes integer',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((duration_minutes >= 0))',
	'CHECK (((interaction_type)::text <> ''''::text))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE SET NULL',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'SET NULL',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (interaction_id)'], ARRAY[
	'CREATE INDEX btree (voter_id, interaction_date)',
	'CREATE INDEX btree (campaign_id, interaction_date)',
	'CREATE INDEX btree (campaign_id, interaction_id)'], ARRAY[
	'touch cerberus.touch']);

ROLLBACK;
