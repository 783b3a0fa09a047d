-- Deploy cerberus:state_names to pg
-- requires: roles
--
-- The states and territories of the United States, and their postal codes.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The two letters of a state or territory, given these or its name; null for any
-- other text.  lib/record/state.c has the same list for the programs.
CREATE FUNCTION cerberus.state_code(p_state text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN names.list @? format('$.* ? (@ == "%s")',
	    upper(key.name))::jsonpath THEN upper(key.name)
	    ELSE names.list ->> key.name END
	FROM (SELECT btrim(regexp_replace(lower(replace(p_state,
	    '.', '')), '[^a-z]+', ' ', 'g'))
	    AS name) key,
	(SELECT '{"alabama": "AL", "alaska": "AK", "arizona": "AZ",
	    "arkansas": "AR", "california": "CA", "colorado": "CO",
	    "connecticut": "CT", "delaware": "DE",
	    "district of columbia": "DC", "florida": "FL", "georgia": "GA",
	    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN",
	    "iowa": "IA", "kansas": "KS", "kentucky": "KY",
	    "louisiana": "LA", "maine": "ME", "maryland": "MD",
	    "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
	    "mississippi": "MS", "missouri": "MO", "montana": "MT",
	    "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
	    "new jersey": "NJ", "new mexico": "NM", "new york": "NY",
	    "north carolina": "NC", "north dakota": "ND", "ohio": "OH",
	    "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA",
	    "rhode island": "RI", "south carolina": "SC",
	    "south dakota": "SD", "tennessee": "TN", "texas": "TX",
	    "utah": "UT", "vermont": "VT", "virginia": "VA",
	    "washington": "WA", "west virginia": "WV", "wisconsin": "WI",
	    "wyoming": "WY", "american samoa": "AS", "guam": "GU",
	    "northern mariana islands": "MP", "puerto rico": "PR",
	    "virgin islands": "VI", "washington dc": "DC"}'::jsonb AS list) names
$$;

GRANT EXECUTE ON FUNCTION cerberus.state_code(text) TO cerberus_app;

COMMIT;
