-- Revert cerberus:surveys_answers from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER check_moved ON cerberus.survey_responses;
DROP TRIGGER check_answer ON cerberus.survey_responses;
DROP FUNCTION cerberus.check_answer();
DROP TRIGGER check_question ON cerberus.survey_questions;
DROP FUNCTION cerberus.check_question();

COMMIT;
