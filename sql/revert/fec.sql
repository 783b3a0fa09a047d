-- Revert cerberus:fec from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP VIEW cerberus.fec_refunds;
DROP VIEW cerberus.fec_receipts;
DROP VIEW cerberus.fec_donors;
DROP FUNCTION cerberus.fec_line(text[]);
DROP FUNCTION cerberus.fec_amount(bigint);
DROP FUNCTION cerberus.fec_text(text, integer);

COMMIT;
