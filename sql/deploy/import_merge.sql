-- Deploy cerberus:import_merge to pg
-- requires: policies schema_version
--
-- A voter file's rows, from the stage into voters.  The caller opens an import,
-- lets import_stage() make a temporary table, fills it by COPY, and calls
-- import_merge(), all but the first in one transaction.
--
-- Matching has to see every voter, also those of other campaigns, because a
-- registration id is unique in the whole database.  So these functions run as
-- the owner, and check first that the caller is an admin or an editor of the
-- campaign that the voters join.  Whoever is matched joins and is seen from
-- then on: a voter whom the caller does not see yet is matched by both names
-- and something besides, never by a name or by a number alone.  The stage
-- belongs to the owner: the caller can add rows to it, but no trigger, rule or
-- column.
--
-- Statements about all rows at once, never a loop over rows; the plans follow
-- from ANALYZE on the stage, so that ten rows use the indexes of voters and a
-- million read it whole.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The first numbers of the advisory locks: one for each import that is under
-- way, with its id as the second number, and the lock of import_lock().
CREATE FUNCTION cerberus.import_lock_class() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 1128415817 $$;
CREATE FUNCTION cerberus.import_merge_lock() RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT 4846509038923083::bigint $$;

-- May the caller import into this campaign, or, as admin, into none?
CREATE FUNCTION cerberus.import_check(p_campaign_id bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	IF p_campaign_id IS NULL THEN
		IF NOT caller_is_admin() THEN
			RAISE EXCEPTION USING ERRCODE = 'CB400',
			    COLUMN = 'campaign_id',
			    MESSAGE = 'campaign_id is required.';
		END IF;
	ELSIF NOT EXISTS (SELECT FROM campaigns
	    WHERE campaign_id = p_campaign_id)
	OR NOT (caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('viewer'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id);
	ELSIF NOT (caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('editor'))) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
END
$$;

-- Writes down that an import begins, outside of its transaction, so that
-- others can watch it.
CREATE FUNCTION cerberus.import_open(p_campaign_id bigint, p_file_name text,
	p_layout text, p_mode text, p_dry_run boolean, p_options jsonb)
RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	PERFORM import_check(p_campaign_id);
	INSERT INTO imports (campaign_id, user_id, file_name, layout, mode,
	    dry_run, stage, options)
	VALUES (p_campaign_id, caller_id(), left(p_file_name, 255), p_layout,
	    p_mode, p_dry_run, 'reading', p_options)
	RETURNING import_id INTO id;
	RETURN id;
END
$$;

-- Imports whose transaction is gone without a word are failed ones: the
-- program was killed, or the machine.
CREATE FUNCTION cerberus.import_reap() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	UPDATE imports i
	SET state = 'failed', finished_at = now(),
	    error = 'The import was interrupted.'
	WHERE i.state = 'running' AND i.started_at < now() - interval '1 minute'
	AND NOT EXISTS (SELECT FROM pg_locks l
	    WHERE l.locktype = 'advisory' AND l.classid = import_lock_class()
	    AND l.objid = (i.import_id & 2147483647)
	    AND l.database = (SELECT oid FROM pg_database
		WHERE datname = current_database()));
END
$$;

-- An empty stage: the line, what is wrong with it, and every column of voters
-- that a file can bring.
CREATE FUNCTION cerberus.import_stage(p_import_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	campaign bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	SELECT i.campaign_id INTO campaign FROM imports i
	WHERE i.import_id = p_import_id AND i.state = 'running'
	AND i.user_id IS NOT DISTINCT FROM caller_id();
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	PERFORM import_check(campaign);
	PERFORM pg_advisory_xact_lock(import_lock_class(),
	    (p_import_id & 2147483647)::integer);
	EXECUTE (SELECT format('CREATE TEMPORARY TABLE import_stage '
	    'ON COMMIT DROP AS SELECT NULL::bigint AS line, '
	    'NULL::text AS reject_column, NULL::text AS reject_message, '
	    'NULL::text AS raw, %s FROM cerberus.voters WITH NO DATA',
	    string_agg(quote_ident(attname), ', ' ORDER BY attnum))
	    FROM pg_attribute
	    WHERE attrelid = 'cerberus.voters'::regclass
	    AND attnum > 0 AND NOT attisdropped
	    AND attname NOT IN ('created_at', 'updated_at'));
	GRANT INSERT ON pg_temp.import_stage TO cerberus_app;
END
$$;

-- What rows about one person share, as numbers: rule 1 is e-mail and first
-- name, 2 e-mail and last name, 3 phone and both names, 4 both names, date of
-- birth and ZIP, 5 everything, for rows that have none of these.  Rows with a
-- registration id are only there for others to find.
--
-- Under rule 2 the first names differ.  That is one person with a nickname or
-- two of a household: two, when they share the phone as well, or differ in
-- what nobody changes.  Neighbours in the file are compared, not all pairs.
CREATE FUNCTION cerberus.import_keys() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	CREATE TEMPORARY TABLE import_key ON COMMIT DROP AS
	WITH s AS (
		SELECT t.line, t.email_address AS email,
		    t.phone_number AS phone, lower(t.first_name) AS first,
		    lower(t.last_name) AS last, t.date_of_birth AS dob,
		    t.zip_code AS zip,
		    t.voter_registration_id IS NULL AND t.voter_id IS NULL
			AS free,
		    CASE WHEN t.voter_registration_id IS NULL
			AND t.voter_id IS NULL AND t.email_address IS NULL
			AND t.phone_number IS NULL
			AND (t.date_of_birth IS NULL OR t.zip_code IS NULL)
		    THEN hashtextextended((to_jsonb(t) - 'line')::text, 5)
		    END AS whole
		FROM pg_temp.import_stage t WHERE t.reject_message IS NULL
	), k AS (
		SELECT line, free, 1 AS rule, hashtextextended(first,
		    hashtextextended(email, 1)) AS key
		FROM s WHERE email IS NOT NULL
		UNION ALL
		SELECT line, free, 3, hashtextextended(first,
		    hashtextextended(last, hashtextextended(phone, 3)))
		FROM s WHERE phone IS NOT NULL
		UNION ALL
		SELECT line, free, 4, hashtextextended(first, hashtextextended(
		    last, hashtextextended(zip, hashint4extended(
		    dob - date '2000-01-01', 4))))
		FROM s WHERE dob IS NOT NULL AND zip IS NOT NULL
		UNION ALL
		SELECT line, free, 5, whole FROM s WHERE whole IS NOT NULL
	)
	SELECT k.line, k.free, k.rule, k.key
	FROM k
	JOIN (SELECT key FROM k GROUP BY key
	    HAVING count(*) > 1 AND bool_or(free)) shared USING (key);

	WITH s AS (
		SELECT t.*, lower(t.last_name) AS last,
		    t.voter_registration_id IS NULL AND t.voter_id IS NULL
			AS free
		FROM pg_temp.import_stage t
		WHERE t.reject_message IS NULL AND t.email_address IS NOT NULL
	), pair AS (
		SELECT line, lag(line) OVER w AS before, free,
		    lag(free) OVER w AS free_before,
		    cerberus.import_household(phone_number,
			lag(phone_number) OVER w, date_of_birth,
			lag(date_of_birth) OVER w, gender, lag(gender) OVER w,
			suffix, lag(suffix) OVER w) AS household
		FROM s
		JOIN (SELECT email_address, last FROM s
		    GROUP BY email_address, last
		    HAVING count(*) > 1 AND bool_or(free)) shared
		    USING (email_address, last)
		WINDOW w AS (PARTITION BY email_address, last ORDER BY line)
	)
	INSERT INTO pg_temp.import_key (line, free, rule, key)
	SELECT unnest(ARRAY[line, before]), unnest(ARRAY[free, free_before]),
	    2, hashint8extended(before, line)
	FROM pair
	WHERE before IS NOT NULL AND (free OR free_before) AND NOT household;
	ANALYZE pg_temp.import_key;
END
$$;

-- Are two with one e-mail address and last name, but different first names,
-- two people?  Null is not known, and tells nothing.
CREATE FUNCTION cerberus.import_household(phone_a text, phone_b text,
	born_a date, born_b date, gender_a text, gender_b text, suffix_a text,
	suffix_b text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(phone_a = phone_b, false)
	    OR coalesce(born_a <> born_b, false)
	    OR coalesce(lower(gender_a) <> lower(gender_b), false)
	    OR coalesce(lower(suffix_a) <> lower(suffix_b), false)
$$;

-- The connected components of the rows without an id, two of which are
-- connected when they share a key: import_group gets each such row with one
-- row of its component as grp.
--
-- Random mates (J. Reif, 1985): in each turn every row tosses a coin, a row
-- with tails hooks onto a neighbour with heads, and the two become one.  On
-- average at least a quarter of the rows that have a neighbour disappears in
-- each turn, whatever the shape.  So the number of turns grows with the
-- logarithm of the rows, no turn costs more than the first, and nobody can
-- make a file for which it is otherwise.  A row hooks onto one that is still
-- there and disappears itself, hence the hooks are trees, and their depth is
-- at most the number of turns.  Each turn is planned anew by ANALYZE.
CREATE FUNCTION cerberus.import_connect() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp
SET jit = off AS $$
DECLARE
	coin bigint;
BEGIN
	CREATE TEMPORARY TABLE import_edge ON COMMIT DROP AS
	SELECT DISTINCT k.line AS a, k.first AS b
	FROM (SELECT line, min(line) OVER (PARTITION BY key) AS first
	    FROM pg_temp.import_key WHERE free) k
	WHERE k.line <> k.first;
	CREATE TEMPORARY TABLE import_left (a bigint, b bigint) ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_mate (line bigint, mate bigint)
	ON COMMIT DROP;
	CREATE TEMPORARY TABLE import_hook (line bigint, mate bigint)
	ON COMMIT DROP;
	WHILE EXISTS (SELECT FROM pg_temp.import_edge) LOOP
		coin := (random() * 4611686018427387904)::bigint;
		INSERT INTO pg_temp.import_mate
		SELECT e.a, min(e.b)
		FROM (SELECT a, b FROM pg_temp.import_edge
		    UNION ALL SELECT b, a FROM pg_temp.import_edge) e
		WHERE hashint8extended(e.a, coin) & 1 = 0
		AND hashint8extended(e.b, coin) & 1 = 1
		GROUP BY e.a;
		ANALYZE pg_temp.import_edge, pg_temp.import_mate;
		INSERT INTO pg_temp.import_left
		SELECT DISTINCT least(c.a, c.b), greatest(c.a, c.b)
		FROM (SELECT coalesce(x.mate, e.a) AS a,
			coalesce(y.mate, e.b) AS b
		    FROM pg_temp.import_edge e
		    LEFT JOIN pg_temp.import_mate x ON x.line = e.a
		    LEFT JOIN pg_temp.import_mate y ON y.line = e.b) c
		WHERE c.a <> c.b;
		INSERT INTO pg_temp.import_hook
		SELECT line, mate FROM pg_temp.import_mate;
		TRUNCATE pg_temp.import_mate, pg_temp.import_edge;
		INSERT INTO pg_temp.import_edge
		SELECT a, b FROM pg_temp.import_left;
		TRUNCATE pg_temp.import_left;
	END LOOP;
	ANALYZE pg_temp.import_hook;
	INSERT INTO pg_temp.import_group (line, grp)
	WITH RECURSIVE tree AS (
		SELECT DISTINCT k.line, k.line AS root
		FROM pg_temp.import_key k
		WHERE k.free AND NOT EXISTS (SELECT FROM pg_temp.import_hook h
		    WHERE h.line = k.line)
		UNION ALL
		SELECT h.line, t.root
		FROM tree t
		JOIN pg_temp.import_hook h ON h.mate = t.line
	)
	SELECT line, root FROM tree;
END
$$;

-- Makes one row of the rows about one person: the last value of each column
-- wins, a blank never does.  Returns how many rows were too many.
--
-- Rows with registration ids are one person when id and state are the same,
-- else never.  Rows without one are joined by import_keys(), and then belong
-- to at most one row that has an id.
CREATE FUNCTION cerberus.import_collapse(p_columns text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	surplus bigint;
	free boolean;
	assign text;
	merged text;
BEGIN
	CREATE TEMPORARY TABLE import_group (line bigint, grp bigint)
	ON COMMIT DROP;
	-- First as numbers, which is half the work: a file without doubles is
	-- done with that.
	CREATE TEMPORARY TABLE import_twice ON COMMIT DROP AS
	SELECT hashtextextended(voter_registration_id,
	    coalesce(hashtextextended(registration_state, 1), 0)) AS key
	FROM pg_temp.import_stage
	WHERE reject_message IS NULL AND voter_registration_id IS NOT NULL
	GROUP BY 1 HAVING count(*) > 1;
	IF EXISTS (SELECT FROM pg_temp.import_twice) THEN
		ANALYZE pg_temp.import_twice;
		INSERT INTO pg_temp.import_group
		SELECT s.line, min(s.line) OVER
		    (PARTITION BY s.voter_registration_id,
			s.registration_state)
		FROM pg_temp.import_stage s
		JOIN pg_temp.import_twice d
		    ON d.key = hashtextextended(s.voter_registration_id,
			coalesce(hashtextextended(s.registration_state, 1),
			0))
		WHERE s.reject_message IS NULL
		AND s.voter_registration_id IS NOT NULL;
	END IF;
	IF EXISTS (SELECT FROM pg_temp.import_stage
	    WHERE voter_id IS NOT NULL) THEN
		INSERT INTO pg_temp.import_group
		SELECT s.line, d.grp
		FROM (SELECT voter_id, min(line) AS grp
		    FROM pg_temp.import_stage
		    WHERE reject_message IS NULL AND voter_id IS NOT NULL
		    AND voter_registration_id IS NULL
		    GROUP BY voter_id HAVING count(*) > 1) d
		JOIN pg_temp.import_stage s USING (voter_id)
		WHERE s.reject_message IS NULL
		AND s.voter_registration_id IS NULL;
	END IF;

	free := EXISTS (SELECT FROM pg_temp.import_stage
	    WHERE reject_message IS NULL AND voter_registration_id IS NULL
	    AND voter_id IS NULL);
	IF free THEN
		PERFORM import_keys();
		PERFORM import_connect();
		-- To a row with an id: by the strongest rule, the first.
		CREATE TEMPORARY TABLE import_anchor ON COMMIT DROP AS
		SELECT DISTINCT ON (g.grp) g.grp, a.anchor
		FROM pg_temp.import_key k
		JOIN pg_temp.import_group g USING (line)
		JOIN (SELECT k.key, min(k.line) AS anchor
		    FROM pg_temp.import_key k WHERE NOT k.free
		    GROUP BY k.key) a USING (key)
		WHERE k.free
		ORDER BY g.grp, k.rule, a.anchor;
		INSERT INTO pg_temp.import_group
		SELECT DISTINCT a.anchor, a.anchor FROM pg_temp.import_anchor a
		WHERE NOT EXISTS (SELECT FROM pg_temp.import_group g
		    WHERE g.line = a.anchor);
		UPDATE pg_temp.import_group g
		SET grp = target.grp
		FROM pg_temp.import_anchor a
		JOIN pg_temp.import_group target ON target.line = a.anchor
		WHERE g.grp = a.grp AND g.line <> a.anchor;
		DELETE FROM pg_temp.import_group g
		USING (SELECT grp FROM pg_temp.import_group
		    GROUP BY grp HAVING count(*) = 1) alone
		WHERE alone.grp = g.grp;
	END IF;

	IF NOT EXISTS (SELECT FROM pg_temp.import_group) THEN
		RETURN 0;
	END IF;
	SELECT string_agg(format('%1$I = m.%1$I', a.attname), ', '),
	    -- By way of text: an array of arrays would be something else.
	    string_agg(format('(array_agg(s.%1$I::text ORDER BY s.line DESC) '
		'FILTER (WHERE s.%2$I IS NOT NULL))[1]::%3$s AS %1$I',
		a.attname,
		-- A state without an id says nothing about the id.
		CASE WHEN a.attname = 'registration_state'
		    AND 'voter_registration_id' = ANY (p_columns)
		    THEN 'voter_registration_id' ELSE a.attname END,
		format_type(a.atttypid, a.atttypmod)), ', ')
	INTO assign, merged
	FROM pg_attribute a
	WHERE a.attrelid = 'pg_temp.import_stage'::regclass
	AND a.attname = ANY (p_columns);
	EXECUTE format('UPDATE pg_temp.import_stage t SET %s
	    FROM (SELECT max(s.line) AS line, %s
		FROM pg_temp.import_stage s
		JOIN pg_temp.import_group g USING (line)
		GROUP BY g.grp) m
	    WHERE t.line = m.line', assign, merged);
	DELETE FROM pg_temp.import_stage s
	USING pg_temp.import_group g,
	    (SELECT grp, max(line) AS last FROM pg_temp.import_group
	    GROUP BY grp) m
	WHERE g.line = s.line AND m.grp = g.grp AND s.line <> m.last;
	GET DIAGNOSTICS surplus = ROW_COUNT;
	RETURN surplus;
END
$$;

-- Turns away the rows whose registration id belongs to a voter whom the caller
-- does not see, and who has another name: such a row cannot be stored, and must
-- not be matched.  Before import_collapse(), so that a row that is right is not
-- lost to one that is wrong.  import_unseen keeps those who are named rightly.
CREATE FUNCTION cerberus.import_refuse() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	seen bigint[] := caller_campaigns('viewer');
BEGIN
	CREATE TEMPORARY TABLE import_unseen ON COMMIT DROP AS
	SELECT s.line, v.voter_id, lower(v.first_name) = lower(s.first_name)
	    AND lower(v.last_name) = lower(s.last_name) AS named
	FROM pg_temp.import_stage s
	JOIN voters v ON v.voter_registration_id = s.voter_registration_id
	    AND v.registration_state IS NOT DISTINCT FROM s.registration_state
	WHERE s.reject_message IS NULL
	AND NOT EXISTS (SELECT FROM campaign_voters cv
	    WHERE cv.voter_id = v.voter_id AND cv.campaign_id = ANY (seen));
	UPDATE pg_temp.import_stage s
	SET reject_column = 'voter_registration_id', reject_message =
	    'This registration id belongs to somebody with another name.'
	FROM pg_temp.import_unseen u
	WHERE u.line = s.line AND NOT u.named;
	ANALYZE pg_temp.import_unseen;
END
$$;

-- Finds the voters that are known: import_match holds line and voter_id, each
-- at most once.
CREATE FUNCTION cerberus.import_find() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	keyed bigint;
	total bigint;
	emails bigint;
	phones bigint;
	births bigint;
	bare bigint;
	states bigint;
	one_state boolean;
	the_state text;
	wanted bigint;
	given bigint;
	every_voter boolean := caller_is_admin();
	seen bigint[] := caller_campaigns('viewer');
BEGIN
	SELECT count(*), count(voter_registration_id), count(email_address),
	    count(phone_number),
	    count(*) FILTER (WHERE date_of_birth IS NOT NULL
		AND zip_code IS NOT NULL),
	    count(*) FILTER (WHERE voter_registration_id IS NULL
		AND email_address IS NULL AND phone_number IS NULL
		AND (date_of_birth IS NULL OR zip_code IS NULL)),
	    count(registration_state), min(registration_state),
	    min(registration_state) IS NOT DISTINCT FROM
		max(registration_state)
	INTO total, keyed, emails, phones, births, bare, states, the_state,
	    one_state
	FROM pg_temp.import_stage WHERE reject_message IS NULL;
	-- With ids of one state alone, voters who have one of that state are
	-- found by it or not at all.
	one_state := one_state AND keyed = total AND states IN (0, total);

	CREATE TEMPORARY TABLE import_match (line bigint, voter_id bigint)
	ON COMMIT DROP;
	IF keyed > 0 THEN
		-- Who was stored since import_refuse() looked is not found
		-- here: the unique index then tells import_merge().
		EXECUTE 'INSERT INTO pg_temp.import_match
		SELECT s.line, v.voter_id
		FROM pg_temp.import_stage s
		JOIN voters v
		    ON v.voter_registration_id = s.voter_registration_id
		    AND v.registration_state IS NOT DISTINCT FROM
			s.registration_state
		WHERE s.reject_message IS NULL' || CASE WHEN NOT every_voter
		THEN ' AND (' || import_seen() || ' OR v.voter_id IN
		    (SELECT u.voter_id FROM pg_temp.import_unseen u
		    WHERE u.named))' ELSE '' END
		USING the_state, seen;
		ANALYZE pg_temp.import_match;
	END IF;
	-- A file that was exported from here names its voters.  Only those whom
	-- the caller sees: ids are easily guessed, and whoever is matched joins
	-- the campaign.
	IF EXISTS (SELECT FROM pg_temp.import_stage
	    WHERE voter_id IS NOT NULL) THEN
		INSERT INTO pg_temp.import_match
		SELECT s.line, v.voter_id
		FROM pg_temp.import_stage s
		JOIN voters v ON v.voter_id = s.voter_id
		WHERE s.reject_message IS NULL
		AND (every_voter OR EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.voter_id = v.voter_id
		    AND cv.campaign_id = ANY (seen)))
		AND (lower(v.first_name) = lower(s.first_name)
		    OR lower(v.last_name) = lower(s.last_name))
		AND (s.voter_registration_id IS NULL
		    OR v.voter_registration_id IS NULL)
		AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.line = s.line OR m.voter_id = v.voter_id);
		ANALYZE pg_temp.import_match;
	END IF;

	-- The rules in their order.  One voter takes one row: of several that
	-- want it the best; the others look again.
	FOR rule IN 2..5 LOOP
		CONTINUE WHEN rule = 2 AND emails = 0 OR rule = 3 AND phones = 0
		    OR rule = 4 AND births = 0 OR rule = 5 AND bare = 0;
		FOR turn IN 1..20 LOOP
			EXECUTE import_rule(rule, one_state, every_voter)
			INTO wanted, given USING the_state, seen;
			EXIT WHEN wanted = given;
		END LOOP;
		IF given > 0 THEN
			ANALYZE pg_temp.import_match;
		END IF;
	END LOOP;
END
$$;

-- Is v one whom the caller sees, who is a viewer of the campaigns $2?
CREATE FUNCTION cerberus.import_seen() RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT 'EXISTS (SELECT FROM cerberus.campaign_voters cv
		    WHERE cv.voter_id = v.voter_id
		    AND cv.campaign_id = ANY ($2))'
$$;

-- The statement of one rule.  both_names prefers who agrees in both.  A voter
-- whom the caller does not see wants both under rule 2 as well, and is none of
-- those whom rule 5 finds by their name alone.
CREATE FUNCTION cerberus.import_rule(rule integer, one_state boolean,
	every_voter boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('WITH candidate AS MATERIALIZED (
		SELECT s.line, v.voter_id,
		    (lower(v.first_name) = lower(s.first_name)
		    AND lower(v.last_name) = lower(s.last_name)) AS both_names
		FROM pg_temp.import_stage s
		JOIN cerberus.voters v ON %s
		WHERE s.reject_message IS NULL %s %s
		AND (s.voter_registration_id IS NULL
		    OR v.voter_registration_id IS NULL
		    OR (v.registration_state IS DISTINCT FROM
			s.registration_state
			AND lower(v.first_name) = lower(s.first_name)
			AND lower(v.last_name) = lower(s.last_name)
			AND (v.date_of_birth = s.date_of_birth) IS NOT FALSE))
		AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.line = s.line)
		AND NOT EXISTS (SELECT FROM pg_temp.import_match m
		    WHERE m.voter_id = v.voter_id)
	), best AS (
		SELECT DISTINCT ON (line) line, voter_id, both_names
		FROM candidate ORDER BY line, both_names DESC, voter_id
	), matched AS (
		INSERT INTO pg_temp.import_match (line, voter_id)
		SELECT DISTINCT ON (voter_id) line, voter_id
		FROM best ORDER BY voter_id, both_names DESC, line
		RETURNING 1
	)
	SELECT (SELECT count(*) FROM best), (SELECT count(*) FROM matched)',
	CASE rule
	WHEN 2 THEN 'v.email_address = s.email_address
		    AND (lower(v.first_name) = lower(s.first_name)
		    OR (lower(v.last_name) = lower(s.last_name)
			AND NOT cerberus.import_household(v.phone_number,
			    s.phone_number, v.date_of_birth, s.date_of_birth,
			    v.gender, s.gender, v.suffix, s.suffix)))'
	WHEN 3 THEN 'v.phone_number = s.phone_number
		    AND lower(v.first_name) = lower(s.first_name)
		    AND lower(v.last_name) = lower(s.last_name)'
	WHEN 4 THEN 'lower(v.last_name) = lower(s.last_name)
		    AND lower(v.first_name) = lower(s.first_name)
		    AND v.date_of_birth = s.date_of_birth
		    AND v.zip_code = s.zip_code'
	-- Nobody else could be meant by a row that has only a name: the voter
	-- has no more to be told by, and the row nothing to change.
	ELSE 'lower(v.last_name) = lower(s.last_name)
		    AND lower(v.first_name) = lower(s.first_name)
		    AND s.voter_registration_id IS NULL
		    AND s.email_address IS NULL AND s.phone_number IS NULL
		    AND (s.date_of_birth IS NULL OR s.zip_code IS NULL)
		    AND v.voter_registration_id IS NULL
		    AND v.email_address IS NULL AND v.phone_number IS NULL
		    AND (v.date_of_birth = s.date_of_birth) IS NOT FALSE
		    AND (v.zip_code = s.zip_code) IS NOT FALSE
		    AND (lower(v.street_address) = lower(s.street_address))
			IS NOT FALSE
		    AND (v.birth_year = s.birth_year) IS NOT FALSE
		    AND (lower(v.middle_name) = lower(s.middle_name))
			IS NOT FALSE
		    AND (lower(v.suffix) = lower(s.suffix)) IS NOT FALSE'
	END,
	CASE WHEN one_state THEN 'AND (v.voter_registration_id IS NULL
		    OR v.registration_state IS DISTINCT FROM $1)' ELSE
		'AND ($1 IS NULL OR true)' END,
	CASE WHEN every_voter OR rule IN (3, 4) THEN ''
	WHEN rule = 2 THEN 'AND ((lower(v.first_name) = lower(s.first_name)
		    AND lower(v.last_name) = lower(s.last_name))
		    OR ' || cerberus.import_seen() || ')'
	ELSE 'AND ' || cerberus.import_seen() END)
$$;

-- What a known voter's column becomes.  An id and its state belong together.
CREATE FUNCTION cerberus.import_value(c text, mode text, not_null boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format(CASE
	WHEN c = 'custom_fields' AND mode = 'update'
	    THEN 'coalesce(v.%1$I || s.%1$I, v.%1$I)'
	WHEN c = 'custom_fields' THEN 'coalesce(s.%1$I || v.%1$I, v.%1$I)'
	WHEN c = 'registration_state' AND mode = 'update' THEN
	    'CASE WHEN s.voter_registration_id IS NULL THEN
		CASE WHEN v.voter_registration_id IS NULL
		THEN coalesce(s.%1$I, v.%1$I) ELSE v.%1$I END
	    WHEN s.voter_registration_id = v.voter_registration_id
		THEN coalesce(s.%1$I, v.%1$I)
	    ELSE s.%1$I END'
	WHEN c = 'registration_state' THEN
	    'CASE WHEN v.voter_registration_id IS NOT NULL THEN v.%1$I
	    WHEN s.voter_registration_id IS NOT NULL THEN s.%1$I
	    ELSE coalesce(v.%1$I, s.%1$I) END'
	WHEN mode = 'update' THEN 'coalesce(s.%1$I, v.%1$I)'
	WHEN c = 'tags' THEN
	    'CASE WHEN v.%1$I = ''{}'' THEN coalesce(s.%1$I, v.%1$I)
	    ELSE v.%1$I END'
	WHEN not_null THEN 'v.%1$I'
	ELSE 'coalesce(v.%1$I, s.%1$I)' END, c)
$$;

-- Keeps a merge apart from everything else that finds or creates voters at the
-- same time, from before it looks for known voters until it commits.
--
-- Two merges exclude each other by one lock for the whole database.  A lock for
-- each campaign would not do: the voters of all campaigns are matched, and a
-- registration id is unique in the database.  A lock for each person would not
-- do either: a file has more people than PostgreSQL has room for locks.  So the
-- lock is kept short instead.  Parsing, COPY and import_collapse(), which read
-- the stage alone, come before it, and a dry run never takes it.
--
-- Signups and donations lock the e-mail address and the phone of one person
-- (voter_find()).  They must not wait for the merge of a large file, so they do
-- not take the lock above.  A file whose keys take up no more than a third of
-- the room for locks takes theirs: a signup of the same person then runs before
-- or after the merge, and finds or is found.  The order is ascending, as in
-- voter_find(), and no voter is locked yet, hence no deadlock.  While a larger
-- file is merged, a signup of a person who is new in both can become a second
-- voter, whom GET /voters/duplicates shows.
CREATE FUNCTION cerberus.import_lock() RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	room bigint := current_setting('max_locks_per_transaction')::bigint
	    * current_setting('max_connections')::bigint / 3;
BEGIN
	PERFORM pg_advisory_xact_lock(import_merge_lock());
	IF (SELECT count(email_address) + count(phone_number)
	    FROM pg_temp.import_stage WHERE reject_message IS NULL) <= room THEN
		PERFORM pg_advisory_xact_lock(k.key)
		FROM (SELECT hashtextextended(email_address, 1) AS key
		    FROM pg_temp.import_stage WHERE reject_message IS NULL
		    AND email_address IS NOT NULL
		    UNION
		    SELECT hashtextextended(phone_number, 2)
		    FROM pg_temp.import_stage WHERE reject_message IS NULL
		    AND phone_number IS NOT NULL
		    ORDER BY 1) k;
	END IF;
END
$$;

-- The whole merge.  p_columns are the columns that the file brings, p_fold says
-- that e-mail addresses have letters beyond ASCII.  import_lock() says what
-- runs before the lock and why.  Where a registration id was taken after
-- import_refuse() looked, by a merge before the lock or by staff who store a
-- single voter, the unique index tells, and the merge looks again.  The
-- setting cerberus.task keeps the audit log to one entry for the whole import.
CREATE FUNCTION cerberus.import_merge(p_import_id bigint,
	p_campaign_id bigint, p_columns text[], p_fold boolean,
	p_bytes bigint, p_sha256 bytea, p_unmapped text[])
RETURNS TABLE (rows bigint, created bigint, updated bigint,
	unchanged bigint, duplicates bigint, rejected bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
	this imports%ROWTYPE;
	known bigint;
	assign text;
	differs text;
	targets text;
	sources text;
	columns text[];
	taken text;
BEGIN
	-- One audit entry for the file, not one a row.
	PERFORM set_config('cerberus.task', 'import', true);
	SELECT * INTO this FROM imports
	WHERE import_id = p_import_id AND state = 'running'
	AND user_id IS NOT DISTINCT FROM caller_id();
	IF NOT FOUND OR NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.import_stage')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Import with ID %s not found.', p_import_id);
	END IF;
	PERFORM import_check(p_campaign_id);
	SELECT array_agg(attname::text) INTO columns
	FROM pg_attribute
	WHERE attrelid = 'cerberus.voters'::regclass AND attnum > 0
	AND NOT attisdropped AND attname = ANY (p_columns)
	AND attname NOT IN ('voter_id', 'created_at', 'updated_at');

	ANALYZE pg_temp.import_stage;
	SELECT count(*) INTO rows FROM pg_temp.import_stage;
	-- What C cannot put into lower case as the table wants it.
	IF p_fold THEN
		UPDATE pg_temp.import_stage
		SET email_address = lower(email_address)
		WHERE email_address <> lower(email_address);
	END IF;
	IF 'source_campaign_id' = ANY (columns) THEN
		UPDATE pg_temp.import_stage s SET source_campaign_id = NULL
		WHERE s.source_campaign_id IS NOT NULL
		AND NOT EXISTS (SELECT FROM campaigns c
		    WHERE c.campaign_id = s.source_campaign_id
		    AND (caller_is_admin() OR c.campaign_id = ANY (
			caller_campaigns('viewer'))));
	END IF;
	IF NOT caller_is_admin() THEN
		PERFORM import_refuse();
	END IF;
	duplicates := import_collapse(columns);

	SELECT string_agg(format('%I = %s', c.name, c.value), ', '),
	    string_agg(format('v.%I', c.name), ', '),
	    string_agg(c.value, ', ')
	INTO assign, targets, sources
	FROM (SELECT a.attname AS name,
		import_value(a.attname, this.mode, a.attnotnull) AS value
	    FROM pg_attribute a
	    WHERE a.attrelid = 'cerberus.voters'::regclass
	    AND a.attname = ANY (columns)) c;
	differs := format('pg_temp.import_stage s, pg_temp.import_match m
	    WHERE m.voter_id = v.voter_id AND s.line = m.line
	    AND ROW(%s) IS DISTINCT FROM ROW(%s)', targets, sources);
	SELECT string_agg(quote_ident(a.attname), ', '),
	    string_agg(CASE WHEN a.attnotnull AND d.adbin IS NOT NULL
		THEN format('coalesce(s.%I, %s)', a.attname,
		    pg_get_expr(d.adbin, d.adrelid))
		WHEN a.attname = 'source_campaign_id'
		THEN format('coalesce(s.%I, $1)', a.attname)
		ELSE format('s.%I', a.attname) END, ', ')
	INTO targets, sources
	FROM pg_attribute a
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid
	    AND d.adnum = a.attnum
	WHERE a.attrelid = 'cerberus.voters'::regclass
	AND a.attname = ANY (columns || CASE
	    WHEN p_campaign_id IS NULL THEN '{}'::text[]
	    ELSE ARRAY['source_campaign_id'] END);

	IF NOT this.dry_run THEN
		PERFORM import_lock();
	END IF;
	FOR attempt IN 1..3 LOOP
		PERFORM import_find();
		SELECT count(*) INTO known FROM pg_temp.import_match;
		updated := 0;
		BEGIN
			INSERT INTO import_rejects (import_id, line,
			    column_name, message, raw)
			SELECT p_import_id, line, left(reject_column, 100),
			    reject_message, raw
			FROM pg_temp.import_stage
			WHERE reject_message IS NOT NULL;
			GET DIAGNOSTICS rejected = ROW_COUNT;
			created := rows - rejected - duplicates - known;
			IF this.mode <> 'skip' AND known > 0 THEN
				IF this.dry_run THEN
					EXECUTE 'SELECT count(*) FROM voters v,
					    ' || differs INTO updated;
				ELSE
					EXECUTE format('UPDATE voters v
					    SET %s FROM %s', assign, differs);
					GET DIAGNOSTICS updated = ROW_COUNT;
				END IF;
			END IF;
			IF NOT this.dry_run AND created > 0 THEN
				EXECUTE format(CASE WHEN p_campaign_id IS NULL
				    THEN '%s' ELSE 'WITH made AS
					(%s RETURNING voter_id)
					INSERT INTO campaign_voters
					    (campaign_id, voter_id)
					SELECT $1, voter_id FROM made' END,
				    format('INSERT INTO voters (%s)
					SELECT %s FROM pg_temp.import_stage s
					WHERE s.reject_message IS NULL %s',
					targets, sources,
					CASE WHEN known > 0 THEN
					'AND NOT EXISTS (SELECT
					    FROM pg_temp.import_match m
					    WHERE m.line = s.line)'
					ELSE '' END))
				USING p_campaign_id;
			END IF;
			EXIT;
		EXCEPTION WHEN unique_violation THEN
			GET STACKED DIAGNOSTICS taken = CONSTRAINT_NAME;
			IF taken NOT LIKE 'voters_registration%'
			OR attempt = 3 THEN
				RAISE;
			END IF;
			-- Somebody with this registration id was stored since
			-- import_refuse() looked.  Look again.
			DROP TABLE pg_temp.import_match;
			IF NOT caller_is_admin() THEN
				DROP TABLE pg_temp.import_unseen;
				PERFORM import_refuse();
			END IF;
		END;
	END LOOP;
	unchanged := known - updated;
	IF NOT this.dry_run AND p_campaign_id IS NOT NULL AND known > 0 THEN
		INSERT INTO campaign_voters (campaign_id, voter_id)
		SELECT p_campaign_id, m.voter_id
		FROM pg_temp.import_match m
		WHERE NOT EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.campaign_id = p_campaign_id
		    AND cv.voter_id = m.voter_id)
		ON CONFLICT DO NOTHING;
	END IF;

	UPDATE imports i
	SET state = 'done', stage = NULL, campaign_id = p_campaign_id,
	    bytes_read = p_bytes, rows = import_merge.rows,
	    created = import_merge.created, updated = import_merge.updated,
	    unchanged = import_merge.unchanged,
	    duplicates = import_merge.duplicates,
	    rejected = import_merge.rejected, sha256 = p_sha256,
	    unmapped_columns = p_unmapped, finished_at = clock_timestamp()
	WHERE i.import_id = p_import_id;
	PERFORM set_config('cerberus.task', '', true);
	-- Rejected rows are people's data that nobody keeps in order.
	DELETE FROM import_rejects r USING imports i
	WHERE r.import_id = i.import_id
	AND i.started_at < now() - interval '90 days';
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.import_open(bigint, text, text, text, boolean, jsonb),
	cerberus.import_reap(), cerberus.import_stage(bigint),
	cerberus.import_merge(bigint, bigint, text[], boolean, bigint, bytea,
	text[])
	TO cerberus_app;

COMMIT;
