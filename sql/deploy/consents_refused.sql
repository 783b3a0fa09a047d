-- Deploy cerberus:consents_refused to pg
-- requires: consents
--
-- Visitors' consents that an opt-out prevents, which staff have to look at.
-- Such rows are few among all consents.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE INDEX consents_refused_idx
	ON cerberus.consents (campaign_id, consent_id) WHERE NOT confirmed;

COMMIT;
