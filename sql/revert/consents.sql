-- Revert cerberus:consents from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.consents;
DROP TABLE cerberus.opt_outs;

COMMIT;
