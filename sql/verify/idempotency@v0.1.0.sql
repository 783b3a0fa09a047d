-- Verify cerberus:idempotency on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.idempotency', ARRAY[
	'caller text not null',
	'key_hash bytea not null',
	'request_hash bytea',
	'answer bytea',
	'rights bigint[]',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((octet_length(key_hash) = 32))',
	'PRIMARY KEY (caller, key_hash)'], ARRAY[
	'CREATE INDEX btree (created_at)']);
SELECT pg_temp.expect_function('cerberus.idempotency_caller(text)', 'text',
	definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.idempotency_claim(text, bytea, '
    'integer)',
	'TABLE(state text, request_hash bytea, answer bytea, wait integer)',
	    definer => true, for_app => true);
SELECT pg_temp.expect_function('cerberus.idempotency_store(text, bytea, bytea, '
    'bytea)',
	'void', definer => true, for_app => true);
SELECT pg_temp.expect_function('cerberus.caller_rights()', 'bigint[]',
	definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.caller_still(bigint[])', 'boolean',
	definer => false, for_app => false);

ROLLBACK;
