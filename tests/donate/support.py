"""Functions that the tests of donations share.

Each part, tests/donate/NAME.py, is a program that ends with
main(globals()).  tests/donate/run starts the servers, sets the environment and
runs the parts one after the other with one database.

usage: NAME.py [TEXT]	only tests whose names contain TEXT
"""
import datetime
import hashlib
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV['SRCDIR'] + '/tests/support')

import fec
from checks import check, finish, run, same, sql  # check: for the parts

WEB = urlsplit(ENV['WEB_URL']).netloc
STRIPE = urlsplit(ENV['STRIPE_URL']).netloc
local = threading.local()


class Answer:
    def __init__(self, r):
        self.status = r.status
        self.headers = r.headers
        self.text = r.read().decode()

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f'{self.status} {self.text[:400]}'


def request(host, method, path, body=None, headers=None):
    pool = local.__dict__.setdefault('pool', {})
    for _ in range(2):
        c = pool.get(host)
        fresh = c is None
        if fresh:
            c = pool[host] = http.client.HTTPConnection(host, timeout=60)
        try:
            c.request(method, path, body, headers or {})
            return Answer(c.getresponse())
        except (http.client.HTTPException, ConnectionError):
            c.close()
            del pool[host]
            if fresh:
                raise
    raise AssertionError('unreachable')


def api(method, path, body=None, token=None, **headers):
    if body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    if body is not None:
        headers.setdefault('Content-Type', 'application/json')
    if token:
        headers['Authorization'] = 'Bearer ' + TOKENS[token]
    return request(WEB, method, '/api/v1' + path, body, headers)


def control(what, body=None):
    return request(STRIPE, 'POST', '/_control/' + what,
                   json.dumps(body or {})).json


def faults(*kinds):
    control('faults', [k if isinstance(k, dict) else {'kind': k}
                       for k in kinds])
    control('calls')


def happen(kind, intent, key='sk_test_default', **more):
    return control('happen', {'kind': kind, 'intent': intent, 'key': key,
                              **more})


class Signer:
    """Sign events with Stripe's own library, in one process for all."""

    def __init__(self):
        self.lock = threading.Lock()
        self.p = subprocess.Popen(
            ['node', ENV['SRCDIR'] + '/tests/donate/sign.mjs',
             ENV['MODULES']], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def __call__(self, payload, secret, at=None):
        with self.lock:
            self.p.stdin.write(json.dumps({
                'payload': payload, 'secret': secret,
                'timestamp': int(at or time.time())}) + '\n')
            self.p.stdin.flush()
            return self.p.stdout.readline().strip()


sign = Signer()


def post_event(payload, header, path='/donate/webhook'):
    headers = {'Content-Type': 'application/json'}
    if header is not None:
        headers['Stripe-Signature'] = header
    return request(WEB, 'POST', '/api/v1' + path, payload, headers)


def deliver(event, secret='whsec_new', path='/donate/webhook'):
    payload = json.dumps(event)
    return post_event(payload, sign(payload, secret), path)


def create(amount=2500, campaign=1, **more):
    return api('POST', '/donate/create-payment-intent',
               {'amount': amount, 'campaign_id': campaign, **more})


def donation(id_):
    return api('GET', f'/donations/{id_}', token='admin').json


def paid(amount=2500, campaign=1, **more):
    """Make a paid donation.  Return its id and its intent's id."""
    a = create(amount, campaign, **more).json
    for e in happen('succeeded', a['paymentIntentId'],
                    'sk_test_three' if campaign == 3 else 'sk_test_default'):
        if campaign == 3:
            deliver(e, 'whsec_three', '/donate/webhook/3')
        else:
            deliver(e)
    return a['donationId'], a['paymentIntentId']


def stored():
    return sql('SELECT count(*) FROM stripe_events')


def facts(id_):
    d = donation(id_)
    return (d['status'], d['amount_received'], d['amount_refunded'],
            d['amount_disputed'])


def at_stripe(intent):
    """What Stripe has refunded of an intent."""
    refunds = control('state', {'key': 'sk_test_default'})['refunds']
    return sum(r['amount'] for r in refunds if r['payment_intent'] == intent)


def program(body, path, step=None, token=None, **more):
    env = {'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF'],
           'REQUEST_METHOD': 'POST', 'SCRIPT_NAME': '/api/v1/donate',
           'PATH_INFO': path, 'CONTENT_TYPE': 'application/json',
           'CONTENT_LENGTH': str(len(body)), 'REMOTE_ADDR': '127.0.0.1',
           'GATEWAY_INTERFACE': 'CGI/1.1', 'SERVER_PROTOCOL': 'HTTP/1.1',
           # Calls to Stripe use neither a proxy from a client's header
           # Proxy nor one from the environment.
           'HTTP_PROXY': 'http://127.0.0.1:9/',
           'http_proxy': 'http://127.0.0.1:9/',
           'https_proxy': 'http://127.0.0.1:9/',
           'ALL_PROXY': 'http://127.0.0.1:9/', **more}
    if token:
        env['HTTP_AUTHORIZATION'] = 'Bearer ' + TOKENS[token]
    if step is not None:
        # LeakSanitizer does not work in a traced process.
        env['ASAN_OPTIONS'] = 'detect_leaks=0'
    exe = ENV['PROGRAMS'] + '/donate.cgi'
    command = [exe] if step is None else [
        ENV['BUILD'] + '/tests/support/killat', str(step), exe]
    return subprocess.run(command, input=body, capture_output=True, text=True,
                          env=env, check=False)


def nothing_waits():
    """Forget the events without a donation, which reconcile reports."""
    sql('DELETE FROM stripe_events WHERE applied_at IS NULL')


def reconcile(*args):
    return subprocess.run(
        [ENV['BUILD'] + '/cli/cerberus', 'reconcile', *args],
        capture_output=True, text=True, check=False,
        env={'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF']})


def at(text):
    """The seconds of a time such as 2026-10-05T14:00:00+00:00."""
    return int(datetime.datetime.fromisoformat(text).timestamp())


def paid_at(when, amount, campaign=5, **more):
    """Make a donation that is paid at a time; its id and its intent."""
    a = create(amount, campaign, **more).json
    for e in happen('succeeded', a['paymentIntentId']):
        deliver({**e, 'created': at(when)})
    return a['donationId'], a['paymentIntentId']


def refunded_at(when, intent, amount, status='succeeded'):
    """Stripe reports a refund that was made at a time."""
    deliver({'id': f'evt_{random.getrandbits(64)}', 'type': 'refund.created',
             'created': at(when), 'data': {'object': {
                 'object': 'refund', 'id': f're_{random.getrandbits(64)}',
                 'payment_intent': intent, 'amount': amount,
                 'status': status, 'created': at(when)}}})


def committee(**more):
    a = api('PATCH', '/campaigns/5', {
        'committee_id': 'C00123456', 'time_zone': 'America/New_York',
        'start_date': '2025-01-01', 'committee_kind': 'candidate', **more},
        'admin')
    same(a.status, 200, f'the campaign has {more}')


def exported(kind, query=''):
    a = api('GET', f'/donations/export?campaign_id=5&format={kind}{query}',
            token='admin')
    same(a.status, 200, f'{kind} {query}: {a.text[:200]}')
    schedule = 'B' if kind == 'fec_b' else 'A'
    same(fec.faults(a.text, schedule), [], f'{kind} {query} can be filed')
    return fec.read(a.text, schedule)


def fixture():
    tokens = {}
    # A part that ran before has made the rows.
    fresh = sql('SELECT count(*) FROM users') == '0'
    text = ["INSERT INTO campaigns (campaign_id, campaign_name) VALUES "
            "(1, 'One'), (2, 'Two'), (3, 'Three'), (4, 'Four'), "
            "(5, 'Five');"]
    for n, (name, role, campaign) in enumerate((
            ('admin', 'admin', None), ('manager', 'manager', 1),
            ('editor', 'editor', 1), ('viewer', 'viewer', 1),
            ('stranger', 'manager', 2)), 1):
        tokens[name] = 'cb_' + name + 'x' * 40
        digest = hashlib.sha256(tokens[name].encode()).hexdigest()
        text.append(f"""INSERT INTO users (user_id, username, role)
            VALUES ({n}, '{name}', '{'admin' if role == 'admin' else 'user'}');
            INSERT INTO api_tokens (user_id, kind, token_hash)
            VALUES ({n}, 'api_key', '\\x{digest}');""")
        if campaign:
            text.append(f"""INSERT INTO campaign_members VALUES
                ({campaign}, {n}, '{role}');""")
    if fresh:
        sql('\n'.join(text))
    return tokens


def main(names):
    """Run the part's tests and leave with the exit status."""
    only = sys.argv[1] if len(sys.argv) > 1 else ''
    tests = [test for name, test in names.items()
             if name.startswith('test_') and only in name]
    if only and not tests:
        sys.exit(0)
    run(tests)
    sys.exit(finish())


TOKENS = fixture()
