"""A model of Stripe for the simulator: objects, their states and its events.

It keeps the history of each state, which the simulator compares with the
ledger.
"""
import json

from simulated_recurring import Subscriptions

DAY = 24 * 3600
OUT = 'pending', 'requires_action', 'succeeded'     # refunds that count
ENDS = {        # the states that can follow each of a dispute
    'warning_needs_response': ('warning_under_review', 'warning_closed',
                               'needs_response', 'prevented'),
    'warning_under_review': ('warning_closed', 'needs_response'),
    'needs_response': ('under_review', 'under_review', 'won', 'lost',
                       'charge_refunded', 'state_of_the_future'),
    'under_review': ('won', 'lost'),
    'state_of_the_future': ('won', 'lost'),
    'lost': ('appeal_needs_response',),
    'appeal_needs_response': ('appeal_under_review', 'lost'),
    'appeal_under_review': ('won', 'lost'),
}
HELD = ('needs_response', 'under_review', 'lost', 'appeal_needs_response',
        'appeal_under_review', 'state_of_the_future')
INQUIRY = 'warning_needs_response', 'warning_under_review'
PAYMENT = {     # the event that reports each state of a payment
    'pending': 'created', 'failed': 'payment_failed',
    'requires_action': 'requires_action', 'processing': 'processing',
    'canceled': 'canceled', 'succeeded': 'succeeded'}


class Refused(Exception):
    pass


class Stripe(Subscriptions):
    def __init__(self, rng, clock, send):
        self.rng = rng
        self.clock = clock      # returns the second
        self.send = send        # takes each event
        self.old = rng.random() < 0.3   # an old version of the API
        self.bare = rng.random() < 0.3  # disputes name only their charge
        self.n = 0
        self.intents = {}
        self.charges = {}
        self.refunds = {}
        self.disputes = {}
        self.keys = {}          # idempotency key -> [second, answer]
        self.history = {}       # (kind, id) -> [[second, {states}], ...]
        super().__init__()

    def id(self, kind):
        self.n += 1
        # Unlike the donation's numbers, these are the same in each run.
        return f'{kind}_{self.n}'

    def was(self, kind, id_, state):
        past = self.history.setdefault((kind, id_), [])
        if past and past[-1][0] == self.clock():
            past[-1][1].add(state)
        else:
            past.append([self.clock(), {state}])

    def event(self, type_, thing):
        thing = json.loads(json.dumps(thing))
        thing.pop('billed', None)
        if thing['object'] == 'charge' and self.old:
            thing['refunds'] = {'object': 'list', 'data': json.loads(
                json.dumps(self.refunds_of(thing['id'])[:10]))}
        if thing['object'] == 'dispute' and self.bare:
            thing['payment_intent'] = None
        self.send({'id': self.id('evt'), 'object': 'event', 'type': type_,
                   'created': self.clock(), 'data': {'object': thing}})

    def again(self, key, make):
        """Answer a call with a key as the first time, for a day."""
        first = self.keys.get(key)
        if first is None or self.clock() - first[0] >= DAY:
            try:
                answer = make()
            except Refused as r:
                answer = r
            if isinstance(answer, dict):
                answer = json.loads(json.dumps(answer))
            first = self.keys[key] = [self.clock(), answer]
        if isinstance(first[1], Refused):
            raise first[1]
        return first[1]

    # --- Payments ---

    def intent(self, amount, metadata, **more):
        if self.rng.random() < 0.03:
            raise Refused('Your card was declined.')
        i = {'id': self.id('pi'), 'object': 'payment_intent', 'amount': amount,
             'amount_received': 0, 'currency': 'usd', 'created': self.clock(),
             'status': 'requires_payment_method', 'latest_charge': None,
             'last_payment_error': None, 'metadata': metadata, **more}
        self.intents[i['id']] = i
        self.pay(i, 'pending')
        return i

    def pay(self, i, state):
        """The payment has reached a state that the programs know."""
        i['state'] = state
        self.was('payment', i['id'], state)
        i['status'] = {'pending': 'requires_payment_method',
                       'failed': 'requires_payment_method'}.get(state, state)
        self.event('payment_intent.' + PAYMENT[state], i)
        if 'billed' in i and state in ('succeeded', 'failed'):
            self.follow(i, state)

    def charge(self, i, status):
        c = {'id': self.id('ch'), 'object': 'charge', 'amount': i['amount'],
             'amount_captured': 0, 'amount_refunded': 0, 'created':
             self.clock(), 'currency': 'usd', 'disputed': False,
             'metadata': i['metadata'], 'payment_intent': i['id'],
             'status': status, 'balance_transaction': None}
        self.charges[c['id']] = c
        i['latest_charge'] = c['id']
        return c

    def advance(self, i):
        """Something happens to a payment that has not ended."""
        r = self.rng.random()
        if i['state'] == 'processing':
            return self.succeed(i) if r < 0.7 else self.decline(i)
        if r < 0.55:
            self.charge(i, 'succeeded')
            return self.succeed(i)
        if r < 0.7:
            self.charge(i, 'failed')
            return self.decline(i)
        if r < 0.8:
            i['last_payment_error'] = None
            return self.pay(i, 'requires_action')
        if r < 0.95:
            i['last_payment_error'] = None
            self.charge(i, 'pending')
            return self.pay(i, 'processing')
        if 'billed' in i:
            return self.give_up(self.subs[
                self.invoices[i['billed']]['subscription']])
        i['cancellation_reason'] = 'abandoned'
        return self.pay(i, 'canceled')

    def decline(self, i):
        self.charges[i['latest_charge']]['status'] = 'failed'
        i['last_payment_error'] = {'code': 'card_declined', 'decline_code':
                                   'insufficient_funds', 'message': 'No.'}
        self.pay(i, 'failed')

    def succeed(self, i):
        c = self.charges[i['latest_charge']]
        taken = i['amount']
        if 'billed' not in i and self.rng.random() < 0.1:   # in part
            taken = self.rng.randint(1, taken)
        c.update(status='succeeded', amount_captured=taken,
                 amount_refunded=i['amount'] - taken, balance_transaction={
                     'id': self.id('txn'), 'created': self.clock()})
        i.update(amount_received=taken, last_payment_error=None)
        self.pay(i, 'succeeded')
        i['paid_at'] = self.clock()
        if taken < i['amount'] and self.rng.random() < 0.7:
            self.event('charge.refunded', c)

    # --- Refunds ---

    def refunds_of(self, charge):
        return [r for r in reversed(self.refunds.values())
                if r['charge'] == charge]

    def refund(self, intent, amount, metadata, reason=None):
        c = self.charges.get(self.intents[intent]['latest_charge'])
        if c is None or c['status'] != 'succeeded':
            raise Refused('This payment has no charge.')
        if amount > c['amount'] - c['amount_refunded']:
            raise Refused('Refund amount is greater than the charge.')
        if any(d['charge'] == c['id'] and d['status'] in HELD
               for d in self.disputes.values()):
            raise Refused('The charge has been charged back.')
        r = {'id': self.id('re'), 'object': 'refund', 'amount': amount,
             'charge': c['id'], 'created': self.clock(), 'currency': 'usd',
             'metadata': metadata, 'payment_intent': intent, 'reason': reason,
             'status': self.rng.choice(OUT + ('succeeded',) * 3)}
        self.refunds[r['id']] = r
        c['amount_refunded'] += amount
        self.was('refund', r['id'], r['status'])
        if not self.old:
            self.event('refund.created', r)
        self.event('charge.refunded', c)
        return r

    def move_refund(self, r):
        state = self.rng.choice({
            'requires_action': ('succeeded', 'canceled', 'failed'),
            'pending': ('succeeded', 'canceled', 'failed'),
            'succeeded': ('failed',)}[r['status']])
        r['status'] = state
        if state in ('canceled', 'failed'):
            self.charges[r['charge']]['amount_refunded'] -= r['amount']
            r['failure_reason'] = 'expired_or_canceled_card'
        self.was('refund', r['id'], state)
        self.event('charge.refund.updated' if self.old else 'refund.updated',
                   r)
        if state == 'failed' and not self.old:
            self.event('refund.failed', r)

    # --- Disputes ---

    def left(self, c):
        """Return the amount that is neither refunded nor disputed."""
        return c['amount'] - c['amount_refunded'] - sum(
            d['amount'] for d in self.disputes.values()
            if d['charge'] == c['id'] and d['status'] in HELD + INQUIRY)

    def dispute(self, c):
        d = {'id': self.id('du'), 'object': 'dispute', 'charge': c['id'],
             'amount': self.rng.choice(
                 (self.left(c), self.rng.randint(1, self.left(c)))),
             'payment_intent': c['payment_intent'], 'currency': 'usd',
             'created': self.clock(), 'reason': 'fraudulent', 'status':
             self.rng.choice(('needs_response', 'warning_needs_response'))}
        if self.rng.random() < 0.5:
            d['balance_transactions'] = []
        self.disputes[d['id']] = d
        c['disputed'] = True
        self.enter(d, 'charge.dispute.created')
        if d['status'] == 'needs_response':
            self.take(d, -d['amount'], 'funds_withdrawn')

    def enter(self, d, type_):
        d['at'] = self.clock()
        self.was('dispute', d['id'], 'unknown'
                 if d['status'] == 'state_of_the_future' else d['status'])
        self.event(type_, d)

    def take(self, d, amount, type_):
        if 'balance_transactions' in d:
            d['balance_transactions'].append({
                'id': self.id('txn'), 'amount': amount, 'currency': 'usd'})
        self.event('charge.dispute.' + type_, d)

    def held(self, d):
        """Return the amount that a dispute holds back."""
        if d['status'] not in HELD:
            return 0
        if d.get('balance_transactions'):
            return max(0, -sum(
                t['amount'] for t in d['balance_transactions']))
        return d['amount']

    def move_dispute(self, d):
        state = self.rng.choice(ENDS[d['status']])
        was = d['status']
        if state == 'charge_refunded':
            c = self.charges[d['charge']]
            d['status'] = state
            if (c['amount'] > c['amount_refunded'] and not
                    any(self.held(other) for other in self.disputes.values()
                        if other['charge'] == c['id'])):
                self.refund(d['payment_intent'], min(
                    d['amount'], c['amount'] - c['amount_refunded']), {})
        elif (state == 'under_review' and d['amount'] > 1
              and 'balance_transactions' not in d
              and self.rng.random() < 0.3):
            d['amount'] -= 1
        d['status'] = state
        over = state in ('won', 'lost', 'warning_closed', 'prevented',
                         'charge_refunded')
        self.enter(d, 'charge.dispute.' + ('closed' if over else 'updated'))
        if was in INQUIRY and state == 'needs_response':
            self.take(d, -d['amount'], 'funds_withdrawn')
        elif state == 'won':
            self.take(d, d['amount'], 'funds_reinstated')
        elif state == 'lost' and d['amount'] > 1 and self.rng.random() < 0.1:
            self.take(d, 1, 'funds_reinstated')     # a part comes back

    # --- Lists ---

    def listed(self, i, whole=False):
        """An intent and its disputes, as reconcile fetches them.  Stripe
        lists ten refunds with the charge; whole: all of them."""
        out = json.loads(json.dumps(i))
        if 'billed' in out:
            out['invoice'] = json.loads(json.dumps(
                self.invoices[out.pop('billed')]))
        if i['latest_charge']:
            c = out['latest_charge'] = json.loads(
                json.dumps(self.charges[i['latest_charge']]))
            mine = self.refunds_of(c['id'])
            most = len(mine) if whole else 10
            c['refunds'] = {'object': 'list', 'data': json.loads(
                json.dumps(mine[:most])), 'has_more': len(mine) > most}
        disputes = [d for d in self.disputes.values()
                    if d['payment_intent'] == i['id']]
        return out, json.loads(json.dumps(disputes))
