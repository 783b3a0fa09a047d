-- Verify cerberus:survey_order on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.survey_questions', ARRAY[
	'position integer not null default 0'], ARRAY[
	'CHECK (("position" >= 0))'], '{}');

ROLLBACK;
