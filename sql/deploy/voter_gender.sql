-- Deploy cerberus:voter_gender to pg
-- requires: voters
--
-- Widen gender for the words that other systems store: voter files have codes.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters ALTER gender TYPE varchar(50);

COMMIT;
