-- Verify cerberus:import_changes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.audit_log', ARRAY['import_id bigint'],
	'{}', ARRAY['CREATE INDEX btree (import_id, audit_id) '
	    'WHERE (import_id IS NOT NULL)']);
SELECT pg_temp.expect_table('cerberus.imports', ARRAY[
	'registration_state character varying(20)', 'audit_id bigint',
	'undone_at timestamp with time zone',
	'undone_by bigint'], ARRAY[
	'FOREIGN KEY (undone_by) REFERENCES cerberus.users(user_id) ON DELETE '
	    'SET NULL'], '{}');
SELECT pg_temp.expect_table('cerberus.import_voters', ARRAY[
	'import_id bigint not null', 'block bigint not null',
	'named bit(1024) not null', 'created bit(1024)',
	'joined bit(1024)'], ARRAY[
	'FOREIGN KEY (import_id) REFERENCES cerberus.imports(import_id) ON '
	    'DELETE CASCADE',
	'PRIMARY KEY (block, import_id)'], ARRAY[
	'CREATE INDEX btree (import_id)']);
SELECT pg_temp.expect('cerberus.import_voters', ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = 'cerberus.import_voters'::regclass
	AND (SELECT relrowsecurity FROM pg_class
	    WHERE oid = 'cerberus.import_voters'::regclass)));
SELECT pg_temp.expect_function('cerberus.audit_values(bigint, bigint)',
	'jsonb', definer => false, for_app => true, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.' || f, result, false, false)
FROM (VALUES
	('import_bits(bigint, boolean)', 'SETOF bigint'),
	('import_update(bigint, text[], text, boolean)', 'bigint'),
	('import_insert(bigint, bigint, text[], bigint)', 'void'),
	('import_join(bigint, bigint)', 'void')
) t (f, result);
SELECT audit_id, import_id, block FROM cerberus.audit_entries WHERE false;
SELECT pg_temp.expect('cerberus.audit_entries', ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class
	WHERE oid = 'cerberus.audit_entries'::regclass));
SELECT 1 / has_table_privilege('cerberus_app', 'cerberus.audit_entries',
	'SELECT')::integer;

ROLLBACK;
