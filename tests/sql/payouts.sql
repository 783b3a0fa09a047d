-- Fees and payouts: arrival in any order, and who sees them.
\ir fixture.psql
\ir donation.psql
SELECT no_plan();

CREATE FUNCTION pg_temp.move(id text, category text, amount bigint, fee bigint,
	source jsonb, payout bigint DEFAULT NULL, currency text DEFAULT 'usd')
RETURNS bigint LANGUAGE sql AS $$
	SELECT cerberus.stripe_balance(0, jsonb_build_object('id', id,
	    'reporting_category', category, 'amount', amount, 'fee', fee,
	    'net', amount - fee, 'currency', currency, 'created', 1700000000,
	    'source', source), payout)
$$;
CREATE FUNCTION pg_temp.fee(id bigint) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', coalesce(fee::text, '-'), coalesce(net::text,
	    '-')) FROM cerberus.donations WHERE donation_id = id
$$;
CREATE FUNCTION pg_temp.payout(id text, state text) RETURNS bigint
LANGUAGE sql AS $$
	SELECT cerberus.stripe_payout(0, jsonb_build_object('id', id, 'amount',
	    900, 'currency', 'usd', 'status', state, 'created', 1700000000,
	    'arrival_date', 1700006400))
$$;

-- Movements before and after the donation has its intent.
SELECT pg_temp.begin(1, 1000) AS one \gset
SELECT is(pg_temp.move('txn_1', 'charge', 1000, 59, '{"object": "charge",
    "id": "ch_1", "payment_intent": "pi_1"}'), NULL,
    'a movement of an unknown gift is kept');
SELECT is(pg_temp.fee(:one), '- -', 'the fee is unknown');
SELECT cerberus.donation_intent(:one, 'pi_1') \g /dev/null
SELECT is(pg_temp.fee(:one), '59 941', 'the gift takes its movements');
SELECT is(pg_temp.move('txn_2', 'refund', -400, 0, '{"object": "refund",
    "id": "re_1", "payment_intent": "pi_1"}'), (:one)::bigint,
    'a refund belongs to the gift');
SELECT is(pg_temp.fee(:one), '59 541', 'net is what is left on the balance');
SELECT is(pg_temp.move('txn_2', 'refund', -400, 0, '"re_1"'), (:one)::bigint,
    'the same movement again');
SELECT is(pg_temp.fee(:one), '59 541', 'counts once');
SELECT pg_temp.move('txn_3', 'charge', 10, 0, '{"object": "charge",
    "id": "ch_9", "payment_intent": "pi_1"}', NULL, 'eur') \g /dev/null
SELECT is(pg_temp.fee(:one), '59 541', 'another currency is not added');

-- A payout never returns to an earlier status.
SELECT count(pg_temp.payout('po_' || concat(a, b, c), x[a])
    + pg_temp.payout('po_' || concat(a, b, c), x[b])
    + pg_temp.payout('po_' || concat(a, b, c), x[c]))
FROM (VALUES (ARRAY['in_transit', 'paid', 'failed'])) t (x),
    generate_series(1, 3) a, generate_series(1, 3) b, generate_series(1, 3) c
WHERE a <> b AND b <> c AND a <> c \g /dev/null
SELECT is((SELECT concat(count(*), min(status), max(status))
    FROM cerberus.payouts), '6failedfailed',
    'all orders of three reports lead to one state');
SELECT is((SELECT DISTINCT arrival_date FROM cerberus.payouts), '2023-11-15',
    'the day of arrival');

-- Who sees a payout: managers of all campaigns whose gifts are in it.
DELETE FROM cerberus.payouts;
SELECT pg_temp.payout('po_a', 'paid') AS po \gset
SELECT is((SELECT string_agg(stripe_id, ' ')
    FROM cerberus.stripe_open_payouts(0)), 'po_a',
    'its movements have to be fetched');
SELECT pg_temp.move('txn_1', 'charge', 1000, 59, '"ch_1"', :po) \g /dev/null
SELECT pg_temp.move('txn_4', 'fee', -41, 0, '"fee_1"', :po) \g /dev/null
SELECT cerberus.stripe_payout_done(:po) \g /dev/null
SELECT is((SELECT count(*) FROM cerberus.stripe_open_payouts(0)), 0::bigint,
    'the movements add up');
SELECT is((SELECT concat_ws(' ', gifts, amount_gifts, amount_fees, complete)
    FROM cerberus.payout_sums), '1 1000 100 t', 'sums of a payout');
SELECT is(pg_temp.app(who, statement), answer, pg_temp.title(who, statement))
FROM (VALUES (NULL, '0', '0'), ('viewer', '0', '0'), ('editor', '0', '0'),
    ('manager', '1', '4'), ('stranger', '0', '0'), ('admin', '1', '4'))
    t (who, payouts, moves),
LATERAL (VALUES ('SELECT count(*) FROM payouts', payouts),
    ('SELECT count(*) FROM payout_sums', payouts),
    ('SELECT count(*) FROM balance_transactions', moves)) s (statement,
    answer);
SELECT pg_temp.begin(2, 700) AS two \gset
SELECT cerberus.donation_intent(:two, 'pi_2') \g /dev/null
SELECT pg_temp.move('txn_5', 'charge', 700, 0, '{"object": "charge",
    "id": "ch_2", "payment_intent": "pi_2"}', :po) \g /dev/null
SELECT cerberus.stripe_payout_done(:po) \g /dev/null
SELECT is(pg_temp.app(who, 'SELECT count(*) FROM payouts'), n,
    who || ' and a payout of two campaigns')
FROM (VALUES ('manager', '0'), ('stranger', '0'), ('admin', '1')) t (who, n);
SELECT is(pg_temp.app('admin', statement), '42501', 'no writing: ' || statement)
FROM (VALUES ('DELETE FROM payouts'),
    ('UPDATE balance_transactions SET amount = 0'),
    ('INSERT INTO payouts (stripe_account, stripe_id, amount, currency,
    status, issued_at) VALUES (0, ''x'', 1, ''usd'', ''paid'', now())'),
    ('SELECT count(*) FROM stripe_runs'),
    ('SELECT count(*) FROM stripe_strays'),
    ('SELECT count(*) FROM settlements'),
    ('SELECT count(*) FROM waiting_rows()')) t (statement);

-- The audit: only admins, and only differences.
SELECT is(pg_temp.app(who, $$SELECT count(*) FROM compare_with_stripe(0,
    '{"object": "payment_intent", "id": "pi_none", "amount_received": 5}')$$),
    n, who || ' compares with Stripe')
FROM (VALUES ('manager', '0'), ('admin', '1')) t (who, n);
SELECT is(pg_temp.app('admin', 'SELECT count(*) FROM ledger_differences'), '0',
    'the rows agree with the ledger');
SELECT * FROM finish();
ROLLBACK;
