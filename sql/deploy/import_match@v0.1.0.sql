-- Deploy cerberus:import_match to pg
-- requires: import_collapse
--
-- Which rows of the stage describe a voter who is known already.
--
-- A matched voter joins the import's campaign and is visible to the caller from
-- then on.  So a voter whom the caller does not see yet is matched by both
-- names and something besides, never by a name or a number alone.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Reject the rows whose registration id belongs to a voter whom the caller does
-- not see and who has another name: such a row can neither be stored nor
-- matched.  This runs before import_collapse(), so that a correct row is not
-- lost to a wrong one.  import_unseen keeps the rows whose names agree.
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

-- An SQL condition: does the caller, who is a viewer of the campaigns $2, see
-- the voter v?
CREATE FUNCTION cerberus.import_seen() RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT 'EXISTS (SELECT FROM cerberus.campaign_voters cv
		    WHERE cv.voter_id = v.voter_id
		    AND cv.campaign_id = ANY ($2))'
$$;

-- The SQL statement that matches rows by one of the rules 2 to 5.  The rules
-- are similar to those of import_keys(): 2 is e-mail address and one name, 3
-- phone number and both names, 4 both names, date of birth and ZIP code, 5 the
-- names alone.  A voter whom the caller does not see needs both names under
-- rule 2, and is never matched by rule 5.  Of several candidates the one with
-- both names equal is preferred.  The statement returns how many rows found a
-- voter, and how many got one.
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
	-- A row with only a name matches a voter with nothing but a name, if
	-- nothing else in the two differs.
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

-- Find the known voters.  import_match holds pairs of line and voter_id, each
-- line and each voter at most once.
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
	-- If all ids are of one state, a voter with an id of that state is
	-- found by the id or not at all.
	one_state := one_state AND keyed = total AND states IN (0, total);

	CREATE TEMPORARY TABLE import_match (line bigint, voter_id bigint)
	ON COMMIT DROP;
	IF keyed > 0 THEN
		-- A voter who was stored since import_refuse() looked is not
		-- found here; the unique index reports it to import_merge().
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
	-- A file that was exported from here contains voter ids.  They match
	-- only voters whom the caller sees: ids are easily guessed, and a
	-- matched voter joins the campaign.
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

	-- Apply the rules in their order.  A voter is matched by one row, the
	-- best of those that found it; the other rows look again.
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

COMMIT;
