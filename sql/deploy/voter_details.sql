-- Deploy cerberus:voter_details to pg
-- requires: erase
--
-- Columns of voters that voter files of states and vendors have: districts, the
-- mailing address, and one phone number of each type.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters
	ADD congressional_district	varchar(100),
	ADD state_senate_district	varchar(100),
	ADD state_house_district	varchar(100),
	ADD ward			varchar(100),
	ADD mailing_address		varchar(511),
	ADD mailing_city		varchar(255),
	ADD mailing_state		varchar(255),
	ADD mailing_zip			varchar(255),
	ADD mailing_country		varchar(255),
	-- phone_number is the preferred one of these.
	ADD mobile_phone		varchar(255),
	ADD home_phone			varchar(255),
	ADD work_phone			varchar(255);

COMMIT;
