-- Doors: which addresses are one door, walking order, joined names, and the
-- column that imports and triggers keep.
\ir fixture.psql
SELECT no_plan();

-- Each line is one door.
CREATE FUNCTION pg_temp.door(address text, zip text DEFAULT '27601')
RETURNS text LANGUAGE sql AS $$
	SELECT d.door FROM cerberus.door_of(address, zip, NULL) d
$$;
SELECT is(pg_temp.door(b), pg_temp.door(a), format('%L is %L', b, a))
FROM (VALUES ('12 Oak St Apt 4', '12 OAK ST #4'),
    ('12 Oak St Apt 4', '12 Oak Street, Unit 4'),
    ('12 Oak St Apt 4', '12 Oak St. Apt. 04'),
    ('12 Oak St Apt 4', '12 Oak St # 4'), ('12 Oak St Apt 4', '12 oak st APT4'),
    ('12 Oak St Apt 4', '  12  Oak St  Apartment #4 '),
    ('12 Oak St Apt 4b', '12 Oak St Unit 4-B'),
    ('12 Oak St Apt 4b', '12 Oak St #4 B'),
    ('12 Oak St Bldg 2 Apt 4', '12 Oak St Building 2 #4'),
    ('5 North Main Street', '5 N MAIN ST'),
    ('5 Main Street North', '5 Main St N'),
    ('5 Main St N.W.', '5 Main St NORTHWEST'),
    ('5 Old Mill Road', '5 old mill rd'), ('9 Cañón Ave', '9 CANON AVENUE'),
    ('012 Oak St', '12 Oak St'), ('12 1/2 Oak St', '12 1/2 OAK STREET'),
    ('N6W23001 Elm Rd', 'n6w23001 ELM ROAD')) t (a, b);
SELECT isnt(pg_temp.door(b), pg_temp.door(a), format('%L is not %L', b, a))
FROM (VALUES ('12 Oak St', '12 Oak St Apt 4'), ('12 Oak St', '12 Oak Ave'),
    ('12 Oak St', '14 Oak St'), ('12 Oak St', '12A Oak St'),
    ('12 Oak St', '12 1/2 Oak St'), ('12 Oak St', '12 N Oak St'),
    ('12 Oak St Apt 4', '12 Oak St Apt 14'),
    ('12 Oak St Bldg 2 Apt 4', '12 Oak St Apt 24'),
    ('12 Oak St', '12 Oak St Rear')) t (a, b);
SELECT isnt(pg_temp.door('12 Oak St', '27602'), pg_temp.door('12 Oak St'),
    'another ZIP code is another street');
SELECT is(pg_temp.door('12 Oak St', '27601-1234'), pg_temp.door('12 Oak St'),
    'the last digits of a ZIP code do not matter');
SELECT is(pg_temp.door(a), NULL, format('%L is no door', a))
FROM (VALUES (NULL), (''), (' '), ('PO Box 12'), ('P.O. Box 12'),
    ('Post Office Box 7'), ('General Delivery'), ('Homeless'), ('5th Avenue'),
    ('123456789 Oak St'), ('#'), ('!')) t (a);
SELECT is(ROW(d.street, d.number, d.unit)::text, p, format('parts of %L', a))
FROM (VALUES ('12 Oak Street', '("OAK ST",12,)'),
    ('12a N. Oak Street, Apt 4', '("N OAK ST",12A,4)'),
    ('7 Rio Aptos Road', '("RIO APTOS RD",7,)'),
    ('7 Floor Street', '("FLOOR ST",7,)'), ('7 Lot', '(LOT,7,)'),
    ('7 Avenue D', '("AVENUE D",7,)'), ('7', '("",7,)'),
    ('12-34 Oak St', '("OAK ST",12-34,)'),
    ('40 Elm Ct Bldg 2 Apt 4b', '("ELM CT",40,"2 4B")')) t (a, p),
    LATERAL cerberus.door_of(a, '27601', NULL) d;

-- Walking order: the street's odd side up, then its even side down; unit by
-- unit.
SELECT is((SELECT array_agg(a ORDER BY pg_temp.door(a) COLLATE "C")
    FROM unnest(addresses) a), addresses, 'walking order')
FROM (VALUES (ARRAY['1 Elm St', '9 Elm St', '11 Elm St', '11A Elm St',
    '101 Elm St', '1001 Elm St', '1000 Elm St', '100 Elm St Apt 2',
    '100 Elm St Apt 10', '100 Elm St Apt 10A', '100 Elm St Apt B', '12 Elm St',
    '2 Elm St', '3 Oak St', '4 Oak St'])) t (addresses);

SELECT is(cerberus.and_list(a), n, 'and_list ' || coalesce(n, 'of nobody'))
FROM (VALUES ('{}'::text[], NULL), ('{Ana}', 'Ana'), ('{Ana,Bo}', 'Ana and Bo'),
    ('{Ana,Bo,Cy}', 'Ana, Bo and Cy')) t (a, n);

-- The column follows the address, whoever writes it.
INSERT INTO cerberus.voters (voter_id, first_name, last_name, street_address,
    zip_code)
VALUES (51, 'A', 'B', '12 Oak Street', '27601');
SELECT is(door, pg_temp.door('12 Oak St'), 'a new voter has a door')
FROM cerberus.voters WHERE voter_id = 51;
UPDATE cerberus.voters SET street_address = '14 Oak St' WHERE voter_id = 51;
SELECT is(door, pg_temp.door('14 Oak St'), 'who moves has another')
FROM cerberus.voters WHERE voter_id = 51;
UPDATE cerberus.voters SET zip_code = '27602' WHERE voter_id = 51;
SELECT is(door, pg_temp.door('14 Oak St', '27602'), 'also by the ZIP code')
FROM cerberus.voters WHERE voter_id = 51;
UPDATE cerberus.voters SET street_address = NULL WHERE voter_id = 51;
SELECT is(door, NULL, 'without an address there is none')
FROM cerberus.voters WHERE voter_id = 51;
-- Adding the column again computes it for the voters who are there.
UPDATE cerberus.voters SET street_address = '3 Elm St', zip_code = '27601'
WHERE voter_id IN (51, 1);
SELECT is(count(*), 0::bigint, 'every voter has the door of their address')
FROM cerberus.voters v
WHERE v.door IS DISTINCT FROM (SELECT d.door FROM cerberus.door_of(
    v.street_address, v.zip_code, v.city) d);

-- Turfs.
SELECT is((SELECT count(DISTINCT cerberus.turf_code(n))
    FROM generate_series(1, 20000) n), 20000::bigint, 'codes differ');
SELECT is((SELECT count(*) FROM generate_series(1, 20000) n
    WHERE cerberus.turf_code(n) !~ '^[2-9A-HJKMNP-RTV-Y]{6}$'), 0::bigint,
    'codes have six letters and digits');
INSERT INTO cerberus.turfs (turf_id, campaign_id, code, turf_name, doors,
    people, user_id)
VALUES (21, 1, 'AAAAAA', 'Gone', 1, 1, 4);
INSERT INTO cerberus.turf_voters (turf_id, voter_id) VALUES (21, 51), (21, 1);
DELETE FROM cerberus.campaign_members WHERE user_id = 4;
SELECT is(user_id, NULL, 'the turf of a member who leaves is nobody''s')
FROM cerberus.turfs WHERE turf_id = 21;
SELECT is(campaign_id, 1::bigint, 'and stays in the campaign')
FROM cerberus.turfs WHERE turf_id = 21;
SELECT throws_ok('UPDATE cerberus.turfs SET user_id = 5 WHERE turf_id = 21',
    '23503', NULL, 'only a member of the campaign can be assigned');
SELECT lives_ok('SELECT cerberus.merge_voters(1, ARRAY[51::bigint])
    FROM cerberus.identify(sha256(''admin''))', 'voters of a turf are merged');
SELECT is(array_agg(voter_id), '{1,1}', 'the kept voter takes the place')
FROM cerberus.turf_voters WHERE turf_id = 21;
DELETE FROM cerberus.voters WHERE voter_id = 1;
SELECT is(count(*), 0::bigint, 'a deleted voter leaves the turf')
FROM cerberus.turf_voters WHERE turf_id = 21;

SELECT * FROM finish();
ROLLBACK;
