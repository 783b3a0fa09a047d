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

-- The part of name_fold() for names that are not ASCII.  unaccent() is only
-- stable, because its dictionary could change; here the dictionary is named.
CREATE FUNCTION cerberus.name_unaccent(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	RETURN translate(lower(unaccent('unaccent', normalize(name))),
	    '-''`.’‘ʻʼ´', ' ');
END
$$;

-- Return a name in lower case and without accents: an apostrophe or a full stop
-- is removed, a hyphen becomes a space.  "García-López" and "garcia lopez" are
-- equal, and so are "O’Neil" and "ONEIL".  The planner puts the expression in
-- place of the call, which an index would otherwise pay for in every row; that
-- needs an SQL function without STRICT and SET.
CREATE FUNCTION cerberus.name_fold(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace(replace(
	-- Most names are ASCII, which has no accents.
	CASE WHEN octet_length(name) = length(name)
	    THEN translate(lower(name), '-''`.', ' ')
	    ELSE cerberus.name_unaccent(name) END, '  ', ' '), '  ', ' ');

-- Inserting a voter evaluates the expressions of indexes.
GRANT EXECUTE ON FUNCTION cerberus.name_fold(text),
	cerberus.name_unaccent(text) TO cerberus_app;

COMMIT;
