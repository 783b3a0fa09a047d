-- Verify cerberus:surveys_answers on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.survey_questions', '{}', '{}', '{}',
	ARRAY['check_question cerberus.check_question']);
SELECT pg_temp.expect_table('cerberus.survey_responses', '{}', '{}', '{}',
	ARRAY['check_answer cerberus.check_answer',
	'check_moved cerberus.check_answer']);
SELECT pg_temp.expect_function('cerberus.check_question()', 'trigger', false,
	false);
SELECT pg_temp.expect_function('cerberus.check_answer()', 'trigger', false,
	false);

ROLLBACK;
