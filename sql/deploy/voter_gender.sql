-- Deploy cerberus:voter_gender to pg
-- requires: voters
--
-- Genders of other systems are longer than codes of voter files.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters ALTER gender TYPE varchar(50);

COMMIT;
