-- Revert cerberus:imports from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.import_rejects;
DROP TABLE cerberus.imports;

COMMIT;
