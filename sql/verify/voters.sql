-- Verify cerberus:voters on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters', ARRAY[
	'voter_id bigint identity not null',
	'first_name character varying(255) not null',
	'middle_name character varying(255)',
	'last_name character varying(255) not null',
	'suffix character varying(20)',
	'date_of_birth date',
	'birth_year integer',
	'street_address character varying(511)',
	'city character varying(255)',
	'state character varying(255)',
	'zip_code character varying(255)',
	'county character varying(100)',
	'precinct character varying(100)',
	'phone_number character varying(255)',
	'email_address character varying(255)',
	'employer character varying(255)',
	'occupation character varying(255)',
	'contact_email boolean',
	'contact_phone boolean',
	'contact_mail boolean',
	'contact_sms boolean',
	'registration_status character varying(20)',
	'voter_registration_id character varying(100)',
	'registration_state character varying(20)',
	'registration_date date',
	'party_affiliation character varying(100)',
	'engagement_score integer not null default 0',
	'last_contacted_date timestamp with time zone',
	'preferred_contact_method character varying(50)',
	'custom_fields jsonb not null default ''{}''::jsonb',
	'source_campaign_id bigint',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()',
	'tags text[] not null default ''{}''::text[]'], ARRAY[
	'CHECK (((birth_year >= 1850) AND (birth_year <= 2200)))',
	'CHECK ((jsonb_typeof(custom_fields) = ''object''::text))',
	'CHECK (((email_address)::text = lower((email_address)::text)))',
	'CHECK (((first_name)::text <> ''''::text))',
	'CHECK (((last_name)::text <> ''''::text))',
	'CHECK (((registration_status)::text = ANY '
	    '((ARRAY[''Active''::character varying, ''Inactive''::character '
	    'varying, ''Pending''::character varying, ''Cancelled''::character '
	    'varying, ''Other''::character varying])::text[])))',
	'FOREIGN KEY (source_campaign_id) REFERENCES '
	    'cerberus.campaigns(campaign_id) ON DELETE SET NULL',
	'PRIMARY KEY (voter_id)'], ARRAY[
	'CREATE UNIQUE INDEX btree (voter_registration_id, registration_state) '
	    'NULLS NOT DISTINCT WHERE (voter_registration_id IS NOT NULL)',
	'CREATE INDEX btree (email_address, voter_id) WHERE (email_address IS '
	    'NOT NULL)',
	'CREATE INDEX btree (phone_number, voter_id) WHERE (phone_number IS '
	    'NOT NULL)',
	'CREATE INDEX btree (updated_at, voter_id)',
	'CREATE INDEX btree (zip_code, voter_id) WHERE (zip_code IS NOT NULL)'],
	    ARRAY[
	'touch cerberus.touch']);

SELECT pg_temp.expect_table('cerberus.campaign_voters', ARRAY[
	'campaign_id bigint not null',
	'voter_id bigint not null',
	'joined_at timestamp with time zone not null default now()'], ARRAY[
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (campaign_id, voter_id)'], ARRAY[
	'CREATE INDEX btree (voter_id, campaign_id)'], '{}');

SELECT pg_temp.expect_function('cerberus.voter_joinable(bigint)',
	'boolean', definer => true, for_app => true);

ROLLBACK;
