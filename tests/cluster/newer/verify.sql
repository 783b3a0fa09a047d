-- Verify cerberus:newer on pg
BEGIN;
SELECT newer FROM cerberus.voters WHERE newer IS NOT NULL;
ROLLBACK;
