-- Revert cerberus:voter_find from pg
--
-- signup as it was before, in full: it had the search in itself.
BEGIN;
SET LOCAL ROLE cerberus_owner;

CREATE OR REPLACE FUNCTION cerberus.signup(p_campaign_id bigint, p_first_name text,
	p_middle_name text, p_last_name text, p_email text, p_phone text,
	p_interaction_type text, p_notes text, p_consents jsonb,
	p_custom jsonb, p_remote inet, p_page_url text DEFAULT NULL,
	p_user_agent text DEFAULT NULL, p_wording text DEFAULT NULL)
RETURNS TABLE (voter_id bigint, interaction_id bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 AS $$
#variable_conflict use_column
DECLARE
	email_lock bigint := pg_catalog.hashtextextended(p_email, 1);
	phone_lock bigint := pg_catalog.hashtextextended(p_phone, 2);
	kind text := coalesce(p_interaction_type, 'Website Signup');
	custom jsonb := nullif(p_custom, '{}');
	known record;
BEGIN
	-- Equal signups at the same instant make one voter: the second waits
	-- here, and its search below starts after the first has committed.
	-- The smaller key first, so that no two wait for each other.
	PERFORM pg_catalog.pg_advisory_xact_lock(
	    least(email_lock, phone_lock)),
	    pg_catalog.pg_advisory_xact_lock(
	    greatest(email_lock, phone_lock));

	SELECT v.voter_id, v.middle_name, v.phone_number, v.email_address,
	    v.custom_fields
	INTO known
	FROM cerberus.campaigns c
	LEFT JOIN LATERAL (SELECT * FROM cerberus.voters
	    WHERE email_address = p_email
	    ORDER BY email_address, voter_id LIMIT 1) v ON true
	WHERE c.campaign_id = p_campaign_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = pg_catalog.format(
			'Campaign with ID %s not found.', p_campaign_id),
		    DETAIL = 'not_found';
	END IF;
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
		RETURNING v.voter_id INTO signup.voter_id;
	ELSE
		signup.voter_id := known.voter_id;
		-- Interests are kept beside older ones; the newest word counts.
		IF custom IS NOT NULL AND pg_catalog.jsonb_typeof(
		    known.custom_fields -> 'interests') = 'object' THEN
			custom := (known.custom_fields -> 'interests') || custom;
		END IF;
		IF custom <> known.custom_fields -> 'interests'
		OR custom IS NOT NULL AND NOT known.custom_fields ? 'interests'
		OR known.email_address IS NULL
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
			WHERE v.voter_id = signup.voter_id;
		END IF;
	END IF;

	WITH joined AS (
		INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
		VALUES (p_campaign_id, signup.voter_id)
		ON CONFLICT DO NOTHING
	), consented AS (
		INSERT INTO cerberus.consents (voter_id, campaign_id, channel,
		    granted, source, remote_address, page_url, user_agent,
		    wording)
		SELECT signup.voter_id, p_campaign_id, c.key, c.value::boolean,
		    kind, p_remote, p_page_url, p_user_agent, p_wording
		FROM pg_catalog.jsonb_each_text(p_consents) c
		WHERE c.value IS NOT NULL
	)
	INSERT INTO cerberus.interactions AS i (voter_id, campaign_id, user_id,
	    interaction_type, notes, outcome)
	VALUES (signup.voter_id, p_campaign_id, NULL, kind, p_notes,
	    'Signed Up')
	RETURNING i.interaction_id INTO signup.interaction_id;
	RETURN NEXT;
END
$$;

DROP FUNCTION cerberus.voter_find(bigint, text, text, text, text, text,
	jsonb);

COMMIT;
