-- Revert cerberus:consent_lists from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.opt_out(bigint, text, text[], text);
DROP FUNCTION cerberus.record_consent(bigint, bigint, text, boolean, text,
	text);
DROP FUNCTION cerberus.may_contact(cerberus.voters, text, bigint);
DROP POLICY read ON cerberus.opt_outs;
DROP POLICY add ON cerberus.opt_outs;
DROP POLICY change ON cerberus.opt_outs;
REVOKE ALL ON cerberus.opt_outs FROM cerberus_app;
ALTER TABLE cerberus.opt_outs DISABLE ROW LEVEL SECURITY;
REVOKE USAGE ON SEQUENCE cerberus.opt_outs_opt_out_id_seq,
	cerberus.consents_consent_id_seq FROM cerberus_app;

COMMIT;
