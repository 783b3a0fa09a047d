"""Card testing: limits, challenges, and canceled intents."""
import http.client
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlencode, urlsplit

from support import (
    ENV, WEB, api, check, control, create, deliver, donation, facts, faults,
    happen, main, paid, reconcile, request, same, sql)

LIMITED = urlsplit(ENV['LIMITED_URL']).netloc
CHALLENGE = urlsplit(ENV['CHALLENGE_URL']).netloc
HOUR_LIMIT = 40


def attempt(address, campaign=2, conn=None, **more):
    """One attempt from an address of the loopback network; the status."""
    c = conn or http.client.HTTPConnection(LIMITED, timeout=60,
                                           source_address=(address, 0))
    c.request('POST', '/api/v1/donate/create-payment-intent', json.dumps(
        {'amount': 500, 'campaign_id': campaign, **more}),
        {'Content-Type': 'application/json'})
    r = c.getresponse()
    body = json.loads(r.read())
    if conn is None:
        c.close()
    return r.status, body, r.headers


def new_hour(campaign=2):
    sql(f"DELETE FROM rate_buckets WHERE key = 'donations {campaign}'")


def bucket():
    return sql("SELECT tokens FROM rate_buckets "
               "WHERE key = 'donations 2'")


def tidy(*args):
    return subprocess.run(
        [ENV['BUILD'] + '/cli/cerberus', 'tidy', *args],
        capture_output=True, text=True, check=False,
        env={'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF']})


def intent_at_stripe(id_):
    for i in control('state', {'key': 'sk_test_default'})['intents']:
        if i['id'] == id_:
            return i
    return None


def test_a_thousand_cards():
    """Of 1,000 attempts from 200 addresses, as many as the limit succeed."""
    new_hour()
    before = int(sql('SELECT count(*) FROM donations WHERE campaign_id = 2'))
    faults()

    def five(n):
        return [attempt(f'127.0.{1 + n // 100}.{1 + n % 100}')
                for _ in range(5)]

    with ThreadPoolExecutor(16) as pool:
        answers = [a for some in pool.map(five, range(200)) for a in some]
    same(len(answers), 1000, 'attempts')
    passed = [a for a in answers if a[0] == 200]
    same(len(passed), HOUR_LIMIT, 'attempts that the campaign accepts')
    refused = [a for a in answers if a[0] == 429]
    same(len(refused), 1000 - HOUR_LIMIT, 'attempts that are refused')
    same({a[1]['code'] for a in refused}, {'challenge_required'},
         'the answer asks for the challenge')
    check(all(3500 < int(a[2]['Retry-After']) <= 3600 for a in refused),
          'Retry-After is the end of the hour', refused[0][2])
    same(len([c for c in control('calls')
              if c['path'] == '/v1/payment_intents']), HOUR_LIMIT,
         'calls of Stripe')
    same(int(sql('SELECT count(*) FROM donations WHERE campaign_id = 2'))
         - before, HOUR_LIMIT, 'rows')

    for name in ('challenge_response', 'h-captcha-response',
                 'cf-turnstile-response'):
        request(CHALLENGE, 'GET', '/calls')
        a = attempt('127.0.9.9', **{name: 'solved-' + name})
        same(a[0], 200, f'a donor with a solved challenge in {name} passes')
        same(request(CHALLENGE, 'GET', '/calls').json, [
            {'secret': '0x1', 'response': 'solved-' + name,
             'remoteip': '127.0.9.9', 'authorization': None}],
             'what the service is asked')
        a = attempt('127.0.9.9', **{name: 'solved-' + name})
        same((a[0], a[1]['errors'][0]['code']), (400, 'challenge_failed'),
             'a response is good once')
    same(attempt('127.0.9.8', 1)[0], 200, 'another campaign is not limited')
    sql("UPDATE rate_buckets SET at = at - interval '1 hour' "
        "WHERE key = 'donations 2'")
    same(attempt('127.0.9.8')[0], 200, 'the next hour begins')
    same(bucket(), str(HOUR_LIMIT - 1), 'with the whole limit')


def test_challenges():
    new_hour()
    faults()
    a = attempt('127.0.9.7', challenge_response='wrong')
    same((a[0], a[1]['errors'][0]['field']), (400, 'challenge_response'),
         'a challenge that is not solved is refused')
    same(control('calls'), [], 'before Stripe is called')
    same(bucket(), '', 'it is not counted')
    for value, code in ((7, 'invalid_type'), ({}, 'invalid_type'),
                        ('x' * 8193, 'too_long')):
        a = attempt('127.0.9.7', **{'h-captcha-response': value})
        same((a[0], a[1]['errors'][0]['field'], a[1]['errors'][0]['code']),
             (400, 'h-captcha-response', code), f'{str(value)[:9]} is 400')
    for value in ('down', '', None):
        same(attempt('127.0.9.7', challenge_response=value)[0], 200,
             f'{value}: a donor without a challenge')
    same(bucket(), str(HOUR_LIMIT - 3), 'who is counted')
    sql("UPDATE rate_buckets SET tokens = 0 WHERE key = 'donations 2'")
    same(attempt('127.0.9.7', challenge_response='down')[0], 429,
         'and limited')
    same(attempt('127.0.9.7', challenge_response='solved-1')[0], 200,
         'a solved challenge is neither')
    same(attempt('127.0.9.7', 99)[0], 404, 'an unknown campaign is 404')
    same(sql("SELECT count(*) FROM rate_buckets WHERE key LIKE "
             "'donations 99'"), '0', 'and has no count')
    new_hour()


def test_challenge_settings():
    for old, new in (('challenge_secret = 0x1\n', ''),
                     ('challenge_url = http:', 'challenge_url = ftp:')):
        with open(ENV['LIMITED_CONF'], encoding='ascii') as f:
            text = f.read()
        path = ENV['LIMITED_CONF'] + '.bad'
        with open(path, 'w', encoding='ascii') as f:
            os.fchmod(f.fileno(), 0o600)
            f.write(text.replace(old, new))
        r = subprocess.run([ENV['BUILD'] + '/cli/cerberus', 'tidy'],
                           capture_output=True, text=True, check=False,
                           env={'PATH': ENV['PATH'], 'CERBERUS_CONF': path})
        check(r.returncode == 3 and 'challenge_' in r.stderr,
              f'{new!r} in place of {old!r} is refused', r)


def declined(intent, times):
    for _ in range(times):
        for e in happen('failed', intent):
            same(deliver(e).status, 200, 'a decline is stored')


def test_ten_declines():
    a = create(700, 1).json
    declined(a['paymentIntentId'], 9)
    create(800, 1)
    same(intent_at_stripe(a['paymentIntentId'])['status'],
         'requires_payment_method', 'after nine declines it is open')
    for e in happen('failed', a['paymentIntentId']):
        for _ in range(3):
            deliver(e)
    same(sql(f"""SELECT declines FROM intent_declines WHERE
        payment_intent_id = '{a['paymentIntentId']}'"""), '10',
         'a repeated event counts once')
    faults()
    same(create(800, 1).status, 200, 'the next donor is served')
    i = intent_at_stripe(a['paymentIntentId'])
    same((i['status'], i['cancellation_reason']), ('canceled', 'fraudulent'),
         'after ten declines it is canceled at Stripe')
    same(donation(a['donationId'])['status'], 'canceled', 'and marked')
    same(sql('SELECT count(*) FROM intent_declines WHERE declines >= 10'),
         '0', 'nothing is left to do')
    faults()
    create(800, 1)
    same(len(control('calls')), 1, 'it is canceled once')


def test_declines_and_then_paid():
    """The donor's eleventh attempt succeeds, and its event is lost."""
    a = create(900, 1).json
    declined(a['paymentIntentId'], 10)
    happen('succeeded', a['paymentIntentId'])
    r = tidy()
    same(r.returncode, 0, f'tidy ends: {r}')
    same(facts(a['donationId']), ('succeeded', 900, 0, 0),
         'the payment is kept')
    b = create(900, 1).json
    declined(b['paymentIntentId'], 10)
    faults(*[{'kind': 'status', 'status': 500}] * 4)
    r = tidy()
    same(r.returncode, 1, f'Stripe is away: {r}')
    faults()
    same((tidy().returncode, len(control('calls'))), (0, 0),
         'it is not tried again within a minute')
    sql('UPDATE intent_declines SET tried_at = tried_at '
        "- interval '1 minute'")
    same(tidy().returncode, 0, 'then it is')
    same(donation(b['donationId'])['status'], 'canceled', 'and canceled')
    c = create(900, 1).json
    declined(c['paymentIntentId'], 10)
    faults('drop_after')
    same(tidy().returncode, 0, 'a lost answer is fetched again')
    same(donation(c['donationId'])['status'], 'canceled', 'and stored')


def test_stale_donations():
    old = create(1100, 1).json
    three = create(1100, 3).json
    new = create(1100, 1).json
    mine, _ = paid(1100, 1)
    asked = create(1100, 1).json
    for e in happen('processing', asked['paymentIntentId']):
        deliver(e)
    faults(*[{'kind': 'status', 'status': 500}] * 4)
    same(create(1200, 1).status, 502, 'Stripe is away')
    lost = sql('SELECT max(donation_id) FROM donations')
    sql(f"""UPDATE donations SET created_at = created_at
        - interval '25 hours' WHERE donation_id IN ({old['donationId']},
        {three['donationId']}, {mine}, {asked['donationId']}, {lost})""")
    r = tidy()
    same(r.returncode, 0, f'tidy: {r}')
    i = intent_at_stripe(old['paymentIntentId'])
    same((i['status'], i['cancellation_reason']), ('canceled', 'abandoned'),
         'a stale intent is canceled at Stripe')
    same([donation(d)['status'] for d in (
        old['donationId'], three['donationId'], new['donationId'], mine,
        asked['donationId'], int(lost))],
         ['canceled', 'canceled', 'pending', 'succeeded', 'processing',
          'canceled'], 'what is stale is marked, and nothing else')
    same(sql(f"""SELECT code FROM donation_ledger
        WHERE donation_id = {old['donationId']}"""), 'abandoned', 'why')
    faults()
    same(tidy('--quiet').stdout, '', 'quiet')
    same(control('calls'), [], 'a second run has nothing to do')
    # Its events, late: the donor had paid in the last second.
    for e in happen('succeeded', new['paymentIntentId']):
        deliver(e)
    same(facts(new['donationId']), ('succeeded', 1100, 0, 0),
         'a donation of today goes on')


def test_reconcile_ends_stale_donations():
    old = create(1300, 1).json
    gone = create(1300, 1).json
    happen('succeeded', gone['paymentIntentId'])
    sql(f"""UPDATE donations SET created_at = created_at
        - interval '25 hours' WHERE donation_id IN ({old['donationId']},
        {gone['donationId']})""")
    r = reconcile('--since', '1h')
    check('1 stale donations ended' in r.stdout, 'reconcile says so', r)
    same(intent_at_stripe(old['paymentIntentId'])['status'], 'canceled',
         'it cancels at Stripe')
    same([donation(d['donationId'])['status'] for d in (old, gone)],
         ['canceled', 'succeeded'], 'after it has mended what was missed')


def test_expired_rows():
    sql("""INSERT INTO api_tokens (user_id, kind, token_hash, expires_at)
        SELECT 1, 'session', sha256(n::text::bytea), now()
            - n * interval '1 day' FROM generate_series(1, 9) n;
        INSERT INTO idempotency (caller, key_hash, created_at)
        VALUES ('user 1', sha256('old'), now() - interval '25 hours'),
            ('user 1', sha256('new'), now());
        INSERT INTO rate_buckets VALUES ('old', 1, now() - interval '2 days'),
            ('new', 1, now());
        INSERT INTO imports (import_id, campaign_id, started_at)
        VALUES (901, 1, now() - interval '91 days'),
            (902, 1, now() - interval '89 days');
        INSERT INTO import_rejects (import_id, line, message)
        VALUES (901, 1, 'x'), (902, 1, 'x')""")
    r = tidy()
    same(r.returncode, 0, f'tidy: {r}')
    for line in ('3 sessions deleted', '1 rejected rows deleted'):
        check(line in r.stdout, line, r.stdout)
    same(sql("""SELECT (SELECT count(*) FROM api_tokens
            WHERE kind = 'session'),
        (SELECT count(*) FROM idempotency WHERE key_hash
            IN (sha256('old'), sha256('new'))),
        (SELECT string_agg(key, '') FROM rate_buckets
            WHERE key IN ('old', 'new')),
        (SELECT string_agg(import_id::text, '') FROM import_rejects
            WHERE import_id IN (901, 902)),
        (SELECT count(*) > 0 FROM api_tokens WHERE kind = 'api_key')"""),
         '6|1|new|902|t', 'what has expired is deleted, and nothing else')
    same(tidy('x').returncode, 2, 'usage')


def form(campaign=1, host=None, accept='text/html', **more):
    """Send the form as a browser does."""
    body = urlencode({'amount': 3300, 'campaign_id': campaign, **more})
    return request(host or WEB, 'POST', '/api/v1/donate/checkout', body, {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Accept': accept})


def session_of(answer):
    return answer.headers['Location'].rsplit('/', 1)[1]


def session_event(answer, kind):
    return control('happen', {'session': session_of(answer), 'kind': kind,
                              'key': 'sk_test_default'})


def with_return(url='https://one.test/thanks'):
    same(api('PATCH', '/campaigns/1', {'donation_redirect_url': url},
             'admin').status, 200, f'the campaign has the page {url}')


def test_checkout():
    with_return()
    faults()
    a = form(first_name='Ann', last_name='Form', email='Ann@form.test',
             contact_sms='on', cover_fees='on', employer='', refcode='mail')
    same((a.status, a.headers['Location'][:34]),
         (303, 'https://checkout.stripe.com/c/pay/'), 'a form leads to Stripe')
    call, = control('calls')
    sent = dict(parse_qsl(call['body']))
    id_ = sent['metadata[donation_id]']
    same(sql(f"""SELECT first_name, email, contact_sms, covers_fees,
        employer IS NULL, refcode, amount, status FROM donations
        WHERE donation_id = {id_}"""),
        'Ann|ann@form.test|t|t|t|mail|3300|pending', 'the row')
    same([sent.get(k) for k in (
        'mode', 'success_url', 'customer_email', 'client_reference_id',
        'line_items[0][price_data][unit_amount]',
        'line_items[0][price_data][currency]',
        'payment_intent_data[metadata][donation_id]',
        'payment_intent_data[metadata][campaign_id]')],
         ['payment', 'https://one.test/thanks', 'ann@form.test', id_, '3300',
          'usd', id_, '1'], 'what Stripe is told')
    b = api('POST', '/donate/checkout', {'amount': 3300, 'campaign_id': 1})
    same((b.status, b.json['url'][:34], b.json['donationId']),
         (200, 'https://checkout.stripe.com/c/pay/', int(id_) + 1),
         'JSON is answered with JSON')
    check(call['idempotency_key'], 'with an idempotency key', call)
    events = session_event(a, 'succeeded')
    for e in events:
        same(deliver(e).status, 200, e['type'])
    same(facts(int(id_)), ('succeeded', 3300, 0, 0), 'it is paid')
    check(donation(int(id_))['payment_intent_id'].startswith('pi_'),
          'and has its intent')


def query_form(query, **fields):
    """Send the form of a page without a script: its address says the rest."""
    a = request(WEB, 'POST', '/api/v1/donate/checkout?' + query,
                urlencode(fields), {'Accept': 'text/html', 'Content-Type':
                                    'application/x-www-form-urlencoded'})
    return a, sql("""SELECT concat_ws('|', campaign_id, amount, refcode,
        refcode2) FROM donations ORDER BY donation_id DESC LIMIT 1""")


def test_the_query_of_a_form():
    with_return()
    faults()
    for query, fields, row in (
            ('campaign=1&fbclid=x', {'amount': 2500}, '1|2500'),
            ('campaign=2&utm_source=mail&utm_campaign=fall',
             {'amount': 2500, 'campaign_id': 1}, '1|2500|mail|fall'),
            ('campaign=1&refcode=a&refcode2=b&utm_source=mail',
             {'amount': 2500}, '1|2500|a|b'),
            ('campaign=1&refcode=a', {'amount': 2500, 'refcode': 'c'},
             '1|2500|c'),
            ('campaign=1&utm_source=' + 'x' * 300, {'amount': 2500},
             '1|2500'),
            ('campaign=1', {'amount': 2500, 'other_amount': '$1,234.5 '},
             '1|123450'),
            ('campaign=1', {'amount': 2500, 'other_amount': ' '}, '1|2500'),
            ('campaign=1', {'other_amount': '7'}, '1|700'),
            ('campaign=1', {'other_amount': '0.50'}, '1|50')):
        a, got = query_form(query, **fields)
        same((a.status, got), (303, row), f'{query} {fields}')
    for text in ('x', '.', '.5', '1.234', '1.2.3', '-5', '12 34', '1e3',
                 '9999999999', '$', '1,', '0.4'):
        a, _ = query_form('campaign=1', other_amount=text)
        check(a.status == (303 if text == '1,' else 400), text, a)
    a = api('POST', '/donate/create-payment-intent?campaign=1&utm_source=web',
            {'amount': 2500})
    same((a.status, sql("""SELECT refcode FROM donations
        ORDER BY donation_id DESC LIMIT 1""")), (200, 'web'), 'and of JSON')
    same(api('POST', '/donate/create-payment-intent?campaign=x',
             {'amount': 2500}).status, 400, 'a campaign that is not a number')


def test_the_form_at_stripe_says_who_has_paid():
    with_return()
    for paid_for_by in ('Paid for by Ann & <Friends>', None):
        api('PATCH', '/campaigns/1', {'paid_for_by': paid_for_by}, 'admin')
        faults()
        same(form().status, 303, 'a form')
        call, = control('calls')
        same(dict(parse_qsl(call['body'])).get('custom_text[submit][message]'),
             paid_for_by, 'what is shown beside the button')


def test_what_a_public_form_shows():
    a = api('GET', '/campaigns/1/public')
    same((a.status, a.json['currency'], a.json['minimum_amount'],
          a.json['maximum_amount'], a.json['contribution_limit'],
          a.json['stripe_publishable_key'], a.json['challenge_script'],
          a.json['challenge_site_key']),
         (200, 'usd', 50, 99999999, None, 'pk_test_default', None, None),
         'a campaign')
    a = api('GET', '/campaigns/3/public')
    same((a.json['contribution_limit'], a.json['stripe_publishable_key']),
         (10000, None), 'another key takes no card for its account')
    details = {'forms': {'currency': 'gbp', 'amounts': [300]}, 'secret': 1}
    same(api('PATCH', '/campaigns/1', {'details': details}, 'admin').status,
         200, 'its choices')
    a = api('GET', '/campaigns/1/public')
    same((a.json['currency'], a.json['minimum_amount'], a.json['amounts']),
         ('gbp', 30, [300]), 'are shown')
    check('secret' not in a.text, 'and nothing else', a)
    details['forms']['currency'] = 'xyz'
    api('PATCH', '/campaigns/1', {'details': details}, 'admin')
    same(api('GET', '/campaigns/1/public').json['currency'], 'usd',
         'a currency that is not accepted')
    api('PATCH', '/campaigns/1', {'details': {}}, 'admin')
    same(api('GET', '/campaigns/999/public').status, 404, 'no campaign')


def test_checkout_events_in_any_order():
    """The two events in either order, or one alone, have the same result."""
    with_return()
    for order in ((0, 1), (1, 0), (0,), (1,), (1, 1, 0, 0)):
        a = form(email='order@form.test')
        id_ = int(sql('SELECT max(donation_id) FROM donations'))
        events = session_event(a, 'succeeded')
        same([e['type'] for e in events], [
            'payment_intent.succeeded', 'checkout.session.completed'],
            'events')
        for n in order:
            same(deliver(events[n]).status, 200, 'an event')
        same(facts(id_), ('succeeded', 3300, 0, 0), f'in the order {order}')
    a = form()
    id_ = int(sql('SELECT max(donation_id) FROM donations'))
    for e in session_event(a, 'expired'):
        deliver(e)
    same((donation(id_)['status'], sql(
        f'SELECT code FROM donation_ledger WHERE donation_id = {id_}')),
         ('canceled', 'abandoned'), 'an expired session')
    # A session with the id of a donation that is not its own.
    e, = session_event(form(), 'expired')
    other = create(2500, 1).json['donationId']
    e['data']['object']['metadata'].update(donation_id=str(other))
    same(deliver(e).status, 200, 'a foreign session')
    same(donation(other)['status'], 'pending', 'changes nothing')


def test_checkout_refusals():
    with_return()
    for body, status in (({'amount': ''}, 400), ({'amount': 'x'}, 400),
                         ({'amount': 1}, 400), ({'currency': 'xyz'}, 400),
                         ({'campaign': 99}, 404), ({'campaign': 4}, 503),
                         ({'campaign': ''}, 400)):
        same(form(**body).status, status, f'{body}')
    same(form(amount=66600).status, 402, 'Stripe refuses it')
    same(sql("""SELECT status FROM donations WHERE donation_id =
        (SELECT max(donation_id) FROM donations)"""), 'failed', 'and the row')
    faults('nonjson', 'nonjson', 'nonjson', 'nonjson')
    same(form().status, 502, 'Stripe answers nonsense')
    faults()
    with_return(None)
    a = form(accept='application/json')
    same((a.status, a.json['code']), (503, 'no_site_url'),
         'there is no page to return to')
    faults()
    same(form(host=LIMITED).status, 303, 'a site has a page of its own')
    call, = control('calls')
    same(dict(parse_qsl(call['body']))['success_url'],
         'https://site.test/api/v1/donate/thanks', 'to which donors return')
    with_return()
    a = form(host=LIMITED, **{'h-captcha-response': 'no'})
    same(a.status, 400, 'a form with a wrong challenge')
    sql("INSERT INTO rate_buckets VALUES ('donations 1', 0, now()) "
        "ON CONFLICT (key) DO UPDATE SET tokens = 0, at = now()")
    same(form(host=LIMITED).status, 429, 'the limit holds for forms')
    same(form(host=LIMITED, **{'h-captcha-response': 'solved-form'}).status,
         303, 'a solved challenge passes')
    new_hour(1)
    a = request(WEB, 'GET', '/api/v1/donate/thanks')
    check(a.status == 200 and '<h1>Thank you!' in a.text, 'thanks', a)


main(globals())
