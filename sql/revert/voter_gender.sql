-- Revert cerberus:voter_gender from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters DISABLE TRIGGER USER;
UPDATE cerberus.voters SET gender = left(gender, 20) WHERE length(gender) > 20;
ALTER TABLE cerberus.voters ENABLE TRIGGER USER;
ALTER TABLE cerberus.voters ALTER gender TYPE varchar(20);

COMMIT;
