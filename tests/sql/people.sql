-- How an import tells people apart: the rules of import_person, and what it
-- says about rows that they leave in doubt.
\ir fixture.psql
SELECT no_plan();

SELECT is(cerberus.import_suffix(s), f, format('suffix %L', s))
FROM (VALUES ('Jr', 'jr'), ('JR.', 'jr'), ('Junior', 'jr'), ('Sr.', 'sr'),
    ('senior', 'sr'), ('2nd', 'ii'), ('II', 'ii'), ('iii', 'iii'),
    ('3RD', 'iii'), ('Esq.', 'esq'), (' . ', NULL), (NULL, NULL)) t (s, f);

SELECT is(cerberus.import_email_key(e), CASE WHEN k THEN e END,
    format('key %L', e))
FROM (VALUES ('ann@example.org', true), ('nora.reply@example.org', true),
    ('noemail@example.org', false), ('no-reply@example.org', false),
    ('none@example.org', false), ('no_email2@example.org', false),
    ('null@example.org', false), (NULL, false)) t (e, k);

SELECT is(cerberus.import_id_better(o, n), b, format('%s, then %s', o, n))
FROM (VALUES ('0012', '12', '0012'), ('12', '0012', '0012'),
    ('0012', '013', '013'), ('0012', NULL, '0012'), (NULL, '12', '12'),
    ('20250012345678901', '2.025E+16', '20250012345678901'),
    ('2.025E+16', '20250012345678901', '20250012345678901'),
    ('20250012345678901', '20250012345678900', '20250012345678901'),
    ('20250012345678900', '20250012345678901', '20250012345678901'),
    ('20250012345678901', '20250012345678902', '20250012345678902'),
    ('12E45', '12E46', '12E46')) t (o, n, b);

SELECT is(cerberus.import_other_id('7', a, i, b, n), x,
    format('7 of %s, %s of %s, names %s', a, i, b, n))
FROM (VALUES ('GA', '7', 'GA', false, false), ('GA', '8', 'GA', true, true),
    ('GA', '8', NULL, true, true), (NULL, '8', NULL, true, true),
    ('GA', '007', NULL, false, false), ('GA', '8', 'NC', true, false),
    ('GA', '8', 'NC', false, true), ('GA', NULL, 'GA', true, false))
    t (a, i, b, n, x);

SELECT ok(NOT cerberus.import_differs('jr', NULL, '1970-01-02', NULL, NULL,
    1970), 'what is unknown does not contradict');
SELECT ok(cerberus.import_differs('jr', 'sr', NULL, NULL, NULL, NULL)
    AND cerberus.import_differs(NULL, NULL, '1970-01-02', '1970-01-03', NULL,
	NULL)
    AND cerberus.import_differs(NULL, NULL, NULL, NULL, 1970, 1971),
    'suffix, date and year of birth contradict');

-- A file, as the program stages it.
SELECT cerberus.identify(sha256('admin'));
SELECT cerberus.import_open(1, 'people.csv', NULL, 'update', false, '{}')
    AS id \gset
SELECT cerberus.import_stage(:id);
INSERT INTO cerberus.voters (voter_id, first_name, last_name, email_address,
    phone_number, voter_registration_id, registration_state, date_of_birth)
VALUES (1001, 'Ann', 'Lee', 'ann@people.example', NULL, NULL, NULL, NULL),
    (1002, 'Jo', 'Fox', NULL, '+12302030001', 'P1', 'GA', NULL),
    (1003, 'Jo', 'Fox', NULL, '+12302030001', 'P2', 'GA', NULL),
    (1004, 'Cy', 'Day', NULL, NULL, '007', 'GA', NULL),
    (1005, 'Di', 'Ely', NULL, NULL, 'P5', NULL, NULL),
    (1006, 'Ed', 'Fay', NULL, NULL, 'P6', 'GA', '1970-01-02');
INSERT INTO pg_temp.import_stage (line, first_name, last_name, email_address,
    phone_number, voter_registration_id, registration_state, date_of_birth)
VALUES (2, 'Ann', 'Ash', 'ann@people.example', NULL, NULL, NULL, NULL),
    (3, 'Jo', 'Fox', NULL, '+12302030001', NULL, NULL, NULL),
    (4, 'Cy', 'Day', NULL, NULL, '7', 'GA', NULL),
    (5, 'Flo', 'Guy', NULL, NULL, 'P5', NULL, NULL),
    (6, 'Gus', 'Hay', NULL, NULL, 'P6', 'GA', '1980-01-02'),
    (7, 'Ed', 'Ivy', NULL, NULL, 'P6', 'GA', '1980-01-02');
SELECT is(cerberus.import_collapse(ARRAY['first_name', 'last_name',
    'email_address', 'phone_number', 'voter_registration_id',
    'registration_state', 'date_of_birth']), 0::bigint,
    'none of the rows replaces another');
SELECT cerberus.import_find(1, ARRAY['first_name', 'last_name',
    'email_address', 'phone_number', 'voter_registration_id',
    'registration_state', 'date_of_birth']);
SELECT is((SELECT array_agg(line || ':' || voter_id ORDER BY line)
    FROM pg_temp.import_match), '{2:1001,4:1004,7:1006}',
    'the voters whom the rows describe');
SELECT is((SELECT array_agg(concat_ws('|', line, column_name, value, message)
    ORDER BY line) FROM pg_temp.import_warning), ARRAY[
    '2|last_name|Ash|The voter has another last name, which only a row with '
	'the voter''s registration id and state changes.',
    '3|phone_number|+12302030001|Several people share this phone number and '
	'name; the row became a voter of its own.',
    '5|voter_registration_id|P5|Somebody else has this registration id, and '
	'neither has a state; it stays blank. Give its state in '
	'registration_state.'], 'what the warnings say');
SELECT is((SELECT array_agg(concat_ws('|', line, reject_column,
    reject_message) ORDER BY line) FROM pg_temp.import_stage
    WHERE reject_message IS NOT NULL), ARRAY['6|voter_registration_id|Both '
    'names and the date of birth differ from those of the voter with this '
    'registration id.'], 'a row that is somebody else is rejected');
SELECT is((SELECT array_agg(concat_ws('|', line, last_name,
    voter_registration_id) ORDER BY line) FROM pg_temp.import_stage
    WHERE line IN (2, 4, 5, 7)), '{2|Lee,4|Day|007,5|Guy,7|Ivy|P6}',
    'only a full id changes a name, and no id loses its zeros');

SELECT * FROM finish();
ROLLBACK;
