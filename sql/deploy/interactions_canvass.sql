-- Deploy cerberus:interactions_canvass to pg
-- requires: interactions_canvass@v0.1.0 client_events
--
-- Recording many contacts in one call: each may be an event of a device.
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.record_interactions(jsonb, boolean);
-- Record many events: see record_event().  A bad item is not recorded and does not affect the
-- others; with atomic, one bad item prevents them all.  The items are recorded
-- in the order of their voters and events, so that two batches cannot deadlock.
CREATE FUNCTION cerberus.record_interactions(items jsonb, atomic boolean)
RETURNS TABLE (item integer, interaction_id bigint, repeated boolean,
	state text, message text, field text)
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
		    ORDER BY (t.value ->> 'voter_id')::bigint,
			t.value ->> 'client_event_id', t.at
		LOOP
			i := (one ->> 'item')::integer;
			state := NULL;
			message := NULL;
			field := NULL;
			BEGIN
				SELECT e.interaction_id, e.repeated
				INTO interaction_id, repeated
				FROM cerberus.record_event(one) e;
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS
				    state = RETURNED_SQLSTATE,
				    message = MESSAGE_TEXT,
				    field = COLUMN_NAME;
				IF state !~ '^(CB|22|23|42501)' THEN
					RAISE;
				END IF;
				interaction_id := NULL;
				repeated := NULL;
				bad := true;
			END;
			results := results || jsonb_build_object('item', i,
			    'interaction_id', interaction_id,
			    'repeated', repeated, 'state', state,
			    'message', message, 'field', nullif(field, ''));
		END LOOP;
		IF bad AND atomic THEN
			RAISE EXCEPTION USING ERRCODE = 'CB000';
		END IF;
	EXCEPTION WHEN SQLSTATE 'CB000' THEN
		-- Everything is rolled back; the results say why.
		NULL;
	END;
	RETURN QUERY SELECT r.item, r.interaction_id, r.repeated, r.state,
	    r.message, r.field
	    FROM jsonb_to_recordset(results) r (item integer,
		interaction_id bigint, repeated boolean, state text,
		message text, field text)
	    ORDER BY r.item;
END
$$;

GRANT EXECUTE ON FUNCTION
	cerberus.record_interactions(jsonb, boolean) TO cerberus_app;

COMMIT;
