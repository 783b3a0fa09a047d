-- Revert cerberus:search from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP INDEX cerberus.voters_tags_idx, cerberus.voters_precinct_idx,
	cerberus.voters_last_name_idx, cerberus.voters_first_name_idx;
DROP FUNCTION cerberus.voters_with(text, text, boolean, bigint);
DROP FUNCTION cerberus.search_total(text, bigint[]);
DROP FUNCTION cerberus.search_voters(text, bigint[], bigint, integer, text,
	text, bigint);
DROP FUNCTION cerberus.search_count(cerberus.search, bigint);
DROP FUNCTION cerberus.search_rows(cerberus.search, bigint, integer, text,
	text, bigint);
DROP FUNCTION cerberus.search_plan(text, bigint[]);
DROP TYPE cerberus.search;
DROP FUNCTION cerberus.campaign_voter_ids(bigint[]);
DROP FUNCTION cerberus.search_where(bigint[]);

COMMIT;
