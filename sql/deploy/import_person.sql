-- Deploy cerberus:import_person to pg
-- requires: folding
--
-- How an import tells people apart.  import_collapse joins the rows of a file
-- that describe one person, import_match finds the voters who are known.  Both
-- use the rules here:
--
-- Keys, the strongest first.  Whoever shares a key may be one person:
--	0  registration id and state, both known	"a full id"
--	1  voter_id, in a file that Cerberus exported
--	2  registration id and last name, if the state of one of the two is
--	   unknown or one has lost leading zeros	"a weak id"
--	3  e-mail address and first name
--	4  phone number and both names
--	5  both names, date of birth and ZIP code
--	6  every cell, for rows without any of these
-- Names are compared by name_fold().  The program has left placeholders of
-- registration ids blank and phone numbers that cannot exist as text, so a
-- number is a key if it is E.164.  import_email_key() knows the placeholders
-- among e-mail addresses.
--
-- Contradiction.  Different suffixes, dates of birth, years of birth or ids of
-- one state are two people, whatever else they share.  Something unknown does
-- not contradict.  Ids of two states may belong to one person who moved, if
-- both names agree.  Only a full id may change a name or a date of birth; a row
-- in which both names and the date of birth differ from those of its full id is
-- rejected.
--
-- Ambiguity.  If several people share a key with a row and do not contradict
-- it, the key decides only if exactly one of them agrees in all that the row
-- says about names, suffix, birth and id.  Otherwise the row's next key is
-- tried.  If no key decides, the row becomes a voter of its own, with a
-- warning; but a voter of the campaign who equals the row in every cell is
-- taken for the one whom the same file created before.  A wrong merge cannot be
-- found again; a duplicate can.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- A suffix as it is compared: "Jr.", "JR" and "Junior" are one.
CREATE FUNCTION cerberus.import_suffix(suffix text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE translate(lower(suffix), '., ', '')
	WHEN '' THEN NULL
	WHEN 'junior' THEN 'jr' WHEN 'jnr' THEN 'jr'
	WHEN 'senior' THEN 'sr' WHEN 'snr' THEN 'sr'
	WHEN '2' THEN 'ii' WHEN '2nd' THEN 'ii' WHEN 'second' THEN 'ii'
	WHEN '3' THEN 'iii' WHEN '3rd' THEN 'iii' WHEN 'third' THEN 'iii'
	WHEN '4' THEN 'iv' WHEN '4th' THEN 'iv' WHEN 'fourth' THEN 'iv'
	WHEN '5' THEN 'v' WHEN '5th' THEN 'v' WHEN 'fifth' THEN 'v'
	ELSE translate(lower(suffix), '., ', '') END;

-- The address if it can be a person's, otherwise null.
CREATE FUNCTION cerberus.import_email_key(email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN rtrim(translate(split_part(email, '@', 1), '-_.+', ''),
	'0123456789') <> ALL ('{noreply,donotreply,noemail,noemailaddress,
	noemailgiven,noemailprovided,nomail,noaddress,none,nonegiven,"null",na,
	nil,no,nobody,noone,unknown,unlisted,notprovided,notgiven,notavailable,
	notapplicable,declined,refused,invalid,anonymous,blank,x,xx,xxx}'::text[])
	THEN email END;

-- The phone number if it is one, otherwise null.
CREATE FUNCTION cerberus.import_phone_key(phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN left(phone, 1) = '+' THEN phone END;

-- Did a spreadsheet round this id, as in 2.025E+16?
CREATE FUNCTION cerberus.import_id_rounded(id text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN id ~ '^[0-9]+([.,][0-9]*[Ee][+]?|[Ee][+])[0-9]{1,2}$';

-- Can these be two spellings of one id?  A spreadsheet removes leading zeros,
-- writes 2.025E+16, and replaces all digits but the first 15 by zeros.
CREATE FUNCTION cerberus.import_same_id(a text, b text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ltrim(a, '0') = ltrim(b, '0')
	OR cerberus.import_id_rounded(a) OR cerberus.import_id_rounded(b)
	OR (length(a) > 15 AND length(a) = length(b)
	    AND left(a, 15) = left(b, 15)
	    AND '' IN (ltrim(substr(a, 16), '0'), ltrim(substr(b, 16), '0')));

-- The id that a voter with the id "old" has after a row with the id "new": the
-- new one, unless that is only a damaged spelling of the old one.
CREATE FUNCTION cerberus.import_id_better(old text, new text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN new IS NULL THEN old
	WHEN old IS NULL OR NOT cerberus.import_same_id(old, new) THEN new
	WHEN cerberus.import_id_rounded(new) THEN old
	WHEN cerberus.import_id_rounded(old) THEN new
	WHEN length(new) < length(old) THEN old
	WHEN length(new) = length(old) AND ltrim(substr(new, 16), '0') = ''
	    THEN old
	ELSE new END;

-- Contradiction in suffix or birth, given as import_traits() returns them.  For
-- a set of people, compare the minimum with the maximum.
CREATE FUNCTION cerberus.import_differs(suffix_a text, suffix_b text,
	born_a date, born_b date, year_a integer, year_b integer)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(suffix_a <> suffix_b, false)
	OR coalesce(born_a <> born_b, false)
	OR coalesce(year_a <> year_b, false);

-- Contradiction in the registration ids of two people.
CREATE FUNCTION cerberus.import_other_id(id_a text, state_a text, id_b text,
	state_b text, same_names boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN id_a IS NOT NULL AND id_b IS NOT NULL
	AND CASE WHEN state_a <> state_b THEN NOT same_names
	ELSE NOT cerberus.import_same_id(id_a, id_b) END;

-- Why a row is rejected whose full id is that of somebody else.
CREATE FUNCTION cerberus.import_clash() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'Both names and the date of birth differ from those of the voter '
	'with this registration id.';

-- Why an id without a state stays blank.
CREATE FUNCTION cerberus.import_stateless() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'Somebody else has this registration id, and neither has a state; it '
	'stays blank. Give its state in registration_state.';

-- The columns of an SQL query: what describes a person, in a row of the stage
-- or of voters with this alias.
CREATE FUNCTION cerberus.import_traits(alias text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT format('cerberus.name_fold(%1$I.first_name) AS first,
	    cerberus.name_fold(%1$I.last_name) AS last,
	    cerberus.import_suffix(%1$I.suffix) AS suffix,
	    %1$I.date_of_birth AS born,
	    coalesce(date_part(''year'', %1$I.date_of_birth)::integer,
		%1$I.birth_year) AS year,
	    %1$I.voter_registration_id::text AS id,
	    CASE WHEN %1$I.voter_registration_id IS NOT NULL
		THEN %1$I.registration_state::text END AS state', alias)
$$;

COMMIT;
