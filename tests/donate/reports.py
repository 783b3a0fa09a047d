"""What a treasurer reports: days, aggregates, the FEC's file and sums."""
from support import (
    api, at, check, committee, create, deliver, donation, exported, happen,
    main, paid_at, refunded_at, same, sql)


def test_day_of_a_gift():
    """A bank's debit counts on the day on which it cleared, in the campaign's
    time zone, and until includes its day."""
    committee()
    late, _ = paid_at('2026-10-05T14:00:00+00:00', 77700, email='a@ach.test')
    sql(f"UPDATE donations SET created_at = '2026-09-29' "
        f"WHERE donation_id = {late}")
    eve, _ = paid_at('2026-07-01T01:30:00+00:00', 3100, email='b@ach.test')
    year, _ = paid_at('2026-01-01T02:00:00+00:00', 3200, email='c@ach.test')

    def quarter(since, until):
        a = api('GET', '/donations?campaign_id=5&per_page=200'
                f'&since={since}&until={until}', token='admin').json
        days = {d['donation_id']: d['received_on'] for d in a['donations']}
        rows = {int(r['transaction_id'][1:]): r['date'] for r in exported(
            'fec', f'&since={since}&until={until}')}
        return {i: (days.get(i), rows.get(i)) for i in (late, eve, year)
                if i in days or i in rows}

    same(quarter('2026-07-01', '2026-09-30'), {}, 'none in the third quarter')
    same(quarter('2026-10-01', '2026-12-31'),
         {late: ('2026-10-05', '20261005')}, 'the debit is in the fourth')
    same(quarter('2026-06-30', '2026-06-30'),
         {eve: ('2026-06-30', '20260630')}, 'late in the evening')
    same(quarter('2025-12-31', '2025-12-31'),
         {year: ('2025-12-31', '20251231')}, 'the evening of the year')
    unpaid = create(3300, 5).json['donationId']
    sql(f"UPDATE donations SET created_at = '2026-10-01 03:00Z' "
        f"WHERE donation_id = {unpaid}")
    same([len([d for d in api(
        'GET', f'/donations?campaign_id=5&since={day}&until={day}',
        token='admin').json['donations'] if d['donation_id'] == unpaid])
        for day in ('2026-09-30', '2026-10-01')], [1, 0],
         'what is not paid goes by the day on which it was made')
    for bad in ('2026-10-01T00:00:00Z', '2026-13-01', 'today'):
        same(api('GET', f'/donations?since={bad}', token='admin').status, 400,
             f'since={bad}: 400')
    committee(time_zone='UTC')
    same(quarter('2026-07-01', '2026-07-01'),
         {eve: ('2026-07-01', '20260701')}, 'another time zone, another day')
    committee()
    for bad in ('Mars/Olympus', 'EST+3', ''):
        same(api('PATCH', '/campaigns/5', {'time_zone': bad},
                 'admin').status, 400, f'time_zone {bad}: 400')


def test_aggregates():
    """Aggregates cover the voter's whole cycle, whatever the filter."""
    committee()
    who = {'first_name': 'Rosa', 'last_name': 'Aggregate',
           'email': 'rosa@aggregate.test'}
    first, one = paid_at('2025-11-05T15:00:00+00:00', 15000, **who)
    second, two = paid_at('2026-02-05T15:00:00+00:00', 10000, **who)
    refunded_at('2026-02-10T15:00:00+00:00', two, 4000)
    third, _ = paid_at('2026-08-05T15:00:00+00:00', 5000, **who)
    lost, intent = paid_at('2026-08-06T15:00:00+00:00', 30000, **who)
    opened = happen('dispute', intent)
    for e in opened:
        deliver({**e, 'created': at('2026-08-06T20:00:00+00:00')})
    for e in happen('dispute_closed', intent, status='lost',
                    dispute=opened[0]['data']['object']['id']):
        deliver({**e, 'created': at('2026-08-07T15:00:00+00:00')})
    last, _ = paid_at('2026-09-08T15:00:00+00:00', 1000, **who)

    def totals(query=''):
        return {int(r['transaction_id'][1:]): r['aggregate']
                for r in exported('fec', query)
                if r['last_name'] == 'Aggregate'}

    cycle = {first: '150.00', second: '250.00', third: '260.00',
             lost: '560.00', last: '270.00'}
    same(totals(), cycle, 'the cycle of a candidate spans years')
    same(totals('&since=2026-08-01'),
         {k: v for k, v in cycle.items() if k in (third, lost, last)},
         'a filter does not change the aggregate')
    same(totals('&min_amount=10000'),
         {k: v for k, v in cycle.items() if k in (first, second, lost)},
         'nor does an amount')
    committee(committee_kind='pac')
    same(totals(), {first: '150.00', second: '100.00', third: '110.00',
                    lost: '410.00', last: '120.00'},
         'other committees count by calendar year')
    committee(cycle_starts_on='2026-08-01')
    same(totals()[last], '60.00', 'a cycle can start within a year')
    committee(cycle_starts_on=None)
    rows = [r for r in exported('fec_b') if r['last_name'] == 'Aggregate']
    same([(r['back_reference'], r['date'], r['amount'], r['purpose'])
          for r in rows],
         [(f'D{second}', '20260210', '40.00', 'Refund of contribution'),
          (f'D{lost}', '20260807', '300.00', 'Contribution charged back')],
         'refunds and chargebacks are rows of their own, on their own days')
    same([r['amount'] for r in exported('fec')
          if r['transaction_id'] == f'D{second}'], ['100.00'],
         'the receipt is unchanged')

    # Two people with one e-mail address, and one person with two.
    ann, _ = paid_at('2026-03-01T15:00:00+00:00', 15000, first_name='Ann',
                     last_name='Poe', email='poe@aggregate.test')
    bob, _ = paid_at('2026-03-02T15:00:00+00:00', 15000, first_name='Bob',
                     last_name='Poe', email='poe@aggregate.test')
    carl = [paid_at(f'2026-03-0{n}T15:00:00+00:00', 15000, first_name='Carl',
                    last_name='Ames', email=f'carl{n}@aggregate.test')[0]
            for n in (1, 2)]
    rows = {int(r['transaction_id'][1:]): r['aggregate']
            for r in exported('fec')}
    same([rows[i] for i in (ann, bob)], ['150.00', '150.00'],
         'spouses with one e-mail address are two donors')
    voters = [donation(i)['voter_id'] for i in carl]
    same(api('POST', '/voters/merge', {'keep': voters[0],
                                       'merge': [voters[1]]},
             'admin').status, 200, 'the voters are merged')
    rows = {int(r['transaction_id'][1:]): r['aggregate']
            for r in exported('fec')}
    same([rows[i] for i in carl], ['150.00', '300.00'],
         'one person with two e-mail addresses is one donor')


def test_fec():
    """Difficult data in the FEC's format."""
    committee()
    nasty = {
        'accents': {'first_name': 'Zoë', 'last_name': 'Núñez-Ångström'},
        'long': {'first_name': 'A' * 40, 'last_name': 'B' * 60,
                 'employer': 'C' * 40, 'occupation': 'D' * 80,
                 'address_line1': 'E' * 50, 'address_line2': 'F' * 50,
                 'address_city': 'G' * 50},
        'Ohio': {'address_state': 'Ohio', 'address_zip': '44308-1234',
                 'address_country': 'US'},
        'lines': {'address_line1': '1 Main\nApt 2', 'employer': 'a\tb'},
        'nobody': {'first_name': None, 'last_name': None},
        'formula': {'last_name': '=HYPERLINK("x")', 'employer': '-'},
        'foreign': {'address_state': 'Bayern', 'address_zip': 'D-80331',
                    'address_country': 'DE'},
        'script': {'first_name': '李', 'last_name': 'Ли'},
        'separator': {'last_name': 'a,b"c'},
    }
    ids = {}
    for name, more in nasty.items():
        ids[name], _ = paid_at('2026-05-05T15:00:00+00:00', 30000, **{
            'first_name': 'N', 'last_name': 'O', **more,
            'email': f'{name}@fec.test', 'election': 'P2026',
            'refcode': 'nasty'})
    rows = {r['transaction_id']: r for r in exported('fec')}
    got = {name: rows[f'D{i}'] for name, i in ids.items()}
    same([got['accents'][k] for k in ('first_name', 'last_name')],
         ['Zoe', 'Nunez-Angstrom'], 'accents are dropped')
    same([got['long'][k] for k in ('last_name', 'employer', 'street_1')],
         ['B' * 30, 'C' * 38, 'E' * 34], 'long texts are cut')
    same([got['Ohio'][k] for k in ('state', 'zip')], ['OH', '443081234'],
         'state and ZIP code')
    same(got['lines']['street_1'], '1 Main Apt 2', 'one line')
    same([got['nobody'][k] for k in ('last_name', 'employer')],
         ['UNKNOWN', 'INFORMATION REQUESTED'], 'what is missing says so')
    same([got['formula'][k] for k in ('last_name', 'employer')],
         ['=HYPERLINK("x")', '-'], 'nothing is guarded against spreadsheets')
    same(got['foreign']['state'], 'ZZ', 'a foreign state')
    same({r['election_code'] for r in got.values()}, {'P2026'},
         'the code of the election')
    same(create(500, 5, election='X2026').status, 400, 'no such election')
    same(len(exported('fec', '&refcode=nasty')), len(nasty),
         'the filter refcode')
    same(len(exported('fec', '&election=G2026')), 0, 'the filter election')
    s = api('GET', '/donations/summary?campaign_id=5&refcode=nasty',
            token='admin').json
    same([(r['refcode'], r['amount_received']) for r in s['by_refcode']],
         [('nasty', 30000 * len(nasty))], 'the summary by refcode')

    paid_at('2026-05-06T15:00:00+00:00', 25000, currency='eur')
    a = api('GET', '/donations/export?campaign_id=5&format=fec', token='admin')
    check(a.status == 409 and 'eur' in a.json['error'],
          'other currencies are an error that names them', a)
    sql("DELETE FROM donations WHERE campaign_id = 5 AND currency = 'eur'")
    committee(committee_id=None)
    a = api('GET', '/donations/export?campaign_id=5&format=fec', token='admin')
    check(a.status == 409 and 'committee_id' in a.json['error'],
          'a committee without an id cannot file', a)
    same(api('PATCH', '/campaigns/5', {'committee_id': 'X1'}, 'admin').status,
         400, 'an invalid committee_id is 400')


def test_sums_agree():
    """Both schedules, the summary and the ledger have the same sum."""
    committee()
    _, intent = paid_at('2026-04-05T15:00:00+00:00', 12345)
    refunded_at('2026-04-06T15:00:00+00:00', intent, 2345)
    a = sum(float(r['amount']) for r in exported('fec'))
    b = sum(float(r['amount']) for r in exported('fec_b'))
    s = api('GET', '/donations/summary?campaign_id=5', token='admin').json
    same(round((a - b) * 100), sum(d['net'] for d in s['by_day']),
         'the schedules and the days of the summary')
    same(round((a - b) * 100), s['totals'][0]['net'],
         'the schedules and the totals')
    c = api('GET', '/campaigns/5/summary', token='admin').json['donations']
    same(c[0]['net'], s['totals'][0]['net'], "the campaign's summary")


def test_filters_of_exports():
    """Each filter of the list works for each format of the export."""
    committee()
    paid_at('2026-04-05T15:00:00+00:00', 12345)
    for name, value in {
            'status': 'succeeded', 'method': 'card', 'source': 'actblue',
            'since': '2026-01-01', 'until': '2026-12-31', 'min_amount': 1,
            'voter_id': 1, 'refcode': 'x', 'election': 'P2026',
            'first_donation_id': 1, 'recurring_status': 'active',
            'over_limit': 0}.items():
        for form in ('csv', 'fec', 'fec_b'):
            a = api('GET', f'/donations/export?campaign_id=5&format={form}'
                    f'&{name}={value}', token='admin')
            same(a.status, 200, f'{form} with {name}')


main(globals())
