-- Revert cerberus:donor_consents from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER record_donor_consents ON cerberus.donations;
DROP FUNCTION cerberus.record_donor_consents();
ALTER TABLE cerberus.donations DROP consented, DROP consent_proof;

COMMIT;
