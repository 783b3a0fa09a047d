#!/usr/bin/env python3
"""Households, walk lists, turfs and cross tables over HTTP, compared with what
Python makes of the same generated voters.

usage: CERBERUS_URL=http://... ADMIN_URL=postgresql://... households.py

The database holds tests/support/fixture.sql.
"""
import base64
import csv
import datetime
import hashlib
import html.parser
import io
import itertools
import json
import os
import random
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import bad, call, check, finish, ok, run, same, sql

ADMIN, MANAGER, EDITOR, VIEWER = (
    "test-token-of-the-" + who for who in ("admin", "manager", "editor",
                                           "viewer"))
RNG = random.Random(17)
YEAR = datetime.date.today().year
STREETS = {"Oak St": ["OAK ST", "Oak Street", "oak st."],
           "N Main Ave": ["North Main Avenue", "N. MAIN AVE", "n main av"],
           "Old Mill Rd": ["OLD MILL ROAD", "Old Mill Rd"],
           "Elm Ct W": ["Elm Court West", "ELM CT W"],
           "Rio Aptos Way": ["RIO APTOS WAY"]}
UNITS = ["Apt {}", "#{}", "Unit {}", "# {}", ", Apt. {}", "STE {}", "apt{}"]
FIRST = ["Ana", "Bo", "Cy", "Di", "Eve", "Flo", "Gus"]
LAST = ["Núñez", "Reed", "Poe", "O'Neil"]
voters = {}


class Door:
    """The same door in different spellings, and where it is on a walk."""

    def __init__(self):
        self.street = RNG.choice(sorted(STREETS))
        self.number = RNG.randint(1, 130)
        self.letter = RNG.choice(["", "", "", "", "A", "b"])
        self.unit = RNG.choice([None, None, None, "4", "12", "4B", "C", "104"])
        self.zip = RNG.choice(["27601", "27602"])
        self.precinct = RNG.choice(["P1", "P2", "P3"])

    def spelled(self):
        text = f"{self.number}{self.letter} " + RNG.choice(
            [self.street] + STREETS[self.street])
        if self.unit:
            text += " " + RNG.choice(UNITS if self.unit[0].isdigit() else
                                     UNITS[:-1]).format(RNG.choice(
                [self.unit, self.unit.lower(), "0" + self.unit
                 if self.unit.isdigit() else self.unit]))
        return text, self.zip + RNG.choice(["", "", "-1234"])

    def key(self):
        return (self.zip, self.street.upper(), self.number % 2 == 0,
                self.number if self.number % 2 else -self.number,
                self.letter.upper(), self.unit is not None,
                re.sub(r"\d+", lambda m: m[0].zfill(6), self.unit or ""))


def fill():
    """1,200 voters behind some 450 doors; every third is in campaign 71."""
    rows = []
    doors = [Door() for _ in range(450)]
    for i in range(720001, 721201):
        door = RNG.choice(doors) if i % 20 else None
        address, zip_code = (door.spelled() if door else
                             (RNG.choice(["PO Box 7", None]), "27601"))
        v = {"id": i, "first": RNG.choice(FIRST), "last": RNG.choice(LAST),
             "suffix": RNG.choice([None] * 9 + ["Jr."]), "address": address,
             "zip": zip_code, "precinct": door.precinct if door and i % 50
             else "P3", "party": RNG.choice(["DEM", "REP", None]),
             "gender": RNG.choice(["F", "M", None]),
             "born": RNG.choice([None, f"{YEAR - 80}-03-01",
                                 f"{YEAR - 40}-07-07", f"{YEAR - 22}-01-31"]),
             "tags": RNG.sample(["yard", "phone"], RNG.randint(0, 2)),
             "campaigns": [70] + [71] * (i % 3 == 0)}
        voters[i] = v | {"door": door.key() if door else None}
        rows.append(v)
    sql("INSERT INTO campaigns (campaign_id, campaign_name) "
        "VALUES (70, 'Walkers'), (71, 'Others'); "
        "INSERT INTO campaign_members (campaign_id, user_id, role) VALUES "
        "(70, 2, 'manager'), (70, 3, 'editor'), (70, 4, 'viewer'), "
        "(71, 5, 'manager')")
    text = json.dumps(rows).replace("'", "''")
    sql("CREATE TEMP TABLE given AS SELECT * FROM jsonb_to_recordset('"
        + text + "') g (id bigint, first text, last text, suffix text, "
        "address text, zip text, precinct text, party text, gender text, "
        "born date, tags text[], campaigns bigint[]); "
        "INSERT INTO voters (voter_id, first_name, last_name, suffix, "
        "street_address, zip_code, precinct, party_affiliation, gender, "
        "date_of_birth, tags) SELECT id, first, last, suffix, address, zip, "
        "precinct, party, gender, born, tags FROM given; "
        "INSERT INTO campaign_voters (campaign_id, voter_id) "
        "SELECT unnest(campaigns), id FROM given; ANALYZE voters")


def pages(token, query, per_page):
    """All households of a list, page by page."""
    out, cursor, total = [], None, None
    while True:
        answer = ok(token, "GET", f"/households?{query}&per_page={per_page}"
                    + (f"&cursor={cursor}" if cursor else ""))
        out += answer["households"]
        total = total or answer["total_households"]
        cursor = answer["next_cursor"]
        if cursor is None:
            same(len(out), total, "the total of " + query)
            return out


def grouped(keep):
    groups = {}
    for v in voters.values():
        if v["door"] and keep(v):
            groups.setdefault(v["door"], set()).add(v["id"])
    return groups


def ids(household):
    return {p["voter_id"] for p in household["people"]}


def households():
    """One entry for each door, in walking order, with its people."""
    for token, query, per_page, keep in (
            (ADMIN, "campaign_id=70", 200, lambda v: True),
            (EDITOR, "campaign_id=70", 77, lambda v: True),
            (EDITOR, "campaign_id=70&sort=-door", 200, lambda v: True),
            (VIEWER, "precinct=P1&campaign_id=70", 50,
             lambda v: v["precinct"] == "P1"),
            ("test-token-of-the-stranger", "zip_code=27602", 200,
             lambda v: v["zip"] == "27602" and v["id"] % 3 == 0),
            (EDITOR, "campaign_id=70&tag=yard&party_affiliation=DEM", 33,
             lambda v: "yard" in v["tags"] and v["party"] == "DEM")):
        got = pages(token, query, per_page)
        wanted = grouped(keep)
        order = sorted(wanted, reverse="-door" in query)
        same([ids(h) for h in got], [wanted[k] for k in order],
             "households of " + query)
        check(len({h["door"] for h in got}) == len(got), "a door is twice")
    skipped = ok(EDITOR, "GET", "/households?campaign_id=70&per_page=10&page=3")
    same([ids(h) for h in skipped["households"]],
         [ids(h) for h in pages(EDITOR, "campaign_id=70", 200)[20:30]],
         "the third page")
    one = ok(EDITOR, "GET", "/households?campaign_id=70&per_page=1&fields="
             "name,number")["households"][0]
    same(sorted(one), ["name", "number"], "chosen fields")


def and_list(items):
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def joined(people):
    def key(v):
        return (v["last"].lower().replace("ú", "u").replace("ñ", "n")
                .replace("'", ""), v["suffix"] or "")
    people = sorted(people, key=lambda v: (key(v), v["first"], v["id"]))
    return and_list([" ".join(filter(None, [
        and_list([v["first"] for v in group]), group[0]["last"],
        group[0]["suffix"]])) for group in
        (list(g) for _, g in itertools.groupby(people, key))])


def names():
    """The joined name of a door, in the list and in the export."""
    for h in pages(EDITOR, "campaign_id=70", 200):
        same(h["name"], joined([voters[i] for i in ids(h)]), "a joined name")
    same(joined([voters[720001] | {"first": f, "last": "Núñez", "suffix": None}
                 for f in ("Bo", "Ana")]), "Ana and Bo Núñez", "the example")
    status, text, head = call(MANAGER, "GET",
                              "/voters/export?householded=1&campaign_id=70")
    same(status, 200, "the export by household")
    check("households.csv" in head["Content-Disposition"], "the file's name")
    rows = list(csv.DictReader(io.StringIO(text)))
    seen = [int(i) for r in rows for i in r["voter_ids"].split(";")]
    same(sorted(seen), sorted(voters), "everybody is in one row")
    wanted = grouped(lambda v: True)
    same([{int(i) for i in r["voter_ids"].split(";")}
          for r in rows][:len(wanted)], [wanted[k] for k in sorted(wanted)],
         "the doors of the export, in walking order")
    for r in rows:
        people = [voters[int(i)] for i in r["voter_ids"].split(";")]
        same((r["name"], r["people"]), (joined(people), str(len(people))),
             "a row of the export")
    bad(MANAGER, "GET", "/voters/export?householded=perhaps", "householded")
    bad(MANAGER, "GET", "/voters/export?householded=1&fields=phone_number",
        "fields")
    bad(EDITOR, "GET", "/voters/export?householded=1", None, status=403)


def segment(name, filter, campaign=70):
    return ok(ADMIN, "POST", "/voters/segments", {
        "campaign_id": campaign, "segment_name": name, "filter": filter},
        201)["segment_id"]


def members(turf):
    status, text, _ = call(VIEWER, "GET",
                           f"/turfs/{turf['turf_id']}/walk-list.csv")
    same(status, 200, "a turf's CSV")
    return list(csv.DictReader(io.StringIO(text)))


def turfs():
    """Each door is in one turf; sizes are near the wanted one."""
    everybody = segment("Everybody", {})
    for by, size in (("precinct", 20), ("street", 12), ("street", 500),
                     ("precinct", 1)):
        answer = ok(MANAGER, "POST", "/turfs", {
            "segment_id": everybody, "by": by, "size": size}, 201)
        wanted = grouped(lambda v: True)
        same((answer["doors"], answer["people"]),
             (len(wanted), sum(map(len, wanted.values()))), "doors and people")
        most = size + size // 4
        seen, areas, streets = [], {}, {}
        for t in answer["turfs"]:
            rows = members(t)
            doors = [voters[int(r["voter_id"])]["door"] for r in rows]
            mine = list(dict.fromkeys(doors))
            same(len(mine), t["doors"], "doors of a turf")
            same(len(rows), t["people"], "people of a turf")
            check(len(mine) <= most, f"a turf of {len(mine)} doors, {by}")
            same(mine, sorted(mine), "a turf in walking order")
            same([int(r["door_number"]) for r in rows],
                 [mine.index(d) + 1 for d in doors], "door numbers")
            seen += mine
            areas[t["turf_id"]] = {
                min(voters[i]["precinct"] for i in wanted[d])
                if by == "precinct" else d[0] for d in mine}
            for d in mine:
                area = (min(voters[i]["precinct"] for i in wanted[d])
                        if by == "precinct" else "", d[0], d[1])
                streets.setdefault(area, {}).setdefault(t["turf_id"],
                                                        []).append(d)
        same(sorted(seen), sorted(wanted), f"every door once, by {by}")
        check(all(len(a) == 1 for a in areas.values()), "a turf spans areas")
        for area, parts in streets.items():
            count = sum(map(len, parts.values()))
            if count <= most:
                same(len(parts), 1, f"turfs of a street of {count}")
            else:
                sizes = sorted(map(len, parts.values()))
                check(sizes[-1] - sizes[0] <= 1, "parts of a street", sizes)
        codes = {t["code"] for t in answer["turfs"]}
        same(len(codes), len(answer["turfs"]), "codes")
    turf = answer["turfs"][0]
    path = f"/turfs/{turf['turf_id']}"
    same(ok(MANAGER, "PATCH", path, {"user_id": 4})["user_id"], 4, "assigned")
    same(ok(VIEWER, "GET", "/turfs?user_id=4")["total_turfs"], 1,
         "turfs of the viewer")
    same(ok(VIEWER, "GET", f"/turfs?code={turf['code'].lower()}")["turfs"][0]
         ["turf_id"], turf["turf_id"], "a turf by its code")
    bad(MANAGER, "PATCH", path, "user_id", {"user_id": 5})
    bad(MANAGER, "PATCH", path, "doors_", {"doors_": 1})
    bad(EDITOR, "PATCH", path, None, {"user_id": 3}, 403)
    check(sql(f"SELECT count(*) FROM audit_log WHERE table_name = 'turfs' "
              f"AND row_id = {turf['turf_id']}") == "2", "audit of a turf")
    # A turf is a snapshot: the segment may change, and disappear.
    before = members(turf)
    ok(MANAGER, "PATCH", f"/voters/segments/{everybody}",
       {"filter": {"city": "Nowhere"}})
    ok(MANAGER, "DELETE", f"/voters/segments/{everybody}")
    same(members(turf), before, "the turf after its segment")
    same(ok(VIEWER, "GET", path)["segment_id"], None, "the turf's segment")
    ok(MANAGER, "DELETE", path)
    bad(VIEWER, "GET", path, None, status=404)
    nobody = segment("Nobody", {"city": "Nowhere"})
    good = {"segment_id": nobody, "by": "street", "size": 40}
    bad(MANAGER, "POST", "/turfs", "segment_id", good)
    for field, value in (("by", "city"), ("by", None), ("size", 0),
                         ("size", 1001), ("size", "many"), ("size", 2.5),
                         ("segment_id", 999999), ("segment_id", "x"),
                         ("colour", "red")):
        bad(MANAGER, "POST", "/turfs", field, good | {field: value})
    bad(MANAGER, "POST", "/turfs", "segment_id", {"by": "street", "size": 4})
    bad(EDITOR, "POST", "/turfs", None, good, 403)
    other = segment("Theirs", {}, 71)
    bad(MANAGER, "POST", "/turfs", "segment_id", good | {"segment_id": other})


class Page(html.parser.HTMLParser):
    """The text, the tags, and the doors of a walk list."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def walk_lists():
    """The page to print: every door a line, all text escaped, no script."""
    evil = "<script>alert(1)</script>\"'&<b>"
    question = ok(EDITOR, "POST", "/surveys/questions", {
        "campaign_id": 70, "question_text": "Do you " + evil,
        "question_type": "single_choice",
        "possible_answers": ["Strong <i>Support</i>", "No & never"]},
        201)["question_id"]
    scale = ok(EDITOR, "POST", "/surveys/questions", {
        "campaign_id": 70, "question_text": "How much?",
        "question_type": "rating_scale"}, 201)["question_id"]
    text = ok(EDITOR, "POST", "/surveys/questions", {
        "campaign_id": 70, "question_text": "Why?",
        "question_type": "open_text"}, 201)["question_id"]
    theirs = ok(ADMIN, "POST", "/surveys/questions", {
        "campaign_id": 71, "question_text": "Theirs?",
        "question_type": "yes_no"}, 201)["question_id"]
    ok(EDITOR, "PATCH", "/voters/720001", {
        "first_name": evil, "last_name": evil, "street_address": "7 <b>Elm & "
        "'Sons' St Apt <u>3</u>", "party_affiliation": evil, "gender": "<br>",
        "city": evil, "suffix": "</td>"})
    everybody = segment("All " + evil, {"party_affiliation": evil})
    status, page, head = call(EDITOR, "GET",
                              f"/voters/segments/{everybody}/walk-list")
    same(status, 200, "the page")
    check(head["Content-Type"].startswith("text/html"), "its type")
    policy = head.get_all("Content-Security-Policy")
    same(len(policy), 1, "policies")
    style = re.search("<style>(.*?)</style>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    check(policy[0].startswith("default-src 'none'; style-src 'sha256-"
                               + digest + "'; ") and "unsafe" not in policy[0]
          and "sandbox" in policy[0], "the policy", policy)
    known = {"html", "head", "meta", "title", "style", "body", "section",
             "table", "thead", "tbody", "tr", "th", "td", "div", "span", "h1",
             "p", "b", "br", "small", "i"}
    parsed = Page(page)
    check({t for t, _ in parsed.tags} <= known, "tags",
          {t for t, _ in parsed.tags} - known)
    check(all(set(a) <= {"class", "colspan", "rowspan", "lang", "charset",
                         "name", "content"} for _, a in parsed.tags),
          "attributes")
    check(page.count("<b>") == page.count("</b>"), "bold text is ended")
    shown = "".join(parsed.texts)
    for wanted in (evil, "Strong <i>Support</i>", "No & never", "Do you",
                   "How much?", f"S{everybody}", "All " + evil, "Walkers"):
        check(wanted in shown, "the page lacks " + wanted)
    for unwanted in ("Why?", "Theirs?"):
        check(unwanted not in shown, "the page has " + unwanted)
    same(sum(a.get("class") == "door" for _, a in parsed.tags), 1, "doors")
    # Each door is one body of the table, each street one section.
    some = segment("Some", {"precinct": "P2"})
    wanted = grouped(lambda v: v["precinct"] == "P2" and v["id"] != 720001)
    parsed = Page(call(EDITOR, "GET",
                       f"/voters/segments/{some}/walk-list")[1])
    same(sum(a.get("class") == "door" for _, a in parsed.tags), len(wanted),
         "one line a door")
    same(sum(t == "section" for t, _ in parsed.tags),
         len({k[:2] for k in wanted}), "one section a street")
    same(sum(a.get("class") == "who" for _, a in parsed.tags),
         sum(map(len, wanted.values())), "people")
    rows = list(csv.DictReader(io.StringIO(call(
        MANAGER, "GET", f"/voters/segments/{some}/walk-list.csv")[1])))
    same(len(rows), sum(map(len, wanted.values())), "rows of the CSV")
    path = f"/voters/segments/{some}/walk-list"
    shown = call(EDITOR, "GET", f"{path}?questions={scale}")[1]
    check("How much?" in shown and "Do you" not in shown, "chosen questions")
    check("How much?" not in ok(EDITOR, "GET", f"{path}?questions={question}"),
          "another question")
    for value in ("", "x", "0", f"{scale},", f"{scale},{scale}", str(text),
                  str(theirs), "1,2,3,4,5,6,7", "99999999999999999999"):
        bad(EDITOR, "GET", f"{path}?questions={value}", "questions")
    bad(EDITOR, "GET", f"{path}?colour=red", "colour")
    bad(VIEWER, "GET", path, None, status=403)
    bad(EDITOR, "GET", path + ".csv", None, status=403)
    bad("test-token-of-the-stranger", "GET", path, None, status=404)


def table(answer):
    return {tuple(r[k] for k in answer["by"]): r["count"]
            for r in answer["rows"]}


def breakdowns():
    """Cross tables, compared with plain SQL and with Python."""
    age = ("CASE WHEN date_part('year', age(v.date_of_birth)) < 25 THEN "
           "'18-24' WHEN date_part('year', age(v.date_of_birth)) < 45 THEN "
           "'35-44' WHEN v.date_of_birth IS NOT NULL THEN '75+' END")
    cases = {"party_affiliation": "v.party_affiliation", "gender": "v.gender",
             "precinct": "v.precinct", "zip_code": "v.zip_code",
             "age_band": age, "county": "v.county"}
    for n in (1, 2, 3):
        for by in itertools.combinations(cases, n):
            answer = ok(VIEWER, "GET",
                        f"/campaigns/70/breakdown?by={','.join(by)}")
            wanted = json.loads(sql(
                "SELECT json_agg(json_build_array("
                + ", ".join(f"k.c{i}" for i in range(n)) + ", k.n)) FROM "
                "(SELECT " + ", ".join(f"{cases[b]} AS c{i}"
                                       for i, b in enumerate(by))
                + ", count(*) AS n FROM voters v JOIN campaign_voters cv "
                "USING (voter_id) WHERE cv.campaign_id = 70 GROUP BY "
                + ", ".join(str(i + 1) for i in range(n)) + ") k"))
            same(table(answer), {tuple(r[:-1]): r[-1] for r in wanted},
                 f"breakdown by {by}")
            same(answer["total_voters"], len(voters), "voters")
    wanted = {}
    for v in voters.values():
        for t in v["tags"] or [None]:
            wanted[(t,)] = wanted.get((t,), 0) + 1
    same(table(ok(VIEWER, "GET", "/campaigns/70/breakdown?by=tag")), wanted,
         "breakdown by tag")
    # The newest answer counts.
    question = ok(EDITOR, "POST", "/surveys/questions", {
        "campaign_id": 70, "question_text": "Well?",
        "question_type": "yes_no"}, 201)["question_id"]
    for value, start, day in (("no", 720001, 1), ("yes", 720031, 2)):
        sql("INSERT INTO survey_responses (voter_id, question_id, "
            f"response_value, responded_at) SELECT i, {question}, '{value}', "
            f"'2026-01-0{day}Z' FROM generate_series({start}, 720100) i")
    by = f"answer:{question}"
    same(table(ok(VIEWER, "GET", f"/campaigns/70/breakdown?by={by}")),
         {("no",): 30, ("yes",): 70, (None,): 1100}, "breakdown by answer")
    yard = segment("Yard", {"tag": "yard"})
    total = sum("yard" in v["tags"] for v in voters.values())
    answer = ok(VIEWER, "GET", "/campaigns/70/breakdown?by=gender"
                f"&segment_id={yard}&precinct=P1")
    same(answer["total_voters"], sum("yard" in v["tags"] and v["precinct"]
                                     == "P1" for v in voters.values()),
         "voters of a segment in a precinct")
    # A member of the other campaign counts only its voters.
    stranger = "test-token-of-the-stranger"
    same(ok(stranger, "GET", "/campaigns/71/breakdown?by=gender")
         ["total_voters"], 400, "the other campaign")
    bad(stranger, "GET", "/campaigns/70/breakdown?by=gender", None, status=404)
    bad(stranger, "GET", f"/campaigns/71/breakdown?by={by}", "by")
    bad(stranger, "GET", "/campaigns/71/breakdown?by=gender"
        f"&segment_id={yard}", "segment_id")
    for query, field in (("", "by"), ("by=", "by"), ("by=name", "by"),
                         ("by=gender,gender", "by"), ("by=gender,", "by"),
                         ("by=gender,precinct,county,ward", "by"),
                         ("by=answer:x", "by"), ("by=answer:", "by"),
                         ("by=answer:999999", "by"), ("by=gender&x=1", "x"),
                         ("by=gender&campaign_id=70", "campaign_id"),
                         ("by=gender&zip_code=", "zip_code")):
        bad(VIEWER, "GET", f"/campaigns/70/breakdown?{query}", field)
    # A table that is too large.
    sql("UPDATE voters SET city = voter_id, county = voter_id "
        "WHERE voter_id BETWEEN 720001 AND 721200")
    sql("INSERT INTO voters (voter_id, first_name, last_name, city) "
        "SELECT i, 'A', 'B', i FROM generate_series(722001, 726000) i; "
        "INSERT INTO campaign_voters (campaign_id, voter_id) "
        "SELECT 70, i FROM generate_series(722001, 726000) i")
    bad(VIEWER, "GET", "/campaigns/70/breakdown?by=city", "by")
    sql("DELETE FROM voters WHERE voter_id BETWEEN 722001 AND 726000")


def isolation():
    """Two campaigns share voters and doors, and nothing else."""
    stranger = "test-token-of-the-stranger"
    seen = {i for h in pages(stranger, "", 200) for i in ids(h)}
    check(seen and all(71 in voters[i]["campaigns"] for i in seen
                       if i in voters), "a member sees their own voters only")
    both = segment("Both", {"zip_code": "27602"})
    turf = ok(MANAGER, "POST", "/turfs", {"segment_id": both, "by": "street",
                                          "size": 30}, 201)["turfs"][0]
    for path in ("", "/walk-list", "/walk-list.csv"):
        bad(stranger, "GET", f"/turfs/{turf['turf_id']}{path}", None,
            status=404)
    same(ok(stranger, "GET", "/turfs")["total_turfs"], 0, "turfs of others")
    # Who leaves the campaign, leaves the list.
    gone = int(members(turf)[0]["voter_id"])
    sql(f"DELETE FROM campaign_voters WHERE voter_id = {gone}")
    check(gone not in [int(r["voter_id"]) for r in members(turf)],
          "a voter who left is on the list")


def bad_input():
    for query, field in (("sort=name", "sort"), ("cursor=x", "cursor"),
                         ("per_page=0", "per_page"), ("fields=x", "fields"),
                         ("colour=red", "colour"), ("zip_code=", "zip_code"),
                         ("segment_id=999999", "segment_id")):
        bad(EDITOR, "GET", "/households?" + query, field)
    cursor = ok(EDITOR, "GET", "/households?campaign_id=70&per_page=1")[
        "next_cursor"]
    bad(EDITOR, "GET", f"/households?cursor={cursor}&sort=-door", "sort")
    bad(EDITOR, "GET", f"/voters?cursor={cursor}", "cursor")
    voter = ok(EDITOR, "GET", "/voters?campaign_id=70&per_page=1")[
        "next_cursor"]
    bad(EDITOR, "GET", f"/households?cursor={voter}", "cursor")


run([fill, households, names, turfs, breakdowns, walk_lists, isolation,
     bad_input])
sys.exit(finish())
