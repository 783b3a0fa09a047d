-- Revert cerberus:import_undo from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_undo(bigint, boolean);
DROP FUNCTION cerberus.undo_created(cerberus.imports, boolean);
DROP FUNCTION cerberus.import_undoable(bigint);

COMMIT;
