-- Revert cerberus:state_names from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.state_code(text);

COMMIT;
