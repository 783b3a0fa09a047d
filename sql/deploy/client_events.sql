-- Deploy cerberus:client_events to pg
-- requires: calls
--
-- Contacts that devices record without a connection and send later.  Each is an
-- event with an id that the device has made up.  The server remembers the ids for
-- ever, also of events that were undone and of interactions that were deleted, so
-- that sending an event again records nothing twice.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- content: a hash of what the event says; null if it was undone before it came.
CREATE TABLE cerberus.client_events (
	client_event_id	uuid PRIMARY KEY,
	user_id		bigint DEFAULT cerberus.caller_id()
			REFERENCES cerberus.users ON DELETE SET NULL,
	interaction_id	bigint
			REFERENCES cerberus.interactions ON DELETE SET NULL,
	content		bytea CHECK (octet_length(content) = 32),
	undone_at	timestamptz,
	created_at	timestamptz NOT NULL DEFAULT now(),
	CHECK (num_nonnulls(content, undone_at) > 0)
);
CREATE INDEX client_events_interaction_id_idx
	ON cerberus.client_events (interaction_id)
	WHERE interaction_id IS NOT NULL;
CREATE INDEX client_events_user_id_idx ON cerberus.client_events (user_id)
	WHERE user_id IS NOT NULL;

-- Callers see and write their own events.  Nobody deletes one.
ALTER TABLE cerberus.client_events ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (interaction_id, undone_at)
	ON cerberus.client_events TO cerberus_app;
CREATE POLICY read ON cerberus.client_events FOR SELECT TO cerberus_app
	USING (user_id = (SELECT cerberus.caller_id()));
CREATE POLICY add ON cerberus.client_events FOR INSERT TO cerberus_app
	WITH CHECK (user_id = (SELECT cerberus.caller_id())
	    AND ((SELECT cerberus.caller_is_admin())
		OR (SELECT cerberus.caller_campaigns('editor')) <> '{}'));
CREATE POLICY change ON cerberus.client_events FOR UPDATE TO cerberus_app
	USING (user_id = (SELECT cerberus.caller_id()));

-- Undo the event p_known: delete its interaction and answers.  Raise 42501 if
-- the caller may not any more.
CREATE FUNCTION cerberus.event_undo(p_known cerberus.client_events)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM cerberus.survey_responses r
	WHERE r.interaction_id = p_known.interaction_id;
	DELETE FROM cerberus.interactions i
	WHERE i.interaction_id = p_known.interaction_id;
	IF NOT FOUND AND p_known.interaction_id IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = '42501';
	END IF;
	UPDATE cerberus.client_events e SET undone_at = now()
	WHERE e.client_event_id = p_known.client_event_id;
END
$$;

-- Record an interaction as record_interaction() does, or undo one.  With a
-- client_event_id the event is recorded once: repeated is true if it was known,
-- and interaction_id is null if it was undone or its interaction deleted.  Raise
-- CB409 if the id was used for something else, or by another user.
--
-- The setting cerberus.recorded tells the statements behind this one the id.
CREATE FUNCTION cerberus.record_event(item jsonb)
RETURNS TABLE (interaction_id bigint, repeated boolean)
LANGUAGE plpgsql ROWS 1 AS $$
#variable_conflict use_column
DECLARE
	event uuid := item ->> 'client_event_id';
	undo boolean := coalesce((item ->> 'undo')::boolean, false);
	content bytea := CASE WHEN NOT undo THEN sha256(convert_to(
	    (item - 'item' - 'client_event_id')::text, 'UTF8')) END;
	known cerberus.client_events;
	id bigint;
BEGIN
	IF event IS NOT NULL THEN
		-- This waits for another request with the same event.
		INSERT INTO cerberus.client_events (client_event_id, content,
		    undone_at)
		VALUES (event, content, CASE WHEN undo THEN now() END)
		ON CONFLICT DO NOTHING;
		IF NOT FOUND THEN
			SELECT * INTO known FROM cerberus.client_events e
			WHERE e.client_event_id = event FOR UPDATE;
			IF NOT FOUND OR known.content <> content THEN
				RAISE EXCEPTION USING ERRCODE = 'CB409',
				    MESSAGE = 'This client_event_id was used '
					'for something else.',
				    DETAIL = 'event_conflict';
			END IF;
			id := known.interaction_id;
			IF undo AND known.undone_at IS NULL THEN
				PERFORM cerberus.event_undo(known);
				id := NULL;
			ELSE
				repeated := true;
			END IF;
		END IF;
	END IF;
	IF undo OR repeated THEN
		IF undo AND repeated IS NOT TRUE AND item ? 'call' THEN
			PERFORM cerberus.call_finish(
			    (item ->> 'voter_id')::bigint,
			    (item ->> 'campaign_id')::bigint, item -> 'call');
		END IF;
	ELSE
		id := cerberus.record_interaction(item);
		IF item ? 'call' THEN
			PERFORM cerberus.call_finish(
			    (item ->> 'voter_id')::bigint,
			    (item ->> 'campaign_id')::bigint, item -> 'call');
		END IF;
		UPDATE cerberus.client_events e SET interaction_id = id
		WHERE e.client_event_id = event;
	END IF;
	interaction_id := id;
	repeated := coalesce(repeated, false);
	PERFORM set_config('cerberus.recorded', coalesce(id::text, ''), true);
	RETURN NEXT;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.event_undo(cerberus.client_events),
	cerberus.record_event(jsonb) TO cerberus_app;

COMMIT;
