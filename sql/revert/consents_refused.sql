-- Revert cerberus:consents_refused from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP INDEX cerberus.consents_refused_idx;

COMMIT;
