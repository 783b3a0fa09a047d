#!/usr/bin/python3
"""Makes files with votes: vote histories with one row for each vote, and voter files with columns of votes.

    make_history.py LAYOUT VOTERS [--seed N] [--elections N] [--traps] [--voters-file FILE] [--expect FILE] > file

The people are invented, the same for the same seed.  --voters-file writes a voter file of the people in a history, with
our own names as the header.  --expect writes what an import should make of the file:

    rows, added, duplicates, unknown, none, rejected    counts; rows is the sum of the others
    elections                                           [date or null, year, kind] of each
    votes                                               by registration id (van: by e-mail address) a list of
                                                        [date or null, year, kind, method, party]
    mapping                                             of the upload, if the layout needs one

--traps adds to a history: rows that are there twice, a second vote in one election (the last counts), voters who are

"""
import argparse
import csv
import io
import json
import random
import sys
from datetime import date

FIRST = "Ada Ben Cleo Dan Eve Finn Gus Hana Ida Jon Kim Lou Mia Ned Ola Pat Quinn Ray Sue Tom Uma Vic Wes Zoë".split()
LAST = "Adams Baker Cruz Diaz Evans Ford Gray Hill Ito Jones King Lee Moss Núñez Ortiz Price Reed Shaw Tate Ueda".split()


def tuesday(year, month):
    """The Tuesday after the month's first Monday."""
    return next(d for d in (date(year, month, n) for n in range(2, 9)) if d.weekday() == 1)


def elections(count):
    """The last elections until 2025, the newest first: a primary and a general election each year."""
    days = [(tuesday(y, m), kind) for y in range(2025, 1980, -1) for m, kind in ((11, "general"), (5, "primary"))]
    return days[:count]


class Layout:
    """The format of a history: its columns, and the file's texts for our kinds, methods and parties."""

    def __init__(self, state, header, delimiter, kinds, methods, parties, row, day="%m/%d/%Y", none=None, regid="{:08}",
                 quote=csv.QUOTE_MINIMAL):
        self.state, self.header, self.delimiter, self.kinds = state, header, delimiter, kinds
        self.methods, self.parties, self.row, self.day, self.none = methods, parties, row, day, none
        self.regid, self.quote = regid, quote


def same(words):
    return {w: w for w in words}


NC = """county_id county_desc voter_reg_num election_lbl election_desc voting_method voted_party_cd voted_party_desc
    pct_label pct_description ncid voted_county_id voted_county_desc vtd_label vtd_description""".split()
GA = ["County Name", "Voter Registration Number", "Election Date", "Election Type", "Party", "Ballot Style", "Absentee",
      "Provisional", "Supplemental"]
PARTIES = {"DEM": "Democratic", "REP": "Republican", "UNA": "Unaffiliated", "CST": "CST"}

LAYOUTS = {
    "nc-history": Layout(
        "NC", NC, "\t", {"general": "GENERAL", "primary": "PRIMARY"},
        same(["IN-PERSON", "ABSENTEE ONESTOP", "ABSENTEE BY MAIL", "EARLY VOTING IN-PERSON"]), PARTIES,
        lambda i, day, kind, m, p: ["92", "WAKE", f"{int(i[2:]):012}", day, f"{day} {kind}", m, p, "", "01-01",
                                    "PRECINCT 01-01", i, "92", "WAKE", "01-01", "01-01"],
        regid="EH{:06}", quote=csv.QUOTE_ALL),
    "fl-history": Layout(
        "FL", None, "\t", {"general": "GEN", "primary": "PRI"},
        {"Y": "At the polls", "Z": "At the polls", "A": "By mail", "E": "Early", "F": "Early"}, {"": None},
        lambda i, day, kind, m, p: ["ALA", i, day, kind, m], none="NBP", regid="1{:08}"),
    "ga-history": Layout(
        "GA", GA, ",", {"general": "GENERAL ELECTION", "primary": "GENERAL PRIMARY"},
        same(["REGULAR", "ABSENTEE BY MAIL", "ADVANCE VOTING"]),
        {"DEMOCRAT": "Democratic", "REPUBLICAN": "Republican", "NON-PARTISAN": None, "": None},
        lambda i, day, kind, m, p: ["FULTON", i, day, kind, p, m, "N", "N", "N"]),
}


class Expect:
    """The expected result of importing the file so far."""

    def __init__(self):
        self.counts = dict.fromkeys("rows added duplicates unknown none rejected".split(), 0)
        self.votes, self.elections = {}, set()

    def count(self, what):
        self.counts["rows"] += 1
        self.counts[what] += 1

    def vote(self, person, day, year, kind, method, party):
        key = (day, year, kind)
        mine = self.votes.setdefault(person, {})
        self.count("duplicates" if key in mine else "added")
        mine[key] = (method, party)
        self.elections.add(key)

    def write(self, path, mapping=None):
        everything = {
            **self.counts, "mapping": mapping, "elections": sorted(self.elections, key=lambda e: (e[1], e[0] or "", e[2])),
            "votes": {p: sorted(([*k, *v] for k, v in mine.items()), key=lambda e: (e[1], e[0] or "", e[2]))
                      for p, mine in sorted(self.votes.items())}}
        with open(path, "w", encoding="utf-8") as f:
            f.write(json.dumps(everything, ensure_ascii=False, indent=1) + "\n")


def names(draw):
    return draw.choice(FIRST), draw.choice(LAST)


def history(layout, voters, count, draw, traps, out, expect):
    """Write one row for each vote; return the people."""
    w = csv.writer(out, delimiter=layout.delimiter, lineterminator="\n", quoting=layout.quote)
    if layout.header:
        w.writerow(layout.header)
    days, people = elections(count), []

    def put(person, day, kind, method, party):
        w.writerow(layout.row(person, day and day.strftime(layout.day), layout.kinds[kind], method, party))

    for n in range(voters):
        person = layout.regid.format(n + 1)
        people.append((person, *names(draw)))
        for day, kind in days:
            if draw.random() < 0.4:
                continue
            method = draw.choice(sorted(layout.methods))
            party = draw.choice(sorted(layout.parties))
            trap = draw.random() if traps else 1
            vote = (person, day.isoformat(), day.year, kind, layout.methods[method], layout.parties[party])
            put(person, day, kind, method, party)
            expect.vote(*vote)
            if trap < 0.01:                    # the row again
                put(person, day, kind, method, party)
                expect.vote(*vote)
            elif trap < 0.02:                  # another vote in the same election
                method = draw.choice(sorted(layout.methods))
                put(person, day, kind, method, party)
                expect.vote(*vote[:4], layout.methods[method], vote[5])
            elif trap < 0.03:                  # somebody who is not known
                put(layout.regid.format(n + 10 ** 5), day, kind, method, party)
                expect.count("unknown")
            elif trap < 0.035:                 # no id, or no date
                put("", day, kind, method, party) if layout.state != "NC" else put(person, None, kind, method, party)
                expect.count("rejected")
            elif trap < 0.06 and layout.none:  # no vote
                put(person, tuesday(1990, 11), kind, draw.choice(layout.none), party)
                expect.count("none")
    return people


def ny_list(voters, count, draw, traps, out, expect):
    """A voter file with all votes of a voter in one cell, as New York's: in the spellings of its counties."""
    w = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    w.writerow(["FIRSTNAME", "LASTNAME", "SBOEID", "RSTATE", "VoterHistory"])
    methods = {"P": "At the polls", "E": "Early", "A": "Absentee", "F": "Affidavit", "D": "D"}
    for n in range(voters):
        person, cell = f"NY{n + 1:018}", []
        for day, kind in elections(count):
            if draw.random() < 0.4:
                continue
            m = draw.choice(sorted(methods))
            code, words = ("GE", "General Election") if kind == "general" else ("PR", "Primary Election")
            style = draw.randrange(5)
            cell.append([f"{day:%Y%m%d} {code}({m})", f"{code} {day:%Y%m%d}({m})", f"{code} {day:%m/%d/%Y}",
                         f"{words}, {day.year}({m})", f"{day.year} {words.upper()}({m})"][style])
            # A year means the only election of its kind in that year, whose date other voters' cells have.  The state
            # is one without another file, which could have a second one.
            expect.vote(person, day.isoformat(), day.year, kind, methods[m] if style != 2 else None, None)
        if traps and n % 50 == 0:
            cell.append("PRES PRIMARY ELECTION(P)")  # no year
        w.writerow([*names(draw), person, "VT", ";".join(cell)])
    return {"voter_registration_id": "SBOEID", "registration_state": {"from": "RSTATE"}, "votes": {
        "list": "VoterHistory", "kinds": {"GE": "general", "PR": "primary"}, "methods": {
            k: v for k, v in methods.items() if k != v}}}


def pa_pairs(voters, count, draw, traps, out, expect):
    """A voter file without a header whose elections have two numbered columns each, as Pennsylvania's."""
    w = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    for n in range(voters):
        person, cells = f"{n + 1:09}-01", []
        for day, kind in elections(count):
            m, p = (draw.choice(["AP", "MB", "P"]), draw.choice(["D", "R", "NF"])) if draw.random() < 0.6 else ("", "")
            cells += [m, p]
            if m:
                expect.vote(person, day.isoformat(), day.year, kind, m, p)
        w.writerow([person, *names(draw), *cells])
    return {"voter_registration_id": 1, "first_name": 2, "last_name": 3, "registration_state": {"value": "PA"}, "votes": [
        {"method": 4 + 2 * i, "party": 5 + 2 * i, "date": d.isoformat(), "kind": k}
        for i, (d, k) in enumerate(elections(count))]}


def van(voters, count, draw, traps, out, expect):
    """VAN: people without a registration id; of an election only the year is known."""
    days = elections(count)
    w = csv.writer(out, lineterminator="\n")
    w.writerow(["VanID", "FirstName", "LastName", "Email", "State", "ZipOrPostal",
                *(f"{k.title()}{d:%y}" for d, k in days)])
    methods = {"A": "Absentee", "E": "Early", "P": "At the polls", "M": "By mail", "Y": None}
    for n in range(voters):
        cells = []
        for day, kind in days:
            m = draw.choice(sorted(methods)) if draw.random() < 0.6 else ""
            cells.append(m)
            if m:
                exact = kind == "general" and day.year % 2 == 0
                expect.vote(f"van{n}@votes.example.org", day.isoformat() if exact else None, day.year, kind, methods[m], None)
        w.writerow([10 ** 6 + n, *names(draw), f"van{n}@votes.example.org", "VA", "22201", *cells])


def main():
    ap = argparse.ArgumentParser(description="Makes a file with votes on standard output.")
    ap.add_argument("layout", choices=sorted([*LAYOUTS, "ny-list", "pa-pairs", "van"]))
    ap.add_argument("voters", type=int)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--elections", type=int, default=20)
    ap.add_argument("--traps", action="store_true")
    ap.add_argument("--voters-file", dest="people")
    ap.add_argument("--expect")
    a = ap.parse_args()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    draw, expect, mapping = random.Random(a.seed), Expect(), None
    if a.layout in LAYOUTS:
        layout = LAYOUTS[a.layout]
        people = history(layout, a.voters, a.elections, draw, a.traps, out, expect)
        if a.people:
            with open(a.people, "w", encoding="utf-8", newline="") as f:
                w = csv.writer(f, lineterminator="\n")
                w.writerow(["voter_registration_id", "first_name", "last_name", "registration_state"])
                w.writerows([*p, layout.state] for p in people)
    else:
        make = {"ny-list": ny_list, "pa-pairs": pa_pairs, "van": van}[a.layout]
        mapping = make(a.voters, a.elections, draw, a.traps, out, expect)
    out.flush()
    if a.expect:
        expect.write(a.expect, mapping)


if __name__ == "__main__":
    main()
