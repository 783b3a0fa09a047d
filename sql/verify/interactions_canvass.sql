-- Verify cerberus:interactions_canvass on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function(
	'cerberus.record_interactions(jsonb, boolean)',
	'TABLE(item integer, interaction_id bigint, repeated boolean, '
	    'state text, message text, field text)',
	false, true);

ROLLBACK;
