-- Deploy cerberus:schema_version to pg
-- requires: roles
BEGIN;

DO $$
BEGIN
	IF to_regclass('sqitch.changes') IS NOT NULL THEN
		GRANT USAGE ON SCHEMA sqitch TO cerberus_owner;
		GRANT SELECT ON sqitch.changes TO cerberus_owner;
	END IF;
END
$$;

SET LOCAL ROLE cerberus_owner;

-- The change that was deployed last, for the health check; null where sqitch
-- keeps its records elsewhere.
CREATE FUNCTION cerberus.schema_version() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF pg_catalog.to_regclass('sqitch.changes') IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT c.change FROM sqitch.changes c
	    WHERE c.project = 'cerberus'
	    ORDER BY c.committed_at DESC LIMIT 1);
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.schema_version() TO cerberus_app;

COMMIT;
