-- Deploy cerberus:voter_new to pg
-- requires: voter_find audit search
--
-- A visitor whom nobody knows yet is what signups are mostly about.  The
-- triggers of voters and campaign_voters would write the audit entry, the
-- tallies and the names one statement after the other, at twice the cost of
-- all the rest; voter_new() writes the same in one statement and tells them
-- to stand back.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- As audit does: the setting counts in our own functions only.
DROP TRIGGER tally_added ON cerberus.voters;
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.import', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_voters();
DROP TRIGGER tally_joined ON cerberus.campaign_voters;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
	WHEN (current_user <> 'cerberus_owner' OR coalesce(
	    current_setting('cerberus.import', true), '') <> 'signup')
	EXECUTE FUNCTION cerberus.tally_joined();

-- A new voter with all that belongs to one, in a campaign that exists.
CREATE FUNCTION cerberus.voter_new(p_campaign_id bigint,
	p_first_name text, p_middle_name text, p_last_name text, p_email text,
	p_phone text, p_custom jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
	new_id bigint;
BEGIN
	PERFORM pg_catalog.set_config('cerberus.import', 'signup', true);
	WITH made AS (
		INSERT INTO cerberus.voters AS v (first_name, middle_name,
		    last_name, email_address, phone_number,
		    source_campaign_id, custom_fields)
		VALUES (p_first_name, p_middle_name, p_last_name, p_email,
		    p_phone, p_campaign_id, p_custom)
		RETURNING v.voter_id
	), joined AS (
		INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
		SELECT p_campaign_id, m.voter_id FROM made m
	), tallied AS (
		INSERT INTO cerberus.tallies (scope, block, n)
		SELECT 0, m.voter_id >> 10, 1 FROM made m
		UNION ALL SELECT p_campaign_id, m.voter_id >> 10, 1 FROM made m
		UNION ALL SELECT -1, pg_catalog.hashtextextended(
		    pg_catalog.lower(p_last_name), 0), 1
		UNION ALL SELECT -2, pg_catalog.hashtextextended(
		    pg_catalog.lower(p_first_name), 0), 1
	), named AS (
		INSERT INTO cerberus.voter_names (name, is_last)
		SELECT k.name, k.is_last
		FROM (VALUES (pg_catalog.lower(p_last_name), true),
		    (pg_catalog.lower(p_first_name), false)) k (name, is_last)
		WHERE NOT EXISTS (SELECT FROM cerberus.voter_names o
		    WHERE o.name = k.name AND o.is_last = k.is_last)
		RETURNING name, is_last
	), edited AS (
		INSERT INTO cerberus.name_edits (edit, name, is_last)
		SELECT e, n.name, n.is_last
		FROM named n, cerberus.edits_of(n.name) e
	), audited AS (
		INSERT INTO cerberus.audit_log (user_id, request_id, action,
		    table_name, row_id, after)
		SELECT cerberus.caller_id(), nullif(pg_catalog.current_setting(
			'cerberus.request', true), ''), 'insert', 'voters',
		    m.voter_id, pg_catalog.jsonb_strip_nulls(
			pg_catalog.jsonb_build_object('voter_id', m.voter_id,
			'first_name', p_first_name, 'middle_name',
			p_middle_name, 'last_name', p_last_name,
			'email_address', p_email, 'phone_number', p_phone,
			'source_campaign_id', p_campaign_id, 'custom_fields',
			p_custom))
		FROM made m
	)
	SELECT m.voter_id INTO new_id FROM made m;
	PERFORM pg_catalog.set_config('cerberus.import', '', true);
	IF pg_catalog.random() < 0.002 THEN
		PERFORM cerberus.merge_tallies();
	END IF;
	RETURN new_id;
END
$$;

CREATE OR REPLACE FUNCTION cerberus.voter_find(p_campaign_id bigint, p_first_name text,
	p_middle_name text, p_last_name text, p_email text, p_phone text,
	p_custom jsonb)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
	email_lock bigint := pg_catalog.hashtextextended(p_email, 1);
	phone_lock bigint := pg_catalog.hashtextextended(p_phone, 2);
	custom jsonb := nullif(p_custom, '{}');
	known record;
	found_id bigint;
BEGIN
	-- Equal visitors at the same instant make one voter: the second waits
	-- here, and its search below starts after the first has committed.
	-- The smaller key first, so that no two wait for each other.
	PERFORM pg_catalog.pg_advisory_xact_lock(
	    least(email_lock, phone_lock)),
	    pg_catalog.pg_advisory_xact_lock(
	    greatest(email_lock, phone_lock));

	SELECT v.voter_id, v.middle_name, v.phone_number, v.email_address,
	    v.custom_fields
	INTO known
	FROM cerberus.voters v
	WHERE v.email_address = p_email
	ORDER BY v.email_address, v.voter_id LIMIT 1;
	-- Text that is not a number is kept, and finds nobody.
	IF known.voter_id IS NULL AND p_phone ~ '^\+[1-9][0-9]{6,14}$' THEN
		SELECT v.voter_id, v.middle_name, v.phone_number,
		    v.email_address, v.custom_fields
		INTO known
		FROM cerberus.voters v
		WHERE v.phone_number = p_phone
		ORDER BY v.phone_number, v.voter_id LIMIT 1;
	END IF;

	IF known.voter_id IS NULL THEN
		RETURN cerberus.voter_new(p_campaign_id, p_first_name,
		    p_middle_name, p_last_name, p_email, p_phone,
		    CASE WHEN custom IS NULL THEN '{}' ELSE
			pg_catalog.jsonb_build_object('interests', custom) END);
	ELSE
		found_id := known.voter_id;
		-- Interests are kept beside older ones; the newest word counts.
		IF custom IS NOT NULL AND pg_catalog.jsonb_typeof(
		    known.custom_fields -> 'interests') = 'object' THEN
			custom := (known.custom_fields -> 'interests') || custom;
			-- Strangers do not make a voter grow without end.
			IF pg_catalog.octet_length(custom::text) > 65536 THEN
				custom := p_custom;
			END IF;
		END IF;
		IF custom <> known.custom_fields -> 'interests'
		OR custom IS NOT NULL AND NOT known.custom_fields ? 'interests'
		OR known.email_address IS NULL AND p_email IS NOT NULL
		OR known.phone_number IS NULL AND p_phone IS NOT NULL
		OR known.middle_name IS NULL AND p_middle_name IS NOT NULL THEN
			UPDATE cerberus.voters v
			SET email_address = coalesce(v.email_address, p_email),
			    phone_number = coalesce(v.phone_number, p_phone),
			    middle_name = coalesce(v.middle_name,
				p_middle_name),
			    custom_fields = v.custom_fields || CASE
				WHEN custom IS NULL THEN '{}'
				ELSE pg_catalog.jsonb_build_object('interests',
				    custom) END
			WHERE v.voter_id = found_id;
		END IF;
	END IF;

	INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
	VALUES (p_campaign_id, found_id)
	ON CONFLICT DO NOTHING;
	RETURN found_id;
END
$$;

COMMIT;
