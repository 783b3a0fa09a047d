-- Revert cerberus:import_history from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_history(bigint, bigint, jsonb, bigint, bigint,
	bytea, text[]);
DROP FUNCTION cerberus.import_votes(bigint, text[], jsonb);

COMMIT;
