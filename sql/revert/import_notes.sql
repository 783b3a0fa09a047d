-- Revert cerberus:import_notes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.import_collapsed;
DROP TABLE cerberus.import_warnings;
ALTER TABLE cerberus.imports
	DROP warned, DROP columns, DROP unknown_values;

COMMIT;
