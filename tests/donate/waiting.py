"""What waits for a person and is settled, and what reconcile completes."""
import json
import threading
import time
import urllib.parse

from actblue import line, send, text
from support import (
    api, check, control, create, deliver, donation, facts, faults, happen,
    main, nothing_waits, paid, reconcile, same, sql)

HEADINGS = ['Id', 'Given', 'When', 'Last']
MAPPING = {'external_id': 'Id', 'amount': 'Given', 'paid_at': 'When',
           'last_name': 'Last'}


def waiting(query='', token='admin'):
    a = api('GET', '/donations/waiting?per_page=200' + query, token=token)
    same(a.status, 200, f'{token} reads what waits: {a.text[:200]}')
    return a.json['waiting']


def settle(id_, token='admin', **body):
    return api('POST', f'/donations/waiting/{id_}/settle',
               {'note': 'Looked at it.', **body}, token)


def conflict(n, campaign=1):
    """A line item of 25.00 that comes again with 31.00; its gift, and what
    waits."""
    send(text([line(n)]), campaign=campaign)
    a = send(text([line(n, Amount='31.00')]), campaign=campaign)
    same(a.status, 422, 'another amount is a conflict')
    row, = [w for w in waiting(f'&campaign_id={campaign}&kind=conflict')
            if w['stripe_id'] == str(n)]
    return row['donation_id'], row


def audited(id_):
    return sql(f"""SELECT concat_ws(' ', u.username, a.action,
        a.after ->> 'action', a.after ->> 'note') FROM audit_log a
        JOIN users u USING (user_id) WHERE a.table_name = 'settlements'
        AND a.row_id = {id_}""")


def test_conflicts():
    gift, row = conflict(7001)
    same({k: row[k] for k in ('kind', 'campaign_id', 'amount', 'currency',
                              'reason', 'settled_at', 'stripe_account')},
         {'kind': 'conflict', 'campaign_id': 1, 'amount': 3100,
          'currency': 'usd', 'settled_at': None, 'stripe_account': None,
          'reason': 'Actblue reports 31.00 usd; the gift has 25.00 usd.'},
         'a conflict waits')
    id_ = row['waiting_id']
    for token, status in (('viewer', 403), ('editor', 403), ('stranger', 404),
                          (None, 401)):
        same(settle(id_, token).status, status, f'{token} settles')
    for body in ({'note': None}, {'note': ' '}, {'note': 'x' * 1001},
                 {'action': 'void'}, {'action': 7}, {'more': 1}):
        same(settle(id_, **body).status, 400, f'{str(body)[:30]}: 400')
    same(settle(99999999).status, 404, 'nothing of this id')
    a = settle(id_, 'manager')
    same((a.status, a.json['action'], a.json['note'],
          a.json['settled_by'], a.json['settled_at'] is None),
         (200, 'dismiss', 'Looked at it.', 2, False), 'the manager settles')
    same(audited(id_), 'manager insert dismiss Looked at it.',
         'it is audited')
    same(settle(id_, 'manager').status, 409, 'once')
    same([w for w in waiting() if w['waiting_id'] == id_], [],
         'it does not wait')
    same([w['waiting_id'] for w in waiting('&settled=true', 'manager')
          if w['waiting_id'] == id_], [id_], 'it is listed as settled')
    same(waiting('&settled=true', 'stranger'), [], 'to the managers')
    same(donation(gift)['amount_received'], 2500, 'the gift is unchanged')
    send(text([line(7001, Amount='31.00')]), campaign=1)
    same([w for w in waiting() if w['waiting_id'] == id_], [],
         'the same report does not wait again')


def test_accept():
    gift, row = conflict(7002)
    a = settle(row['waiting_id'], 'manager', action='accept')
    same((a.status, a.json['action']), (200, 'accept'), 'it is accepted')
    d = donation(gift)
    same((d['amount'], d['amount_received'], d['status']),
         (3100, 3100, 'succeeded'), 'the gift has the amount')
    same(sql(f"""SELECT amount FROM donation_ledger
        WHERE donation_id = {gift}"""), '3100', 'and its ledger')
    same(sql(f"""SELECT count(*) FROM audit_log WHERE table_name = 'donations'
        AND row_id = {gift} AND user_id = 2 AND after ->> 'amount' = '3100'
        """), '1', 'the change is audited')
    same(send(text([line(7002, Amount='31.00')]), campaign=1).json[
        'unchanged'], 1, 'the file has no news')
    # Not for a refund that exceeds it, nor for what was refunded or voided.
    gift, row = conflict(7003)
    api('POST', f'/donations/{gift}/void', {'reason': 'x'}, 'admin')
    same(settle(row['waiting_id'], action='accept').status, 409, 'a void')
    send(text([line(7004, Amount='100.00')]), campaign=1)
    send(text([line(7004, Amount='3.00')]), campaign=1)
    row, = [w for w in waiting('&kind=conflict') if w['stripe_id'] == '7004']
    api('POST', f"/donations/{row['donation_id']}/refunds", {'amount': 400},
        'admin')
    same(settle(row['waiting_id'], action='accept').status, 409,
         'less than was refunded')
    send(text([line(7004, Amount='100.00',
                    Refund_Date='2026-06-02 23:30:00')]), campaign=1)
    both = [w for w in waiting('&kind=conflict') if w['stripe_id'] == '7004']
    back, = [w for w in both if w['amount'] == 10000]
    same(back['reason'],
         'Actblue reports a refund of 100.00 usd; only 96.00 usd is left.',
         'a refund of more than is left')
    a = settle(back['waiting_id'], action='accept')
    same((a.status, a.json['errors'][0]['field']), (400, 'action'),
         'it can only be dismissed')
    for w in both:
        same(settle(w['waiting_id']).status, 200, 'dismissed')


def test_settled_for_reconcile():
    """What was settled no longer makes the exit status 1."""
    faults()
    nothing_waits()
    sql('DELETE FROM stripe_strays')
    stall = {
        'id': 'pi_stall', 'object': 'payment_intent', 'amount': 900,
        'amount_received': 900, 'currency': 'usd', 'created':
        int(time.time()), 'status': 'succeeded', 'metadata': {},
        'latest_charge': None, 'last_payment_error': None}
    control('put', {'key': 'sk_test_three', 'into': 'intents',
                    'object': stall})
    id_, intent = paid(5000, 3)
    dispute = happen('dispute', intent, 'sk_test_three',
                     status='moon_phase')[0]['data']['object']['id']
    deliver({'id': 'evt_settled', 'object': 'event', 'created':
             int(time.time()), 'type': 'refund.created', 'data': {'object': {
                 'object': 'refund', 'id': 're_s', 'amount': 700,
                 'payment_intent': 'pi_gone', 'currency': 'usd', 'status':
                 'succeeded'}}})

    def mine(r):
        return [x for x in ('pi_stall', dispute, 'evt_settled')
                if x in r.stdout]

    r = reconcile()
    same((r.returncode, len(mine(r))), (1, 3), f'three need a person: {r}')
    for w in waiting():
        if w['stripe_id'] in ('pi_stall', dispute, 'evt_settled'):
            same(settle(w['waiting_id']).status, 200, w['kind'])
    r = reconcile()
    same(mine(r), [], 'they are settled')
    same(facts(id_), ('disputed', 5000, 0, 5000), 'the money stays held')
    happen('dispute_closed', intent, 'sk_test_three', dispute=dispute,
           status='sun_phase')
    r = reconcile()
    same((r.returncode, mine(r)), (1, [dispute]),
         'another unknown state waits again')
    happen('dispute_closed', intent, 'sk_test_three', dispute=dispute,
           status='won')
    same(mine(reconcile()), [], 'until it is known')
    same(facts(id_), ('succeeded', 5000, 0, 0), 'and the money counts')
    sql("DELETE FROM stripe_strays")
    control('put', {'key': 'sk_test_three', 'into': 'intents', 'object': {
        **stall, 'amount_received': 0, 'status': 'canceled'}})


def test_more_than_ten_refunds():
    """Stripe lists ten with the charge; reconcile fetches the others."""
    faults()
    id_, intent = paid(5000, 3)
    made = []
    for n in range(13):
        events = happen('refund', intent, 'sk_test_three', amount=100 + n)
        made.append(events[0]['data']['object']['id'])
        for e in events:    # Stripe has forgotten the events
            control('put', {'key': 'sk_test_three', 'into': 'events',
                            'object': {**e, 'type': 'charge.unknown'}})
    for e in happen('refund_failed', intent, 'sk_test_three',
                    refund=made[0]):
        control('put', {'key': 'sk_test_three', 'into': 'events',
                        'object': {**e, 'type': 'charge.unknown'}})
    check(reconcile('--since', '1h').returncode in (0, 1), 'reconcile runs')
    same(sql(f"""SELECT count(*), count(*) FILTER (WHERE state = 'failed'),
        sum(amount) FILTER (WHERE state = 'succeeded') FROM donation_ledger
        WHERE donation_id = {id_} AND kind = 'refund'"""),
         f'13|1|{sum(range(101, 113))}', 'each refund is in the ledger')
    same(facts(id_), ('partially_refunded', 5000, sum(range(101, 113)), 0),
         'and their sum')
    same(len(api('GET', '/donations/refunds?campaign_id=3&per_page=200',
                 token='admin').json['refunds']), int(sql(
                     """SELECT count(*) FROM gift_moves m
                     JOIN donations d USING (donation_id)
                     WHERE d.campaign_id = 3
                     AND m.kind IN ('refund', 'chargeback')""")),
         'each is a row of the list')


def test_changes_during_reconcile():
    """What changes after Stripe was asked is newer than its list."""
    nothing_waits()
    b = create(4300, 1).json
    for e in happen('failed', b['paymentIntentId']):
        deliver({**e, 'created': int(time.time()) - 9})
    _, first = paid(4400, 1)    # the newest, and so the first of the list
    happen('dispute', first)
    faults({}, {'kind': 'delay', 'seconds': 1.5})
    done = []
    run = threading.Thread(target=lambda: done.append(
        reconcile('--since', '1h')))
    run.start()
    calls = []
    while len(calls) < 2 and run.is_alive():
        calls += control('calls')
        time.sleep(0.02)
    check('/v1/payment_intents?' in calls[0]['path']
          and '/v1/disputes?' in calls[1]['path'], 'the list is there', calls)
    # In the next second: within one, nobody knows what came first.
    for e in happen('processing', b['paymentIntentId']):
        deliver({**e, 'created': int(time.time()) + 1})
    same(donation(b['donationId'])['status'], 'processing',
         'the donor tries again')
    run.join()
    faults()
    check(done[0].returncode in (0, 1), 'reconcile runs', done)
    same(donation(b['donationId'])['status'], 'processing',
         'the list does not undo it')


def test_ach():
    """The charge says how a gift was paid."""
    faults()
    a = create(7700, 1).json
    id_, intent = a['donationId'], a['paymentIntentId']
    for e in happen('succeeded', intent, method='us_bank_account'):
        deliver(e)
    check(reconcile('--since', '1h').returncode in (0, 1), 'reconcile runs')
    same(donation(id_)['method'], 'ach', 'a debit, by reconcile')
    check(id_ in [d['donation_id'] for d in api(
        'GET', '/donations?method=ach&campaign_id=1&per_page=200',
        token='admin').json['donations']], 'the filter finds it', id_)
    s = api('GET', '/donations/summary?campaign_id=1', token='admin').json
    same([r['amount_received'] for r in s['by_method']
          if r['method'] == 'ach'], [7700], 'the summary')
    card, _ = paid(2600, 1)
    reconcile('--since', '1h')
    same(donation(card)['method'], 'card', 'a card')
    b = create(7800, 1).json
    for e in happen('succeeded', b['paymentIntentId']):
        e['data']['object']['payment_method_types'] = ['us_bank_account']
        deliver(e)
    same(donation(b['donationId'])['method'], 'ach',
         'an intent that allows nothing else')
    c = create(7900, 1).json
    for e in happen('succeeded', c['paymentIntentId'],
                    method='us_bank_account') + happen(
                        'refund', c['paymentIntentId'], amount=100):
        deliver(e)
    same(donation(c['donationId'])['method'], 'ach', 'the event of its charge')
    a = api('POST', f"/donations/{c['donationId']}/void", {'reason': 'x'},
            'admin')
    same(a.status, 409, 'it is refunded by Stripe, not voided')


def test_saved_mapping():
    def upload(rows, query='', campaign=1, token='admin', headings=HEADINGS):
        return send(text([dict(zip(headings, r)) for r in rows], headings),
                    query, campaign, token)

    def option(mapping):
        return '&mapping=' + urllib.parse.quote(json.dumps(mapping))

    row = ('m-1', '12.50', '5/9/2026', 'Saved')
    a = upload([row])
    check(a.status == 422 and 'Id, Given, When, Last' in a.text,
          'no mapping: 422 with the headings', a)
    same(upload([row], '&source=anedot').status, 422, 'of no source either')
    a = upload([row], '&source=anedot&save_mapping=true&dry_run=true'
               + option(MAPPING))
    same((a.status, api('GET', '/donations/mappings', token='admin').json[
        'total_mappings']), (200, 0), 'a dry run saves nothing')
    a = upload([row], '&source=anedot&save_mapping=true' + option(MAPPING),
               token='manager')
    same((a.status, a.json['created']), (200, 1), 'a mapping is saved')
    saved, = api('GET', '/donations/mappings?campaign_id=1',
                 token='viewer').json['mappings']
    same((saved['source'], saved['mapping']), ('anedot', MAPPING), 'listed')
    a = upload([row, ('m-2', '7', '5/9/2026', 'Next')])
    same((a.status, a.json['source'], a.json['created'],
          a.json['unchanged']), (200, 'anedot', 1, 1),
         'the next file is recognised by its headings')
    same(donation(sql("""SELECT donation_id FROM donations
        WHERE external_id = 'm-2'"""))['last_name'], 'Next', 'and read')
    same(upload([row], '&source=anedot').json['unchanged'], 1,
         'or named by its source')
    a = upload([row[:3]], '&source=anedot', headings=HEADINGS[:3])
    check(a.status == 422 and 'Last' in a.text,
          'a column that the file lacks is named', a)
    same(upload([row], campaign=2).status, 422, 'another campaign has none')
    # Of two that fit, the one with more columns counts.
    wide = HEADINGS + ['First']
    upload([('w-1', '5', '5/9/2026', 'W', 'Ide')], headings=wide,
           query='&source=winred&save_mapping=true'
           + option({**MAPPING, 'first_name': 'First'}))
    same([upload([('w-2', '5', '5/9/2026', 'W', 'Ide')[:len(h)]],
                 headings=h).json['source'] for h in (wide, HEADINGS)],
         ['winred', 'anedot'], 'the closer one')
    upload([row], '&source=anedot&save_mapping=true' + option(
        {k: v for k, v in MAPPING.items() if k != 'last_name'}))
    same(len(api('GET', '/donations/mappings?campaign_id=1&source=anedot',
                 token='admin').json['mappings'][0]['mapping']), 3,
         'saving again replaces it')
    same(send(text([line(7101)]), campaign=1).json['source'], 'actblue',
         "ActBlue's files need none")
    for token, status in (('viewer', 403), ('editor', 403), ('stranger', 404),
                          ('manager', 200), ('manager', 404)):
        same(api('DELETE', f"/donations/mappings/{saved['mapping_id']}",
                 token=token).status, status, f'{token} deletes it')
    same(upload([row]).status, 422, 'then there is none')
    sql("DELETE FROM gift_mappings")


main(globals())
