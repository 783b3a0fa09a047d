-- Revert cerberus:audit from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.audit_erase(bigint);
DROP TRIGGER audit ON cerberus.invitations;
DROP TRIGGER audit ON cerberus.imports;
DROP FUNCTION cerberus.audit_import();
DROP TRIGGER audit ON cerberus.donations;
DROP TRIGGER audit ON cerberus.voters;
DROP TRIGGER audit_removed ON cerberus.api_tokens;
DROP TRIGGER audit_changed ON cerberus.api_tokens;
DROP TRIGGER audit_added ON cerberus.api_tokens;
DROP TRIGGER audit ON cerberus.campaign_members;
DROP TRIGGER audit ON cerberus.users;
DROP TRIGGER audit ON cerberus.campaigns;
DROP FUNCTION cerberus.audit_row();
DROP FUNCTION cerberus.audit_add(text, text, bigint, jsonb, jsonb);
DROP TABLE cerberus.audit_log;
DROP FUNCTION cerberus.audit_keep();

COMMIT;
