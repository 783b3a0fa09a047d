-- Revert cerberus:tallies from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

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
DROP FUNCTION cerberus.word_edits(text);
DROP TABLE cerberus.name_edits;
DROP TABLE cerberus.voter_names;
DROP TABLE cerberus.tallies;
RESET ROLE;
DROP EXTENSION pg_trgm;

COMMIT;
