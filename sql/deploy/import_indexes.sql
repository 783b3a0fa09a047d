-- Deploy cerberus:import_indexes to pg
-- requires: import_stage policies
--
-- An import of the first voters builds the indexes of voters when all rows are
-- there, which takes less time than adding each row to each index.  It is one
-- transaction: when it fails, or the server crashes, the indexes are there as
-- before.  Until it ends, nobody else can read voters.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Drop the indexes of voters, except those by which rows are unique, and return
-- the statements that create them.  Raise CB409 if there are voters.
CREATE FUNCTION cerberus.import_indexes_drop() RETURNS text[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	names text;
	statements text[];
BEGIN
	IF NOT caller_is_admin() THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403', MESSAGE =
		    'Only an admin may import the first voters with initial.';
	END IF;
	LOCK TABLE voters IN ACCESS EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM voters) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE =
		    'There are voters already. Import without initial.';
	END IF;
	SELECT string_agg(i.indexrelid::regclass::text, ', '),
	    array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid)
	INTO names, statements
	FROM pg_index i
	WHERE i.indrelid = 'cerberus.voters'::regclass
	AND NOT i.indisunique AND NOT i.indisclustered
	AND NOT EXISTS (SELECT FROM pg_constraint c
	    WHERE c.conindid = i.indexrelid);
	EXECUTE 'DROP INDEX ' || names;
	RETURN statements;
END
$$;

CREATE FUNCTION cerberus.import_indexes_build(p_statements text[])
RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp
SET maintenance_work_mem = '256MB' AS $$
DECLARE
	statement text;
BEGIN
	FOREACH statement IN ARRAY p_statements LOOP
		EXECUTE statement;
	END LOOP;
END
$$;

COMMIT;
