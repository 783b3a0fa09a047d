-- Revert cerberus:names from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_names(text, bigint[], bigint[]);
DROP FUNCTION cerberus.names_like(text, boolean, boolean, bigint[], bigint[]);
DROP FUNCTION cerberus.visible_names(text[], boolean, bigint[], bigint[]);

COMMIT;
