-- Revert cerberus:schema_version from pg
BEGIN;

DROP FUNCTION cerberus.schema_version();

DO $$
BEGIN
	IF to_regclass('sqitch.changes') IS NOT NULL THEN
		REVOKE SELECT ON sqitch.changes FROM cerberus_owner;
		REVOKE USAGE ON SCHEMA sqitch FROM cerberus_owner;
	END IF;
END
$$;

COMMIT;
