"""Donations from end to end."""
import csv
import hashlib
import hmac
import io
import itertools
import json
import os
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from support import (
    ENV, TOKENS, WEB, api, at, at_stripe, check, control, create, deliver,
    donation, facts, faults, happen, main, nothing_waits, paid, post_event,
    program, reconcile, request, same, sign, sql, stored)


# --- Donors ---

def test_bodies():
    a = api('POST', '/donate/create-payment-intent', '''{"amount":2500,
        "currency":"usd","campaign_id":1,"billing_details":{"name":
        "Mary Ann Smith","email":"Mary@Example.org","phone":"(512) 555-0123",
        "address":{"line1":"1 Main St","line2":null,"city":"Austin",
        "state":"TX","postal_code":"78701","country":"US"}}}''')
    check(a.status == 200, 'a body with billing_details is accepted', a)
    check(a.json['clientSecret'].startswith(
        a.json['paymentIntentId'] + '_secret_'),
          'the answer has the clientSecret', a)
    same(sql(f'''SELECT first_name, last_name,
        email, phone_number, address_line1, address_city, address_state,
        address_zip, address_country, status, amount, currency, campaign_id,
        payment_intent_id FROM donations
        WHERE donation_id = {a.json['donationId']}'''),
        'Mary Ann|Smith|mary@example.org|+15125550123|1 Main St|Austin|TX|'
        '78701|US|pending|2500|usd|1|' + a.json['paymentIntentId'],
         "billing_details set the donor's fields")
    b = api('POST', '/donate/create-payment-intent', '''{"amount":2500.0,
        "currency":"USD","campaign_id":1,"metadata":{"first_name":"Jo",
        "last_name":"Doe","address":"1 Main St, Austin","employer":"ACME",
        "occupation":"Smith"},"something_else":[1,{}],
        "refcode":"mail","refcode2":"march","election":"R2026"}''')
    same(b.status, 200, 'a body with metadata and 2500.0 is accepted')
    same(sql(f'''SELECT first_name, last_name,
        address_line1, employer, occupation, amount, refcode, refcode2,
        election FROM donations
        WHERE donation_id = {b.json['donationId']}'''),
        'Jo|Doe|1 Main St, Austin|ACME|Smith|2500|mail|march|R2026',
         "metadata fill the donor's fields")
    c = api('POST', '/donate/update-donation-details', {
        'payment_intent_id': b.json['paymentIntentId'], 'first_name': 'Joan',
        'email': 'joan@example.org', 'phone_number': '512-555-0124',
        'contact_sms': True, 'cover_fees': True, 'is_recurring': False,
        'amount': 1, 'status': 'succeeded', 'campaign_id': 2, 'employer': ''})
    same((c.status, c.json['message']),
         (200, 'Donation details updated successfully'), 'details are updated')
    same(sql(f'''SELECT first_name,
        last_name, email, phone_number, contact_sms, covers_fees, employer,
        amount, status, campaign_id FROM donations
        WHERE donation_id = {b.json['donationId']}'''),
        'Joan|Doe|joan@example.org|+15125550124|t|t|ACME|2500|pending|1',
         'details change, amount and status do not')
    d = create(2500, 1, first_name='Top', billing_details={
        'name': 'Nested Name', 'email': None}, metadata=None, covers_fees=True,
        voter_id=None)
    same(sql(f'''SELECT first_name, last_name,
        covers_fees FROM donations WHERE donation_id =
        {d.json['donationId']}'''), 'Top|Name|t',
         'the top level has precedence')
    e = api('POST', '/donations/create-payment-intent',
            {'amount': 2500, 'campaign_id': 1})
    same(e.status, 200, '/donations is the same as /donate')


def test_wrong_types():
    """Each is a 400 that names the value, in both bodies."""
    pi = create().json['paymentIntentId']
    for body, field in (
            ({'billing_details': 'x'}, 'billing_details'),
            ({'billing_details': []}, 'billing_details'),
            ({'billing_details': 7}, 'billing_details'),
            ({'metadata': 'x'}, 'metadata'), ({'metadata': [{}]}, 'metadata'),
            ({'metadata': True}, 'metadata'),
            ({'billing_details': {'name': 7}}, 'billing_details.name'),
            ({'billing_details': {'email': {}}}, 'billing_details.email'),
            ({'billing_details': {'phone': 5125550123}},
             'billing_details.phone'),
            ({'billing_details': {'address': '1 Main St'}},
             'billing_details.address'),
            ({'billing_details': {'address': {'postal_code': 78701}}},
             'billing_details.address.postal_code'),
            ({'metadata': {'firstName': []}}, 'metadata.firstName'),
            ({'first_name': 'Top', 'metadata': {'first_name': 7}},
             'metadata.first_name'),
            ({'metadata': {'address': {}}}, 'metadata.address'),
            ({'metadata': {'employer': False}}, 'metadata.employer'),
            ({'employer': 7}, 'employer'),
            ({'phone_number': 7}, 'phone_number'),
            ({'address_zip': 78701}, 'address_zip'), ({'email': {}}, 'email'),
            ({'contact_sms': 'yes'}, 'contact_sms'),
            ({'is_recurring': 1}, 'is_recurring'),
            ({'covers_fees': 'x'}, 'covers_fees'),
            ({'cover_fees': 'x'}, 'cover_fees')):
        for path, start in (
                ('create-payment-intent', {'amount': 2500, 'campaign_id': 1}),
                ('update-donation-details', {'payment_intent_id': pi})):
            a = api('POST', '/donate/' + path, {**start, **body})
            same((a.status, [
                (f['field'], f['code']) for f in a.json.get('errors', [])]),
                 (400, [(field, 'invalid_type')]), f'{path} refuses {body}')


def test_optional_fields_never_prevent_a_payment():
    for body, field, kept in (
            ({'email': 'jane at example'}, 'email', 'jane at example'),
            ({'email': 'x' * 255}, 'email', 'x' * 255),
            ({'phone_number': 'ask me'}, 'phone_number', 'ask me'),
            ({'phone_number': 'x' * 255}, 'phone_number', 'x' * 255),
            ({'employer': 'x' * 255}, 'employer', 'x' * 255),
            ({'occupation': '\u00e9' * 255}, 'occupation', '\u00e9' * 255),
            ({'first_name': 'x' * 255}, 'first_name', 'x' * 255),
            ({'address_city': 'x' * 255}, 'address_city', 'x' * 255),
            ({'address_zip': 'x' * 255}, 'address_zip', 'x' * 255),
            ({'address_state': 'x' * 255}, 'address_state', 'x' * 255),
            ({'address_line1': '1 Main St\r\n Apt\t2'}, 'address_line1',
             '1 Main St Apt 2'),
            ({'voter_id': 0, 'employer': 'A'}, 'employer', 'A'),
            ({'metadata': {'employer': 'x' * 255}}, 'employer', 'x' * 255),
            ({'billing_details': {'email': 'no'}}, 'email', 'no')):
        a = create(2500, 1, **body)
        check(a.status == 200, f'{str(body)[:40]} does not prevent it', a)
        same(sql(f"""SELECT {field}
            FROM donations WHERE donation_id = {a.json['donationId']}"""),
             kept, f'{str(body)[:40]} is stored')
    for body, field in (({'employer': 'x' * 256}, 'employer'),
                        ({'metadata': {'address': 'x' * 256}},
                         'metadata.address'),
                        ({'billing_details': {'phone': 'x' * 256}},
                         'billing_details.phone'),
                        ({'occupation': 'a\u0007b'}, 'occupation')):
        a = create(2500, 1, **body)
        same((a.status, [
            f['field'] for f in a.json['errors']]), (400, [field]),
             f'{field} is refused')


def test_invalid_contact_data_matches_no_voter():
    """Invalid e-mail addresses and phone numbers do not identify a voter."""
    for what in ({'email': 'No Thanks', 'phone_number': 'ask me'},
                 {'phone_number': 'ask me'}):
        voters = [sql(f"""SELECT v.voter_id, v.email_address, v.phone_number
            FROM donations d JOIN voters v USING (voter_id)
            WHERE d.donation_id = {paid(2500, 1, first_name=name,
                last_name='Text', **what)[0]}""") for name in ('Ann', 'Bob')]
        check(len(set(voters)) == 2 and all(
            v.endswith('||ask me') for v in voters),
              'two donors with the same invalid data are two voters', voters)
    id_, _ = paid(2500, 1, first_name='Only', last_name='Text', email='NO')
    same(sql(f"""SELECT status,
        voter_id IS NULL FROM donations WHERE donation_id = {id_}"""),
        'succeeded|t', 'an invalid address alone does not create a voter')


    for what in {'email': 'keep it'}, {'phone_number': 'no phone'}:
        paid(20000, 1, **what)
        check(create(
            100, 1, **what).json['needs_employer'] is False,
              'donations with the same invalid data are not added up', what)


def test_addresses_of_one_line():
    """metadata of older front ends: one address line, camel-case names."""
    for text, parts in (
            ('1 Main St, Apt 2, Austin, TX, 78701',
             '1 Main St|Apt 2|Austin|TX|78701'),
            ('1 Main St, Austin, TX, 78701', '1 Main St||Austin|TX|78701'),
            ('1 Main St, , Austin, TX, 78701-1234',
             '1 Main St||Austin|TX|78701-1234'),
            ('  1 Main St ,Apt 2,  Austin , TX ,  787011234 ',
             '1 Main St|Apt 2|Austin|TX|78701-1234'),
            ('1 Main St, Apt 2, New York, New York, 10001',
             '1 Main St|Apt 2|New York|New York|10001'),
            ('1 Main St, , Austin, , ', '1 Main St||Austin||'),
            ('1 Main St, Austin, TX', '1 Main St, Austin, TX||||'),
            ('1 Main St, Austin, TX 78701',
             '1 Main St, Austin, TX 78701||||'),
            ('1 Main St, Austin, 78701, TX',
             '1 Main St, Austin, 78701, TX||||'),
            ('1 Main St, Apt 2, Austin, TX, USA',
             '1 Main St, Apt 2, Austin, TX, USA||||'),
            ('1 Main St, Floor 3, Apt 2, Austin, TX, 78701',
             '1 Main St, Floor 3, Apt 2, Austin, TX, 78701||||'),
            ('1 Main St', '1 Main St||||'), (', , , , ', '||||')):
        a = create(2500, 1, metadata={'firstName': 'Au', 'lastName': 'Gust',
                                      'address': text})
        same(sql(f"""SELECT first_name, last_name,
            address_line1, address_line2, address_city, address_state,
            address_zip FROM donations
            WHERE donation_id = {a.json['donationId']}"""),
             'Au|Gust|' + parts, f'the parts of {text}')
    a = create(2500, 1, first_name='Top', address_city='Waco', metadata={
        'first_name': 'Under', 'firstName': 'Camel', 'lastName': 'Camel',
        'address': '1 Main St, Austin, TX, 78701'}).json
    same(sql(f"""SELECT first_name, last_name,
        address_line1, address_city FROM donations
        WHERE donation_id = {a['donationId']}"""),
         'Top|Camel|1 Main St|Waco',
         'the top level has precedence over metadata')
    b = create().json
    same(api(
        'POST', '/donate/update-donation-details', {
            'payment_intent_id': b['paymentIntentId'], 'metadata': {
                'firstName': 'La', 'lastName': 'Ter', 'address':
                '2 Oak St, Unit 4, Waco, TX, 76701'}}).status, 200,
         'details accept an address of one line')
    same(sql(f"""SELECT first_name, last_name, address_line1,
        address_line2, address_city, address_state, address_zip FROM donations
        WHERE donation_id = {b['donationId']}"""),
         'La|Ter|2 Oak St|Unit 4|Waco|TX|76701', 'details split the address')


def test_refusals():
    def refused(body, status, error, code=None):
        a = api('POST', '/donate/create-payment-intent', body)
        check(a.status == status and
              (error is None or a.json['error'] == error) and
              (code is None or a.json['code'] == code), f'{status} for {body}',
              a)

    before = sql('SELECT count(*) FROM donations')
    refused('{}', 400, 'Amount is required')
    refused({'campaign_id': 1}, 400, 'Amount is required')
    refused({'amount': None, 'campaign_id': 1}, 400, 'Amount is required')
    refused({'amount': 2500}, 400, 'Campaign ID is required')
    refused({'amount': 49, 'campaign_id': 1}, 400, None)
    refused({'amount': 0, 'campaign_id': 1}, 400, None)
    refused({'amount': -2500, 'campaign_id': 1}, 400, None)
    refused({'amount': 100000000, 'campaign_id': 1}, 400, None)
    refused({'amount': 2500.5, 'campaign_id': 1}, 400, None)
    refused({'amount': 1e300, 'campaign_id': 1}, 400, None)
    refused({'amount': 'many', 'campaign_id': 1}, 400, None)
    refused({'amount': 2500, 'campaign_id': 1, 'currency': 'xxx'}, 400, None)
    refused({'amount': 2500, 'campaign_id': 1, 'email': 7}, 400, None)
    refused('[1]', 400, None)
    refused('no json', 400, 'Invalid or empty JSON payload')
    refused('', 400, 'Invalid or empty JSON payload')
    refused({'amount': 2500, 'campaign_id': 7}, 404,
            'Campaign with ID 7 not found.')
    same(sql('SELECT count(*) FROM donations'), before,
         'rejected bodies insert no row')
    refused({'amount': 2500, 'campaign_id': 4}, 503, None,
            'stripe_not_configured')
    same(sql('SELECT count(*) FROM donations'),
         before, 'no row is inserted without a Stripe key')
    refused({'amount': 66600, 'campaign_id': 1}, 402,
            'Your card was declined.')
    same(sql('''SELECT status, failure_code,
        failure_message FROM donations ORDER BY donation_id DESC LIMIT 1'''),
        'failed|card_declined|Your card was declined.',
         'a donation that Stripe refuses is failed')
    two = api('POST', '/donate/create-payment-intent',
              {'amount': 2500, 'campaign_id': 1, 'email': [],
               'first_name': 'x' * 256})
    same(sorted(
        f['field'] for f in two.json['errors']), ['email', 'first_name'],
         'the error names all bad fields')

    def details(body, status, error):
        a = api('POST', '/donate/update-donation-details', body)
        check(a.status == status and
              (error is None or a.json['error'] == error), f'details {status}',
              a)

    details('{}', 400, 'Payment Intent ID is required')
    details({'payment_intent_id': ' '}, 400, 'Payment Intent ID is required')
    details({'payment_intent_id': 'pi_none'}, 404, 'Donation not found')


def test_eligibility():
    """What the donor confirms is kept word for word, with the time."""
    words = 'I confirm:\nI am a citizen.\nI am 18.'

    def kept(id_):
        d = donation(id_)
        return d['eligibility'], d['eligible_at'] == d['created_at']

    a = create(eligibility=words).json
    same(kept(a['donationId']), (words, True), 'the statement is stored')
    old = create().json
    d = donation(old['donationId'])
    same((d['eligibility'], d['eligible_at']), (None, None),
         'older front ends send no statement')
    intent = {'payment_intent_id': old['paymentIntentId']}
    path = '/donate/update-donation-details'
    same(api('POST', path, {**intent, 'eligibility': words}).status, 200,
         'the statement can follow')
    same(kept(old['donationId']), (words, False), 'with a time of its own')
    at = donation(old['donationId'])['eligible_at']
    same(api('POST', path, {**intent, 'employer': 'X'}).status, 200, 'later')
    same(donation(old['donationId'])['eligible_at'], at, 'the time stays')
    id_, paid_intent = paid(eligibility=words)
    api('POST', path, {'payment_intent_id': paid_intent,
                       'eligibility': 'Something else'})
    same(kept(id_), (words, True), 'nobody changes it after the payment')
    d = api('PATCH', f'/donations/{id_}', {'eligibility': 'Staff',
                                           'note': 'x'}, 'manager')
    same((d.status, kept(id_)), (200, (words, True)), 'nor do managers')
    same(create(eligibility='x' * 10001).status, 400, 'a long one')
    rows = list(csv.DictReader(io.StringIO(api(
        'GET', '/donations/export?campaign_id=1', token='manager').text)))
    row = [r for r in rows if r['donation_id'] == str(id_)][0]
    same(row['eligibility'].split(), words.split(), 'the export has it')
    check(row['eligible_at'].startswith('20'), 'and the time', row)


def test_details_after_a_day():
    a = create().json
    body = {'payment_intent_id': a['paymentIntentId'], 'employer': 'Late'}
    sql(f'''UPDATE donations SET created_at = now() - interval '25 hours'
        WHERE donation_id = {a['donationId']}''')
    path = '/donate/update-donation-details'
    same(api('POST', path, body).status, 403,
         'a donor cannot change details after a day')
    same(api('POST', path, body, 'viewer').status, 403,
         'a viewer cannot change details')
    same(api('POST', path, body, 'stranger').status, 403,
         'the manager of another campaign cannot change details')
    same(api('POST', path, body, 'manager').status, 200,
         'the manager can change details')
    same(donation(a['donationId'])['employer'], 'Late',
         "the manager's details are stored")
    same(request(WEB, 'POST', '/api/v1' + path,
         json.dumps(body), {'Content-Type': 'application/json',
         'Authorization': 'Bearer cb_' + 'x' * 43}).status, 401,
         'an invalid token is 401')


def test_employer_and_limit():
    email = 'big@example.org'
    a = create(20000, 1, email=email).json
    check(a['needs_employer'] is False, '200 USD do not need the employer', a)
    check('warning' not in a, 'no warning without a limit', a)
    for e in happen('succeeded', a['paymentIntentId']):
        deliver(e)
    b = create(100, 1, email='Big@example.org').json
    check(b['needs_employer'] is False,
          'earlier donations do not influence needs_employer',
          b)
    b = create(20001, 1, email='new@example.org').json
    check(b['needs_employer'] is True,
          'more than 200 USD at once need the employer', b)
    c = create(20001, 1, email=email, employer='X', occupation='Y').json
    check(c['needs_employer'] is False,
          'the employer is not asked for again', c)
    voter = donation(a['donationId'])['voter_id']
    check(voter is not None, 'a donation has a voter', a)
    d = create(100, 1, voter_id=voter)
    check(d.status == 200 and d.json['needs_employer'] is False,
          'a voter_id from a donor does not influence the answer', d)
    same(donation(d.json['donationId'])['voter_id'],
         None, 'a voter_id from a donor is not stored')
    paid(6000, 3, email='three@example.org')
    d = create(6000, 3, email='three@example.org')
    check(d.status == 200 and 'warning' not in d.json,
          'earlier donations do not influence the warning', d)
    d = create(10001, 3, email='three@example.org')
    check(d.status == 200 and 'warning' in d.json,
          'one donation over the limit is accepted with a warning', d)


# --- Calls to Stripe ---

def test_call():
    faults()
    a = create().json
    (call,) = control('calls')
    same(call['version'], '2024-06-20', 'Stripe-Version is sent')
    check(f"metadata%5Bdonation_id%5D="
          f"{a['donationId']}&metadata%5Bcampaign_id%5D=1" in call['body'],
          "the metadata hold the donation's ids",
          call)
    check('email' not in call['body'],
          'no data about the donor is sent to Stripe', call)
    second = create().json
    (other,) = control('calls')
    check(call['idempotency_key'] != other['idempotency_key'],
          'each donation has its own idempotency key', second)


def test_retries():
    intents = len(control('state', {'key': 'sk_test_default'})['intents'])
    for kinds in (['drop_before'], ['drop_after'], ['truncate'],
                  ['nonjson_after'], ['drop_before', 'drop_after'],
                  [{'kind': 'status', 'status': 500}],
                  [{'kind': 'status', 'status': 503}],
                  [{'kind': 'status', 'status': 409}],
                  [{'kind': 'status', 'status': 400,
                    'headers': {'Stripe-Should-Retry': 'true'}}],
                  [{'kind': 'delay', 'seconds': 0.3}]):
        faults(*kinds)
        a = create()
        same(a.status, 200, f'{kinds}: 200')
        calls = control('calls')
        tries = 1 if kinds[0] == {'kind': 'delay', 'seconds': 0.3} \
            else len(kinds) + 1
        same(len(calls), tries, f'{kinds}: tries')
        same(len({c['idempotency_key']
                                        for c in calls}), 1,
             f'{kinds}: one key')
        intents += 1
        same(len(control(
            'state', {'key': 'sk_test_default'})['intents']), intents,
             f'{kinds}: one intent')
    faults({'kind': 'status', 'status': 429, 'headers': {'Retry-After': '1'}})
    same(create().status, 200, 'a 429 is retried')
    first, second = control('calls')
    check(second['at'] - first['at'] >= 1, 'the retry waits for Retry-After',
          second['at'] - first['at'])


def test_gives_up():
    for kinds, tries in (
            ([{'kind': 'status', 'status': 500}] * 4, 4),
            ([{'kind': 'status', 'status': 500,
               'headers': {'Stripe-Should-Retry': 'false'}}], 1),
            ([{'kind': 'status', 'status': 429,
               'headers': {'Retry-After': '60'}}], 1),
            (['nonjson'] * 4, 4), (['redirect'], 1),
            # libcurl itself retries once if a kept connection was closed.
            (['drop_before'] * 8, (4, 5))):
        faults(*kinds)
        a = create()
        check(a.status == 502 and 'sk_' not in a.text, f'{kinds}: 502', a)
        got = len(control('calls'))
        check(got == tries or got in (4, 5) and
              tries == (4, 5), f'{kinds}: tries', got)
    faults({'kind': 'status', 'status': 401, 'type': 'invalid_request_error'})
    a = create()
    check(a.status == 502 and 'Injected' not in a.text,
          'an error about the key is not shown to the donor', a)
    faults()
    check('sk_test' not in open(ENV['LOG']).read(),
          'the log does not contain the key')


def test_hanging():
    faults('hang')
    start = time.time()
    with ThreadPoolExecutor(4) as pool:
        slow = pool.submit(create)
        time.sleep(0.2)
        quick = []
        while not slow.done():
            t = time.time()
            status = api('GET', '/donations?per_page=1', token='admin').status
            quick.append((status, time.time() - t))
            time.sleep(0.05)
    took = time.time() - start
    same(slow.result().status, 502, 'a hanging Stripe gives 502')
    check(took < 3.0, 'the answer arrives within the configured 2.5 s', took)
    check(len(quick) > 5 and all(
        s == 200 and t < 0.5 for s, t in quick),
          'other requests are served meanwhile',
          quick)
    faults()


def test_tls():
    """The key is not sent to a server with an invalid certificate."""
    import socket
    import ssl
    import tempfile
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
             '-keyout', d + '/key', '-out', d + '/cert', '-days', '2',
             '-subj', '/CN=localhost', '-addext',
             'subjectAltName=DNS:localhost'], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(d + '/cert', d + '/key')
    seen = []
    listener = socket.create_server(('127.0.0.1', 0))

    def serve():
        while True:
            try:
                c, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(c, server_side=True) as t:
                    seen.append(t.recv(4096))
            except OSError as e:
                seen.append(type(e).__name__)

    threading.Thread(target=serve, daemon=True).start()
    # A host name, so that libcurl starts its resolver's thread too.
    r = program('{"amount":2500,"campaign_id":1}', '/create-payment-intent',
                STRIPE_API_BASE='https://localhost:'
                f'{listener.getsockname()[1]}')
    listener.close()
    check(r.stdout.startswith('Status: 502'),
          'an invalid certificate gives 502', r)
    check(seen and not any(
        isinstance(s, bytes) and s for s in seen),
          'the connection is made, and nothing is sent', seen)
    check('certificate' in open(ENV['LOG']).read(),
          'the log mentions the certificate')


# --- Signatures ---

def test_signatures():
    a = create().json
    (event,) = happen('processing', a['paymentIntentId'])
    payload = json.dumps(event)
    good = sign(payload, 'whsec_new')
    before = stored()
    now = time.time()
    size = os.path.getsize(ENV['LOG'])
    bad = {
        'a tampered body': (payload.replace('2500', '2501'), good),
        'one byte more': (payload + ' ', good),
        'an old timestamp': (payload, sign(payload, 'whsec_new', now - 301)),
        'a timestamp ahead': (payload, sign(payload, 'whsec_new', now + 310)),
        'no header': (payload, None),
        'an empty header': (payload, ''),
        "another campaign's secret": (payload, sign(payload, 'whsec_three')),
        'v0 only': (payload, good.replace('v1=', 'v0=')),
        'no time': (payload, good.split(',')[1]),
        'two times': (payload, good + ',t=1'),
        'another time': (payload, good.replace('t=1', 't=2', 1)),
        'short': (payload, good[:-2]),
        'nonsense': (payload, ',,t=,v1=,=,t=x'),
        'no event': ('{}', sign('{}', 'whsec_new')),
        'no JSON': ('nope', sign('nope', 'whsec_new')),
        'nothing': ('', sign('', 'whsec_new')),
    }
    for name, (body, header) in bad.items():
        same(post_event(body, header).status, 400, f'{name}: 400')
    same(post_event(
        payload, good, '/donate/webhook/3').status, 400,
         "another campaign's path: 400")
    same(stored(), before, 'rejected events are not stored')
    with open(ENV['LOG'], encoding='utf-8') as f:
        f.seek(size)
        lines = f.read().splitlines()
    same(len(lines), len(bad) + 1, 'each rejected event has one log line')
    check(not any(
        'pi_' in line or 'evt_' in line or '2500' in line for line in lines),
          'the log lines do not contain the payload')
    same(post_event(payload, sign(payload, 'whsec_old')).status, 200,
         'the older secret is still valid')
    same(int(stored()), int(before) + 1, 'the event is stored once')
    wrong = 'v1=' + '0' * 64
    t, v1 = good.split(',')
    same(post_event(payload, ','.join(
        [t, wrong, v1, 'v0=1'])).status, 200,
         'one valid v1 of several is enough')
    same(post_event(payload, sign(
        payload, 'whsec_new', time.time() - 295)).status, 200,
         'a signature of 295 seconds ago is valid')
    same(int(stored()), int(before) + 1,
         'a repeated event is not stored again')
    (other,) = happen('canceled', a['paymentIntentId'])
    other['type'] = 'customer.created'
    b = deliver(other)
    same((b.status, b.json),
         (200, {'success': True}), 'an event of an unknown type is accepted')
    same(int(stored()), int(before) + 2,
         'an event of an unknown type is stored')
    same(deliver(
        other, 'whsec_four', '/donate/webhook/4').status, 200,
         'a campaign without a Stripe key can have a webhook secret')
    kept = stored()
    b = post_event(payload, good, '/donate/webhook/99999')
    same((b.status, b.json['code'], b.json['detail']),
         (404, 'not_found', 'Campaign with ID 99999 not found.'),
         'a campaign that does not exist')
    same(post_event(payload, None, '/donate/webhook/99999').status, 400,
         'an unsigned event for a campaign that does not exist')
    b = deliver(dict(other, id='evt_nowhere'), 'whsec_new',
                '/donate/webhook/99999')
    same((b.status, stored()), (404, kept),
         'a new event for a campaign that does not exist is not stored')
    same(deliver(other, 'whsec_new', '/donate/webhook/2').status, 200,
         "an event of the default secret at the address of campaign 2")
    # HMAC (RFC 2104) by a third implementation.
    import hmac
    at = int(time.time())
    mac = hmac.new(b'whsec_new', f'{at}.{payload}'.encode(), hashlib.sha256)
    same(post_event(
        payload, f't={at},v1={mac.hexdigest()}').status, 200,
         "a signature by Python's hmac is valid")


# --- Events ---

def test_nonsense():
    """Signed events with values that cannot be stored are a 400."""
    before = stored()
    a = create().json
    (event,) = happen('succeeded', a['paymentIntentId'])
    for change in ({'created': -2 ** 63}, {'created': 1e18},
                   {'id': 'evt_' + 'x' * 300}):
        answer = deliver({**event, **change})
        same((answer.status, answer.json['code']),
             (400, 'invalid_payload'), f'{change}')
    for text in (r'\ud800', r'\udc00', r'\ud800\ud800', r'\ud800x\udc00'):
        payload = json.dumps({**event, 'note': 'NOTE'}).replace('NOTE', text)
        answer = post_event(payload, sign(payload, 'whsec_new'))
        same((answer.status, answer.json['code']),
             (400, 'invalid_payload'), text)
    same(stored(), before, 'nothing is stored')
    payload = json.dumps({**event, 'note': 'NOTE'}).replace(
        'NOTE', r'\ud83d\ude00 \\ud800')
    same(post_event(payload, sign(payload, 'whsec_new')).status, 200,
         'a pair of surrogates is stored')


def test_thin_events():
    """They do not concern donations, but Stripe disables endpoints for 400s."""
    before = stored()
    for kind in ('v2.core.event', 'v2.core.event_destination.ping'):
        answer = deliver({
            'id': 'evt_thin_' + kind, 'object': 'v2.core.event', 'type': kind,
            'created': '2026-10-01T08:00:00.000Z', 'livemode': False,
            'related_object': {'id': 'pi_1', 'type': 'payment_intent',
                               'url': '/v1/payment_intents/pi_1'}})
        same(answer.status, 200, f'{kind}: 200')
    same(int(stored()), int(before) + 2, 'thin events are stored')
    bad = json.dumps({'id': 'evt_thin', 'object': 'v2.core.event', 'type': 'x'})
    same(post_event(bad, sign(bad, 'whsec_wrong')).status, 400,
         'a thin event needs a signature too')


def test_life():
    a = create(2500, 1, email='life@example.org', first_name='Li',
               last_name='Fe').json
    id_, intent = a['donationId'], a['paymentIntentId']
    seen = []
    began = int(time.time()) - 10
    for n, kind in enumerate(('requires_action', 'failed', 'processing',
                              'succeeded')):
        for e in happen(kind, intent):
            same(deliver({**e, 'created': began + n}).json,
                 {'success': True}, f'{kind}: 200')
        d = donation(id_)
        seen.append(d['status'])
        if kind == 'failed':
            same((d['failure_code'], d['failure_message']),
                 ('insufficient_funds', 'Your card has insufficient funds.'),
                 'the failure is stored')
    same(seen,
         ['requires_action', 'failed', 'processing', 'succeeded'],
         'a failed payment can be tried again and succeed')
    same(d['failure_code'], None, 'success clears the failure code')
    check(d['charge_id'].startswith('ch_'), 'the charge id is stored', d)
    same(sql(f'''SELECT v.first_name,
        v.last_name, v.email_address, i.interaction_type, i.campaign_id,
        count(*) OVER () FROM donations d JOIN voters v USING (voter_id)
        JOIN interactions i USING (voter_id) WHERE donation_id = {id_}'''),
        'Li|Fe|life@example.org|Donation|1|1',
         'success creates a voter and an interaction')
    events = happen('refund', intent, amount=1000)
    refund = events[0]['data']['object']['id']
    for e in events:
        deliver(e)
    same(facts(id_), ('partially_refunded', 2500, 1000, 0),
         'a partial refund is counted')
    for e in happen('refund_failed', intent, refund=refund):
        deliver(e)
    same(facts(id_),
         ('succeeded', 2500, 0, 0), 'a failed refund is no longer counted')
    for e in happen('refund', intent, amount=2500):
        deliver(e)
    same(facts(id_), ('refunded', 2500, 2500, 0), 'a full refund is counted')
    ledger = api('GET', f'/donations/{id_}/ledger', token='viewer').json
    same(sorted(
        (e['state'], e['amount']) for e in ledger['entries']
        if e['kind'] == 'refund'), [('failed', 1000), ('succeeded', 2500)],
         'the ledger has both refunds')

    id_, intent = paid(4000)
    events = happen('dispute', intent)
    dispute = events[0]['data']['object']['id']
    for e in events:
        deliver(e)
    same(facts(id_), ('disputed', 4000, 0, 4000), 'a dispute is counted')
    for e in happen('dispute_closed', intent, dispute=dispute, status='won'):
        deliver(e)
    same(facts(id_), ('succeeded', 4000, 0, 0),
         'a dispute that was won is not counted')
    events = happen('dispute', intent)
    closed = happen('dispute_closed', intent,
                    dispute=events[0]['data']['object']['id'], status='lost')
    for e in closed + events:
        deliver(e)
    same(facts(id_), ('disputed', 4000, 0, 4000),
         'a lost dispute is counted, with events in reverse order')


def test_voters():
    def voter(id_):
        return sql(f'''SELECT v.voter_id, first_name, last_name,
            email_address, (SELECT count(*) FROM interactions i WHERE
            i.voter_id = v.voter_id), (SELECT count(*) FROM campaign_voters m
            WHERE m.voter_id = v.voter_id) FROM voters v WHERE voter_id =
            (SELECT voter_id FROM donations WHERE donation_id = {id_})''')

    known = sql('''INSERT INTO voters (first_name, last_name, email_address,
        phone_number) VALUES ('Known', 'Voter', 'known@example.org',
        '+15125550177') RETURNING voter_id''')
    sql(f'INSERT INTO campaign_voters VALUES (1, {known})')
    id_, _ = paid(2500, 1, email='KNOWN@example.org', first_name='known',
                  last_name='Renamed')
    same(voter(id_),
         f'{known}|Known|Voter|known@example.org|1|1',
         'a voter is found by e-mail and first name, and keeps the name')
    id_, _ = paid(2500, 1, email='known@example.org', first_name='Spouse',
                  last_name='Voter')
    check(voter(id_) and
          not voter(id_).startswith(known + '|'),
          'spouses with one e-mail address are two voters', voter(id_))
    id_, _ = paid(2500, 1, phone_number='5125550177', first_name='KNOWN',
                  last_name='voter')
    same(voter(id_),
         f'{known}|Known|Voter|known@example.org|2|1',
         'a voter is found by phone and both names')
    id_, intent = paid(2500, 1, email='nameless@example.org')
    check('|Unknown|Donor|' in voter(id_),
          'a donor without a name gets a voter', voter(id_))
    api('POST', '/donate/update-donation-details', {
        'payment_intent_id': intent, 'first_name': 'Now',
        'last_name': 'Named'})
    check('|Now|Named|nameless@example.org|1|1' in
          voter(id_), 'a name in later details is stored', voter(id_))
    id_, intent = paid(2500, 1)
    same(voter(id_), '', 'a donor without e-mail and phone gets no voter')
    api('POST', '/donate/update-donation-details', {
        'payment_intent_id': intent, 'first_name': 'Late',
        'last_name': 'Comer', 'email': 'late@example.org'})
    check('|Late|Comer|late@example.org|1|1' in
          voter(id_), 'later details create the voter', voter(id_))


def test_long_texts():
    """No value of a donor makes a payment fail, unless it is too long."""
    fields = ['first_name', 'last_name', 'address_line1', 'address_line2',
              'address_city', 'address_state', 'address_zip',
              'address_country', 'employer', 'occupation', 'phone_number']
    said = {f: f[-1] * 255 for f in fields}
    number, _ = paid(**said, email='long@example.org')
    d = donation(number)
    same({f: d[f] for f in fields}, said, 'kept whole')
    same((d['status'], d['voter_id'] is None), ('succeeded', False),
         'paid and recorded')
    same(sql(f'''SELECT
        length(first_name), length(last_name), length(street_address),
        length(city), length(state), length(zip_code), length(employer),
        length(occupation), length(phone_number) FROM voters
        WHERE voter_id = {d['voter_id']}'''),
        '255|255|511|255|255|255|255|255|255', 'the voter has it, too')
    for f in fields:
        same(create(**{f: 'x' * 256}).status, 400, f'256 in {f}')
    # The name may arrive after the payment.
    number, intent = paid(email='later@example.org')
    a = api('POST', '/donate/update-donation-details',
            {'payment_intent_id': intent, **said})
    same(a.status, 200, 'later, too')


def test_events_before_the_intent_is_known():
    """Events that arrive before the donation has its intent."""
    a = create().json
    (event,) = happen('succeeded', a['paymentIntentId'])
    sql(f'''UPDATE donations SET payment_intent_id = NULL
        WHERE donation_id = {a['donationId']}''')
    refund = happen('refund', a['paymentIntentId'], amount=300)[0]
    deliver(refund)
    same(donation(
        a['donationId'])['status'], 'pending',
         'a refund of an unknown intent waits')
    deliver(event)
    same(facts(a['donationId']), ('partially_refunded', 2500, 300, 0),
         'metadata match the donation, and waiting events are applied')
    stray = dict(event, id='evt_stray', data={'object': dict(
        event['data']['object'], id='pi_stray', metadata={})})
    same(deliver(stray).status, 200,
         'an event of an unknown intent is accepted')
    same(sql('''SELECT applied_at IS NULL FROM stripe_events
        WHERE event_id = 'evt_stray' '''), 't',
         'an event of an unknown intent is not applied')
    for name, change in {
            'amount': {'amount': 1}, 'currency': {'currency': 'eur'},
            'campaign': {'metadata': {'campaign_id': '2'}},
            'key': {'metadata': {'donation_key': 'cerberus-donation-1-1'}},
    }.items():
        b = create().json
        sql(f'''UPDATE donations SET payment_intent_id = NULL
            WHERE donation_id = {b['donationId']}''')
        (e,) = happen('succeeded', b['paymentIntentId'])
        thing = e['data']['object']
        metadata = dict(thing['metadata'], **change.get('metadata', {}))
        e['data']['object'] = {**thing, **change, 'metadata': metadata}
        deliver(e)
        same(donation(b['donationId'])['status'], 'pending',
             f'metadata with another {name} match no donation')


def test_accounts():
    """An event changes donations of the account that signed it only."""
    a = create(2500, 1).json
    (event,) = happen('succeeded', a['paymentIntentId'])
    same(deliver(event, 'whsec_three',
                            '/donate/webhook/3').status, 200,
         'an event of another account is accepted')
    same(donation(a['donationId'])['status'], 'pending',
         'an event of another account is not applied')
    deliver(event)
    same(donation(a['donationId'])['status'], 'succeeded',
         'an event of the same account is applied')
    id_, _ = paid(2500, 3)
    same(facts(id_),
         ('succeeded', 2500, 2500 - 2500, 0),
         "an event of campaign 3's own account is applied")
    b = create(2500, 3).json
    (event,) = happen('succeeded', b['paymentIntentId'], 'sk_test_three')
    deliver(event)
    same(donation(b['donationId'])['status'], 'pending',
         "the default secret does not change campaign 3's donations")


def test_permutations():
    """Every order of five events, each sent twice, 24 at a time."""
    orders = list(itertools.permutations(range(5)))
    before = api('GET', '/donations/summary?campaign_id=2', token='admin').json
    gross = sum(t['amount_received'] for t in before['totals'])
    back = sum(t['amount_refunded'] for t in before['totals'])
    with ThreadPoolExecutor(24) as pool:
        donations = list(pool.map(lambda i: create(
            2500 + i, 2, email=f'p{i}@example.org').json, range(len(orders))))
        queue, sent = [], []
        for order, d in zip(orders, donations):
            intent = d['paymentIntentId']
            events = [happen('processing', intent)[0],
                      happen('failed', intent)[0],
                      happen('succeeded', intent)[0]]
            part = happen('refund', intent, amount=1000)
            full = happen('refund', intent, amount=d['donationId'] * 0 + 1500
                          + donations.index(d))
            events += [part[1], full[1]]
            mine = [events[i] for i in order]
            queue.append(mine + mine)
            sent.append((part[0], full[0]))
        # 24 donations at a time; the events of each are sent in order.
        statuses = list(pool.map(
            lambda mine: [deliver(e).status for e in mine], queue))
    check(all(
        s == 200 for mine in statuses for s in mine) and
        sum(map(len, statuses)) == 1200, 'all 1,200 deliveries are 200')
    ids = ','.join(str(d['donationId']) for d in donations)
    same(sql(f'''SELECT status,
        amount_received = amount AND amount_refunded = amount
        AND failure_code IS NULL AND succeeded_at IS NOT NULL, count(*)
        FROM donations WHERE donation_id IN ({ids}) GROUP BY 1, 2'''),
        'refunded|t|120', 'every order ends in the same state')
    same(sql(f'''SELECT
        count(DISTINCT d.voter_id), count(i.interaction_id)
        FROM donations d JOIN interactions i USING (voter_id)
        WHERE donation_id IN ({ids})'''), '120|120',
         'each donation has one voter and one interaction')
    total = sum(2500 + i for i in range(120))
    s = api('GET', '/donations/summary?campaign_id=2', token='admin').json
    same([(t['currency'], t['amount_received'] - gross,
            t['amount_refunded'] - back) for t in s['totals']],
         [('usd', total, total)],
         'the summary is exact')

    # Without the full refund; all events of all donations in any order.
    with ThreadPoolExecutor(24) as pool:
        donations = list(pool.map(lambda i: create(2500, 2).json, range(24)))
        everything = []
        for d in donations:
            intent = d['paymentIntentId']
            mine = (happen('processing', intent) + happen('failed', intent) +
                    happen('succeeded', intent) +
                    happen('refund', intent, amount=701))
            everything += mine + mine
        random.Random(5).shuffle(everything)
        statuses = list(pool.map(lambda e: deliver(e).status, everything))
    check(set(statuses) == {200}, 'shuffled: all 200', set(statuses))
    ids = ','.join(str(d['donationId']) for d in donations)
    same(sql(f'''SELECT DISTINCT status,
        amount_received, amount_refunded FROM donations
        WHERE donation_id IN ({ids})'''), 'partially_refunded|2500|701',
         'shuffled: all end in the same state')
    s2 = api('GET', '/donations/summary?campaign_id=2', token='admin').json
    same((
        s2['totals'][0]['net'] - s['totals'][0]['net']), 24 * (2500 - 701),
         'shuffled: the summary is exact')


def test_equal_deliveries_at_once():
    a = create(2500, 1, email='twenty@example.org').json
    (event,) = happen('succeeded', a['paymentIntentId'])
    payload = json.dumps(event)
    header = sign(payload, 'whsec_new')
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: post_event(
            payload, header).status, range(20)))
    same(statuses, [200] * 20, 'twenty equal deliveries are 200')
    same(sql(f'''SELECT (SELECT count(*) FROM stripe_events
        WHERE event_id = '{event['id']}'), count(*) FROM interactions i
        JOIN donations d USING (voter_id)
        WHERE d.donation_id = {a['donationId']}'''), '1|1',
         'twenty equal deliveries are applied once')


def test_database_away():
    a = create().json
    (event,) = happen('succeeded', a['paymentIntentId'])
    script = ENV['SRCDIR'] + '/script/database'
    subprocess.run([script, 'stop', ENV['DATABASE_DIR']], check=True,
                   stdout=subprocess.DEVNULL)
    try:
        b = deliver(event)
        check(b.status == 503 and
              b.headers['Retry-After'], 'an event is 503 with Retry-After', b)
        same(create().status, 503, 'a new donation is 503')
    finally:
        subprocess.run([script, 'start', ENV['DATABASE_DIR']], check=True,
                       stdout=subprocess.DEVNULL)
    same(deliver(event).status, 200,
         'the event is accepted once the database is back')
    same(donation(a['donationId'])['status'], 'succeeded',
         'the event is applied once the database is back')


# --- Crashes at each step ---

def test_kill_create():
    """SIGKILL before each system call, from reading the body to the answer."""
    faults()
    old = {i['id'] for i in control(
        'state', {'key': 'sk_test_default'})['intents']}
    steps = 0
    while True:
        steps += 1
        body = json.dumps({'amount': 10000 + steps, 'campaign_id': 1,
                           'email': f'kill{steps}@example.org'})
        r = program(body, '/create-payment-intent', steps)
        if r.returncode != 99:
            break
    check(steps > 40 and r.returncode == 0 and
          'clientSecret' in r.stdout,
          'the program was killed at each step', steps, r)
    print(f'# killed before each of {steps - 1} system calls', flush=True)
    intents = [i for i in control('state', {'key': 'sk_test_default'})[
        'intents'] if i['id'] not in old]
    lost = sql('''SELECT count(*) FROM donations WHERE amount > 10000 AND
        amount <= 10000 + %d AND payment_intent_id IS NULL''' % steps)
    print(f'# {len(intents)} intents, {lost} rows without one', flush=True)
    # One third is paid, one third is paid and the event is lost, and one third
    # is not paid.
    for n, i in enumerate(intents):
        if n % 3 < 2:
            for e in happen('succeeded', i['id']):
                if n % 3 == 0:
                    deliver(e)
    nothing_waits()
    r = reconcile()
    check(r.returncode == 0, 'reconcile succeeds', r)
    again = reconcile('--quiet')
    check(again.returncode == 0 and
          again.stdout == '',
          'reconcile --quiet prints nothing the second time', again)
    for n, i in enumerate(intents):
        same(sql(f'''SELECT amount, status, amount_received,
            count(*) OVER () FROM donations
            WHERE payment_intent_id = '{i['id']}' '''),
            f"{i['amount']}|succeeded|{i['amount']}|1" if n % 3 < 2 else
            f"{i['amount']}|pending|0|1", f'intent {n} is as at Stripe')
    same(sql('''SELECT count(*) <= %d
        FROM donations WHERE amount > 10000 AND amount <= 10000 + %d''' %
        (steps, steps)), 't', 'there are no more donations than requests')


def test_kill_refund():
    faults()
    steps, made = 0, []
    while True:
        steps += 1
        id_, intent = paid(5000 + steps)
        r = program('{"amount":100}', f'/{id_}/refund', steps, 'manager')
        made.append((id_, intent))
        if r.returncode != 99:
            break
    check(steps > 40 and r.returncode == 0 and
          'Status: 200' in r.stdout,
          'the program was killed at each step', steps, r)
    print(f'# killed before each of {steps - 1} system calls', flush=True)
    # reconcile gives up refunds that Stripe has not received after an hour.
    sql('''ALTER TABLE donation_ledger DISABLE TRIGGER touch;
        UPDATE donation_ledger SET created_at = created_at -
        interval '2 hours' WHERE state = 'requested';
        ALTER TABLE donation_ledger ENABLE TRIGGER touch''')
    nothing_waits()
    r = reconcile()
    check(r.returncode == 0, 'reconcile succeeds', r)
    state = control('state', {'key': 'sk_test_default'})
    there = {}
    for f in state['refunds']:
        there[f['payment_intent']] = there.get(f['payment_intent'], 0) + \
            f['amount']
    wrong = []
    for id_, intent in made:
        told = there.get(intent, 0)
        got = sql(f'''SELECT amount_refunded, (SELECT count(*) FROM
            donation_ledger l WHERE l.donation_id = d.donation_id AND
            l.state = 'requested') FROM donations d
            WHERE donation_id = {id_}''')
        if got != f'{told}|0' or told not in (0, 100):
            wrong.append((id_, got, told))
    check(not wrong, 'each donation has the refund that Stripe has', wrong)
    check(0 < len(
        [1 for _, i in made if there.get(i)]) < len(made),
          'some were killed before the call, some after it')


def test_reconcile():
    a = create(7777).json
    happen('succeeded', a['paymentIntentId'])
    happen('refund', a['paymentIntentId'], amount=777)
    happen('dispute', a['paymentIntentId'], amount=7000)
    b = create(7778).json
    happen('succeeded', b['paymentIntentId'])
    sql(f"DELETE FROM donations WHERE donation_id = {b['donationId']}")
    c = create(7779).json
    sql(f'''UPDATE donations SET payment_intent_id = NULL
        WHERE donation_id = {c['donationId']}''')
    d = create(7780, 3).json
    happen('failed', d['paymentIntentId'], 'sk_test_three')
    nothing_waits()
    r = reconcile('--since', '2d')
    check(r.returncode == 0, 'reconcile succeeds', r)
    same(facts(a['donationId']),
         ('disputed', 7777, 777, 7000), 'missed events are applied')
    same(sql(f'''SELECT amount, status, amount_received,
        campaign_id FROM donations WHERE payment_intent_id =
        '{b['paymentIntentId']}' '''), '7778|succeeded|7778|1',
         'a lost row is inserted')
    same(donation(c['donationId'])['payment_intent_id'],
         c['paymentIntentId'], 'a donation without its intent is linked')
    same(donation(d['donationId'])['status'], 'failed',
         'another account is reconciled too')
    for word in ('mended', 'created', 'linked'):
        check(word in r.stdout, f'the table has {word}', r.stdout)
    e = create().json
    sql(f'''UPDATE donations SET payment_intent_id = 'pi_elsewhere',
        created_at = now() - interval '1 hour'
        WHERE donation_id = {e['donationId']}''')
    r = reconcile()
    check(r.returncode == 1 and
          'pi_elsewhere' in r.stdout,
          'an intent that Stripe does not have is reported', r)
    sql(f'''DELETE FROM donations WHERE donation_id = {e['donationId']}
        OR payment_intent_id = '{e['paymentIntentId']}' ''')
    same([reconcile(*x).returncode for x in (
        ['--since', 'x'], ['--what'], ['more'], ['--help'])], [2, 2, 2, 0],
         'wrong usage is 2, help is 0')
    faults(*[{'kind': 'status', 'status': 500}] * 4)
    same(reconcile().returncode, 3, 'a failing Stripe is 3')
    faults()


# --- Staff ---

def test_staff():
    id_, _ = paid(3300, 1, email='staff@example.org')
    other, _ = paid(4400, 2)
    for who, status in (('viewer', 200), ('manager', 200), ('admin', 200),
                        ('stranger', 404), (None, 401)):
        same(api('GET', f'/donations/{id_}',
                                  token=who).status, status, f'{who} reads')
    same({d['campaign_id'] for d in api(
        'GET', '/donations?per_page=200', token='viewer').json['donations']},
        {1}, "a list has the caller's campaigns only")
    a = api('GET', f'/donations?min_amount=3300&status=succeeded&campaign_id=1'
            '&since=2020-01-01&until=2100-01-01&sort=-amount&per_page=1',
            token='admin')
    check(a.status == 200 and len(
        a.json['donations']) == 1 and 'total_donations' in a.json,
          'filters and pages work together', a)
    same(api('GET', '/donations?x=1',
                                      token='admin').status, 400,
         'an unknown parameter is 400')
    same(api('GET', '/donations?status=x',
                                       token='admin').status, 400,
         'an invalid status is 400')
    voter = donation(id_)['voter_id']
    same([d['donation_id'] for d in api(
        'GET', f'/donations?voter_id={voter}', token='admin').json[
            'donations']], [id_], 'the filter voter_id')
    tag = api('GET', f'/donations/{id_}', token='admin').headers['ETag']
    same(request(WEB, 'GET', f'/api/v1/donations/{id_}', None, {
        'Authorization': 'Bearer ' + TOKENS['admin'],
        'If-None-Match': tag}).status, 304, 'a matching ETag is 304')
    s = api('GET', '/donations/summary', token='viewer').json
    same({c['campaign_id'] for c in s['by_campaign']}, {1},
         "a summary has the caller's campaigns only")
    want = sql('''SELECT sum(amount_received), sum(amount_refunded),
        sum(amount_disputed), sum(amount_received - amount_refunded -
        amount_disputed) FROM donations WHERE campaign_id = 1''')
    for part in ('totals', 'by_status', 'by_campaign'):
        same('|'.join(str(sum(
            row[k] for row in s[part])) for k in (
            'amount_received', 'amount_refunded', 'amount_disputed', 'net')),
            want, f'{part} is exact')
    same(sum(r['net'] for r in s['by_day']),
         s['totals'][0]['net'], 'the days sum to the total')
    same(api(
        'GET', f'/donations/{other}', token='stranger').status, 200,
         'the manager of another campaign sees its donations')


def test_refunds():
    def refund(id_, body=None, token='manager'):
        return api('POST', f'/donations/{id_}/refund', body, token)

    id_, _ = paid(3000)
    for who, status in (('viewer', 403), ('editor', 403), ('stranger', 404),
                        (None, 401)):
        same(refund(id_, token=who).status, status, f'{who} cannot refund')
    a = refund(id_, {'amount': 1000, 'reason': 'duplicate'})
    check(a.status == 200 and a.json['status'] ==
          'partially_refunded' and a.json['amount_refunded'] == 1000,
          'a partial refund is made',
          a)
    same(refund(id_, {'amount': 2001}).status, 400,
         'a refund above the rest is 400')
    same(refund(id_, {'amount': 0}).status, 400, 'a refund of 0 is 400')
    same(refund(id_, {'sum': 1}).status, 400, 'an unknown key is 400')
    same(refund(id_, {'reason': 'x'}).status, 400, 'an invalid reason is 400')
    a = refund(id_)
    check(a.status == 200 and a.json['status'] == 'refunded',
          'an empty body refunds the rest', a)
    same(refund(id_).status, 409, 'a refund of a refunded donation is 409')
    b = create().json
    same(refund(b['donationId']).status, 409,
         'a refund of an unpaid donation is 409')
    same(refund(999999).status, 404, 'a refund of a missing donation is 404')
    who = sql(f'''SELECT count(*) FROM donation_ledger l JOIN users u
        USING (user_id) WHERE donation_id = {id_} AND username = 'manager' ''')
    same(who, '2', 'the ledger has the user')

    id_, intent = paid(3000)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: refund(id_, {'amount': 1000}).status,
                            range(8)))
    check(set(got) <= {200, 400, 409} and 200 in got,
          'eight equal refunds at once succeed or are refused', got)
    refunded = facts(id_)[2]
    check(1000 <= refunded <= 3000 and refunded % 1000 == 0,
          'eight refunds at once do not exceed the amount', refunded)
    same(at_stripe(intent), refunded, 'Stripe refunded as much')

    id_, _ = paid(3000)
    faults({'kind': 'status', 'status': 400, 'type': 'invalid_request_error'})
    same(refund(id_).status, 402, 'a refund that Stripe refuses is 402')
    same(refund(id_).status, 200, 'a refused refund can be repeated')
    id_, intent = paid(3000)
    faults(*['drop_after'] * 8)
    a = refund(id_)
    faults()
    same(a.status, 502, 'a refund with an unknown outcome is 502')
    check('same request' in a.json['error'],
          'the answer says how to go on', a)
    same(refund(id_, {'amount': 1000}).json['code'], 'refund_unknown',
         'a refund with an unknown outcome blocks another')
    reconcile()
    same(facts(id_), ('refunded', 3000, 3000, 0),
         'reconcile settles the refund')
    same(sql(f'''SELECT count(*),
        min(state) FROM donation_ledger WHERE donation_id = {id_}
        AND kind = 'refund' '''), '1|succeeded',
         'the requested refund became the real one')
    faults()

    # The answer is lost; the same call, with and without a key, resumes.
    for key in ({}, {'Idempotency-Key': 'refund-of-15'}):
        id_, intent = paid(5000)
        faults(*['drop_after'] * 8)
        a = api('POST', f'/donations/{id_}/refund', {'amount': 1500},
                'manager', **key)
        same(a.status, 502, 'the outcome of a refund is unknown')
        faults()
        a = api('POST', f'/donations/{id_}/refund', {'amount': 1500},
                'manager', **key)
        same((a.status, a.json.get('amount_refunded')), (200, 1500),
             'the same call resumes the refund')
        same(at_stripe(intent), 1500, 'Stripe refunded once')
        same(sql(f'''SELECT count(*) FROM donation_ledger
            WHERE donation_id = {id_} AND kind = 'refund' '''), '1',
             'the ledger has one refund')


def test_export():
    id_, _ = paid(20001, 1, first_name='=cmd()', last_name='O"Neil, Jr',
                  email='fec@example.org', employer='@home', occupation='-1+2',
                  phone_number='5125550155', address_line1='1 Main\nApt 2',
                  address_zip='78701')
    again, _ = paid(10000, 1, first_name='Again', last_name='X',
                    email='fec@example.org')
    api('POST', f'/donations/{again}/refund', {'amount': 2500}, 'manager')
    same(api(
        'GET', '/donations/export', token='viewer').status, 403,
         'a viewer cannot export')
    a = api('GET', '/donations/export?campaign_id=1', token='manager')
    same((a.status, a.headers['Content-Type']),
         (200, 'text/csv; charset=utf-8'), 'a manager can export')
    rows = list(csv.DictReader(io.StringIO(a.text, newline='')))
    mine = [r for r in rows if r['donation_id'] == str(id_)][0]
    same([mine[k] for k in (
        'first_name', 'last_name', 'employer', 'occupation', 'phone_number',
        'address_line1', 'amount')],
        ["'=cmd()", 'O"Neil, Jr', "'@home", "'-1+2", '+15125550155',
         '1 Main Apt 2', '20001'], 'cells that look like formulas are quoted')
    same(len(rows), int(sql(
        'SELECT count(*) FROM donations WHERE campaign_id = 1')),
         'the export has every row')
    same({r['campaign_id'] for r in csv.DictReader(
        io.StringIO(api('GET', '/donations/export', token='manager').text))},
        {'1'}, "the export has the caller's campaigns only")
    same(api(
        'GET', '/donations/export?format=xls', token='manager').status, 400,
         'an invalid format is 400')


def test_export_of_long_rows():
    """A batch of rows that is larger than any buffer is exported whole."""
    for _ in range(3):
        paid(2500, 2)
    where = 'campaign_id = 2 AND amount_received > 0'
    sql(f"""UPDATE donations SET failure_message = repeat('x',
        (SELECT 9000000 / count(*) FROM donations WHERE {where})::int)
        WHERE {where}""")
    a = api('GET', '/donations/export?campaign_id=2', token='admin')
    # The longest cell that Python reads by default is 128 kB.
    csv.field_size_limit(10 ** 7)
    rows = list(csv.DictReader(io.StringIO(a.text, newline='')))
    same(len(rows), int(sql(
        'SELECT count(*) FROM donations WHERE campaign_id = 2')),
         'the export has every row')
    check(len(a.text) > 8900000, 'the export has every byte', len(a.text))
    sql(f'UPDATE donations SET failure_message = NULL WHERE {where}')


def test_linkage():
    for name in sorted(os.listdir(ENV['PROGRAMS'])):
        if not name.endswith('.cgi'):
            continue
        path = os.path.join(ENV['PROGRAMS'], name)
        out = subprocess.run(['ldd', path], capture_output=True, text=True,
                             check=False)
        names = subprocess.run(['nm', path], capture_output=True, text=True,
                               check=False).stdout
        curl = 'libcurl' in out.stdout or ' T curl_easy_perform' in names
        same(curl, name == 'donate.cgi', f'libcurl in {name}')


main(globals())
