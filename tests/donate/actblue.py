"""Gifts through ActBlue and others, in files and by ActBlue's webhook."""
import base64
import csv
import io
import json
import os

from support import (
    ENV, WEB, api, check, committee, donation, exported, main,
    request, same, sql)

# The headings of ActBlue's file of paid contributions in September 2026.
PAID = '''Receipt ID,Date,Amount,Recurring Total Months,Recurrence Number,
Recipient,Fundraising Page,Fundraising Partner,Reference Code 2,Reference Code,
Donor First Name,Donor Last Name,Donor Addr1,Donor Addr2,Donor City,Donor State,
Donor ZIP,Donor Country,Donor Occupation,Donor Employer,Donor Email,Donor Phone,
New Express Signup,Comments,Check Number,Check Date,Employer Addr1,
Employer Addr2,Employer City,Employer State,Employer ZIP,Employer Country,
Donor ID,Fundraiser ID,Fundraiser Recipient ID,Fundraiser Contact Email,
Fundraiser Contact First Name,Fundraiser Contact Last Name,Partner ID,
Partner Contact Email,Partner Contact First Name,Partner Contact Last Name,
Reserved,Lineitem ID,AB Test Name,AB Variation,Recipient Committee,Recipient ID,
Recipient Gov ID,Recipient Election,Reserved,Payment ID,Payment Date,
Disbursement ID,Disbursement Date,Recovery ID,Recovery Date,Refund ID,
Refund Date,Fee,Recur Weekly,ActBlue Express Lane,Reserved,Card Type,Reserved,
Reserved,Reserved,Reserved,Mobile,Recurring Upsell Shown,
Recurring Upsell Succeeded,Double Down,Smart Recurring,Monthly Recurring Amount,
Apple Pay,Card Replaced by Account Updater,ActBlue Express Donor,
Custom Field 1 Label,Custom Field 1 Value,Donor US Passport Number,
Text Message Opt In,Gift Identifier,Gift Declined,Shipping Addr1,Shipping City,
Shipping State,Shipping Zip,Shipping Country,Weekly Recurring Amount,
Smart Boost Amount,Smart Boost Shown,Bump Recurring Seen,
Bump Recurring Succeeded,Weekly to Monthly Rollover Date,
Weekly Recurring Sunset,Recurring Type,Recurring Pledged,Paypal,Kind,
Managed Entity Name,Managed Entity Committee Name'''.replace('\n', '').split(',')
CANCELLED = '''Receipt ID,Recurrence Amount,Total Amount,Initial Pledge Length,
Recurrence Frequency,Initial Contribution Date,Cancelled On,Express Donor,
Donor First Name,Donor Last Name,Donor Address,Donor City,Donor State,Donor ZIP,
Donor Country,Donor Occupation,Donor Employer,Donor Email,Donor Phone,
Reference Code,Contribution Form,Recurring Period,Recurring Duration,
Cancelation Reason,Sequence,FEC Id,Committee Name'''.replace('\n', '').split(',')
assert len(PAID) == 101 and PAID.count('Reserved') == 7
KEYS = ('rows', 'created', 'updated', 'unchanged', 'rejected')
BASIC = {'Authorization': 'Basic ' + base64.b64encode(
    b'actblue-five:not-a-guess-0123456789').decode()}


def line(n, **more):
    """The cells of a paid line item; keys have _ for spaces."""
    return {'Receipt ID': f'AB{n}', 'Lineitem ID': str(n),
            'Date': '2026-05-09 17:33:08', 'Amount': '25.00',
            'Recurrence Number': '1', 'Donor First Name': 'Ada',
            'Donor Last Name': f'Item{n}', 'Donor Addr1': '1 Main St',
            'Donor City': 'Dayton', 'Donor State': 'OH',
            'Donor ZIP': '45402', 'Donor Country': 'United States',
            'Donor Occupation': 'Welder', 'Donor Employer': 'Own Shop',
            'Donor Email': f'item{n}@blue.test',
            'Donor Phone': f'937555{n % 10000:04}', 'Fee': '0.99',
            'Reference Code': 'spring', 'Kind': 'page',
            **{k.replace('_', ' '): v for k, v in more.items()}}


def text(rows, headings=None):
    out = io.StringIO()
    headings = headings or PAID
    w = csv.writer(out)
    w.writerow(headings)
    w.writerows([[row.get(h, '') for h in headings] for row in rows])
    return out.getvalue()


def send(body, query='', campaign=5, token='admin'):
    return api('POST', f'/donations/import?campaign_id={campaign}{query}',
               body, token, **{'Content-Type': 'text/csv'})


def counts(answer):
    return {k: answer.json[k] for k in KEYS if answer.json[k]}


def gift(n, campaign=5, source='actblue'):
    return donation(sql(f"SELECT donation_id FROM donations WHERE source = "
                        f"'{source}' AND external_id = '{n}' "
                        f"AND campaign_id = {campaign}"))


def gifts():
    return int(sql("SELECT count(*) FROM donations "
                   "WHERE source IS NOT NULL"))


def delivery(n, **item):
    """Return what the webhook sends for a line item."""
    return {
        'donor': {'firstname': 'Ada', 'lastname': f'Item{n}',
                  'addr1': '1 Main St', 'city': 'Dayton', 'state': 'OH',
                  'zip': '45402', 'country': 'United States',
                  'email': f'item{n}@blue.test', 'phone': '(937) 555-0000',
                  'isEligibleForExpressLane': False,
                  'employerData': {'employer': 'Own Shop',
                                   'occupation': 'Welder',
                                   'employerAddr1': None}},
        'contribution': {'createdAt': '2026-05-09T17:33:08-04:00',
                         'orderNumber': f'AB{n}', 'contributionForm': 'page',
                         'refcodes': {'refcode': 'spring'},
                         'refcode': 'spring', 'recurringPeriod': 'once',
                         'recurringDuration': 1, 'isPaypal': False,
                         'customFields': [], 'status': 'approved'},
        'lineitems': [{'sequence': 1, 'entityId': 1, 'fecId': 'C00123456',
                       'committeeName': 'Five', 'amount': '25.0',
                       'paidAt': '2026-05-09T17:33:08-04:00',
                       'paymentId': 1, 'lineitemId': n, **item}],
        'form': {'name': 'page', 'kind': 'page'},
        'somethingNew': {'a': [1, None]}}


def hook(body, headers=None, campaign=5):
    if not isinstance(body, str):
        body = json.dumps(body)
    return request(WEB, 'POST', f'/api/v1/donate/actblue/{campaign}', body,
                   {'Content-Type': 'application/json',
                    **(BASIC if headers is None else headers)})


def test_paid_file():
    committee()
    before = gifts()
    rows = [line(1001, Date='2026-07-01 00:30:00'),
            line(1002, Amount='1,250.50', Recurring_Type='forever',
                 Disbursement_Date='2026-05-12 00:00:00')]
    a = send(text(rows), '&dry_run=true')
    same((a.status, counts(a), a.json['dry_run']),
         (200, {'rows': 2, 'created': 2}, True), 'a dry run counts')
    same(gifts(), before, 'and stores nothing')
    a = send(text(rows))
    same((a.status, counts(a)), (200, {'rows': 2, 'created': 2}), 'two gifts')
    same((a.json['source'], a.json['errors'], a.json['warnings']),
         ('actblue', [], []), 'without errors')
    used = {c['header']: c['column'] for c in a.json['columns']}
    same((used['Lineitem ID'], used['Receipt ID'], used['Reference Code'],
          len(a.json['columns'])),
         ('external_id', 'external_order', 'refcode', 101), 'the columns')
    same(a.json['unmapped_columns'].count('Reserved'), 7, 'all unmapped')
    one, two = gift(1001), gift(1002)
    same({k: one[k] for k in (
        'amount', 'currency', 'status', 'method', 'amount_received',
        'received_on', 'succeeded_at', 'source', 'external_id',
        'external_order', 'recurrence', 'conduit_fee', 'refcode', 'employer',
        'occupation', 'address_country', 'phone_number', 'email',
        'is_recurring', 'disbursed_on')}, {
        'amount': 2500, 'currency': 'usd', 'status': 'succeeded',
        'method': 'other', 'amount_received': 2500,
        'received_on': '2026-07-01',
        'succeeded_at': '2026-07-01T04:30:00Z', 'source': 'actblue',
        'external_id': '1001', 'external_order': 'AB1001', 'recurrence': 1,
        'conduit_fee': 99, 'refcode': 'spring', 'employer': 'Own Shop',
        'occupation': 'Welder', 'address_country': 'US',
        'phone_number': '+19375551001', 'email': 'item1001@blue.test',
        'is_recurring': False, 'disbursed_on': None},
        'half past midnight in New York')
    same((two['amount'], two['is_recurring'], two['disbursed_on']),
         (125050, True, '2026-05-12'), 'a series')
    check(one['voter_id'] and one['recorded_at'], 'a voter was made')
    same(sql(f"SELECT concat_ws(' ', first_name, last_name, employer, city) "
             f"FROM voters WHERE voter_id = {one['voter_id']}"),
         'Ada Item1001 Own Shop Dayton', 'with the details')
    same(sql(f"SELECT interaction_type FROM interactions "
             f"WHERE voter_id = {one['voter_id']}"), 'Donation',
         'and an interaction')
    same(sql("SELECT count(*) FROM audit_log WHERE table_name = 'donations' "
             "AND action = 'insert' AND user_id = 1 "
             f"AND row_id = {one['donation_id']}"), '1', 'it is audited')
    before = sql("SELECT md5(string_agg(d::text, '' ORDER BY donation_id)) "
                 "FROM donations d WHERE source IS NOT NULL")
    a = send(text(rows))
    same((a.status, counts(a)), (200, {'rows': 2, 'unchanged': 2}),
         'the file again')
    same(sql("SELECT md5(string_agg(d::text, '' ORDER BY donation_id)) "
             "FROM donations d WHERE source IS NOT NULL"), before,
         'changes nothing')
    sql("UPDATE campaigns SET time_zone = 'America/Los_Angeles' "
        "WHERE campaign_id = 5")
    send(text([line(1003, Date='2026-07-01 00:30:00')]))
    same(gift(1003)['received_on'], '2026-06-30',
         "the day is that of the campaign's time zone")
    committee()
    a = api('GET', '/donations?source=actblue&campaign_id=5', token='admin')
    same(len(a.json['donations']), 3, 'a filter by source')


def test_refunded_and_cancelled():
    send(text([line(1101, Amount='300.00'),
               line(1102, Receipt_ID='AB1102', Recurring_Type='forever')]))
    back = line(1101, Amount='-300.00', Refund_ID='77',
                Refund_Date='2026-06-02 23:30:00')
    a = send(text([back, line(1103, Refund_ID='78',
                              Refund_Date='2026-06-03 10:00:00')]))
    same(counts(a), {'rows': 2, 'created': 1, 'updated': 1}, 'refunds')
    for n in (1101, 1103):
        d = gift(n)
        same((d['status'], d['amount_refunded'] == d['amount']),
             ('refunded', True), f'{n} is refunded')
    same(sql("SELECT (happened_at AT TIME ZONE 'America/New_York')::text "
             "FROM donation_ledger WHERE kind = 'refund' "
             f"AND donation_id = {gift(1101)['donation_id']}"),
         '2026-06-02 23:30:00', 'on its day')
    same(counts(send(text([back]))), {'rows': 1, 'unchanged': 1}, 'again')
    ends = text([{'Receipt ID': 'AB1102', 'Recurrence Amount': '25.00',
                  'Cancelled On': '2026-06-01 10:00:00',
                  'Donor First Name': 'Ada'},
                 {'Receipt ID': 'AB-unknown',
                  'Cancelled On': '2026-06-01 10:00:00'}], CANCELLED)
    a = send(ends)
    same((a.status, counts(a)),
         (200, {'rows': 2, 'updated': 1, 'rejected': 1}), 'cancellations')
    same([(e['line'], e['column']) for e in a.json['errors']],
         [(3, 'Receipt ID')], 'one is unknown')
    same(gift(1102)['recurring_canceled_at'], '2026-06-01T14:00:00Z',
         'the series has ended')
    same(counts(send(ends)), {'rows': 2, 'unchanged': 1, 'rejected': 1},
         'again')


def test_conflict():
    send(text([line(1201)]))
    other = text([line(1201, Amount='26.00')])
    for _ in range(2):
        a = send(other)
        same((a.status, counts(a)), (422, {'rows': 1, 'rejected': 1}),
             'another amount')
        same([(e['line'], e['column']) for e in a.json['errors']],
             [(2, 'Amount')], 'names the cell')
    same(gift(1201)['amount_received'], 2500, 'the gift stays')
    same(hook(delivery(1201, amount='27.00')).json['outcome'], 'conflict',
         'the webhook too')
    a = send(text([line(1202), line(1202, Amount='1.00')]))
    same((a.status, counts(a)), (200, {'rows': 2, 'created': 1,
                                       'rejected': 1}), 'within a file')
    # A manager has refunded it by a check already.
    api('POST', f"/donations/{gift(1202)['donation_id']}/refunds",
        {'amount': 2000}, 'admin')
    a = send(text([line(1202, Refund_Date='2026-06-02 23:30:00')]))
    same([e['column'] for e in a.json['errors']], ['refund_amount'],
         'a refund of more than is left')
    same(sql("SELECT string_agg(concat_ws(' ', external_id, kind, known, "
             "reported), ', ' ORDER BY external_id, kind, reported) "
             "FROM gift_conflicts JOIN donations USING (donation_id) "
             "WHERE external_id IN ('1201', '1202')"),
         '1201 amount 2500 2600, 1201 amount 2500 2700, '
         '1202 amount 2500 100, 1202 refund 500 2500', 'each is kept once')


def test_bad_files():
    before = gifts()
    bad = [line(1301, Amount='lots'), line(1302, Date='yesterday'),
           line(1303, Date='2099-01-01 00:00:00'), line(1304, Amount='0'),
           line(1305, Amount='-5.00'), {**line(1306), 'Lineitem ID': ''}]
    a = send(text(bad))
    same((a.status, counts(a)), (422, {'rows': 6, 'rejected': 6}),
         'every row is rejected')
    same(sorted((e['line'], e['column']) for e in a.json['errors']),
         [(2, 'Amount'), (3, 'Date'), (4, 'Date'), (5, 'Amount'),
          (6, 'Amount'), (7, 'Lineitem ID')], 'by line and column')
    same(gifts(), before, 'nothing is stored')
    a = send(text([line(1307, Fee='free', Donor_Email='none')]))
    same((counts(a), [w['column'] for w in a.json['warnings']]),
         ({'rows': 1, 'created': 1}, ['Fee']), 'a fee is a warning')
    for what, body, query in (
            ('other columns', 'Name,Gift\nA,1\n', ''),
            ('ActBlue as another source', text([line(1)]), '&source=anedot'),
            ('an empty file', '\n', '')):
        a = send(body, query)
        same(a.status, 422, what)
    a = send('Name,Gift\nA,1\n')
    check('Name, Gift' in a.text, 'the headings that were seen')
    for query in ('&mapping=[]', '&source=A%20B', '&dry_run=maybe',
                  '&nonsense=1', '&mapping={"id":"Name"}&source=x'):
        same(send('Name,Gift\nA,1\n', query).status, 400, query)
    same(send(text([line(1308)]), campaign=0).status, 400, 'campaign 0')
    same(api('POST', '/donations/import', text([line(1308)]), 'admin',
             **{'Content-Type': 'text/csv'}).status, 400, 'no campaign')
    for token, campaign, status in (
            ('manager', 1, 200), ('editor', 1, 403), ('viewer', 1, 403),
            ('stranger', 1, 404), ('manager', 5, 404), ('admin', 99, 404)):
        same(send(text([line(1309)]), '', campaign, token).status, status,
             f'{token} in {campaign}')
    same(send('', token='admin').status, 400, 'no body')
    same(api('POST', '/donations/import?campaign_id=5', '{}',
             'admin').status, 415, 'JSON')


def test_other_source():
    headings = ['Id', 'Given', 'When', 'First', 'Last', 'Back on', 'Back']
    rows = [{'Id': 'x-1', 'Given': '$10.00', 'When': '5/9/2026 11:30 PM',
             'First': 'Bo', 'Last': 'Mapped'},
            {'Id': 'x-2', 'Given': '20', 'When': '2026-05-09T23:30:00-07:00',
             'First': 'Cy', 'Last': 'Mapped', 'Back on': '5/10/2026',
             'Back': '5.00'}]
    mapping = json.dumps({
        'external_id': 'id', 'amount': 'Given', 'paid_at': 'When',
        'first_name': 'First', 'last_name': 'Last',
        'refunded_at': 'Back on', 'refund_amount': 'Back'})
    form = ''.join(
        f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
        for k, v in (('campaign_id', 5), ('source', 'anedot'),
                     ('mapping', mapping)))
    form += ('--b\r\nContent-Disposition: form-data; name="file"; '
             f'filename="a.csv"\r\n\r\n{text(rows, headings)}\r\n--b--\r\n')
    a = api('POST', '/donations/import', form, 'admin',
            **{'Content-Type': 'multipart/form-data; boundary=b'})
    same((a.status, counts(a)), (200, {'rows': 2, 'created': 2}), 'a form')
    one, two = (gift(n, source='anedot') for n in ('x-1', 'x-2'))
    same((one['received_on'], one['amount'], two['received_on'],
          two['amount_refunded'], two['status']),
         ('2026-05-09', 1000, '2026-05-10', 500, 'partially_refunded'),
         'times of the campaign, and of an offset')
    for part in (mapping.replace('"Given"', '"Gave"'),
                 json.dumps({'external_id': 'Id', 'amount': 'Given'})):
        a = send(text(rows, headings), '&source=anedot&mapping='
                 + part.replace(' ', '%20').replace('"', '%22'))
        same(a.status, 422, f'{part}: {a.text[:80]}')
    same(send(text(rows, headings), '&mapping={"external_id":"Id"}').status,
         400, 'a mapping needs a source')
    api('PATCH', '/campaigns/5', {'committee_id': 'C00123456'}, 'admin')
    r = [r for r in exported('fec') if r['last_name'] == 'Mapped']
    same({(x['conduit_name'], x['memo_text']) for x in r}, {('', '')},
         'a processor of payments is not a conduit')


def test_webhook():
    committee()
    before = gifts()
    a = hook(delivery(1401, amountLessAbFees='24.01', disbursedAt=None))
    same((a.status, a.json), (200, {'success': True, 'outcome': 'created'}),
         'a delivery, unknown keys pass')
    d = gift(1401)
    same((d['amount_received'], d['received_on'], d['conduit_fee'],
          d['employer'], d['refcode'], d['address_country'],
          d['is_recurring'], bool(d['voter_id'])),
         (2500, '2026-05-09', 99, 'Own Shop', 'spring', 'US', False, True),
         'is a gift')
    same(hook(delivery(1401)).json['outcome'], 'unchanged', 'again')
    same(counts(send(text([line(1401, Disbursement_Date='2026-05-13')]))),
         {'rows': 1, 'updated': 1}, 'the file adds the disbursement')
    same(gift(1401)['disbursed_on'], '2026-05-13', 'its day')
    send(text([line(1402)]))
    same(hook(delivery(1402)).json['outcome'], 'unchanged',
         'after the file')
    same(gifts(), before + 2, 'no gift counts twice')
    a = hook(delivery(1402, refundedAt='2026-06-02T10:00:00-04:00'))
    same((a.json['outcome'], gift(1402)['status']), ('updated', 'refunded'),
         'a refund')
    same(counts(send(text([line(1402, Refund_ID='9',
                                Refund_Date='2026-06-02 10:00:00')]))),
         {'rows': 1, 'unchanged': 1}, 'the file of refunds has no news')
    same(gift(1402)['amount_refunded'], 2500, 'and the refund counts once')
    ends = delivery(1401)
    ends['contribution']['cancelledAt'] = '2026-06-03T10:00:00-04:00'
    same(hook(ends).json['outcome'], 'updated', 'the end of a series')
    same(gift(1401)['recurring_canceled_at'], '2026-06-03T14:00:00Z',
         'is stored')
    ends = {'contribution': {'orderNumber': 'AB-none',
                             'cancelledAt': '2026-06-03T10:00:00Z'},
            'lineitems': [{}]}
    same(hook(ends).status, 404, 'the end of an unknown series')
    many = delivery(1403)
    many['lineitems'].append({**many['lineitems'][0], 'lineitemId': 1404})
    hook(many)
    same(gifts(), before + 4, 'two line items in a delivery')


def test_webhook_refused():
    before = gifts()
    log = os.path.getsize(ENV['LOG'])
    good = 'actblue-five:not-a-guess-0123456789'
    for name in ('', 'x', good[:-1], good + 'x', 'a' + good,
                 good.replace(':', ' ')):
        a = hook(delivery(1501), {'Authorization': 'Basic '
                                  + base64.b64encode(name.encode()).decode()})
        same(a.status, 401, f'{name}: 401')
    same(hook(delivery(1501), {}).status, 401, 'no credentials')
    same(hook('junk', {}).status, 401, 'and no JSON')
    for campaign in (1, 3, 99):
        same(hook(delivery(1501), campaign=campaign).status, 401,
             f'campaign {campaign} has no webhook')
    with open(ENV['LOG'], 'rb') as f:
        f.seek(log)
        lines = f.read().decode().splitlines()
    same(len([x for x in lines if 'actblue' in x]), 11,
         'one line of the log for each')
    check(not [x for x in lines if 'guess' in x or '@blue.test' in x],
          'without secrets')
    for body in ('', 'junk', '[]', 'null', '{}', '{"lineitems":[]}',
                 '{"lineitems":[5]}', '{"lineitems":{}}', '"x"'):
        same(hook(body).status, 400, f'{body}: 400')
    for more in ({'amount': 'lots'}, {'amount': -5}, {'lineitemId': None},
                 {'paidAt': 'today'}, {'paidAt': '2099-01-01T00:00:00Z'},
                 {'amount': None}):
        same(hook(delivery(1502, **more)).status, 400, f'{more}: 400')
    same(gifts(), before, 'nothing is stored')
    a = hook(delivery(1503, paidAt='2026-05-09T17:33:08.123Z'))
    same(a.status, 200, 'a fraction of a second')
    odd = delivery(1504)
    odd['donor'] = {'firstname': 'x' * 300, 'email': ['no'], 'zip': 7}
    same(hook(odd).status, 200, 'odd details of a donor do not lose a gift')
    same((gift(1504)['first_name'], gift(1504)['address_zip']), (None, '7'),
         'they are left out')


def test_fec():
    committee()
    send(text([line(1601, Amount='150.00', Donor_Email='fec@blue.test',
                    Donor_Last_Name='Conduit', Date='2026-03-01 12:00:00'),
               line(1602, Amount='100.00', Donor_Email='fec@blue.test',
                    Donor_Last_Name='Conduit', Date='2026-03-02 12:00:00',
                    Disbursement_Date='2026-03-09'),
               line(1603, Amount='250.00', Donor_Email='fec3@blue.test',
                    Donor_Last_Name='Conduit3', Date='2026-03-03 12:00:00',
                    Refund_Date='2026-04-05 12:00:00')]))
    rows = exported('fec', '&since=2026-03-01&until=2026-03-31'
                    '&source=actblue')
    ids = {n: str(gift(n)['donation_id']) for n in (1601, 1602, 1603)}
    same([r['transaction_id'] for r in rows],
         ['D' + ids[1601], 'D' + ids[1602], 'E' + ids[1602],
          'D' + ids[1603], 'E' + ids[1603]],
         'a memo follows each gift that is itemised')
    same({(r['conduit_name'], r['conduit_city'], r['memo_text'],
           r['purpose']) for r in rows if r['transaction_id'][0] == 'D'},
         {('ActBlue', 'Somerville', 'Earmarked through ActBlue',
           'Earmarked through ActBlue')}, 'the conduit')
    memo = rows[2]
    same([memo[k] for k in ('form_type', 'entity_type', 'organization',
                            'committee_fec_id', 'back_reference', 'date',
                            'amount', 'memo_code')],
         ['SA11AI', 'COM', 'ActBlue', 'C00401224', 'D' + ids[1602],
          '20260309', '100.00', 'X'], 'the memo')
    back = [r for r in exported('fec_b', '&since=2026-04-01')
            if r['last_name'] == 'Conduit3']
    same([(r['back_reference'], r['amount'], r['conduit_name'], r['date'],
           r['memo_text']) for r in back],
         [('D' + ids[1603], '250.00', 'ActBlue', '20260405',
           'Refunded through ActBlue')], 'the refund')


def test_many():
    """A file of so many gifts locks no donors; see tests/sql/gifts.sql."""
    rows = [line(200000 + n, Donor_Phone=f'+1614{5550000 + n}')
            for n in range(600)]
    rows[599]['Donor Email'] = rows[0]['Donor Email']
    a = send(text(rows), campaign=2)
    same((a.status, counts(a)), (200, {'rows': 600, 'created': 600}),
         a.text[:200])
    same(sql("SELECT count(DISTINCT voter_id) FROM donations "
             "WHERE campaign_id = 2 AND source = 'actblue'"), '599',
         'each donor has a voter')


if __name__ == '__main__':
    main(globals())
