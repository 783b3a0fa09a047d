-- Deploy cerberus:folding to pg
-- requires: tallies
--
-- How names are compared: without regard to case, accents, hyphens and
-- apostrophes.  Search, filters and the matching of imported voters use this
-- function alone, so they all find the same people.
BEGIN;
-- Creating an extension needs the deploying role's rights.
CREATE EXTENSION unaccent SCHEMA cerberus;

SET LOCAL ROLE cerberus_owner;

-- Return a name in lower case and without accents: an apostrophe or a full stop
-- is removed, a hyphen becomes a space.  "García-López" and "garcia lopez" are
-- equal, and so are "O’Neil" and "ONEIL".  It is written in PL/pgSQL because
-- an SQL function that calls unaccent(), which is only stable, is not inlined.
-- The dictionary is named, so the result never changes.
CREATE FUNCTION cerberus.name_fold(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	-- Most names are ASCII, which has no accents.
	IF octet_length(name) = length(name) THEN
		RETURN translate(lower(name), '-''`.', ' ');
	END IF;
	RETURN translate(lower(unaccent('unaccent', normalize(name))),
	    '-''`.’‘ʻʼ´', ' ');
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.name_fold(text) TO cerberus_app;

COMMIT;
