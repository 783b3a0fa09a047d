"""Recurring gifts in the simulator: subscriptions at Stripe, what becomes of
them in a world, and what must be true of them."""
import json

ENDED = 'canceled', 'incomplete_expired'
DAY = 24 * 3600


class Subscriptions:
    """The part of the model of Stripe."""

    def __init__(self):
        self.subs = {}
        self.invoices = {}
        self.invoice_of = {}    # intent -> invoice
        # What the events of invoices look like.
        self.shape = self.rng.choice(('2020', '2024', 'basil'))

    def subscribe(self, amount, metadata):
        sub = {'id': self.id('sub'), 'object': 'subscription', 'amount':
               amount, 'status': 'incomplete', 'customer': self.id('cus'),
               'metadata': metadata, 'created': self.clock(),
               'canceled_at': None, 'ended_at': None,
               'cancel_at_period_end': False, 'latest_invoice': None}
        self.bill(sub, 'subscription_create')
        self.subs[sub['id']] = sub
        self.told('created', sub)
        return {**sub, 'intent': self.invoices[sub['latest_invoice']][
            'payment_intent']}

    def told(self, type_, sub):
        self.was('series', sub['id'], sub['status'])
        self.event('customer.subscription.' + type_, sub)

    def bill(self, sub, reason):
        """A new invoice, and the intent that is to pay it."""
        id_ = self.id('in')
        more = {} if self.shape == 'basil' else {'invoice': id_}
        i = self.intent(sub['amount'], {}, customer=sub['customer'],
                        billed=id_, **more)
        self.invoices[id_] = {
            'id': id_, 'object': 'invoice', 'status': 'open',
            'billing_reason': reason, 'subscription': sub['id'],
            'customer': sub['customer'], 'currency': 'usd',
            'created': self.clock(), 'amount_due': sub['amount'],
            'amount_paid': 0, 'payment_intent': i['id'],
            'status_transitions': {'paid_at': None}, 'subscription_details':
            {'metadata': sub['metadata']}, 'lines': {'data': [{
                'metadata': sub['metadata'], 'price': {'recurring': {
                    'interval': 'month'}}}]}}
        sub['latest_invoice'] = id_

    def renew(self, sub):
        if sub['status'] == 'active' and not sub['canceled_at'] and \
                self.invoices[sub['latest_invoice']]['status'] == 'paid':
            if self.rng.random() < 0.2:
                sub['amount'] = self.rng.randint(50, 50000)
            self.bill(sub, 'subscription_cycle')

    def stop(self, sub):
        """The donor stops it, now or at the end of the period, or goes on."""
        i = self.intents[self.invoices[sub['latest_invoice']][
            'payment_intent']]
        if sub['status'] in ENDED or i['state'] == 'processing':
            return
        if sub['cancel_at_period_end'] and self.rng.random() < 0.5:
            sub.update(cancel_at_period_end=False, canceled_at=None)
        elif sub['status'] == 'active' and not sub['canceled_at'] \
                and self.rng.random() < 0.4:
            sub.update(cancel_at_period_end=True, canceled_at=self.clock())
        else:
            return self.give_up(sub)
        self.told('updated', sub)

    def give_up(self, sub):
        """The subscription ends, and what it has not charged is void."""
        invoice = self.invoices[sub['latest_invoice']]
        i = self.intents[invoice['payment_intent']]
        now = self.clock()
        if sub['status'] == 'incomplete':
            sub.update(status='incomplete_expired', ended_at=now)
        else:
            sub.update(status='canceled', ended_at=now,
                       canceled_at=sub['canceled_at'] or now)
        if invoice['status'] == 'open':
            invoice['status'] = 'void'
            i['cancellation_reason'] = 'void_invoice'
            self.pay(i, 'canceled')
        self.told('deleted' if sub['status'] == 'canceled' else 'updated',
                  sub)

    def follow(self, i, state):
        """What an attempt to pay means for the invoice."""
        invoice = self.invoices[i['billed']]
        sub = self.subs[invoice['subscription']]
        first = invoice['billing_reason'] == 'subscription_create'
        if state == 'succeeded':
            invoice.update(status='paid', amount_paid=i['amount_received'],
                           status_transitions={'paid_at': self.clock()})
            self.was('payment', invoice['id'], 'succeeded')
            self.event('invoice.paid', self.shaped(invoice))
            if self.shape == 'basil':
                self.event('invoice_payment.paid', {
                    'id': self.id('inpay'), 'object': 'invoice_payment',
                    'invoice': invoice['id'], 'payment': {
                        'type': 'payment_intent', 'payment_intent': i['id']}})
        elif state == 'failed':
            self.event('invoice.payment_failed', self.shaped(invoice))
            invoice['failed'] = True
        was = sub['status']
        if sub['status'] not in ENDED and state in ('succeeded', 'failed') \
                and not (first and state == 'failed'):
            sub['status'] = 'active' if state == 'succeeded' else 'past_due'
        if sub['status'] != was:
            self.told('updated', sub)

    def shaped(self, invoice):
        out = json.loads(json.dumps(invoice))
        out.pop('failed', None)
        if self.shape == '2020':
            del out['subscription_details']
        if self.shape == 'basil':
            del out['payment_intent']
            out['parent'] = {'subscription_details': {
                'subscription': out.pop('subscription'),
                **out.pop('subscription_details')}}
        return out


class Series:
    """The part of a world, and of its check."""

    def subscribe(self, gift, key):
        s = self.stripe
        sub = s.again(key, lambda: s.subscribe(gift['amount'], {
            'donation_id': str(gift['id']), 'campaign_id': str(self.campaign),
            'donation_key': key}))
        gift['sub'] = sub['id']
        return sub

    def subscribed(self, gift, sub, dies):
        self.call('SELECT cerberus.donation_subscription($1, $2, $3, $4, $5)',
                  gift['id'], sub['customer'], sub['id'],
                  sub['latest_invoice'], sub['intent'], dies=dies)

    def next_period(self):
        """Time passes; donors are charged again, or stop."""
        s = self.stripe
        self.tick(self.rng.uniform(0.1, 8) * DAY)
        for sub in list(s.subs.values()):
            if self.rng.random() < 0.7:
                self.say(f"renew {sub['id']}")
                try:
                    s.renew(sub)
                except Exception as e:
                    if type(e).__name__ != 'Refused':
                        raise
            elif self.rng.random() < 0.4:
                self.say(f"stop {sub['id']}")
                s.stop(sub)

    def reconcile_subscriptions(self, may_die):
        actions = {}
        for sub in reversed(list(self.stripe.subs.values())):
            rows = self.call(
                '''SELECT before, after FROM cerberus.stripe_subscription(
                $1, $2, now())''', self.account, json.dumps(sub))
            self.must(rows, 'a subscription is foreign', sub)
            actions[sub['id']] = 'same' if rows[0][0] == rows[0][1] \
                else 'mended'
            if may_die and self.dies(0.03):
                break
        return actions

    def charged(self):
        """The intents that donations have: not of attempts that failed."""
        s = self.stripe
        return [id_ for id_, i in s.intents.items()
                if 'billed' not in i or s.invoices[i['billed']]['status']
                == 'paid' or s.invoices[i['billed']]['billing_reason']
                == 'subscription_create']

    def series_agree(self):
        s = self.stripe
        gifts = {g['sub']: g['id'] for g in self.gifts if g.get('sub')}
        invoices = {r['invoice']: r for r in self.row.values()
                    if r['invoice']}
        for sub in s.subs.values():
            row = self.row[gifts[sub['id']]]
            self.must((row['series'], row['stopped']) == (
                sub['status'], sub['canceled_at'] or sub['ended_at']),
                f"{sub['id']} is {sub['status']} at Stripe", row, sub)
            paid = [i for i in s.invoices.values()
                    if i['subscription'] == sub['id']
                    and i['status'] == 'paid']
            for i in paid:
                got = invoices.get(i['id'])
                first = i['billing_reason'] == 'subscription_create'
                self.must(got and got['first'] == (
                    None if first else row['id']) and (
                    got['id'] == row['id']) == first,
                    f"{i['id']} is not a payment of its gift", got, row)
            last = s.invoices[sub['latest_invoice']]
            pays = s.intents[last['payment_intent']]
            if last['status'] == 'paid':
                self.must(not row['failing'],
                          'a failure shows after a payment', row)
            elif last['billing_reason'] == 'subscription_cycle':
                self.must(row['failing'] or pays['state'] != 'failed',
                          'a failed card does not show', row, pays)
                self.must(not row['failing'] or last.get('failed'),
                          'a failure shows that was none', row)
        for row in self.row.values():
            self.must(row['first'] is None or row['first'] in gifts.values(),
                      'a payment names another gift', row)

        waiting = self.db.run("SELECT event_type, reason FROM "
                              "cerberus.waiting_rows() WHERE kind = 'event'")
        self.must(not waiting, 'an event still waits', waiting)

    def series_forward(self):
        """No series goes back to a state that it had before."""
        for gift in self.gifts:
            if not gift.get('sub') or gift['id'] not in self.row:
                continue
            past = self.stripe.history['series', gift['sub']]
            state = self.row[gift['id']]['series']
            seen = gift.get('at', 0)
            later = [n for n in range(seen, len(past)) if state in past[n][1]]
            self.must(later or state == 'incomplete' and seen == 0,
                      'a series goes backwards', gift, state, past)
            gift['at'] = later[0] if later else 0
