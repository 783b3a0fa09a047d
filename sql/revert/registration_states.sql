-- Revert cerberus:registration_states from pg
-- The other spellings are not restored; they mean the same.
BEGIN;

COMMIT;
