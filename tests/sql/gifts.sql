-- Gifts through other platforms: only managers see conflicts, and a file of
-- very many gifts takes no locks.
\ir fixture.psql
SELECT no_plan();

CREATE FUNCTION pg_temp.locks() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory' AND pid = pg_backend_pid()
$$;
SELECT set_config('cerberus.bulk', 'on', true);
SELECT isnt(cerberus.voter_find(1, 'Bulk', NULL, 'One', 'bulk@example.org',
    '+15125550111', NULL, true), NULL, 'a voter of a large file');
SELECT is(pg_temp.locks(), 0::bigint, 'is made without locks');
SELECT set_config('cerberus.bulk', '', true);
SELECT isnt(cerberus.voter_find(1, 'Bulk', NULL, 'Two', 'two@example.org',
    '+15125550112', NULL, true), NULL, 'a single voter');
SELECT is(pg_temp.locks(), 2::bigint,
    'waits for others with the address or the number');

CREATE FUNCTION pg_temp.take(amount bigint, more jsonb DEFAULT '{}')
RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', created, updated, unchanged, rejected)
	FROM cerberus.gift_take(1, 'actblue', jsonb_build_array(
	    '{"external_id": "9", "currency": "usd", "last_name": "Nine",
	    "paid_at": "2026-05-09 23:30:00"}' ||
	    jsonb_build_object('amount', amount) || more))
$$;
SELECT is(pg_temp.take(500), '1 0 0 0', 'a gift');
SELECT is(pg_temp.take(500), '0 0 1 0', 'again');
SELECT is(pg_temp.take(501), '0 0 0 1', 'with another amount');
SELECT is(pg_temp.take(500, '{"refunded_at": "2026-05-10 10:00:00Z"}'),
    '0 1 0 0', 'its refund');
SELECT is(pg_temp.take(500, '{"refunded_at": "2026-05-11"}'), '0 0 1 0',
    'counts once, whatever its time');
SELECT is((SELECT concat_ws(' ', amount_received, amount_refunded, status)
    FROM cerberus.donations WHERE external_id = '9'), '500 500 refunded',
    'the sums');
SELECT is(pg_temp.app(who, 'SELECT count(*) FROM gift_conflicts'), n,
    coalesce(who, 'nobody') || ' sees conflicts')
FROM (VALUES (NULL, '0'), ('viewer', '0'), ('editor', '0'), ('manager', '1'),
    ('stranger', '0'), ('admin', '1')) t (who, n);
SELECT is(pg_temp.app(who, format('SELECT settle_waiting(%s, ''dismiss'','
    ' ''x'')', conflict_id * 4 + 3), 'cerberus_stripe'), code,
    who || ' settles a conflict')
FROM cerberus.gift_conflicts, (VALUES ('viewer', 'CB404'),
    ('editor', 'CB404'), ('stranger', 'CB404')) t (who, code);
SELECT is(pg_temp.app(who, 'SELECT * FROM gift_merge(1, ''actblue'')',
    'cerberus_stripe'), code, who || ' merges without a stage')
FROM (VALUES ('manager', 'CB403'), ('editor', 'CB403'),
    ('stranger', 'CB404')) t (who, code);
SELECT * FROM finish();
ROLLBACK;
