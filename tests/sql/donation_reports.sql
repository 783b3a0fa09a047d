-- Which of several reports about a donation applies, whatever their order.
\ir fixture.psql
\ir donation.psql
SELECT no_plan();

-- Every permutation of 1..n.
CREATE FUNCTION pg_temp.orders(n integer) RETURNS SETOF integer[]
LANGUAGE sql AS $$
	WITH RECURSIVE o (a) AS (SELECT '{}'::integer[] UNION ALL
	    SELECT o.a || i FROM o, generate_series(1, n) i
	    WHERE NOT i = ANY (o.a))
	SELECT a FROM o WHERE cardinality(a) = n
$$;
CREATE TEMP SEQUENCE stories;
-- Send the events of a story in an order, each twice, and return the state.
-- INTENT and CHARGE stand for the ids of the donation's own objects.
CREATE FUNCTION pg_temp.play(amount bigint, story jsonb, o integer[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n text := nextval('stories');
	id bigint := pg_temp.begin(1, amount);
	e jsonb;
BEGIN
	PERFORM cerberus.donation_intent(id, 'pi_s' || n);
	FOR i IN 1..2 * cardinality(o) LOOP
		e := replace(replace((story -> (o[1 + (i - 1) %
		    cardinality(o)] - 1))::text, 'INTENT', 'pi_s' || n),
		    'CHARGE', 'ch_s' || n);
		PERFORM pg_temp.send(format('evt_s%s_%s', n, e ->> 'at'),
		    e ->> 'type', (e ->> 'at')::bigint, e -> 'object');
	END LOOP;
	RETURN pg_temp.state(id);
END
$$;
-- The events of a story: [[at, type, object], ...].
CREATE FUNCTION pg_temp.ends(amount bigint, story text, wanted text,
	name text) RETURNS text LANGUAGE sql AS $$
	SELECT is((SELECT string_agg(DISTINCT pg_temp.play(amount,
	    s.story, o), ' or ') FROM pg_temp.orders(
	    jsonb_array_length(s.story)) o), wanted, name)
	FROM (SELECT jsonb_agg(jsonb_build_object('at', x -> 0, 'type', x -> 1,
	    'object', x -> 2)) AS story FROM jsonb_array_elements(story::jsonb) x) s
$$;
\set paid '[1, "payment_intent.succeeded", {"object": "payment_intent", "id": "INTENT", "amount": 10000, "currency": "usd", "amount_received": 10000, "latest_charge": "CHARGE"}]'

SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.created", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "needs_response"}],
    [3, "charge.refunded", {"object": "charge", "id": "CHARGE",
	"payment_intent": "INTENT", "amount": 10000, "amount_captured": 10000,
	"amount_refunded": 10000, "created": 1700000000}],
    [4, "charge.dispute.closed", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "charge_refunded"}]]', 'refunded 10000 10000 0',
    'a dispute that a refund ended does not count the money twice');

SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.closed", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "lost"}],
    [3, "charge.dispute.updated", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "appeal_under_review"}]]', 'disputed 10000 0 10000',
    'an appeal holds the money back');
SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.closed", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "lost"}],
    [3, "charge.dispute.updated", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "appeal_under_review"}],
    [4, "charge.dispute.closed", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 10000, "currency": "usd",
	"status": "won"}]]', 'succeeded 10000 0 0', 'an appeal can be won');

SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.created", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": null, "charge": "CHARGE", "amount": 4000,
	"currency": "usd", "status": "needs_response"}]]',
    'disputed 10000 0 4000', 'a dispute may name only its charge');
SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.created", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 4000, "currency": "usd",
	"status": "needs_response"}],
    [3, "charge.dispute.updated", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 2500, "currency": "usd",
	"status": "needs_response"}]]', 'disputed 10000 0 2500',
    'the amount of a dispute can fall');
SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.dispute.closed", {"object": "dispute", "id": "CHARGE_d",
	"payment_intent": "INTENT", "amount": 5000, "currency": "usd",
	"status": "lost", "balance_transactions": [
	{"amount": -5000, "currency": "usd"},
	{"amount": 2000, "currency": "usd"}]}]]', 'disputed 10000 0 3000',
    'of a lost dispute only what the bank kept is lost');

SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "refund.created", {"object": "refund", "id": "CHARGE_r",
	"payment_intent": "INTENT", "amount": 5000, "status": "succeeded",
	"created": 1700000002}],
    [3, "charge.refund.updated", {"object": "refund", "id": "CHARGE_r",
	"payment_intent": "INTENT", "amount": 5000, "status": "failed",
	"created": 1700000002}]]', 'succeeded 10000 0 0',
    'an older endpoint reports a failed refund as charge.refund.updated');
SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "charge.refunded", {"object": "charge", "id": "CHARGE",
	"payment_intent": "INTENT", "amount": 10000, "amount_captured": 10000,
	"amount_refunded": 5000, "created": 1700000000}],
    [3, "refund.failed", {"object": "refund", "id": "CHARGE_r",
	"payment_intent": "INTENT", "amount": 5000, "status": "failed",
	"created": 1700000002}],
    [4, "charge.refunded", {"object": "charge", "id": "CHARGE",
	"payment_intent": "INTENT", "amount": 10000, "amount_captured": 10000,
	"amount_refunded": 1500, "created": 1700000000}]]',
    'partially_refunded 10000 1500 0',
    'a refund after a failed one counts by the charge alone');

SELECT pg_temp.ends(10000, '[
    [1, "payment_intent.payment_failed", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd",
	"last_payment_error": {"code": "card_declined"}}],
    [2, "payment_intent.processing", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd"}]]',
    'processing 0 0 0', 'after a decline a bank can process another attempt');
SELECT pg_temp.ends(10000, '[
    [1, "payment_intent.payment_failed", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd"}],
    [2, "payment_intent.requires_action", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd"}],
    [3, "payment_intent.canceled", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd"}]]',
    'canceled 0 0 0', 'a canceled intent stays canceled');
SELECT pg_temp.ends(10000, '[' || :'paid' || ',
    [2, "payment_intent.processing", {"object": "payment_intent",
	"id": "INTENT", "amount": 10000, "currency": "usd"}]]',
    'succeeded 10000 0 0', 'a paid donation stays paid');
SELECT pg_temp.ends(5000, '[
    [1, "payment_intent.succeeded", {"object": "payment_intent",
	"id": "INTENT", "amount": 5000, "currency": "usd",
	"amount_received": 3500, "latest_charge": "CHARGE"}],
    [2, "charge.refunded", {"object": "charge", "id": "CHARGE",
	"payment_intent": "INTENT", "amount": 5000, "amount_captured": 3500,
	"amount_refunded": 1500, "created": 1700000000}]]',
    'succeeded 3500 0 0', 'what was never captured is not a refund');

-- Two donations that claim one charge.
SELECT pg_temp.begin(1, 700) AS one \gset
SELECT pg_temp.begin(1, 700) AS two \gset
SELECT cerberus.donation_intent(:one, 'pi_claim1'),
    cerberus.donation_intent(:two, 'pi_claim2') \g /dev/null
UPDATE cerberus.donations SET charge_id = 'ch_claimed'
WHERE donation_id IN (:one, :two);
SELECT is(pg_temp.send('evt_claimed', 'charge.dispute.created', 1,
    '{"object": "dispute", "id": "du_claimed", "charge": "ch_claimed",
    "amount": 700, "currency": "usd", "status": "needs_response"}'),
    'waiting', 'a charge that two donations claim names neither');

-- One refund for one intention.
SELECT pg_temp.begin(1, 10000) AS gift \gset
SELECT cerberus.donation_intent(:gift, 'pi_gift') \g /dev/null
SELECT pg_temp.send('evt_gift', 'payment_intent.succeeded', 1,
    '{"object": "payment_intent", "id": "pi_gift", "amount": 10000,
    "currency": "usd", "amount_received": 10000}') \g /dev/null
-- Run a statement as a manager; unlike with pg_temp.app(), its effects persist.
CREATE FUNCTION pg_temp.refund(donation bigint, amount bigint, reason text)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM cerberus.identify(sha256('manager'));
	RETURN (SELECT concat_ws(' ', r.ledger_id, r.amount, r.stripe_key)
	    FROM cerberus.refund_begin(donation, amount, reason) r);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
SELECT pg_temp.refund(:gift, 1500, NULL) AS first \gset
SELECT is(pg_temp.refund(:gift, 1500, NULL), :'first',
    'a repeated refund resumes the same request with the same key');
SELECT is(pg_temp.refund(:gift, 1600, NULL), 'CB409',
    'another refund waits for the first');
SELECT is(pg_temp.refund(:gift, 1500, 'duplicate'),
    'CB409', 'another reason is another refund');
UPDATE cerberus.donation_ledger SET created_at = now() - interval '23:01'
WHERE donation_id = :gift AND state = 'requested';
SELECT is(pg_temp.refund(:gift, 1500, NULL), 'CB409',
    'a request is not resumed when Stripe may have forgotten its key');

-- Stripe's answer is lost, and the refund's event arrives before the call is
-- repeated: the call resumes the refund, until an answer has been received.
SELECT pg_temp.begin(1, 10000) AS gift \gset
SELECT cerberus.donation_intent(:gift, 'pi_event') \g /dev/null
SELECT pg_temp.send('evt_event', 'payment_intent.succeeded', 1,
    '{"object": "payment_intent", "id": "pi_event", "amount": 10000,
    "currency": "usd", "amount_received": 10000,
    "latest_charge": "ch_event"}') \g /dev/null
SELECT pg_temp.refund(:gift, 1500, NULL) AS first \gset
SELECT split_part(:'first', ' ', 1) AS asked \gset
SELECT format('{"object": "refund", "id": "re_event", "amount": 1500,
    "payment_intent": "pi_event", "status": "succeeded", "created":
    1700000002, "metadata": {"refund_id": "%s"}}', :'asked') AS made \gset
SELECT pg_temp.send('evt_event_2', 'refund.created', 2, :'made'::jsonb)
\g /dev/null
SELECT is((SELECT string_agg(concat_ws(' ', ledger_id, stripe_id, state), ',')
    FROM cerberus.donation_ledger WHERE donation_id = :gift
    AND kind = 'refund'), :'asked' || ' re_event succeeded',
    'the row of a request becomes the row of the refund');
SELECT is(pg_temp.refund(:gift, 1500, NULL), :'first',
    'a repeated refund resumes a request that an event has settled');
SELECT isnt(pg_temp.refund(:gift, NULL, NULL), :'first',
    'another amount is another refund');
DELETE FROM cerberus.donation_ledger
WHERE donation_id = :gift AND state = 'requested';
SELECT cerberus.refund_finish(:asked, :'made'::jsonb, NULL, NULL) \g /dev/null
SELECT isnt(pg_temp.refund(:gift, 1500, NULL), :'first',
    'a request that was answered is not resumed');
DELETE FROM cerberus.donation_ledger
WHERE donation_id = :gift AND state = 'requested';

-- reconcile(GIFT, CHARGE): the objects at Stripe of a donation whose intent is
-- pi_GIFT.
CREATE FUNCTION pg_temp.reconcile(gift text, charge text) RETURNS text
LANGUAGE sql AS $$
	SELECT after FROM cerberus.stripe_reconcile(0, format('{"object":
	    "payment_intent", "id": "pi_%1$s", "amount": 10000, "currency":
	    "usd", "status": "succeeded", "amount_received": 10000,
	    "created": 1700000000, "latest_charge": {"object": "charge",
	    "id": "ch_%1$s", "payment_intent": "pi_%1$s", "amount": 10000,
	    "amount_captured": 10000, "status": "succeeded", %2$s}}', gift,
	    charge)::jsonb, '[]')
$$;
SELECT pg_temp.begin(1, 10000) AS bank \gset
SELECT cerberus.donation_intent(:bank, 'pi_bank') \g /dev/null
SELECT pg_temp.reconcile('bank', '"created": 1700000000, "amount_refunded": 0,
    "balance_transaction": {"id": "txn_bank", "created": 1700345600}')
\g /dev/null
SELECT is((SELECT extract(epoch FROM succeeded_at)::bigint
    FROM cerberus.donations WHERE donation_id = :bank), 1700345600::bigint,
    'a payment by bank has the day on which it reached the balance');

-- The total of a charge includes refunds that are not reported otherwise.
SELECT pg_temp.reconcile('bank', '"created": 1700000000,
    "amount_refunded": 700') \g /dev/null
UPDATE cerberus.donation_ledger SET happened_at = '2023-11-20 12:00:00+00',
    reported_at = '2023-11-20 12:00:00+00'
WHERE donation_id = :bank AND kind = 'charge';
SELECT pg_temp.reconcile('bank', '"created": 1700000000,
    "amount_refunded": 700') \g /dev/null
SELECT is((SELECT string_agg(day || ' ' || amount, ',')
    FROM cerberus.gift_moves WHERE donation_id = :bank AND kind = 'refund'),
    '2023-11-20 -700', 'such a refund keeps the day of its first report');
UPDATE cerberus.donation_ledger SET reported_at = '2023-11-20 12:00:00+00'
WHERE donation_id = :bank AND kind = 'charge';
SELECT is(pg_temp.reconcile('bank', '"created": 1700000000,
    "amount_refunded": 0'), 'succeeded 10000-0-0',
    'a sum can become 0, when all of its refunds have failed');
SELECT is((SELECT after FROM cerberus.stripe_reconcile(0, '{"object":
    "payment_intent", "id": "pi_bank", "amount": 10000, "currency": "usd",
    "status": "requires_payment_method", "amount_received": 0,
    "created": 1700000000, "latest_charge": null}', '[]')),
    'succeeded 10000-0-0', 'a list can be older than the charge');
SELECT is(pg_temp.reconcile('bank', '"created": 1700000000,
    "amount_refunded": 700, "refunds": {"data": [{"object": "refund",
    "id": "re_bank", "amount": 500, "payment_intent": "pi_bank",
    "status": "failed", "created": 1700000009}]}'),
    'partially_refunded 10000-700-0',
    'a refund that has failed is not in the sum of the same list');

SELECT * FROM finish();
ROLLBACK;
