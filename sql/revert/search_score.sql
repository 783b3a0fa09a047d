-- Revert cerberus:search_score from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.search_scored(cerberus.search_query);
DROP FUNCTION cerberus.search_candidates(cerberus.search_query);

COMMIT;
