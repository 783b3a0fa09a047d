-- Pairs of voters who may be one person, and the reasons.
\ir fixture.psql
SELECT no_plan();

INSERT INTO cerberus.voters (voter_id, first_name, middle_name, last_name,
    suffix, date_of_birth, street_address, zip_code, voter_registration_id,
    registration_state, email_address, phone_number)
VALUES
-- Ids that differ by zeros, and a state spelled in two ways.
(11, 'Ann', NULL, 'Lee', NULL, '1980-02-03', NULL, '30301', '00123', 'GA',
    NULL, NULL),
(12, 'Ann', NULL, 'Lee', NULL, '1980-02-03', NULL, NULL, '123', 'GA',
    NULL, NULL),
(13, 'Bea', NULL, 'Poe', NULL, NULL, NULL, NULL, '777', 'Georgia', NULL, NULL),
(14, 'Bea', NULL, 'Poe', NULL, NULL, NULL, NULL, '777', 'ga', NULL, NULL),
(15, 'Bea', NULL, 'Poe', NULL, NULL, NULL, NULL, '777', 'NC', NULL, NULL),
-- A marriage.
(16, 'Cat', NULL, 'Old', NULL, '1990-05-05', '5 Elm Rd', '27601', 'A1', 'NC',
    NULL, NULL),
(17, 'Cat', NULL, 'New-Name', NULL, '1990-05-05', '5 ELM RD', '27601-1111',
    NULL, NULL, NULL, NULL),
-- A move to another county, with another id.
(18, 'Gus', NULL, 'Ivy', NULL, '1970-01-01', '3 Yew', '27601', 'X1', 'NC',
    NULL, NULL),
(19, 'Gus', NULL, 'Ivy', NULL, '1970-01-01', '8 Fir', '28601', 'Y2', 'NC',
    NULL, NULL),
-- Accents and punctuation.
(20, 'José', NULL, 'García-López', NULL, NULL, NULL, '27601', NULL, NULL,
    NULL, NULL),
(21, 'Jose', NULL, 'Garcia Lopez', NULL, NULL, NULL, '27601', NULL, NULL,
    NULL, '+19195550101'),
-- Not the same: a father and a son, spouses, twins.
(22, 'Dan', NULL, 'Fox', 'Sr', '1950-01-01', '9 Fir', '27601', NULL, NULL,
    NULL, '+19195550100'),
(23, 'Dan', NULL, 'Fox', 'Jr', '1975-01-01', '9 Fir', '27601', NULL, NULL,
    NULL, '+19195550100'),
(24, 'Eve', NULL, 'Hub', NULL, '1970-01-01', '2 Yew', '27601', NULL, NULL,
    'h@example.org', NULL),
(25, 'Max', NULL, 'Hub', NULL, '1971-01-01', '2 Yew', '27601', NULL, NULL,
    'h@example.org', NULL),
(26, 'Una', NULL, 'Tern', NULL, '1999-01-01', '4 Yew', '27601', NULL, NULL,
    NULL, '+19195550102'),
(27, 'Ida', NULL, 'Tern', NULL, '1999-01-01', '4 Yew', '27601', NULL, NULL,
    NULL, '+19195550102');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT CASE WHEN voter_id = 17 THEN 1 ELSE 2 END, voter_id
FROM cerberus.voters WHERE voter_id > 10;

CREATE FUNCTION pg_temp.pairs(who text, campaign text, minimum integer)
RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.app(who, format('SELECT array_agg(voter_id || ''-''
	    || other_id || '':'' || score ORDER BY voter_id, other_id)
	    FROM duplicates(%s, %s)', coalesce(campaign, 'NULL'), minimum))
$$;
SELECT is(pg_temp.pairs('admin', NULL, 50),
    '{11-12:100,13-14:80,16-17:60,18-19:55}', 'likely pairs, and no others');
SELECT is(pg_temp.pairs('admin', NULL, 40),
    '{11-12:100,13-14:80,16-17:60,18-19:55,20-21:40,26-27:40}',
    'a lower score has more pairs');
SELECT is(pg_temp.pairs('stranger', NULL, 50), '{11-12:100,13-14:80,18-19:55}',
    'nobody of another campaign');
SELECT is(pg_temp.pairs('admin', '1', 1), '(null)', 'a campaign without pairs');
SELECT is(pg_temp.app('admin', format('SELECT reasons FROM duplicates(NULL, 1)
    WHERE voter_id = %s ORDER BY score DESC LIMIT 1', id)), reasons,
    'the reasons for ' || id)
FROM (VALUES
    (11, '{"registration ids differ only by zeros or punctuation",'
	'"same name","same date of birth"}'),
    (13, '{"same registration id, state differently written","same name"}'),
    (16, '{"same date of birth","same address","same first name",'
	'"different last name"}'),
    (18, '{"same name","same date of birth","different registration ids"}'),
    (22, '{"same name","same phone","same address","different dates of birth",'
	'"different suffixes"}')) r (id, reasons);
SELECT is(cerberus.state_code(s), 'GA', 'the code of ' || s)
FROM unnest(ARRAY['GA', 'ga', 'Georgia', ' GEORGIA ']) s;

SELECT * FROM finish();
ROLLBACK;
