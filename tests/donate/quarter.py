"""A treasurer's quarter, from the gifts to the FEC's file and the bank."""
import csv
import datetime
import io
import json
import subprocess
from zoneinfo import ZoneInfo

import fec
from actblue import BASIC, delivery, line, text
from support import (
    ENV, TOKENS, WEB, api, check, control, create, deliver, donation, faults,
    happen, main, reconcile, request, same, sql)

SIX = 'sk_test_six'
ZONE = ZoneInfo('America/New_York')
DAY = datetime.timedelta(days=1)


def quarter():
    """The first day of the last quarter but one, and that of the next."""
    today = datetime.date.today()
    n = today.year * 4 + (today.month - 1) // 3 - 2
    first, after = (datetime.date(m // 4, m % 4 * 3 + 1, 1)
                    for m in (n, n + 1))
    return first, after


FIRST, NEXT = quarter()
LAST = NEXT - DAY


def noon(day):
    return int(datetime.datetime(day.year, day.month, day.day, 12,
                                 tzinfo=ZONE).timestamp())


def midnight(day):
    """A day as Stripe writes it."""
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=
                                 datetime.timezone.utc).timestamp())


def campaign():
    sql("""INSERT INTO campaigns (campaign_id, campaign_name, committee_id,
        committee_kind, time_zone)
        VALUES (6, 'Six', 'C00666666', 'pac', 'America/New_York')
        ON CONFLICT DO NOTHING""")


def report(kind, intent, day, lost=False, **more):
    """Something happens at Stripe on a day; its event arrives or is lost."""
    events = happen(kind, intent, SIX, at=noon(day), **more)
    for e in events:
        if not lost:
            same(deliver(e, 'whsec_six', '/donate/webhook/6').status, 200,
                 f"{e['type']} is taken")
    return events[0]['data']['object']


def card(amount, day, name, **more):
    """A gift online: its id and its intent."""
    a = create(amount, 6, first_name=name, last_name='Quarter',
               email=f'{name.lower()}@quarter.test',
               address_line1='1 Main St', address_city='Akron',
               address_state='OH', address_zip='44308', employer='ACME',
               occupation='Smith').json
    if day:
        report('succeeded', a['paymentIntentId'], day, **more)
    return a['donationId'], a['paymentIntentId']


def by_check(amount, received, deposited, name):
    a = api('POST', '/donations', {
        'campaign_id': 6, 'method': 'check', 'amount': amount,
        'received_on': received.isoformat(), 'deposited_on':
        deposited.isoformat(), 'first_name': name, 'last_name': 'Quarter',
        'check_number': '77'}, 'admin')
    same(a.status, 201, f'a check of {amount}: {a.text[:200]}')
    return a.json['donation_id']


def actblue(*rows):
    a = api('POST', '/donations/import?campaign_id=6', text(rows), 'admin',
            **{'Content-Type': 'text/csv'})
    same((a.status, a.json['rejected']), (200, 0), f'a file: {a.text[:200]}')


def through(number):
    return int(sql(f"""SELECT donation_id FROM donations WHERE campaign_id = 6
        AND source = 'actblue' AND external_id = '{number}'"""))


def on(day):
    return f'{day} 12:00:00'


def gifts():
    """What happens in the quarter and around it; the gifts by name."""
    g = {}
    # A bank's debits that begin in one quarter and clear in the next.
    g['early'] = card(50000, None, 'Early')
    report('processing', g['early'][1], FIRST - 2 * DAY)
    report('succeeded', g['early'][1], FIRST + 2 * DAY,
           charged_at=noon(FIRST - 2 * DAY), method='us_bank_account')
    g['ann'] = card(100000, FIRST + 10 * DAY, 'Ann', lost=True)
    g['bob'] = card(25000, FIRST + 20 * DAY, 'Bob')
    g['cam'] = card(6000, FIRST + 25 * DAY, 'Cam')
    g['dan'] = card(33333, FIRST + 30 * DAY, 'Dan')
    declined = card(4400, None, 'Declined')
    report('failed', declined[1], FIRST + 31 * DAY)
    report('refund', g['bob'][1], FIRST + 40 * DAY, amount=7525)
    dispute = report('dispute', g['dan'][1], FIRST + 50 * DAY)['id']
    report('dispute_closed', g['dan'][1], FIRST + 70 * DAY, dispute=dispute,
           status='lost')
    g['check'] = by_check(40000, FIRST + 12 * DAY, FIRST + 15 * DAY, 'Che'),
    g['last'] = by_check(9999, LAST, LAST, 'Las'),
    actblue(line(9001, Date=on(FIRST + 5 * DAY), Fee='0.99',
                 Disbursement_Date=on(FIRST + 8 * DAY)),
            line(9002, Date=on(FIRST + 6 * DAY), Amount='300.00',
                 Fee='11.85', Disbursement_Date=on(FIRST + 8 * DAY)))
    # The webhook reports one more, and then the file has it too.
    when = datetime.datetime.fromtimestamp(noon(FIRST + 21 * DAY),
                                           ZONE).isoformat()
    a = request(WEB, 'POST', '/api/v1/donate/actblue/6', json.dumps(
        delivery(9003, amount='150.00', amountLessAbFees='144.08',
                 paidAt=when)), {'Content-Type': 'application/json', **BASIC})
    same((a.status, a.json['outcome']), (200, 'created'), 'a delivery')
    actblue(line(9003, Amount='150.00', Fee='5.92', Date=on(FIRST + 21 * DAY),
                 Disbursement_Date=on(FIRST + 22 * DAY)))
    actblue(line(9001, Date=on(FIRST + 5 * DAY), Fee='0.99', Refund_ID='7',
                 Disbursement_Date=on(FIRST + 8 * DAY),
                 Refund_Date=on(FIRST + 33 * DAY)))
    g.update({f'blue{n}': (through(n),) for n in (9001, 9002, 9003)})
    # The debit that clears later, and what is paid out before it does.
    g['late'] = card(77700, None, 'Late')
    report('processing', g['late'][1], LAST - DAY)
    happen('fee', None, SIX, amount=200, at=noon(LAST - 2 * DAY))
    report('payout', None, LAST - 2 * DAY, arrival=midnight(LAST))
    report('succeeded', g['late'][1], NEXT + 4 * DAY,
           charged_at=noon(LAST - DAY), method='us_bank_account')
    report('refund', g['cam'][1], NEXT + 15 * DAY, amount=2500)
    report('payout', None, NEXT + 20 * DAY,
           arrival=midnight(NEXT + 21 * DAY))
    return {name: ids[0] for name, ids in g.items()}


def cents(amount):
    whole, part = amount.split('.')
    return int(whole) * 100 + int(part)


def schedule(letter, since, until):
    code = 'fec' if letter == 'A' else 'fec_b'
    a = api('GET', f'/donations/export?campaign_id=6&format={code}'
            f'&since={since}&until={until}', token='admin')
    same(a.status, 200, f'{code}: {a.text[:200]}')
    same(fec.faults(a.text, letter), [],
         f'the validator takes {code} from {since}')
    return [r for r in fec.read(a.text, letter) if r['memo_code'] != 'X']


def filed(since, until):
    """What Schedules A and B have: {(reference, cents)}, and their sum."""
    a, b = (schedule(x, since, until) for x in 'AB')
    rows = sorted((r['transaction_id'], cents(r['amount'])) for r in a) + \
        sorted((r['back_reference'], -cents(r['amount'])) for r in b)
    return rows, sum(amount for _, amount in rows)


def bank(since, until):
    """The lines of the bank's statement, and the fees taken before them."""
    payouts = api('GET', f'/donations/payouts?campaign_id=6&since={since}'
                  f'&until={until}', token='admin').json['payouts']
    same([p['complete'] for p in payouts], [True] * len(payouts),
         'each payout is the sum of its lines')
    rows = list(csv.DictReader(io.StringIO(api(
        'GET', '/donations/export?campaign_id=6', token='admin').text)))
    # Checks that were deposited, and what ActBlue has passed on.  It takes
    # refunds out of what it passes on; its fee stays.
    during = [r for r in rows
              if since.isoformat() <= (r['deposited_on'] or r['disbursed_on'])
              <= until.isoformat()]
    kept = sum(int(r['conduit_fee'] or 0) for r in during)
    other = sum(int(r['amount_received']) - int(r['amount_refunded'])
                - int(r['conduit_fee'] or 0) for r in during)
    return (sum(p['amount'] for p in payouts) + other,
            sum(p['amount_fees'] for p in payouts) + kept)


def audit(*args):
    return subprocess.run(
        [ENV['BUILD'] + '/cli/cerberus', 'donations', 'check', '--campaign',
         '6', *args], capture_output=True, text=True, check=False,
        env={'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF'],
             'CERBERUS_TOKEN': TOKENS['admin']})


def test_quarter():
    faults()
    campaign()
    g = gifts()
    r = reconcile('--since', (FIRST - 10 * DAY).isoformat())
    check(r.returncode in (0, 1), 'reconcile runs', r)
    check(f"{g['ann']} " in r.stdout, 'it finds the gift whose event was lost',
          r.stdout)
    same([donation(g[n])['method'] for n in ('early', 'late', 'ann', 'check')],
         ['ach', 'ach', 'card', 'check'], 'how they were given')

    rows, total = filed(FIRST, LAST)
    wanted = sorted((f'D{g[n]}', amount) for n, amount in (
        ('early', 50000), ('ann', 100000), ('bob', 25000), ('cam', 6000),
        ('dan', 33333), ('check', 40000), ('last', 9999), ('blue9001', 2500),
        ('blue9002', 30000), ('blue9003', 15000))) + sorted(
            (f'D{g[n]}', -amount) for n, amount in (
                ('bob', 7525), ('dan', 33333), ('blue9001', 2500)))
    same(rows, wanted, 'the rows of the quarter')
    same(total, 50000 + 100000 + 25000 + 6000 + 33333 + 40000 + 9999 + 47500
         - 7525 - 33333 - 2500, 'their sum')
    deposits, fees = bank(FIRST, LAST)
    # 2.9 % and 0.30 of each gift by Stripe, 15.00 for the dispute, 2.00.
    same(fees, sum(x * 29 // 1000 + 30 for x in (
        50000, 100000, 25000, 6000, 33333)) + 1500 + 200 + 99 + 1185 + 592,
         'the fees')
    same(deposits + fees, total, "the file is the bank's statement and fees")

    rows, total = filed(NEXT, NEXT + 60 * DAY)
    same(rows, [(f"D{g['late']}", 77700), (f"D{g['cam']}", -2500)],
         'the debit and the late refund are in the next quarter')
    deposits, fees = bank(NEXT, NEXT + 60 * DAY)
    same(deposits + fees, total, 'and so is their money')

    r = audit()
    same((r.returncode, r.stdout.split()[-2:]), (0, ['0', 'differences']),
         f'the audit agrees: {r}')
    plant = {
        'a gift': ('UPDATE donations SET amount_received = amount_received '
                   "{} 1 WHERE donation_id = %s" % g['ann']),
        'the ledger': ("UPDATE donation_ledger SET amount = amount {} 1 "
                       "WHERE kind = 'refund' AND donation_id = %s"
                       % g['bob']),
        'a check': ("UPDATE donation_ledger SET amount = amount {} 1 "
                    "WHERE donation_id = %s" % g['check']),
        'a line of a payout': (
            'UPDATE balance_transactions SET net = net {} 1, '
            "amount = amount {} 1 WHERE kind = 'fee' AND donation_id IS NULL "
            'AND stripe_account = 6'),
        'a payout': ('UPDATE payouts SET amount = amount {} 1 '
                     'WHERE stripe_account = 6'),
    }
    for what, change in plant.items():
        sql(change.replace('{}', '+'))
        r = audit('--offline')
        same(r.returncode, 1, f'a cent in {what} is found: {r.stdout[-200:]}')
        sql(change.replace('{}', '-'))
    thing = next(i for i in control('state', {'key': SIX})['intents']
                 if i['metadata'].get('donation_id') == str(g['early']))
    for amount in 49999, 50000:
        control('put', {'key': SIX, 'into': 'intents', 'object': {
            **thing, 'amount_received': amount}})
        same(audit().returncode, int(amount != 50000),
             f'{amount} at Stripe')


main(globals())
