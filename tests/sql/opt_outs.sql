-- Opt-outs belong to the address or the number: what they prevent, for whom,
-- and what lifts them.
\ir fixture.psql
SELECT no_plan();

-- Run a statement as the programs do; its effects persist.  Return its first
-- value, or the SQLSTATE.
CREATE FUNCTION pg_temp.done(who text, statement text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('role', 'cerberus_app', true),
	    set_config('search_path', 'cerberus', true),
	    set_config('cerberus.token', '', true);
	IF who IS NOT NULL THEN
		PERFORM cerberus.identify(sha256(who::bytea));
	END IF;
	EXECUTE statement INTO result;
	PERFORM set_config('role', 'none', true),
	    set_config('search_path', 'public, pg_catalog', true),
	    set_config('cerberus.token', '', true);
	RETURN coalesce(result, '(null)');
EXCEPTION
	WHEN OTHERS THEN
		RETURN SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.may(voter bigint, channel text, campaign bigint)
RETURNS boolean LANGUAGE sql AS $$
	SELECT cerberus.may_contact(v, channel, campaign)
	FROM cerberus.voters v WHERE v.voter_id = voter
$$;
CREATE FUNCTION pg_temp.live(address text) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM cerberus.opt_out_contacts
	WHERE contact = address AND lifted_at IS NULL
$$;
CREATE FUNCTION pg_temp.voter(address text, number text DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	INSERT INTO cerberus.voters (first_name, last_name, email_address,
	    phone_number, contact_email, contact_sms, contact_phone)
	VALUES ('Opt', 'Out', address, number, true, true, true)
	RETURNING voter_id INTO id;
	INSERT INTO cerberus.campaign_voters VALUES (1, id), (2, id);
	RETURN id;
END
$$;

-- Adding: for people who are voters, and for those who are not yet.
SELECT pg_temp.voter('ann@example.org', '+15125550101') AS ann \gset
SELECT updated_at AS before FROM cerberus.voters WHERE voter_id = :ann \gset
SELECT is(pg_temp.done('editor', $$SELECT concat_ws('|', added, matched,
    unmatched, unknown) FROM opt_out(1, 'email', '{ann@example.org,
    later@example.org,ask her}', NULL, 'She said so')$$),
    '2|1|2|{"ask her",later@example.org}',
    'an opt-out is kept with or without a voter, text that is none is not');
SELECT is((SELECT concat_ws('|', campaign_id, channel, reason, source, user_id,
    lifted_at) FROM cerberus.opt_out_contacts
    WHERE contact = 'later@example.org'), '1|email|She said so|Opt-out list|3',
    'an opt-out has its campaign, channel, reason, source and author');
SELECT ok(updated_at > :'before', 'the voter''s version changes')
FROM cerberus.voters WHERE voter_id = :ann;
SELECT is((SELECT count(*) FROM cerberus.audit_log WHERE table_name = 'voters'
    AND row_id = :ann AND action = 'update'), 0::bigint,
    'but nothing of the voter was changed');
SELECT is((SELECT concat_ws('|', user_id, after ->> 'channel',
    after ->> 'contacts') FROM cerberus.audit_log
    WHERE table_name = 'opt_outs' AND action = 'insert'), '3|email|3',
    'a list is audited');
SELECT is(pg_temp.done('editor', $$SELECT added FROM opt_out(1, 'email',
    '{ann@example.org}', NULL, NULL)$$), '0', 'a second opt-out adds nothing');
SELECT results_eq('SELECT pg_temp.may(' || :ann || ', c, 1) FROM unnest(
    ''{email,sms,phone}''::text[]) c', 'VALUES (false), (true), (true)',
    'an opt-out is of one channel');
SELECT is(pg_temp.may(:ann, 'email', 2), true, 'and of one campaign');
SELECT is(pg_temp.may(:ann, 'email', NULL), false,
    'without a campaign those of each count');
SELECT is(pg_temp.app('stranger', 'SELECT may_contact(v, ''email'', NULL)
    FROM voters v WHERE voter_id = ' || :ann), 'true',
    'the members of other campaigns do not learn of it');
SELECT pg_temp.voter('later@example.org') AS later \gset
SELECT is(pg_temp.may(:later, 'email', 1), false,
    'it holds for a voter who comes later');
DELETE FROM cerberus.voters WHERE voter_id = :later;
SELECT pg_temp.voter('later@example.org') AS later \gset
SELECT is(pg_temp.may(:later, 'email', 1), false,
    'and for one who is deleted and comes again');

-- Any of the voter's numbers.
SELECT pg_temp.voter('numbers@example.org', '+15125550102') AS num \gset
UPDATE cerberus.voters SET mobile_phone = '+15125550103',
    home_phone = '+15125550104', work_phone = '+15125550105'
WHERE voter_id = :num;
SELECT is(pg_temp.done('editor', format($$SELECT matched FROM opt_out(1,
    'sms', ARRAY[%L], NULL, NULL)$$, number)), '1', number || ' is found')
FROM unnest('{+15125550103,+15125550104,+15125550105}'::text[]) number;
SELECT is(pg_temp.may(:num, 'sms', 1), false,
    'any of the voter''s numbers can opt out');

UPDATE cerberus.voters SET work_phone = 'ask her' WHERE voter_id = :num;
SELECT is(pg_temp.done('editor', $$SELECT matched FROM opt_out(1, 'sms',
    '{ask her}', NULL, NULL)$$), '0', 'text is not a number');

-- For all campaigns.
SELECT is(pg_temp.done('editor', $$SELECT added FROM opt_out(NULL, 'email',
    '{all@example.org}', NULL, NULL)$$), 'CB400',
    'only admins can opt out an address in all campaigns');
SELECT is(pg_temp.done('admin', $$SELECT added FROM opt_out(NULL, 'email',
    '{all@example.org}', NULL, NULL)$$), '1', 'an admin can');
SELECT pg_temp.voter('all@example.org') AS everywhere \gset
SELECT is(pg_temp.may(:everywhere, 'email', c), false,
    'it holds in campaign ' || c) FROM unnest('{1,2}'::bigint[]) c;

-- Who may add and lift what.
SELECT is(pg_temp.done(who, $$SELECT added FROM opt_out(1, 'email',
    '{rights@example.org}', NULL, NULL)$$), state,
    who || ' adds an opt-out: ' || state)
FROM (VALUES ('viewer', 'CB403'), ('stranger', 'CB400'), ('nobody', 'CB400'))
    t (who, state);
SELECT is(pg_temp.done(NULL, 'SELECT opt_out_stage()'), 'CB403',
    'nobody stages a list without an identity');
SELECT contact_id AS own FROM cerberus.opt_out_contacts
WHERE contact = 'ann@example.org' \gset
SELECT contact_id AS wide FROM cerberus.opt_out_contacts
WHERE contact = 'all@example.org' \gset
SELECT is(pg_temp.done(who, format('SELECT opt_out_lift(%s)', id)), state,
    format('%s lifts an opt-out: %s', coalesce(who, 'no identity'), state))
FROM (VALUES (NULL, :own, 'CB404'), ('stranger', :own, 'CB404'),
    ('viewer', :own, 'CB403'), ('manager', :wide, 'CB403'),
    ('nobody', :wide, 'CB404'), ('editor', :own, ''),
    ('editor', :own, 'CB409'), ('admin', :wide, '')) t (who, id, state);
SELECT is((SELECT lifted_by FROM cerberus.opt_out_contacts
    WHERE contact_id = :own), 3::bigint, 'it is known who lifted it');
SELECT is((SELECT count(*) FROM cerberus.audit_log
    WHERE table_name = 'opt_out_contacts' AND row_id = :own AND user_id = 3
    AND after ? 'lifted_at'), 1::bigint, 'lifting is audited');
SELECT is(pg_temp.may(:ann, 'email', 1), true, 'a lifted opt-out is over');
SELECT is(pg_temp.done('editor', $$SELECT added FROM opt_out(1, 'email',
    '{ann@example.org}', NULL, NULL)$$), '1', 'and can be made again');

-- Undoing a list lifts its opt-outs, and no others.
SELECT pg_temp.done('editor', $$SELECT opt_out_id FROM opt_out(1, 'sms',
    '{+15125550101,+15125550103}', NULL, NULL)$$) AS list \gset
SELECT is(pg_temp.done('editor', 'UPDATE opt_outs SET undone_at = now()
    WHERE opt_out_id = ' || :'list' || ' RETURNING 1'), '1', 'a list is undone');
SELECT is(pg_temp.live('+15125550101'), 0::bigint, 'its opt-outs are lifted');
SELECT is(pg_temp.live('+15125550103'), 1::bigint, 'those of others are not');

-- What staff record.
SELECT pg_temp.voter('staff@example.org', '+15125550109') AS sue \gset
SELECT is(pg_temp.done('editor', format('SELECT record_consent(%s, 1, ''sms'',
    false, ''Door'', NULL) > 0', :sue)), 'true', 'staff record a refusal');
SELECT is(pg_temp.live('+15125550109'), 1::bigint,
    'which opts out the voter''s number');
SELECT is(pg_temp.done('editor', format('SELECT record_consent(%s, 1, ''sms'',
    true, ''Call'', NULL) > 0', :sue)), 'true', 'staff record a consent');
SELECT is(pg_temp.live('+15125550109'), 0::bigint, 'which lifts it');
SELECT is(pg_temp.may(:sue, 'sms', 1), true, 'and counts');
SELECT is(pg_temp.done('admin', $$SELECT added FROM opt_out(NULL, 'sms',
    '{+15125550109}', NULL, NULL)$$), '1', 'an opt-out of all campaigns');
SELECT is(pg_temp.done('editor', format('SELECT record_consent(%s, 1, ''sms'',
    true, ''Call'', NULL)', :sue)), 'CB409',
    'prevents a consent for one campaign');
UPDATE cerberus.voters SET contact_email = NULL WHERE voter_id = :ann;
SELECT is(pg_temp.done('editor', 'UPDATE voters SET contact_email = true
    WHERE voter_id = ' || :ann || ' RETURNING 1'), 'CB409',
    'staff cannot set contact_email of an opted-out voter');
SELECT is(pg_temp.done('editor', 'UPDATE voters SET contact_email = false,
    contact_phone = true WHERE voter_id = ' || :ann || ' RETURNING 1'), '1',
    'other flags they can');

-- Visitors: a consent counts when the opt-out is lifted, a refusal is one.
SELECT pg_temp.voter('eve@example.org', '+15125550110') AS eve \gset
SELECT pg_temp.done('editor', $$SELECT added FROM opt_out(1, 'email',
    '{eve@example.org}', NULL, NULL)$$) \g /dev/null
CREATE FUNCTION pg_temp.up(consents text, email text DEFAULT 'eve@example.org',
	phone text DEFAULT '+15125550110') RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.done(NULL, format('SELECT voter_id FROM signup(1, ''Opt'',
	    NULL, ''Out'', %L, %L, NULL, ''x'', %L, NULL, NULL)', email, phone,
	    consents))
$$;
SELECT is(pg_temp.up('{"email": true}'), :'eve', 'a visitor is found');
SELECT is((SELECT bool_or(confirmed) FROM cerberus.consents
    WHERE voter_id = :eve AND granted AND by_visitor), false,
    'a visitor''s consent against an opt-out is not confirmed');
SELECT is(pg_temp.live('eve@example.org'), 1::bigint, 'and lifts nothing');
SELECT is(pg_temp.done('editor', 'SELECT opt_out_lift(contact_id)
    FROM opt_out_contacts WHERE contact = ''eve@example.org'''), '',
    'staff lift the opt-out');
SELECT is((SELECT bool_and(confirmed) FROM cerberus.consents
    WHERE voter_id = :eve AND granted AND by_visitor), true,
    'then the consent is confirmed');
SELECT is(pg_temp.may(:eve, 'email', 1), true, 'and counts');
SELECT is(pg_temp.up('{"email": false, "sms": false}'), :'eve',
    'a visitor withdraws the consent');
SELECT is((SELECT string_agg(channel || ' ' || contact || ' ' || source, ', '
    ORDER BY channel) FROM cerberus.opt_out_contacts
    WHERE contact IN ('eve@example.org', '+15125550110')
    AND lifted_at IS NULL), 'email eve@example.org Website Signup, '
    'sms +15125550110 Website Signup',
    'a withdrawal opts out the address and the number');
DELETE FROM cerberus.voters WHERE voter_id = :eve;
SELECT isnt(pg_temp.up('{"email": true}'), :'eve', 'the voter is deleted');
SELECT is((SELECT confirmed FROM cerberus.consents c
    JOIN cerberus.voters v USING (voter_id)
    WHERE v.email_address = 'eve@example.org'), false,
    'and comes again: the opt-out is still there');
SELECT is(pg_temp.up('{"email": false}', 'new@example.org', NULL) > '0', true,
    'a new visitor leaves the box unticked');
SELECT is(pg_temp.live('new@example.org'), 0::bigint,
    'which is not an opt-out, as there was no consent');

-- Erasing a person leaves the opt-out.
SELECT pg_temp.voter('gone@example.org') AS gone \gset
SELECT pg_temp.done('editor', $$SELECT added FROM opt_out(1, 'email',
    '{gone@example.org}', NULL, NULL)$$) \g /dev/null
SELECT is(pg_temp.done('admin', 'SELECT erase_voter(' || :gone || ')'), '',
    'a voter is erased');
SELECT is(pg_temp.live('gone@example.org'), 1::bigint,
    'the address stays opted out');

-- The voters of a voter file have neither a flag nor a consent.  may_contact()
-- takes longer than finding that out, so it is not called for them.
INSERT INTO cerberus.voters (first_name, last_name, email_address)
SELECT 'From', 'A File', 'file' || n || '@example.org'
FROM generate_series(1, 500) n;
SET LOCAL track_functions = 'all';
SELECT is(pg_temp.done('admin', $$SELECT count(*) FROM voters t
    WHERE t.last_name = 'A File' AND t.email_address IS NOT NULL
    AND t.contact_email IS NOT FALSE
    AND (t.contact_email OR EXISTS (SELECT FROM consents c
	WHERE c.voter_id = t.voter_id AND c.channel = 'email' AND c.granted))
    AND may_contact(t, 'email', NULL)$$), '0',
    'nobody of a file has agreed to e-mail');
SELECT is((SELECT sum(calls) FROM pg_stat_xact_user_functions
    WHERE funcname = 'may_contact'), NULL,
    'may_contact() is called last, only for those who may have agreed');

SELECT * FROM finish();
ROLLBACK;
