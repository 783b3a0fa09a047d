-- Revert cerberus:surveys from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.survey_responses;
DROP TABLE cerberus.survey_questions;

COMMIT;
