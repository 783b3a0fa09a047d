"""Fees, payouts, and what reconcile finds."""
import hashlib
import subprocess
import time

from support import (
    ENV, TOKENS, api, at, check, control, create, deliver, donation, facts,
    faults, happen, main, paid, reconcile, same, sql)

THREE = 'sk_test_three'
DAY = 86400


def treasurer():
    """The manager of campaign 3, which has a Stripe account of its own."""
    TOKENS['treasurer'] = 'cb_treasurer' + 'x' * 36
    digest = hashlib.sha256(TOKENS['treasurer'].encode()).hexdigest()
    sql(f"""INSERT INTO users (user_id, username, role)
        VALUES (90, 'treasurer', 'user') ON CONFLICT DO NOTHING;
        INSERT INTO api_tokens (user_id, kind, token_hash)
        VALUES (90, 'api_key', '\\x{digest}') ON CONFLICT DO NOTHING;
        INSERT INTO campaign_members VALUES (3, 90, 'manager')
        ON CONFLICT DO NOTHING""")


treasurer()


def state(key=THREE):
    return control('state', {'key': key})


def put(into, thing, key=THREE):
    control('put', {'key': key, 'into': into, 'object': thing})


def age(intent, days):
    """Make a gift of campaign 3 so many days older, here and at Stripe."""
    thing = next(i for i in state()['intents'] if i['id'] == intent)
    put('intents', {**thing, 'created': thing['created'] - days * DAY})
    sql(f"""UPDATE donations SET created_at = created_at -
        interval '{days} days' WHERE payment_intent_id = '{intent}'""")


def clean():
    """Start with an empty list, and the last complete run two hours ago."""
    faults()
    r = reconcile()
    check(r.returncode in (0, 1), 'reconcile runs', r)
    sql("""DELETE FROM stripe_events WHERE applied_at IS NULL;
        DELETE FROM stripe_strays;
        UPDATE stripe_runs SET began_at = now() - interval '2 hours'""")
    control('calls')


def tables():
    return sql("""SELECT md5(string_agg(x::text, '|' ORDER BY x::text))
        FROM (SELECT to_jsonb(d) - 'updated_at' AS x FROM donations d
        UNION ALL SELECT to_jsonb(l) - 'updated_at' - 'reported_at'
        - CASE l.kind WHEN 'charge' THEN 'happened_at' ELSE '' END
        FROM donation_ledger l
        UNION ALL SELECT to_jsonb(b) FROM balance_transactions b) t""")


# --- What changed since the last run ---

def test_changes_of_old_gifts():
    """Refunds and disputes of gifts that are older than any window."""
    clean()
    gifts = [paid(10000 + n, 3) for n in range(6)]
    ids = [id_ for id_, _ in gifts]
    refund, fails, dispute, ends, inquiry, ach = [i for _, i in gifts]
    failing = happen('refund', fails, THREE, amount=500)[0]
    happen('dispute', ends, THREE)
    held = happen('dispute', ends, THREE, amount=1)
    check(reconcile().returncode == 0, 'the first run is complete')
    # Of two reports within one second the rank decides until the next run.
    first = int(time.time())
    while int(time.time()) == first:
        time.sleep(0.02)
    for _, intent in gifts:
        age(intent, 100)
    sql("UPDATE stripe_runs SET began_at = now() - interval '2 hours'")
    happen('refund', refund, THREE, amount=1500)
    happen('refund_failed', fails, THREE, refund=failing['data']['object'][
        'id'])
    happen('dispute', dispute, THREE, amount=4000)
    happen('dispute_closed', ends, THREE, status='won',
           dispute=held[0]['data']['object']['id'])
    happen('dispute', inquiry, THREE, status='warning_needs_response')
    control('calls')
    r = reconcile()
    same([r.returncode, r.stderr], [0, ''], 'the second run is complete')
    same([facts(i)[1:] for i in ids],
         [(10000, 1500, 0), (10001, 0, 0), (10002, 0, 4000),
          (10003, 0, 10003), (10004, 0, 0), (10005, 0, 0)],
         'each change is found')
    same([facts(i)[0] for i in ids],
         ['partially_refunded', 'succeeded', 'disputed', 'disputed',
          'disputed', 'succeeded'], 'and the states')
    for id_ in ids[:5]:
        check(any(line.split()[:1] == [str(id_)] and ' mended ' in line
                  for line in r.stdout.splitlines()),
              f'the table has donation {id_}', r.stdout)
    listed = [c['path'] for c in control('calls')
              if '/v1/payment_intents?' in c['path']]
    since = time.time() - 3 * 3600 - 60
    check(all(int(p.split('gte%5D=')[-1].split('&')[0]) > since
              if 'gte%5D=' in p else 'gte' not in p for p in listed)
          and listed, 'the run begins an hour before the last one', listed)
    again = reconcile('--quiet')
    same([again.returncode, again.stdout], [0, ''], 'nothing is left')


def test_first_run_and_since():
    clean()
    sql('DELETE FROM stripe_runs')
    control('calls')
    reconcile()
    path = next(c['path'] for c in control('calls')
                if c['path'].startswith('/v1/payment_intents?'))
    check(f'{int(time.time()) - 30 * DAY}'[:7] in path,
          'the first run looks back 30 days', path)
    same(sql('SELECT string_agg(stripe_account::text, \',\' ORDER BY 1) '
             'FROM stripe_runs'), '0,3,6', 'a row an account')
    reconcile('--since', '2026-01-31')
    path = next(c['path'] for c in control('calls')
                if c['path'].startswith('/v1/payment_intents?'))
    check(str(at('2026-01-31T00:00:00+00:00')) in path, '--since overrides',
          path)


def test_donor_of_a_lost_row():
    clean()
    a = create(4321, 3).json
    happen('succeeded', a['paymentIntentId'], THREE, billing_details={
        'name': 'Mary Ann  Smith', 'email': 'Mary@Example.org',
        'phone': '+15125550123', 'address': {
            'line1': '1 Main St', 'line2': 'Apt 2', 'city': 'Austin',
            'state': 'TX', 'postal_code': '78701', 'country': 'US'}})
    b = create(4322, 3).json
    happen('succeeded', b['paymentIntentId'], THREE, billing_details={
        'name': 'Cher', 'email': None, 'phone': None, 'address': None})
    sql(f"""DELETE FROM donations WHERE donation_id IN
        ({a['donationId']}, {b['donationId']})""")
    same(reconcile().returncode, 0, 'reconcile runs')
    same(sql(f"""SELECT first_name, last_name, email, phone_number,
        address_line1, address_line2, address_city, address_state,
        address_zip, address_country, status, amount_received,
        voter_id IS NOT NULL, fee, net FROM donations
        WHERE payment_intent_id = '{a['paymentIntentId']}'"""),
         'Mary Ann|Smith|mary@example.org|+15125550123|1 Main St|Apt 2|'
         'Austin|TX|78701|US|succeeded|4321|t|155|4166',
         'the donor comes back from the charge')
    same(sql(f"""SELECT first_name, last_name, email FROM donations
        WHERE payment_intent_id = '{b['paymentIntentId']}'"""),
         '|Cher|', 'one word is the last name')


def test_day_of_a_debit():
    """A bank's debit counts on the day of success, not of its charge."""
    clean()
    for n, listed in enumerate((True, False)):
        a = create(7100 + n, 3).json
        intent = a['paymentIntentId']
        success = int(time.time()) - 3600
        made = happen('succeeded', intent, THREE, at=success,
                      charged_at=success - 5 * DAY)[0]
        if not listed:
            put('events', {**made, 'type': 'charge.unknown'})
        reconcile('--since', '10d')
        same(sql(f"""SELECT extract(epoch FROM succeeded_at)::bigint
            FROM donations WHERE donation_id = {a['donationId']}"""),
             str(success), f'the day of success; event listed: {listed}')


def test_needs_a_person():
    clean()
    put('intents', {
        'id': 'pi_shop', 'object': 'payment_intent', 'amount': 2500,
        'amount_received': 2500, 'currency': 'usd', 'created':
        int(time.time()), 'status': 'succeeded', 'metadata': {},
        'latest_charge': None, 'last_payment_error': None})
    put('intents', {
        'id': 'pi_unpaid', 'object': 'payment_intent', 'amount': 2500,
        'amount_received': 0, 'currency': 'usd', 'created':
        int(time.time()), 'status': 'requires_payment_method',
        'metadata': {}, 'latest_charge': None, 'last_payment_error': None})
    put('subscriptions', {
        'id': 'sub_monthly', 'object': 'subscription', 'created':
        int(time.time()), 'status': 'active', 'metadata': {},
        'currency': 'usd', 'items': {'data': [{'price': {
            'unit_amount': 1500, 'currency': 'usd'}}]}})
    ours = paid(2600, 3)
    put('subscriptions', {
        'id': 'sub_ours', 'object': 'subscription', 'created':
        int(time.time()), 'status': 'active', 'metadata': {
            'donation_id': str(ours[0])}, 'currency': 'usd'})
    made = happen('dispute', ours[1], THREE, status='moon_phase')
    for e in made:
        deliver(e, 'whsec_three', '/donate/webhook/3')
    deliver({'id': 'evt_lost_way', 'object': 'event', 'created':
             int(time.time()), 'type': 'payment_intent.succeeded', 'data': {
                 'object': {'object': 'payment_intent', 'id': 'pi_nowhere',
                            'amount': 900, 'currency': 'usd', 'metadata': {
                                'campaign_id': '1'}}}})
    deliver({'id': 'evt_nobody', 'object': 'event', 'created':
             int(time.time()), 'type': 'refund.created', 'data': {
                 'object': {'object': 'refund', 'id': 're_x', 'amount': 800,
                            'payment_intent': 'pi_nobody', 'currency':
                            'usd', 'status': 'succeeded'}}})
    r = reconcile()
    same(r.returncode, 1, 'something needs a person')
    for id_, action in (('pi_shop', 'foreign'), ('sub_monthly', 'foreign'),
                        ('evt_lost_way', 'waiting'),
                        ('evt_nobody', 'waiting'), ('du_', 'waiting')):
        check(any(id_ in line and f' {action} ' in line
                  for line in r.stdout.splitlines()),
              f'{id_} is printed', r.stdout)
    for id_ in 'pi_unpaid', 'sub_ours':
        check(id_ not in r.stdout, f'{id_} is not printed', r.stdout)
    same(facts(ours[0]), ('disputed', 2600, 0, 2600),
         'an unknown dispute holds the money')

    def waiting(who, query=''):
        a = api('GET', '/donations/waiting' + query, token=who)
        return a.status, sorted((w['kind'], w['amount'], w['campaign_id'])
                                for w in a.json['waiting']) \
            if a.status == 200 else None
    event1, event0 = ('event', 900, 1), ('event', 800, None)
    same(waiting('treasurer'), (200, [
        ('dispute', 2600, 3), ('payment', 2500, 3),
        ('subscription', 1500, 3)]), 'the treasurer of campaign 3')
    same(waiting('manager'), (200, [event1]), 'the manager of campaign 1')
    a = api('GET', '/donations/waiting?per_page=200', token='admin').json
    same(sorted((w['kind'], w['amount']) for w in a['waiting']), sorted([
        ('dispute', 2600), ('payment', 2500), ('subscription', 1500),
        ('event', 900), ('event', 800)]), 'an admin sees all')
    same({w['stripe_id']: w['reason'] for w in a['waiting']
          if w['stripe_id'] in ('evt_lost_way', 'sub_monthly', 'pi_shop')},
         {'evt_lost_way': 'No donation has the payment intent pi_nowhere.',
          'sub_monthly': 'No donation began this subscription.',
          'pi_shop': 'Cerberus did not make this payment.'},
         'with the reasons')
    same(waiting('admin', '?kind=payment&campaign_id=3'),
         (200, [('payment', 2500, 3)]), 'filters')
    same([waiting(who)[0] for who in ('viewer', 'editor')], [403, 403],
         'only managers')
    check(event0 in waiting('admin')[1], 'no campaign is known', None)
    # Later runs report what is new, and disputes each time.
    sql("""UPDATE stripe_events SET received_at = now() - interval '1 day';
        UPDATE stripe_strays SET created_at = now() - interval '1 day'""")
    for into, id_ in ('intents', 'pi_shop'), ('subscriptions', 'sub_monthly'):
        put(into, {'id': id_, 'object': 'subscription', 'created': 1,
                   'status': 'canceled', 'metadata': {}})
    r = reconcile()
    same(r.returncode, 1, 'the dispute still needs a person')
    check('moon_phase' in r.stdout and 'evt_' not in r.stdout,
          'only the dispute is printed again', r.stdout)
    # A donation for the stray ends the waiting.
    sql("""INSERT INTO donations (campaign_id, amount, stripe_account,
        payment_intent_id) VALUES (3, 2500, 3, 'pi_shop')""")
    check(('payment', 2500, 3) not in waiting('treasurer')[1],
          'the payment no longer waits', None)
    sql("DELETE FROM donations WHERE payment_intent_id = 'pi_shop'")
    happen('dispute_closed', ours[1], THREE, status='won',
           dispute=made[0]['data']['object']['id'])
    same(reconcile().returncode, 0, 'the dispute has ended')
    same(facts(ours[0]), ('succeeded', 2600, 0, 0), 'the money counts')
    put('subscriptions', {'id': 'sub_ours', 'object': 'subscription',
                          'created': 1, 'status': 'canceled',
                          'metadata': {}})


def test_stripe_goes_away():
    """Each call of a run fails in turn: exit status 3; the next run completes."""
    clean()
    id_, intent = paid(8800, 3)
    happen('refund', intent, THREE, amount=100)
    happen('payout', None, THREE, arrival=int(time.time()))
    # The last of the accounts.
    last = 'SELECT began_at FROM stripe_runs WHERE stripe_account = 6'
    before = sql(last)
    gone = {'kind': 'status', 'status': 500,
            'headers': {'Stripe-Should-Retry': 'false'}}
    n = 0
    while True:
        faults(*[{}] * n, gone)
        r = reconcile()
        if r.returncode != 3:
            break
        check('cerberus: ' in r.stderr, f'the failure of call {n} is told', r)
        same(sql(last), before, f'the run that ends at call {n} is not noted')
        n += 1
    # Each of three accounts has seven lists.
    check(r.returncode == 0 and n >= 21, f'{n} calls failed in turn', r)
    check(sql(last) > before, 'the complete run is noted')
    for at_ in range(0, n, 5):
        faults(*[{}] * at_, *[{'kind': 'drop_after'}] * 20)
        same(reconcile().returncode, 3, f'the answer of call {at_} is lost')
    faults()
    same(facts(id_), ('partially_refunded', 8800, 100, 0),
         'the refund is here')
    done = tables()
    same([reconcile().returncode, tables()], [0, done],
         'another run changes nothing')
    same(sql(f"""SELECT count(*), sum(amount), sum(fee) FROM
        balance_transactions WHERE donation_id = {id_}"""), '2|8700|285',
         'each movement is here once')


# --- Payouts ---

def payouts(who='treasurer', query=''):
    a = api('GET', '/donations/payouts' + query, token=who)
    same(a.status, 200, f'{who} reads the payouts: {a.text[:200]}')
    return a.json['payouts']


def test_payouts():
    """The amount on a bank statement is the sum of the lines of a payout."""
    clean()
    happen('payout', None, THREE, arrival=at('2026-10-01T00:00:00+00:00'))
    a, a_intent = paid(10000, 3, first_name='Ann', last_name='Poe')
    b, b_intent = paid(20000, 3)
    c, c_intent = paid(5000, 3)
    happen('refund', a_intent, THREE, amount=2500)
    happen('dispute', c_intent, THREE)
    happen('fee', None, THREE, amount=200)
    made = happen('payout', None, THREE,
                  arrival=at('2026-10-09T00:00:00+00:00'))[0]
    po = made['data']['object']
    same(po['amount'], 10000 - 320 + 20000 - 610 + 5000 - 175 - 2500 - 5000
         - 1500 - 200, 'what Stripe pays out')
    r = reconcile()
    same(r.returncode, 0, f'reconcile runs: {r.stdout}{r.stderr}')
    mine = next(p for p in payouts() if p['stripe_id'] == po['id'])
    same({k: mine[k] for k in (
        'amount', 'currency', 'status', 'arrival_date', 'gifts',
        'amount_gifts', 'amount_refunded', 'amount_disputed', 'amount_fees',
        'amount_other', 'complete', 'stripe_account')}, {
            'amount': po['amount'], 'currency': 'usd', 'status': 'in_transit',
            'arrival_date': '2026-10-09', 'gifts': 3, 'amount_gifts': 35000,
            'amount_refunded': 2500, 'amount_disputed': 5000,
            'amount_fees': 320 + 610 + 175 + 1500 + 200, 'amount_other': 0,
            'complete': True, 'stripe_account': 3}, 'the payout')
    one = api('GET', f"/donations/payouts/{mine['payout_id']}",
              token='treasurer').json
    same({k: one[k] for k in mine if k != 'created_at' and 'updated' not in k
          and 'issued' not in k},
         {k: mine[k] for k in mine if k != 'created_at' and 'updated' not in k
          and 'issued' not in k}, 'the list has the same')
    check(one['issued_at'].endswith('Z'), 'times are in UTC', one)
    path = f"/donations/payouts/{mine['payout_id']}"
    tag = api('GET', path, token='treasurer').headers['ETag']
    same(api('GET', path, token='treasurer', **{'If-None-Match': tag}).status,
         304, 'the same payout is not sent again')
    same(sorted((x['kind'], x['donation_id'], x['amount'], x['fee'],
                 x['net']) for x in one['lines'] if x['donation_id']),
         sorted([('gift', a, 10000, 320, 9680), ('gift', b, 20000, 610, 19390),
                 ('gift', c, 5000, 175, 4825), ('refund', a, -2500, 0, -2500),
                 ('dispute', c, -5000, 1500, -6500)]), 'its lines')
    same([(x['kind'], x['amount']) for x in one['lines']
          if not x['donation_id']], [('fee', -200)], "Stripe's own fee")
    same(sum(x['net'] for x in one['lines']), po['amount'],
         'the lines add up')
    same({(x['first_name'], x['last_name']) for x in one['lines']
          if x['donation_id'] == a}, {('Ann', 'Poe')}, 'with the donor')
    same([(donation(i)['fee'], donation(i)['net']) for i in (a, b, c)],
         [(320, 7180), (610, 19390), (1675, -1675)],
         'the fee and what is left of each gift')
    # Events about a payout arrive in any order.
    paid_ = happen('payout_paid', None, THREE, payout=po['id'])[0]
    same(deliver(paid_, 'whsec_three', '/donate/webhook/3').status, 200,
         'payout.paid is accepted')
    same(next(p for p in payouts() if p['stripe_id'] == po['id'])['status'],
         'paid', 'payout.paid')
    failed = happen('payout_failed', None, THREE, payout=po['id'])[0]
    failed['created'] = paid_['created'] + 1
    for e in failed, {**paid_, 'id': 'evt_again_' + po['id']}:
        deliver(e, 'whsec_three', '/donate/webhook/3')
    mine = next(p for p in payouts() if p['stripe_id'] == po['id'])
    same([mine['status'], mine['failure_code']], ['failed', 'account_closed'],
         'payout.failed is newer')
    same(reconcile().returncode, 0, 'and reconcile agrees')
    same(next(p for p in payouts() if p['stripe_id'] == po['id'])['status'],
         'failed', 'a failed payout')
    # An event alone creates the payout too.
    other = {**po, 'id': 'po_by_event', 'status': 'paid', 'automatic': False,
             'amount': 1, 'arrival_date': at('2026-10-10T00:00:00+00:00')}
    deliver({**paid_, 'id': 'evt_alone', 'data': {'object': other}},
            'whsec_three', '/donate/webhook/3')
    same([p['amount'] for p in payouts(query='?since=2026-10-10&'
                                       'until=2026-10-10&campaign_id=3')],
         [1], 'filters by the day of arrival')
    same(payouts(query='?campaign_id=1'), [], 'and by campaign')


def test_who_sees_payouts():
    """Managers of all campaigns whose gifts are in it."""
    clean()
    ones, twos = paid(3000, 1), paid(4000, 2)
    happen('payout', None, 'sk_test_default',
           arrival=at('2026-10-12T00:00:00+00:00'))
    mixed = reconcile()
    check(mixed.returncode in (0, 1), 'reconcile runs', mixed)
    id_ = sql("SELECT max(payout_id) FROM payouts WHERE stripe_account = 0")
    there = {who: api('GET', f'/donations/payouts/{id_}', token=who).status
             for who in ('admin', 'manager', 'stranger', 'treasurer',
                         'viewer')}
    same(there, {'admin': 200, 'manager': 404, 'stranger': 404,
                 'treasurer': 404, 'viewer': 403},
         'gifts of several campaigns are for admins')
    del ones, twos
    one = paid(3100, 1)
    happen('payout', None, 'sk_test_default',
           arrival=at('2026-10-13T00:00:00+00:00'))
    reconcile()
    id_ = sql("SELECT max(payout_id) FROM payouts WHERE stripe_account = 0")
    there = {who: api('GET', f'/donations/payouts/{id_}', token=who).status
             for who in ('admin', 'manager', 'stranger', 'viewer')}
    same(there, {'admin': 200, 'manager': 200, 'stranger': 404,
                 'viewer': 403}, "a payout of one campaign is its managers'")
    same([p['payout_id'] for p in payouts('manager')], [int(id_)],
         'the list too')
    same(payouts('stranger'), [], 'and of the other campaign')
    same(api('GET', '/donations/payouts', token='editor').status, 403,
         'an editor sees none')
    same(donation(one[0])['fee'], 119, 'the fee')


def test_summary_has_fees():
    clean()
    day = '2019-05-05'
    a, intent = paid(10000, 3)
    b, _ = paid(5000, 3)
    happen('refund', intent, THREE, amount=1000)
    reconcile()
    sql(f"""UPDATE donation_ledger SET happened_at = '{day} 15:00Z'
        WHERE donation_id IN ({a}, {b});
        UPDATE donations SET succeeded_at = '{day} 15:00Z'
        WHERE donation_id IN ({a}, {b})""")
    s = api('GET', f'/donations/summary?campaign_id=3&since={day}'
            f'&until={day}', token='treasurer').json
    for name, rows in s.items():
        same([sum(r[k] for r in rows) for k in (
            'amount_received', 'amount_refunded', 'net', 'fees',
            'net_of_fees')], [15000, 1000, 14000, 495, 13505],
             f'{name} has fees')
    same([(r['fees'], r['net_of_fees']) for r in s['by_day']],
         [(495, 13505)], 'fees count on the day of the gift')


# --- The audit ---

def audit(*args, who='admin'):
    return subprocess.run(
        [ENV['BUILD'] + '/cli/cerberus', 'donations', 'check', *args],
        capture_output=True, text=True, check=False,
        env={'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF'],
             'CERBERUS_TOKEN': TOKENS[who]})


def planted(view, old, new):
    """The SQL that spoils a view, and the SQL that restores it."""
    kept = sql(f"SELECT pg_get_viewdef('cerberus.{view}'::regclass)")
    check(old in kept, f'{view} has {old}', kept)
    head = (f'CREATE OR REPLACE VIEW cerberus.{view} '
            'WITH (security_invoker = true) AS ')
    return head + kept.replace(old, new, 1), head + kept


def test_check():
    """A cent too much in any place is found."""
    clean()
    reconcile('--since', '3000d')
    same(api('PATCH', '/campaigns/3', {'committee_id': 'C00123456'},
             'admin').status, 200, 'the campaign has a committee')
    id_, intent = paid(12345, 3)
    happen('refund', intent, THREE, amount=345)
    d, d_intent = paid(777, 3)
    lost = happen('dispute', d_intent, THREE)[0]['data']['object']['id']
    happen('dispute_closed', d_intent, THREE, dispute=lost, status='lost')
    reconcile()
    # Other tests leave donations that Stripe does not have.
    sql("""DELETE FROM donations d WHERE campaign_id = 3
        AND (amount_received > 0) AND payment_intent_id IS NULL""")
    r = audit('--campaign', '3')
    same([r.returncode, r.stdout.split()[-2:], r.stderr],
         [0, ['0', 'differences'], ''], f'all agrees: {r}')
    check('not compared' not in r.stdout, 'the schedules are compared',
          r.stdout)

    def found(what, plant, restore, *args, lines=()):
        plant()
        try:
            r = audit('--campaign', '3', *args)
            same(r.returncode, 1, f'{what}: a difference is 1')
            for line in lines:
                check(any(line in x for x in r.stdout.splitlines()),
                      f'{what}: {line}', r.stdout)
        finally:
            restore()

    for column in 'amount_received', 'amount_refunded', 'amount_disputed', \
            'fee', 'net':
        change = 'UPDATE donations SET {0} = coalesce({0}, 0) {1} 1 ' \
            'WHERE donation_id = {2}'
        found(f'row, {column}',
              lambda: sql(change.format(column, '+', id_)),
              lambda: sql(change.format(column, '-', id_)), '--offline',
              lines=[f'donation {id_}, the ledger: {column} is'])
    found('export', lambda: sql(change.format('amount_received', '+', id_)),
          lambda: sql(change.format('amount_received', '-', id_)),
          '--offline', lines=['usd, export: amount_received is',
                              'usd, summary, totals: amount_received is',
                              'usd, summary, by_refcode: net is'])
    ledger = "UPDATE donation_ledger SET amount = amount {} 1 WHERE " \
        f"donation_id = {id_} AND kind = 'payment'"
    found('ledger', lambda: sql(ledger.format('+')),
          lambda: sql(ledger.format('-')), '--offline',
          lines=[f'donation {id_}, the ledger: amount_received is 12345, '
                 'not 12346'])
    spoil, restore = planted('gift_moves', '- l.amount', '- l.amount - 1')
    found('by_day', lambda: sql(spoil), lambda: sql(restore), '--offline',
          lines=['usd, summary, by_day: amount_refunded is',
                 '3, fec_b: amount is'])
    for view, code in ('fec_receipts', 'fec'), ('fec_refunds', 'fec_b'):
        spoil, restore = planted(view, 'g.amount', 'g.amount + 1') \
            if view == 'fec_receipts' else \
            planted(view, '(- g.amount)', '(- g.amount + 1)')
        found(view, lambda: sql(spoil), lambda: sql(restore), '--offline',
              lines=[f'campaign 3, {code}: amount is'])
    # Differences at Stripe.
    thing = next(i for i in state()['intents'] if i['id'] == intent)
    found('Stripe, amount', lambda: put('intents', {
        **thing, 'amount_received': 12344}), lambda: put('intents', thing),
          lines=[f'donation {id_}, Stripe: amount_received is 12345, '
                 'not 12344'])
    found('Stripe, none', lambda: sql(
        f"UPDATE donations SET payment_intent_id = 'pi_gone' "
        f"WHERE donation_id = {id_}"), lambda: sql(
            f"UPDATE donations SET payment_intent_id = '{intent}' "
            f"WHERE donation_id = {id_}"),
          lines=[f'donation {id_}, Stripe, which does not list it: '
                 'amount_received is 12345, not 0',
                 f'Stripe, {intent} without a donation: amount_received is 0,'
                 ' not 12345'])
    happen('refund', intent, THREE, amount=1)
    happen('dispute_closed', d_intent, THREE, dispute=lost, status='won')
    r = audit('--campaign', '3')
    check(f'donation {id_}, Stripe: amount_refunded is 345, not 346'
          in r.stdout and f'dispute {lost}' in r.stdout and
          r.returncode == 1, 'what no event told is found', r)
    same(audit('--campaign', '3', '--offline').returncode, 0,
         'and not without Stripe')
    reconcile()
    same(audit('--campaign', '3').returncode, 0, 'reconcile repairs it')
    same([audit(*x).returncode for x in (
        [], ['--campaign', 'x'], ['more'], ['--help'])][1:], [2, 2, 0],
         'usage')
    same(audit('--campaign', '3', who='treasurer').returncode, 3,
         'only admins')


main(globals())
