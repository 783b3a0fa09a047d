-- Verify cerberus:opt_out_contacts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.opt_outs', ARRAY['campaign_id bigint',
	'channel character varying(20)'], '{}', '{}',
	ARRAY['audit cerberus.audit_row', 'undone cerberus.opt_out_undone']);
SELECT pg_temp.expect_table('cerberus.opt_out_contacts', ARRAY[
	'contact_id bigint identity not null', 'opt_out_id bigint',
	'campaign_id bigint', 'contact character varying(255) not null',
	'channel character varying(20) not null',
	'reason character varying(255)',
	'source character varying(255) not null',
	'user_id bigint default cerberus.caller_id()',
	'created_at timestamp with time zone not null default now()',
	'lifted_at timestamp with time zone', 'lifted_by bigint'], ARRAY[
	'PRIMARY KEY (contact_id)',
	'FOREIGN KEY (opt_out_id) REFERENCES cerberus.opt_outs(opt_out_id) ON '
	    'DELETE CASCADE',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE'], ARRAY[
	'CREATE UNIQUE INDEX btree (contact, channel, campaign_id) NULLS NOT '
	    'DISTINCT WHERE (lifted_at IS NULL)',
	'CREATE INDEX btree (opt_out_id) WHERE (opt_out_id IS NOT NULL)',
	'CREATE INDEX btree (campaign_id, contact_id)'],
	ARRAY['audit cerberus.audit_row']);
SELECT pg_temp.expect_table('cerberus.voters', '{}', '{}', ARRAY[
	'CREATE INDEX btree (mobile_phone) WHERE (mobile_phone IS NOT NULL)',
	'CREATE INDEX btree (home_phone) WHERE (home_phone IS NOT NULL)',
	'CREATE INDEX btree (work_phone) WHERE (work_phone IS NOT NULL)'],
	ARRAY['opted_out cerberus.opt_out_refuse']);
SELECT pg_temp.expect('opt_out_contacts', ARRAY['read r cerberus_app'], (
	SELECT array_agg(concat_ws(' ', polname, polcmd,
	    polroles[1]::regrole)) FROM pg_policy
	WHERE polrelid = 'cerberus.opt_out_contacts'::regclass
	AND (SELECT relrowsecurity FROM pg_class
	    WHERE oid = 'cerberus.opt_out_contacts'::regclass)));
SELECT pg_temp.expect('opt_out_contacts', ARRAY['read only'], ARRAY(
	SELECT 'read only' WHERE NOT has_table_privilege('cerberus_app',
	'cerberus.opt_out_contacts', 'INSERT, UPDATE, DELETE')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_app)
FROM (VALUES
	('opt_out_voters(text[])',
	    'TABLE(contact text, voter_id bigint)', false, false),
	('opt_out_touch(text[])', 'void', false, false),
	('opt_out_end(bigint[])', 'void', false, false),
	('opt_out_lift(bigint)', 'void', true, true),
	('opt_out_undone()', 'trigger', true, false),
	('opt_out_refuse()', 'trigger', false, false)
) t (f, result, definer, for_app);

ROLLBACK;
