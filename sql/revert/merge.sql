-- Revert cerberus:merge from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.erase_voter(bigint);
DROP FUNCTION cerberus.erase_traces(bigint);
DROP FUNCTION cerberus.erase_rejects(text[], text[], text[]);
DROP FUNCTION cerberus.duplicates(bigint, integer);
DROP FUNCTION cerberus.unmerge_voters(bigint);
DROP FUNCTION cerberus.merge_voters(bigint, bigint[]);
DROP FUNCTION cerberus.put_voter(jsonb);
DROP VIEW cerberus.voter_children;
DROP TABLE cerberus.merges;

COMMIT;
