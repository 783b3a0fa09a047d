-- Revert cerberus:flask_answers from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.flask_responses(), cerberus.flask_questions(),
	cerberus.flask_answers(), cerberus.flask_interactions(),
	cerberus.flask_memberships();

COMMIT;
