-- Verify cerberus:campaign_committee on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.campaigns', ARRAY[
	'donation_redirect_url character varying(2048)',
	'time_zone character varying(64) not null default '
	    '''America/New_York''::character varying',
	'cycle_starts_on date',
	'committee_id character varying(9)',
	'committee_name character varying(200)',
	'committee_kind character varying(20) not null default '
	    '''candidate''::character varying',
	'paid_for_by character varying(500)'], ARRAY[
	'CHECK (((committee_kind)::text = ANY ((ARRAY[''candidate''::character '
	    'varying, ''party''::character varying, ''pac''::character '
	    'varying])::text[])))'], '{}', ARRAY[
	'check_time_zone cerberus.check_time_zone']);

ROLLBACK;
