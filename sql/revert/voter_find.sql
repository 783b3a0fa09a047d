-- Revert cerberus:voter_find from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

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
	first text := lower(p_first_name);
	last text := lower(p_last_name);
	email_lock bigint := hashtextextended(p_email, 1);
	phone_lock bigint := hashtextextended(number, 2);
	custom jsonb := nullif(p_custom, '{}');
	known record;
	found_id bigint;
BEGIN
	-- Two signups of one person at the same instant must create one voter:
	-- the second waits here, and searches after the first has committed.
	-- The order of the keys prevents a deadlock.
	PERFORM pg_advisory_xact_lock(least(email_lock, phone_lock)),
	    pg_advisory_xact_lock(greatest(email_lock, phone_lock));

	-- The order matters.  coalesce() stops at the first match.
	found_id := coalesce(
	    (SELECT v.voter_id FROM voters v
	    WHERE v.email_address = p_email
	    AND (NOT p_donor OR lower(v.first_name) = first)
	    AND EXISTS (SELECT FROM campaign_voters m
		WHERE m.voter_id = v.voter_id
		AND m.campaign_id = p_campaign_id)
	    ORDER BY v.email_address, v.voter_id LIMIT 1),
	    (SELECT v.voter_id FROM voters v
	    WHERE v.phone_number = number
	    AND (NOT p_donor OR lower(v.first_name) = first
		AND lower(v.last_name) = last)
	    AND EXISTS (SELECT FROM campaign_voters m
		WHERE m.voter_id = v.voter_id
		AND m.campaign_id = p_campaign_id)
	    ORDER BY v.phone_number, v.voter_id LIMIT 1),
	    (SELECT v.voter_id FROM voters v
	    WHERE v.email_address = p_email
	    AND lower(v.first_name) = first AND lower(v.last_name) = last
	    ORDER BY v.email_address, v.voter_id LIMIT 1),
	    (SELECT v.voter_id FROM voters v
	    WHERE v.phone_number = number
	    AND lower(v.first_name) = first AND lower(v.last_name) = last
	    ORDER BY v.phone_number, v.voter_id LIMIT 1));

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
