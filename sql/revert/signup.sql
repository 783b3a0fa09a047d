-- Revert cerberus:signup from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Has the voter opted out of this channel of the campaign?  The last record of
-- staff, a list or a file decides; a box that a visitor left unticked is not an
-- opt-out.
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
	FROM cerberus.voters v WHERE v.voter_id = p_voter_id
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

	WITH consented AS (
		INSERT INTO consents (voter_id, campaign_id, channel,
		    granted, source, remote_address, page_url, user_agent,
		    wording, by_visitor, confirmed)
		SELECT signup.voter_id, p_campaign_id, c.key, c.value::boolean,
		    kind, p_remote, p_page_url, p_user_agent, p_wording, true,
		    NOT (c.value::boolean AND
			opted_out(signup.voter_id, p_campaign_id,
			c.key))
		FROM jsonb_each_text(p_consents) c
		WHERE c.value IS NOT NULL
	)
	INSERT INTO interactions AS i (voter_id, campaign_id, user_id,
	    interaction_type, notes, outcome)
	VALUES (signup.voter_id, p_campaign_id, NULL, kind, p_notes,
	    'Signed Up')
	RETURNING i.interaction_id INTO signup.interaction_id;
	RETURN NEXT;
END
$$;

DROP FUNCTION cerberus.visitor_consents(bigint, bigint, text, text, jsonb,
	text, inet, text, text, text);

COMMIT;
