-- Deploy cerberus:voter_find to pg
-- requires: voter_find@v0.1.0 tallies
--
-- The voters of signups and donations are found by folded names, and a new one
-- is added to the names with all of their parts.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Create a voter in a campaign, which exists, and return the id.  Most signups
-- are of new people.  The triggers of voters and campaign_voters would write
-- the audit entry, the tallies and the names in separate statements, at twice
-- the cost of everything else.  This function writes the same in one statement,
-- and sets cerberus.task so that the triggers do not write it again.
CREATE OR REPLACE FUNCTION cerberus.voter_new(p_campaign_id bigint,
	p_first_name text, p_middle_name text, p_last_name text, p_email text,
	p_phone text, p_custom jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp
-- names_add() would be planned for each new name, which takes longer than it.
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	-- An assignment costs a tenth of PERFORM.
	task text := set_config('cerberus.task', 'signup', true);
	new_id bigint := nextval('voters_voter_id_seq');
	last text := name_fold(p_last_name);
	first text := name_fold(p_first_name);
	-- Initials are not counted.
	middle text := CASE WHEN length(p_middle_name) > 1
	    THEN name_fold(p_middle_name) END;
	-- An entry for a visitor needs no look-up of a token.
	author bigint := CASE WHEN current_setting('cerberus.token', true) <> ''
	    THEN caller_id() END;
	request text := nullif(current_setting('cerberus.request', true), '');
	known boolean;
BEGIN
	WITH made AS (
		INSERT INTO voters AS v (voter_id, first_name, middle_name,
		    last_name, email_address, phone_number,
		    source_campaign_id, custom_fields)
		VALUES (new_id, p_first_name, p_middle_name, p_last_name,
		    p_email, p_phone, p_campaign_id, p_custom)
	), joined AS (
		INSERT INTO campaign_voters (campaign_id, voter_id)
		VALUES (p_campaign_id, new_id)
	), tallied AS (
		INSERT INTO tallies (scope, block, n)
		SELECT k.scope, k.block, 1 FROM (VALUES (0, new_id >> 10),
		    (p_campaign_id, new_id >> 10),
		    (-1, hashtextextended(last, 0)),
		    (-2, hashtextextended(first, 0)),
		    (-3, hashtextextended(middle, 0))) k (scope, block)
		WHERE k.block IS NOT NULL
	), audited AS (
		INSERT INTO audit_log (user_id, request_id, action,
		    table_name, row_id, after)
		VALUES (author, request, 'insert', 'voters', new_id,
		    jsonb_strip_nulls(jsonb_build_object('voter_id', new_id,
			'first_name', p_first_name, 'middle_name',
			p_middle_name, 'last_name', p_last_name,
			'email_address', p_email, 'phone_number', p_phone,
			'source_campaign_id', p_campaign_id, 'custom_fields',
			p_custom)))
	)
	SELECT EXISTS (SELECT FROM voter_names o
	    WHERE o.name = last AND o.is_last)
	AND EXISTS (SELECT FROM voter_names o
	    WHERE o.name = first AND NOT o.is_last)
	AND (middle IS NULL OR EXISTS (SELECT FROM voter_names o
	    WHERE o.name = middle AND NOT o.is_last))
	INTO known;
	task := set_config('cerberus.task', '', true);
	IF NOT known THEN
		PERFORM names_add(ARRAY[last, first, middle],
		    '{true,false,false}');
	END IF;
	IF random() < 0.002 THEN
		PERFORM merge_tallies();
	END IF;
	RETURN new_id;
END
$$;

-- Find the voter of a signup or, with p_donor, of a donation, or create one,
-- and let the voter join the campaign.  Return the id.  Known values are kept,
-- and blank ones filled.  The input is validated and normalised: e-mail
-- addresses in lower case, phone numbers as E.164 or as text that is not a
-- number, null for blank.  The campaign exists.
--
-- A voter of the campaign matches by e-mail address, then by phone number.  A
-- voter of other campaigns only must match by both names too: otherwise a
-- visitor who knows an address could bring its owner's record into any
-- campaign.  People who share an address are two donors, so with p_donor an
-- e-mail address counts together with the first name, and a phone number with
-- both names.  Text that is not a phone number matches no voter.
CREATE OR REPLACE FUNCTION cerberus.voter_find(p_campaign_id bigint, p_first_name text,
	p_middle_name text, p_last_name text, p_email text, p_phone text,
	p_custom jsonb, p_donor boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	number text := CASE WHEN p_phone ~ '^[+][1-9][0-9]{6,14}$'
	    THEN p_phone END;
	first text := name_fold(p_first_name);
	last text := name_fold(p_last_name);
	email_lock bigint := hashtextextended(p_email, 1);
	phone_lock bigint := hashtextextended(number, 2);
	custom jsonb := nullif(p_custom, '{}');
	known record;
	found_id bigint;
BEGIN
	-- Two signups of one person at the same instant must create one voter:
	-- the second waits here, and searches after the first has committed.
	-- The order of the keys prevents a deadlock.  A file of gifts has more
	-- donors than PostgreSQL has room for locks, and sets cerberus.bulk.
	IF current_setting('cerberus.bulk', true) IS DISTINCT FROM 'on' THEN
		PERFORM pg_advisory_xact_lock(least(email_lock, phone_lock)),
		    pg_advisory_xact_lock(greatest(email_lock, phone_lock));
	END IF;

	-- Most signups are of new people, whom two look-ups rule out.
	IF EXISTS (SELECT FROM voters v WHERE v.email_address = p_email)
	OR EXISTS (SELECT FROM voters v WHERE v.phone_number = number) THEN
		-- The order matters.  coalesce() stops at the first match.
		found_id := coalesce(
		    (SELECT v.voter_id FROM voters v
		    WHERE v.email_address = p_email
		    AND (NOT p_donor OR name_fold(v.first_name) = first)
		    AND EXISTS (SELECT FROM campaign_voters m
			WHERE m.voter_id = v.voter_id
			AND m.campaign_id = p_campaign_id)
		    ORDER BY v.email_address, v.voter_id LIMIT 1),
		    (SELECT v.voter_id FROM voters v
		    WHERE v.phone_number = number
		    AND (NOT p_donor OR name_fold(v.first_name) = first
			AND name_fold(v.last_name) = last)
		    AND EXISTS (SELECT FROM campaign_voters m
			WHERE m.voter_id = v.voter_id
			AND m.campaign_id = p_campaign_id)
		    ORDER BY v.phone_number, v.voter_id LIMIT 1),
		    (SELECT v.voter_id FROM voters v
		    WHERE v.email_address = p_email
		    AND name_fold(v.first_name) = first
		    AND name_fold(v.last_name) = last
		    ORDER BY v.email_address, v.voter_id LIMIT 1),
		    (SELECT v.voter_id FROM voters v
		    WHERE v.phone_number = number
		    AND name_fold(v.first_name) = first
		    AND name_fold(v.last_name) = last
		    ORDER BY v.phone_number, v.voter_id LIMIT 1));
	END IF;

	IF found_id IS NULL THEN
		RETURN voter_new(p_campaign_id, p_first_name,
		    p_middle_name, p_last_name, p_email, p_phone,
		    CASE WHEN custom IS NULL THEN '{}' ELSE
			jsonb_build_object('interests', custom) END);
	ELSE
		SELECT v.middle_name, v.phone_number, v.email_address,
		    v.custom_fields
		INTO known FROM voters v WHERE v.voter_id = found_id;
		-- Add interests to the older ones; newer values win.
		IF custom IS NOT NULL AND jsonb_typeof(
		    known.custom_fields -> 'interests') = 'object' THEN
			custom := (known.custom_fields -> 'interests')
			    || custom;
			-- Bound what visitors can add to a voter.
			IF octet_length(custom::text) > 65536 THEN
				custom := p_custom;
			END IF;
		END IF;
		IF custom <> known.custom_fields -> 'interests'
		OR custom IS NOT NULL AND NOT known.custom_fields ? 'interests'
		OR known.email_address IS NULL AND p_email IS NOT NULL
		OR known.phone_number IS NULL AND p_phone IS NOT NULL
		OR known.middle_name IS NULL AND p_middle_name IS NOT NULL THEN
			UPDATE voters v
			SET email_address = coalesce(v.email_address, p_email),
			    phone_number = coalesce(v.phone_number, p_phone),
			    middle_name = coalesce(v.middle_name,
				p_middle_name),
			    custom_fields = v.custom_fields || CASE
				WHEN custom IS NULL THEN '{}'
				ELSE jsonb_build_object('interests',
				    custom) END
			WHERE v.voter_id = found_id;
		END IF;
	END IF;

	INSERT INTO campaign_voters (campaign_id, voter_id)
	VALUES (p_campaign_id, found_id)
	ON CONFLICT DO NOTHING;
	RETURN found_id;
END
$$;

COMMIT;
