-- Revert cerberus:newer from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters DROP newer;

COMMIT;
