-- Revert cerberus:consent_lists from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.opt_out(bigint, text, text[], text, text);
DROP FUNCTION cerberus.opt_out_merge(bigint, text, text);
DROP FUNCTION cerberus.opt_out_stage();

-- May the campaign contact this voter by this channel?  The newest confirmed
-- consent decides; without one, the voter's contact_* flag; without both, no.
-- A flag that is false always prevents it.  Consents without a campaign apply
-- to all; p_campaign_id null considers the consents of every campaign.
CREATE OR REPLACE FUNCTION cerberus.may_contact(v cerberus.voters, p_channel text,
	p_campaign_id bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT CASE p_channel
	    WHEN 'email' THEN v.email_address IS NOT NULL
		AND v.contact_email IS NOT FALSE
	    WHEN 'phone' THEN v.phone_number IS NOT NULL
		AND v.contact_phone IS NOT FALSE
	    WHEN 'sms' THEN v.phone_number IS NOT NULL
		AND v.contact_sms IS NOT FALSE
	    ELSE v.street_address IS NOT NULL
		AND v.contact_mail IS NOT FALSE END
	AND coalesce((SELECT c.granted FROM cerberus.consents c
	    LEFT JOIN cerberus.opt_outs o ON o.opt_out_id = c.opt_out_id
	    WHERE c.voter_id = v.voter_id AND c.channel = p_channel
	    AND c.confirmed
	    AND (p_campaign_id IS NULL OR c.campaign_id IS NULL
		OR c.campaign_id = p_campaign_id)
	    AND o.undone_at IS NULL
	    ORDER BY c.created_at DESC, c.consent_id DESC LIMIT 1),
	    CASE p_channel WHEN 'email' THEN v.contact_email
	    WHEN 'phone' THEN v.contact_phone WHEN 'sms' THEN v.contact_sms
	    ELSE v.contact_mail END, false)
$$;

-- Record a consent, or with p_granted false its withdrawal, and return its id.
CREATE OR REPLACE FUNCTION cerberus.record_consent(p_voter_id bigint,
	p_campaign_id bigint, p_channel text, p_granted boolean,
	p_source text, p_wording text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM cerberus.check_contact(p_voter_id, p_campaign_id);
	INSERT INTO cerberus.consents (voter_id, campaign_id, channel,
	    granted, source, wording, user_id, created_at)
	VALUES (p_voter_id, p_campaign_id, p_channel, p_granted,
	    coalesce(p_source, 'Staff'), p_wording, cerberus.caller_id(),
	    clock_timestamp());
	RETURN currval('cerberus.consents_consent_id_seq');
END
$$;

DROP FUNCTION cerberus.opt_out_record(bigint, bigint, text, boolean, text);

-- Opt out every voter of the campaign who has one of these e-mail addresses or
-- phone numbers.  unknown: at most 50 of those that matched no voter.
CREATE FUNCTION cerberus.opt_out(p_campaign_id bigint, p_channel text,
	p_contacts text[], p_source text)
RETURNS TABLE (opt_out_id bigint, matched bigint, unmatched bigint,
	unknown text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	id bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM cerberus.campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id), COLUMN = 'campaign_id';
	END IF;
	INSERT INTO cerberus.opt_outs (campaign_id, channel, contacts)
	VALUES (p_campaign_id, p_channel, cardinality(p_contacts));
	id := currval('cerberus.opt_outs_opt_out_id_seq');
	RETURN QUERY WITH given AS (
	    SELECT DISTINCT g.contact FROM unnest(p_contacts) g (contact)
	), found AS (
	    SELECT g.contact, v.voter_id FROM given g
	    JOIN cerberus.voters v ON v.email_address = g.contact
	    UNION
	    SELECT g.contact, v.voter_id FROM given g
	    JOIN cerberus.voters v ON v.phone_number = g.contact
	    -- Text that is not a phone number matches no voter.
	    AND g.contact ~ '^\+[1-9][0-9]{6,14}$'
	), own AS (
	    SELECT f.contact, f.voter_id FROM found f
	    JOIN cerberus.campaign_voters cv ON cv.voter_id = f.voter_id
	    AND cv.campaign_id = p_campaign_id
	), said AS (
	    INSERT INTO cerberus.consents (voter_id, campaign_id, channel,
		granted, source, opt_out_id, user_id, created_at)
	    SELECT DISTINCT o.voter_id, p_campaign_id, p_channel, false,
		coalesce(p_source, 'Opt-out list'), id, cerberus.caller_id(),
		clock_timestamp()
	    FROM own o RETURNING 1
	), missing AS (
	    SELECT g.contact FROM given g
	    WHERE g.contact NOT IN (SELECT o.contact FROM own o)
	)
	SELECT id, (SELECT count(*) FROM said), (SELECT count(*) FROM missing),
	    ARRAY(SELECT m.contact FROM missing m ORDER BY 1 LIMIT 50);
	UPDATE cerberus.opt_outs o SET matched = (SELECT count(*)
	    FROM cerberus.consents c WHERE c.opt_out_id = id)
	WHERE o.opt_out_id = id;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.opt_out(bigint, text, text[], text)
	TO cerberus_app;

COMMIT;
