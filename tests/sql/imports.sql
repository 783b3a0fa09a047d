-- Imports: what the merge keeps of a file, and undoing it.  The import suite
-- tests the same through the programs.
\ir fixture.psql
SELECT no_plan();

-- Call a function as the editor of campaign 1, and drop its temporary tables,
-- which would otherwise be there until the end of the transaction.
CREATE FUNCTION pg_temp.clean() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t regclass;
BEGIN
	FOR t IN SELECT oid FROM pg_class
	    WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
	    AND relowner = 'cerberus_owner'::regrole LOOP
		EXECUTE 'DROP TABLE ' || t;
	END LOOP;
END
$$;

-- Import rows, {"line", "warnings", columns of voters}, with these columns.
CREATE FUNCTION pg_temp.load(columns text[], rows jsonb,
	report jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('role', 'cerberus_app', true);
	PERFORM cerberus.identify(sha256('editor'));
	id := cerberus.import_open(1, 'f', NULL, 'update', false, '{}');
	PERFORM cerberus.import_stage(id);
	PERFORM set_config('role', 'none', true);
	INSERT INTO pg_temp.import_stage
	SELECT * FROM jsonb_populate_recordset(NULL::pg_temp.import_stage,
	    rows);
	PERFORM set_config('role', 'cerberus_app', true);
	PERFORM cerberus.import_merge(id, 1, columns, false, 1,
	    sha256('f'), '{}', report);
	PERFORM set_config('role', 'none', true);
	PERFORM pg_temp.clean();
	RETURN id;
END
$$;

-- Undo an import and return its counts.
CREATE FUNCTION pg_temp.undo(id bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('role', 'cerberus_app', true);
	PERFORM cerberus.identify(sha256('editor'));
	SELECT concat_ws(' ', reverted, deleted, kept, gone) INTO result
	FROM cerberus.import_undo(id, false);
	PERFORM set_config('role', 'none', true);
	PERFORM pg_temp.clean();
	RETURN result;
END
$$;

-- Warnings and collapsed rows.
SELECT pg_temp.load('{first_name,last_name,email_address}', '[
    {"line": 2, "first_name": "Wa", "last_name": "Rn",
	"email_address": "w@x.org", "warnings": [
	{"column": "date_of_birth", "value": "02/30", "message": "No date."},
	{"column": "gender", "value": "?", "message": "Unknown."}]},
    {"line": 3, "first_name": "No", "last_name": "Rn"},
    {"line": 4, "first_name": "", "reject_message": "Bad.", "warnings": [
	{"column": "city", "value": "x", "message": "Rejected anyway."}]},
    {"line": 5, "first_name": "Wa", "last_name": "Rn",
	"email_address": "w@x.org", "warnings": [
	{"column": null, "value": null, "message": "Odd."}]}]',
    '{"columns": [{"header": "E", "column": "email_address"}],
    "unknown_values": [{"column": "gender", "value": "?", "count": 1}]}')
    AS warned \gset
SELECT results_eq('SELECT line, column_name::text, value, message
    FROM cerberus.import_warnings WHERE import_id = ' || :warned
    || ' ORDER BY line, column_name', $$VALUES
    (2::bigint, 'date_of_birth', '02/30', 'No date.'),
    (2, 'gender', '?', 'Unknown.'), (5, NULL, NULL, 'Odd.')$$,
    'warnings of accepted rows are kept, also of those that were replaced');
SELECT is((SELECT concat_ws(' ', rows, created, duplicates, rejected, warned,
    columns -> 0 ->> 'header', unknown_values -> 0 ->> 'count')
    FROM cerberus.imports WHERE import_id = :warned), '4 2 1 1 2 E 1',
    'the import has the counts and the report');
SELECT results_eq('SELECT line, kept_line FROM cerberus.import_collapsed
    WHERE import_id = ' || :warned, 'VALUES (2::bigint, 5::bigint)',
    'a replaced row is listed with the one that replaced it');

-- Without this the planner assumes that voters is empty, and checks the foreign
-- key of each new member by reading a whole index.
SELECT ok((SELECT reltuples > 0 FROM pg_class
    WHERE oid = 'cerberus.voters'::regclass),
    'the first import into a campaign analyses voters');

-- One row for each block of 1024 voters, whatever the file.
SELECT is((SELECT array_agg((block << 10) + n ORDER BY 1)
    FROM cerberus.import_voters, generate_series(0, 1023) n
    WHERE import_id = :warned AND get_bit(created, n) = 1
    AND get_bit(named, n) = 1 AND joined IS NULL),
    (SELECT array_agg(voter_id ORDER BY 1) FROM cerberus.voters
    WHERE last_name = 'Rn'), 'each created voter has a bit');

-- Undoing changes of registration ids.
SELECT is(cerberus.import_id_damaged(n, o), damaged, n || ' after ' || o)
FROM (VALUES ('123', '00123', true), ('2.025E+16', '20250000000000001', true),
    ('2E16', '20250000000000001', true), ('00123', '00123', false),
    ('00123', '123', false), ('124', '00123', false), ('E16', 'AB1', false))
    t (n, o, damaged);
INSERT INTO cerberus.voters (voter_id, first_name, last_name, email_address,
    voter_registration_id, registration_state, tags)
VALUES (51, 'A', 'One', 'a@one.org', 'A1', 'QA', '{}'),
    (52, 'B', 'One', 'b@one.org', 'B1', 'QA', '{}'),
    (53, 'C', 'One', 'c@one.org', 'C1', 'QA', '{}'),
    (54, 'D', 'One', 'd@one.org', 'D1', 'QA', '{}');
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 1, i FROM generate_series(51, 54) i;

-- An import that gave 51 the id of 52, 52 that of 51, 53 and 54 new ones.
SELECT pg_temp.load('{first_name,last_name}',
    '[{"line": 2, "first_name": "X", "last_name": "One"}]') AS swapped \gset
INSERT INTO cerberus.audit_log (action, table_name, row_id, import_id, before,
    after)
SELECT 'import', 'voters', i, :swapped,
    jsonb_build_object('voter_registration_id', o, 'updated_at', v.updated_at
	- interval '1 hour'),
    jsonb_build_object('voter_registration_id', v.voter_registration_id,
	'updated_at', v.updated_at)
FROM (VALUES (51, 'B1'), (52, 'A1'), (53, 'C0'), (54, 'D0')) t (i, o)
JOIN cerberus.voters v ON v.voter_id = i;
-- Another voter has the old id of 54 now.
INSERT INTO cerberus.voters (first_name, last_name, voter_registration_id,
    registration_state)
VALUES ('E', 'One', 'D0', 'QA');
SELECT is(pg_temp.undo(:swapped), '3 1 1 0',
    'ids go back unless somebody else has them');
SELECT results_eq('SELECT voter_registration_id::text, updated_at = created_at
    FROM cerberus.voters WHERE voter_id BETWEEN 51 AND 54 ORDER BY voter_id',
    $$VALUES ('B1', false), ('A1', false), ('C0', false), ('D1', true)$$,
    'exchanged ids are exchanged back');
SELECT is((SELECT count(*) FROM cerberus.voters WHERE voter_id BETWEEN 51
    AND 53 AND updated_at = created_at - interval '1 hour'), 3::bigint,
    'updated_at goes back with the columns');
SELECT throws_ok(format('SELECT pg_temp.undo(%s)', :swapped), 'CB409',
    'This import was undone already.', 'an import is undone once');

-- Values of tags and custom fields.
SELECT is(cerberus.undo_tags(now, b, a), wanted, now::text)
FROM (VALUES ('{a,b}'::text[], '["a"]'::jsonb, '["a", "b"]'::jsonb,
	'{a}'::text[]), ('{z,b,a}', '["a"]', '["a", "b"]', '{z,a}'),
    ('{}', '["a"]', '["a", "b"]', '{}'), ('{b}', '[]', '["b"]', '{}'))
    t (now, b, a, wanted);
SELECT is(cerberus.undo_fields(now, b, a), wanted, now::text)
FROM (VALUES ('{"k": 2, "n": null}'::jsonb, '{"k": 1}'::jsonb,
	'{"k": 2}'::jsonb, '{"k": 1, "n": null}'::jsonb),
    ('{"k": 3}', '{"k": 1}', '{"k": 2, "l": 1}', '{"k": 3}'),
    ('{"k": 2, "l": 1}', '{}', '{"k": 2, "l": 1}', '{}'),
    ('{"l": 1}', '{"k": 1}', '{"k": 2, "l": 1}', '{}'))
    t (now, b, a, wanted);

-- Erasing a person blanks the values of warnings.
INSERT INTO cerberus.import_warnings (import_id, line, value, message)
VALUES (:warned, 9, 'Tel (919) 555-0187', 'Odd.'),
    (:warned, 10, 'kept', 'Odd.');
SELECT is(cerberus.erase_rejects('{}', '{+19195550187}', '{}'), 1::bigint,
    'erasing counts the warning');
SELECT is((SELECT array_agg(coalesce(value, '-') ORDER BY line)
    FROM cerberus.import_warnings WHERE import_id = :warned AND line > 8),
    '{-,kept}', 'its value is gone');

-- The first voters: their indexes are built again, as they were.
CREATE FUNCTION pg_temp.first(who text, initial text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
	n bigint;
BEGIN
	PERFORM set_config('role', 'cerberus_app', true);
	PERFORM cerberus.identify(sha256(who::bytea));
	id := cerberus.import_open(1, 'f', NULL, 'update', false,
	    format('{"initial": %s}', initial)::jsonb);
	PERFORM cerberus.import_stage(id);
	PERFORM set_config('role', 'none', true);
	INSERT INTO pg_temp.import_stage (line, first_name, last_name)
	VALUES (2, 'First', 'Voter'), (3, 'Second', 'Voter');
	PERFORM set_config('role', 'cerberus_app', true);
	SELECT created INTO n FROM cerberus.import_merge(id, 1,
	    '{first_name,last_name}', false, 1, sha256('f'), '{}', '{}');
	PERFORM set_config('role', 'none', true);
	PERFORM pg_temp.clean();
	RETURN n;
END
$$;
CREATE FUNCTION pg_temp.indexes() RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(pg_get_indexdef(indexrelid) || indisvalid
	    ORDER BY indexrelid::regclass::text)
	FROM pg_index WHERE indrelid = 'cerberus.voters'::regclass
$$;
SELECT throws_ok($$SELECT pg_temp.first('admin', 'true')$$, 'CB409',
    'There are voters already. Import without initial.', 'not the first');
SELECT throws_ok($$SELECT pg_temp.first('editor', 'true')$$, 'CB403',
    'Only an admin may import the first voters with initial.', 'an editor');
SELECT pg_temp.indexes() AS indexes,
    'cerberus.voters_name_idx'::regclass::oid AS old \gset
TRUNCATE cerberus.voters CASCADE;
SELECT is(pg_temp.first('admin', 'true'), 2::bigint, 'the first voters');
SELECT is(pg_temp.indexes(), :'indexes'::text[], 'all indexes are there');
SELECT isnt('cerberus.voters_name_idx'::regclass::oid, :old::oid,
    'they were built again');
SELECT 'cerberus.voters_name_idx'::regclass::oid AS old \gset
SELECT is(pg_temp.first('admin', 'false'), 0::bigint, 'the same, again');
SELECT is('cerberus.voters_name_idx'::regclass::oid, :old::oid,
    'without initial indexes stay');

-- A state's file after another, and people who have signed up in between, of
-- whom the statistics do not know.  The number of times that the stage is read
-- must not depend on theirs.  The first of them is in the file.
CREATE FUNCTION pg_temp.voters(first integer, last integer, state text)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO cerberus.voters (first_name, last_name, email_address,
	    voter_registration_id, registration_state)
	SELECT 'Eve', 'No' || n, n || '@x.org', CASE WHEN state IS NOT NULL
	    THEN 'R' || n END, state FROM generate_series(first, last) n
$$;
CREATE FUNCTION pg_temp.next_file(first integer, OUT scans bigint,
	OUT created bigint, OUT updated bigint) LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('role', 'cerberus_app', true);
	PERFORM cerberus.identify(sha256('admin'));
	id := cerberus.import_open(1, 'f', NULL, 'update', false, '{}');
	PERFORM cerberus.import_stage(id);
	PERFORM set_config('role', 'none', true);
	INSERT INTO pg_temp.import_stage (line, first_name, last_name,
	    email_address, voter_registration_id, registration_state)
	SELECT n, 'Eve', 'No' || n, n || '@x.org', 'R' || n, 'NC'
	FROM generate_series(first, first + 2999) n;
	PERFORM set_config('role', 'cerberus_app', true);
	SELECT m.created, m.updated INTO created, updated
	FROM cerberus.import_merge(id, 1, '{first_name,last_name,email_address,
	    voter_registration_id,registration_state}', false, 1, sha256('f'),
	    '{}', '{}') m;
	PERFORM set_config('role', 'none', true);
	scans := pg_stat_get_xact_numscans('pg_temp.import_stage'::regclass);
	PERFORM pg_temp.clean();
END
$$;
TRUNCATE cerberus.voters CASCADE;
SELECT pg_temp.voters(1, 3000, 'NC');
ANALYZE cerberus.voters;
SELECT pg_temp.voters(10001, 10200, NULL);
SELECT scans, created || ' ' || updated AS counts
FROM pg_temp.next_file(10001 - 2999) \gset
SELECT cmp_ok(:scans, '<', 60, 'the stage is read a few times');
SELECT is(:'counts'::text, '2999 1', 'a person who had signed up is in the file');
SET LOCAL session_replication_role = replica;
SELECT pg_temp.voters(20001, 34000, NULL);
SET LOCAL session_replication_role = origin;
SELECT scans, created || ' ' || updated AS counts
FROM pg_temp.next_file(20001 - 2998) \gset
SELECT cmp_ok(:scans, '<', 60, 'also if thousands have signed up');
SELECT is(:'counts'::text, '2998 2', 'two of them are in the file');

SELECT * FROM finish();
ROLLBACK;
