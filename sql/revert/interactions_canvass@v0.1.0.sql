-- Revert cerberus:interactions_canvass from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.record_interactions(jsonb, boolean);
DROP FUNCTION cerberus.record_interaction(jsonb);
DROP TRIGGER check_moved ON cerberus.interactions;
DROP FUNCTION cerberus.check_moved();
DROP FUNCTION cerberus.check_contact(bigint, bigint);
DROP FUNCTION cerberus.tags_with(text[], text[]);
DROP TRIGGER contacted_again ON cerberus.interactions;
DROP TRIGGER contacted ON cerberus.interactions;
DROP FUNCTION cerberus.contacted();
REVOKE USAGE ON SEQUENCE cerberus.interactions_interaction_id_seq,
	cerberus.survey_questions_question_id_seq,
	cerberus.survey_responses_response_id_seq FROM cerberus_app;

COMMIT;
