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
DROP FUNCTION cerberus.search_own(bigint[]);
DROP FUNCTION cerberus.search_where(bigint[]);
DROP FUNCTION cerberus.search_names(text, bigint[], bigint[]);
DROP FUNCTION cerberus.names_like(text, boolean, boolean, bigint[], bigint[]);
DROP FUNCTION cerberus.names_seen(text[], boolean, bigint[], bigint[]);
DROP FUNCTION cerberus.voter_scope(bigint, bigint, boolean);
DROP TRIGGER tally_none ON cerberus.campaign_voters;
DROP TRIGGER tally_none ON cerberus.voters;
DROP FUNCTION cerberus.tally_none();
DROP TRIGGER tally_left ON cerberus.campaign_voters;
DROP TRIGGER tally_joined ON cerberus.campaign_voters;
DROP FUNCTION cerberus.tally_joined();
DROP TRIGGER tally_renamed ON cerberus.voters;
DROP FUNCTION cerberus.tally_renamed();
DROP TRIGGER tally_removed ON cerberus.voters;
DROP TRIGGER tally_added ON cerberus.voters;
DROP FUNCTION cerberus.tally_voters();
DROP FUNCTION cerberus.merge_tallies();
DROP FUNCTION cerberus.edits_of(text);
DROP TABLE cerberus.name_edits;
DROP TABLE cerberus.voter_names;
DROP TABLE cerberus.tallies;
RESET ROLE;
DROP EXTENSION pg_trgm;

COMMIT;
