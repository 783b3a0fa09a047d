"""Recurring gifts: subscriptions at Stripe, and what becomes of them here."""
import http.client
import itertools
import json
import re
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

from support import (
    ENV, WEB, api, check, committee, control, create, deliver, donation,
    exported, facts, faults, happen, main, nothing_waits, paid, program,
    reconcile, request, same, sql)

LIMITED = urlsplit(ENV['LIMITED_URL']).netloc      # with a site_url
SITE = 'https://site.test'
DEFAULT = 'sk_test_default'
DAY = 86400
DONOR = {'first_name': 'Rae', 'last_name': 'Curring', 'address_line1':
         '1 Main St', 'address_city': 'Austin', 'address_state': 'TX',
         'address_zip': '78701', 'employer': 'Acme', 'occupation': 'Smith'}


def state(key=DEFAULT):
    return control('state', {'key': key})


def begin(amount=2500, campaign=1, **more):
    """Begin a recurring gift; the answer, and its subscription."""
    a = create(amount, campaign, is_recurring=True, **more)
    same(a.status, 200, f'a recurring gift begins: {a}')
    id_ = a.json['donationId']
    sub = sql(f'SELECT subscription_id FROM recurring_gifts '
              f'WHERE donation_id = {id_}')
    return a.json, sub


def tell(events):
    for e in events:
        same(deliver(e).status, 200, e['type'])


def started(amount=2500, campaign=1, **more):
    """A recurring gift with its first payment."""
    a, sub = begin(amount, campaign, **more)
    tell(happen('succeeded', a['paymentIntentId']))
    return a['donationId'], sub


def changes(sub, kind, **more):
    return control('happen', {'key': DEFAULT, 'subscription': sub, 'kind':
                              kind, **more})


def renewed(sub, **more):
    events = changes(sub, 'renew', **more)
    tell(events)
    return events


def later(id_):
    """The later payments of a series, oldest first."""
    a = api('GET', f'/donations?first_donation_id={id_}&sort=donation_id',
            token='admin')
    same(a.status, 200, f'the series of {id_}')
    return a.json['donations']


def series(id_):
    d = donation(id_)
    return (d['recurring_status'], d['recurring_failed_at'] is not None,
            d['recurring_canceled_at'] is not None)


def quiet(*args):
    """Reconcile; what it printed besides the total."""
    nothing_waits()
    r = reconcile('--quiet', *args)
    same(r.returncode, 0, f'nothing needs a person: {r.stdout}{r.stderr}')
    return r.stdout


def from_site(method, path, body=None, address='127.0.7.1', **headers):
    c = http.client.HTTPConnection(LIMITED, timeout=60,
                                   source_address=(address, 0))
    if body is not None:
        body = body if isinstance(body, str) else json.dumps(body)
        headers.setdefault('Content-Type', 'application/json')
    c.request(method, path, body, headers)
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    return r.status, text, r.headers


# --- How a gift begins ---

def test_a_subscription_is_made():
    faults()
    a, sub = begin(2500, 1, email='rae@example.org', **DONOR)
    calls = [c for c in control('calls') if c['method'] == 'POST']
    same([c['path'] for c in calls], [
        '/v1/customers', '/v1/prices', '/v1/subscriptions'], 'the calls')
    keys = [c['idempotency_key'] for c in calls]
    check(all(keys) and len(set(keys)) == 3, 'each with a key', keys)
    sent = [dict(parse_qsl(c['body'])) for c in calls]
    named = {'metadata[donation_id]': str(a['donationId']),
             'metadata[campaign_id]': '1'}
    for s in sent[0], sent[2]:
        same({k: s.get(k) for k in named}, named, 'which name the donation')
    same(sent[0]['email'], 'rae@example.org', 'the customer')
    same([sent[1][k] for k in ('unit_amount', 'currency',
                               'recurring[interval]')],
         ['2500', 'usd', 'month'], 'the price')
    same(sent[2]['payment_behavior'], 'default_incomplete',
         'the donor pays on the page')
    check(not any('Curring' in c['body'] or 'Acme' in c['body']
                  for c in calls), 'Stripe is told nothing else', calls)
    same(sorted(a), ['clientSecret', 'donationId', 'manageUrl',
                     'needs_employer', 'paymentIntentId'], 'the answer')
    d = donation(a['donationId'])
    same([d[k] for k in ('status', 'is_recurring', 'interval',
                         'recurring_status', 'first_donation_id',
                         'payment_intent_id')],
         ['pending', True, 'month', 'incomplete', None,
          a['paymentIntentId']], 'the row')
    there = next(s for s in state()['subscriptions'] if s['id'] == sub)
    same(there['status'], 'incomplete', 'nothing is charged yet')
    tell(happen('succeeded', a['paymentIntentId']))
    same(facts(a['donationId']), ('succeeded', 2500, 0, 0),
         "the first invoice's intent is what is paid")
    same((series(a['donationId']), later(a['donationId'])),
         (('active', False, False), []), 'it is one donation')


def test_intervals():
    for body, status, interval, price in (
            ({'is_recurring': True, 'interval': 'week'}, 200, 'week', 'week'),
            ({'is_recurring': True, 'interval': 'month'}, 200, 'month',
             'month'),
            ({'is_recurring': True, 'interval': None}, 200, 'month', 'month'),
            ({'is_recurring': False, 'interval': 'month'}, 200, None, None),
            ({'interval': 'week'}, 200, None, None),
            ({'is_recurring': False, 'interval': 'once'}, 200, None, None),
            ({'is_recurring': None}, 200, None, None),
            ({'is_recurring': True, 'interval': 'year'}, 400, None, None),
            ({'is_recurring': True, 'interval': 7}, 400, None, None)):
        faults()
        a = create(2500, 1, **body)
        same(a.status, status, f'{body}: {a}')
        prices = [dict(parse_qsl(c['body']))['recurring[interval]']
                  for c in control('calls') if c['path'] == '/v1/prices']
        same(prices, [price] if price else [], f'the price of {body}')
        if status == 400:
            same([f['field'] for f in a.json['errors']], ['interval'],
                 'the field is named')
            continue
        d = donation(a.json['donationId'])
        same((d['interval'], d['is_recurring'], 'manageUrl' in a.json),
             (interval, interval is not None, interval is not None),
             f'{body} is stored')


def test_details_do_not_make_it_recur():
    once = create(2500, 1).json
    monthly, _ = begin(2500, 1)
    for a, says, warned in ((once, True, True), (once, False, False),
                            (once, None, False), (monthly, False, True),
                            (monthly, True, False)):
        b = api('POST', '/donate/update-donation-details', {
            'payment_intent_id': a['paymentIntentId'], 'employer': 'Acme',
            **({} if says is None else {'is_recurring': says})})
        same((b.status, b.json['is_recurring'], 'warning' in b.json),
             (200, a is monthly, warned), f'{says}: the donor is told')
        d = donation(a['donationId'])
        same((d['is_recurring'], d['employer']), (a is monthly, 'Acme'),
             'nothing else is lost')


def test_an_email_that_stripe_refuses():
    faults()
    a, _ = begin(2500, 1, email='rae@localhost')
    same([c['path'] for c in control('calls')][:2], ['/v1/customers'] * 2,
         'the customer is made without it')
    same(donation(a['donationId'])['email'], 'rae@localhost', 'it is kept')


def test_refusals():
    a = create(66600, 1, is_recurring=True)
    same(a.status, 402, 'Stripe refuses the card')
    same(sql('SELECT status FROM donations ORDER BY donation_id DESC LIMIT 1'),
         'failed', 'and the row')
    for n in range(3):
        before = len(state()['subscriptions'])
        faults(*[{}] * n, *['nonjson'] * 12)
        same(create(2500, 1, is_recurring=True).status, 502,
             f'call {n} is answered with nonsense')
        faults()
        same(len(state()['subscriptions']), before, 'nothing is subscribed')
    same(create(2500, 4, is_recurring=True).status, 503, 'no key')
    same(create(2500, 99, is_recurring=True).status, 404, 'no campaign')


# --- Lost answers and crashes ---

def test_lost_answers():
    """Each call's answer is lost once: it is repeated with the same key."""
    for n in range(3):
        before = state()
        faults(*[{}] * n, 'drop_after')
        a, _ = begin(3100 + n, 1)
        now = state()
        same([len(now[k]) - len(before[k]) for k in (
            'customers', 'subscriptions', 'intents')], [1, 1, 1],
             f'call {n} has made one of each')
        tell(happen('succeeded', a['paymentIntentId']))
        same(facts(a['donationId']), ('succeeded', 3100 + n, 0, 0), 'paid')


def lost(amount):
    """The subscription is made, and nobody here gets to know."""
    old = {s['id'] for s in state()['subscriptions']}
    faults({}, {}, {'kind': 'status_after', 'status': 500,
                    'headers': {'Stripe-Should-Retry': 'false'}})
    same(create(amount, 1, is_recurring=True).status, 502, 'the answer')
    faults()
    sub, = [s for s in state()['subscriptions'] if s['id'] not in old]
    intent = next(i['payment_intent'] for i in state()['invoices']
                  if i['id'] == sub['latest_invoice'])
    id_ = int(sql(f'SELECT max(donation_id) FROM donations '
                  f'WHERE amount = {amount}'))
    return id_, sub['id'], intent


def test_events_find_what_was_lost():
    """Each order of the first events, and some alone, link the gift."""
    for n, order in enumerate(
            [*itertools.permutations(range(4), 4)][::3]
            + [(1,), (1, 0), (3, 1), (0, 1, 3)]):
        id_, sub, intent = lost(4000 + n)
        events = happen('succeeded', intent)
        same([e['type'] for e in events], [
            'payment_intent.succeeded', 'invoice.paid',
            'invoice.payment_succeeded', 'customer.subscription.updated'],
             'the events')
        for k in order:
            for _ in range(1 + k % 2):
                same(deliver(events[k]).status, 200, 'an event')
        same((facts(id_), donation(id_)['payment_intent_id'], later(id_)),
             (('succeeded', 4000 + n, 0, 0), intent, []),
             f'{order}: it is paid, once')
        if 3 in order:
            same(series(id_), ('active', False, False), f'{order}: it is on')
        renewed(sub)
        same([p['amount'] for p in later(id_)], [4000 + n],
             f'{order}: and repeated')


def test_reconcile_finds_what_was_lost():
    id_, sub, intent = lost(4500)
    happen('succeeded', intent)
    changes(sub, 'renew')
    changes(sub, 'renew', outcome='failed', at=int(time.time()) + 5)
    quiet('--since', '2d')
    same((facts(id_), series(id_), [p['amount'] for p in later(id_)]),
         (('succeeded', 4500, 0, 0), ('past_due', True, False), [4500]),
         'everything is here')
    same(quiet(), '', 'and nothing is left')
    unpaid, _, _ = lost(4501)
    quiet()
    same((facts(unpaid), series(unpaid)), (
        ('pending', 0, 0, 0), ('incomplete', False, False)),
         'also what nobody has paid')


def test_kill():
    """The program dies at each third system call."""
    faults()
    before = {s['id'] for s in state()['subscriptions']}
    step, rows = 1, 0
    while True:
        body = json.dumps({'amount': 60000 + step, 'campaign_id': 1,
                           'is_recurring': True})
        r = program(body, '/create-payment-intent', step)
        rows += 1
        if r.returncode != 99:
            break
        step += 3
    check(step > 60 and r.returncode == 0 and 'manageUrl' in r.stdout,
          'it was killed at each step', step, r)
    made = [s for s in state()['subscriptions'] if s['id'] not in before]
    invoices = {i['id']: i for i in state()['invoices']}
    check(1 < len(made) < rows, 'some were made', len(made), rows)
    for n, s in enumerate(made):
        if n % 2 == 0:
            happen('succeeded', invoices[s['latest_invoice']][
                'payment_intent'])
    quiet()
    for n, s in enumerate(made):
        amount = s['items']['data'][0]['price']['unit_amount']
        same(sql(f"""SELECT amount, status, recurring_status,
            count(*) OVER () FROM donations WHERE payment_intent_id =
            '{invoices[s['latest_invoice']]['payment_intent']}'"""),
             f'{amount}|succeeded|active|1' if n % 2 == 0 else
             f'{amount}|pending|incomplete|1', f'subscription {n}')


# --- Payments ---

def test_later_payments():
    id_, sub = started(2600, 1, email='later@example.org', phone_number=
                       '5125550161', refcode='mail', election='P2026',
                       cover_fees=True, contact_sms=True, **DONOR)
    before = api('GET', '/donations/summary?campaign_id=1',
                 token='admin').json['totals'][0]
    when = int(time.time())
    events = renewed(sub)
    tell(events)
    row, = later(id_)
    first = donation(id_)
    same({k: row[k] for k in (
        'amount', 'amount_received', 'status', 'is_recurring', 'interval',
        'first_donation_id')}, {
            'amount': 2600, 'amount_received': 2600, 'status': 'succeeded',
            'is_recurring': True, 'interval': 'month',
            'first_donation_id': id_}, 'one more row names the first')
    for name in (*DONOR, 'email', 'phone_number', 'refcode', 'election',
                 'covers_fees', 'voter_id', 'campaign_id', 'currency',
                 'stripe_account'):
        same(row[name], first[name], f'{name} is that of the first')
    same((row['contact_sms'], row['recurring_status']), (None, None),
         'an answer about being contacted is not repeated')
    check(row['payment_intent_id'] and row['charge_id'] and row['invoice_id'],
          'it has its intent, charge and invoice', row)
    same(sql(f"""SELECT count(*), min(interaction_type) FROM interactions
        WHERE notes = 'Donation {row['donation_id']}.'"""), '1|Donation',
         'and an interaction')
    now = api('GET', '/donations/summary?campaign_id=1',
              token='admin').json['totals'][0]
    same([now[k] - before[k] for k in ('donations', 'amount_received',
                                       'net')], [1, 2600, 2600],
         'the sums count it once')
    check(abs(int(sql(f"""SELECT extract(epoch FROM succeeded_at)::bigint
        FROM donations WHERE donation_id = {row['donation_id']}"""))
        - when) < 30, 'it is received when it was paid', row)
    changes(sub, 'amount', amount=7000)
    renewed(sub)
    same([p['amount_received'] for p in later(id_)], [2600, 7000],
         'the donor has changed the amount')
    api('PATCH', f'/donations/{id_}', {'employer': 'Newco'}, 'admin')
    renewed(sub)
    same(later(id_)[2]['employer'], 'Newco', 'staff have corrected the first')


def test_events_in_any_order():
    """The order and number of the events of a payment do not matter."""
    id_, sub = started(2700, 1)
    kinds = ['payment_intent.created', 'payment_intent.succeeded',
             'invoice.paid', 'invoice.payment_succeeded',
             'customer.subscription.updated']
    for n, order in enumerate([*itertools.permutations(range(5))][::7]):
        events = changes(sub, 'renew')
        same([e['type'] for e in events], kinds, 'the events')
        for k in order:
            for _ in range(1 + (n + k) % 2):
                deliver(events[k])
    n += 1
    same([facts(p['donation_id']) for p in later(id_)],
         [('succeeded', 2700, 0, 0)] * n, 'each payment is one row')
    same(sql(f"""SELECT count(*), count(DISTINCT payment_intent_id),
        count(DISTINCT invoice_id), sum((SELECT count(*) FROM donation_ledger l
        WHERE l.donation_id = d.donation_id)) FROM donations d
        WHERE first_donation_id = {id_}"""), f'{n}|{n}|{n}|{n}',
         'with its own intent, invoice and payment')
    same(sql('SELECT count(*) FROM stripe_events WHERE applied_at IS NULL '
             "AND payload::text LIKE '%" + sub + "%'"), '0', 'nothing waits')


def test_versions_of_the_api():
    """The shapes that Stripe has had; since 2025 invoices name no intent."""
    for version, n in (('2020', 4), (None, 5), ('basil', 6)):
        id_, sub = started(2800, 1)
        for order in itertools.islice(
                itertools.permutations(range(n)), 0, None, 29 if n < 6
                else 139):
            events = changes(sub, 'renew', version=version)
            kept = [e for e in events if version != '2020'
                    or e['type'] != 'invoice.payment_succeeded']
            same(len(kept), n, f'{version}: {[e["type"] for e in kept]}')
            if version == 'basil':
                check(all('payment_intent' not in e['data']['object']
                          for e in kept if e['type'] == 'invoice.paid'),
                      'the invoice names no intent', kept)
            for k in order:
                deliver(kept[k])
        rows = later(id_)
        check(rows and all(
            facts(p['donation_id']) == ('succeeded', 2800, 0, 0)
            and p['payment_intent_id'] and p['charge_id'] for p in rows),
            f'{version}: each is one paid row', rows)
        same(sql(f"""SELECT count(*) FROM donation_ledger l JOIN donations d
            USING (donation_id) WHERE d.first_donation_id = {id_}"""),
             str(len(rows)), f'{version}: with one payment')
        one = changes(sub, 'renew', version=version, outcome='failed',
                      at=int(time.time()) + 5)
        tell(one)
        same(series(id_), ('past_due', True, False), f'{version}: declined')


def test_an_invoice_without_its_intent():
    """invoice.paid alone counts; the intent is linked when it is known."""
    id_, sub = started(2900, 1)
    events = {e['type']: e for e in changes(sub, 'renew', version='basil')}
    deliver(events['invoice.paid'])
    row, = later(id_)
    same((facts(row['donation_id']), row['payment_intent_id']),
         (('succeeded', 2900, 0, 0), None), 'it is paid')
    deliver(events['payment_intent.succeeded'])
    same(len(later(id_)), 1, 'its intent makes no second row')
    quiet()
    row, = later(id_)
    intent = events['payment_intent.succeeded']['data']['object']['id']
    same((row['payment_intent_id'], row['amount_received'], row['fee']),
         (intent, 2900, 114), 'reconcile links it')
    same(sql(f"""SELECT count(*), min(stripe_id) FROM donation_ledger
        WHERE donation_id = {row['donation_id']}"""), f'1|{intent}',
         'the payment is one entry')


def test_what_is_not_a_payment():
    """Invoices of nothing, and those that were not paid through Stripe."""
    id_, sub = started(3000, 1)
    paid_ = next(e for e in changes(sub, 'renew')
                 if e['type'] == 'invoice.paid')
    for n, more in enumerate((
            {'amount_paid': 0}, {'paid_out_of_band': True},
            {'status': 'open'}, {'subscription': None,
                                 'subscription_details': None})):
        e = json.loads(json.dumps(paid_))
        e['id'] += str(n)
        e['data']['object'].update(id=f'in_none{n}_{id_}', payment_intent=
                                   f'pi_none{n}_{id_}', **more)
        same((deliver(e).status, later(id_)), (200, []), f'{more}: no row')
    deliver(paid_)
    same(len(later(id_)), 1, 'the real one')


def test_refunds_of_later_payments():
    id_, sub = started(3200, 1)
    intent = next(e['data']['object']['id'] for e in renewed(sub)
                  if e['type'] == 'payment_intent.succeeded')
    row, = later(id_)
    a = api('POST', f"/donations/{row['donation_id']}/refund",
            {'amount': 200}, 'manager')
    same((a.status, a.json.get('amount_refunded')), (200, 200),
         'staff refund a part of it')
    tell(happen('dispute', intent, amount=3000))
    same((facts(row['donation_id']), facts(id_)),
         (('disputed', 3200, 200, 3000), ('succeeded', 3200, 0, 0)),
         'refund and dispute are of this payment alone')
    # A refund that is told before the payment.
    events = changes(sub, 'renew')
    intent = events[0]['data']['object']['id']
    for e in happen('refund', intent, amount=700):
        deliver(e)
    tell(events)
    same(facts(later(id_)[1]['donation_id']),
         ('partially_refunded', 3200, 700, 0), 'a refund that came first')


def test_reports_count_each_payment_once():
    committee()
    id_, sub = started(15000, 5, email='filed@example.org', **DONOR)
    renewed(sub)
    renewed(sub)
    rows = [id_] + [p['donation_id'] for p in later(id_)]
    got = {r['transaction_id']: r for r in exported('fec')}
    same([(got[f'D{n}']['amount'], got[f'D{n}']['aggregate'])
          for n in rows],
         [('150.00', '150.00'), ('150.00', '300.00'), ('150.00', '450.00')],
         'the FEC file has a row for each')
    listed = api('GET', '/donations?campaign_id=5&per_page=200',
                 token='admin').json['donations']
    same(sum(d['amount_received'] for d in listed
             if d['donation_id'] in rows), 45000, 'so has the list')
    same(api('GET', f'/donations/{rows[1]}/receipt',
             token='admin').status, 200, 'each has a receipt')


# --- Failed cards, and the end ---

def test_a_failed_card_shows():
    id_, sub = started(3300, 1)
    at = int(time.time()) + 5
    events = changes(sub, 'renew', outcome='failed', at=at)
    same([e['type'] for e in events], [
        'payment_intent.created', 'payment_intent.payment_failed',
        'invoice.payment_failed', 'customer.subscription.updated'],
        'the events')
    intent = events[0]['data']['object']['id']
    tell(events)
    same((series(id_), donation(id_)['recurring_failure'], later(id_)),
         (('past_due', True, False), 'Your card has insufficient funds.', []),
         'the failure shows on the first gift, with its reason')
    same(facts(id_), ('succeeded', 3300, 0, 0), 'which is still paid')
    same(sql(f"""SELECT count(*) FROM stripe_events WHERE applied_at IS NULL
        AND payload::text LIKE '%{intent}%'"""), '0', 'nothing waits')
    listed = api('GET', '/donations?recurring_status=past_due&per_page=200',
                 token='admin').json['donations']
    check(id_ in [d['donation_id'] for d in listed], 'the list has it', listed)
    same(quiet(), '', 'reconcile agrees')
    tell(happen('succeeded', intent, at=at + 5))
    same((series(id_), donation(id_)['recurring_failure'],
          [facts(p['donation_id']) for p in later(id_)]),
         (('active', False, False), None, [('succeeded', 3300, 0, 0)]),
         'once the card works again, it is gone')
    tell(events)
    same(series(id_), ('active', False, False), 'old events change nothing')


def test_a_bank_takes_its_time():
    """A later payment that is processed for days is a row when it is paid."""
    id_, sub = started(3400, 1)
    events = changes(sub, 'renew', outcome='processing')
    intent = events[0]['data']['object']['id']
    tell(events)
    same((later(id_), quiet()), ([], ''), 'it is neither a row nor foreign')
    tell(happen('succeeded', intent))
    same([facts(p['donation_id']) for p in later(id_)],
         [('succeeded', 3400, 0, 0)], 'then it is a row')
    a, sub = begin(3401, 1)
    tell(happen('failed', a['paymentIntentId']))
    same((facts(a['donationId'])[0], series(a['donationId'])),
         ('failed', ('incomplete', False, False)),
         'a first payment that fails is a failed donation')


def test_the_end():
    for kind, want in (('stop', 'canceled'), ('stop_later', 'active')):
        id_, sub = started(3500, 1)
        tell(changes(sub, kind))
        same(series(id_), (want, False, True), f'{kind} shows on the gift')
        if kind == 'stop_later':
            tell(changes(sub, 'go_on', at=int(time.time()) + 2))
            same(series(id_), ('active', False, False),
                 'the donor changes their mind')
            tell(changes(sub, 'card'))
            same(series(id_), ('active', False, False), 'a new card')
    a, sub = begin(3501, 1)
    tell(changes(sub, 'expire'))
    same(series(a['donationId']), ('incomplete_expired', False, True),
         'a gift that nobody paid')


def test_states_in_any_order():
    for order in itertools.permutations(range(3)):
        id_, sub = started(3600, 1)
        at = int(time.time()) + 1
        events = (changes(sub, 'stop_later', at=at)
                  + changes(sub, 'go_on', at=at + 1)
                  + changes(sub, 'stop', at=at + 2))
        for k in order:
            for _ in range(2):
                deliver(events[k])
            if order[0] == 2:
                same(series(id_), ('canceled', False, True), 'it stays ended')
        same(series(id_), ('canceled', False, True), f'in the order {order}')


# --- Reconcile ---

def test_reconcile_of_subscriptions():
    id_, sub = started(3700, 1)
    other, sub2 = started(3701, 1)
    ends, sub3 = started(3702, 1)
    quiet('--since', '2d')
    changes(sub, 'renew')
    changes(sub2, 'renew', outcome='failed', at=int(time.time()) + 5)
    changes(sub3, 'stop')
    out = quiet()
    for n, sub_ in ((other, sub2), (ends, sub3)):
        check(re.search(rf'^{n} +{sub_} +mended ', out, re.M),
              f'{sub_} is printed', out)
    same((len(later(id_)), series(other), series(ends)),
         (1, ('past_due', True, False), ('canceled', False, True)),
         'events that were missed')
    # What Stripe no longer lists as an event, of an old subscription.
    for thing in state()['subscriptions']:
        if thing['id'] in (sub, sub2):
            control('put', {'key': DEFAULT, 'into': 'subscriptions', 'object':
                            {**thing, 'created': thing['created'] - 99 * DAY,
                             **({'status': 'unpaid'} if thing['id'] == sub
                                else {'status': 'canceled', 'canceled_at':
                                      int(time.time())})}})
    quiet()
    same((series(id_)[0], series(other)[0]), ('unpaid', 'canceled'),
         'subscriptions are compared themselves')
    same(quiet(), '', 'and again nothing is left')


def test_what_cerberus_did_not_begin():
    nothing_waits()
    now = int(time.time())
    for id_, made in ('sub_stranger', now), ('sub_old', now - 99 * DAY):
        control('put', {'key': DEFAULT, 'into': 'subscriptions', 'object': {
            'id': id_, 'object': 'subscription', 'created': made, 'status':
            'active', 'metadata': {}, 'customer': 'cus_x', 'currency': 'usd',
            'items': {'data': [{'price': {'unit_amount': 1500}}]}}})
    e = {'id': 'evt_stranger', 'object': 'event', 'created': now, 'type':
         'invoice.paid', 'data': {'object': {
             'id': 'in_stranger', 'object': 'invoice', 'status': 'paid',
             'subscription': 'sub_stranger', 'amount_paid': 1500,
             'currency': 'usd', 'created': now, 'billing_reason':
             'subscription_cycle', 'payment_intent': 'pi_stranger'}}}
    rows = sql('SELECT count(*) FROM donations')
    same(deliver(e).status, 200, 'its event is kept')
    same(sql('SELECT count(*) FROM donations'), rows, 'and makes no row')
    waiting = api('GET', '/donations/waiting?per_page=200',
                  token='admin').json['waiting']
    same([w['reason'] for w in waiting if w['stripe_id'] == 'evt_stranger'],
         ['No donation began this subscription.'], 'it waits for a person')
    r = reconcile()
    same((r.returncode, 'sub_stranger' in r.stdout, 'sub_old' in r.stdout),
         (1, True, False), f'reconcile reports what is new: {r.stdout}')
    # Metadata that name a gift, without its key, or in another account.
    id_, sub = begin(3801, 1)
    key = sql(f"""SELECT stripe_key('donation', donation_id, created_at)
        FROM donations WHERE donation_id = {id_['donationId']}""")
    for n, (meta, secret) in enumerate((
            ({'donation_id': str(id_['donationId'])}, 'whsec_new'),
            ({'donation_id': str(id_['donationId']), 'donation_key': 'x'},
             'whsec_new'),
            ({'donation_id': str(id_['donationId']), 'donation_key': key},
             'whsec_three'),
            ({'donation_id': 'x'}, 'whsec_new'))):
        x = {'id': f'evt_claim{n}', 'object': 'event', 'created': now,
             'type': 'customer.subscription.deleted', 'data': {'object': {
                 'id': f'sub_claim{n}', 'object': 'subscription', 'status':
                 'canceled', 'customer': 'cus_x', 'metadata': meta}}}
        same(deliver(x, secret, '/donate/webhook' + (
            '/3' if 'three' in secret else '')).status, 200, f'claim {n}')
        same(series(id_['donationId']), ('incomplete', False, False),
             f'{meta} claims nothing')
    for name in 'sub_stranger', 'sub_old':
        control('put', {'key': DEFAULT, 'into': 'subscriptions', 'object': {
            'id': name, 'object': 'subscription', 'created': 1, 'status':
            'canceled', 'metadata': {}}})
    sql("DELETE FROM stripe_strays WHERE stripe_id LIKE 'sub_%'")
    nothing_waits()


def test_a_series_that_was_lost():
    """A backup without the series is restored."""
    id_, sub = started(3900, 1)
    renewed(sub)
    renewed(sub)
    before = [id_] + [p['donation_id'] for p in later(id_)]
    sql(f"""DELETE FROM donations WHERE first_donation_id = {id_};
        DELETE FROM donations WHERE donation_id = {id_}""")
    quiet('--since', '2d')
    rows = sql("""SELECT count(*), count(*) FILTER (WHERE
        first_donation_id IS NULL), sum(amount_received),
        min(recurring_status), bool_and(is_recurring), min("interval"),
        max("interval") FROM donations WHERE amount = 3900""")
    same(rows, '3|1|11700|active|t|month|month', 'it comes back')
    same(quiet(), '', 'once')
    check(int(sql('SELECT min(donation_id) FROM donations '
                  'WHERE amount = 3900')) > max(before), 'new rows', before)
    renewed(sub)
    same(sql('SELECT count(*) FROM donations WHERE amount = 3900'), '4',
         'and goes on')


# --- The donor ---

def manage(url):
    parts = urlsplit(url)
    return request(WEB, 'GET', parts.path + '?' + parts.query)


def test_manage_url():
    a, sub = begin(4100, 1)
    other, _ = begin(4101, 1)
    url = a['manageUrl']
    check(re.fullmatch(rf"/api/v1/donate/manage/{a['donationId']}"
                       r'\?key=[\w-]{43}', url), 'the link', url)
    faults()
    b = manage(url)
    same((b.status, b.headers['Location'][:36]),
         (303, 'https://billing.stripe.com/p/session'),
         'it leads to the customer portal')
    call, = control('calls')
    customer = next(s['customer'] for s in state()['subscriptions']
                    if s['id'] == sub)
    same((call['path'], dict(parse_qsl(call['body']))['customer'],
          call['idempotency_key']),
         ('/v1/billing_portal/sessions', customer, None),
         "of the gift's own customer")
    key = url.split('=')[1]
    bad = [url[:-1] + ('A' if url[-1] != 'A' else 'B'), url[:-1], url + 'A',
           url.split('?')[0], url.split('=')[0] + '=',
           url.replace(f"/{a['donationId']}?", f"/{other['donationId']}?"),
           f'/api/v1/donate/manage/99999999?key={key}',
           f"/api/v1/donate/manage/{paid(500)[0]}?key={key}"]
    faults()
    answers = [manage(u) for u in bad]
    same([x.status for x in answers], [404] * len(bad), 'other links')
    same({re.sub('"request_id".*', '', x.text) for x in answers},
         {re.sub('"request_id".*', '', answers[0].text)},
         'which all say the same')
    same(control('calls'), [], 'Stripe is not called')
    same(manage(url + '&x=1').status, 400, 'an unknown parameter')
    for fault in 'drop_before', 'nonjson':
        faults(*[fault] * 12)
        same(manage(url).status, 502, f'{fault}: Stripe is away')
    faults({'kind': 'status', 'status': 400, 'type': 'invalid_request_error'})
    b = manage(url)
    same((b.status, 'Injected' in b.text), (502, False),
         'a portal that is not set up is not the donor\'s fault')
    faults()
    tell(happen('succeeded', a['paymentIntentId']))
    tell(changes(sub, 'stop'))
    same(manage(url).status, 303, 'it also works after the end')


def test_staff_see_the_link():
    id_, sub = started(4200, 1)
    renewed(sub)
    row, = later(id_)
    url = api('GET', f'/donations/{id_}', token='viewer').json['manageUrl']
    same(manage(url).status, 303, 'staff can pass it on')
    same(donation(row['donation_id'])['manageUrl'], url,
         'later payments have the same')
    once, _ = paid(500)
    check('manageUrl' not in donation(once), 'other gifts have none', None)
    same(api('GET', f'/donations/{id_}', token='stranger').status, 404,
         'nobody else sees it')
    same(api('GET', f'/donations/{id_}').status, 401, 'nor without a token')
    for path in '/donations?per_page=200', '/donations/export':
        check(url.split('=')[1] not in api('GET', path, token='admin').text,
              f'{path} does not have it', path)
    tag = api('GET', f'/donations/{id_}', token='viewer').headers['ETag']
    check(tag, 'the answer has its tag', tag)


def test_links_with_a_site():
    """With site_url the link is complete; secret_key is a part of the key."""
    status, text, _ = from_site('POST', '/api/v1/donate/create-payment-intent',
                                {'amount': 4300, 'campaign_id': 1,
                                 'is_recurring': True,
                                 'challenge_response': 'solved-recurring1'})
    same(status, 200, text)
    url = json.loads(text)['manageUrl']
    check(url.startswith(SITE + '/api/v1/donate/manage/'), 'the link', url)
    path = url.removeprefix(SITE)
    same(from_site('GET', path)[0], 303, 'it is good')
    same(manage(path).status, 404,
         'where the configuration has another secret, it is not')


def test_public_answers_tell_nothing():
    """What somebody gave does not show in any public answer."""
    started(4400, 1, email='private@example.org')
    a, _ = begin(4400, 1, email='private@example.org')
    b, _ = begin(4400, 1, email='nobody-else@example.org')
    same(sorted(a), sorted(b), 'a donor who gave before gets the same')
    same([x['needs_employer'] for x in (a, b)], [False, False],
         'needs_employer is of this gift alone')
    check('4400' not in manage(a['manageUrl']).text, 'nor the link', None)


def form(host_post, campaign=1, accept='text/html', **more):
    body = urlencode({'amount': 4500, 'campaign_id': campaign,
                      'is_recurring': 'on', **more})
    return host_post('POST', '/api/v1/donate/checkout', body, **{
        'Content-Type': 'application/x-www-form-urlencoded',
        'Accept': accept})


def test_checkout():
    """A form without JavaScript; the page of thanks has the link."""
    api('PATCH', '/campaigns/2', {'donation_redirect_url': None}, 'admin')
    faults()
    status, text, headers = form(
        from_site, 2, email='form@example.org', interval='week',
        challenge_response='solved-recurring2')
    same(status, 303, text)
    call, = control('calls')
    sent = dict(parse_qsl(call['body']))
    id_ = int(sent['metadata[donation_id]'])
    same([sent.get(k) for k in (
        'mode', 'submit_type', 'customer_email',
        'line_items[0][price_data][unit_amount]',
        'line_items[0][price_data][recurring][interval]',
        'subscription_data[metadata][donation_id]',
        'payment_intent_data[metadata][donation_id]')],
         ['subscription', None, 'form@example.org', '4500', 'week', str(id_),
          None], 'what Stripe is told')
    thanks = sent['success_url']
    check(re.fullmatch(re.escape(SITE) + r'/api/v1/donate/thanks\?gift='
                       rf'{id_}&key=[\w-]{{43}}', thanks), 'the return',
          thanks)
    status, page, _ = from_site('GET', thanks.removeprefix(SITE))
    link = re.search('href="([^"]+)"', page)
    check(status == 200 and link, 'the page of thanks has the link', page)
    path = link[1].replace('&amp;', '&').removeprefix(SITE)
    same(from_site('GET', path)[0], 409, 'which is too early')
    for other in ('?gift=1&key=x', f'?gift={id_}', '?gift=x&key=y', ''):
        status, page, _ = from_site('GET', '/api/v1/donate/thanks' + other)
        check(status == 200 and 'href' not in page, f'{other}: no link', page)
    events = control('happen', {'key': DEFAULT, 'kind': 'succeeded', 'session':
                                headers['Location'].rsplit('/', 1)[1]})
    tell(events)
    same((facts(id_), series(id_)), (('succeeded', 4500, 0, 0),
                                     ('active', False, False)), 'it is paid')
    same(from_site('GET', path)[0], 303, 'and the donor can stop it')
    sub = sql(f'SELECT subscription_id FROM recurring_gifts '
              f'WHERE donation_id = {id_}')
    renewed(sub)
    same([p['amount_received'] for p in later(id_)], [4500],
         'it is repeated')
    b = api('POST', '/donate/checkout', {'amount': 4500, 'campaign_id': 1,
                                         'is_recurring': True})
    if b.status != 200:     # the campaign has no page to return to
        same(b.json['code'], 'no_site_url', f'{b}')
        api('PATCH', '/campaigns/1', {'donation_redirect_url':
                                      'https://one.test/thanks'}, 'admin')
        b = api('POST', '/donate/checkout', {
            'amount': 4500, 'campaign_id': 1, 'is_recurring': True})
    same(sorted(b.json), ['donationId', 'manageUrl', 'url'], 'as JSON')


def test_checkout_events_in_any_order():
    api('PATCH', '/campaigns/1', {
        'donation_redirect_url': 'https://one.test/thanks'}, 'admin')
    kinds = ['customer.subscription.created', 'payment_intent.succeeded',
             'invoice.paid', 'invoice.payment_succeeded',
             'customer.subscription.updated', 'checkout.session.completed']
    for version in None, '2020', 'basil':
        for order in itertools.islice(itertools.permutations(range(6)), 0,
                                      None, 97):
            b = api('POST', '/donate/checkout', {
                'amount': 4600, 'campaign_id': 1, 'is_recurring': True}).json
            events = control('happen', {
                'key': DEFAULT, 'kind': 'succeeded', 'version': version,
                'session': b['url'].rsplit('/', 1)[1]})
            extra = [e for e in events if e['type'] == 'invoice_payment.paid']
            events = [e for e in events if e not in extra]
            same([e['type'] for e in events], kinds, 'the events')
            for k in order:
                deliver(events[k])
                if k == 2 and extra:
                    tell(extra)
            id_ = b['donationId']
            same((facts(id_), series(id_), later(id_)),
                 (('succeeded', 4600, 0, 0), ('active', False, False), []),
                 f'{version}, {order}')
    b = api('POST', '/donate/checkout', {
        'amount': 4600, 'campaign_id': 1, 'is_recurring': True}).json
    tell(control('happen', {'key': DEFAULT, 'kind': 'expired', 'session':
                            b['url'].rsplit('/', 1)[1]}))
    same(donation(b['donationId'])['status'], 'canceled', 'nobody paid')


# --- Card testing ---

def test_ten_declines_end_the_subscription():
    a, sub = begin(4700, 1)
    for _ in range(10):
        tell(happen('failed', a['paymentIntentId']))
    faults()
    same(create(800, 1).status, 200, 'the next donor is served')
    there = next(s for s in state()['subscriptions'] if s['id'] == sub)
    same(there['status'], 'incomplete_expired', 'the subscription has ended')
    same(donation(a['donationId'])['status'], 'canceled', 'and the donation')
    faults()
    create(800, 1)
    same([c['method'] for c in control('calls')], ['POST'], 'once')
    id_, sub = started(4701, 1)
    intent = changes(sub, 'renew', outcome='failed')[0]['data']['object'][
        'id']
    for _ in range(12):
        tell(happen('failed', intent))
    faults()
    create(800, 1)
    same([c['path'] for c in control('calls')], ['/v1/payment_intents'],
         "Stripe's own attempts are not card testing")
    same(donation(id_)['recurring_status'], 'past_due', 'it is not ended')


def test_stale_gifts_end():
    a, sub = begin(4800, 1)
    b, sub2 = begin(4801, 1)
    changes(sub2, 'expire')
    sql(f"""UPDATE donations SET created_at = created_at
        - interval '25 hours' WHERE donation_id IN ({a['donationId']},
        {b['donationId']})""")
    nothing_waits()
    r = reconcile('--since', '1h')
    check('1 stale donations ended' in r.stdout, 'reconcile ends one', r)
    same([donation(x['donationId'])['status'] for x in (a, b)],
         ['canceled'] * 2, 'both are canceled')
    same([s['status'] for s in state()['subscriptions']
          if s['id'] in (sub, sub2)], ['incomplete_expired'] * 2, 'at Stripe')


main(globals())
