-- Verify cerberus:donations on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donations', ARRAY[
	'donation_id bigint identity not null',
	'voter_id bigint',
	'campaign_id bigint not null',
	'amount bigint not null',
	'currency character varying(3) not null default ''usd''::character '
	    'varying',
	'amount_received bigint not null default 0',
	'amount_refunded bigint not null default 0',
	'amount_disputed bigint not null default 0',
	'stripe_account bigint not null default 0',
	'recorded_at timestamp with time zone',
	'status character varying(20) not null default ''pending''::character '
	    'varying',
	'payment_intent_id character varying(255)',
	'charge_id character varying(255)',
	'failure_code character varying(100)',
	'failure_message text',
	'first_name character varying(255)',
	'last_name character varying(255)',
	'address_line1 character varying(255)',
	'address_line2 character varying(255)',
	'address_city character varying(255)',
	'address_state character varying(255)',
	'address_zip character varying(255)',
	'address_country character varying(255)',
	'employer character varying(255)',
	'occupation character varying(255)',
	'email character varying(255)',
	'phone_number character varying(255)',
	'contact_email boolean',
	'contact_phone boolean',
	'contact_mail boolean',
	'contact_sms boolean',
	'is_recurring boolean not null default false',
	'covers_fees boolean not null default false',
	'succeeded_at timestamp with time zone',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((amount > 0))',
	'CHECK ((amount_received >= 0))',
	'CHECK ((amount_refunded >= 0))',
	'CHECK ((amount_disputed >= 0))',
	'CHECK (((currency)::text ~ ''^[a-z]{3}$''::text))',
	'CHECK (((status)::text = ANY ((ARRAY[''pending''::character varying, '
	    '''requires_action''::character varying, ''processing''::character '
	    'varying, ''succeeded''::character varying, ''failed''::character '
	    'varying, ''canceled''::character varying, '
	    '''partially_refunded''::character varying, '
	    '''refunded''::character varying, ''disputed''::character '
	    'varying])::text[])))',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE RESTRICT',
	'FOREIGN KEY (voter_id) REFERENCES cerberus.voters(voter_id) ON DELETE '
	    'SET NULL',
	'PRIMARY KEY (donation_id)',
	'UNIQUE (payment_intent_id)'], ARRAY[
	'CREATE INDEX btree (campaign_id, created_at)',
	'CREATE INDEX btree (campaign_id, donation_id)',
	'CREATE INDEX btree (voter_id)',
	'CREATE INDEX btree (status, created_at)'], ARRAY[
	'touch cerberus.touch']);

ROLLBACK;
