-- Revert cerberus:import_changes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_join(bigint, bigint);
DROP FUNCTION cerberus.import_insert(bigint, bigint, text[], bigint);
DROP FUNCTION cerberus.import_update(bigint, text[], text, boolean);
DROP FUNCTION cerberus.import_bits(bigint, boolean);
DROP VIEW cerberus.audit_entries;
DROP FUNCTION cerberus.audit_values(bigint, bigint);
DROP TABLE cerberus.import_voters;
ALTER TABLE cerberus.imports
	DROP registration_state, DROP audit_id, DROP undone_at,
	DROP undone_by;
ALTER TABLE cerberus.audit_log DROP import_id;

COMMIT;
