-- Deploy cerberus:waiting to pg
-- requires: sweep gift_sources gift_lists
--
-- What waits for a person: payments at Stripe without a donation, disputes in
-- an unknown state, and reports that contradict a gift.  settle has what the
-- person can do.
BEGIN;
SET LOCAL ROLE cerberus_owner;

-- The waiting rows that a person has settled.  detail: the state of a dispute,
-- which waits again in another unknown state.
CREATE TABLE cerberus.settlements (
	waiting_id	bigint NOT NULL,
	detail		varchar(100) NOT NULL DEFAULT '',
	action		varchar(10) NOT NULL
			CHECK (action IN ('dismiss', 'accept')),
	note		varchar(1000) NOT NULL,
	user_id		bigint REFERENCES cerberus.users ON DELETE SET NULL,
	settled_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (waiting_id, detail)
);
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cerberus.settlements
	FOR EACH ROW EXECUTE FUNCTION cerberus.audit_row('waiting_id');

-- Only functions read and write it.
ALTER TABLE cerberus.settlements ENABLE ROW LEVEL SECURITY;

-- Everything that waits or was settled, of all accounts.  waiting_id is the
-- number of the row in its own table, times four, and the place of that table
-- below.
CREATE FUNCTION cerberus.waiting_rows()
RETURNS TABLE (waiting_id bigint, kind text, reason text, event_type text,
	stripe_id text, stripe_account bigint, campaign_id bigint,
	donation_id bigint, amount bigint, currency text,
	happened_at timestamptz, created_at timestamptz, detail text,
	action text, note text, settled_by bigint, settled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT w.*, s.action, s.note, s.user_id, s.settled_at FROM (
	SELECT e.event_no * 4 AS waiting_id, 'event', CASE
	    WHEN d.donation_id IS NOT NULL THEN
		'The event has a state that this version does not know.'
	    WHEN o.object ->> 'object' IN ('invoice', 'subscription') THEN
		'No donation began this subscription.'
	    WHEN e.payment_intent_id IS NOT NULL THEN format(
		'No donation has the payment intent %s.', e.payment_intent_id)
	    WHEN e.charge_id IS NOT NULL THEN format(
		'No donation has the charge %s.', e.charge_id)
	    ELSE 'The event does not name a payment.' END,
	    e.type, e.event_id, e.stripe_account,
	    coalesce(d.campaign_id, c.campaign_id), d.donation_id,
	    nullif(stripe_number(o.object -> 'amount'), 0),
	    o.object ->> 'currency', e.created, e.received_at, '' AS detail
	FROM stripe_events e
	CROSS JOIN LATERAL (SELECT e.payload #> '{data,object}' AS object) o
	LEFT JOIN donations d ON d.donation_id =
	    donation_of(e.stripe_account, o.object)
	LEFT JOIN campaigns c ON c.campaign_id::text =
	    CASE WHEN e.stripe_account > 0 THEN e.stripe_account::text
	    ELSE o.object #>> '{metadata,campaign_id}' END
	WHERE e.applied_at IS NULL
	UNION ALL
	SELECT s.stray_id * 4 + 1, s.kind, CASE s.kind
	    WHEN 'payment' THEN 'Cerberus did not make this payment.'
	    ELSE 'No donation began this subscription.' END,
	    NULL, s.stripe_id, s.stripe_account, s.campaign_id, NULL, s.amount,
	    s.currency, s.happened_at, s.created_at, ''
	FROM stripe_strays s
	WHERE NOT EXISTS (SELECT FROM donations d
	    WHERE d.payment_intent_id = s.stripe_id)
	AND NOT EXISTS (SELECT FROM recurring_gifts g
	    WHERE g.subscription_id = s.stripe_id)
	UNION ALL
	SELECT l.ledger_id * 4 + 2, 'dispute', format(
	    'The state %s is unknown; the amount is held back.', l.code),
	    NULL, l.stripe_id, d.stripe_account, d.campaign_id, d.donation_id,
	    l.amount, d.currency, l.happened_at, l.created_at, l.code
	FROM donation_ledger l JOIN donations d USING (donation_id)
	WHERE l.kind = 'dispute' AND l.state = 'unknown'
	UNION ALL
	SELECT k.conflict_id * 4 + 3, 'conflict', format(CASE k.kind
	    WHEN 'amount' THEN '%s reports %s %s; the gift has %s %s.'
	    ELSE '%s reports a refund of %s %s; only %s %s is left.' END,
	    initcap(d.source), money_text(k.reported, k.currency), k.currency,
	    money_text(k.known, d.currency), d.currency),
	    NULL, d.external_id, NULL, k.campaign_id, k.donation_id,
	    k.reported, k.currency, k.happened_at, k.created_at, ''
	FROM gift_conflicts k JOIN donations d USING (donation_id)
	) w LEFT JOIN settlements s ON s.waiting_id = w.waiting_id
	    AND s.detail = w.detail
$$;

-- The waiting and settled rows of the campaigns that the caller manages.  Only
-- admins see rows without a known campaign.
CREATE FUNCTION cerberus.donations_waiting()
RETURNS TABLE (waiting_id bigint, kind text, reason text, event_type text,
	stripe_id text, stripe_account bigint, campaign_id bigint,
	donation_id bigint, amount bigint, currency text,
	happened_at timestamptz, created_at timestamptz, action text,
	note text, settled_by bigint, settled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT w.waiting_id, w.kind, w.reason, w.event_type, w.stripe_id,
	    w.stripe_account, w.campaign_id, w.donation_id, w.amount,
	    w.currency, w.happened_at, w.created_at, w.action, w.note,
	    w.settled_by, w.settled_at
	FROM waiting_rows() w
	WHERE caller_is_admin()
	OR w.campaign_id = ANY (caller_campaigns('manager'))
$$;
GRANT EXECUTE ON FUNCTION cerberus.donations_waiting() TO cerberus_app;

CREATE VIEW cerberus.waiting WITH (security_invoker = true) AS
SELECT waiting_id, kind, reason, event_type, stripe_id, stripe_account,
	campaign_id, donation_id, amount, currency, happened_at, created_at,
	action, note, settled_by, settled_at
FROM cerberus.donations_waiting();
GRANT SELECT ON cerberus.waiting TO cerberus_app;

-- The waiting rows that "cerberus reconcile" reports: all disputes, and of the
-- others those that have arrived since p_since.
CREATE FUNCTION cerberus.stripe_waiting(p_account bigint, p_since timestamptz)
RETURNS TABLE (donation_id bigint, stripe_id text, kind text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, cerberus, pg_temp AS $$
	SELECT w.donation_id, w.stripe_id, w.kind, w.reason
	FROM waiting_rows() w
	WHERE w.stripe_account = p_account AND w.settled_at IS NULL
	AND (w.kind = 'dispute' OR w.created_at >= p_since)
	ORDER BY w.happened_at, w.waiting_id
$$;

GRANT EXECUTE ON FUNCTION cerberus.stripe_waiting(bigint, timestamptz)
	TO cerberus_stripe;

COMMIT;
