-- Verify cerberus:consents_refused on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.consents', '{}', '{}', ARRAY[
	'CREATE INDEX btree (campaign_id, consent_id) WHERE (NOT confirmed)']);

ROLLBACK;
