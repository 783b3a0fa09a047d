-- Donations: facts in any order, and the rights of the roles.
\ir fixture.psql
\ir donation.psql
SELECT no_plan();

-- A payment of 25.00; a refund of 10.00, which fails; a refund of 15.00.
CREATE TEMP TABLE story (n int, kind text, object jsonb);
INSERT INTO story VALUES
(1, 'payment_intent.succeeded', '{"object": "payment_intent", "amount": 2500,
    "currency": "usd", "amount_received": 2500, "latest_charge": "ch_1"}'),
(2, 'charge.refunded', '{"object": "charge", "id": "ch_1", "amount": 2500,
    "amount_captured": 2500, "amount_refunded": 1000, "created": 1700000001}'),
(3, 'refund.created', '{"object": "refund", "id": "re_1", "amount": 1000,
    "status": "succeeded", "created": 1700000003}'),
(4, 'refund.failed', '{"object": "refund", "id": "re_1", "amount": 1000,
    "status": "failed", "created": 1700000003}'),
(5, 'charge.refunded', '{"object": "charge", "id": "ch_1", "amount": 2500,
    "amount_captured": 2500, "amount_refunded": 1500, "created": 1700000001}'),
(6, 'refund.updated', '{"object": "refund", "id": "re_2", "amount": 1500,
    "status": "succeeded", "created": 1700000005}');
CREATE FUNCTION pg_temp.play(o int[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	intent text := 'pi_' || array_to_string(o, '');
	id bigint := pg_temp.begin(1, 2500);
	s record;
BEGIN
	PERFORM cerberus.donation_intent(id, intent);
	FOR s IN SELECT * FROM story JOIN unnest(o || o)
	    WITH ORDINALITY u (n, i) USING (n) ORDER BY i
	LOOP
		PERFORM pg_temp.send(intent || '_' || s.n, s.kind, s.n,
		    s.object || CASE s.object ->> 'object'
		    WHEN 'payment_intent' THEN jsonb_build_object('id', intent)
		    ELSE jsonb_build_object('payment_intent', intent) END);
	END LOOP;
	RETURN pg_temp.state(id);
END
$$;
SELECT results_eq($$
	SELECT DISTINCT pg_temp.play(ARRAY[a, b, c, d, e, f]), count(*) OVER ()
	FROM generate_series(1, 6) a, generate_series(1, 6) b,
	    generate_series(1, 6) c, generate_series(1, 6) d,
	    generate_series(1, 6) e, generate_series(1, 6) f
	WHERE (SELECT count(DISTINCT x) FROM unnest(ARRAY[a, b, c, d, e, f]) x)
	    = 6$$, $$VALUES ('partially_refunded 2500 1500 0', 720::bigint)$$,
    'all 720 orders of the events lead to one state');

-- An irrelevant type, an unknown intent, an unknown state.
SELECT is(pg_temp.send('evt_a', 'customer.created', 1, '{"id": "cus_1"}'),
    'ignored', 'an event of an irrelevant type is ignored');
SELECT is(pg_temp.send('evt_a', 'customer.created', 1, '{"id": "cus_1"}'),
    'seen', 'an event is stored once');
SELECT is(pg_temp.send('evt_b', 'refund.created', 1,
    '{"object": "refund", "id": "re_9", "amount": 100, "status": "succeeded",
    "payment_intent": "pi_later"}'), 'waiting',
    'a refund of an unknown intent waits');
SELECT is(pg_temp.send('evt_c', 'payment_intent.succeeded', 2,
    '{"object": "payment_intent", "id": "pi_later", "amount": 500,
    "currency": "usd", "amount_received": 500}'), 'waiting',
    'a payment of an unknown intent waits');
SELECT pg_temp.begin(1, 500) AS later \gset
SELECT cerberus.donation_intent(:later, 'pi_later') \g /dev/null
SELECT is(pg_temp.state(:later), 'partially_refunded 500 100 0',
    'the waiting events apply when the donation is linked');
SELECT is(pg_temp.send('evt_d', 'charge.dispute.updated', 3,
    '{"object": "dispute", "id": "du_1", "amount": 500, "status": "unheard_of",
    "payment_intent": "pi_later"}'), 'applied',
    'a dispute in an unknown state is accepted');
SELECT is((SELECT concat_ws(' ', state, code) FROM cerberus.donation_ledger
    WHERE stripe_id = 'du_1'), 'unknown unheard_of',
    'the name of an unknown state is kept');
SELECT is(pg_temp.state(:later), 'disputed 500 100 500',
    'an unknown state holds the money back');
SELECT is(pg_temp.send('evt_d2', 'charge.dispute.closed', 4,
    '{"object": "dispute", "id": "du_1", "amount": 500, "status": "won",
    "payment_intent": "pi_later"}'), 'applied', 'the dispute is won');
SELECT is(pg_temp.send('evt_e', 'refund.failed', 3,
    '{"object": "refund", "id": "re_9", "amount": 100, "status": "failed",
    "payment_intent": "pi_later"}', account => 3), 'waiting',
    'an event of another account waits');
SELECT is(pg_temp.state(:later), 'partially_refunded 500 100 0',
    'an event of another account changes nothing');

-- The donor's functions.
SELECT is(pg_temp.begin(99999, 500), NULL,
    'an unknown campaign gets no donation');
SELECT results_eq($$SELECT donation_id FROM cerberus.donation_begin(NULL, 1,
    500, 'usd', '{}', NULL)$$, 'VALUES (NULL::bigint)',
    'without a Stripe account no donation is stored');
SELECT is_empty($$SELECT * FROM cerberus.donation_begin(0, 99999, 500, 'usd',
    '{}', NULL)$$, 'an unknown campaign returns no row');
SELECT is_empty($$SELECT * FROM cerberus.donation_details('pi_none', '{}')$$,
    'an unknown intent has no details');
SELECT cerberus.donation_details('pi_later', '{"employer": "A", "amount": 1,
    "status": "failed", "campaign_id": 2, "voter_id": 2, "email": null}')
\g /dev/null
SELECT is((SELECT concat_ws(' ', employer, amount, status, campaign_id,
    voter_id) FROM cerberus.donations WHERE donation_id = :later),
    'A 500 partially_refunded 1',
    'details change no amount, status, campaign or voter');
SELECT cerberus.donation_details('pi_later', '{"employer": "Other",
    "occupation": "B"}') \g /dev/null
SELECT is((SELECT concat_ws(' ', employer, occupation) FROM cerberus.donations
    WHERE donation_id = :later), 'A B',
    'once it is paid, a visitor only fills blank columns');

-- No public answer depends on earlier donations.
SELECT pg_temp.begin(1, 20000, donor => '{"email": "big@example.org"}') AS big
\gset
SELECT cerberus.donation_intent(:big, 'pi_big') \g /dev/null
SELECT pg_temp.send('evt_big', 'payment_intent.succeeded', 1,
    '{"object": "payment_intent", "id": "pi_big", "amount": 20000,
    "currency": "usd", "amount_received": 20000}') \g /dev/null
SELECT is((SELECT concat_ws(' ', amount_received, status)
    FROM cerberus.donations WHERE donation_id = :big), '20000 succeeded',
    'a donor has given 200 dollars');
SELECT results_eq($$SELECT needs_employer, over_limit
    FROM (VALUES (100), (10001), (20000), (20001)) a (amount),
    cerberus.donation_begin(0, 1, amount, 'usd',
	'{"email": "big@example.org"}', 10000)$$,
    'VALUES (false, NULL::bigint), (false, 1), (false, 10000), (true, 10001)',
    'the answers about the next donation do not reveal that');

-- The rights of the roles.
CREATE TEMP TABLE rights (who text, statement text, answer text,
    program text DEFAULT 'cerberus_app');
INSERT INTO rights (who, statement, answer)
SELECT w, s, a FROM (VALUES
    (NULL, 'SELECT count(*) FROM stripe_events', '42501'),
    ('admin', 'SELECT count(*) FROM stripe_events', '42501'),
    (NULL, 'SELECT count(*) > 0 FROM donation_states', 'true'),
    ('admin', 'UPDATE donation_states SET rank = 0', '42501'),
    (NULL, 'SELECT count(*) FROM donation_ledger', '0'),
    ('stranger', 'SELECT count(*) FROM donation_ledger', '0'),
    ('viewer', format('SELECT count(*) FROM donation_ledger
	WHERE donation_id = %s', :later), '3'),
    ('admin', format('UPDATE donation_ledger SET amount = 1
	WHERE donation_id = %s', :later), '42501'),
    ('admin', 'INSERT INTO donation_ledger (donation_id, kind, stripe_id,
	state) VALUES (1, ''payment'', ''x'', ''succeeded'')', '42501'),
    ('admin', 'SELECT donation_settle(1)', '42501'),
    ('admin', 'SELECT donation_record(1)', '42501'),
    ('admin', 'SELECT voter_find(1, ''A'', NULL, ''B'', ''a@b.c'', NULL,
	NULL, false)', '42501')) r (w, s, a);
INSERT INTO rights
SELECT w, s, a, 'cerberus_stripe' FROM (VALUES
    (NULL, format('SELECT refund_begin(%s, NULL, NULL)', :later), 'CB404'),
    ('stranger', format('SELECT refund_begin(%s, NULL, NULL)', :later),
	'CB404'),
    ('viewer', format('SELECT refund_begin(%s, NULL, NULL)', :later), 'CB403'),
    ('editor', format('SELECT refund_begin(%s, NULL, NULL)', :later), 'CB403'),
    ('manager', format('SELECT amount FROM refund_begin(%s, NULL, NULL)',
	:later), '400'),
    ('manager', format('SELECT amount FROM refund_begin(%s, 401, NULL)',
	:later), 'CB400')) r (w, s, a);
SELECT is(pg_temp.app(who, statement, program), answer,
    pg_temp.title(who, statement)) FROM rights;

SELECT * FROM finish();
ROLLBACK;
