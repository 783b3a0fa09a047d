"""What must be true in a world of the simulator.

The sums are computed again from the facts at Stripe and from the ledger, by
other code than the schema's.
"""
import datetime
import json
from collections import Counter
from zoneinfo import ZoneInfo

from simulated_stripe import HELD, INQUIRY, OUT

PREPARED = '''PREPARE state(bigint) AS SELECT json_build_object(
    'rows', (SELECT coalesce(json_agg(json_build_object(
	'id', d.donation_id, 'status', d.status, 'received', d.amount_received,
	'refunded', d.amount_refunded, 'disputed', d.amount_disputed,
	'intent', d.payment_intent_id, 'voter', d.voter_id,
	'paid_at', extract(epoch FROM d.succeeded_at),
	'day', d.received_on, 'first', d.first_donation_id,
	'invoice', d.invoice_id, 'series', d.recurring_status,
	'stopped', extract(epoch FROM d.recurring_canceled_at),
	'known', coalesce(d.email, d.phone_number) IS NOT NULL,
	'last', d.last_name, 'name', d.first_name, 'zip', d.address_zip,
	'talks', (SELECT count(*)
	    FROM cerberus.interactions i
	    WHERE i.campaign_id = d.campaign_id
	    AND i.notes = 'Donation ' || d.donation_id || '.'))), '[]')
	FROM cerberus.donations d WHERE d.campaign_id = $1),
    'failing', (SELECT coalesce(json_agg(d.donation_id), '[]')
	FROM cerberus.donations d WHERE d.campaign_id = $1
	AND d.recurring_failed_at IS NOT NULL),
    'ledger', (SELECT coalesce(json_agg(json_build_object(
	'n', l.ledger_id, 'gift', l.donation_id, 'kind', l.kind,
	'id', l.stripe_id, 'state', l.state, 'amount', l.amount,
	'at', extract(epoch FROM l.happened_at),
	'reported', extract(epoch FROM l.reported_at))), '[]')
	FROM cerberus.donation_ledger l
	JOIN cerberus.donations d USING (donation_id)
	WHERE d.campaign_id = $1));
PREPARE filed(bigint) AS SELECT line FROM cerberus.fec_receipts WHERE campaign_id = $1
    UNION ALL SELECT line FROM cerberus.fec_refunds WHERE campaign_id = $1;
PREPARE moves(bigint) AS SELECT m.donation_id, m.kind, sum(m.amount)
    FROM cerberus.gift_moves m JOIN cerberus.donations d USING (donation_id)
    WHERE d.campaign_id = $1 GROUP BY 1, 2'''
UNKNOWN = {'state_of_the_future': 'unknown'}
HELD_HERE = tuple(UNKNOWN.get(s, s) for s in HELD)


class Wrong(Exception):
    """An invariant does not hold."""


def dollars(cents):
    return f'{"-" * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02}'


class Check:
    def must(self, true, what, *seen):
        if not true:
            raise Wrong(' '.join([what, *map(repr, seen)]))

    def unchanged(self, before, what):
        """The rows are the same, and so are the facts that were known."""
        known = {f['n'] for f in before['ledger'] if f['kind'] != 'charge'}

        def sums(whole):
            return {str(r) for r in whole['rows']} | {
                str({k: f[k] for k in f if k != 'reported' and (
                    k != 'at' or f['kind'] == 'refund')})
                for f in whole['ledger'] if f['n'] in known}
        self.must(sums(self.whole) == sums(before), f'{what} change something',
                  sums(before) ^ sums(self.whole))

    def day(self, second):
        return datetime.datetime.fromtimestamp(
            second, ZoneInfo(self.zone)).date().isoformat()

    def look(self):
        """Read the state, and check what must be true after each step."""
        self.whole = json.loads(
            self.db.run(f'EXECUTE state({self.campaign})')[0][0])
        before = getattr(self, 'row', {})
        self.row = {r['id']: dict(r, failing=r['id'] in self.whole['failing'])
                    for r in self.whole['rows']}
        for old in before.values():
            self.must(self.row[old['id']]['received'] >= old['received'],
                      'money that was received is not any more', old)
        for row in self.row.values():
            self.adds_up(row, [f for f in self.whole['ledger']
                               if f['gift'] == row['id']])
        for fact in self.whole['ledger']:
            self.forward(fact)
        self.series_forward()
        self.once()

    def forward(self, fact):
        """No fact goes back to a state that it had before."""
        if fact['kind'] == 'charge' or fact['id'] == 'none':
            return
        key = fact['kind'], fact['id']
        if fact['id'].startswith('request-'):
            self.must(fact['state'] in ('requested', 'refused'),
                      'a request has the state of a refund', fact)
            return
        past = self.stripe.history.get(key, [])
        seen = self.facts.get(key, 0)
        later = [n for n in range(seen, len(past))
                 if fact['state'] in past[n][1]]
        self.must(later, 'a state goes backwards', fact, past, seen)
        self.facts[key] = later[0]

    def adds_up(self, row, facts):
        """The row follows from its ledger."""
        paid = [f for f in facts if f['kind'] == 'payment'
                and f['state'] == 'succeeded']
        out = sum(f['amount'] for f in facts if f['kind'] == 'refund'
                  and f['state'] in OUT)
        disputes = [f for f in facts if f['kind'] == 'dispute']
        self.must(len(paid) <= 1, 'a gift was paid twice', facts)
        self.must(row['received'] == sum(f['amount'] for f in paid),
                  'received is not what the ledger has', row, facts)
        self.must(row['refunded'] >= out,
                  'less is refunded than the ledger has', row, facts)
        self.must(row['disputed'] == sum(
            f['amount'] for f in disputes if f['state'] in HELD_HERE),
            'disputed is not what the ledger has', row, facts)
        self.must((row['day'] is None) == (not paid) and (
            not paid or row['day'] == self.day(row['paid_at'])),
            'the day is not that of the success', row, self.zone)
        if any(f['state'] in HELD_HERE + INQUIRY for f in disputes):
            wanted = ('disputed',)
        elif row['refunded'] > 0 and not paid:  # until the payment is known
            wanted = 'partially_refunded', 'refunded'
        elif row['refunded'] > 0:
            wanted = ('partially_refunded' if row['refunded'] < row['received']
                      else 'refunded',)
        elif paid:
            wanted = ('succeeded',)
        else:
            wanted = 'pending', 'requires_action', 'processing', 'failed', \
                'canceled'
        self.must(row['status'] in wanted, f'the status is not {wanted}', row)
        gift = next((g for g in self.gifts if g['id'] == row['id']), None)
        known = gift and (gift['donor'].get('email')
                          or gift['donor'].get('phone_number'))
        if row['first']:
            known = row['known']
        self.must(row['talks'] == int(bool(paid and known))
                  and (row['voter'] is not None) == bool(paid and known),
                  'a paid gift has not one voter and interaction', row)

    def once(self):
        """One refund for one intention.  A request for all that is left can
        become two, if an earlier refund fails meanwhile: of other amounts."""
        made = Counter((r['metadata']['intention'], r['amount'])
                       for r in self.stripe.refunds.values()
                       if 'intention' in r['metadata'])
        self.must(not made or max(made.values()) == 1,
                  'a refund went out twice', made)

    # --- After reconcile ---

    def agrees(self):
        """The rows, the ledger, the moves and the FEC rows are what Stripe
        has."""
        s = self.stripe
        ours = Counter(r['intent'] for r in self.row.values() if r['intent'])
        self.must(ours == Counter(self.charged()),
                  'an intent is not in exactly one row', ours)
        listed = Counter((f['kind'], f['id']) for f in self.whole['ledger']
                         if f['kind'] in ('refund', 'dispute')
                         and f['state'] != 'refused')
        self.must(max(listed.values(), default=1) == 1,
                  'a refund or dispute is in two rows', listed)
        self.must(not any(f['state'] == 'requested'
                          for f in self.whole['ledger']),
                  'a request is still open')
        for gift in self.gifts:
            self.must(self.row[gift['id']]['intent'] == gift['intent'],
                      'a gift has not its intent', gift)
        for row in self.row.values():
            if row['intent'] is None:
                self.must(row['received'] == row['refunded'] == 0,
                          'money without an intent', row)
                continue
            self.equal(row, s.intents[row['intent']])
        self.series_agree()
        self.files()

    def of(self, i):
        """The refunds and disputes of an intent."""
        return [r for r in self.stripe.refunds.values()
                if r['payment_intent'] == i['id']], [
                d for d in self.stripe.disputes.values()
                if d['payment_intent'] == i['id']]

    def equal(self, row, i):
        refunds, disputes = self.of(i)
        refunded = sum(r['amount'] for r in refunds if r['status'] in OUT)
        held = sum(map(self.stripe.held, disputes))
        if any(d['status'] in HELD + INQUIRY for d in disputes):
            status = 'disputed'
        elif refunded:
            status = 'refunded' if refunded >= i['amount_received'] \
                else 'partially_refunded'
        else:
            status = i['state']
        wanted = status, i['amount_received'], refunded, held
        got = tuple(row[k] for k in ('status', 'received', 'refunded',
                                     'disputed'))
        self.must(got == wanted, f'{i["id"]} is {wanted} at Stripe', got)
        if i['state'] == 'succeeded':
            self.must(row['day'] == self.day(i['paid_at']),
                      f'{i["id"]} was paid on {self.day(i["paid_at"])}', row)

    def donor(self, id_):
        row = self.row[id_]
        if row['voter'] is not None:
            return 'voter', row['voter']
        if row['first']:
            return ('name', row['last'], row['name'], row['zip']) \
                if row['last'] else ('gift', id_)
        gift = next(g for g in self.gifts if g['id'] == id_)
        if not gift['donor'].get('last_name'):
            return 'gift', id_
        return ('name', gift['donor']['last_name'],
                gift['donor']['first_name'], gift['donor'].get('address_zip'))

    def moves(self):
        """(day, amount, gift, kind) of all money at Stripe."""
        for row in self.row.values():
            if row['received'] == 0:
                continue
            i = self.stripe.intents[row['intent']]
            yield self.day(i['paid_at']), i['amount_received'], row['id'], \
                'gift', 0
            refunds, disputes = self.of(i)
            here = {f['id']: f for f in self.whole['ledger']}
            for r in refunds:
                self.must(r['id'] in here, 'a refund has no row', r)
                if r['status'] in OUT:
                    yield self.day(r['created']), -r['amount'], row['id'], \
                        'refund', here[r['id']]['n']
            for d in disputes:
                if d['status'] == 'lost':
                    at = here[d['id']]['at']
                    self.must(int(at) in self.seconds or any(
                        [int(at)] == [g[0]] and 'lost' in g[1] for g in
                        self.stripe.history['dispute', d['id']]),
                        'a chargeback has a day of its own', d, at)
                    yield self.day(at), -self.stripe.held(d), row['id'], \
                        'chargeback', here[d['id']]['n']

    def files(self):
        """The FEC rows are the money at Stripe, with aggregates."""
        total = Counter()
        wanted = []
        for day, amount, id_, kind, n in sorted(
                self.moves(), key=lambda m: (m[0], m[1] < 0, m[2], m[4])):
            period = (day >= self.cycle.isoformat()
                      if self.kind == 'candidate' else day[:4])
            total[self.donor(id_), period] += amount
            whole = total[self.donor(id_), period]
            date = day.replace('-', '')
            wanted.append(
                ('SA11AI' if whole > 20000 else 'SA11AII', f'D{id_}', date,
                 dollars(amount), dollars(whole)) if amount > 0 else
                ('SB20A' if self.kind == 'candidate' else 'SB28A', f'R{n}',
                 date, dollars(-amount), ''))
        got = []
        for line, in self.db.run(f'EXECUTE filed({self.campaign})'):
            f = line.split('\x1c')
            got.append((f[0], f[2], *f[19:22]))
        self.must(sorted(got) == sorted(wanted), 'the FEC rows differ',
                  sorted(got), sorted(wanted))
        moved = Counter()
        for id_, _, amount in self.db.run(
                f'EXECUTE moves({self.campaign})'):
            moved[int(id_)] += int(amount)
        self.must(all(moved[r['id']] == r['received'] - r['refunded']
                      - r['disputed'] for r in self.row.values()),
                  'the moves do not add up to the rows', moved)
        return sorted(got)
