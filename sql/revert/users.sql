-- Revert cerberus:users from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TABLE cerberus.campaign_members;
DROP TABLE cerberus.api_tokens;
DROP TABLE cerberus.users;

COMMIT;
