"""Gifts by check and cash, corrections, voids, and a treasurer's lists."""
import csv
import io
import json

from support import (
    api, at, check, committee, create, deliver, donation, exported, happen,
    main, paid, paid_at, refunded_at, same, sql)


def gift(token='manager', **more):
    return api('POST', '/donations', {
        'campaign_id': 1, 'method': 'check', 'amount': 10000, **more}, token)


def given(campaign=5, token='admin', **more):
    """Record a gift; its id."""
    a = gift(token, campaign_id=campaign, **more)
    same(a.status, 201, f'a gift {more}: {a.text[:200]}')
    return a.json['donation_id']


def fields(a):
    return sorted(f['field'] for f in a.json.get('errors', []))


def listed(path, many, token='admin'):
    a = api('GET', path, token=token)
    same(a.status, 200, f'{path}: {a.text[:200]}')
    same(a.json[f'total_{many}'], len(a.json[many]), f'{path}: the total')
    return a.json[many]


def audited(id_):
    """The last audit entry of a donation: user, action, before, after."""
    row = sql(f"""SELECT json_build_array(u.username, a.action, a.before,
        a.after) FROM audit_log a LEFT JOIN users u USING (user_id)
        WHERE table_name = 'donations' AND row_id = {id_}
        ORDER BY audit_id DESC LIMIT 1""")
    return json.loads(row)


def test_offline_gift():
    a = gift(received_on='2026-03-02', check_number='1041',
             deposited_on='2026-03-04', note='From the\ndinner',
             first_name='Olga', last_name='Check', email='olga@offline.test',
             employer='ACME', occupation='Smith', refcode='dinner',
             election='P2026', currency='USD')
    same(a.status, 201, 'a check is recorded')
    d = a.json
    id_ = d['donation_id']
    same({k: d[k] for k in (
        'method', 'amount', 'currency', 'status', 'amount_received',
        'received_on', 'check_number', 'deposited_on', 'note', 'first_name',
        'refcode', 'election', 'payment_intent_id', 'voided_at')},
        {'method': 'check', 'amount': 10000, 'currency': 'usd',
         'status': 'succeeded', 'amount_received': 10000,
         'received_on': '2026-03-02', 'check_number': '1041',
         'deposited_on': '2026-03-04', 'note': 'From the\ndinner',
         'first_name': 'Olga', 'refcode': 'dinner', 'election': 'P2026',
         'payment_intent_id': None, 'voided_at': None}, 'the donation')
    check('warning' not in d, 'no warning', d)
    same(a.headers['Location'], f'/api/v1/donations/{id_}', 'its address')
    same(donation(id_), d, 'GET shows the same')
    voter = api('GET', f'/voters/{d["voter_id"]}', token='manager').json
    same((voter['email_address'], voter['employer']),
         ('olga@offline.test', 'ACME'), 'a new donor becomes a voter')
    same(sql(f"""SELECT interaction_type, outcome FROM interactions
        WHERE voter_id = {d['voter_id']}"""), 'Donation|Donated',
         'with an interaction')
    same(api('GET', f'/donations/{id_}/ledger',
             token='manager').json['entries'][0]['state'], 'succeeded',
         'the ledger has it')
    b = gift(first_name='Olga', last_name='Check',
             email='OLGA@offline.test').json
    same(b['voter_id'], d['voter_id'], 'a known donor is found')
    today = sql("SELECT (now() AT TIME ZONE time_zone)::date FROM campaigns "
                'WHERE campaign_id = 1')
    same(b['received_on'], today, 'received_on is today by default')
    c = gift(voter_id=d['voter_id'], method='in_kind').json
    same((c['voter_id'], c['method']), (d['voter_id'], 'in_kind'),
         'staff can name the voter')
    n = gift(first_name='No', last_name='Contact', address_zip='44308').json
    same(n['voter_id'], None, 'without e-mail, phone and voter_id: no voter')
    same(audited(n['donation_id'])[0], 'manager', 'the audit log has the user')
    same({r['donation_id'] for r in api(
        'GET', '/donations?method=check&refcode=dinner',
        token='manager').json['donations']}, {id_}, 'the filter method')
    same(api('GET', '/donations?method=card&refcode=dinner',
             token='manager').json['donations'], [], 'another method')
    s = api('GET', '/donations/summary?campaign_id=1&refcode=dinner',
            token='manager').json
    same([(r['method'], r['donations'], r['net']) for r in s['by_method']],
         [('check', 1, 10000)], 'the summary by method')
    key = {'Idempotency-Key': 'offline-1'}
    one, two = (api('POST', '/donations', {
        'campaign_id': 1, 'method': 'cash', 'amount': 700}, 'manager', **key)
        for _ in range(2))
    same((one.json, two.headers['Idempotent-Replayed']), (two.json, 'true'),
         'a repeated call records one gift')


def test_offline_refusals():
    for body, names in (
            ({'method': 'card'}, ['method']), ({'method': 'ach'}, ['method']),
            ({'method': None}, ['method']), ({'amount': 0}, ['amount']),
            ({'amount': 12.5}, ['amount']), ({'amount': None}, ['amount']),
            ({'received_on': '2999-01-01'}, ['received_on']),
            ({'received_on': '2026-02-30'}, ['received_on']),
            ({'deposited_on': '2999-01-01'}, ['deposited_on']),
            ({'currency': 'xyz'}, ['currency']),
            ({'currency': 'dollars'}, ['currency']),
            ({'election': 'X2026'}, ['election']),
            ({'election': 'P26'}, ['election']),
            ({'campaign_id': 2}, ['campaign_id']),
            ({'campaign_id': 99999}, ['campaign_id']),
            ({'campaign_id': None}, ['campaign_id']),
            ({'voter_id': 99999999}, ['voter_id']),
            ({'status': 'succeeded'}, ['status']),
            ({'check_number': 'x' * 51}, ['check_number']),
            ({'currency': 'xyz', 'election': 'P', 'amount': -1, 'method': 'x'},
             ['amount', 'currency', 'election', 'method'])):
        a = gift(**body)
        same((a.status, fields(a)), (400, names), f'{body}')
    theirs = api('POST', '/voters', {
        'first_name': 'T', 'last_name': 'U', 'campaign_id': 2},
        'stranger').json['voter_id']
    same(fields(gift(voter_id=theirs)), ['voter_id'],
         'a voter whom the caller does not see')
    for token, status in (('viewer', 403), ('editor', 403), ('stranger', 400),
                          (None, 401)):
        same(gift(token).status, status, f'{token} records a gift')
    # Today in the campaign's time zone, not in the server's.
    for zone in ('Pacific/Kiritimati', 'Pacific/Pago_Pago'):
        committee(time_zone=zone)
        today = sql("SELECT to_char(now() AT TIME ZONE '" + zone +
                    "', 'YYYY-MM-DD')")
        later = sql("SELECT to_char(now() AT TIME ZONE '" + zone +
                    "' + interval '1 day', 'YYYY-MM-DD')")
        same([gift('admin', campaign_id=5, received_on=day).status
              for day in (today, later)], [201, 400], f'today in {zone}')
    committee()


def test_anonymous_cash():
    for body, warned in (
            ({'amount': 5001}, True), ({'amount': 5000}, False),
            ({'amount': 5001, 'last_name': 'Known'}, False),
            ({'amount': 5001, 'method': 'check'}, False)):
        a = gift(**{'method': 'cash', **body})
        same((a.status, '50.00' in a.json.get('warning', '')),
             (201, warned), f'a warning for {body}')


def test_corrections():
    id_, _ = paid(30000, 1, first_name='Wrong', last_name='Name',
                  employer='Nobody', email='wrong@offline.test')
    was = donation(id_)

    def patch(body, token='manager', method='PATCH', **headers):
        return api(method, f'/donations/{id_}', body, token, **headers)

    a = patch({'first_name': 'Right', 'employer': None, 'occupation': 'Smith',
               'note': 'By phone'})
    same((a.status, a.json['first_name'], a.json['employer'],
          a.json['occupation'], a.json['last_name'], a.json['note']),
         (200, 'Right', None, 'Smith', 'Name', 'By phone'), 'a correction')
    user, action, before, after = audited(id_)
    same((user, action, before['first_name'], after['first_name'],
          before['employer'], after['employer']),
         ('manager', 'update', 'Wrong', 'Right', 'Nobody', None),
         'the audit log has before and after')
    a = patch({**donation(id_), 'amount': 1, 'status': 'failed',
               'campaign_id': 2, 'currency': 'eur', 'received_on':
               '2020-01-01', 'method': 'cash', 'amount_received': 1,
               'address_city': 'Akron'}, method='PUT')
    d = donation(id_)
    same((a.status, d['address_city']), (200, 'Akron'), 'PUT of what GET gave')
    same({k: d[k] for k in ('amount', 'status', 'campaign_id', 'currency',
                            'received_on', 'method', 'amount_received')},
         {k: was[k] for k in ('amount', 'status', 'campaign_id', 'currency',
                              'received_on', 'method', 'amount_received')},
         'what the payment says stays')
    for body, names in (
            ({'check_number': '7'}, ['check_number']),
            ({'deposited_on': '2026-01-01'}, ['deposited_on']),
            ({'election': 'Z2026'}, ['election']),
            ({'unknown': 1}, ['unknown']), ({'employer': 7}, ['employer'])):
        a = patch(body)
        same((a.status, fields(a)), (400, names), f'{body} of a gift by card')
    tag = api('GET', f'/donations/{id_}', token='manager').headers['ETag']
    same(patch({'employer': 'ACME'}, **{'If-Match': tag}).status, 200,
         'If-Match with the current version')
    same(patch({'employer': 'Other'}, **{'If-Match': tag}).status, 412,
         'If-Match with an old version')
    same(donation(id_)['employer'], 'ACME', 'nothing was changed')
    for token, status in (('viewer', 403), ('editor', 403), ('stranger', 404),
                          (None, 401)):
        same(patch({'employer': 'X'}, token).status, status,
             f'{token} corrects a donation')
    check_ = given(1, 'manager', check_number='1', received_on='2026-01-05')
    a = api('PATCH', f'/donations/{check_}', {
        'check_number': '2', 'deposited_on': '2026-01-07', 'refcode': 'mail',
        'election': 'G2026'}, 'manager')
    same([a.json[k] for k in ('check_number', 'deposited_on', 'refcode',
                              'election')],
         ['2', '2026-01-07', 'mail', 'G2026'], 'of a check more')
    same(fields(api('PATCH', f'/donations/{check_}',
                    {'deposited_on': '2999-01-01'}, 'manager')),
         ['deposited_on'], 'a deposit in the future')
    a = api('PATCH', f'/donations/{check_}', {
        'first_name': 'Late', 'last_name': 'Comer',
        'email': 'late@offline.test'}, 'manager')
    check(a.json['voter_id'] is not None, 'the donor becomes a voter', a)


def test_void():
    committee()
    who = {'first_name': 'Vera', 'last_name': 'Void',
           'email': 'vera@offline.test', 'received_on': '2026-02-03'}
    kept, gone = given(**who), given(**who, amount=15000)

    def sums():
        s = api('GET', '/donations/summary?campaign_id=5', token='admin').json
        rows = [r for r in exported('fec') if r['last_name'] == 'Void']
        return (s['totals'][0]['net'] % 10 ** 9,
                [(r['transaction_id'], r['aggregate']) for r in rows])

    net, rows = sums()
    same(rows, [(f'D{kept}', '100.00'), (f'D{gone}', '250.00')],
         'both are receipts')

    def void(id_, body, token='admin'):
        return api('POST', f'/donations/{id_}/void', body, token)

    same((void(gone, {}).status, fields(void(gone, {'reason': ' '}))),
         (400, ['reason']), 'a reason is required')
    for token, status in (('manager', 404), ('stranger', 404), (None, 401)):
        same(void(gone, {'reason': 'x'}, token).status, status,
             f'{token} voids')
    a = void(gone, {'reason': 'Returned by the bank'})
    same((a.status, a.json['status'], a.json['amount'],
          a.json['amount_received'], a.json['void_reason'],
          a.json['received_on'], a.json['voided_at'] is None),
         (200, 'canceled', 15000, 0, 'Returned by the bank', '2026-02-03',
          False), 'the gift is void')
    same(sums(), (net - 15000, [(f'D{kept}', '100.00')]),
         'it is gone from the sums and from the FEC file')
    entries = sql(f"""SELECT count(*) FROM audit_log a JOIN users USING
        (user_id) WHERE table_name = 'donations' AND row_id = {gone}
        AND username = 'admin' AND after ->> 'void_reason' =
        'Returned by the bank'""")
    same(entries, '1', 'the audit log has it')
    same(void(gone, {'reason': 'again'}).status, 409, 'only once')
    id_, _ = paid(2500, 5)
    a = void(id_, {'reason': 'x'})
    check(a.status == 409 and 'refund' in a.json['error'],
          'a gift by card is refunded', a)
    a = api('POST', f'/donations/{kept}/refund', {}, 'admin')
    check(a.status == 409 and 'Void it, or record' in a.json['error'],
          'a check is not refunded by Stripe', a)


def test_refund_of_a_check():
    committee()
    id_ = given(amount=20000, received_on='2026-01-10', last_name='Back')

    def refund(body, who=id_):
        return api('POST', f'/donations/{who}/refunds', body, 'admin')

    for body, names in (
            ({'amount': 20001}, ['amount']), ({'amount': 0}, ['amount']),
            ({'refunded_on': '2026-01-09'}, ['refunded_on']),
            ({'refunded_on': '2999-01-09'}, ['refunded_on'])):
        a = refund(body)
        same((a.status, fields(a)), (400, names), f'a refund of {body}')
    a = refund({'amount': 5000, 'refunded_on': '2026-04-02',
                'reason': 'Over the limit'})
    same((a.status, a.json['status'], a.json['amount_refunded']),
         (200, 'partially_refunded', 5000), 'a refund is recorded')
    same(api('POST', f'/donations/{id_}/void', {'reason': 'x'},
             'admin').status, 409, 'what was refunded was received')
    rows = [r for r in exported('fec_b') if r['back_reference'] == f'D{id_}']
    same([(r['date'], r['amount']) for r in rows], [('20260402', '50.00')],
         'it is a row of Schedule B')
    same(refund({}).json['status'], 'refunded', 'the rest')
    same(refund({}).status, 409, 'nothing is left')
    card, _ = paid(2500, 5)
    same(refund({}, card).status, 409, 'a gift by card')


def test_list_of_refunds():
    committee()
    sql("DELETE FROM donations WHERE campaign_id = 5")
    a, one = paid_at('2026-02-05T15:00:00+00:00', 10000, first_name='Re',
                     last_name='Fund')
    b, two = paid_at('2026-02-06T15:00:00+00:00', 20000)
    c, three = paid_at('2026-02-07T15:00:00+00:00', 30000)
    refunded_at('2026-09-01T03:30:00+00:00', two, 2000)
    refunded_at('2026-03-01T15:00:00+00:00', one, 1000)
    opened = happen('dispute', three)
    for e in opened:
        deliver({**e, 'created': at('2026-05-01T15:00:00+00:00')})
    for e in happen('dispute_closed', three, status='lost',
                    dispute=opened[0]['data']['object']['id']):
        deliver({**e, 'created': at('2026-05-02T15:00:00+00:00')})
    every = [(a, 'refund', '2026-03-01', 1000),
             (c, 'chargeback', '2026-05-02', 30000),
             (b, 'refund', '2026-08-31', 2000)]

    def refunds(query=''):
        return [(r['donation_id'], r['kind'], r['refunded_on'], r['amount'])
                for r in listed('/donations/refunds?campaign_id=5' + query,
                                'refunds')]

    same(refunds(), every, 'by the day of the refund, in its time zone')
    same(refunds('&since=2026-05-02&until=2026-08-31'), every[1:],
         'since and until include their days')
    same(refunds('&kind=refund'), [every[0], every[2]], 'by kind')
    same(refunds('&sort=-refunded_on'), every[::-1], 'the newest first')
    seen, cursor = [], ''
    while cursor is not None:
        page = api('GET', '/donations/refunds?campaign_id=5&per_page=1'
                   + cursor, token='admin').json
        seen += [r['donation_id'] for r in page['refunds']]
        cursor = page['next_cursor'] and '&cursor=' + page['next_cursor']
    same(seen, [a, c, b], 'page by page')
    for bad in ('since=2026-13-01', 'kind=x', 'nonsense=1'):
        same(api('GET', f'/donations/refunds?{bad}', token='admin').status,
             400, f'{bad}: 400')
    same({r['campaign_id'] for r in api(
        'GET', '/donations/refunds?per_page=200',
        token='stranger').json['refunds']} - {2}, set(),
        'only those of the own campaigns')
    same(api('GET', '/donations/refunds?campaign_id=5',
             token='stranger').json['refunds'], [], 'none of another')


def test_limits():
    """Campaign 3 has a limit of 100.00 per election."""
    sql("DELETE FROM donations WHERE campaign_id = 3")
    who = {'first_name': 'Lee', 'last_name': 'Mit',
           'email': 'lee@limits.test', 'election': 'P2026'}
    first = given(3, **who, amount=6000, received_on='2026-01-05')
    second = given(3, **who, amount=5000, received_on='2026-02-01')
    third = given(3, **who, amount=1000, received_on='2026-02-02')
    other = given(3, **{**who, 'election': 'G2026'}, amount=9000,
                  received_on='2026-02-03')
    given(3, amount=9000, first_name='Un', last_name='Der',
          email='under@limits.test')

    def limits(query=''):
        return [tuple(r[k] for k in (
            'donation_id', 'election', 'contributed', 'contribution_limit',
            'excess', 'exceeded_on', 'refund_by'))
            for r in listed('/donations/limits?campaign_id=3' + query,
                            'limits')]

    over = [(second, 'P2026', 12000, 10000, 2000, '2026-02-01', '2026-04-02')]
    same(limits(), over, 'the donor, the excess and the day')
    same(limits('&election=G2026'), [], 'each election has its limit')

    def rows(value, path='/donations'):
        a = api('GET', f'{path}?campaign_id=3&over_limit={value}',
                token='admin')
        same(a.status, 200, f'{path} over_limit={value}')
        return a

    same({d['donation_id'] for d in rows('true').json['donations']},
         {second, third}, 'over_limit=true: the gifts beyond the limit')
    check({first, other} < {d['donation_id'] for d in rows(
        'false').json['donations']}, 'over_limit=false: the others')
    same(rows('true', '/donations/summary').json['totals'][0]['net'], 6000,
         'the summary takes the filter')
    same({int(r['donation_id']) for r in csv.DictReader(io.StringIO(rows(
        'true', '/donations/export').text))}, {second, third},
        'and the export')
    voter = donation(first)['voter_id']
    same(len(api('GET', f'/voters/{voter}/donations?over_limit=true',
                 token='admin').json['donations']), 2, "and a voter's list")
    same(api('GET', '/donations?over_limit=x', token='admin').status, 400,
         'another value: 400')
    # A refund of the excess ends it.
    same(api('POST', f'/donations/{second}/refunds', {'amount': 2000},
             'admin').status, 200, 'the excess is refunded')
    same(limits(), [], 'the donor is within the limit')
    # A void does not count; merged voters are one donor.
    double = given(3, **{**who, 'email': 'lee2@limits.test', 'first_name':
                         'Leeroy'}, amount=500, received_on='2026-03-01')
    same(limits(), [], 'another donor')
    same(api('POST', '/voters/merge', {
        'keep': voter, 'merge': [donation(double)['voter_id']]},
        'admin').status, 200, 'the voters are merged')
    same(limits(), [(double, 'P2026', 10500, 10000, 500, '2026-03-01',
                     '2026-04-30')], 'gifts of merged voters count together')
    api('POST', f'/donations/{double}/void', {'reason': 'x'}, 'admin')
    same(limits(), [], 'what is void does not count')
    same(listed('/donations/limits', 'limits', 'stranger'), [],
         'only those of the own campaigns')


def test_best_efforts():
    committee()
    sql("DELETE FROM donations WHERE campaign_id = 5")
    who = {'first_name': 'Bea', 'last_name': 'Effort',
           'email': 'bea@efforts.test'}
    old = given(**who, amount=15000, received_on='2026-01-05',
                employer='ACME', occupation='Smith')
    new = given(**who, amount=5000, received_on='2026-02-05')

    def donors(query=''):
        return [(r['donation_id'], r['last_name'], r['contributed'])
                for r in listed('/donations/best-efforts?campaign_id=5'
                                + query, 'donors')]

    same(donors(), [], '200.00 is not over 200.00')
    last = given(**who, amount=100, received_on='2026-02-06',
                 employer='ACME')
    same(donors(), [(last, 'Effort', 20100)], 'one donor, the newest gift')
    same(donors('&until=2026-02-05'), [], 'the filter until')
    for id_ in (new, last):
        api('PATCH', f'/donations/{id_}', {
            'employer': 'ACME', 'occupation': 'Smith'}, 'admin')
    same(donors(), [], 'a correction ends it')
    api('PATCH', f'/donations/{old}', {'employer': None}, 'admin')
    same(donors(), [(old, 'Effort', 20100)], 'and null brings it back')
    given(**{**who, 'email': 'x@efforts.test', 'last_name': 'Void'},
          amount=90000, received_on='2026-01-01')
    void = donors()[-1][0]
    api('POST', f'/donations/{void}/void', {'reason': 'x'}, 'admin')
    same(len(donors()), 1, 'what is void does not count')


def test_receipt():
    nasty = '<script>alert("1")</script>&\'x'
    committee(committee_name='Friends of <b>Five</b>',
              paid_for_by='Paid for by "Five" & Co')
    id_ = given(amount=123456, received_on='2026-05-06', first_name=nasty,
                last_name='O\'Neil & "Sons"', address_line1='1 <i>Main</i>',
                address_city='Akron', address_state='OH',
                address_zip='44308', check_number='77')
    a = api('GET', f'/donations/{id_}/receipt', token='admin')
    same((a.status, a.headers['Content-Type']),
         (200, 'text/html; charset=utf-8'), 'a receipt is a page')
    for text in ('Friends of &lt;b&gt;Five&lt;/b&gt;',
                 'Paid for by &quot;Five&quot; &amp; Co', 'USD 1234.56',
                 '2026-05-06', 'Check', '77', 'Akron OH 44308',
                 '1 &lt;i&gt;Main&lt;/i&gt;', '&lt;script&gt;',
                 'O&#39;Neil &amp; &quot;Sons&quot;', 'not deductible'):
        check(text in a.text, f'the receipt has {text}', a.text)
    for text in ('<script', '<b>', '<i>', 'onload', 'style='):
        check(text not in a.text, f'the receipt has no {text}', a.text)
    check("default-src 'none'" in a.headers['Content-Security-Policy'],
          'its policy is that of every answer')
    refunded, intent = paid(2500, 5)
    refunded_at('2026-06-01T15:00:00+00:00', intent, 500)
    a = api('GET', f'/donations/{refunded}/receipt', token='admin')
    check('USD 25.00' in a.text and 'USD 5.00' in a.text,
          'a refund is on the receipt', a)
    pending = create(2500, 5).json['donationId']
    same(api('GET', f'/donations/{pending}/receipt', token='admin').status,
         409, 'a pending donation has none')
    api('POST', f'/donations/{id_}/void', {'reason': 'x'}, 'admin')
    same(api('GET', f'/donations/{id_}/receipt', token='admin').status, 409,
         'what is void has none')
    for token, status in (('manager', 404), (None, 401)):
        same(api('GET', f'/donations/{refunded}/receipt',
                 token=token).status, status, f'a receipt for {token}')


def test_statements():
    committee()
    sql("DELETE FROM donations WHERE campaign_id = 5")
    who = {'first_name': '=cmd()', 'last_name': 'A, "B"\tC',
           'address_line1': '@home', 'email': 'state@ment.test'}
    given(**who, amount=1050, received_on='2025-12-31')
    given(**who, amount=2000, received_on='2026-01-01')
    last = given(**{**who, 'address_line1': '+new'}, amount=3000,
                 received_on='2026-05-01')
    api('POST', f'/donations/{last}/refunds', {
        'amount': 500, 'refunded_on': '2026-06-01'}, 'admin')
    void = given(**who, amount=700, received_on='2026-05-02')
    api('POST', f'/donations/{void}/void', {'reason': 'x'}, 'admin')

    def statements(year, token='admin', more='&campaign_id=5'):
        a = api('GET', f'/donations/statements?year={year}{more}',
                token=token)
        same((a.status, a.headers['Content-Type']),
             (200, 'text/csv; charset=utf-8'), f'statements of {year}')
        return [[r[k] for k in (
            'year', 'first_name', 'last_name', 'address_line1', 'currency',
            'gifts', 'given', 'refunded', 'net', 'first_gift', 'last_gift')]
            for r in csv.DictReader(io.StringIO(a.text, newline=''))]

    same(statements(2026), [[
        '2026', "'=cmd()", 'A, "B" C', "'+new", 'usd', '2', '50.00', '5.00',
        '45.00', '2026-01-01', '2026-05-01']], 'a row for each donor')
    same([r[6:9] for r in statements(2025)], [['10.50', '0.00', '10.50']],
         'each year by itself')
    same(statements(2024), [], 'a year without gifts')
    for query in ('', '?year=x', '?year=26', '?year=2026&x=1'):
        same(api('GET', '/donations/statements' + query,
                 token='admin').status, 400, f'{query}: 400')
    same(api('GET', '/donations/statements?year=2026',
             token='viewer').status, 403, 'managers only')
    same([r for r in statements(2026, 'stranger', '')
          if "'=cmd()" in r], [], 'only those of the own campaigns')


def consents(voter):
    rows = sql(f"""SELECT channel || ' ' || granted || ' ' || confirmed
        || ' ' || by_visitor || ' ' || source
        FROM consents WHERE voter_id = {voter} ORDER BY consent_id""")
    return rows.splitlines()


def test_consents():
    def may(voter, channel):
        return sql(f"""SELECT may_contact(v, '{channel}', 1) FROM voters v
            WHERE voter_id = {voter}""")

    before, _ = paid(2500, 1, first_name='Con', last_name='Sent',
                     email='con@sent.test', contact_email=True,
                     contact_sms=False)
    voter = donation(before)['voter_id']
    same(sorted(consents(voter)), ['email true true true Donation',
                                   'sms false true true Donation'],
         'answers before the payment become consents')
    same(may(voter, 'email'), 't', 'the campaign may write')
    id_, intent = paid(2500, 1, first_name='Late', last_name='Answer',
                       email='answer@sent.test')
    voter = donation(id_)['voter_id']
    same(consents(voter), [], 'no answer, no consent')

    def details(**more):
        same(api('POST', '/donate/update-donation-details', {
            'payment_intent_id': intent, **more}).status, 200,
            f'details {more}')

    details(contact_email=True)
    details(contact_email=True, occupation='Smith')
    same(consents(voter), ['email true true true Donation'],
         'an answer after the webhook is recorded once')
    # The stored evidence is from the donor's request, not from the webhook.
    def proof(voter):
        return sql(f"""SELECT concat_ws(' ', page_url, user_agent,
            host(remote_address), wording) FROM consents
            WHERE voter_id = {voter} ORDER BY consent_id DESC LIMIT 1""")

    a = api('POST', '/donate/create-payment-intent', {
        'amount': 2500, 'campaign_id': 1, 'contact_email': True,
        'first_name': 'Pro', 'last_name': 'Of', 'email': 'pro@sent.test',
        'consent_text': 'Keep me posted'}, **{
            'Referer': 'https://give.example.org/', 'User-Agent': 'Br/1'}).json
    for e in happen('succeeded', a['paymentIntentId']):
        deliver(e)
    d = donation(a['donationId'])
    same(proof(d['voter_id']),
         'https://give.example.org/ Br/1 127.0.0.1 Keep me posted',
         'the proof of a consent')
    same(api('POST', '/donate/update-donation-details', {
        'payment_intent_id': a['paymentIntentId'], 'contact_mail': True,
        'page_url': 'https://thanks.example.org/'},
        **{'User-Agent': 'Br/2'}).status, 200, 'a later answer')
    same(proof(d['voter_id']), 'https://thanks.example.org/ Br/2 127.0.0.1',
         'has its own proof')
    same(sql(f"""SELECT consent_proof FROM donations
        WHERE donation_id = {d['donation_id']}"""), '',
         'the donation does not keep it')
    # The longest text that is allowed, in characters of four bytes.
    same(api('POST', '/donate/create-payment-intent', {
        'amount': 2500, 'campaign_id': 1, 'contact_email': True,
        'first_name': 'Long', 'last_name': 'Words', 'email': 'lw@sent.test',
        'consent_text': '\U0001f4ec' * 10000}).status, 200,
        'a long text of a consent')
    # An opt-out is not lifted by a donor's answer.
    same(api('POST', f'/voters/{voter}/consents', {
        'campaign_id': 1, 'channel': 'email', 'granted': False},
        'manager').status, 201, 'staff record an opt-out')
    again, _ = paid(2500, 1, first_name='Late', last_name='Answer',
                    email='answer@sent.test', contact_email=True)
    same(donation(again)['voter_id'], voter, 'the same voter')
    same(consents(voter)[-1], 'email true false true Donation',
         'a consent against an opt-out is unconfirmed')
    same(may(voter, 'email'), 'f', 'the opt-out counts')
    # A refusal withdraws.
    who = {'first_name': 'With', 'last_name': 'Draw',
           'email': 'with@draw.test'}
    id_, _ = paid(2500, 1, **who, contact_email=True)
    voter = donation(id_)['voter_id']
    paid(2500, 1, **who, contact_email=False)
    same((consents(voter)[-1], may(voter, 'email')),
         ('email false true true Donation', 'f'), 'a refusal withdraws')
    offline = gift(first_name='Card', last_name='Reply',
                   email='reply@draw.test', contact_email=True).json
    same(consents(offline['voter_id']), ['email true true true Donation'],
         'and of a check')
    phone = gift(first_name='Only', last_name='Phone',
                 phone_number='512-555-0177', contact_email=False,
                 contact_phone=False).json
    same(len(consents(phone['voter_id'])), 2, 'without an e-mail address')
    unpaid = create(2500, 1, **who, contact_sms=True).json['donationId']
    same(donation(unpaid)['voter_id'], None, 'nothing before the payment')


def test_merged_and_erased():
    committee()
    who = {'first_name': 'Era', 'last_name': 'Sed', 'address_zip': '44308',
           'amount': 15000, 'received_on': '2026-02-02'}
    one = given(**who, email='era1@erase.test')
    two = given(**{**who, 'first_name': 'Erah'}, email='era2@erase.test')
    keep, gone = (donation(i)['voter_id'] for i in (one, two))
    check(keep != gone, 'two voters', keep, gone)

    def aggregates():
        return [r['aggregate'] for r in exported('fec')
                if r['last_name'] == 'Sed']

    same(aggregates(), ['150.00', '150.00'], 'two donors')
    merge = api('POST', '/voters/merge', {'keep': keep, 'merge': [gone]},
                'admin').json
    same([donation(i)['voter_id'] for i in (one, two)], [keep, keep],
         f'a merge moves the gifts: {merge}')
    same(aggregates(), ['150.00', '300.00'], 'one donor')
    same(api('DELETE', f'/voters/{keep}?erase=true', token='admin').status,
         200, 'the voter is erased')
    d = donation(one)
    same((d['voter_id'], d['amount_received'], d['last_name']),
         (None, 15000, 'Sed'), 'the gift stays, as the law requires')
    api('PATCH', f'/donations/{one}', {'employer': 'ACME'}, 'admin')
    same(donation(one)['voter_id'], None, 'a correction makes no new voter')


main(globals())
