-- Revert cerberus:flask_stage from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.flask_object(text, jsonb),
	cerberus.flask_time(timestamptz), cerberus.flask_day(date),
	cerberus.flask_stage();

COMMIT;
