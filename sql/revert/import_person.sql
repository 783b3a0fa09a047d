-- Revert cerberus:import_person from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_traits(text);
DROP FUNCTION cerberus.import_stateless();
DROP FUNCTION cerberus.import_clash();
DROP FUNCTION cerberus.import_other_id(text, text, text, text, boolean);
DROP FUNCTION cerberus.import_differs(text, text, date, date, integer,
	integer);
DROP FUNCTION cerberus.import_id_better(text, text);
DROP FUNCTION cerberus.import_same_id(text, text);
DROP FUNCTION cerberus.import_id_rounded(text);
DROP FUNCTION cerberus.import_phone_key(text);
DROP FUNCTION cerberus.import_email_key(text);
DROP FUNCTION cerberus.import_suffix(text);

COMMIT;
