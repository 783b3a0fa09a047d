-- Deploy cerberus:newer to pg
-- requires: schema_version
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.voters ADD newer text;
CREATE INDEX voters_newer ON cerberus.voters (newer) WHERE newer IS NOT NULL;

COMMIT;
