-- Deploy cerberus:signup to pg
-- requires: signup@v0.1.0 consent_lists
--
-- A visitor's refusal outlives the voter, and a visitor's consent lifts no
-- opt-out.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Has the voter opted out of this channel of the campaign?  An address or number
-- that has opted out decides, then the last record of staff, a list or a file.
-- A box that a visitor left unticked is not an opt-out.
CREATE OR REPLACE FUNCTION cerberus.opted_out(p_voter_id bigint, p_campaign_id bigint,
	p_channel text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT CASE p_channel WHEN 'email' THEN v.contact_email
	    WHEN 'phone' THEN v.contact_phone WHEN 'sms' THEN v.contact_sms
	    ELSE v.contact_mail END IS FALSE
	OR EXISTS (SELECT FROM (
	    SELECT c.granted FROM cerberus.consents c
	    LEFT JOIN cerberus.opt_outs o ON o.opt_out_id = c.opt_out_id
	    WHERE c.voter_id = v.voter_id AND c.channel = p_channel
	    AND (c.campaign_id IS NULL OR c.campaign_id = p_campaign_id)
	    AND NOT c.by_visitor AND o.undone_at IS NULL
	    ORDER BY c.created_at DESC, c.consent_id DESC LIMIT 1) newest
	    WHERE NOT newest.granted)
	OR EXISTS (SELECT FROM cerberus.opt_out_contacts x
	    WHERE x.lifted_at IS NULL AND x.channel = p_channel
	    AND x.contact IN (v.email_address, v.phone_number, v.mobile_phone,
		v.home_phone, v.work_phone)
	    AND (x.campaign_id IS NULL OR x.campaign_id = p_campaign_id))
	FROM cerberus.voters v WHERE v.voter_id = p_voter_id
$$;

-- Record what a visitor answered about being contacted: an object such as
-- {"email": true, "sms": false}.  p_email and p_phone are what the visitor gave;
-- p_source names the form.
--
-- A consent counts only if neither the voter nor the address that the visitor
-- gave has opted out.  A refusal by a voter whom the campaign might contact so
-- far is an opt-out of that address or number.
CREATE FUNCTION cerberus.visitor_consents(p_voter_id bigint,
	p_campaign_id bigint, p_email text, p_phone text, p_consents jsonb,
	p_source text, p_remote inet DEFAULT NULL, p_page_url text DEFAULT NULL,
	p_user_agent text DEFAULT NULL, p_wording text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	-- Text that is not a phone number is not a contact.
	number text := CASE WHEN p_phone ~ '^[+][1-9][0-9]{6,14}$'
	    THEN p_phone END;
	withdrawn text[];
BEGIN
	-- Before the refusal is recorded, may_contact() shows what it changes.
	IF 'false' IN (SELECT value FROM jsonb_each_text(p_consents)) THEN
		WITH made AS (
			INSERT INTO opt_out_contacts AS o (campaign_id,
			    contact, channel, source, user_id)
			SELECT p_campaign_id, x.contact, c.key, p_source, NULL
			FROM jsonb_each_text(p_consents) c
			CROSS JOIN LATERAL (SELECT CASE WHEN c.key IN ('phone',
			    'sms') THEN coalesce(number, p_email)
			    ELSE p_email END) x (contact), voters v
			WHERE c.value = 'false' AND x.contact IS NOT NULL
			AND v.voter_id = p_voter_id
			AND may_contact(v, c.key, p_campaign_id)
			ON CONFLICT DO NOTHING RETURNING o.contact
		) SELECT array_agg(m.contact) INTO withdrawn FROM made m;
	END IF;
	INSERT INTO consents (voter_id, campaign_id, channel, granted, source,
	    remote_address, page_url, user_agent, wording, by_visitor,
	    confirmed)
	SELECT p_voter_id, p_campaign_id, c.key, c.value::boolean, p_source,
	    p_remote, p_page_url, p_user_agent, p_wording, true,
	    NOT (c.value::boolean AND
		(opted_out(p_voter_id, p_campaign_id, c.key)
		OR EXISTS (SELECT FROM opt_out_contacts x
		    WHERE x.lifted_at IS NULL AND x.channel = c.key
		    AND x.contact IN (p_email, number)
		    AND (x.campaign_id IS NULL
			OR x.campaign_id = p_campaign_id))))
	FROM jsonb_each_text(p_consents) c
	WHERE c.value IS NOT NULL;
	IF withdrawn IS NOT NULL THEN
		PERFORM opt_out_touch(withdrawn);
	END IF;
END
$$;

-- Store a signup: the voter, the interaction and the consents.  Return no row
-- if there is no such campaign, or if enter() has refused the request.
-- p_consents is an object such as {"email": true, "sms": false}; p_remote,
-- p_page_url, p_user_agent and p_wording, the text that was shown, are stored
-- as proof.  p_custom: other interests.
CREATE OR REPLACE FUNCTION cerberus.signup(p_campaign_id bigint,
	p_first_name text, p_middle_name text, p_last_name text, p_email text,
	p_phone text, p_interaction_type text, p_notes text, p_consents jsonb,
	p_custom jsonb, p_remote inet, p_page_url text DEFAULT NULL,
	p_user_agent text DEFAULT NULL, p_wording text DEFAULT NULL)
RETURNS TABLE (voter_id bigint, interaction_id bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	kind text := coalesce(p_interaction_type, 'Website Signup');
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF refused() OR NOT EXISTS (SELECT FROM campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RETURN;
	END IF;
	signup.voter_id := voter_find(p_campaign_id, p_first_name,
	    p_middle_name, p_last_name, p_email, p_phone, p_custom, false);
	IF p_consents <> '{}' THEN
		PERFORM visitor_consents(signup.voter_id, p_campaign_id,
		    p_email, p_phone, p_consents, kind, p_remote, p_page_url,
		    p_user_agent, p_wording);
	END IF;
	INSERT INTO interactions AS i (voter_id, campaign_id, user_id,
	    interaction_type, notes, outcome)
	VALUES (signup.voter_id, p_campaign_id, NULL, kind, p_notes,
	    'Signed Up')
	RETURNING i.interaction_id INTO signup.interaction_id;
	RETURN NEXT;
END
$$;

COMMIT;
