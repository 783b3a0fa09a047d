-- Revert cerberus:consent_lists from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.opt_out(bigint, text, text[], text);
DROP FUNCTION cerberus.record_consent(bigint, bigint, text, boolean, text,
	text);
DROP FUNCTION cerberus.may_contact(cerberus.voters, text, bigint);
ALTER TABLE cerberus.consents DROP opt_out_id, DROP user_id;
DROP TABLE cerberus.opt_outs;
REVOKE USAGE ON SEQUENCE cerberus.consents_consent_id_seq FROM cerberus_app;

COMMIT;
