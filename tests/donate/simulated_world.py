"""One random world of donations: what donors, staff, banks, Stripe and failing
programs do, and what must be true after each step.

The functions of the schema are called in the transactions of the programs.
All of a world is one transaction, which is undone; a transaction of a program
is a savepoint.
"""
import datetime
import json
import random

from pq import Failed
from simulated_check import Check
from simulated_recurring import Series
from simulated_stripe import ENDS, Refused, Stripe

HOUR = 3600
MOST = 14       # refunds of a charge; Stripe lists ten with the charge
DAY = 24 * HOUR
ZONES = ('America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu',
         'UTC', 'Asia/Tokyo', 'Pacific/Kiritimati')
DONORS = (
    {'first_name': 'Ann', 'last_name': 'Lee', 'email': 'ann@example.org'},
    {'first_name': 'Bob', 'last_name': 'Lee', 'phone_number': '+15125550111'},
    {'first_name': 'Cy', 'last_name': 'Orr', 'email': 'cy@example.org',
     'phone_number': '+15125550112', 'address_zip': '78701'},
    {'first_name': 'Dee', 'last_name': 'Poe', 'address_zip': '78702'},
    {'email': 'eve@example.org'}, {})
EVENT = 'SELECT cerberus.stripe_event($1, $2, NULL)'
RECONCILE = 'SELECT donation_id, action FROM ' \
    'cerberus.stripe_reconcile($1, $2, $3, to_timestamp($4::bigint))'


class Crash(Exception):
    """The program died."""


class World(Check, Series):
    def __init__(self, db, seed):
        self.db = db
        self.rng = rng = random.Random(seed)
        self.log = []
        # Worlds start near the end of a year, and most pass it.
        self.now = datetime.datetime(
            rng.randint(2024, 2027), 12, 31, tzinfo=datetime.timezone.utc
        ).timestamp() + rng.randint(-6 * DAY, DAY) + rng.random()
        self.account = rng.choice((0, 7))
        self.gifts = []         # what donors wanted
        self.intentions = []    # refunds that the staff wants
        self.queue = []         # events on their way
        self.told = set()       # ids of the events that were applied
        self.loss = rng.choice((0, 0.15, 0.5))
        self.stripe = Stripe(rng, lambda: int(self.now), self.emit)
        self.facts = {}
        self.seconds = set()    # when reconcile has run
        self.start()

    def start(self):
        self.zone = self.rng.choice(ZONES)
        self.kind = self.rng.choice(('candidate', 'pac'))
        self.cycle = datetime.datetime.fromtimestamp(
            self.now, datetime.timezone.utc).date() + datetime.timedelta(
                self.rng.randint(-10, 20))
        self.db.run("BEGIN; SELECT cerberus.identify(sha256('simulator')); "
                    'SAVEPOINT program')
        self.begin()
        self.campaign = int(self.db.run(
            '''INSERT INTO cerberus.campaigns (campaign_name, time_zone,
                committee_kind, cycle_starts_on, committee_id)
            VALUES ('Simulated', $1, $2, $3, 'C00123456')
            RETURNING campaign_id''', self.zone, self.kind, self.cycle)[0][0])

    def say(self, text):
        at = datetime.datetime.fromtimestamp(self.now, datetime.timezone.utc)
        self.log.append(f'{at:%Y-%m-%d %H:%M:%S.%f} {text}')

    def tick(self, seconds):
        self.now += seconds

    def begin(self):
        """End the last transaction of a program, and begin one at this
        time."""
        at = datetime.datetime.fromtimestamp(self.now, datetime.timezone.utc)
        self.db.run('RELEASE program; SAVEPOINT program; '
                    f"SET simulator.now = '{at.isoformat()}'")

    def call(self, text, *parameters, dies=False):
        """One transaction of a program, which may die before its end."""
        self.begin()
        try:
            rows = self.db.run(text, *parameters)
        except Failed:
            self.db.run('ROLLBACK TO program')
            raise
        if dies:
            self.db.run('ROLLBACK TO program')
            self.say('  the program dies before it commits')
            raise Crash
        return rows

    def dies(self, chance=0.06):
        return self.rng.random() < chance

    # --- Events ---

    def emit(self, event):
        lost = self.rng.random() < self.loss
        self.say(f"  Stripe: {event['id']} {event['type']} "
                 + event['data']['object'].get('status', '')
                 + (' (lost)' if lost else ''))
        if not lost:
            self.queue += [event] * self.rng.choice((1, 1, 1, 2, 3))

    def webhook(self):
        event = self.queue[self.rng.choice(
            (0, self.rng.randrange(len(self.queue))))]
        try:
            what = self.call(EVENT, self.account, json.dumps(event),
                             dies=self.dies())[0][0]
        except Crash:
            return
        self.say(f"webhook {event['id']} {event['type']}: {what}")
        self.told.add(event['id'])
        # Without an answer, Stripe sends it again.
        if not self.dies():
            self.queue.remove(event)

    # --- Donors ---

    def give(self):
        gift = {'n': len(self.gifts), 'intent': None, 'amount':
                self.rng.choice((100, 2500, 20000, 20001,
                                 self.rng.randint(50, 500000))),
                'donor': dict(self.rng.choice(DONORS)), 'refused': False}
        gift['recurring'] = self.rng.random() < 0.3
        at_first = gift['donor'] if self.rng.random() < 0.8 else {}
        if not at_first:
            gift['donor'], gift['later'] = {}, gift['donor']
        try:
            id_, key = self.call(
                '''SELECT donation_id, stripe_key FROM
                cerberus.donation_begin($1, $2, $3, 'usd', $4, NULL)''',
                self.account, self.campaign, gift['amount'],
                json.dumps({**at_first, 'interval': 'month'}
                           if gift['recurring'] else at_first),
                dies=self.dies())[0]
            gift['id'] = int(id_)
            self.gifts.append(gift)
            self.say(f"donate: gift {gift['n']} of {gift['amount']}")
            if self.dies():
                return self.say('  donate.cgi dies before it calls Stripe')
            self.create(gift, key)
        except Crash:
            pass

    def create(self, gift, key):
        try:
            if gift['recurring']:
                sub = self.subscribe(gift, key)
                intent = {'id': sub['intent']}
            else:
                intent = self.stripe.again(key, lambda: self.stripe.intent(
                    gift['amount'], {'donation_id': str(gift['id']),
                                     'campaign_id': str(self.campaign),
                                     'donation_key': key}))
        except Refused as r:
            self.say('  Stripe refuses')
            gift['refused'] = True
            self.call('SELECT cerberus.donation_refused($1, $2, $3)',
                      gift['id'], 'card_declined', r)
            return
        gift['intent'] = intent['id']
        if self.dies(0.15):
            return self.say("  Stripe's answer is lost")
        if self.rng.random() < 0.2:     # the webhook is faster
            while self.queue and self.rng.random() < 0.7:
                self.webhook()
        if gift['recurring']:
            return self.subscribed(gift, sub, self.dies())
        self.call('SELECT cerberus.donation_intent($1, $2)', gift['id'],
                  intent['id'], dies=self.dies())

    def details(self):
        for gift in self.gifts:
            if gift.get('later') and gift['intent']:
                got = self.call('SELECT donation_id FROM '
                                'cerberus.donation_details($1, $2)',
                                gift['intent'], json.dumps(gift['later']))
                if got:
                    gift['donor'] = gift.pop('later')
                    self.say(f"details of gift {gift['n']}")
                return

    # --- Staff ---

    def want_refund(self):
        paid = [g for g in self.gifts if g['id'] in self.row
                and self.row[g['id']]['received'] > 0]
        if not paid:
            return
        gift = self.rng.choice(paid)
        if any(not i['over'] for i in self.intentions if i['gift'] is gift) \
                or sum(r['payment_intent'] == gift['intent']
                       for r in self.stripe.refunds.values()) > MOST:
            return
        row = self.row[gift['id']]
        amount = self.rng.choice((None, self.rng.randint(
            1, max(1, (row['received'] - row['refunded']) // 2))))
        self.intentions.append({
            'n': len(self.intentions), 'gift': gift, 'amount': amount,
            'over': False, 'since': self.now, 'keys': set(), 'reason':
            self.rng.choice((None, 'requested_by_customer'))})
        self.ask_refund(self.intentions[-1])

    def retry_refund(self):
        """Repeat the call until it is answered, within a day."""
        for i in self.intentions:
            if not i['over'] and self.now - i['since'] > 22 * HOUR:
                i['over'] = True
        waiting = [i for i in self.intentions if not i['over']]
        if waiting:
            self.ask_refund(self.rng.choice(waiting))

    def ask_refund(self, want):
        gift = want['gift']
        self.say(f"refund {want['n']}: gift {gift['n']}, "
                 f"{want['amount'] or 'all'}")
        try:
            ledger, intent, amount, key = self.call(
                '''SELECT ledger_id, payment_intent_id, amount, stripe_key
                FROM cerberus.refund_begin($1, $2, $3)''', gift['id'],
                want['amount'], want['reason'], dies=self.dies())[0]
        except Crash:
            return
        except Failed as e:
            self.say(f'  {e}')
            if 'outcome is unknown' not in str(e):
                want['over'] = True
            return
        if self.dies(0.2):
            return self.say('  it does not reach Stripe')
        try:
            refund = self.stripe.again(key, lambda: self.stripe.refund(
                intent, int(amount), {
                    'donation_id': str(gift['id']), 'refund_id': ledger,
                    'intention': str(want['n'])}, want['reason']))
        except Refused as r:
            self.say(f'  Stripe refuses: {r}')
            refund = None
        if self.dies(0.25):
            return self.say("  Stripe's answer is lost")
        if self.rng.random() < 0.2:
            while self.queue and self.rng.random() < 0.7:
                self.webhook()
        try:
            self.call('SELECT cerberus.refund_finish($1, $2, $3, $4)',
                      ledger, refund and json.dumps(refund),
                      None if refund else 'refused', None, dies=self.dies())
            want['over'] = True
        except Crash:
            pass

    def move_zone(self):
        self.zone = self.rng.choice(ZONES)
        self.say(f'the time zone becomes {self.zone}')
        self.call('UPDATE cerberus.campaigns SET time_zone = $1 '
                  'WHERE campaign_id = $2', self.zone, self.campaign)

    # --- Stripe and banks ---

    def bank(self):
        """Something happens at Stripe."""
        s = self.stripe
        things = [(s.advance, i) for i in s.intents.values()
                  if i['state'] not in ('succeeded', 'canceled')] * 4
        things += [(s.move_refund, r) for r in s.refunds.values()
                   if r['status'] in ('pending', 'requires_action')
                   or r['status'] == 'succeeded' and self.rng.random() < 0.1]
        things += [(s.move_dispute, d) for d in s.disputes.values()
                   if d['status'] in ENDS and d['at'] < int(self.now)
                   and (d['status'] != 'lost' or self.rng.random() < 0.3)]
        paid = [c for c in s.charges.values() if c['status'] == 'succeeded'
                and s.left(c) > 0]
        things += [(s.dispute, c) for c in paid if self.rng.random() < 0.15]
        things += [(self.dashboard, c) for c in paid
                   if self.rng.random() < 0.15]
        if things:
            what, thing = self.rng.choice(things)
            self.say(f"bank: {what.__name__} {thing['id']}")
            what(thing)

    def dashboard(self, charge):
        """Somebody refunds at Stripe's own site."""
        for _ in range(self.rng.choice((1, 1, 1, 6))):
            if self.stripe.left(charge) > 0 and len(
                    self.stripe.refunds_of(charge['id'])) < MOST:
                try:
                    self.stripe.refund(
                        charge['payment_intent'], self.rng.randint(
                            1, self.stripe.left(charge)), {})
                except Refused:
                    return

    # --- Reconcile ---

    def reconcile(self, may_die=True):
        """Return what was done about each intent."""
        self.say('reconcile')
        actions = {}
        for i in reversed(list(self.stripe.intents.values())):
            listed, disputes = self.stripe.listed(i, whole=True)
            at = int(self.now)
            if may_die and self.dies(0.03):
                self.say('  reconcile dies')
                break
            # The list is older than the transaction that reads it.
            while may_die and self.rng.random() < 0.3:
                self.tick(1.1)
                self.bank()
                while self.queue and self.rng.random() < 0.7:
                    self.webhook()
                self.look()
            self.seconds.add(at)
            try:
                _, actions[i['id']] = self.call(
                    RECONCILE, self.account, json.dumps(listed),
                    json.dumps(disputes), at,
                    dies=may_die and self.dies())[0]
                self.look()
            except Crash:
                break
        actions.update(self.reconcile_subscriptions(may_die))
        self.say('  ' + ' '.join(f'{k} {v}' for k, v in actions.items()))
        return actions

    def step(self):
        if self.rng.random() < 0.6:
            self.tick(self.rng.choice((
                self.rng.random(), self.rng.random() * 60,
                self.rng.random() * HOUR, self.rng.random() * DAY,
                self.rng.random() * 3 * DAY)))
        if self.queue and self.rng.random() < 0.45:
            return self.webhook()
        if self.rng.random() < 0.3 and self.intentions \
                and not self.intentions[-1]['over']:
            return self.retry_refund()
        return self.rng.choices(
            (self.give, self.bank, self.want_refund, self.retry_refund,
             self.details, self.reconcile, self.move_zone, self.next_period),
            (12, 40, 10, 12, 4, 5, 2, 12))[0]()

    def run(self):
        """Play the world.  Raise Wrong, with self.log as what happened."""
        self.look()
        for _ in range(self.rng.randint(10, 60)):
            self.step()
            self.look()
        # Most of the events that are still queued arrive.
        while self.queue and self.rng.random() < 0.9:
            self.webhook()
            self.look()
        self.tick(2 * HOUR + DAY)
        self.reconcile(may_die=False)
        self.look()
        self.agrees()
        before = self.whole
        files = self.files()
        self.tick(1)
        actions = self.reconcile(may_die=False)
        self.look()
        self.must(not set(actions.values()) - {'same'},
                  'the second reconcile mends something', actions)
        self.unchanged(before, 'the second reconcile')
        self.must(self.files() == files, 'reconcile moves a date')
        while self.queue:
            self.webhook()
            self.look()
        self.unchanged(before, 'late events')
        self.agrees()
