-- Revert cerberus:import_votes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.votes_undo(bigint, boolean);
DROP FUNCTION cerberus.votes_store(bigint, text, boolean, bigint, bigint);
DROP FUNCTION cerberus.votes_collect(text);
DROP FUNCTION cerberus.votes_stage(boolean);
ALTER TABLE cerberus.imports DROP votes;

COMMIT;
