-- Verify cerberus:registration_states on pg
-- Voters whose ids exist twice keep their spelling, so there is nothing to
-- check.
BEGIN;

ROLLBACK;
