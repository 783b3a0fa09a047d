-- Revert cerberus:folding from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.name_fold(text);
DROP FUNCTION cerberus.name_unaccent(text);

RESET ROLE;
DROP EXTENSION unaccent;

COMMIT;
