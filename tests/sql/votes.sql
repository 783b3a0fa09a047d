-- Elections, votes, and the functions for filters, merges and imports.
\ir fixture.psql
SELECT no_plan();
SET LOCAL search_path = cerberus, public, pg_catalog;

INSERT INTO elections (election_id, state, date, year, kind, name, slot)
VALUES (11, 'QA', '2018-05-08', 2018, 'primary', '', 3),
    (12, 'QA', '2020-05-05', 2020, 'primary', '', 0),
    (13, 'QA', NULL, 2022, 'primary', '', 70),
    (14, 'QA', '2020-11-03', 2020, 'general', '', 1),
    (15, 'QA', '2199-05-07', 2199, 'primary', '', 2),
    (16, 'QB', '2023-05-02', 2023, 'primary', '', 0);
INSERT INTO ballots (ballot_id, election_id, method)
VALUES (11, 11, NULL), (12, 12, NULL), (13, 13, NULL), (14, 14, NULL),
    (21, 11, 'By mail'), (24, 14, 'By mail');

-- A row that is shorter than the mask lacks the new elections.
SELECT is(voted_in(voted::bit varying, mask::bit varying), n::bigint,
    concat_ws(' ', voted, mask))
FROM (VALUES ('1011', '1011', 3), ('1', '0111', 0), ('1', '1111', 1),
    ('11111', '01', 1), ('0', '0', 0)) t (voted, mask, n);
SELECT is(voted_in(ballot_bits(ARRAY[11, 12, 14]), last_elections('QA',
    'primary', last)), n::bigint, 'the last ' || last || ' primaries')
FROM (VALUES (1, 0), (2, 1), (3, 2), (9, 2)) t (last, n);
SELECT is(voted_in(ballot_bits(ARRAY[11, 12, 14]), last_elections('QA', NULL,
    3)), 2::bigint, 'the last elections of any kind');
SELECT is(bit_count(last_elections('QA', 'primary', 9)), 3::bigint,
    'elections to come do not count');
SELECT is(last_elections('QC', 'primary', 2), NULL, 'a state without any');
SELECT is(voted_in(ballot_bits(ARRAY[13]), election_bits(ARRAY[13, 14])),
    1::bigint, 'one of two elections');

SELECT is(ballots_union(weak, strong), result, weak::text || strong::text)
FROM (VALUES ('{11}'::integer[], '{12}'::integer[], '{11,12}'::integer[]),
    ('{11,14}', '{21}', '{14,21}'), ('{21,12}', '{11,12}', '{11,12}'),
    ('{}', '{11}', '{11}')) t (weak, strong, result);

-- A merge unites the votes, and undoing it separates them.
SELECT votes_set(1, 'QA', '{11,14}'), votes_set(2, 'QA', '{12,24}'),
    votes_set(2, 'QB', NULL) \g /dev/null
SELECT votes_merge(1, 2) AS merged \gset
SELECT is(ballots, '{11,12,14}', 'the kept voter''s votes count')
FROM votes WHERE voter_id = 1 AND state = 'QA';
DELETE FROM voters WHERE voter_id = 2;
SELECT is(count(*), 0::bigint, 'votes go with their voter')
FROM votes WHERE voter_id = 2;
INSERT INTO voters (voter_id, first_name, last_name) VALUES (2, 'A', 'B');
SELECT votes_set(1, 'QA', '{11,12,13,14}'), votes_unmerge(1, 2, :'merged')
\g /dev/null
SELECT is(array_agg(ballots::text ORDER BY voter_id),
    ARRAY['{11,13,14}', '{12,24}'], 'a vote since the merge stays')
FROM votes WHERE state = 'QA';
SELECT is(count(*), 0::bigint, 'every row has the bits of its ballots')
FROM votes WHERE voted <> pg_catalog.bit(ballot_bits(ballots), length(voted),
    true);

-- Elections of a file: by year alone, with a date, new ones, two in a day.
CREATE FUNCTION pg_temp.found(ballots text, store boolean) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.import_ballot;
	PERFORM cerberus.import_ballots(ballots::jsonb, store);
	RETURN (SELECT string_agg(concat_ws(' ', b.code, CASE
	    WHEN b.election_id < 0 THEN 'new' WHEN e.election_id BETWEEN 11
	    AND 16 THEN e.election_id::text ELSE concat_ws(' ', 'made', e.date,
	    e.name) END), ', ' ORDER BY b.code)
	    FROM pg_temp.import_ballot b
	    LEFT JOIN cerberus.elections e USING (election_id));
END
$$;
SELECT is(pg_temp.found(ballots, false), answer, ballots)
FROM (VALUES
('[{"code": 1, "state": "QA", "year": 2018, "kind": "primary", "name": "x"}]',
    '1 11'),
('[{"code": 1, "state": "QA", "date": "2022-06-07", "year": 2022,
    "kind": "primary", "name": ""}]', '1 13'),
('[{"code": 1, "state": "QA", "date": "2020-05-06", "year": 2020,
    "kind": "primary", "name": ""}]', '1 new'),
('[{"code": 1, "state": "QB", "year": 2018, "kind": "primary", "name": ""}]',
    '1 new')) t (ballots, answer);
SELECT is(count(*), 7::bigint, 'a dry run creates no election') FROM elections;
SELECT is(pg_temp.found('[
    {"code": 1, "state": "QB", "date": "2021-03-02", "year": 2021,
	"kind": "special", "name": "Sheriff", "method": "Early"},
    {"code": 2, "state": "QB", "date": "2021-03-02", "year": 2021,
	"kind": "special", "name": "School bond", "method": "Early"},
    {"code": 3, "state": "QB", "date": "2021-03-02", "year": 2021,
	"kind": "special", "name": "Sheriff", "method": "Early"},
    {"code": 4, "state": "QB", "date": "2021-11-02", "year": 2021,
	"kind": "general", "name": "One name"},
    {"code": 5, "state": "QB", "date": "2021-11-02", "year": 2021,
	"kind": "general", "name": "Another name"}]', true),
    '1 made 2021-03-02 Sheriff, 2 made 2021-03-02 School bond, '
    '3 made 2021-03-02 Sheriff, 4 made 2021-11-02 Another name, '
    '5 made 2021-11-02 Another name', 'a state holds several on a day');
SELECT is(array_agg(slot ORDER BY slot), '{0,1,2,3}'::smallint[],
    'each election has a bit') FROM elections WHERE state = 'QB';
SELECT is(count(DISTINCT ballot_id), 3::bigint, 'two codes can be one ballot')
FROM pg_temp.import_ballot;
SELECT pg_temp.found('[{"code": 1, "state": "QA", "date": "2022-06-07",
    "year": 2022, "kind": "primary", "name": ""}]', true) \g /dev/null
SELECT is(date, date '2022-06-07', 'an election gets its date')
FROM elections WHERE election_id = 13;

-- The constraints.
SELECT throws_ok('INSERT INTO cerberus.' || statement, code, NULL,
    pg_temp.title('refused', statement))
FROM (VALUES
('elections (state, date, year, kind, slot)
    VALUES (''QA'', ''2020-11-03'', 2020, ''general'', 9)', '23505'),
('elections (state, year, kind, slot) VALUES (''QA'', 2001, ''general'', 1)',
    '23505'),
('elections (state, date, year, kind, slot)
    VALUES (''QA'', ''2001-11-06'', 2002, ''general'', 9)', '23514'),
('elections (state, year, kind, slot) VALUES (''QA'', 2001, ''fair'', 9)',
    '23514'),
('ballots (election_id) VALUES (11)', '23505'),
('ballots (election_id, party) VALUES (11, '''')', '23514'),
('votes (voter_id, state, voted, ballots) VALUES (4, ''QA'', ''0'', ''{}'')',
    '23514')) t (statement, code);

SELECT * FROM finish();
ROLLBACK;
