-- Revert cerberus:opt_out_contacts from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER opted_out ON cerberus.voters;
DROP FUNCTION cerberus.opt_out_refuse();
DROP TRIGGER undone ON cerberus.opt_outs;
DROP FUNCTION cerberus.opt_out_undone();
DROP FUNCTION cerberus.opt_out_lift(bigint);
DROP FUNCTION cerberus.opt_out_end(bigint[]);
DROP FUNCTION cerberus.opt_out_touch(text[]);
DROP FUNCTION cerberus.opt_out_voters(text[]);
DROP TRIGGER audit ON cerberus.opt_outs;
DROP TABLE cerberus.opt_out_contacts;
DROP INDEX cerberus.voters_mobile_phone_idx;
DROP INDEX cerberus.voters_home_phone_idx;
DROP INDEX cerberus.voters_work_phone_idx;
DELETE FROM cerberus.opt_outs
WHERE campaign_id IS NULL OR channel IS NULL;
ALTER TABLE cerberus.opt_outs
	ALTER campaign_id SET NOT NULL, ALTER channel SET NOT NULL;

COMMIT;
