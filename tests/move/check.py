#!/usr/bin/env python3
"""Moving from the Flask backend: see tests/move/run, which sets the environment.

What is expected of each row is computed here from the other database's rows.
"""
import datetime
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
import urllib.parse
from decimal import Decimal

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV['SRCDIR'] + '/tests/support')

import pq
from checks import call, check, finish, run, same, until

here = pq.Connection(ENV['ADMIN_URL'])
here.run("SET search_path = cerberus; SET timezone = 'UTC';"
         "SET datestyle = 'ISO, YMD'")
there = pq.Connection(ENV['FLASK_URL'])
there.run("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'")
WORK = ENV['WORK']
TOKEN = 'cb_admin' + 'x' * 40
DATABASE = ENV['FLASK_URL']
CAMPAIGNS = {3, 7, 8, 21, 40, 41, 55}
TABLES = ('campaigns', 'users', 'voters', 'campaign_voters', 'interactions',
          'survey_questions', 'survey_responses', 'donations',
          'donation_ledger', 'campaign_members', 'invitations', 'audit_log')
INVITATIONS = WORK + '/invitations.csv'
REPORT = WORK + '/report.csv'


def command(*args, **env):
    return [ENV['BUILD'] + '/cli/cerberus', 'move-from-flask', *args], {
        'PATH': ENV['PATH'], 'CERBERUS_CONF': ENV['CERBERUS_CONF'],
        'CERBERUS_TOKEN': TOKEN, **env}


def move(*args, **env):
    argv, env = command(*args, **env)
    return subprocess.run(argv, env=env, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL)


def fingerprint():
    """What there is, with the sequences."""
    out = [here.run(f'SELECT count(*), max(xmin::text::bigint) FROM {t}')
           for t in TABLES]
    # Others, such as that of the audit log, may have gaps.
    out.append(here.run(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname "
        "= 'cerberus' AND sequencename ~ '^(campaigns|users|voters|"
        "interactions|survey_questions|survey_responses|donations)_' "
        "ORDER BY 1"))
    return out


def nothing_else_runs():
    return here.run("SELECT count(*) FROM pg_stat_activity WHERE "
                    "application_name = 'cerberus' "
                    "AND state <> 'idle'") == [['0']]


def make_admin():
    for name, role in (('admin', 'admin'), ('clerk', 'user')):
        token = TOKEN.replace('admin', name)
        digest = hashlib.sha256(token.encode()).hexdigest()
        here.run(f"""INSERT INTO users (username, role)
            VALUES ('{name}', '{role}');
            INSERT INTO api_tokens (user_id, kind, token_hash)
            SELECT max(user_id), 'api_key', '\\x{digest}' FROM users""")


def test_refusals():
    before = fingerprint()
    url = urllib.parse.urlsplit(DATABASE)
    secret = f'postgresql://flask_reader:secret%25word@/flask?{url.query}'
    keyed = {'FLASK_KEY': ENV['KEY']}
    files = '-i', INVITATIONS
    for what, args, env, status, said in (
            ('a password in the arguments', [secret], keyed, 2, '--url-file'),
            ('a password as a parameter',
             [f'postgresql:///flask?{url.query}&password=x'], keyed, 2,
             '--url-file'),
            ('no URL', [], keyed, 2, 'usage:'),
            ('two URLs', [DATABASE, DATABASE], keyed, 2, 'usage:'),
            ('a URL and a file', [DATABASE, '--url-file', 'x'], keyed, 2,
             'usage:'),
            ('no key', [DATABASE, *files], {}, 3, '--key-file'),
            ('an empty file for the key',
             [DATABASE, '--key-file', '/dev/null'], {}, 3, 'empty'),
            ('another key', [DATABASE, *files], {'FLASK_KEY': 'wrong'}, 3,
             'not the key'),
            ('no file for the invitations', [DATABASE], keyed, 3,
             '--invitations'),
            ('another database', [ENV['ADMIN_URL'].replace(
                '/cerberus?', '/postgres?')], keyed, 3, 'has no table'),
            ('no database', [DATABASE.replace('/flask?', '/nowhere?')], keyed,
             3, 'other database'),
            ('no admin', [DATABASE, *files],
             {**keyed, 'CERBERUS_TOKEN': TOKEN.replace('admin', 'clerk')}, 3,
             'admin')):
        got = move(*args, **env)
        same(got.returncode, status, f'{what}: {got.stderr}')
        check(said in got.stderr, f'{what} says why', got.stderr)
        check(not os.path.exists(INVITATIONS), f'{what}: no invitations')
    same(fingerprint(), before, 'a refused move changes nothing')


def other_database(name, statements, encoding='UTF8'):
    there.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING "
              f"'{encoding}' LOCALE 'C'")
    url = DATABASE.replace('/flask?', f'/{name}?')
    c = pq.Connection(url)
    c.run(statements)
    c.close()
    return url


def test_other_shapes():
    """Databases of other versions, and bytes that are not UTF-8."""
    before = fingerprint()
    small = """CREATE TABLE campaigns (campaign_id serial PRIMARY KEY,
        campaign_name text); CREATE TABLE voters (voter_id serial PRIMARY KEY,
        first_name text, last_name text, custom_fields json,
        shoe_size integer);
        INSERT INTO campaigns VALUES (1, 'One');"""
    got = move(other_database('small', small), '-n')
    same(got.returncode, 0, f'the two tables that are needed: {got.stderr}')
    for said in (r'campaigns +1 +1 +0\n', r'voters +0 +0 +0\n',
                 'users: The other database has no such table',
                 'voters.shoe_size: This column has no place here'):
        check(re.search(said, got.stdout), f'it says {said}', got.stdout)
    got = move(other_database('lacking', small.replace('last_name text,', '')),
               '-n')
    same(got.returncode, 3, 'voters without last names')
    check('voters has no column last_name' in got.stderr, 'it says so', got)
    got = move(other_database('bytes', small + r"""
        INSERT INTO voters VALUES (1, E'Jos\xe9', 'Latin', E'{"a": "\xe9"}'),
        (2, E'Jos\xc3\xa9', E'a\\\\b\\tc', E'{"a": "\xc3\xa9"}');""",
                              'SQL_ASCII'), '-n')
    same(got.returncode, 1, f'not UTF-8: {got.stderr}')
    for said in (r'voters +2 +2 +0\n', 'voters.first_name: 1 changed: .*UTF-8',
                 'voters.first_name: 1 changed: .*Unknown',
                 'voters.custom_fields: 1 changed: .*UTF-8'):
        check(re.search(said, got.stdout), f'it says {said}', got.stdout)
    same(fingerprint(), before, 'none of it changes anything')


def test_dry_run():
    before = fingerprint()
    got = move(DATABASE, '--dry-run', '-r', REPORT, FLASK_KEY=ENV['KEY'])
    same(got.returncode, 1, f'a dry run reports losses: {got.stderr}')
    check('Nothing was changed.' in got.stdout, 'it says so', got.stdout)
    same(fingerprint(), before, 'a dry run changes nothing')
    os.rename(REPORT, REPORT + '.dry')


def test_crashes():
    """Kill it while it waits for a lock, in each of its steps."""
    before = fingerprint()
    blocker = {'here': pq.Connection(ENV['ADMIN_URL']),
               'there': pq.Connection(DATABASE)}
    for where, table in (('there', 'voters'), ('there', 'survey_responses'),
                         ('there', 'donations'),
                         ('here', 'cerberus.donation_ledger'),
                         ('here', 'cerberus.invitations')):
        lock = blocker[where]
        lock.run(f'BEGIN; LOCK TABLE {table}')
        argv, env = command(DATABASE, '-i', INVITATIONS, FLASK_KEY=ENV['KEY'])
        p = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL,
                             stdin=subprocess.DEVNULL)
        waits = until(lambda: here.run(
            "SELECT count(*) FROM pg_stat_activity WHERE "
            "application_name = 'cerberus' AND wait_event_type = 'Lock'")
            == [['1']], 60)
        check(waits, f'it waits for {table}')
        p.kill()
        p.wait()
        lock.run('ROLLBACK')
        check(until(nothing_else_runs, 60), f'{table}: its session ends')
        same(fingerprint(), before, f'killed at {table}, it leaves nothing')
        if os.path.exists(INVITATIONS):
            os.unlink(INVITATIONS)
    for lock in blocker.values():
        lock.close()


def test_moves():
    start = time.monotonic()
    with open(WORK + '/url', 'w', encoding='utf-8') as f:
        query = urllib.parse.urlsplit(DATABASE).query
        f.write(f'postgresql+psycopg2://postgres@/flask?{query}\n')
    with open(WORK + '/key', 'w', encoding='utf-8') as f:
        f.write(ENV['KEY'] + '\n')
    got = move('--url-file', WORK + '/url', '--key-file', WORK + '/key', '-i',
               INVITATIONS, '-r', REPORT)
    print(f'moved in {time.monotonic() - start:.1f} s')
    print(got.stdout)
    same(got.returncode, 1, f'the move ends: {got.stderr}')
    check(got.stdout.endswith('Moved.\n'), 'it says so', got.stdout)
    for path in (INVITATIONS, REPORT):
        same(os.stat(path).st_mode & 0o777, 0o600, f'{path} is private')
    with open(REPORT, encoding='utf-8') as f, \
            open(REPORT + '.dry', encoding='utf-8') as g:
        same(sorted(f), sorted(g), 'the dry run reported the same')
    check(ENV['KEY'] not in got.stdout + got.stderr, 'the key is not shown')


def rows(connection, query):
    return [json.loads(r[0]) for r in connection.run(
        f'SELECT to_json(q) FROM ({query}) q')]


def text(value, lines=False):
    """A text as the API would have stored it."""
    if value is None:
        return None
    value = re.sub(r'[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]', ' ', value).strip()
    if not lines:
        value = re.sub(r'[ \t\r\n]*[\t\r\n][ \t\r\n]*', ' ', value)
    return value or None


def phone(value):
    value = text(value)
    if value is None:
        return None
    digits = re.sub(r'\D', '', value)
    if value.startswith('+'):
        return '+' + digits
    if len(digits) == 11 and digits[0] == '1':
        digits = digits[1:]
    if re.fullmatch(r'[2-9]\d\d[2-9]\d{6}', digits):
        return '+1' + digits
    return value


def email(value):
    value = text(value)
    return value.lower() if value and re.fullmatch(
        r'[^@\s]+@[^@\s]+\.[^@\s]+', value) else None


def moment(*values):
    """The first that is a time, in one form."""
    for value in values:
        if value and value not in ('infinity', '-infinity'):
            t = datetime.datetime.fromisoformat(value)
            return (t if t.tzinfo else t.replace(
                tzinfo=datetime.timezone.utc)).astimezone(
                    datetime.timezone.utc)
    return None


def compare(what, got, wanted, times=()):
    """Compare two dictionaries of rows, column by column."""
    same(sorted(set(wanted) - set(got)), [], f'{what}: no row is missing')
    wrong = []
    for key, row in wanted.items():
        for column, value in row.items():
            seen = got.get(key, {}).get(column)
            if column in times:
                seen = moment(seen)
                if value is None:       # made by the move
                    value = seen
            if seen != value:
                wrong.append((key, column, seen, value))
    same(wrong[:5], [], f'{what}: {len(wanted)} rows are what they were')


def by(key, list_):
    return {r[key]: r for r in list_}


def reported():
    import csv
    with open(REPORT, encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


def test_campaigns():
    wanted = {}
    names = {3: 'Smith for Senate', 7: 'Clean Water', 8: 'Campaign 8',
             21: 'Clean Water (campaign 21)', 40: 'Spaces',
             41: 'Campaign 41', 55: 'The last one', 99: 'Campaign 99'}
    for r in rows(there, 'SELECT * FROM campaigns'):
        wanted[r['campaign_id']] = {
            'campaign_name': names[r['campaign_id']],
            'campaign_type': r['campaign_type'], 'start_date': r['start_date'],
            'end_date': None if r['campaign_id'] == 7 else r['end_date'],
            'details': {3: {'color': 'blue'}, 7: {'details': [1, 2]}}.get(
                r['campaign_id'], {}),
            'created_at': moment(r['created_at']),
            'updated_at': moment(r['updated_at'], r['created_at'])}
    got = by('campaign_id', rows(here, 'SELECT * FROM campaigns'))
    compare('campaigns', got, wanted, ('created_at', 'updated_at'))
    same(set(got), CAMPAIGNS | {99}, 'campaigns, and one that has gifts')
    same(got[99]['campaign_name'], names[99], 'the campaign of orphans')


def test_users():
    got = by('username', rows(here, 'SELECT * FROM users'))
    same(set(got), {'admin', 'clerk', 'root', 'manager', 'Editor', 'viewer',
                    'VIEWER-5', 'canvasser', 'nobody', 'edítor', 'gone'},
         'each user is here once')
    wanted = {}
    for r in rows(there, 'SELECT * FROM users'):
        name = {'VIEWER': 'VIEWER-5'}.get(r['username'], r['username'])
        if name == 'admin':
            continue
        wanted[name] = {
            'role': 'admin' if r['role'] == 'admin' else 'user',
            'email_address': email(r['email']),
            'password_hash': None, 'is_active': name not in ('gone', 'nobody'),
            'full_name': ' '.join(filter(None, (
                r['first_name'], r['last_name']))),
            'created_at': moment(r['created_at']),
            'last_login_at': moment(r['last_login'])}
    compare('users', got, wanted, ('created_at', 'last_login_at'))
    members = here.run("SELECT u.username, m.role, count(*) FROM "
                       "campaign_members m JOIN users u USING (user_id) "
                       "GROUP BY 1, 2")
    same(sorted(members), sorted(
        [n, r, str(len(CAMPAIGNS) + 1)] for n, r in (
            ('manager', 'manager'), ('Editor', 'editor'), ('viewer', 'viewer'),
            ('VIEWER-5', 'viewer'), ('edítor', 'editor'), ('gone', 'viewer'))),
        'members of every campaign')


STATUS = {'Registered': 'Active', 'Purged': 'Cancelled', 'active': 'Active',
          'Inactive': 'Inactive', 'pending': 'Pending',
          'Cancelled': 'Cancelled', 'moved away': 'Other', None: None}
CODES = {'NC': 'NC', 'North Carolina': 'NC', 'Ga.': 'GA', 'TX': 'TX',
         'Ontario': None, None: None}


def test_voters():
    wanted = {}
    contacted = {}
    for r in rows(there, 'SELECT * FROM interactions WHERE user_id '
                  'IS NOT NULL'):
        at = moment(r['interaction_date'])
        if at:
            contacted[r['voter_id']] = max(at, contacted.get(
                r['voter_id'], at))
    for r in rows(there, 'SELECT * FROM voters'):
        n = r['voter_id'] // 3
        w = wanted[r['voter_id']] = {c: text(r[c]) for c in (
            'middle_name', 'gender', 'street_address', 'city', 'state',
            'county', 'precinct', 'employer', 'occupation',
            'party_affiliation', 'preferred_contact_method')}
        w['first_name'] = text(r['first_name']) or 'Unknown'
        w['last_name'] = text(r['last_name']) or 'Unknown'
        w['zip_code'] = r['zip_code'] and '27701-1234'
        w['phone_number'] = phone(r['phone_number'])
        w['email_address'] = email(r['email_address'])
        for c in ('email', 'phone', 'mail', 'sms'):
            w['contact_' + c] = r['contact_' + c] or None
        w['registration_status'] = STATUS[r['registration_status']]
        id_ = text(r['voter_registration_id'])
        w['date_of_birth'] = None if n in (7, 8, 9) else r['date_of_birth']
        w['registration_date'] = (None if n == 15 else
                                  r['registration_date'])
        if n not in (12, 13):
            w['voter_registration_id'] = id_
            w['registration_state'] = CODES[r['state']] if id_ else None
        w['engagement_score'] = r['engagement_score'] or 0
        w['last_contacted_date'] = max(filter(None, (
            moment(r['last_contacted_date']), contacted.get(
                r['voter_id']))), default=None)
        w['source_campaign_id'] = (
            r['source_campaign_id'] if n != 22 else None)
        custom = {'registration_status': r['registration_status']} if (
            r['registration_status'] or '').lower() != (
                w['registration_status'] or '').lower() else {}
        if n == 17:
            theirs = {'a': '\ufffd and \ufffd', 'b': 1.5}
        elif n in (18, 20):
            theirs = {'custom_fields': ['a list'] if n == 18 else 'text'}
        else:
            theirs = r['custom_fields'] or {}
        w['custom_fields'] = custom | theirs
        w['created_at'] = moment(r['created_at'], r['updated_at'])
        w['updated_at'] = moment(r['updated_at'], r['created_at'])
    got = by('voter_id', rows(
        here, 'SELECT v.*, t.n FROM voters v, (SELECT count(*) AS n '
        'FROM audit_log) t WHERE voter_id <= '
        f'{3 * int(ENV["VOTERS"])}'))
    # Those whom a gift filled in are compared by what they were.
    filled = {int(r[0]) for r in here.run(
        "SELECT row_id FROM audit_log WHERE table_name = 'voters' "
        "AND action = 'update'")} & set(wanted)
    for id_ in filled:
        for c in ('email_address', 'phone_number', 'middle_name'):
            if wanted[id_][c] is None:
                del wanted[id_][c]
        del wanted[id_]['updated_at']
    compare('voters', got, wanted, ('last_contacted_date', 'created_at',
                                    'updated_at'))
    same(here.run("SELECT count(*) FROM voters WHERE voter_registration_id "
                  "IN ('AB1', 'AB1 ')"), [['1' if wanted[36]['state'] ==
                                           wanted[39]['state'] else '2']]
         if CODES[wanted[36]['state']] == CODES[wanted[39]['state']] else
         [['2']], 'an id that two voters share')


def test_memberships():
    wanted = set()
    voters = {r[0] for r in there.run('SELECT voter_id FROM voters')}
    campaigns = {str(c) for c in CAMPAIGNS | {99}}
    for query in ('SELECT campaign_id, voter_id FROM campaign_voters',
                  'SELECT source_campaign_id, voter_id FROM voters',
                  'SELECT campaign_id, voter_id FROM interactions',
                  'SELECT campaign_id, voter_id FROM survey_responses '
                  'JOIN survey_questions USING (question_id)'):
        wanted |= {(c, v) for c, v in there.run(query)
                   if c in campaigns and v in voters}
    got = {tuple(r) for r in here.run(
        'SELECT campaign_id, voter_id FROM campaign_voters')}
    same(sorted(wanted - got)[:5], [], f'{len(wanted)} memberships are here')
    donors = {tuple(r) for r in here.run(
        'SELECT campaign_id, voter_id FROM donations')}
    same(sorted(got - wanted - donors)[:5], [], 'and those of donors')
    same(here.run("SELECT count(*) FROM campaign_voters m JOIN voters v "
                  "USING (voter_id) WHERE m.joined_at > now() - "
                  "interval '1 hour' AND v.created_at < m.joined_at "
                  "AND NOT EXISTS (SELECT FROM donations d WHERE d.voter_id "
                  "= v.voter_id) AND NOT EXISTS (SELECT FROM survey_responses r "
                  "WHERE r.voter_id = v.voter_id AND r.response_id = 105)"),
         [['0']], 'with their own times')


def test_interactions():
    users = dict(here.run('SELECT username, user_id FROM users'))
    names = {r['user_id']: {'VIEWER': 'VIEWER-5'}.get(
        r['username'], r['username'])
        for r in rows(there, 'SELECT * FROM users')}
    wanted = {}
    for r in rows(there, 'SELECT * FROM interactions'):
        wanted[r['interaction_id']] = {
            'voter_id': r['voter_id'], 'campaign_id': None if r['campaign_id'] == 98
            else r['campaign_id'],
            'user_id': r['user_id'] and int(users[names[r['user_id']]]),
            'interaction_type': text(r['interaction_type']) or 'Other',
            'interaction_date': moment(r['interaction_date'],
                                       r['created_at']),
            'outcome': r['outcome'], 'notes': text(r['notes'], True),
            'duration_minutes': r['duration_minutes']
            if (r['duration_minutes'] or 0) >= 0 else None,
            'created_at': moment(r['created_at'])}
    got = by('interaction_id', rows(here, 'SELECT * FROM interactions'))
    compare('interactions', got, wanted, ('interaction_date', 'created_at'))
    same({got[i]['outcome'] for i in set(got) - set(wanted)}, {'Donated'},
         'the others are of donations')


TYPES = {1: 'single_choice', 2: 'single_choice', 4: 'multiple_choice',
         5: 'open_text', 6: 'rating_scale', 7: 'yes_no', 8: 'rating_scale',
         9: 'single_choice', 10: 'open_text', 11: 'open_text',
         12: 'single_choice'}
POSSIBLE = {1: {'Yes', 'No', 'Maybe', 'Never'}, 2: {'1', '2', '3'},
            4: {'env', 'tax', 'other'}, 6: {'1', '10', '12'},
            9: {'yes', 'perhaps'}, 12: {'good', 'bad', '3'}}


def test_surveys():
    got = by('question_id', rows(here, 'SELECT * FROM survey_questions'))
    wanted = {r['question_id']: {
        'campaign_id': None if r['campaign_id'] == 98 else r['campaign_id'],
        'question_text': r['question_text'][:1000],
        'question_type': TYPES[r['question_id']],
        'created_at': moment(r['created_at'])}
        for r in rows(there, 'SELECT * FROM survey_questions')}
    compare('questions', got, wanted, ('created_at',))
    same({i: set(q['possible_answers']) for i, q in got.items()
          if q['possible_answers']}, POSSIBLE, 'possible answers')
    owner = dict(there.run('SELECT interaction_id, voter_id '
                           'FROM interactions'))
    voters = {int(r[0]) for r in there.run('SELECT voter_id FROM voters')}
    wanted, lost = {}, set()
    for r in rows(there, 'SELECT * FROM survey_responses'):
        q, values = r['question_id'], r['response_values'] or []
        value = text(r['response_value'], True)
        if q not in TYPES or r['voter_id'] not in voters or not (
                value or values):
            lost.add(r['response_id'])
            continue
        answers = [{'Tax': 'tax', 'Weak': '2'}.get(v, v)
                   for v in (values if value is None else [value])]
        if q == 7:
            answers = [{'true': 'yes', 'n': 'no'}.get(v.lower(), v.lower())
                       for v in answers]
        many = TYPES[q] == 'multiple_choice'
        wanted[r['response_id']] = {
            'voter_id': r['voter_id'], 'question_id': q,
            'interaction_id': r['interaction_id'] if owner.get(
                str(r['interaction_id'])) == str(r['voter_id']) else None,
            'response_value': None if many else ', '.join(answers),
            'response_values': sorted(set(answers)) if many else None,
            'responded_at': moment(r['responded_at'])}
    got = by('response_id', rows(here, 'SELECT * FROM survey_responses'))
    compare('responses', got, wanted, ('responded_at',))
    same(set(got) & lost, set(), 'what has no voter, question or answer')
    same({int(r['row_id']) for r in reported() if r['what'] == 'not taken'
          and r['table_name'] == 'survey_responses'}, lost, 'is reported')


def test_donations():
    wanted, lost = {}, set()
    for r in rows(there, "SELECT d.*, amount::text AS exact, CASE WHEN "
                  "id % 17 = 1014 % 17 OR id IN (1022) THEN 'p' END AS how, "
                  "encode(email, 'hex') AS e, encode(phone_number, 'hex') "
                  "AS p FROM donations d"):
        n = r['id'] - 1000
        currency = (r['currency'] or 'USD').lower()
        amount = Decimal(r['exact'])
        if n in (1, 2, 3, 9):
            lost.add(r['id'])
            continue
        minor = int((amount if currency == 'jpy' else amount * 100).quantize(
            Decimal(1), 'ROUND_HALF_UP'))
        status = r['payment_status']
        status = status if status in ('succeeded', 'failed') else 'pending'
        made = moment(r['created_at'], r['updated_at'])
        w = wanted[r['id']] = {c: text(r[c]) for c in (
            'first_name', 'last_name', 'address_line1', 'address_line2',
            'address_city', 'address_state', 'address_zip', 'employer',
            'occupation')}
        w |= {
            'amount': minor, 'currency': currency, 'status': status,
            'amount_received': minor if status == 'succeeded' else 0,
            'payment_intent_id': {13: None, 14: None}.get(
                n, r['stripe_payment_intent_id'].strip()),
            'campaign_id': r['campaign_id'],
            'stripe_account': 7 if r['campaign_id'] == 7 else 0,
            'is_recurring': bool(r['is_recurring']),
            'covers_fees': r['covers_fees'], 'created_at': made,
            'succeeded_at': made if status == 'succeeded' else None,
            'method': 'card'}
        for c in ('email', 'phone', 'mail', 'sms'):
            w['contact_' + c] = r['contact_' + c] or None
        mail = f'Donor{n % 300}@Example.org' if n % 5 else None
        if n == 34:
            mail = 'Ångström@example.org'
        if n in (19, 20, 21, 22):
            mail = None
        w['email'] = mail and (mail.lower() if n != 34 else 'Ångström@'
                               'example.org')
        w['phone_number'] = f'+1919555{n % 10000:04d}' if n % 3 else None
    got = by('donation_id', rows(here, 'SELECT * FROM donations'))
    same(set(got), set(wanted), 'every donation but those that cannot be')
    compare('donations', got, wanted, ('created_at', 'succeeded_at'))
    same({int(r['row_id']) for r in reported() if r['what'] == 'not taken'
          and r['table_name'] == 'donations'}, lost, 'which are reported')
    names = dict(here.run('SELECT voter_id, last_name FROM voters'))
    for r in rows(there, 'SELECT * FROM donations WHERE person_id '
                  'IS NOT NULL'):
        d = got.get(r['id'])
        if d and names.get(str(r['person_id'])) == text(r['last_name']):
            same(d['voter_id'], r['person_id'], f'donation {r["id"]} is its '
                 'voter\'s')
    same(here.run("SELECT count(*) FROM donations WHERE succeeded_at "
                  "IS NOT NULL AND voter_id IS NULL AND (email LIKE '%@%' "
                  "OR phone_number IS NOT NULL)"), [['0']],
         'what was paid has its voter')


def test_ledger():
    env = command()[1]
    got = subprocess.run([ENV['BUILD'] + '/cli/cerberus', 'donations',
                          'check', '--offline'], env=env, capture_output=True,
                         text=True, check=False)
    same(got.returncode, 0, f'the sums agree: {got.stdout} {got.stderr}')


def test_report():
    said = {(r['table_name'], r['row_id'], r['column_name'])
            for r in reported()}
    for row in (('campaigns', '8', 'campaign_name'),
                ('campaigns', '99', 'campaign_name'),
                ('campaigns', '7', 'end_date'),
                ('campaigns', '', 'source_id'),
                ('users', '5', 'username'), ('users', '8', 'username'),
                ('users', '6', 'role'), ('users', '3', 'email'),
                ('voters', '15', 'first_name'), ('voters', '18', 'last_name'),
                ('voters', '21', 'date_of_birth'),
                ('voters', '30', 'email_address'),
                ('voters', '45', 'registration_date'),
                ('voters', '66', 'source_campaign_id'),
                ('campaign_voters', '1', 'campaign_id'),
                ('campaign_voters', '2', 'voter_id'),
                ('interactions', '4', 'interaction_type'),
                ('interactions', '12', 'notes'),
                ('interactions', '16', 'duration_minutes'),
                ('survey_questions', '9', 'question_type'),
                ('survey_questions', '2', 'possible_answers'),
                ('donations', '1004', 'amount'),
                ('donations', '1011', 'payment_status'),
                ('donations', '1013', 'stripe_payment_intent_id'),
                ('donations', '1015', 'person_id'),
                ('donations', '1019', 'email'), ('donations', '1021', 'email'),
                ('persons', '', '')):
        check(row in said, f'the report has {row}')


def test_sequences():
    for table, key in (('campaigns', 'campaign_id'), ('users', 'user_id'),
                       ('voters', 'voter_id'),
                       ('interactions', 'interaction_id'),
                       ('survey_questions', 'question_id'),
                       ('survey_responses', 'response_id'),
                       ('donations', 'donation_id'),
                       ('donation_ledger', 'ledger_id')):
        got = here.run(f"SELECT nextval(pg_get_serial_sequence("
                       f"'cerberus.{table}', '{key}')) > max({key}) "
                       f"FROM {table}")
        same(got, [['t']], f'{table}: new ids are free')


def test_second_run():
    before = fingerprint()
    got = move(DATABASE, '-i', INVITATIONS + '2', FLASK_KEY=ENV['KEY'])
    same(got.returncode, 3, 'a second move is refused')
    check('has campaigns already' in got.stderr, 'it says why', got.stderr)
    same(fingerprint(), before, 'and changes nothing')


def test_invitations():
    with open(INVITATIONS, encoding='utf-8') as f:
        lines = f.read().splitlines()
    same(len(lines), 1 + 7, 'a link for each user who is new and active')
    same(lines[0], 'username,email_address,invitation,expires_at', 'headings')
    line = next(x for x in lines if x.startswith('viewer,'))
    check(line.split(',')[2].startswith('https://cerberus.example.org/portal/'
                                        '#invitation='), 'a link', line)
    token = line.split('#invitation=')[1].split(',')[0]
    word = 'a long enough password'
    status, a, _ = call(None, 'POST', '/auth/invitation',
                        {'token': token, 'password': word})
    same(status, 200, f'it works: {a}')
    status, a, _ = call(None, 'POST', '/auth/login',
                        {'username': 'viewer', 'password': word})
    same(status, 200, f'the user signs in: {a}')
    status, b, _ = call(a['token'], 'GET', '/voters?campaign_id=3')
    same(status, 200, f'and sees voters: {b}')
    check(b['total_voters'] > 0, 'of the campaign')
    status, a, _ = call(None, 'POST', '/auth/login',
                        {'username': 'manager', 'password': 'x'})
    same(status, 401, 'others have no password yet')


def test_websites():
    """What the websites of the other backend send, with their campaign ids."""
    for path in ('/signups', '/public/signups', '/signups/'):
        status, a, _ = call(None, 'POST', path, {
            'first_name': 'New', 'last_name': 'Person',
            'email_address': f'new{len(path)}@example.org',
            'phone_number': '(919) 555-7000', 'campaign_id': 21,
            'interests': {'wants_to_endorse': True, 'agreed_to_emails': True}})
        same(status, 201, f'{path}: {a}')
        same(a['message'], 'Signup processed successfully.', path)
    form = urllib.parse.urlencode({
        'first_name': 'Form', 'last_name': 'Person', 'campaign_id': 55,
        'email_address': 'form@example.org',
        'interests[wants_to_get_involved]': 'on'}).encode()
    status, a, _ = call(None, 'POST', '/public/signups', form,
                        kind='application/x-www-form-urlencoded')
    same(status, 201, f'a form: {a}')
    # A voter who was moved is found by e-mail, and by phone.
    known = rows(there, "SELECT * FROM voters v WHERE email_address IS NOT "
                 "NULL AND phone_number ~ '^[0-9]{10}$' AND EXISTS (SELECT "
                 "FROM campaign_voters m WHERE m.voter_id = v.voter_id "
                 "AND m.campaign_id = 3) AND voter_id > 100 ORDER BY 1")[0]
    for keys in ({'email_address': known['email_address'].upper()},
                 {'email_address': 'other@example.org',
                  'phone_number': known['phone_number']}):
        status, a, _ = call(None, 'POST', '/signups', {
            'first_name': 'Any', 'last_name': 'Name', 'campaign_id': 3,
            **keys})
        same((status, a.get('voter_id')), (201, known['voter_id']),
             f'{list(keys)} finds the voter')
    same(call(None, 'POST', '/signups', {
        'first_name': 'A', 'last_name': 'B', 'email_address': 'c@example.org',
        'campaign_id': 4})[1]['detail'], 'Campaign with ID 4 not found.',
        'a campaign that never was')
    status, a, _ = call(None, 'POST', '/donate/create-payment-intent', {
        'amount': 2500.0, 'campaign_id': 40, 'metadata': {
            'firstName': 'New', 'lastName': 'Donor', 'address':
            '1 Elm St, Cary, NC, 27511'}})
    same(status, 200, f'a donation: {a}')
    status, b, _ = call(None, 'POST', '/donate/update-donation-details', {
        'payment_intent_id': a['paymentIntentId'], 'employer': 'Self',
        'email': 'donor@example.org'})
    same(status, 200, f'its details: {b}')
    for path, status in (
            ('/campaigns/3', 200), ('/voters/?page=1&per_page=20', 200),
            (f'/voters/{known["voter_id"]}', 200), ('/voters/1', 404),
            ('/surveys/questions?campaign_id=3', 200),
            ('/surveys/questions/1/results', 200),
            ('/interactions?campaign_id=3', 200), ('/donations/1030', 200),
            ('/donations/summary?campaign_id=3', 200),
            ('/campaigns/3/summary', 200), ('/health', 200)):
        got = call(TOKEN, 'GET', path)
        same(got[0], status, f'GET {path}: {got[1]}')
    status, a, _ = call(TOKEN, 'GET', f'/voters/{known["voter_id"]}')
    same(moment(a['created_at']), moment(known['created_at']), 'created_at')
    status, a, _ = call(TOKEN, 'GET', '/voters?q=' + urllib.parse.quote(
        known['email_address']))
    check(known['voter_id'] in [v['voter_id'] for v in a['voters']],
          'the search finds voters', a)


def deliver(event, secret, path):
    payload = json.dumps(event).encode()
    at = str(int(time.time()))
    digest = hmac.new(secret.encode(), at.encode() + b'.' + payload,
                      hashlib.sha256).hexdigest()
    return call(None, 'POST', path, payload, {
        'Stripe-Signature': f't={at},v1={digest}'})


def control(what, body):
    url = urllib.parse.urlsplit(ENV['STRIPE_URL'])
    import http.client
    c = http.client.HTTPConnection(url.netloc, timeout=30)
    c.request('POST', '/_control/' + what, json.dumps(body))
    return json.loads(c.getresponse().read())


def put_intent(d, key, created):
    """The intent of a donation at Stripe, not paid yet."""
    id_ = d['payment_intent_id']
    control('put', {'key': key, 'into': 'intents', 'object': {
        'id': id_, 'object': 'payment_intent', 'amount': d['amount'],
        'amount_received': 0, 'currency': d['currency'],
        'client_secret': id_ + '_secret', 'created': created,
        'last_payment_error': None, 'latest_charge': None,
        'livemode': False, 'metadata': {}, 'receipt_email': None,
        'status': 'requires_payment_method'}})


def test_webhooks():
    """Gifts that were begun before the move are paid after it."""
    for campaign, key, secret, path in (
            (3, 'sk_test_default', 'whsec_default', '/donate/webhook'),
            (7, 'sk_test_seven', 'whsec_seven', '/donate/webhook/7')):
        d = rows(here, "SELECT * FROM donations WHERE status = 'pending' "
                 f"AND campaign_id = {campaign} AND payment_intent_id "
                 "IS NOT NULL AND email IS NOT NULL AND currency = 'usd' "
                 "AND donation_id > 1050 ORDER BY 1")[0]
        intent = d['payment_intent_id']
        put_intent(d, key, 1735700000)
        for event in control('happen', {'kind': 'succeeded', 'intent': intent,
                                        'key': key}):
            same(deliver(event, secret, path)[0], 200, f'{path}: it is taken')
        d = rows(here, 'SELECT * FROM donations WHERE donation_id = '
                 f'{d["donation_id"]}')[0]
        same((d['status'], d['amount_received']), ('succeeded', d['amount']),
             f'the gift of campaign {campaign} is paid')
        check(d['voter_id'] is not None, 'and has its voter')
    # A refund of one that was paid before, whose payment is told with it.
    d = rows(here, "SELECT * FROM donations WHERE status = 'succeeded' AND "
             "campaign_id = 3 AND currency = 'usd' AND donation_id > 1100 "
             "AND payment_intent_id IS NOT NULL ORDER BY 1")[0]
    paid = int(moment(d['created_at']).timestamp()) + 86400 * 3
    deliver({'id': 'evt_refund', 'object': 'event', 'type': 'charge.refunded',
             'created': int(time.time()), 'data': {'object': {
                 'id': 'ch_1', 'object': 'charge', 'amount': d['amount'],
                 'amount_captured': d['amount'], 'amount_refunded': 100,
                 'payment_intent': d['payment_intent_id'], 'created': paid,
                 'refunds': {'data': []}}}}, 'whsec_default',
            '/donate/webhook')
    d = rows(here, 'SELECT * FROM donations WHERE donation_id = '
             f'{d["donation_id"]}')[0]
    same((d['status'], d['amount_refunded']), ('partially_refunded', 100),
         'a refund finds it')
    same(moment(d['succeeded_at']).timestamp(), paid,
         'and it counts on the day that Stripe tells')
    test_ledger()


def test_reconcile():
    """The day on which a gift was paid comes from Stripe."""
    d = rows(here, "SELECT * FROM donations WHERE status = 'succeeded' AND "
             "campaign_id = 8 AND currency = 'usd' AND donation_id > 1100 "
             "AND payment_intent_id IS NOT NULL ORDER BY 1")[0]
    made = int(moment(d['created_at']).timestamp())
    intent = d['payment_intent_id']
    put_intent(d, 'sk_test_default', made)
    control('happen', {'kind': 'succeeded', 'intent': intent,
                       'key': 'sk_test_default', 'at': made + 2 * 86400})
    got = subprocess.run([ENV['BUILD'] + '/cli/cerberus', 'reconcile',
                          '--since', '2024-12-31'], env=command()[1],
                         capture_output=True, text=True, check=False)
    # Stripe has few of the intents here.
    same(got.returncode, 1, f'reconcile: {got.stderr}')
    check('foreign' not in got.stdout, 'no payment is a stranger\'s',
          got.stdout[-300:])
    d = rows(here, 'SELECT * FROM donations WHERE donation_id = '
             f'{d["donation_id"]}')[0]
    same(moment(d['succeeded_at']).timestamp(), made + 2 * 86400,
         'the day is that of the charge')
    test_ledger()


def test_no_secrets():
    same(here.run("SELECT count(*) FROM users WHERE password_hash LIKE "
                  "'$2b$%'"), [['0']], 'no hash was taken')
    same(here.run("SELECT count(*) FROM audit_log WHERE table_name = "
                  "'flask_backend'"), [['1']], 'the move is in the audit log')


def main():
    make_admin()
    run([test_refusals, test_other_shapes, test_dry_run, test_crashes, test_moves,
         test_campaigns, test_users, test_voters, test_memberships,
         test_interactions, test_surveys, test_donations, test_report,
         test_ledger, test_sequences, test_second_run, test_invitations,
         test_websites, test_webhooks, test_reconcile, test_no_secrets])
    sys.exit(finish())


main()
