-- Revert cerberus:erase from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.erase_voter(bigint);
DROP FUNCTION cerberus.erase_traces(bigint);
DROP FUNCTION cerberus.erase_rejects(text[], text[], text[]);

COMMIT;
