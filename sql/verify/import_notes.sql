-- Verify cerberus:import_notes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.imports', ARRAY[
	'warned bigint not null default 0',
	'columns jsonb not null default ''[]''::jsonb',
	'unknown_values jsonb not null default ''[]''::jsonb'], '{}', '{}');
SELECT pg_temp.expect_table('cerberus.import_warnings', ARRAY[
	'warning_id bigint identity not null',
	'import_id bigint not null', 'line bigint not null',
	'column_name character varying(100)', 'value text',
	'message text not null'], ARRAY[
	'FOREIGN KEY (import_id) REFERENCES cerberus.imports(import_id) ON '
	    'DELETE CASCADE',
	'PRIMARY KEY (warning_id)'], ARRAY[
	'CREATE INDEX btree (import_id, line)']);
SELECT pg_temp.expect_table('cerberus.import_collapsed', ARRAY[
	'import_id bigint not null', 'line bigint not null',
	'kept_line bigint not null'], ARRAY[
	'FOREIGN KEY (import_id) REFERENCES cerberus.imports(import_id) ON '
	    'DELETE CASCADE',
	'PRIMARY KEY (import_id, line)'], '{}');
SELECT pg_temp.expect(t, ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = t::regclass
	AND (SELECT relrowsecurity FROM pg_class WHERE oid = t::regclass)))
FROM (VALUES ('cerberus.import_warnings'), ('cerberus.import_collapsed'))
    x (t);

ROLLBACK;
