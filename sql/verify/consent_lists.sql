-- Verify cerberus:consent_lists on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.opt_outs', ARRAY[
	'opt_out_id bigint identity not null', 'campaign_id bigint not null',
	'user_id bigint default cerberus.caller_id()',
	'channel character varying(20) not null',
	'contacts bigint not null default 0',
	'matched bigint not null default 0',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()',
	'undone_at timestamp with time zone'], '{}', '{}',
	ARRAY['touch cerberus.touch']);
SELECT pg_temp.expect_table('cerberus.consents', ARRAY['opt_out_id bigint',
	'user_id bigint'], '{}', ARRAY[
	'CREATE INDEX btree (opt_out_id) WHERE (opt_out_id IS NOT NULL)']);
SELECT pg_temp.expect_function(
	'cerberus.may_contact(cerberus.voters, text, bigint)', 'boolean', false,
	true);
SELECT pg_temp.expect_function(
	'cerberus.record_consent(bigint, bigint, text, boolean, text, text)',
	'bigint', false, true);
SELECT pg_temp.expect_function('cerberus.opt_out(bigint, text, text[], text)',
	'TABLE(opt_out_id bigint, matched bigint, unmatched bigint, unknown text[])',
	false, true);
SELECT 1 / (count(*) = 3)::integer FROM pg_policy
WHERE polrelid = 'cerberus.opt_outs'::regclass;

ROLLBACK;
