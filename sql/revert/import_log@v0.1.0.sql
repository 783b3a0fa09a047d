-- Revert cerberus:import_log from pg
BEGIN;

DROP VIEW cerberus.import_log;

COMMIT;
