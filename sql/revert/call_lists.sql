-- Revert cerberus:call_lists from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.call_holds;
DROP TABLE cerberus.call_people;
DROP TABLE cerberus.call_lists;

COMMIT;
