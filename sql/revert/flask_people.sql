-- Revert cerberus:flask_people from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.flask_voters(), cerberus.flask_voter_notes(),
	cerberus.flask_status(text), cerberus.flask_users(),
	cerberus.flask_campaigns();

COMMIT;
