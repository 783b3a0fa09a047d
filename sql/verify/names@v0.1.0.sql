-- Verify cerberus:names on pg
BEGIN;

-- A rework has replaced every function.

ROLLBACK;
