-- Deploy cerberus:survey_order to pg
-- requires: surveys
--
-- The order in which a campaign asks its questions.
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.survey_questions
	ADD position integer NOT NULL DEFAULT 0 CHECK (position >= 0);

COMMIT;
