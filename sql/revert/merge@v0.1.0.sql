-- Revert cerberus:merge from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.unmerge_voters(bigint);
DROP FUNCTION cerberus.merge_voters(bigint, bigint[]);
DROP FUNCTION cerberus.overwrite_voter(jsonb);
DROP VIEW cerberus.voter_children;
DROP TABLE cerberus.merges;

COMMIT;
