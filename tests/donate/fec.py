"""A validator of rows of the FEC's electronic filing format, version 8.5.

It is written from the published rules and knows nothing of the export: the
order of the fields is that of the format's Schedules A and B, the widths and
requirements are those of the FEC's own validator (fecgov/fecfile-validate,
INDIVIDUAL_RECEIPT and the refunds to individuals).
"""
import datetime
import re

SEPARATOR = '\x1c'
STATES = set('''AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA
MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV
WI WY AS GU MP PR VI ZZ'''.split())

# Name and width of each field.
PERSON = [('last_name', 30), ('first_name', 20), ('middle_name', 20),
          ('prefix', 10), ('suffix', 10), ('street_1', 34), ('street_2', 34),
          ('city', 30), ('state', 2), ('zip', 9), ('election_code', 5),
          ('election_other', 20), ('date', 8), ('amount', 12)]
HEAD = [('form_type', 8), ('committee_id', 9), ('transaction_id', 20),
        ('back_reference', 20), ('back_schedule', 8), ('entity_type', 3),
        ('organization', 200)] + PERSON
OTHER = [('committee_fec_id', 9), ('committee_name', 200),
         ('candidate_fec_id', 9), ('candidate_last', 30),
         ('candidate_first', 20), ('candidate_middle', 20),
         ('candidate_prefix', 10), ('candidate_suffix', 10),
         ('candidate_office', 1), ('candidate_state', 2),
         ('candidate_district', 2), ('conduit_name', 200),
         ('conduit_street_1', 34), ('conduit_street_2', 34),
         ('conduit_city', 30), ('conduit_state', 2), ('conduit_zip', 9),
         ('memo_code', 1), ('memo_text', 100), ('account', 9)]
SCHEDULES = {
    'A': HEAD + [('aggregate', 12), ('purpose', 100), ('employer', 38),
                 ('occupation', 38)] + OTHER,
    'B': HEAD + [('bundled', 12), ('purpose', 100), ('category', 3)] + OTHER,
}
assert [len(s) for s in SCHEDULES.values()] == [45, 44]
FORMS = {'A': {'SA11AI', 'SA11AII'}, 'B': {'SB20A', 'SB28A'}}
REQUIRED = ['form_type', 'committee_id', 'transaction_id', 'entity_type',
            'last_name', 'first_name', 'street_1', 'city', 'state', 'zip',
            'date', 'amount']


def read(text, schedule):
    """The rows of a file, as dictionaries."""
    names = [name for name, _ in SCHEDULES[schedule]]
    # For Python, ASCII 28 ends a line.
    return [dict(zip(names, line.split(SEPARATOR)))
            for line in text.split('\r\n')[:-1]]


def faults(text, schedule):
    """Return what is wrong with a file; [] if the FEC would accept it."""
    out = []
    seen = set()
    if text and not text.endswith('\r\n'):
        out.append('the last row has no end')
    # Not splitlines(): a line break in a field has to be noticed.
    for at, line in enumerate(text.split('\r\n')[:-1], 1):
        out += [f'row {at}: {fault}' for fault in
                row_faults(line.split(SEPARATOR), schedule, seen)]
    return out


def row_faults(fields, schedule, seen):
    spec = SCHEDULES[schedule]
    if len(fields) != len(spec):
        return [f'{len(fields)} fields in place of {len(spec)}']
    row = dict(zip([name for name, _ in spec], fields))
    out = [f'{name} is not printable ASCII: {row[name]!r}'
           for name, _ in spec if not re.fullmatch('[ -~]*', row[name])]
    out += [f'{name} has more than {width} characters: {row[name]!r}'
            for name, width in spec if len(row[name]) > width]
    # A memo of the conduit that passed on the gift before it.
    memo = schedule == 'A' and row['memo_code'] == 'X'
    out += [f'{name} is required' for name in REQUIRED if not row[name]
            and not (memo and name in ('last_name', 'first_name'))]

    def rule(good, message):
        if not good:
            out.append(f'{message}: {row}')

    rule(row['form_type'] in FORMS[schedule], 'wrong form type')
    rule(re.fullmatch('[PC][0-9]{8}|[HS][0-9][A-Z]{2}[0-9]{5}',
                      row['committee_id']), 'wrong committee')
    rule(re.fullmatch('[A-Z0-9.-]+', row['transaction_id']),
         'wrong transaction id')
    rule(row['transaction_id'] not in seen, 'transaction id twice')
    seen.add(row['transaction_id'])
    rule(row['entity_type'] == ('COM' if memo else 'IND'),
         'wrong entity type')
    rule(not memo or (row['organization'] and row['purpose']
                      and row['back_reference'] in seen
                      and re.fullmatch('C[0-9]{8}', row['committee_fec_id'])),
         'a memo names its conduit and the gift before it')
    rule(row['state'] in STATES, 'wrong state')
    rule('-' not in row['zip'], 'hyphen in the ZIP code')
    rule(not row['election_code'] or re.fullmatch('[GPRSCEO][0-9]{4}',
                                                  row['election_code']),
         'wrong election code')
    try:
        datetime.datetime.strptime(row['date'], '%Y%m%d')
    except ValueError:
        rule(False, 'wrong date')
    for name in ('amount', 'aggregate'):
        rule(re.fullmatch(r'-?[0-9]+\.[0-9]{2}', row.get(name, '0.00')),
             'wrong ' + name)
    if schedule == 'A' and not memo:
        over = float(row['aggregate']) > 200
        rule(over == (row['form_type'] == 'SA11AI'),
             'over 200.00 is itemised, and no less')
        rule(not over or (row['employer'] and row['occupation']),
             'employer and occupation are required over 200.00')
    return out
