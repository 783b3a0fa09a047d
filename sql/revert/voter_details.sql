-- Revert cerberus:voter_details from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters
	DROP congressional_district, DROP state_senate_district,
	DROP state_house_district, DROP ward, DROP mailing_address,
	DROP mailing_city, DROP mailing_state, DROP mailing_zip,
	DROP mailing_country, DROP mobile_phone, DROP home_phone,
	DROP work_phone;

COMMIT;
