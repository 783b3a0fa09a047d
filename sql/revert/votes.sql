-- Revert cerberus:votes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.votes_unmerge(bigint, bigint, jsonb);
DROP FUNCTION cerberus.votes_merge(bigint, bigint);
DROP FUNCTION cerberus.votes_set(bigint, text, integer[]);
DROP FUNCTION cerberus.ballot_bits(integer[]);
DROP FUNCTION cerberus.ballots_union(integer[], integer[]);
DROP FUNCTION cerberus.voted_in(bit varying, bit varying);
DROP FUNCTION cerberus.election_bits(integer[]);
DROP FUNCTION cerberus.last_elections(text, text, integer);
DROP VIEW cerberus.vote_list;
DROP TABLE cerberus.votes;

COMMIT;
