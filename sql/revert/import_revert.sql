-- Revert cerberus:import_revert from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.undo_known(cerberus.imports, boolean);
DROP FUNCTION cerberus.undo_columns(bigint, boolean);
DROP FUNCTION cerberus.undo_value(text, text);
DROP FUNCTION cerberus.undo_ids();
DROP FUNCTION cerberus.undo_last(cerberus.imports, boolean);
DROP FUNCTION cerberus.undo_alone(bigint);
DROP FUNCTION cerberus.undo_fields(jsonb, jsonb, jsonb);
DROP FUNCTION cerberus.undo_tags(text[], jsonb, jsonb);

COMMIT;
