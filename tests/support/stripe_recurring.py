"""Subscriptions of the local Stripe: customers, prices, invoices, the portal.

Objects have the form of the version that the programs ask for.  Events have that
of the version of their endpoint: version in /_control/happen is '2020', 'basil'
(2025) or missing.
"""
import time


def made(server, account, kind, prefix, **more):
    thing = {'id': prefix + '_' + server.token(), 'object': kind,
             'created': int(time.time()), 'livemode': False, **more}
    return thing


def need(server, form, *names):
    for name in names:
        if name not in form:
            raise server.Refused(400, 'invalid_request_error',
                                 f'Missing required param: {name}.',
                                 'parameter_missing', name)


def find(server, rows, id_, what):
    if id_ not in rows:
        raise server.Refused(400, 'invalid_request_error',
                             f"No such {what}: '{id_}'", 'resource_missing',
                             what)
    return rows[id_]


def make_customer(server, account, form):
    email = form.get('email')
    if email and '.' not in email.rsplit('@', 1)[-1]:
        raise server.Refused(400, 'invalid_request_error',
                             f'Invalid email address: {email}',
                             'email_invalid', 'email')
    c = made(server, account, 'customer', 'cus', email=email,
             metadata=form.get('metadata', {}))
    account.customers[c['id']] = c
    return c


def make_price(server, account, form):
    need(server, form, 'currency', 'unit_amount', 'recurring', 'product_data')
    if form['recurring'].get('interval') not in ('day', 'week', 'month',
                                                 'year'):
        raise server.Refused(400, 'invalid_request_error',
                             'Invalid recurring[interval]', param='recurring')
    p = made(server, account, 'price', 'price', currency=form['currency'],
             unit_amount=server.number(form, 'unit_amount'),
             recurring={'interval': form['recurring']['interval']},
             product='prod_' + server.token())
    account.prices[p['id']] = p
    return p


def invoice_of(server, account, sub, reason, at):
    """A new invoice, with the intent that is to pay it."""
    price = sub['items']['data'][0]['price']
    intent = server.make_intent(account, {
        'amount': price['unit_amount'], 'currency': price['currency']})
    i = made(
        server, account, 'invoice', 'in', status='open', created=at,
        billing_reason=reason, subscription=sub['id'],
        customer=sub['customer'], currency=price['currency'],
        amount_due=price['unit_amount'], total=price['unit_amount'],
        amount_paid=0, payment_intent=intent['id'], charge=None,
        paid_out_of_band=False, status_transitions={'paid_at': None},
        subscription_details={'metadata': dict(sub['metadata'])},
        lines={'object': 'list', 'data': [{
            'object': 'line_item', 'metadata': dict(sub['metadata']),
            'price': price}]})
    intent.update(invoice=i['id'], customer=sub['customer'], created=at)
    account.invoices[i['id']] = i
    sub['latest_invoice'] = i['id']
    return i


def new_subscription(server, account, customer, price, metadata, at):
    sub = made(
        server, account, 'subscription', 'sub', status='incomplete',
        customer=customer, metadata=metadata, currency=price['currency'],
        items={'object': 'list', 'data': [{'price': price}]}, created=at,
        canceled_at=None, ended_at=None, cancel_at=None,
        cancel_at_period_end=False, latest_invoice=None)
    invoice_of(server, account, sub, 'subscription_create', at)
    account.subscriptions[sub['id']] = sub
    return sub


def make_subscription(server, account, form):
    need(server, form, 'customer', 'items')
    customer = find(server, account.customers, form['customer'], 'customer')
    price = find(server, account.prices, form['items']['0']['price'], 'price')
    if form.get('payment_behavior') != 'default_incomplete':
        raise server.Refused(400, 'invalid_request_error', 'This customer has '
                             'no attached payment source or default payment '
                             'method.', 'resource_missing')
    sub = new_subscription(server, account, customer['id'], price,
                           form.get('metadata', {}), int(time.time()))
    out = dict(sub)
    if 'latest_invoice.payment_intent' in form.get('expand', {}).values():
        invoice = dict(account.invoices[sub['latest_invoice']])
        invoice['payment_intent'] = account.intents[invoice['payment_intent']]
        out['latest_invoice'] = invoice
    server.keep(account, event(server, account, 'customer.subscription.created',
                               sub))
    return out


def make_portal(server, account, form):
    need(server, form, 'customer')
    find(server, account.customers, form['customer'], 'customer')
    p = made(server, account, 'billing_portal.session', 'bps',
             customer=form['customer'], return_url=form.get('return_url'))
    p['url'] = 'https://billing.stripe.com/p/session/' + p['id']
    return p


POSTS = {'/v1/customers': make_customer, '/v1/prices': make_price,
         '/v1/subscriptions': make_subscription,
         '/v1/billing_portal/sessions': make_portal}


def delete(server, account, path):
    """Cancel a subscription now; one that has not begun expires."""
    sub = account.subscriptions.get(path.removeprefix('/v1/subscriptions/'))
    if sub is None or sub['status'] in ('canceled', 'incomplete_expired'):
        raise server.Refused(404, 'invalid_request_error',
                             'No such subscription', 'resource_missing', 'id')
    end(account, sub, int(time.time()))
    server.keep(account, event(server, account,
                               'customer.subscription.deleted', sub))
    return sub


def end(account, sub, at):
    invoice = account.invoices[sub['latest_invoice']]
    if sub['status'] == 'incomplete':
        sub.update(status='incomplete_expired', ended_at=at)
    else:
        sub.update(status='canceled', canceled_at=sub['canceled_at'] or at,
                   ended_at=at)
    if invoice['status'] == 'open':
        invoice['status'] = 'void'
        account.intents[invoice['payment_intent']].update(
            status='canceled', cancellation_reason='void_invoice')


# --- What happens ---

def event(server, account, type_, thing, version=None):
    e = server.event(type_, thing)
    o = e['data']['object']
    if version == 'basil' and o['object'] == 'invoice':
        o['parent'] = {'type': 'subscription_details', 'subscription_details': {
            'subscription': o.pop('subscription'), **o.pop(
                'subscription_details')}}
        for name in 'payment_intent', 'charge', 'paid_out_of_band':
            del o[name]
    if version == 'basil':
        o.pop('invoice', None)
    if version == '2020' and o['object'] == 'invoice':
        del o['subscription_details']
    return e


def after(server, account, intent, kind, at, version=None):
    """What follows from a change of an intent that an invoice has."""
    invoice = account.invoices[intent['invoice']]
    sub = account.subscriptions[invoice['subscription']]
    out = []

    def tell(type_, thing):
        out.append(event(server, account, type_, thing, version))
    if kind == 'succeeded':
        invoice.update(status='paid', amount_paid=intent['amount_received'],
                       charge=intent['latest_charge'],
                       status_transitions={'paid_at': at})
        sub['status'] = 'active'
        tell('invoice.paid', invoice)
        tell('invoice.payment_succeeded', invoice)
        if version == 'basil':
            tell('invoice_payment.paid', made(
                server, account, 'invoice_payment', 'inpay', status='paid',
                amount_paid=invoice['amount_paid'], payment={
                    'type': 'payment_intent', 'payment_intent':
                    intent['id']}))
            # Not a member that event() drops.
            out[-1]['data']['object']['invoice'] = invoice['id']
        tell('customer.subscription.updated', sub)
    elif kind == 'failed':
        tell('invoice.payment_failed', invoice)
        if invoice['billing_reason'] != 'subscription_create':
            sub['status'] = 'past_due'
            tell('customer.subscription.updated', sub)
    return out


def happen(server, account, what):
    """Charge a subscription again, or let its donor change it."""
    sub = account.subscriptions[what['subscription']]
    at = what.get('at', int(time.time()))
    version = what.get('version')
    if what['kind'] == 'renew':
        invoice = invoice_of(server, account, sub, 'subscription_cycle', at)
        intent = account.intents[invoice['payment_intent']]
        out = [event(server, account, 'payment_intent.created', intent,
                     version)]
        return out + server.change(account, {
            **what, 'at': at, 'intent': intent['id'],
            'kind': what.get('outcome', 'succeeded')})
    if what['kind'] == 'amount':
        price = dict(sub['items']['data'][0]['price'],
                     unit_amount=what['amount'])
        sub['items'] = {'object': 'list', 'data': [{'price': price}]}
    if what['kind'] == 'stop_later':
        sub.update(cancel_at_period_end=True, canceled_at=at,
                   cancel_at=at + 30 * 86400)
    if what['kind'] == 'go_on':
        sub.update(cancel_at_period_end=False, canceled_at=None,
                   cancel_at=None)
    if what['kind'] == 'card':
        sub['default_payment_method'] = 'pm_' + server.token()
    if what['kind'] in ('stop', 'expire'):
        end(account, sub, at)
    return [event(server, account, 'customer.subscription.' + (
        'deleted' if sub['status'] == 'canceled' else 'updated'), sub,
        version)]


def pay_session(server, account, session, form, what):
    """The donor pays in a session of Checkout that begins a subscription."""
    at = what.get('at', int(time.time()))
    data = form['line_items']['0']['price_data']
    customer = make_customer(server, account, {
        'email': form.get('customer_email')})
    price = make_price(server, account, data)
    sub = new_subscription(
        server, account, customer['id'], price,
        form.get('subscription_data', {}).get('metadata', {}), at)
    out = [event(server, account, 'customer.subscription.created', sub,
                 what.get('version'))]
    intent = account.invoices[sub['latest_invoice']]['payment_intent']
    out += server.change(account, {**what, 'intent': intent, 'kind':
                                   'succeeded'})
    session.update(subscription=sub['id'], customer=customer['id'],
                   invoice=sub['latest_invoice'], status='complete', url=None,
                   payment_status='paid')
    return out + [server.event('checkout.session.completed', session)]
