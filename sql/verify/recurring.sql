-- Verify cerberus:recurring on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.stripe_events', '{}', '{}', ARRAY[
	'CREATE INDEX btree (cerberus.recurring_subscription((payload #> '
	    '''{data,object}''::text[]))) WHERE (applied_at IS NULL)',
	'CREATE INDEX btree (((payload #>> ''{data,object,customer}''::text[])'
	    ')) WHERE (applied_at IS NULL)',
	'CREATE INDEX btree (((payload #>> ''{data,object,invoice}''::text[])'
	    ')) WHERE (applied_at IS NULL)']);
SELECT pg_temp.expect('types', ARRAY['7'], (SELECT ARRAY[count(*)::text]
	FROM cerberus.stripe_event_types WHERE kind = 'recurring'));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('recurring_subscription(jsonb)', 'text', false, false, false),
	('recurring_metadata(jsonb)', 'jsonb', false, false, false),
	('recurring_intent(jsonb)', 'text', false, false, false),
	('recurring_settle(bigint)', 'void', true, false, false),
	('recurring_failed(bigint, timestamp with time zone, text)', 'void',
	    true, false, false),
	('recurring_release(bigint)', 'void', true, false, false),
	('recurring_find(bigint, text, jsonb, text)', 'bigint', true, false,
	    false),
	('recurring_rank(text)', 'integer', false, false, false),
	('recurring_ended(text)', 'boolean', false, false, false),
	('recurring_report(bigint, jsonb, timestamp with time zone)',
	    'bigint', true, false, false),
	('recurring_link(bigint)', 'TABLE(donation_id bigint, link_key text, '
	    'customer_id text, stripe_account bigint, campaign_id bigint, '
	    'url text)', true, false, true),
	('recurring_is(bigint)', 'boolean', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
