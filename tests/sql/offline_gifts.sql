-- Gifts that did not come through Stripe, their sums and lists.
\ir fixture.psql
\ir donation.psql
SELECT no_plan();

-- Run a statement as a user; unlike with pg_temp.app(), its effects persist.
-- Return the value, or the error and its column.
CREATE FUNCTION pg_temp.act(who text, statement text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	col text;
	result text;
BEGIN
	PERFORM cerberus.identify(sha256(who::bytea));
	EXECUTE statement INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS col = COLUMN_NAME;
	RETURN concat_ws(' ', SQLSTATE, nullif(col, ''));
END
$$;
CREATE FUNCTION pg_temp.give(who text, gift jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.act(who, format('SELECT cerberus.offline_gift(%L)',
	    '{"campaign_id": 1, "amount": 10000, "currency": "usd",
	    "method": "check", "received_on": "2026-03-02",
	    "last_name": "Giver", "address_zip": "44308"}'::jsonb || gift))
$$;

SELECT is(pg_temp.give(who, gift), wanted, who || ' ' || gift)
FROM (VALUES ('viewer', '{}'::jsonb, 'CB403'), ('editor', '{}', 'CB403'),
    ('stranger', '{}', 'CB400 campaign_id'),
    ('manager', '{"campaign_id": 2}', 'CB400 campaign_id'),
    ('manager', '{"received_on": "2999-01-01"}', 'CB400 received_on'),
    ('manager', '{"deposited_on": "2999-01-01"}', 'CB400 deposited_on'),
    ('manager', '{"voter_id": 2}', 'CB400 voter_id'),
    ('manager', '{"amount": 0}', '23514'),
    ('manager', '{"method": "coins"}', '23514')) t (who, gift, wanted);

SELECT pg_temp.give('manager') AS gift \gset
SELECT is(pg_temp.state(:gift), 'succeeded 10000 0 0', 'a check is paid');
SELECT is((SELECT happened_at FROM cerberus.donation_ledger
    WHERE donation_id = :gift), timestamptz '2026-03-02 12:00 America/New_York',
    'at noon in the time zone of the campaign');
UPDATE cerberus.campaigns SET time_zone = 'Pacific/Kiritimati'
WHERE campaign_id = 1;
SELECT is((SELECT received_on FROM cerberus.donations
    WHERE donation_id = :gift), date '2026-03-02',
    'the day of a check does not move with the time zone');
UPDATE cerberus.campaigns SET time_zone = 'America/New_York'
WHERE campaign_id = 1;
SELECT is(pg_temp.act('manager', format(
    'SELECT cerberus.refund_begin(%s, NULL, NULL)', :gift)), 'CB409',
    'Stripe does not refund a check');
SELECT throws_ok('INSERT INTO cerberus.donations (campaign_id, amount, method)
    VALUES (1, 1, ''cash'')', '23514', NULL, 'cash has a day');

-- Corrections.
SELECT is(pg_temp.act(who, format('SELECT cerberus.donation_correct(%s, %L)',
    :gift, changes)), wanted, who || ' ' || changes)
FROM (VALUES ('viewer', '{"employer": "X"}', 'CB403'),
    ('stranger', '{"employer": "X"}', 'CB404'),
    ('manager', '{"employer": "X", "occupation": null}', 'true'),
    ('manager', '{"deposited_on": "2999-01-01"}', 'CB400 deposited_on'),
    ('manager', '{"amount": 1, "status": "failed", "campaign_id": 2}',
    'true')) t (who, changes, wanted);
SELECT is((SELECT concat_ws(' ', amount, status, campaign_id, employer)
    FROM cerberus.donations WHERE donation_id = :gift),
    '10000 succeeded 1 X', 'sums, status and campaign cannot be corrected');
SELECT is(pg_temp.act('manager', format('SELECT cerberus.donation_correct(%s,
    ''{}'', ''{2020-01-01}'')', :gift)), 'false', 'another version');

-- Refunds, voids and sums.
SELECT is(pg_temp.act('manager', format('SELECT cerberus.offline_refund(%s,
    %s, %L, NULL)', :gift, amount, day)), wanted, amount || ' ' || day)
FROM (VALUES ('10001', '2026-04-01', 'CB400 amount'),
    ('100', '2026-03-01', 'CB400 refunded_on'),
    ('100', '2999-03-01', 'CB400 refunded_on'),
    ('100', '2026-04-01', '')) t (amount, day, wanted);
SELECT is(pg_temp.state(:gift), 'partially_refunded 10000 100 0', 'a refund');
SELECT is(pg_temp.act('manager', format(
    'SELECT cerberus.donation_void(%s, ''x'')', :gift)), 'CB409',
    'what was refunded cannot be void');
SELECT pg_temp.give('manager', '{"received_on": "2026-03-03"}') AS void \gset
SELECT pg_temp.give('manager', '{"received_on": "2026-03-04",
    "last_name": "GIVER"}') AS last \gset
SELECT is(ARRAY(SELECT total FROM cerberus.gift_totals
    WHERE donation_id IN (:gift, :void, :last) ORDER BY day, ledger_id
    NULLS FIRST), '{10000,20000,30000,29900}', 'one donor by name and ZIP');
SELECT is(pg_temp.act('manager', format(
    'SELECT cerberus.donation_void(%s, ''Returned'')', :void)), '', 'a void');
SELECT is(pg_temp.state(:void), 'canceled 0 0 0', 'counts nothing');
SELECT is(ARRAY(SELECT total FROM cerberus.gift_totals
    WHERE donation_id IN (:gift, :void, :last) ORDER BY day, ledger_id
    NULLS FIRST), '{10000,20000,19900}', 'nor in the aggregates');
SELECT is(pg_temp.act('manager', format(
    'SELECT cerberus.donation_void(%s, ''again'')', :void)), 'CB409', 'once');
SELECT is((SELECT count(*) FROM cerberus.donation_ledger l
    JOIN cerberus.donations d USING (donation_id)
    WHERE d.method = 'check' GROUP BY () HAVING sum(l.amount)
	FILTER (WHERE l.kind = 'payment') = sum(l.amount)
	FILTER (WHERE l.kind = 'refund') + 19900), 4::bigint,
    'the ledger adds up');

-- Limits, with and without the setting of the programs.
SELECT is((SELECT count(*) FROM cerberus.gift_excess), 0::bigint,
    'no limit, no excess');
SELECT set_config('cerberus.limits', '{"1": 15000}', true) \g /dev/null
SELECT is((SELECT concat_ws(' ', donation_id, contributed, excess,
    exceeded_on, refund_by) FROM cerberus.gift_excess),
    :'last' || ' 19900 4900 2026-03-04 2026-05-03', 'the excess');
SELECT is(pg_temp.app('stranger', 'SELECT count(*) FROM gift_excess'), '0',
    'others do not see it');
UPDATE cerberus.campaigns SET committee_kind = 'pac' WHERE campaign_id = 1;
SELECT is((SELECT year FROM cerberus.gift_excess), 2026,
    'other committees count by year');

SELECT * FROM finish();
ROLLBACK;
