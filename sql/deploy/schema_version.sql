-- Deploy cerberus:schema_version to pg
-- requires: roles
--
-- The version of the schema, for the health check.
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

-- The name of the last deployed change and a hash of all deployed scripts.  The
-- hash distinguishes a database that was deployed from an edited script.  Null
-- if sqitch keeps its registry in another schema.  sql/release --version
-- computes the same value from the files.
CREATE FUNCTION cerberus.schema_version() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF to_regclass('sqitch.changes') IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT (array_agg(c.change ORDER BY c.committed_at DESC))[1]
	    || '-' || left(encode(sha256(convert_to(string_agg(c.change || ' '
		|| c.script_hash || E'\n', '' ORDER BY c.committed_at),
		'UTF8')), 'hex'), 12)
	    FROM sqitch.changes c WHERE c.project = 'cerberus');
END
$$;
GRANT EXECUTE ON FUNCTION cerberus.schema_version() TO cerberus_app;

COMMIT;
