-- Revert cerberus:saved_layouts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.saved_layouts;

COMMIT;
