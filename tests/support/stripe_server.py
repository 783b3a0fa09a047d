#!/usr/bin/env python3
"""A local Stripe for the tests: payment intents, refunds, disputes, lists.
stripe_balance.py has the balance and payouts, stripe_recurring.py subscriptions.

usage: stripe_server.py PORT-FILE [ADDRESS PORT]

Listen on a free port of the loopback address, or on the given one, and write
the URL to PORT-FILE.
The answers have the form of Stripe's: ids and client secrets, idempotency with
replay and mismatch, errors with type, code and param, lists in pages.  Each
secret key has its own account.

Tests use these paths:
/_control/faults	faults to inject into the next calls, in order
/_control/happen	change an intent; the answer is the events that Stripe
			would send
/_control/state		the intents and refunds of an account
/_control/put		add an object to an account, or replace it
/_control/calls		the calls since the last time, which are then forgotten
"""
import json
import random
import socket
import string
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import stripe_balance as balance
import stripe_recurring as recurring

lock = threading.RLock()
accounts = {}       # secret key -> Account
faults = []         # for the next calls, in order
calls = []          # received calls
ALPHABET = string.ascii_letters + string.digits
# Where donors pay.
CHECKOUT = 'https://checkout.stripe.com/c/pay/'


def token(n=24):
    return ''.join(random.choices(ALPHABET, k=n))


class Account:
    def __init__(self):
        self.intents = {}       # in the order of creation
        self.charges = {}
        self.refunds = {}
        self.disputes = {}
        self.sessions = {}      # of Stripe Checkout
        self.balance = {}       # balance transactions
        self.payouts = {}
        self.customers = {}
        self.prices = {}
        self.subscriptions = {}
        self.invoices = {}
        self.events = {}
        self.keys = {}          # idempotency key -> [request, answer or None]


class Refused(Exception):
    def __init__(self, status, type_, message, code=None, param=None, **more):
        super().__init__(message)
        self.status = status
        self.body = {'error': {'type': type_, 'message': message, **more}}
        if code:
            self.body['error']['code'] = code
        if param:
            self.body['error']['param'] = param


def nested(pairs):
    """a[b][c]=1&d[]=2 as {'a': {'b': {'c': '1'}}, 'd': ['2']}"""
    out = {}
    for name, value in pairs:
        parts = name.replace(']', '').split('[')
        at = out
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return out


def number(form, name, required=True, low=1):
    if name not in form:
        if required:
            raise Refused(400, 'invalid_request_error',
                          f'Missing required param: {name}.',
                          'parameter_missing', name)
        return None
    try:
        value = int(form[name])
    except ValueError:
        raise Refused(400, 'invalid_request_error',
                      f'Invalid integer: {form[name]}',
                      'parameter_invalid_integer', name) from None
    if value < low:
        raise Refused(400, 'invalid_request_error',
                      'Invalid positive integer', 'parameter_invalid_integer',
                      name)
    return value


def make_intent(account, form):
    amount = number(form, 'amount')
    currency = form.get('currency')
    if currency is None:
        raise Refused(400, 'invalid_request_error',
                      'Missing required param: currency.',
                      'parameter_missing', 'currency')
    if amount < 50:
        raise Refused(400, 'invalid_request_error',
                      'Amount must be at least $0.50 usd',
                      'amount_too_small', 'amount')
    if amount > 99999999:
        raise Refused(400, 'invalid_request_error',
                      'Amount must be no more than $999,999.99',
                      'amount_too_large', 'amount')
    if amount == 66600:     # tests use this amount for a declined card
        raise Refused(402, 'card_error', 'Your card was declined.',
                      'card_declined', decline_code='fraudulent')
    id_ = 'pi_' + token()
    intent = {
        'id': id_, 'object': 'payment_intent', 'amount': amount,
        'amount_received': 0, 'currency': currency,
        'client_secret': f'{id_}_secret_{token()}', 'created':
        int(time.time()), 'last_payment_error': None, 'latest_charge': None,
        'livemode': False, 'metadata': form.get('metadata', {}),
        'receipt_email': form.get('receipt_email'),
        'status': 'requires_payment_method',
    }
    account.intents[id_] = intent
    return intent


def make_refund(account, form, at=None):
    intent = account.intents.get(form.get('payment_intent'))
    if intent is None:
        raise Refused(404, 'invalid_request_error',
                      f"No such payment_intent: "
                      f"'{form.get('payment_intent')}'",
                      'resource_missing', 'payment_intent')
    charge = account.charges.get(intent['latest_charge'])
    if charge is None:
        raise Refused(400, 'invalid_request_error',
                      'This PaymentIntent does not have a successful charge '
                      'to refund.', 'charge_not_refundable')
    rest = charge['amount'] - charge['amount_refunded']
    amount = number(form, 'amount', required=False) or rest
    if rest == 0:
        raise Refused(400, 'invalid_request_error',
                      f"Charge {charge['id']} has already been refunded.",
                      'charge_already_refunded')
    if amount > rest:
        raise Refused(400, 'invalid_request_error',
                      'Refund amount is greater than unrefunded amount on '
                      'charge', 'amount_too_large', 'amount')
    refund = {
        'id': 're_' + token(), 'object': 'refund', 'amount': amount,
        'charge': charge['id'], 'created': at or int(time.time()),
        'currency': intent['currency'], 'metadata': form.get('metadata', {}),
        'payment_intent': intent['id'], 'reason': form.get('reason'),
        'status': 'succeeded',
    }
    account.refunds[refund['id']] = refund
    balance.move(account, 'refund', refund, -amount)
    charge['amount_refunded'] += amount
    charge['refunded'] = charge['amount_refunded'] == charge['amount']
    return refund


def make_charge(account, intent, at, billing):
    charge = {
        'id': 'ch_' + token(), 'object': 'charge', 'amount': intent['amount'],
        'amount_captured': intent['amount'], 'amount_refunded': 0,
        'billing_details': billing,
        'created': at, 'currency': intent['currency'],
        'disputed': False, 'metadata': dict(intent['metadata']), 'paid': True,
        'payment_intent': intent['id'], 'refunded': False,
        'status': 'succeeded',
    }
    account.charges[charge['id']] = charge
    balance.move(account, 'charge', charge, charge['amount'],
                 charge['amount'] * 29 // 1000 + 30)
    return charge


def event(type_, thing):
    return {
        'id': 'evt_' + token(), 'object': 'event', 'api_version': '2024-06-20',
        'created': int(time.time()), 'livemode': False, 'type': type_,
        'data': {'object': json.loads(json.dumps(thing))},
    }


def happen(account, what):
    """
    Change an intent or a payout, at a time if what has it; return the events
    that Stripe would send, which it also lists from then on.
    """
    if 'session' in what:
        out = session_happens(account, what)
    elif 'subscription' in what:
        out = recurring.happen(server(), account, what)
    else:
        out = (change if what.get('intent') else balance.happen)(account, what)
    for e in out:
        if 'at' in what:
            e['created'] = what['at']
        keep(account, e)
    return out


def keep(account, event_):
    """Stripe lists its events."""
    account.events[event_['id']] = event_


def server():
    return sys.modules[__name__]


def change(account, what):
    intent = account.intents[what['intent']]
    out = change_intent(account, what)
    if intent.get('invoice'):
        out += recurring.after(server(), account, intent, what['kind'],
                               what.get('at', int(time.time())),
                               what.get('version'))
        if what.get('version') == 'basil':
            for e in out:
                if e['data']['object']['object'] == 'payment_intent':
                    del e['data']['object']['invoice']
    return out


def change_intent(account, what):
    intent = account.intents[what['intent']]
    at = what.get('at', int(time.time()))
    charge = account.charges.get(intent['latest_charge'])
    kind = what['kind']
    if kind == 'processing':
        intent['status'] = 'processing'
        return [event('payment_intent.processing', intent)]
    if kind == 'requires_action':
        intent['status'] = 'requires_action'
        return [event('payment_intent.requires_action', intent)]
    if kind == 'canceled':
        intent['status'] = 'canceled'
        return [event('payment_intent.canceled', intent)]
    if kind == 'failed':
        intent['status'] = 'requires_payment_method'
        intent['last_payment_error'] = {
            'code': 'card_declined', 'decline_code': 'insufficient_funds',
            'message': 'Your card has insufficient funds.',
            'type': 'card_error'}
        return [event('payment_intent.payment_failed', intent)]
    if kind == 'succeeded':
        # A bank's debit has a charge before it has succeeded.
        charge = make_charge(account, intent, at,
                             what.get('billing_details', {}))
        charge['created'] = what.get('charged_at', at)
        charge['payment_method_details'] = {
            'type': what.get('method', 'card')}
        intent.update(status='succeeded', latest_charge=charge['id'],
                      amount_received=intent['amount'],
                      last_payment_error=None)
        return [event('payment_intent.succeeded', intent)]
    if kind == 'refund':
        refund = make_refund(account, {'payment_intent': intent['id'],
                                       'amount': str(what['amount'])}, at)
        refund['status'] = what.get('status', 'succeeded')
        return [event('refund.created', refund),
                event('charge.refunded', charge)]
    if kind == 'refund_failed':
        refund = account.refunds[what['refund']]
        refund.update(status='failed',
                      failure_reason='expired_or_canceled_card')
        charge['amount_refunded'] -= refund['amount']
        charge['refunded'] = False
        balance.move(account, 'refund_failure', refund, refund['amount'],
                     at=at)
        return [event('refund.updated', refund),
                event('refund.failed', refund)]
    if kind == 'dispute':
        dispute = {
            'id': 'du_' + token(), 'object': 'dispute', 'amount':
            what.get('amount', charge['amount']), 'charge': charge['id'],
            'created': at, 'currency': charge['currency'],
            'metadata': {}, 'payment_intent': intent['id'],
            'reason': 'fraudulent',
            'status': what.get('status', 'needs_response')}
        account.disputes[dispute['id']] = dispute
        balance.move(account, 'dispute', dispute, -dispute['amount'], 1500)
        charge['disputed'] = True
        return [event('charge.dispute.created', dispute),
                event('charge.dispute.funds_withdrawn', dispute)]
    if kind == 'dispute_closed':
        dispute = account.disputes[what['dispute']]
        dispute['status'] = what['status']
        out = [event('charge.dispute.closed', dispute)]
        if what['status'] == 'won':
            balance.move(account, 'dispute_reversal', dispute,
                         dispute['amount'], at=at)
            out.append(event('charge.dispute.funds_reinstated', dispute))
        return out
    raise KeyError(kind)


def expanded(account, intent, query):
    out = dict(intent)
    wanted = [v for k, v in query if k.startswith('expand')]
    if any('latest_charge' in w for w in wanted) and out.get('latest_charge'):
        charge = dict(account.charges[out['latest_charge']])
        if any('refunds' in w for w in wanted):
            mine = [r for r in account.refunds.values()
                    if r['charge'] == charge['id']]
            charge['refunds'] = {'object': 'list', 'data': mine[:10],
                                 'has_more': len(mine) > 10}
        if any('balance_transaction' in w for w in wanted):
            charge['balance_transaction'] = account.balance[
                charge['balance_transaction']]
        out['latest_charge'] = charge
    if any(w.endswith('invoice') for w in wanted) and out.get('invoice'):
        out['invoice'] = account.invoices[out['invoice']]
    return out


def page(rows, query, url):
    """Return one page of a list, newest first as Stripe does."""
    q = dict(query)
    since = int(q.get('created[gte]', 0))
    rows = [r for r in reversed(rows) if r['created'] >= since]
    if 'starting_after' in q:
        ids = [r['id'] for r in rows]
        rows = rows[ids.index(q['starting_after']) + 1:]
    n = int(q.get('limit', 10))
    if not 1 <= n <= 100:
        raise Refused(400, 'invalid_request_error',
                      'Limit must be between 1 and 100', param='limit')
    return {'object': 'list', 'url': url, 'data': rows[:n],
            'has_more': len(rows) > n}


def find_intent(account, id_):
    intent = account.intents.get(id_)
    if intent is None:
        raise Refused(404, 'invalid_request_error',
                      f"No such payment_intent: '{id_}'", 'resource_missing',
                      'intent')
    return intent


def cancel_intent(account, id_, form):
    intent = find_intent(account, id_)
    if intent['status'] in ('succeeded', 'canceled', 'processing'):
        raise Refused(400, 'invalid_request_error',
                      'You cannot cancel this PaymentIntent because it has a '
                      f"status of {intent['status']}.",
                      'payment_intent_unexpected_state')
    if intent.get('invoice'):
        raise Refused(400, 'invalid_request_error',
                      'You cannot cancel this PaymentIntent because it belongs '
                      'to an invoice.', 'payment_intent_unexpected_state')
    intent.update(status='canceled',
                  cancellation_reason=form.get('cancellation_reason'))
    return intent


def make_session(account, form):
    """A session of Stripe Checkout; its intent is made when it is paid."""
    for name in ('mode', 'success_url', 'line_items'):
        if name not in form:
            raise Refused(400, 'invalid_request_error',
                          f'Missing required param: {name}.',
                          'parameter_missing', name)
    price = form['line_items']['0']['price_data']
    if form['mode'] == 'subscription':
        for name in 'submit_type', 'payment_intent_data':
            if name in form:
                raise Refused(400, 'invalid_request_error', f'You can not pass '
                              f'`{name}` in `subscription` mode.', param=name)
        recurring.need(server(), price, 'recurring')
    amount = number(price, 'unit_amount')
    if amount == 66600:
        raise Refused(400, 'invalid_request_error', 'Not this amount.')
    id_ = 'cs_test_' + token()
    session = {
        'id': id_, 'object': 'checkout.session', 'amount_total': amount,
        'created': int(time.time()), 'currency': price['currency'],
        'client_reference_id': form.get('client_reference_id'),
        'expires_at': int(time.time()) + 24 * 3600,
        'metadata': form.get('metadata', {}), 'mode': form['mode'],
        'payment_intent': None, 'payment_status': 'unpaid',
        'status': 'open', 'success_url': form['success_url'],
        'url': CHECKOUT + id_,
        '_form': form,
    }
    account.sessions[id_] = session
    return {k: v for k, v in session.items() if k != '_form'}


def session_happens(account, what):
    """The donor pays in a session of Stripe Checkout, or lets it expire."""
    session = account.sessions[what['session']]
    form = session.pop('_form')
    if what['kind'] == 'expired':
        session.update(status='expired', url=None)
        return [event('checkout.session.expired', session)]
    if session['mode'] == 'subscription':
        return recurring.pay_session(server(), account, session, form, what)
    intent = make_intent(account, {
        'amount': session['amount_total'], 'currency': session['currency'],
        'metadata': form.get('payment_intent_data', {}).get('metadata', {})})
    session.update(payment_intent=intent['id'], status='complete', url=None,
                   payment_status='paid')
    return change(account, {'intent': intent['id'], 'kind': 'succeeded'}) + [
        event('checkout.session.completed', session)]


def post(account, path, form):
    if path == '/v1/checkout/sessions':
        return make_session(account, form)
    parts = path.split('/')
    if path.startswith('/v1/payment_intents/') and parts[-1] == 'cancel':
        return cancel_intent(account, parts[3], form)
    if path == '/v1/payment_intents':
        return make_intent(account, form)
    if path == '/v1/refunds':
        return make_refund(account, form)
    if path in recurring.POSTS:
        return recurring.POSTS[path](server(), account, form)
    raise Refused(404, 'invalid_request_error',
                  f'Unrecognized request URL (POST: {path}).')


def get(account, path, query):
    if path == '/v1/payment_intents':
        answer = page(list(account.intents.values()), query, path)
        answer['data'] = [expanded(account, i, query) for i in answer['data']]
        return answer
    collection, _, id_ = path.removeprefix('/v1/').partition('/')
    rows = {'payment_intents': account.intents, 'refunds': account.refunds,
            'disputes': account.disputes, 'events': account.events,
            'balance_transactions': account.balance, 'payouts':
            account.payouts, 'subscriptions': account.subscriptions,
            'invoices': account.invoices, 'customers': account.customers,
            }.get(collection)
    if rows is not None and id_:
        if id_ not in rows:
            raise Refused(404, 'invalid_request_error', f"No such object: "
                          f"'{id_}'", 'resource_missing', 'id')
        return (expanded(account, rows[id_], query)
                if collection == 'payment_intents' else rows[id_])
    if rows is not None:
        rows = list(rows.values())
        if collection == 'subscriptions' and ('status', 'all') not in query:
            rows = [r for r in rows if r['status'] not in (
                'canceled', 'incomplete_expired')]
        for name, value in query:
            if name in ('payment_intent', 'charge'):
                rows = [r for r in rows if r.get(name) == value]
            if name == 'payout':
                rows = balance.of_payout(account, value)
        answer = page(rows, query, path)
        if ('expand[0]', 'data.source') in query:
            answer['data'] = [balance.expanded(account, r)
                              for r in answer['data']]
        return answer
    raise Refused(404, 'invalid_request_error',
                  f'Unrecognized request URL (GET: {path}).')


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass

    def drop(self):
        self.close_connection = True
        # Closing with these options sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   b'\1\0\0\0\0\0\0\0')
        self.connection.close()

    def answer(self, status, body, headers=(), cut=None):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.send_header('Request-Id', 'req_' + token(14))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if cut is not None:
            self.wfile.write(text[:cut])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(text)

    def control(self, path, body):
        data = json.loads(body) if body else {}
        if path == '/_control/faults':
            with lock:
                faults[:] = data
            return self.answer(200, {})
        if path == '/_control/happen':
            with lock:
                return self.answer(200, happen(accounts[data['key']], data))
        if path == '/_control/put':
            with lock:
                a = accounts.setdefault(data['key'], Account())
                getattr(a, data['into'])[data['object']['id']] = data['object']
            return self.answer(200, {})
        if path == '/_control/state':
            with lock:
                a = accounts.get(data['key']) or Account()
                return self.answer(200, {
                    'intents': list(a.intents.values()),
                    'refunds': list(a.refunds.values()),
                    'customers': list(a.customers.values()),
                    'subscriptions': list(a.subscriptions.values()),
                    'invoices': list(a.invoices.values()),
                    'balance': list(a.balance.values()),
                    'payouts': list(a.payouts.values())})
        if path == '/_control/calls':
            with lock:
                out = list(calls)
                calls.clear()
            return self.answer(200, out)
        return self.answer(404, {})

    def serve(self, method):
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if parts.path.startswith('/_control/'):
            return self.control(parts.path, body)
        idem = self.headers.get('Idempotency-Key')
        auth = self.headers.get('Authorization', '')
        with lock:
            fault = faults.pop(0) if faults else {}
            calls.append({
                'method': method, 'path': self.path, 'body': body.decode(),
                'idempotency_key': idem, 'at': time.time(),
                'version': self.headers.get('Stripe-Version')})
        kind = fault.get('kind')
        if kind == 'drop_before':
            return self.drop()
        if kind == 'hang':
            time.sleep(fault.get('seconds', 60))
            return self.drop()
        if kind == 'delay':
            time.sleep(fault['seconds'])
        if kind == 'status':
            error = {'type': fault.get('type', 'api_error'),
                     'message': 'Injected.'}
            return self.answer(fault['status'], {'error': error},
                               fault.get('headers', {}).items())
        if kind == 'nonjson':
            return self.answer(200, b'<html>Bad gateway</html>')
        if kind == 'redirect':
            return self.answer(302, {}, [('Location', '/v1/elsewhere')])
        if not auth.startswith('Bearer sk_'):
            return self.answer(401, {'error': {
                'type': 'invalid_request_error',
                'message': 'Invalid API Key provided: ' + auth[-8:]}})
        if not self.headers.get('Stripe-Version'):
            return self.answer(400, {'error': {
                'type': 'invalid_request_error', 'message': 'No version.'}})
        status, answer, headers = self.work(method, parts, body, idem,
                                            auth[len('Bearer '):])
        if kind == 'drop_after':
            return self.drop()
        if kind == 'status_after':
            return self.answer(fault['status'], {'error': {
                'type': 'api_error', 'message': 'Injected.'}},
                fault.get('headers', {}).items())
        if kind == 'nonjson_after':
            return self.answer(status, b'{"id": "pi_')
        return self.answer(status, answer, headers,
                           10 if kind == 'truncate' else None)

    def work(self, method, parts, body, idem, key):
        with lock:
            account = accounts.setdefault(key, Account())
            request = [method, parts.path, body.decode()]
            if idem in account.keys:
                first, answer = account.keys[idem]
                if first != request:
                    return 400, {'error': {
                        'type': 'idempotency_error', 'message':
                        'Keys for idempotent requests can only be used with '
                        'the same parameters they were first used with.'}}, []
                return (*answer, [('Idempotent-Replayed', 'true')])
            try:
                answer = 200, (
                    post(account, parts.path, nested(parse_qsl(
                        body.decode(), keep_blank_values=True)))
                    if method == 'POST' else
                    recurring.delete(server(), account, parts.path)
                    if method == 'DELETE' else
                    get(account, parts.path, parse_qsl(parts.query)))
            except Refused as r:
                answer = r.status, r.body
            if idem:
                account.keys[idem] = request, json.loads(json.dumps(answer))
            return (*answer, [])

    def do_GET(self):
        self.serve('GET')

    def do_POST(self):
        self.serve('POST')

    def do_DELETE(self):
        self.serve('DELETE')


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


def main():
    address, port = sys.argv[2:] or ('127.0.0.1', 0)
    server = Server((address, int(port)), Handler)
    with open(sys.argv[1], 'w', encoding='ascii') as f:
        f.write(f'http://{address}:{server.server_address[1]}\n')
    server.serve_forever()


if __name__ == '__main__':
    main()
