-- Verify cerberus:interactions_canvass on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.interactions', '{}', '{}', '{}', ARRAY[
	'check_moved cerberus.check_moved',
	'contacted cerberus.contacted',
	'contacted_again cerberus.contacted']);
SELECT pg_temp.expect_function('cerberus.contacted()', 'trigger', true,
	false);
SELECT pg_temp.expect_function('cerberus.check_moved()', 'trigger', false,
	false);
SELECT pg_temp.expect_function('cerberus.tags_with(text[], text[])',
	'text[]', false, true);
SELECT pg_temp.expect_function('cerberus.check_contact(bigint, bigint)',
	'void', false, true);
SELECT pg_temp.expect_function('cerberus.record_interaction(jsonb)',
	'bigint', false, true);
SELECT 1 / count(*) FROM (SELECT) t WHERE has_sequence_privilege(
	'cerberus_app', 'cerberus.interactions_interaction_id_seq', 'USAGE')
AND has_sequence_privilege('cerberus_app',
	'cerberus.survey_questions_question_id_seq', 'USAGE')
AND has_sequence_privilege('cerberus_app',
	'cerberus.survey_responses_response_id_seq', 'USAGE');

ROLLBACK;
