-- Deploy cerberus:settle to pg
-- requires: waiting gift_import
--
-- Settling a row of waiting: a person dismisses it, or accepts the amount that
-- a source reported.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- Set the amount of a conflict's gift to the one that was reported last.  CB400
-- unless the conflict is about an amount; CB409 if the gift is void, or more
-- than that was refunded.
CREATE FUNCTION cerberus.conflict_accept(p_conflict_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	k gift_conflicts := (SELECT t FROM gift_conflicts t
	    WHERE t.conflict_id = p_conflict_id AND t.kind = 'amount');
	d donations;
BEGIN
	IF k.conflict_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'CB400', COLUMN = 'action',
		    MESSAGE = 'action must be dismiss: only another amount of '
			'a gift can be accepted.';
	END IF;
	d := donation_managed(k.donation_id);
	IF d.voided_at IS NOT NULL OR d.amount_refunded > k.reported
	OR d.amount_refunded > 0 AND d.currency <> k.currency THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    'Donation %s is void, or more of it was refunded.',
		    d.donation_id), DETAIL = 'conflict';
	END IF;
	UPDATE donations t SET amount = k.reported, currency = k.currency
	WHERE t.donation_id = d.donation_id;
	UPDATE donation_ledger l
	SET amount = k.reported, reported_at = now(), user_id = caller_id()
	WHERE l.donation_id = d.donation_id AND l.kind = 'payment';
	PERFORM donation_settle(d.donation_id);
END
$$;

-- Settle a row of waiting_rows() with a note.  p_action is "dismiss", or
-- "accept" for a conflict about an amount.  CB404 if the caller cannot see the
-- row, CB409 if it was settled before; further errors are those of
-- conflict_accept().
CREATE FUNCTION cerberus.settle_waiting(p_waiting_id bigint, p_action text,
	p_note text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
DECLARE
	w record;
BEGIN
	PERFORM set_config('cerberus.task', '', true);
	SELECT r.detail, r.campaign_id, r.settled_at INTO w
	FROM waiting_rows() r WHERE r.waiting_id = p_waiting_id
	AND (caller_is_admin()
	    OR r.campaign_id = ANY (caller_campaigns('manager')));
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB404', MESSAGE = format(
		    'Nothing with ID %s waits.', p_waiting_id),
		    DETAIL = 'not_found';
	END IF;
	IF w.settled_at IS NULL THEN
		INSERT INTO settlements (waiting_id, detail, action, note,
		    user_id)
		VALUES (p_waiting_id, w.detail, p_action, p_note, caller_id())
		ON CONFLICT DO NOTHING;
	END IF;
	IF w.settled_at IS NOT NULL OR NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'CB409', MESSAGE = format(
		    '%s is settled already.', p_waiting_id),
		    DETAIL = 'conflict';
	END IF;
	IF p_action = 'accept' THEN
		PERFORM conflict_accept(CASE WHEN p_waiting_id % 4 = 3
		    THEN p_waiting_id / 4 END);
	END IF;
END
$$;

GRANT EXECUTE ON FUNCTION cerberus.settle_waiting(bigint, text, text)
	TO cerberus_stripe;

COMMIT;
