-- Revert cerberus:upkeep from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.sequences_behind(), cerberus.job_age(text),
	cerberus.job_done(text);
DROP TABLE cerberus.job_runs;

COMMIT;
