-- Verify cerberus:voter_details on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.voters', ARRAY[
	'congressional_district character varying(100)',
	'state_senate_district character varying(100)',
	'state_house_district character varying(100)',
	'ward character varying(100)',
	'mailing_address character varying(511)',
	'mailing_city character varying(255)',
	'mailing_state character varying(255)',
	'mailing_zip character varying(255)',
	'mailing_country character varying(255)',
	'mobile_phone character varying(255)',
	'home_phone character varying(255)',
	'work_phone character varying(255)'], '{}', '{}');

ROLLBACK;
