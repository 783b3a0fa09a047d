-- Revert cerberus:policies from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP POLICY read ON cerberus.campaigns;
DROP POLICY add ON cerberus.campaigns;
DROP POLICY change ON cerberus.campaigns;
DROP POLICY remove ON cerberus.campaigns;
DROP POLICY read ON cerberus.users;
DROP POLICY add ON cerberus.users;
DROP POLICY change ON cerberus.users;
DROP POLICY remove ON cerberus.users;
DROP POLICY read ON cerberus.campaign_members;
DROP POLICY add ON cerberus.campaign_members;
DROP POLICY change ON cerberus.campaign_members;
DROP POLICY remove ON cerberus.campaign_members;
DROP POLICY read ON cerberus.campaign_voters;
DROP POLICY add ON cerberus.campaign_voters;
DROP POLICY remove ON cerberus.campaign_voters;
DROP POLICY read ON cerberus.voters;
DROP POLICY add ON cerberus.voters;
DROP POLICY change ON cerberus.voters;
DROP POLICY remove ON cerberus.voters;
DROP FUNCTION cerberus.voter_removable(bigint);
DROP POLICY read ON cerberus.interactions;
DROP POLICY add ON cerberus.interactions;
DROP POLICY change ON cerberus.interactions;
DROP POLICY remove ON cerberus.interactions;
DROP POLICY read ON cerberus.survey_questions;
DROP POLICY add ON cerberus.survey_questions;
DROP POLICY change ON cerberus.survey_questions;
DROP POLICY remove ON cerberus.survey_questions;
DROP POLICY read ON cerberus.survey_responses;
DROP POLICY add ON cerberus.survey_responses;
DROP POLICY change ON cerberus.survey_responses;
DROP POLICY remove ON cerberus.survey_responses;
DROP POLICY read ON cerberus.donations;
DROP POLICY add ON cerberus.donations;
DROP POLICY change ON cerberus.donations;
DROP POLICY read ON cerberus.consents;
DROP POLICY add ON cerberus.consents;
DROP POLICY read ON cerberus.imports;
DROP POLICY add ON cerberus.imports;
DROP POLICY change ON cerberus.imports;
DROP POLICY read ON cerberus.import_rejects;
DROP POLICY add ON cerberus.import_rejects;

REVOKE USAGE ON SEQUENCE cerberus.voters_voter_id_seq,
	cerberus.campaigns_campaign_id_seq FROM cerberus_app;
REVOKE ALL ON cerberus.campaigns FROM cerberus_app;
-- Taking a right from a table takes it from its columns, too.
REVOKE ALL ON cerberus.users FROM cerberus_app;
REVOKE ALL ON cerberus.api_tokens FROM cerberus_app;
REVOKE ALL ON cerberus.campaign_members FROM cerberus_app;
REVOKE ALL ON cerberus.campaign_voters FROM cerberus_app;
REVOKE ALL ON cerberus.voters FROM cerberus_app;
REVOKE ALL ON cerberus.interactions FROM cerberus_app;
REVOKE ALL ON cerberus.survey_questions FROM cerberus_app;
REVOKE ALL ON cerberus.survey_responses FROM cerberus_app;
REVOKE ALL ON cerberus.donations FROM cerberus_app;
REVOKE ALL ON cerberus.consents FROM cerberus_app;
REVOKE ALL ON cerberus.imports FROM cerberus_app;
REVOKE ALL ON cerberus.import_rejects FROM cerberus_app;

ALTER TABLE cerberus.campaigns DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.users DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.api_tokens DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.campaign_members DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.campaign_voters DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.voters DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.interactions DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.survey_questions DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.survey_responses DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.donations DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.consents DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.imports DISABLE ROW LEVEL SECURITY;
ALTER TABLE cerberus.import_rejects DISABLE ROW LEVEL SECURITY;

COMMIT;
