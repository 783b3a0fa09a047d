-- Deploy cerberus:calls to pg
-- requires: call_lists signup
--
-- Calling the people of a list: taking the next one, giving them back, and what
-- becomes of them after a call.  These functions run with the caller's rights,
-- so the policies decide.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Raise CB404 if the caller cannot see the list, 42501 if they may not call;
-- otherwise return its campaign.
CREATE FUNCTION cerberus.call_campaign(p_call_list_id bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
	campaign bigint := (SELECT l.campaign_id FROM cerberus.call_lists l
	    WHERE l.call_list_id = p_call_list_id);
BEGIN
	IF campaign IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Call list with ID %s not found.', p_call_list_id);
	END IF;
	IF NOT (cerberus.caller_is_admin()
	    OR campaign = ANY (cerberus.caller_campaigns('editor'))) THEN
		RAISE EXCEPTION USING ERRCODE = '42501';
	END IF;
	RETURN campaign;
END
$$;

-- The first number of a voter that nobody has called in vain.
CREATE FUNCTION cerberus.call_number(p_campaign_id bigint, p_voter_id bigint)
RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT n.number FROM cerberus.voters v,
	unnest(ARRAY[v.phone_number, v.mobile_phone, v.home_phone,
	    v.work_phone]) WITH ORDINALITY n (number, at)
	WHERE v.voter_id = p_voter_id AND n.number IS NOT NULL
	AND NOT EXISTS (SELECT FROM cerberus.call_people p
	    WHERE p.voter_id = v.voter_id AND p.campaign_id = p_campaign_id
	    AND n.number = ANY (p.wrong_numbers))
	ORDER BY n.at LIMIT 1
$$;

-- Reserve the next person of a list for the caller, for p_minutes: first those
-- who asked to be called now, then those whom nobody has reached, in the order
-- of the list.  A caller with a reservation gets the same person again.  No row
-- if nobody is due.  Raise CB404 or 42501.
--
-- The lock on the row keeps callers of one list apart without waiting, and the
-- key of call_holds those of two lists with the same person.
CREATE FUNCTION cerberus.call_next(p_call_list_id bigint, p_minutes integer)
RETURNS TABLE (call_id bigint, voter_id bigint, phone_number text,
	held_until timestamptz, tries integer)
LANGUAGE plpgsql ROWS 1 AS $$
#variable_conflict use_column
DECLARE
	campaign bigint := cerberus.call_campaign(p_call_list_id);
	me bigint := cerberus.caller_id();
	c cerberus.call_people;
	number text;
	ends timestamptz;
	mine boolean;
	-- A variable, because clock_timestamp() cannot be looked up in an index.
	moment timestamptz;
BEGIN
	SELECT p.* INTO c FROM cerberus.call_holds h
	JOIN cerberus.call_people p ON p.call_id = h.call_id
	WHERE h.user_id = me AND h.held_until > clock_timestamp()
	AND p.call_list_id = p_call_list_id AND h.voter_id = p.voter_id
	ORDER BY h.held_until LIMIT 1;
	-- Each pass takes somebody out of the way, so that a further request
	-- continues where the last one of too many passes ended.
	FOR i IN 1..1000 LOOP
		moment := clock_timestamp();
		IF c.call_id IS NULL THEN
			SELECT p.* INTO c FROM cerberus.call_people p
			WHERE p.call_list_id = p_call_list_id
			AND p.state = 'again' AND p.due_at <= moment
			ORDER BY p.due_at, p.call_id LIMIT 1
			FOR UPDATE SKIP LOCKED;
		END IF;
		IF c.call_id IS NULL THEN
			SELECT p.* INTO c FROM cerberus.call_people p
			WHERE p.call_list_id = p_call_list_id
			AND p.state = 'open' AND p.due_at <= moment
			ORDER BY p.due_at, p.call_id LIMIT 1
			FOR UPDATE SKIP LOCKED;
		END IF;
		IF c.call_id IS NULL THEN
			RETURN;
		END IF;
		number := cerberus.call_number(campaign, c.voter_id);
		IF number IS NULL OR NOT EXISTS (
		    SELECT FROM cerberus.campaign_voters cv
		    WHERE cv.campaign_id = campaign
		    AND cv.voter_id = c.voter_id)
		OR cerberus.opted_out(c.voter_id, campaign, 'phone') THEN
			UPDATE cerberus.call_people p SET state = 'skipped'
			WHERE p.call_id = c.call_id;
			DELETE FROM cerberus.call_holds h
			WHERE h.campaign_id = campaign
			AND h.voter_id = c.voter_id AND h.user_id = me;
			c := NULL;
			CONTINUE;
		END IF;
		ends := clock_timestamp() + make_interval(mins => p_minutes);
		INSERT INTO cerberus.call_holds AS h (campaign_id, voter_id,
		    call_id, user_id, held_until)
		VALUES (campaign, c.voter_id, c.call_id, me, ends)
		ON CONFLICT (campaign_id, voter_id) DO UPDATE
		SET call_id = excluded.call_id, user_id = excluded.user_id,
		    held_until = excluded.held_until
		WHERE h.held_until <= clock_timestamp()
		OR (h.user_id = me AND h.call_id = excluded.call_id);
		mine := FOUND;
		IF NOT mine THEN
			-- They are in another caller's hand, or to be called
			-- later, from another list.
			ends := coalesce((SELECT h.held_until
			    FROM cerberus.call_holds h
			    WHERE h.campaign_id = campaign
			    AND h.voter_id = c.voter_id),
			    clock_timestamp() + interval '1 minute');
		END IF;
		UPDATE cerberus.call_people p SET due_at = ends
		WHERE p.call_id = c.call_id;
		IF mine THEN
			RETURN QUERY SELECT c.call_id, c.voter_id, number, ends,
			    c.tries;
			RETURN;
		END IF;
		c := NULL;
	END LOOP;
END
$$;

-- Release the people of a list who are reserved for the caller; they go to the
-- end of the list.  Return their number.
CREATE FUNCTION cerberus.call_give_back(p_call_list_id bigint) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	campaign bigint := cerberus.call_campaign(p_call_list_id);
	n integer;
BEGIN
	WITH given AS (
		DELETE FROM cerberus.call_holds h USING cerberus.call_people p
		WHERE p.call_id = h.call_id AND h.campaign_id = campaign
		AND p.call_list_id = p_call_list_id
		AND h.user_id = cerberus.caller_id()
		AND h.held_until > clock_timestamp() RETURNING h.call_id
	) UPDATE cerberus.call_people p SET due_at = clock_timestamp()
	FROM given g WHERE p.call_id = g.call_id
	AND p.state IN ('open', 'again');
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END
$$;

-- Store the result of a call.  p_call has call_list_id and then:
--	done		they were reached, or refused
--	later		nobody answered: at the end of the line, in four hours
--	call_back	at the time call_back_at
--	wrong_number	phone_number is not theirs: they have another, or are out
--	opt_out		they must not be called again, by any list
--	reopen		the call did not happen, and they are the next again;
--			only when it is undone
-- A report that comes late does not take them from another caller's hand, and
-- does not reopen whom another caller has reached.  Raise CB400, CB404 or
-- 42501.
CREATE FUNCTION cerberus.call_finish(p_voter_id bigint, p_campaign_id bigint,
	p_call jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	list bigint := p_call ->> 'call_list_id';
	what text := p_call ->> 'then';
	me bigint := cerberus.caller_id();
	due timestamptz := CASE p_call ->> 'then'
	    WHEN 'later' THEN clock_timestamp() + interval '4 hours'
	    WHEN 'call_back' THEN (p_call ->> 'call_back_at')::timestamptz
	    WHEN 'reopen' THEN timestamptz 'epoch'
	    ELSE clock_timestamp() END;
	call bigint;
BEGIN
	IF cerberus.call_campaign(list) IS DISTINCT FROM p_campaign_id THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400',
		    MESSAGE = 'The call list belongs to another campaign.',
		    COLUMN = 'call.call_list_id';
	END IF;
	UPDATE cerberus.call_people p
	SET state = CASE what WHEN 'call_back' THEN 'again'
		WHEN 'later' THEN 'open' WHEN 'wrong_number' THEN 'open'
		WHEN 'reopen' THEN 'open' ELSE 'done' END,
	    due_at = due,
	    tries = greatest(p.tries + CASE what WHEN 'reopen' THEN -1
		ELSE 1 END, 0),
	    wrong_numbers = CASE WHEN what = 'wrong_number'
		THEN array_append(p.wrong_numbers, p_call ->> 'phone_number')
		ELSE p.wrong_numbers END
	WHERE p.call_list_id = list AND p.voter_id = p_voter_id
	AND (p.state <> 'done' OR what IN ('reopen', 'opt_out', 'done'));
	SELECT p.call_id INTO call FROM cerberus.call_people p
	WHERE p.call_list_id = list AND p.voter_id = p_voter_id
	ORDER BY p.call_id LIMIT 1;
	IF call IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', MESSAGE = format(
		    'Voter %s is not on the call list.', p_voter_id),
		    COLUMN = 'call.call_list_id';
	END IF;
	IF what IN ('later', 'call_back') THEN
		INSERT INTO cerberus.call_holds AS h (campaign_id, voter_id,
		    call_id, user_id, held_until)
		VALUES (p_campaign_id, p_voter_id, call, NULL, due)
		ON CONFLICT (campaign_id, voter_id) DO UPDATE
		SET call_id = excluded.call_id, user_id = NULL,
		    held_until = excluded.held_until
		WHERE h.user_id = me OR h.user_id IS NULL
		OR h.held_until <= clock_timestamp();
	ELSE
		DELETE FROM cerberus.call_holds h
		WHERE h.campaign_id = p_campaign_id
		AND h.voter_id = p_voter_id AND (h.user_id = me
		    OR h.user_id IS NULL OR h.held_until <= clock_timestamp());
	END IF;
	IF what = 'opt_out' THEN
		PERFORM cerberus.record_consent(p_voter_id, p_campaign_id,
		    'phone', false, 'Phone bank', NULL);
	END IF;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.opted_out(bigint, bigint, text),
	cerberus.call_campaign(bigint),
	cerberus.call_number(bigint, bigint),
	cerberus.call_next(bigint, integer), cerberus.call_give_back(bigint),
	cerberus.call_finish(bigint, bigint, jsonb) TO cerberus_app;

COMMIT;
