-- Revert cerberus:sweep from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_stray(bigint, jsonb);
DROP FUNCTION cerberus.stripe_open(bigint);
DROP FUNCTION cerberus.stripe_differs(bigint, jsonb);
DROP FUNCTION cerberus.stripe_missed(bigint, jsonb);
DROP FUNCTION cerberus.donation_of(bigint, jsonb);
DROP FUNCTION cerberus.stripe_run_done(bigint, timestamptz);
DROP FUNCTION cerberus.stripe_last_run(bigint);
ALTER TABLE cerberus.stripe_events DROP event_no;
DROP TABLE cerberus.stripe_strays, cerberus.stripe_runs;

COMMIT;
