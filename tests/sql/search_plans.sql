-- The search finds the same voters, in the same order, whichever plan it takes
-- and whoever else is in the database.  Names and queries are random, with a
-- fixed seed: compound names, accents, middle names, typing mistakes.
\ir fixture.psql
SELECT no_plan();
SELECT setseed(0.14);
-- As for the programs.
SET LOCAL jit = off;

CREATE FUNCTION pg_temp.one_of(words text[]) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT words[1 + floor(random() * cardinality(words))::integer]
$$;
INSERT INTO cerberus.voters (voter_id, first_name, middle_name, last_name)
SELECT 10 + n, pg_temp.one_of('{Mary,Ann,Mary Ann,Anne-Marie,José,Zoë,Jon,John,
    Jonathan,Maria,María José,Jo,Al,D''Arcy,Smith,Lópe,Cruz}'),
    pg_temp.one_of(ARRAY[NULL, '', 'A', 'J.', 'Mary', 'Ann', 'Marie', 'Mary Jo',
    'Lee', 'Núñez', 'Cruz', 'Jones']),
    pg_temp.one_of('{Smith,Smyth,Smith-Jones,Jones,Johnston,Johnson,De La Cruz,
    Cruz,García-López,Garcia,Lopez,Núñez,Nunes,O''Brien,O’Neil,St. John,
    McDonald,Mc Donald,Ångström,Maryson,Ann,Lee,Van der Berg,Vanderberg,
    "Ruiz, Jr","Long / Short","Straße",李}')
FROM generate_series(1, 400) n;
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT 2, 10 + n FROM generate_series(1, 400) n;

-- A word with a typing mistake, or its beginning, or as it is.
CREATE FUNCTION pg_temp.typed(word text) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE floor(random() * 9)::integer
	    WHEN 0 THEN left(word, at - 1) || substr(word, at + 1)
	    WHEN 1 THEN left(word, at) || substr(word, at)
	    WHEN 2 THEN left(word, at - 1) || 'e' || substr(word, at + 1)
	    WHEN 3 THEN left(word, at - 1) || substr(word, at + 1, 1)
		|| substr(word, at, 1) || substr(word, at + 2)
	    WHEN 4 THEN left(word, at + 1)
	    WHEN 5 THEN upper(word)
	    WHEN 6 THEN cerberus.unaccent(word)
	    ELSE word END
	FROM (SELECT 1 + floor(random() * length(word))::integer AS at) r
$$;
CREATE TEMP TABLE queries AS
SELECT row_number() OVER (ORDER BY q COLLATE "C") AS n, q FROM (SELECT DISTINCT CASE WHEN shape < 2
    THEN pg_temp.typed(last) WHEN shape < 4 THEN pg_temp.typed(first)
    WHEN shape < 7 THEN concat_ws(' ', pg_temp.typed(first),
	pg_temp.typed(last))
    WHEN shape < 8 THEN concat_ws(' ', first, middle, pg_temp.typed(last))
    WHEN shape < 9 THEN concat_ws(', ', last, pg_temp.typed(first))
    WHEN shape < 10 THEN concat_ws(' ', pg_temp.typed(middle), last)
    WHEN shape < 11 THEN concat_ws(' ', last, first, middle)
    WHEN shape < 12 THEN concat_ws(' ', first, pg_temp.typed(middle))
    WHEN shape < 13 THEN pg_temp.one_of(regexp_split_to_array(last, '[ -]'))
    ELSE concat_ws(' ', pg_temp.one_of(regexp_split_to_array(first, '[ -]')),
	pg_temp.one_of(regexp_split_to_array(last, '[ -]')), 'Jr.') END AS q
FROM (SELECT random() * 14 AS shape, v.first_name AS first,
	nullif(v.middle_name, '') AS middle, v.last_name AS last
    FROM cerberus.voters v WHERE v.voter_id > 10) r ORDER BY 1) q
WHERE q <> '';
SELECT cmp_ok((SELECT count(*) FROM queries), '>', 300::bigint,
    'there are hundreds of queries');

-- The matches of each query, in order, as the identified user sees them.
CREATE FUNCTION pg_temp.matches(campaigns bigint[])
RETURNS TABLE (n bigint, q text, found text)
LANGUAGE sql AS $$
	SELECT u.n, u.q, coalesce((SELECT string_agg(concat_ws('|', score,
	    last_name, first_name, voter_id, total), ';')
	    FROM cerberus.search_voters(u.q, campaigns, NULL)
	    WHERE voter_id <= 10000), '')
	FROM queries u
$$;
SELECT cerberus.identify(sha256('stranger')) \g /dev/null
CREATE FUNCTION pg_temp.read_every_voter(yes boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE OR REPLACE FUNCTION cerberus.search_by_voter('
	    'p_voters bigint, p_cost bigint) RETURNS boolean LANGUAGE sql '
	    'IMMUTABLE RETURN %L::boolean', yes);
END
$$;
SELECT pg_temp.read_every_voter(true);
CREATE TEMP TABLE by_voter AS SELECT * FROM pg_temp.matches(NULL);
SELECT pg_temp.read_every_voter(false);
CREATE TEMP TABLE by_name AS SELECT * FROM pg_temp.matches(NULL);
SELECT is_empty('SELECT q, v.found, n.found FROM by_voter v
    JOIN by_name n USING (n, q) WHERE v.found <> n.found',
    'both plans find the same voters in the same order');
SELECT cmp_ok((SELECT count(*) FROM by_name WHERE found <> ''), '>',
    250::bigint, 'most queries find somebody');
SELECT cerberus.identify(sha256('admin')) \g /dev/null
SELECT is_empty($$SELECT q, n.found, a.found
    FROM pg_temp.matches('{2}') a JOIN by_name n USING (n, q)
    WHERE a.found <> n.found$$,
    'an admin finds the same voters in the campaign');
-- The totals of all voters come from the tallies.
SELECT is_empty($$SELECT q, rows, once, total FROM queries, LATERAL (
    SELECT count(*) AS rows, count(DISTINCT voter_id) AS once, max(total) AS total
    FROM cerberus.search_voters(q, NULL, NULL)) f
    WHERE rows <> once OR rows <> coalesce(total, 0)$$,
    'everybody is counted once');
SELECT cerberus.identify(sha256('stranger')) \g /dev/null

-- Read three voters at a time, each page after the last voter of the one before.
CREATE FUNCTION pg_temp.pages(q text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text := '';
	r record;
	last record;
	rows integer;
BEGIN
	last := (NULL::integer, NULL::text, NULL::text, NULL::bigint);
	LOOP
		rows := 0;
		FOR r IN SELECT * FROM cerberus.search_voters(q, NULL, 3,
		    last.f1, last.f2, last.f3, last.f4)
		LOOP
			rows := rows + 1;
			found := found || ' ' || r.voter_id;
			last := (r.score, r.last_name, r.first_name,
			    r.voter_id);
		END LOOP;
		EXIT WHEN rows < 3;
	END LOOP;
	RETURN ltrim(found);
END
$$;
CREATE TEMP TABLE sample AS SELECT * FROM by_name WHERE n % 10 = 0;
SELECT is_empty($$SELECT q, found, pg_temp.pages(q) FROM sample
    WHERE coalesce((SELECT string_agg(split_part(m, '|', 4), ' ' ORDER BY i)
	FROM string_to_table(nullif(found, ''), ';')
	    WITH ORDINALITY u (m, i)), '') <> pg_temp.pages(q)$$,
    'pages by cursor have every voter once');

-- The meaning of a query, implemented again without indexes.
CREATE FUNCTION pg_temp.alike(word text, part text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN length(word) < 2 THEN word = part
	    WHEN left(part, length(word)) = word THEN true
	    WHEN length(word) < 4 THEN false
	    ELSE EXISTS (SELECT FROM generate_series(0, length(word)) i,
		generate_series(0, length(part)) j
		WHERE CASE WHEN i = 0 THEN word
		    ELSE overlay(word PLACING '' FROM i FOR 1) END
		    = CASE WHEN j = 0 THEN part
		    ELSE overlay(part PLACING '' FROM j FOR 1) END) END
$$;
CREATE FUNCTION pg_temp.in_order(words text[], parts text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF cardinality(words) = 0 THEN
		RETURN true;
	END IF;
	FOR i IN 1 .. coalesce(cardinality(parts), 0) LOOP
		IF pg_temp.alike(words[1], parts[i])
		AND pg_temp.in_order(words[2:], parts[i + 1:]) THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;
CREATE FUNCTION pg_temp.has(words text[], name text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT cardinality(words) = 0 OR pg_temp.in_order(words, parts)
	    OR cardinality(words) = 1 AND pg_temp.alike(words[1], whole)
	    OR array_to_string(words, '') = ANY (parts || whole)
	FROM (SELECT p AS parts, array_to_string(p, '') AS whole
	    FROM cerberus.name_words(cerberus.name_fold(name)) p) n
$$;
CREATE FUNCTION pg_temp.means(words text[], first text, middle text, last text)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	n integer := cardinality(words);
	f text[];
	m text[];
	l text[];
	initial text := left(cerberus.name_fold(middle), 1);
BEGIN
	FOR a IN 0 .. n LOOP
		FOR b IN a .. n LOOP
			FOR turned IN 0 .. 1 LOOP
				f := CASE turned WHEN 0 THEN words[:a]
				    ELSE words[a + 1:b] END;
				m := CASE turned WHEN 0 THEN words[a + 1:b]
				    ELSE words[b + 1:] END;
				l := CASE turned WHEN 0 THEN words[b + 1:]
				    ELSE words[:a] END;
				IF pg_temp.has(f, first)
				AND pg_temp.has(l, last)
				AND (m = '{}' OR length(middle) > 1
				    AND pg_temp.has(m, middle)
				    OR f <> '{}' AND l <> '{}'
				    AND cardinality(m) = 1
				    AND left(m[1], 1) = initial
				    AND (length(m[1]) = 1
					OR length(middle) = 1)) THEN
					RETURN true;
				END IF;
			END LOOP;
		END LOOP;
	END LOOP;
	RETURN false;
END
$$;
SELECT is_empty($$SELECT * FROM (SELECT s.q, ARRAY(SELECT v.voter_id
	FROM cerberus.voters v WHERE voter_id BETWEEN 11 AND 110 AND pg_temp.means(
	    cerberus.query_words(s.q), v.first_name, v.middle_name,
	    v.last_name) ORDER BY 1) AS meant,
	ARRAY(SELECT split_part(m, '|', 4)::bigint
	    FROM string_to_table(nullif(found, ''), ';') m
	    WHERE split_part(m, '|', 4)::bigint BETWEEN 11 AND 110
	    ORDER BY 1) AS found
    FROM sample s WHERE found NOT LIKE '1___|%') f
    WHERE meant <> f.found$$, 'the search finds whom the query means');

-- More voters, also with the very names of queries, and too many to read each.
INSERT INTO cerberus.voters (voter_id, first_name, last_name)
SELECT 10000 + i, CASE WHEN i % 3 = 0 THEN split_part(q, ' ', 1)
    ELSE 'Filler' || i % 7 END, CASE WHEN i % 3 = 1 THEN q
    ELSE 'Padding' || i % 11 END
FROM generate_series(1, 6000) i
JOIN queries u ON u.n = i % (SELECT count(*) FROM queries);
INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
SELECT CASE WHEN voter_id % 2 = 0 THEN 2 ELSE 1 END, voter_id
FROM cerberus.voters WHERE voter_id > 10000;
ANALYZE cerberus.voters, cerberus.campaign_voters, cerberus.voter_names,
    cerberus.name_parts, cerberus.name_edits;
SELECT is_empty($$SELECT q, b.found, a.found
    FROM (SELECT n, q, regexp_replace(found, '[|][0-9]+(;|$)', '\1', 'g')
	AS found FROM pg_temp.matches(NULL)) a
    JOIN (SELECT n, q, regexp_replace(found, '[|][0-9]+(;|$)', '\1', 'g')
	AS found FROM by_name) b USING (n, q)
    WHERE b.found !~ '^1[0-9]{3}[|]' AND a.found <> b.found$$,
    'more voters hide nobody');

-- A common first name has a million voters, of whom voters_with() needs the ids.
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
CREATE FUNCTION pg_temp.plan_of(statement text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) ' || statement;
END
$$;
SELECT ok((SELECT p LIKE 'Index Only Scan using %' FROM pg_temp.plan_of(format(
    'SELECT voter_id FROM cerberus.voters
    WHERE cerberus.name_fold(%s) = $$ann$$', name)) p LIMIT 1),
    'the ids of a ' || name || ' come from an index alone')
FROM unnest('{first_name,last_name}'::text[]) name;

SELECT * FROM finish();
ROLLBACK;
