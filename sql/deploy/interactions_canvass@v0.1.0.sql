-- Deploy cerberus:interactions_canvass to pg
-- requires: policies
--
-- Recording a canvass in one call: the interaction, the survey responses and
-- the tags, for one voter or for many.  These functions run with the caller's
-- rights, so the policies decide what may be written; the functions add a
-- message for each refusal.
BEGIN;
SET LOCAL ROLE cerberus_owner;

GRANT USAGE ON SEQUENCE cerberus.interactions_interaction_id_seq,
	cerberus.survey_questions_question_id_seq,
	cerberus.survey_responses_response_id_seq TO cerberus_app;

-- Maintain last_contacted_date, the last time that staff were in contact with
-- the voter.  It only increases, and signups and donations, which have no
-- user_id, do not change it.  This runs with the owner's rights, because an
-- editor of one campaign may record a contact with a voter whom only another
-- campaign's editors may update.
CREATE FUNCTION cerberus.contacted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	UPDATE voters v
	SET last_contacted_date = NEW.interaction_date
	WHERE v.voter_id = NEW.voter_id
	AND (v.last_contacted_date IS NULL
	    OR v.last_contacted_date < NEW.interaction_date);
	RETURN NULL;
END
$$;
CREATE TRIGGER contacted AFTER INSERT ON cerberus.interactions
	FOR EACH ROW WHEN (NEW.user_id IS NOT NULL)
	EXECUTE FUNCTION cerberus.contacted();
CREATE TRIGGER contacted_again
	AFTER UPDATE OF interaction_date, voter_id ON cerberus.interactions
	FOR EACH ROW WHEN (NEW.user_id IS NOT NULL
	    AND (OLD.interaction_date, OLD.voter_id)
	    IS DISTINCT FROM (NEW.interaction_date, NEW.voter_id))
	EXECUTE FUNCTION cerberus.contacted();

-- Append tags, without duplicates, in their order.
CREATE FUNCTION cerberus.tags_with(tags text[], more text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(t.tag ORDER BY t.at), '{}')
	FROM (SELECT u.tag, min(u.at) AS at
	    FROM unnest(tags || more) WITH ORDINALITY u (tag, at)
	    GROUP BY u.tag) t
$$;

-- Raise CB404 if the caller does not see the voter, and CB400 if the voter is
-- not in the campaign.  If the caller is an admin, who sees every voter, the
-- voter joins the campaign instead.
CREATE FUNCTION cerberus.check_contact(p_voter_id bigint,
	p_campaign_id bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	admin boolean := cerberus.caller_is_admin();
BEGIN
	IF p_campaign_id IS NULL AND NOT admin THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = 'campaign_id is required.',
		    COLUMN = 'campaign_id';
	END IF;
	IF NOT EXISTS (SELECT FROM cerberus.voters v
	    WHERE v.voter_id = p_voter_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404',
		    MESSAGE = pg_catalog.format(
			'Voter with ID %s not found.', p_voter_id);
	END IF;
	IF p_campaign_id IS NULL THEN
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM cerberus.campaigns c
	    WHERE c.campaign_id = p_campaign_id) THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = pg_catalog.format(
			'Campaign with ID %s not found.', p_campaign_id),
		    COLUMN = 'campaign_id';
	END IF;
	IF EXISTS (SELECT FROM cerberus.campaign_voters cv
	    WHERE cv.campaign_id = p_campaign_id
	    AND cv.voter_id = p_voter_id) THEN
		RETURN;
	END IF;
	IF NOT admin THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = pg_catalog.format(
			'Voter %s is not in campaign %s.', p_voter_id,
			p_campaign_id),
		    COLUMN = 'voter_id';
	END IF;
	INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
	VALUES (p_campaign_id, p_voter_id) ON CONFLICT DO NOTHING;
END
$$;

-- Check an interaction that is moved to another voter or campaign like a new
-- one.  Merges run as the owner and are not checked.
CREATE FUNCTION cerberus.check_moved() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, cerberus, pg_temp AS $$
BEGIN
	PERFORM check_contact(NEW.voter_id, NEW.campaign_id);
	RETURN NEW;
END
$$;
CREATE TRIGGER check_moved
	BEFORE UPDATE OF voter_id, campaign_id ON cerberus.interactions
	FOR EACH ROW WHEN (current_user = 'cerberus_app'
	    AND (OLD.voter_id, OLD.campaign_id)
	    IS DISTINCT FROM (NEW.voter_id, NEW.campaign_id))
	EXECUTE FUNCTION cerberus.check_moved();

-- Record one interaction with its responses and tags, and return its id.  The
-- caller has validated the item, whose values are strings.
CREATE FUNCTION cerberus.record_interaction(item jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	voter bigint := item ->> 'voter_id';
	campaign bigint := item ->> 'campaign_id';
	more text[] := ARRAY(SELECT jsonb_array_elements_text(item -> 'tags'));
	answer jsonb;
	id bigint;
	n integer := 0;
	said text;
	at text;
	again bigint;
BEGIN
	PERFORM cerberus.check_contact(voter, campaign);
	INSERT INTO cerberus.interactions (voter_id, campaign_id,
	    interaction_type, interaction_date, outcome, notes,
	    duration_minutes)
	VALUES (voter, campaign, item ->> 'interaction_type',
	    coalesce((item ->> 'interaction_date')::timestamptz, now()),
	    item ->> 'outcome', item ->> 'notes',
	    (item ->> 'duration_minutes')::integer);
	id := currval('cerberus.interactions_interaction_id_seq');
	FOR answer IN SELECT jsonb_array_elements(item -> 'answers') LOOP
		BEGIN
			INSERT INTO cerberus.survey_responses (voter_id,
			    question_id, interaction_id, response_value,
			    response_values, responded_at)
			VALUES (voter, (answer ->> 'question_id')::bigint, id,
			    answer ->> 'response_value',
			    (answer ->> 'response_values')::jsonb,
			    coalesce((item ->> 'interaction_date')::timestamptz,
				now()));
		EXCEPTION WHEN SQLSTATE 'CB400' THEN
			-- Add which of the answers it was.
			GET STACKED DIAGNOSTICS said = MESSAGE_TEXT,
			    at = COLUMN_NAME;
			RAISE EXCEPTION USING ERRCODE = 'CB400',
			    MESSAGE = said,
			    COLUMN = format('answers.%s.%s', n, at);
		END;
		n := n + 1;
	END LOOP;
	IF more <> '{}' THEN
		UPDATE cerberus.voters v
		SET tags = cerberus.tags_with(v.tags, more)
		WHERE v.voter_id = voter
		RETURNING v.voter_id INTO again;
		IF again IS NULL THEN
			RAISE EXCEPTION USING ERRCODE = '42501';
		END IF;
	END IF;
	RETURN id;
END
$$;

-- Record many interactions.  A bad item is not recorded and does not affect the
-- others; with atomic, one bad item prevents them all.  The items are recorded
-- in the order of their voters, so that two batches cannot deadlock.
CREATE FUNCTION cerberus.record_interactions(items jsonb, atomic boolean)
RETURNS TABLE (item integer, interaction_id bigint, state text, message text,
	field text)
LANGUAGE plpgsql AS $$
DECLARE
	one jsonb;
	results jsonb := '[]';
	bad boolean := false;
	i integer;
BEGIN
	BEGIN
		FOR one IN SELECT t.value
		    FROM jsonb_array_elements(items) WITH ORDINALITY
			t (value, at)
		    ORDER BY (t.value ->> 'voter_id')::bigint, t.at
		LOOP
			i := (one ->> 'item')::integer;
			state := NULL;
			message := NULL;
			field := NULL;
			BEGIN
				interaction_id :=
				    cerberus.record_interaction(one);
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS
				    state = RETURNED_SQLSTATE,
				    message = MESSAGE_TEXT,
				    field = COLUMN_NAME;
				IF state !~ '^(CB|22|23|42501)' THEN
					RAISE;
				END IF;
				interaction_id := NULL;
				bad := true;
			END;
			results := results || jsonb_build_object('item', i,
			    'interaction_id', interaction_id, 'state', state,
			    'message', message, 'field', nullif(field, ''));
		END LOOP;
		IF bad AND atomic THEN
			RAISE EXCEPTION USING ERRCODE = 'CB000';
		END IF;
	EXCEPTION WHEN SQLSTATE 'CB000' THEN
		-- Everything is rolled back; the results say why.
		NULL;
	END;
	RETURN QUERY SELECT r.item, r.interaction_id, r.state, r.message,
	    r.field
	    FROM jsonb_to_recordset(results) r (item integer,
		interaction_id bigint, state text, message text, field text)
	    ORDER BY r.item;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.tags_with(text[], text[]),
	cerberus.check_contact(bigint, bigint),
	cerberus.record_interaction(jsonb),
	cerberus.record_interactions(jsonb, boolean) TO cerberus_app;

COMMIT;
