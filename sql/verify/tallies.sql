-- Verify cerberus:tallies on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.name_parts', ARRAY[
	'part text not null', 'is_last boolean not null',
	'name text not null', 'pos integer not null'], '{}',
	ARRAY['CREATE INDEX btree (part)']);
SELECT pg_temp.expect_table('cerberus.name_edits', ARRAY[
	'edit bigint not null', 'part text not null'], '{}',
	ARRAY['CREATE INDEX btree (edit)']);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', '{}', ARRAY[
	'tally_added cerberus.tally_voters',
	'tally_removed cerberus.tally_voters',
	'tally_renamed cerberus.tally_renamed']);
SELECT pg_temp.expect(relname, ARRAY['functions only'], ARRAY(
	SELECT 'functions only' WHERE relrowsecurity
	AND NOT has_table_privilege('cerberus_app', oid, 'SELECT')))
FROM pg_class WHERE oid = 'cerberus.name_parts'::regclass;
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, false)
FROM (VALUES
	('name_words(text)', 'text[]', false),
	('names_add(text[], boolean[])', 'void', true),
	('tally_voters()', 'trigger', true),
	('tally_renamed()', 'trigger', true)
) t (f, result, definer);
-- Middle names are counted, too.
SELECT pg_temp.expect('tally_renamed', ARRAY['middle_name'], ARRAY(
	SELECT 'middle_name' FROM pg_trigger
	WHERE tgrelid = 'cerberus.voters'::regclass AND tgname = 'tally_renamed'
	AND pg_get_triggerdef(oid) LIKE '%OF first_name, middle_name%'));

ROLLBACK;
