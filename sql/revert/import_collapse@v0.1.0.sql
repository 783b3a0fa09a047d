-- Revert cerberus:import_collapse from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_collapse(text[]);
DROP FUNCTION cerberus.import_household(text, text, date, date, text, text,
	text, text);
DROP FUNCTION cerberus.import_connect();
DROP FUNCTION cerberus.import_keys();

COMMIT;
