"""Worlds that go through the programs: donate.cgi, webhook.cgi and "cerberus
reconcile", with the simulator's Stripe behind HTTP and its clock.

The database has the simulator's now() as a setting of the database, so each
program sees the time at which it connects.  For reconcile, time() is that of
clock.so too.
"""
import hashlib
import hmac
import json
import os
import subprocess
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from simulated_stripe import Refused
from simulated_world import DONORS, Crash, World

TOKEN = 'cb_simulator' + 'x' * 36
STEPS = 160     # system calls of a program, about
CLOCK = r'''
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
time_t
time(time_t *out)
{
	FILE *f = fopen(getenv("SIMULATED_TIME"), "r");
	long long now = 0;
	if (f == NULL || fscanf(f, "%lld", &now) != 1)
		abort();
	fclose(f);
	if (out != NULL)
		*out = (time_t)now;
	return (time_t)now;
}
'''


def nested(pairs):
    """a[b]=1 as {'a': {'b': '1'}}"""
    out = {}
    for name, value in pairs:
        parts = name.replace(']', '').split('[')
        at = out
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return out


class Server(ThreadingHTTPServer):
    daemon_threads = True
    world = None

    def handle_error(self, request, client_address):
        pass


class Handler(BaseHTTPRequestHandler):
    """One call of a program.  The world waits for the program meanwhile."""
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.serve()

    do_POST = do_GET

    def serve(self):
        w = self.server.world
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with w.lock:    # the program may be killed meanwhile
            return self.drop() if w.running == 0 else self.call(w, body)

    def call(self, w, body):
        parts = urlsplit(self.path)
        fault = w.fault
        if fault == 'before':
            return self.drop()
        try:
            if self.command == 'POST':
                status, answer = 200, w.post(
                    parts.path, nested(parse_qsl(body.decode())),
                    self.headers.get('Idempotency-Key'))
            else:
                status, answer = 200, w.get(parts.path,
                                            dict(parse_qsl(parts.query)))
        except Refused as r:
            status, answer = 402, {'error': {
                'type': 'card_error', 'code': 'card_declined',
                'message': str(r)}}
        except BaseException as e:      # a fault of the simulator
            w.broken = w.broken or e
            status, answer = 500, {}
        if fault == 'after' or w.killed:
            return self.drop()
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def drop(self):
        self.close_connection = True


class Stage:
    """What all worlds share: a database of their own, and the servers."""

    def __init__(self, copy, work):
        self.copy = copy
        self.db = copy.db
        self.build = os.environ['BUILD']
        self.work = work
        self.server = Server(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        self.clock = work + '/now'
        with open(work + '/clock.c', 'w', encoding='ascii') as f:
            f.write(CLOCK)
        subprocess.run(['cc', '-shared', '-fPIC', '-o', work + '/clock.so',
                        work + '/clock.c'], check=True)
        access = os.environ['ACCESS'].replace('/cerberus?', f'/{copy.name}?')
        assert copy.name in access, access
        with open(work + '/simulated.conf', 'w', encoding='ascii') as f:
            os.fchmod(f.fileno(), 0o600)
            f.write(f'''[cerberus]
environment = testing
log_file = {work}/simulated.log
[database]
{access}
[limits]
rate_limit = off
[stripe]
secret_key = sk_test_simulated
webhook_secrets = whsec_simulated
api_base = http://127.0.0.1:{self.server.server_address[1]}
retries = 0
connect_timeout_ms = 60000
total_timeout_ms = 300000
''')
        self.db.run("""INSERT INTO cerberus.api_tokens
            (user_id, kind, token_hash) VALUES (1, 'api_key', $1)""",
            '\\x' + hashlib.sha256(TOKEN.encode()).hexdigest())
        self.environ = {
            'PATH': os.environ['PATH'],
            'CERBERUS_CONF': work + '/simulated.conf',
            'ASAN_OPTIONS': 'detect_leaks=0:verify_asan_link_order=0'}

    def clear(self):
        self.db.run('''TRUNCATE cerberus.campaigns, cerberus.voters,
            cerberus.stripe_events, cerberus.stripe_runs,
            cerberus.intent_declines CASCADE''')

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class ProgramWorld(World):
    def __init__(self, stage, seed):
        self.stage = stage
        self.fault = None       # what becomes of calls of Stripe
        self.lock = threading.RLock()   # who calls of Stripe change things
        self.running = 0        # programs
        self.sweep = None       # the reconcile among them
        self.may_die = False
        self.killed = False
        self.broken = None
        self.want = None        # the refund that staff want
        self.sent = []          # all events, as Stripe lists them
        stage.server.world = self
        super().__init__(stage.db, seed)
        self.account = 0
        self.born = self.now

    # --- Transactions ---

    def start(self):
        self.account = 0        # the campaign has no keys of its own
        self.stage.clear()
        super().start()

    def begin(self):
        """Statements commit, so that the programs see what they do."""
        at = datetime.fromtimestamp(self.now, timezone.utc).isoformat()
        self.db.run('COMMIT')
        self.db.run(f"SET simulator.now = '{at}'; ALTER DATABASE "
                    f"{self.stage.copy.name} SET simulator.now = '{at}'; "
                    "BEGIN; SELECT cerberus.identify(sha256('simulator')); "
                    'SAVEPOINT program')
        with open(self.stage.clock + '.new', 'w', encoding='ascii') as f:
            f.write(str(int(self.now)))
        os.rename(self.stage.clock + '.new', self.stage.clock)

    def call(self, text, *parameters, dies=False):
        rows = super().call(text, *parameters, dies=dies)
        self.db.run('COMMIT; BEGIN; SAVEPOINT program')
        return rows

    def look(self):
        self.begin()
        super().look()

    # --- The programs ---

    def program(self, name, path, body, dies=False, **env):
        """Run a program; its status and document, or a crash."""
        self.begin()
        self.db.run('COMMIT; BEGIN; SAVEPOINT program')
        exe = f'{self.stage.build}/cgi-bin/{name}'
        # Each line of a broken program is one of the log.
        command = [exe] if not dies else [
            self.stage.build + '/tests/support/killat',
            str(self.rng.randint(1, STEPS)), exe]
        self.running += 1
        r = subprocess.run(
            command, input=body.encode(), capture_output=True, check=False,
            env={**self.stage.environ, 'REQUEST_METHOD': 'POST',
                 'SCRIPT_NAME': '/api/v1/donate', 'PATH_INFO': path,
                 'CONTENT_TYPE': 'application/json', 'CONTENT_LENGTH':
                 str(len(body.encode())), 'REMOTE_ADDR': '127.0.0.1',
                 'GATEWAY_INTERFACE': 'CGI/1.1', 'SERVER_PROTOCOL':
                 'HTTP/1.1', **env})
        with self.lock:
            self.running -= 1
        self.check()
        if r.returncode == 99:
            self.say(f'  {name} is killed')
            raise Crash
        self.must(r.returncode == 0, f'{name} fails', r)
        head, _, text = r.stdout.decode().partition('\r\n\r\n')
        status = int(head.split('Status: ')[1][:3])
        return status, json.loads(text) if text.startswith('{') else {}

    def check(self):
        if self.broken:
            raise self.broken

    def fails(self, chance):
        """Calls of Stripe fail with this chance, before or after it."""
        r = self.rng.random()
        self.fault = 'before' if r < chance / 2 else \
            'after' if r < chance else None
        return self.fault

    # --- Stripe's side; the world waits for a program ---

    def emit(self, event):
        self.sent.append(event)
        super().emit(event)

    def meanwhile(self, chance=0.2):
        """The webhook is faster than the answer."""
        if self.rng.random() < chance:
            while self.queue and self.rng.random() < 0.7:
                self.webhook()

    def post(self, path, form, key):
        s = self.stripe
        if path.endswith('/cancel'):
            return self.cancel(s.intents[path.split('/')[3]])
        if path == '/v1/payment_intents':
            answer = s.again(key, lambda: s.intent(
                int(form['amount']), form['metadata']))
            answer = {**answer, 'client_secret': answer['id'] + '_secret_x'}
        else:
            answer = s.again(key, lambda: s.refund(
                form['payment_intent'], int(form['amount']),
                {**form['metadata'], 'intention': str(self.want['n'])},
                form.get('reason')))
        self.meanwhile()
        return answer

    def cancel(self, i):
        if i['status'] in ('succeeded', 'canceled', 'processing'):
            raise Refused('This intent cannot be canceled.')
        i['cancellation_reason'] = 'abandoned'
        self.stripe.pay(i, 'canceled')
        return i

    def get(self, path, query):
        s = self.stripe
        self.seconds.add(int(self.now))
        what, _, id_ = path.removeprefix('/v1/').partition('/')
        if id_:
            answer = s.listed(s.intents[id_])[0]
        else:
            rows = {'payment_intents': lambda: [
                        s.listed(i)[0] for i in s.intents.values()],
                    'refunds': s.refunds.values,
                    'disputes': s.disputes.values,
                    'events': lambda: self.sent}.get(what, list)()
            rows = [r for r in rows
                    if r['created'] >= int(query.get('created[gte]', 0))
                    and query.get('payment_intent') in (
                        None, r.get('payment_intent'))][::-1]
            if 'starting_after' in query:
                at = [r['id'] for r in rows].index(query['starting_after'])
                rows = rows[at + 1:]
            answer = {'object': 'list', 'data': rows[:100],
                      'has_more': len(rows) > 100}
        answer = json.loads(json.dumps(answer))
        if self.may_die:
            if self.dies(0.02):
                self.say('  reconcile is killed')
                self.killed = True
                self.sweep.kill()
            # What has been read grows old.
            while self.rng.random() < 0.2:
                self.tick(1.1)
                self.bank()
                self.meanwhile(0.7)
        return answer

    # --- Donors and staff ---

    def give(self):
        gift = {'n': len(self.gifts), 'intent': None, 'amount':
                self.rng.choice((100, 2500, 20000, 20001,
                                 self.rng.randint(50, 500000))),
                'donor': dict(self.rng.choice(DONORS)),
                'refused': False}
        body = {'amount': gift['amount'], 'campaign_id': self.campaign}
        if self.rng.random() < 0.8:
            body.update(gift['donor'])
        else:
            gift['donor'], gift['later'] = {}, gift['donor']
        self.say(f"donate: gift {gift['n']} of {gift['amount']}")
        fault = self.fails(0.2)
        try:
            status, answer = self.program(
                'donate.cgi', '/create-payment-intent', json.dumps(body),
                dies=self.dies(0.1))
            self.say(f'  {status}')
            self.must(status in (200, 402) or fault and status == 502,
                      'donate.cgi answers', status, answer)
        except Crash:
            pass
        self.fault = None
        row = self.db.run('''SELECT donation_id FROM cerberus.donations
            WHERE campaign_id = $1 ORDER BY donation_id DESC LIMIT 1''',
            self.campaign)
        if row and int(row[0][0]) not in [g['id'] for g in self.gifts]:
            gift['id'] = int(row[0][0])
            gift['intent'] = next((
                i['id'] for i in self.stripe.intents.values()
                if i['metadata']['donation_id'] == str(gift['id'])), None)
            self.gifts.append(gift)

    def details(self):
        for gift in self.gifts:
            if gift.get('later') and gift['intent'] \
                    and self.row.get(gift['id'], {}).get('intent'):
                status, _ = self.program(
                    'donate.cgi', '/update-donation-details', json.dumps({
                        'payment_intent_id': gift['intent'],
                        **gift['later']}))
                self.say(f"details of gift {gift['n']}: {status}")
                self.must(status in (200, 403), 'details', status)
                if status == 200:
                    gift['donor'] = gift['later']
                gift.pop('later')
                return

    def ask_refund(self, want):
        gift = want['gift']
        self.want = want
        self.say(f"refund {want['n']}: gift {gift['n']}, "
                 f"{want['amount'] or 'all'}")
        body = {k: want[k] for k in ('amount', 'reason') if want[k]}
        fault = self.fails(0.4)
        try:
            status, answer = self.program(
                'donate.cgi', f"/{gift['id']}/refund", json.dumps(body),
                dies=self.dies(0.1), SCRIPT_NAME='/api/v1/donations',
                HTTP_AUTHORIZATION='Bearer ' + TOKEN)
            self.say(f"  {status} {answer.get('code', '')}")
            self.must(status in (200, 400, 402, 409)
                      or fault and status == 502, 'a refund', status, answer)
            if status != 502 and answer.get('code') != 'refund_unknown':
                want['over'] = True
        except Crash:
            pass
        self.fault = None

    def webhook(self):
        event = self.queue[self.rng.choice(
            (0, self.rng.randrange(len(self.queue))))]
        body, at = json.dumps(event), int(time.time())
        mac = hmac.new(b'whsec_simulated', f'{at}.{body}'.encode(),
                       hashlib.sha256).hexdigest()
        try:
            status, _ = self.program(
                'webhook.cgi', '', body, dies=self.dies(),
                SCRIPT_NAME='/api/v1/donate/webhook',
                HTTP_STRIPE_SIGNATURE=f't={at},v1={mac}')
        except Crash:
            return
        self.say(f"webhook {event['id']} {event['type']}: {status}")
        self.must(status == 200, 'the webhook takes an event', status)
        self.told.add(event['id'])
        if not self.dies():
            self.queue.remove(event)

    def reconcile(self, may_die=True):
        self.say('reconcile')
        self.begin()
        self.db.run('COMMIT; BEGIN; SAVEPOINT program')
        since = [] if may_die else ['--since', datetime.fromtimestamp(
            self.born, timezone.utc).date().isoformat()]
        self.may_die, self.killed = may_die, False
        self.running += 1
        self.sweep = subprocess.Popen(
            [self.stage.build + '/cli/cerberus', 'reconcile', *since],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.stage.environ, 'SIMULATED_TIME': self.stage.clock,
                 'LD_PRELOAD': self.stage.work + '/clock.so'})
        out, err = self.sweep.communicate()
        with self.lock:
            self.running -= 1
        self.check()
        killed, self.may_die, self.killed = self.killed, False, False
        self.must(killed or self.sweep.returncode in (0, 1),
                  'reconcile fails', out, err)
        actions = {}
        for line in out.splitlines():
            cells = line.split()
            if len(cells) > 2 and cells[2] in ('mended', 'linked', 'created',
                                               'foreign', 'unlisted'):
                actions[cells[1]] = cells[2]
        self.say('  ' + ' '.join(f'{k} {v}' for k, v in actions.items()))
        return actions


def play(stage, seed, quiet=False):
    """Play one world; what is wrong with it, or None."""
    world = ProgramWorld(stage, seed)
    try:
        world.run()
        return None
    except Exception as e:
        if not quiet:
            print(f'World {seed} of the programs:', *world.log, sep='\n')
            print(f'FAILED: world {seed} of the programs: {e}')
            if type(e).__name__ != 'Wrong':
                raise
        return str(e)
    finally:
        stage.db.run('ROLLBACK')
        stage.clear()
