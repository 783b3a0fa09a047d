-- Verify cerberus:donation_ledger on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.donation_states', ARRAY[
	'kind character varying(20) not null',
	'state character varying(40) not null',
	'rank smallint not null',
	'means character varying(20) not null',
	'comment text not null'], ARRAY[
	'PRIMARY KEY (kind, state)'], '{}');
SELECT pg_temp.expect('cerberus.donation_states', ARRAY[
	'payment pending 0 pending', 'payment succeeded 5 succeeded',
	'refund failed 6 back', 'dispute won 7 over', 'dispute lost 6 held'],
	(SELECT array_agg(concat_ws(' ', kind, state, rank, means))
	 FROM cerberus.donation_states));

SELECT pg_temp.expect_table('cerberus.stripe_event_types', ARRAY[
	'type character varying(100) not null',
	'kind character varying(20) not null',
	'state character varying(40)',
	'comment text not null'], ARRAY[
	'PRIMARY KEY (type)',
	'FOREIGN KEY (kind, state) REFERENCES cerberus.donation_states(kind, '
	    'state)'],
	'{}');
SELECT pg_temp.expect('cerberus.stripe_event_types', ARRAY[
	'payment_intent.succeeded', 'payment_intent.payment_failed',
	'payment_intent.processing', 'payment_intent.canceled',
	'payment_intent.requires_action', 'charge.refunded', 'refund.created',
	'refund.updated', 'refund.failed', 'charge.dispute.created',
	'charge.dispute.updated', 'charge.dispute.closed',
	'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'],
	(SELECT array_agg(type::text) FROM cerberus.stripe_event_types));

SELECT pg_temp.expect_table('cerberus.donation_ledger', ARRAY[
	'ledger_id bigint identity not null',
	'donation_id bigint not null',
	'kind character varying(20) not null',
	'stripe_id character varying(255) not null',
	'state character varying(40) not null',
	'amount bigint not null default 0',
	'code character varying(100)',
	'reason text',
	'happened_at timestamp with time zone not null default now()',
	'user_id bigint',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'CHECK ((amount >= 0))',
	'PRIMARY KEY (ledger_id)',
	'UNIQUE (donation_id, kind, stripe_id)',
	'FOREIGN KEY (donation_id) REFERENCES cerberus.donations(donation_id) '
	    'ON DELETE CASCADE',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'SET NULL',
	'FOREIGN KEY (kind, state) REFERENCES cerberus.donation_states(kind, '
	    'state)'],
	'{}', ARRAY['touch cerberus.touch']);

SELECT pg_temp.expect_table('cerberus.stripe_events', ARRAY[
	'stripe_account bigint not null',
	'event_id character varying(255) not null',
	'type character varying(100) not null',
	'payment_intent_id character varying(255)',
	'payload jsonb not null',
	'created timestamp with time zone not null',
	'received_at timestamp with time zone not null default now()',
	'applied_at timestamp with time zone'], ARRAY[
	'PRIMARY KEY (stripe_account, event_id)'], ARRAY[
	'CREATE INDEX btree (payment_intent_id) WHERE (applied_at IS NULL)']);

SELECT pg_temp.expect('rights', ARRAY['ledger read'], ARRAY[
	CASE WHEN has_table_privilege('cerberus_app',
	    'cerberus.donation_ledger', 'SELECT')
	AND NOT has_table_privilege('cerberus_app', 'cerberus.donation_ledger',
	    'INSERT, UPDATE, DELETE, TRUNCATE')
	AND NOT has_table_privilege('cerberus_app', 'cerberus.stripe_events',
	    'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
	AND (SELECT bool_and(relrowsecurity) FROM pg_class WHERE oid IN
	    ('cerberus.donation_ledger'::regclass,
	        'cerberus.stripe_events'::regclass))
	AND EXISTS (SELECT FROM pg_policy WHERE polrelid =
	    'cerberus.donation_ledger'::regclass
	    AND polcmd = 'r' AND polroles = ARRAY['cerberus_app'::regrole::oid]
	    AND pg_get_expr(polqual, polrelid) LIKE '%donations%')
	THEN 'ledger read' END]);

ROLLBACK;
