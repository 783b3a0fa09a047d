-- Verify cerberus:waiting on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, true, for_app,
	for_stripe)
FROM (VALUES
	('waiting_rows()', 'TABLE(waiting_id bigint, kind text, reason text, '
	    'event_type text, stripe_id text, stripe_account bigint, '
	    'campaign_id bigint, donation_id bigint, amount bigint, '
	    'currency text, happened_at timestamp with time zone, '
	    'created_at timestamp with time zone, detail text, action text, '
	    'note text, settled_by bigint, settled_at timestamp with time zone)',
	    false, false),
	('donations_waiting()', 'TABLE(waiting_id bigint, kind text, '
	    'reason text, event_type text, stripe_id text, stripe_account '
	    'bigint, campaign_id bigint, donation_id bigint, amount bigint, '
	    'currency text, happened_at timestamp with time zone, '
	    'created_at timestamp with time zone, action text, note text, '
	    'settled_by bigint, settled_at timestamp with time zone)',
	    true, false),
	('stripe_waiting(bigint, timestamp with time zone)',
	    'TABLE(donation_id bigint, stripe_id text, kind text, '
	    'reason text)', false, true)
) t (f, result, for_app, for_stripe);
SELECT pg_temp.expect_table('cerberus.settlements', ARRAY[
	'waiting_id bigint not null', 'action character varying(10) not null',
	'note character varying(1000) not null'],
	ARRAY['PRIMARY KEY (waiting_id, detail)'], '{}',
	ARRAY['audit cerberus.audit_row']);
SELECT pg_temp.expect('waiting', ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class
	WHERE oid = 'cerberus.waiting'::regclass));

ROLLBACK;
