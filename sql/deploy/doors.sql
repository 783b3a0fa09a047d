-- Deploy cerberus:doors to pg
-- requires: voter_details folding
--
-- The door that a voter lives behind, made from the address: voters of one
-- household have the same one.  Doors sort in walking order: place, street, odd
-- side up and even side down, number as a number, unit.
--
-- door is a plain column, not a generated one: the trigger touch compares whole
-- rows, which PostgreSQL does not allow for a table with generated columns.
-- import_insert() sets it for the rows of a file, in the statement that inserts
-- them, and the triggers here for all others.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Abbreviate the last word of a street's name as the post office does.
CREATE FUNCTION cerberus.street_suffix(p_word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_word
	WHEN 'STREET' THEN 'ST' WHEN 'ROAD' THEN 'RD' WHEN 'AVENUE' THEN 'AVE'
	WHEN 'AV' THEN 'AVE' WHEN 'DRIVE' THEN 'DR' WHEN 'LANE' THEN 'LN'
	WHEN 'COURT' THEN 'CT' WHEN 'BOULEVARD' THEN 'BLVD'
	WHEN 'PLACE' THEN 'PL' WHEN 'CIRCLE' THEN 'CIR'
	WHEN 'TERRACE' THEN 'TER' WHEN 'TRAIL' THEN 'TRL'
	WHEN 'PARKWAY' THEN 'PKWY' WHEN 'HIGHWAY' THEN 'HWY'
	WHEN 'SQUARE' THEN 'SQ' WHEN 'ALLEY' THEN 'ALY'
	WHEN 'CRESCENT' THEN 'CRES' WHEN 'CROSSING' THEN 'XING'
	WHEN 'HEIGHTS' THEN 'HTS' WHEN 'TURNPIKE' THEN 'TPKE'
	WHEN 'EXTENSION' THEN 'EXT' WHEN 'POINT' THEN 'PT'
	WHEN 'RIDGE' THEN 'RDG' WHEN 'COVE' THEN 'CV' ELSE p_word END;

-- Abbreviate a word that is a direction; null if it is not one.
CREATE FUNCTION cerberus.street_direction(p_word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_word
	WHEN 'N' THEN 'N' WHEN 'NORTH' THEN 'N' WHEN 'S' THEN 'S'
	WHEN 'SOUTH' THEN 'S' WHEN 'E' THEN 'E' WHEN 'EAST' THEN 'E'
	WHEN 'W' THEN 'W' WHEN 'WEST' THEN 'W' WHEN 'NE' THEN 'NE'
	WHEN 'NORTHEAST' THEN 'NE' WHEN 'NW' THEN 'NW'
	WHEN 'NORTHWEST' THEN 'NW' WHEN 'SE' THEN 'SE'
	WHEN 'SOUTHEAST' THEN 'SE' WHEN 'SW' THEN 'SW'
	WHEN 'SOUTHWEST' THEN 'SW' END;

-- The position of the first word that announces a unit, such as "APT" in
-- {MAIN,ST,APT,4}; null without one.  The first word belongs to the street.
CREATE FUNCTION cerberus.unit_position(p_words text[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(array_position(p_words, 'APT', 2),
	array_position(p_words, 'UNIT', 2), array_position(p_words, '#', 2),
	array_position(p_words, 'STE', 2), array_position(p_words, 'LOT', 2),
	array_position(p_words, 'BLDG', 2), array_position(p_words, 'FL', 2),
	array_position(p_words, 'RM', 2), array_position(p_words, 'SPC', 2),
	array_position(p_words, 'TRLR', 2),
	array_position(p_words, 'APARTMENT', 2),
	array_position(p_words, 'SUITE', 2),
	array_position(p_words, 'BUILDING', 2),
	array_position(p_words, 'FLOOR', 2), array_position(p_words, 'ROOM', 2),
	array_position(p_words, 'SPACE', 2),
	array_position(p_words, 'TRAILER', 2));

-- A unit without the words that announce it: "# 4 - B", "APT 4 B" and "04B" are
-- "4B".
CREATE FUNCTION cerberus.unit_text(p_unit text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(ltrim(CASE WHEN translate(p_unit, '0123456789', '') = ''
	THEN p_unit
	ELSE btrim(regexp_replace(regexp_replace(regexp_replace(p_unit,
	    '\m(?:APT|UNIT|STE|LOT|BLDG|FL|RM|SPC|TRLR|APARTMENT|SUITE|'
	    'BUILDING|FLOOR|ROOM|SPACE|TRAILER)(?:\M|(?=\d))', ' ', 'g'),
	    '[^[:alnum:]]+', ' ', 'g'),
	    '(\d) (?=[A-Z])|([A-Z]) (?=\d)', '\1\2', 'g')) END, '0'), 50);

-- A unit so that its numbers sort as numbers.
CREATE FUNCTION cerberus.unit_key(p_unit text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN translate(p_unit, '0123456789', '') = ''
	THEN lpad(p_unit, greatest(6, length(p_unit)), '0')
	ELSE regexp_replace(regexp_replace(p_unit, '(\d+)', '00000\1', 'g'),
	    '0*(\d{6})', '\1', 'g') END;

-- The name of a street, in words: "NORTH MAIN STREET" is "N MAIN ST".
-- array_to_string() is only stable, and so must be a function that the planner
-- puts in place of a call.
CREATE FUNCTION cerberus.street_text(p_words text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN left(CASE cardinality(p_words) WHEN 0 THEN '' WHEN 1 THEN p_words[1]
	WHEN 2 THEN p_words[1] || ' ' || cerberus.street_suffix(p_words[2])
	ELSE coalesce(cerberus.street_direction(p_words[1]), p_words[1]) || ' '
	    || CASE WHEN cardinality(p_words) > 3 THEN array_to_string(
		p_words[2:cardinality(p_words) - 2], ' ') || ' ' ELSE '' END
	    || CASE WHEN cerberus.street_direction(
		p_words[cardinality(p_words)]) IS NULL
	    THEN p_words[cardinality(p_words) - 1] || ' '
		|| cerberus.street_suffix(p_words[cardinality(p_words)])
	    ELSE cerberus.street_suffix(p_words[cardinality(p_words) - 1])
		|| ' ' || cerberus.street_direction(
		    p_words[cardinality(p_words)]) END END, 200);

-- The door of an address, and its parts for people to read.  One row, of nulls
-- without a house number and for a post office box.  "Apt 4", "#4" and "Unit 4"
-- are one door, and so are "Oak Street" and "OAK ST.".
--
-- This is evaluated for each row of a file whose door the program does not make
-- itself, by the same rules, in lib/import/door.c.  The planner puts it in place
-- of the call, OFFSET 0 keeps it from computing a level more than once, and what
-- is slow, such as regular expressions, is left out of the usual case.
CREATE FUNCTION cerberus.door_of(p_address text, p_zip text, p_city text)
RETURNS TABLE (door text, street text, number text, unit text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
SELECT CASE WHEN k.digits <> '' THEN k.place || '!' || k.street || '!'
	-- The even side is walked down: its numbers sort from the highest.
	|| CASE WHEN right(k.digits, 1) IN ('1', '3', '5', '7', '9')
	    THEN '1' || lpad(k.digits, 8, '0')
	    ELSE '2' || translate(lpad(k.digits, 8, '0'), '0123456789',
		'9876543210') END
	|| k.suffix || '!' || CASE WHEN k.unit IS NULL THEN ''
	    ELSE cerberus.unit_key(k.unit) END END,
    CASE WHEN k.digits <> '' THEN k.street END,
    CASE WHEN k.digits <> '' THEN k.number END,
    CASE WHEN k.digits <> '' THEN k.unit END
FROM (SELECT u.digits, u.suffix, u.number,
	CASE WHEN p_zip <> '' THEN left(p_zip, 5)
	    ELSE left(upper(coalesce(p_city, '')), 40) END AS place,
	CASE WHEN u.digits <> '' THEN cerberus.street_text(u.words) END
	    AS street,
	CASE WHEN u.at IS NOT NULL THEN nullif(cerberus.unit_text(u.unit), '')
	    END AS unit
    FROM (SELECT l.digits, l.suffix, l.number, l.at,
	    CASE WHEN l.at IS NULL THEN l.words ELSE l.words[:l.at - 1] END
		AS words, CASE WHEN l.at IS NOT NULL THEN array_to_string(
		l.words[CASE WHEN l.bare THEN l.at ELSE l.at + 1 END:], ' ')
		END AS unit
	FROM (SELECT w.digits, w.suffix, w.number, w.words, w.bare,
		CASE WHEN w.bare THEN cardinality(w.words)
		WHEN length(w.last) = 1
		OR translate(w.last, '0123456789', '') <> w.last
		    THEN cerberus.unit_position(w.words) END AS at
	    FROM (SELECT n.number, n.last,
		    -- "5TH AVE" has none, "N6W23001 ELM RD" 23001.
		    CASE WHEN n.tail = '' AND length(n.house) <= 8
			THEN ltrim(n.house, '0')
		    WHEN n.tail IN ('ST', 'ND', 'RD', 'TH')
			OR length(n.house) - length(n.tail) > 8 THEN ''
		    WHEN length(n.tail) < length(n.house)
			THEN ltrim(left(n.house, length(n.house)
			    - length(n.tail)), '0')
		    WHEN n.house ~ '^[A-Z]+\d+[A-Z]+\d{1,8}$'
			THEN substring(n.house FROM '\d+$')
		    ELSE '' END AS digits,
		    CASE WHEN length(n.tail) < length(n.house) THEN n.tail
			ELSE rtrim(n.house, '0123456789') END
			|| substr(n.number, length(n.house) + 1) AS suffix,
		    -- These words are a unit by themselves.
		    n.last IN ('REAR', 'FRNT', 'LOWR', 'LOWER', 'UPPR',
			'UPPER', 'BSMT', 'BASEMENT', 'PH')
			AND strpos(n.rest, ' ') > 0 AS bare,
		    string_to_array(CASE
			WHEN left(n.last, 3) IN ('APT', 'UNI', 'STE', 'LOT',
			    'SPC', 'TRL', 'BLD') AND n.last ~ '^[A-Z]+\d'
			THEN regexp_replace(n.rest, ' (APT|UNIT|STE|LOT|SPC|'
			    'TRLR|BLDG)(\d\S*)$', ' \1 \2')
			ELSE n.rest END, ' ') AS words
		FROM (SELECT c.house, c.number,
			ltrim(c.house, '0123456789') AS tail,
			substr(c.address, length(c.number) + 2) AS rest,
			split_part(c.address, ' ', -1) AS last
		    FROM (SELECT s.address, s.house,
			    -- "12 1/2 OAK ST"
			    CASE WHEN substr(s.address, length(s.house) + 3, 1)
				= '/' THEN left(s.address, length(s.house) + 4)
				ELSE s.house END AS number
			FROM (SELECT r.address,
				split_part(r.address, ' ', 1) AS house
			    FROM (SELECT upper(CASE WHEN translate(p_address,
					'#,;."!', '') = p_address
				    AND strpos(p_address, '  ') = 0
				    AND left(p_address, 1) <> ' '
				    AND octet_length(p_address)
					= length(p_address) THEN p_address
				    ELSE btrim(regexp_replace(replace(
					translate(cerberus.name_unaccent(
					p_address), ',;."!', '  '), '#', ' # '),
					'\s+', ' ', 'g')) END COLLATE "C")
				    AS address
				OFFSET 0) r
			    OFFSET 0) s
			OFFSET 0) c
		    OFFSET 0) n
		OFFSET 0) w
	    OFFSET 0) l
	OFFSET 0) u
    OFFSET 0) k;
END;

-- "Ana", "Ana and Bo", "Ana, Bo and Cy".
CREATE FUNCTION cerberus.and_list(p_items text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN cardinality(p_items) > 1
	THEN array_to_string(p_items[:cardinality(p_items) - 1], ', ')
	    || ' and ' || p_items[cardinality(p_items)]
	ELSE p_items[1] END;

GRANT EXECUTE ON FUNCTION cerberus.street_suffix(text),
	cerberus.street_direction(text), cerberus.street_text(text[]),
	cerberus.unit_position(text[]), cerberus.unit_text(text),
	cerberus.unit_key(text), cerberus.door_of(text, text, text),
	cerberus.and_list(text[]) TO cerberus_app;

-- The doors of the voters who exist already: adding a generated column rewrites
-- the table once, without triggers.
CREATE FUNCTION cerberus.door_text(p_address text, p_zip text, p_city text)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT d.door FROM cerberus.door_of(p_address, p_zip, p_city) d);
ALTER TABLE cerberus.voters ADD door text COLLATE "C"
	GENERATED ALWAYS AS (cerberus.door_text(street_address, zip_code,
	    city)) STORED;
ALTER TABLE cerberus.voters ALTER door DROP EXPRESSION;
DROP FUNCTION cerberus.door_text(text, text, text);
CREATE INDEX voters_door_idx ON cerberus.voters (door)
	WHERE door IS NOT NULL;

CREATE FUNCTION cerberus.door_set() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	NEW.door := (SELECT d.door FROM door_of(NEW.street_address,
	    NEW.zip_code, NEW.city) d);
	RETURN NEW;
END
$$;
CREATE TRIGGER door_added BEFORE INSERT ON cerberus.voters
	FOR EACH ROW WHEN (NEW.door IS NULL AND NEW.street_address IS NOT NULL)
	EXECUTE FUNCTION cerberus.door_set();
CREATE TRIGGER door_changed
	BEFORE UPDATE OF street_address, zip_code, city ON cerberus.voters
	FOR EACH ROW WHEN (
	    OLD.street_address IS DISTINCT FROM NEW.street_address
	    OR OLD.zip_code IS DISTINCT FROM NEW.zip_code
	    OR OLD.city IS DISTINCT FROM NEW.city)
	EXECUTE FUNCTION cerberus.door_set();

COMMIT;
