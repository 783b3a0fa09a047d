-- Deploy cerberus:consent_lists to pg
-- requires: consent_lists@v0.1.0 opt_out_contacts
--
-- Lists and files of opt-outs, which are added to opt_out_contacts; and what an
-- opt-out means for may_contact() and for consents that staff record.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- May the campaign contact this voter by this channel?  Not if one of the
-- voter's addresses or numbers has opted out.  Otherwise the newest confirmed
-- consent decides; without one, the voter's contact_* flag; without both, no.
-- A flag that is false always prevents it.  Opt-outs and consents without a
-- campaign apply to all; p_campaign_id null considers those of every campaign.
-- The cost makes the planner test the filter's other conditions first, even one
-- that reads a table with policies.
CREATE OR REPLACE FUNCTION cerberus.may_contact(v cerberus.voters,
	p_channel text, p_campaign_id bigint) RETURNS boolean
LANGUAGE sql STABLE COST 100000 AS $$
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
	AND NOT EXISTS (SELECT FROM cerberus.opt_out_contacts x
	    WHERE x.lifted_at IS NULL AND x.channel = p_channel
	    AND x.contact IN (v.email_address, v.phone_number, v.mobile_phone,
		v.home_phone, v.work_phone)
	    AND (p_campaign_id IS NULL OR x.campaign_id IS NULL
		OR x.campaign_id = p_campaign_id))
$$;

-- What a consent that staff record means for the voter's addresses and numbers.
-- A refusal opts out the address or the numbers of the channel, so that it
-- outlives the voter.  A grant lifts the opt-outs of the campaign, or without
-- one of all campaigns.  Raise CB403, or CB409 if an opt-out applies to all
-- campaigns and the grant to one only.
CREATE FUNCTION cerberus.opt_out_record(p_voter_id bigint,
	p_campaign_id bigint, p_channel text, p_granted boolean,
	p_source text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	v voters;
	own bigint[];
	wide bigint;
	fresh text[];
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT coalesce(caller_is_admin()
	    OR p_campaign_id = ANY (caller_campaigns('editor'))
		AND EXISTS (SELECT FROM campaign_voters cv
		    WHERE cv.voter_id = p_voter_id
		    AND cv.campaign_id = ANY (caller_campaigns('viewer'))),
	    false) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	SELECT * INTO v FROM voters WHERE voter_id = p_voter_id;
	IF NOT p_granted THEN
		WITH made AS (
			INSERT INTO opt_out_contacts AS o (campaign_id,
			    contact, channel, source)
			SELECT DISTINCT p_campaign_id, c, p_channel, p_source
			FROM unnest(CASE p_channel
			    WHEN 'email' THEN ARRAY[v.email_address]
			    WHEN 'mail' THEN
				ARRAY[coalesce(v.email_address, v.phone_number)]
			    ELSE ARRAY[v.phone_number, v.mobile_phone,
				v.home_phone, v.work_phone] END) c
			WHERE c ~ '@|^[+][1-9][0-9]{6,14}$'
			ON CONFLICT DO NOTHING RETURNING o.contact
		) SELECT array_agg(m.contact) INTO fresh FROM made m;
		IF fresh IS NOT NULL THEN
			PERFORM opt_out_touch(fresh);
		END IF;
		RETURN;
	END IF;
	SELECT array_agg(o.contact_id)
	    FILTER (WHERE p_campaign_id IS NULL OR o.campaign_id IS NOT NULL),
	    min(o.contact_id)
	    FILTER (WHERE p_campaign_id IS NOT NULL AND o.campaign_id IS NULL)
	INTO own, wide
	FROM opt_out_contacts o
	WHERE o.contact IN (v.email_address, v.phone_number, v.mobile_phone,
	    v.home_phone, v.work_phone) AND o.channel = p_channel
	AND o.lifted_at IS NULL AND (p_campaign_id IS NULL
	    OR o.campaign_id IS NULL OR o.campaign_id = p_campaign_id);
	IF wide IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    'This voter has opted out of %s in all campaigns: an '
		    'administrator can lift opt-out %s.', p_channel, wide);
	END IF;
	PERFORM opt_out_end(own);
END
$$;

-- Record a consent, or with p_granted false its withdrawal, and return its id.
CREATE OR REPLACE FUNCTION cerberus.record_consent(p_voter_id bigint,
	p_campaign_id bigint, p_channel text, p_granted boolean,
	p_source text, p_wording text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	PERFORM cerberus.check_contact(p_voter_id, p_campaign_id);
	INSERT INTO cerberus.consents (voter_id, campaign_id, channel,
	    granted, source, wording, user_id, created_at)
	VALUES (p_voter_id, p_campaign_id, p_channel, p_granted,
	    coalesce(p_source, 'Staff'), p_wording, cerberus.caller_id(),
	    clock_timestamp());
	id := currval('cerberus.consents_consent_id_seq');
	PERFORM cerberus.opt_out_record(p_voter_id, p_campaign_id, p_channel,
	    p_granted, coalesce(p_source, 'Staff'));
	RETURN id;
END
$$;

-- Create the empty stage of a list: an address or number, and its line in the
-- file.
CREATE FUNCTION cerberus.opt_out_stage() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF caller_id() IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	CREATE TEMPORARY TABLE opt_out_stage (line bigint, contact text,
	    channel text, reason text) ON COMMIT DROP;
	GRANT INSERT ON pg_temp.opt_out_stage TO cerberus_app;
END
$$;

-- Add what was staged as a list of the campaign, or of all campaigns, and
-- return its id, null if it is empty.  added: lines that are new; matched:
-- voters of the campaign who have one of the contacts; unknown: at most 50 of
-- those that none of them has.  Raise CB400, CB403 or CB404.
CREATE FUNCTION cerberus.opt_out_merge(p_campaign_id bigint, p_source text,
	p_channel text DEFAULT NULL)
RETURNS TABLE (opt_out_id bigint, added bigint, matched bigint,
	unmatched bigint, unknown text[])
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, cerberus, pg_temp AS $$
#variable_conflict use_column
DECLARE
	contacts text[];
	fresh text[];
	hits text[];
	n bigint;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	IF NOT EXISTS (SELECT FROM pg_class
	    WHERE oid = to_regclass('pg_temp.opt_out_stage')
	    AND relowner = 'cerberus_owner'::regrole) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB403',
		    MESSAGE = 'Your role does not allow this.';
	END IF;
	PERFORM import_check(p_campaign_id);
	ANALYZE pg_temp.opt_out_stage;
	SELECT coalesce(array_agg(DISTINCT s.contact), '{}'),
	    count(DISTINCT s.channel) INTO contacts, n
	FROM pg_temp.opt_out_stage s;
	INSERT INTO opt_outs AS l (campaign_id, user_id, channel, contacts)
	VALUES (p_campaign_id, caller_id(), coalesce(p_channel, CASE
	    WHEN n = 1 THEN (SELECT min(s.channel)
		FROM pg_temp.opt_out_stage s) END), cardinality(contacts))
	RETURNING l.opt_out_id INTO opt_out_id;
	WITH made AS (
		INSERT INTO opt_out_contacts AS o (opt_out_id, campaign_id,
		    contact, channel, reason, source)
		SELECT DISTINCT ON (s.contact, s.channel)
		    opt_out_merge.opt_out_id, p_campaign_id, s.contact,
		    s.channel, s.reason, coalesce(p_source, 'Opt-out list')
		FROM pg_temp.opt_out_stage s
		WHERE s.contact ~ '@|^[+][1-9][0-9]{6,14}$'
		ORDER BY s.contact, s.channel, s.line
		ON CONFLICT (contact, channel, campaign_id)
		    WHERE lifted_at IS NULL DO NOTHING
		RETURNING o.contact, o.channel
	) SELECT array_agg(DISTINCT m.contact), (SELECT count(DISTINCT s.line)
	    FROM pg_temp.opt_out_stage s JOIN made USING (contact, channel))
	INTO fresh, added FROM made m;
	-- A file with nothing new does not create a list.
	IF p_channel IS NULL AND fresh IS NULL THEN
		DELETE FROM opt_outs l
		WHERE l.opt_out_id = opt_out_merge.opt_out_id;
		opt_out_id := NULL;
	ELSIF fresh IS NOT NULL THEN
		PERFORM opt_out_touch(fresh);
	END IF;
	SELECT count(DISTINCT f.voter_id), array_agg(DISTINCT f.contact)
	INTO matched, hits
	FROM opt_out_voters(ARRAY(SELECT c FROM unnest(contacts) c
	    WHERE c ~ '@|^[+][1-9][0-9]{6,14}$')) f
	-- OFFSET 0 looks up each voter, however many the planner expects.
	WHERE p_campaign_id IS NULL OR EXISTS (SELECT FROM campaign_voters cv
	    WHERE cv.campaign_id = p_campaign_id
	    AND cv.voter_id = f.voter_id OFFSET 0);
	SELECT count(*), (array_agg(m.c ORDER BY m.c))[1:50]
	INTO unmatched, unknown
	FROM (SELECT unnest(contacts) EXCEPT SELECT unnest(hits)) m (c);
	UPDATE opt_outs l SET matched = opt_out_merge.matched
	WHERE l.opt_out_id = opt_out_merge.opt_out_id;
	DROP TABLE pg_temp.opt_out_stage;
	unknown := coalesce(unknown, '{}');
	RETURN NEXT;
END
$$;

-- Opt out these e-mail addresses and phone numbers.
DROP FUNCTION cerberus.opt_out(bigint, text, text[], text);
CREATE FUNCTION cerberus.opt_out(p_campaign_id bigint, p_channel text,
	p_contacts text[], p_source text, p_reason text)
RETURNS TABLE (opt_out_id bigint, added bigint, matched bigint,
	unmatched bigint, unknown text[])
LANGUAGE plpgsql ROWS 1 AS $$
BEGIN
	-- Of a campaign that the caller cannot see: the field is wrong.
	IF p_campaign_id IS NOT NULL
	AND NOT EXISTS (SELECT FROM cerberus.campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = format('Campaign with ID %s not found.',
			p_campaign_id), COLUMN = 'campaign_id';
	END IF;
	PERFORM cerberus.opt_out_stage();
	INSERT INTO pg_temp.opt_out_stage (line, contact, channel, reason)
	SELECT g.line, g.contact, p_channel, p_reason
	FROM unnest(p_contacts) WITH ORDINALITY g (contact, line);
	RETURN QUERY SELECT m.* FROM cerberus.opt_out_merge(p_campaign_id,
	    p_source, p_channel) m;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.opt_out_record(bigint, bigint, text, boolean, text),
	cerberus.opt_out_stage(),
	cerberus.opt_out_merge(bigint, text, text),
	cerberus.opt_out(bigint, text, text[], text, text) TO cerberus_app;

COMMIT;
