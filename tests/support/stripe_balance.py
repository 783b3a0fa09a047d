"""The balance of the local Stripe's accounts, and their payouts."""
import random
import string
import time


def token():
    return ''.join(random.choices(string.ascii_letters, k=24))


# The type that goes with each reporting_category.
TYPES = {'charge': 'charge', 'refund': 'refund', 'dispute': 'adjustment',
         'refund_failure': 'refund_failure', 'dispute_reversal': 'adjustment',
         'fee': 'stripe_fee', 'payout': 'payout',
         'payout_reversal': 'payout_failure'}


def move(account, category, source, amount, fee=0, at=None):
    """Move money on the balance, as the source causes it."""
    row = {
        'id': 'txn_' + token(), 'object': 'balance_transaction',
        'amount': amount, 'fee': fee, 'net': amount - fee,
        'currency': source['currency'], 'description': None,
        'created': at or source['created'], 'reporting_category': category,
        'type': TYPES[category], 'source': source['id'], 'payout': None,
    }
    account.balance[row['id']] = row
    source.setdefault('balance_transaction', row['id'])
    return row


def expanded(account, row):
    source = row['source']
    for rows in account.charges, account.refunds, account.disputes, \
            account.payouts:
        source = rows.get(source, source) if isinstance(source, str) else \
            source
    # Which payout a movement is in shows only in the list of the payout.
    return {**{k: v for k, v in row.items() if k != 'payout'},
            'source': source}


def of_payout(account, id_):
    return [r for r in account.balance.values() if r['payout'] == id_]


def event(type_, payout):
    return {'id': 'evt_' + token(), 'object': 'event', 'type': type_,
            'created': int(time.time()), 'data': {'object': dict(payout)}}


def happen(account, what):
    """Pay out what is on the balance, or end a payout."""
    at = what.get('at', int(time.time()))
    if what['kind'] == 'fee':
        move(account, 'fee', {'id': 'fee_' + token(), 'created': at,
                              'currency': 'usd'}, -what['amount'])
        return []
    if what['kind'] == 'payout':
        rows = [r for r in account.balance.values() if r['payout'] is None
                and r['currency'] == 'usd']
        payout = {
            'id': 'po_' + token(), 'object': 'payout', 'automatic': True,
            'amount': sum(r['net'] for r in rows), 'currency': 'usd',
            'created': at, 'arrival_date': what['arrival'],
            'status': 'in_transit', 'failure_code': None,
            'failure_message': None}
        account.payouts[payout['id']] = payout
        own = move(account, 'payout', payout, -payout['amount'])
        for row in [*rows, own]:
            row['payout'] = payout['id']
        return [event('payout.created', payout)]
    payout = account.payouts[what['payout']]
    if what['kind'] == 'payout_paid':
        payout['status'] = 'paid'
        return [event('payout.paid', payout)]
    if what['kind'] == 'payout_failed':
        payout.update(status='failed', failure_code='account_closed',
                      failure_message='The bank account has been closed.')
        move(account, 'payout_reversal', payout, payout['amount'], at=at)
        return [event('payout.failed', payout)]
    raise KeyError(what['kind'])
