#!/usr/bin/env python3
"""Rows of a Flask backend's database, with what real rows have in them.

usage: generate.py VOTERS KEY	write SQL for psql to standard output

The same arguments make the same rows.  Contact data of donations is encrypted
with the key, by pgcrypto; some is plain, and some does not decrypt.
"""
import datetime
import json
import random
import sys

random.seed(16)
VOTERS = int(sys.argv[1])
KEY = sys.argv[2]
GIFTS = INTERACTIONS = RESPONSES = max(VOTERS // (1 if VOTERS < 5000 else 10),
                                       40)
START = datetime.datetime(2025, 1, 1)
FIRST = ['Ana', 'José', 'Li', 'Mary Jo', "D'Arcy", 'Zoë', 'Björn', 'Olu']
LAST = ['Smith', 'Núñez', "O'Neil", 'de la Cruz', 'Smith-Jones', 'Ng', 'Łoś']
STATES = ['NC', 'North Carolina', 'Ga.', 'TX', None, 'Ontario']
STATUSES = ['Registered', 'Purged', 'active', 'Inactive', 'pending',
            'Cancelled', 'moved away', None]
CAMPAIGNS = [3, 7, 8, 21, 40, 41, 55]
GONE = 99           # a campaign that was deleted, and has donations
LOST = 98           # one that has none
out = sys.stdout


def maybe(value, share=0.5):
    return value if random.random() < share else None


def when(days=500):
    return START + datetime.timedelta(
        seconds=random.randrange(days * 86400), microseconds=123456)


def cell(value):
    if value is None:
        return '\\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    return (str(value).replace('\\', '\\\\').replace('\t', '\\t')
            .replace('\n', '\\n').replace('\r', '\\r'))


def copy(table, columns, rows):
    out.write(f'COPY {table} ({columns}) FROM STDIN;\n')
    for row in rows:
        out.write('\t'.join(map(cell, row)) + '\n')
    out.write('\\.\n')


def campaigns():
    names = {3: 'Smith for Senate', 7: 'Clean Water', 8: None, 21: 'Clean Water',
             40: '  Spaces  ', 41: '', 55: 'The last one'}
    for id_ in CAMPAIGNS:
        yield (id_, names[id_], '2025-03-01',
               '2025-01-01' if id_ == 7 else '2026-11-03',
               random.choice(['Local', 'State', 'Federal', 'Issue', None]),
               {3: '{"color": "blue"}', 7: '[1, 2]', 8: 'null'}.get(id_),
               4 if id_ == 3 else None, when(),
               None if id_ == 40 else when())


def users():
    roles = ['admin', 'manager', 'editor', 'viewer', 'viewer', 'canvasser',
             None, 'viewer', 'editor', 'viewer']
    names = ['root', 'manager', 'Editor', 'viewer', 'VIEWER', 'canvasser',
             'nobody', 'admin', 'ed\u00edtor', 'gone']
    for n, (name, role) in enumerate(zip(names, roles), 1):
        yield (n, name, '$2b$12$' + 'x' * 53,
               {3: 'not an address', 6: None}.get(n, f'U{n}@Example.org'),
               random.choice(FIRST), maybe('Staff'), role, {7: None, 10: False}.get(n, True),
               maybe(when()), when(), when())


def voters():
    for n in range(1, VOTERS + 1):
        id_ = n * 3
        phone = {1: 'call me', 2: '555-0199', 3: '+44 20 7946 0958'}.get(
            n, f'919{2000000 + n:07d}' if n % 2 else
            f'(919) {200 + n // 10000 % 700}-{n % 10000:04d}')
        yield (id_, {5: '', 6: '  '}.get(n, random.choice(FIRST)),
               maybe('Q.'), {6: ''}.get(n, random.choice(LAST) + (
                   ' ' if n % 10 == 0 else '')),
               {7: '0044-03-15', 8: 'infinity', 9: '2200-01-01'}.get(
                   n, maybe(f'19{30 + n % 70}-0{1 + n % 9}-1{n % 10}')),
               {4: 'Prefers to describe herself in her own words'}.get(
                   n, maybe('F')),
               maybe(f'{n} Main St\nApt 4' if n % 7 == 0 else f'{n} Main St'),
               maybe('Durham'), random.choice(STATES), maybe('27701 1234'),
               maybe('Durham'), maybe('12-04'),
               phone if n % 5 else None,
               {10: 'no address', 11: 'Ana@Example.ORG'}.get(
                   n, f'V{n}@example.org' if n % 3 else None),
               maybe('E' * 255 if n % 50 == 0 else 'Self\tEmployed'),
               maybe('Back\\slash'), random.random() < 0.3,
               random.random() < 0.3, maybe(False), False,
               random.choice(STATUSES),
               {12: 'AB1', 13: 'AB1 ', 14: 'N/A'}.get(
                   n, f'R{n}' if n % 4 else None),
               {15: 'infinity'}.get(n, maybe('2020-02-29')), maybe('DEM'),
               {16: None}.get(n, n % 100 - 5), maybe(f'{when()}+00'),
               maybe('email'),
               {17: '{"a": "\\u0000 and \\ud800", "b": 1.50}',
                18: '["a list"]', 19: 'null', 20: '"text"',
                21: '{"registration_status": "theirs"}'}.get(
                   n, maybe('{"tags": ["x", "y"], "n": null}', 0.1)),
               {22: LOST}.get(n, maybe(random.choice(CAMPAIGNS))),
               {23: None, 24: None}.get(n, when()),
               {24: None}.get(n, when()))


def campaign_voters():
    seen = set()
    for n in range(1, VOTERS + VOTERS // 5):
        pair = (random.choice(CAMPAIGNS), 3 * random.randint(1, VOTERS))
        if n == 1:
            pair = (LOST, 3)
        if n == 2:
            pair = (3, 3 * VOTERS + 1)
        if pair not in seen:
            seen.add(pair)
            yield (n, *pair, f'{when()}-05')


def interactions():
    for n in range(1, INTERACTIONS + 1):
        yield (n * 2, 3 * random.randint(1, VOTERS),
               {1: LOST}.get(n, maybe(random.choice(CAMPAIGNS), 0.9)),
               maybe(random.randint(1, 10)),
               {2: ' '}.get(n, random.choice(['Website Signup', 'Call'])),
               {3: None, 4: 'infinity'}.get(n, f'{when()}+00'),
               maybe('Signed Up'),
               {5: 'line one\nline two\ttab', 6: 'bell \x07 rings',
                7: 'n' * 20000}.get(n, maybe('Expressed interest: Endorse.')),
               {8: -5}.get(n, maybe(n % 60)), f'{when()}+00')


QUESTIONS = [
    (1, 3, 'Will you vote?', 'single_choice', ['Yes', 'No', 'Maybe']),
    (2, 3, 'Support?', 'Single Choice',
     [{'value': '1', 'label': 'Strong'}, {'value': '2', 'label': 'Weak'}]),
    (4, 7, 'Issues?', 'multiple_choice', {'env': 'Environment', 'tax': 'Tax'}),
    (5, 7, 'Anything else?', 'text', None),
    (6, 8, 'Rate us', 'rating_scale', [1, 10]),
    (7, 8, 'Yes or no?', 'yes_no', None),
    (8, LOST, 'Rate again', 'rating', None),
    (9, None, 'Yes, no, or what?', 'yes_no', None),
    (10, 21, 'No choices', 'single_choice', []),
    (11, 21, 'Q' * 1200, 'essay', None),
    (12, 40, 'Scale of words', 'rating_scale', ['good', 'bad']),
]
ANSWERS = {1: ['Yes', 'No', 'Maybe', 'Never'], 2: ['1', 'Weak', '2', '3'],
           5: ['text', 'a "quote"', 'two\nlines'], 6: ['1', '10', '12', '7'],
           7: ['yes', 'No', 'TRUE', 'n'], 8: ['1', '5'],
           9: ['yes', 'perhaps'], 10: ['free'], 11: ['x' * 900],
           12: ['good', 'bad', '3']}


def questions():
    for id_, campaign, text, type_, possible in QUESTIONS:
        yield (id_, campaign, text, type_,
               None if possible is None else json.dumps(possible),
               f'{when()}+00')


def responses():
    for n in range(1, RESPONSES + 1):
        id_ = n + 100
        question = random.choice(QUESTIONS)[0]
        value = values = None
        if question == 4:
            values = random.choice([['env'], ['Tax', 'env'], ['other', 'env'],
                                    ['env', 'env']])
            if n % 9 == 0:
                value, values = 'env', None
        elif n % 11 == 0:
            values = [ANSWERS[question][0]]
        else:
            value = random.choice(ANSWERS[question])
        voter = 3 * random.randint(1, VOTERS)
        if n == 1:
            voter = 1
        if n == 2:
            question = 77
        if n == 3:
            value = values = None
        if n == 4:
            value, values = ' ', []
        yield (id_, maybe(2 * random.randint(1, INTERACTIONS), 0.2), voter,
               question, value, None if values is None else json.dumps(values),
               {5: None}.get(n, f'{when()}+00'))


def donations():
    status = ['succeeded'] * 6 + ['pending', 'failed',
                                  'requires_payment_method',
                                  'requires_confirmation']
    for n in range(1, GIFTS + 1):
        id_ = n + 1000
        amount = {1: '0.00', 2: '-5.00', 3: 'NaN', 4: '10.50', 5: '1000.00',
                  6: '0.29', 7: '99999999.99'}.get(
                      n, f'{random.randrange(100, 500000) / 100:.2f}')
        yield (id_, amount,
               {4: 'jpy', 5: 'JPY', 8: None, 9: '12$', 10: 'eur'}.get(n, 'USD'),
               {11: None}.get(n, random.choice(status)),
               {12: 'pi_13', 13: ' pi_13', 14: '  '}.get(n, f'pi_{n}'),
               maybe(random.choice(FIRST), 0.9),
               {15: 'Somebody Else'}.get(n, maybe(random.choice(LAST), 0.9)),
               maybe(f'{n} Elm St'), maybe('Unit 2'), maybe('Cary'),
               maybe('NC'), maybe('27511'), maybe('E' * 200), maybe('Baker'),
               random.random() < 0.3, maybe(False), False, False,
               maybe(n % 13 == 0), n % 4 == 0,
               {15: 3 * 5}.get(n, maybe(3 * random.randint(1, VOTERS), 0.1)),
               {16: GONE, 17: GONE}.get(n, random.choice(CAMPAIGNS)),
               maybe(4, 0.05), {18: None}.get(n, when()), when())


def contacts():
    """What is encrypted: the rows' numbers, and how."""
    for n in range(1, GIFTS + 1):
        email = f'Donor{n % 300}@Example.org' if n % 5 else None
        phone = f'919-555-{n % 10000:04d}' if n % 3 else None
        how = {19: 'broken', 20: 'broken', 21: 'latin1', 22: 'empty'}.get(
            n, 'plain' if n % 17 == 0 else 'key')
        if n == 34:
            email = 'Ångström@example.org'  # begins with 0xc3, and is plain
        yield (n + 1000, email, phone, how)


def main():
    out.write('SET client_min_messages = warning;\n'
              "SET datestyle = 'ISO, YMD'; SET timezone = 'UTC';\nBEGIN;\n")
    copy('campaigns', 'campaign_id, campaign_name, start_date, end_date, '
         'campaign_type, details, source_id, created_at, updated_at',
         campaigns())
    copy('users', 'user_id, username, password_hash, email, first_name, '
         'last_name, role, is_active, last_login, created_at, updated_at',
         users())
    copy('voters', 'voter_id, first_name, middle_name, last_name, '
         'date_of_birth, gender, street_address, city, state, zip_code, '
         'county, precinct, phone_number, email_address, employer, '
         'occupation, contact_email, contact_phone, contact_mail, '
         'contact_sms, registration_status, voter_registration_id, '
         'registration_date, party_affiliation, engagement_score, '
         'last_contacted_date, preferred_contact_method, custom_fields, '
         'source_campaign_id, created_at, updated_at', voters())
    copy('campaign_voters', 'campaign_voter_id, campaign_id, voter_id, '
         'added_at', campaign_voters())
    copy('interactions', 'interaction_id, voter_id, campaign_id, user_id, '
         'interaction_type, interaction_date, outcome, notes, '
         'duration_minutes, created_at', interactions())
    copy('survey_questions', 'question_id, campaign_id, question_text, '
         'question_type, possible_answers, created_at', questions())
    copy('survey_responses', 'response_id, interaction_id, voter_id, '
         'question_id, response_value, response_values, responded_at',
         responses())
    copy('donations', 'id, amount, currency, payment_status, '
         'stripe_payment_intent_id, first_name, last_name, address_line1, '
         'address_line2, address_city, address_state, address_zip, '
         'employer, occupation, contact_email, contact_phone, contact_mail, '
         'contact_sms, is_recurring, covers_fees, person_id, campaign_id, '
         'source_id, created_at, updated_at', donations())
    out.write('CREATE TEMP TABLE c (id int, email text, phone text, '
              'how text);\n')
    copy('c', 'id, email, phone, how', contacts())
    out.write(f"""UPDATE donations d SET
        email = CASE c.how WHEN 'key' THEN pgp_sym_encrypt(c.email, '{KEY}')
            WHEN 'broken' THEN pgp_sym_encrypt(c.email, 'another key')
            WHEN 'latin1' THEN convert_to('J' || chr(233), 'LATIN1')
            WHEN 'empty' THEN '' ELSE convert_to(c.email, 'UTF8') END,
        phone_number = CASE WHEN c.how IN ('key', 'broken')
            THEN pgp_sym_encrypt(c.phone, '{KEY}')
            ELSE convert_to(c.phone, 'UTF8') END
        FROM c WHERE c.id = d.id;
        COMMIT;
        """)


main()
