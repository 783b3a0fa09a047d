-- Revert cerberus:voter_new from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

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
	IF known.voter_id IS NULL AND p_phone IS NOT NULL THEN
		SELECT v.voter_id, v.middle_name, v.phone_number,
		    v.email_address, v.custom_fields
		INTO known
		FROM cerberus.voters v
		WHERE v.phone_number = p_phone
		ORDER BY v.phone_number, v.voter_id LIMIT 1;
	END IF;

	IF known.voter_id IS NULL THEN
		INSERT INTO cerberus.voters AS v (first_name, middle_name,
		    last_name, email_address, phone_number,
		    source_campaign_id, custom_fields)
		VALUES (p_first_name, p_middle_name, p_last_name, p_email,
		    p_phone, p_campaign_id, CASE WHEN custom IS NULL THEN '{}'
			ELSE pg_catalog.jsonb_build_object('interests', custom)
		    END)
		RETURNING v.voter_id INTO found_id;
	ELSE
		found_id := known.voter_id;
		-- Interests are kept beside older ones; the newest word counts.
		IF custom IS NOT NULL AND pg_catalog.jsonb_typeof(
		    known.custom_fields -> 'interests') = 'object' THEN
			custom := (known.custom_fields -> 'interests') || custom;
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

DROP FUNCTION cerberus.voter_new(bigint, text, text, text, text, text, jsonb);

DROP TRIGGER tally_added ON cerberus.voters;
CREATE TRIGGER tally_added AFTER INSERT ON cerberus.voters
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_voters();
DROP TRIGGER tally_joined ON cerberus.campaign_voters;
CREATE TRIGGER tally_joined AFTER INSERT ON cerberus.campaign_voters
	REFERENCING NEW TABLE AS changed
	FOR EACH STATEMENT EXECUTE FUNCTION cerberus.tally_joined();

COMMIT;
