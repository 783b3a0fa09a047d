-- The tables of the Flask backend, as PostgreSQL shows them in a database that
-- it made, and one of the tables that some installations have beside them.
CREATE TYPE campaign_type_enum AS ENUM ('Local', 'State', 'Federal', 'Issue');
CREATE TYPE payment_status_enum AS ENUM ('succeeded', 'pending', 'failed',
	'requires_payment_method', 'requires_confirmation');

CREATE TABLE campaigns (
	campaign_id		serial PRIMARY KEY,
	campaign_name		varchar(255),
	start_date		date,
	end_date		date,
	campaign_type		campaign_type_enum,
	details			json,
	source_id		integer,
	created_at		timestamp DEFAULT (now() AT TIME ZONE 'UTC'),
	updated_at		timestamp DEFAULT (now() AT TIME ZONE 'UTC')
);

CREATE TABLE users (
	user_id			serial PRIMARY KEY,
	username		varchar(100) NOT NULL UNIQUE,
	password_hash		varchar(255) NOT NULL,
	email			varchar(255) UNIQUE,
	first_name		varchar(100),
	last_name		varchar(100),
	role			varchar(50) DEFAULT 'viewer',
	is_active		boolean DEFAULT true,
	last_login		timestamp,
	created_at		timestamp,
	updated_at		timestamp
);

CREATE TABLE voters (
	voter_id		serial PRIMARY KEY,
	first_name		varchar(100) NOT NULL,
	middle_name		varchar(100),
	last_name		varchar(100) NOT NULL,
	date_of_birth		date,
	gender			varchar(50),
	street_address		varchar(255),
	city			varchar(100),
	state			varchar(50),
	zip_code		varchar(20),
	county			varchar(100),
	precinct		varchar(100),
	phone_number		varchar(20) UNIQUE,
	email_address		varchar(255) UNIQUE,
	employer		varchar(255),
	occupation		varchar(255),
	contact_email		boolean DEFAULT false,
	contact_phone		boolean DEFAULT false,
	contact_mail		boolean DEFAULT false,
	contact_sms		boolean DEFAULT false,
	registration_status	varchar(50),
	voter_registration_id	varchar(100) UNIQUE,
	registration_date	date,
	party_affiliation	varchar(100),
	engagement_score	integer DEFAULT 0,
	last_contacted_date	timestamptz,
	preferred_contact_method varchar(50),
	custom_fields		json,
	source_campaign_id	integer,
	created_at		timestamp,
	updated_at		timestamp
);

CREATE TABLE campaign_voters (
	campaign_voter_id	serial PRIMARY KEY,
	campaign_id		integer NOT NULL,
	voter_id		integer NOT NULL,
	added_at		timestamptz DEFAULT now(),
	UNIQUE (campaign_id, voter_id)
);

CREATE TABLE interactions (
	interaction_id		serial PRIMARY KEY,
	voter_id		integer NOT NULL
				REFERENCES voters ON DELETE CASCADE,
	campaign_id		integer,
	user_id			integer REFERENCES users ON DELETE SET NULL,
	interaction_type	varchar(100) NOT NULL,
	interaction_date	timestamptz,
	outcome			varchar(255),
	notes			text,
	duration_minutes	integer,
	created_at		timestamptz DEFAULT now()
);

CREATE TABLE survey_questions (
	question_id		serial PRIMARY KEY,
	campaign_id		integer,
	question_text		text NOT NULL,
	question_type		varchar(50) NOT NULL,
	possible_answers	json,
	created_at		timestamptz DEFAULT now()
);

CREATE TABLE survey_responses (
	response_id		serial PRIMARY KEY,
	interaction_id		integer,
	voter_id		integer NOT NULL,
	question_id		integer NOT NULL,
	response_value		text,
	response_values		json,
	responded_at		timestamptz DEFAULT now()
);

CREATE TABLE donations (
	id			serial PRIMARY KEY,
	amount			numeric(10, 2) NOT NULL,
	currency		varchar(3) DEFAULT 'USD',
	payment_status		payment_status_enum,
	stripe_payment_intent_id varchar(255) NOT NULL UNIQUE,
	first_name		varchar(255),
	last_name		varchar(255),
	address_line1		varchar(255),
	address_line2		varchar(255),
	address_city		varchar(100),
	address_state		varchar(50),
	address_zip		varchar(20),
	employer		varchar(255),
	occupation		varchar(255),
	email			bytea,
	phone_number		bytea,
	contact_email		boolean DEFAULT false,
	contact_phone		boolean DEFAULT false,
	contact_mail		boolean DEFAULT false,
	contact_sms		boolean DEFAULT false,
	is_recurring		boolean DEFAULT false,
	covers_fees		boolean DEFAULT false,
	person_id		integer,
	campaign_id		integer NOT NULL,
	source_id		integer,
	created_at		timestamp,
	updated_at		timestamp
);

CREATE TABLE persons (person_id serial PRIMARY KEY, name text);
