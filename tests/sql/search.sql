-- The search for names: its results depend on the voters that the caller sees,
-- never on those of other campaigns.
\ir fixture.psql
SELECT no_plan();

INSERT INTO cerberus.voters (voter_id, first_name, last_name)
VALUES (10, 'Qannx', 'Xylophrasts'), (11, 'Qannx', 'Xylophrusts'),
    (12, 'Marianne', 'Olssen'), (13, 'Jon', 'Tamaki'), (14, 'Ab', 'Zorn');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 2, n FROM generate_series(10, 14) n;
CREATE TEMP TABLE queries (q text);
INSERT INTO queries VALUES ('Qannx Xylophrast'), ('Qannx Xylophrust'),
    ('Xylophrast'), ('Xylophrust'), ('xylophrats'), ('Qannx'), ('Qanxn'),
    ('Marian Olssen'), ('Marianne Olsson'), ('Olson'), ('Marianne'),
    ('Mariane'),
    ('Jon Tamaki'), ('Tamaki, Jon'), ('Jhon Tamaki'), ('Tamiki'), ('Ta'),
    ('Zor'), ('Zron'), ('Nobody Here');
CREATE FUNCTION pg_temp.results() RETURNS TABLE (q text, found text)
LANGUAGE sql AS $$
	SELECT q, pg_temp.app('stranger', format('SELECT string_agg(concat_ws(
	    ''/'', score, last_name, first_name, voter_id, total, exact), '' ''
	    ORDER BY score, last_name, first_name, voter_id)
	    FROM search_voters(%L, NULL, 50)', q)) FROM queries
$$;
CREATE TEMP TABLE alone AS SELECT * FROM pg_temp.results();
SELECT matches((SELECT found FROM alone WHERE q = 'Qannx Xylophrast'),
    '/10/', 'a name with a typing mistake is found');
SELECT matches((SELECT found FROM alone WHERE q = 'Qannx Xylophrust'),
    '/11/', 'a name with another typing mistake is found');
SELECT is((SELECT found FROM alone WHERE q = 'Nobody Here'), '(null)',
    'a name that no voter has finds no voter');
SELECT is((SELECT count(*) FROM alone WHERE found <> '(null)'), 19::bigint,
    'every other query finds a voter');

-- The exact names in another campaign, and names in between.
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT 100 + row_number() OVER (), f, l
FROM unnest(ARRAY['Any', 'Qannx', 'Qanxn', 'Marian', 'Mariane', 'Jhon',
    'Nobody']) f, unnest(ARRAY['Xylophrast', 'Xylophrust', 'Xylophrats',
    'Olsson', 'Olson', 'Tamiki', 'Tamaky', 'Zron', 'Here']) l;
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 1, voter_id FROM cerberus.voters WHERE voter_id > 100;
SELECT results_eq('SELECT * FROM pg_temp.results()', 'SELECT * FROM alone',
    'voters of another campaign do not change the results');
SELECT results_eq($$SELECT q, pg_temp.app('nobody', format(
    'SELECT count(*) FROM search_voters(%L, NULL, 50)', q)) FROM queries$$,
    $$SELECT q, '0' FROM queries$$,
    'a user without a campaign finds no voter');

-- The same in a campaign too large for reading each of its voters.
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT 10000 + n, 'Filler' || n % 7, 'Padding' || n % 11
FROM generate_series(1, 6000) n;
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 2, 10000 + n FROM generate_series(1, 6000) n;
-- Plans that were made for ten voters would be used for thousands.
ANALYZE cerberus.voters, cerberus.campaign_voters, cerberus.voter_names,
    cerberus.name_edits;
SELECT results_eq('SELECT * FROM pg_temp.results()', 'SELECT * FROM alone',
    'a large campaign has the same results');

-- The page of a list by its number: voter_scope() says after which id to begin,
-- and how many rows to skip, though blocks have gaps, and several counts each.
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT 500000 + n * 7, 'Page', 'Number' FROM generate_series(1, 2000) n;
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT 500003 + n * 7, 'Page', 'Number' FROM generate_series(1, 2000) n;
DELETE FROM cerberus.voters WHERE voter_id BETWEEN 502000 AND 506000
OR voter_id > 500000 AND voter_id % 11 = 0;
SELECT is(pg_temp.app('admin', $$SELECT (WITH v AS MATERIALIZED (SELECT voter_id,
	row_number() OVER (ORDER BY voter_id) - 1 AS up,
	row_number() OVER (ORDER BY voter_id DESC) - 1 AS down FROM voters)
    SELECT coalesce(array_agg(o)::text, 'all') FROM
    generate_series(1, (SELECT max(up) FROM v), 61) o,
    LATERAL voter_scope(NULL, o, false) a, LATERAL voter_scope(NULL, o, true) d
    WHERE (SELECT voter_id FROM v WHERE voter_id >= a.start_id
	ORDER BY voter_id OFFSET a.skip LIMIT 1)
    IS DISTINCT FROM (SELECT voter_id FROM v WHERE up = o)
    OR (SELECT voter_id FROM v WHERE voter_id <= d.start_id
	ORDER BY voter_id DESC OFFSET d.skip LIMIT 1)
    IS DISTINCT FROM (SELECT voter_id FROM v WHERE down = o))$$), 'all',
    'each offset leads to its row, upwards and downwards');
SELECT is(pg_temp.app('admin', $$SELECT count(start_id) || ' of ' || total
    FROM voter_scope(NULL, (SELECT count(*) FROM voters), false)
    GROUP BY total$$), (SELECT '0 of ' || count(*) FROM cerberus.voters),
    'and an offset beyond the last row to none');

SELECT * FROM finish();
ROLLBACK;
