-- Revert cerberus:survey_order from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.survey_questions DROP position;

COMMIT;
