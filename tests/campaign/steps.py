#!/usr/bin/env python3
"""Segments of steps: what is refused and how it is named, summaries, segments in
segments, and a field director's question.

usage: CERBERUS_URL=http://... ADMIN_URL=postgresql://... steps.py

The database holds tests/support/fixture.sql.
"""
import os
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import call, check, finish, ok, run, same, sql

ADMIN, EDITOR, VIEWER, STRANGER = (
    "test-token-of-the-" + who for who in ("admin", "editor", "viewer",
                                           "stranger"))
names = iter(range(1000))


def bad(answer):
    """The status, and the code of each bad field."""
    status, body, _ = answer
    return status, {e["field"]: e["code"] for e in body.get("errors", [])}


def step(verb, **flt):
    return {"verb": verb, "filter": flt}


def save(token, campaign, flt):
    return call(token, "POST", "/voters/segments",
                {"campaign_id": campaign, "filter": flt,
                 "segment_name": f"Steps {next(names)}"})


def saved(token, campaign, *steps):
    status, answer, _ = save(token, campaign, {"steps": list(steps)})
    check(status == 201, f"{steps}: {status} {answer}")
    return answer.get("segment_id")


def found(token, segment, more=""):
    page = ok(token, "GET", f"/voters?segment_id={segment}&per_page=200{more}")
    return sorted(v["voter_id"] for v in page["voters"])


def elections():
    sql("INSERT INTO elections (election_id, state, date, year, kind, slot, "
        "name) VALUES (1, 'NC', '2020-03-03', 2020, 'primary', 0, ''), "
        "(2, 'NC', '2022-05-17', 2022, 'primary', 1, ''), "
        "(3, 'NC', '2024-03-05', 2024, 'primary', 2, ''), "
        "(4, 'NC', '2024-11-05', 2024, 'general', 3, ''), "
        "(5, 'OH', '2024-11-05', 2024, 'general', 0, ''), "
        "(6, 'NC', current_date + 30, extract(year FROM current_date + 30), "
        "'primary', 4, '')")
    sql("INSERT INTO ballots (ballot_id, election_id) "
        "SELECT election_id, election_id FROM elections")


def refused():
    for flt, wanted in (
            ({"age_min": -1}, {"age_min": "out_of_range"}),
            ({"voted_any": "4,99"}, {"voted_any": "not_found"}),
            ({"voted_any": [4, 5]}, {"voted_any": "other_state"}),
            ({"voted_all": "5", "state": "NC"}, {"voted_all": "other_state"}),
            ({"voted_any": "x"}, {"voted_any": "invalid"}),
            ({"voted_at_least": 2}, {"of_last": "required"}),
            ({"voted_at_least": 3, "of_last": 2},
             {"voted_at_least": "out_of_range"}),
            ({"of_last": 2}, {"of_last": "conflict"}),
            ({"kind": "lottery"}, {"kind": "invalid_choice"}),
            ({"has": "fax"}, {"has": "invalid_choice"}),
            ({"may_contact": "fax"}, {"may_contact": "invalid_choice"}),
            ({"answer": "yes"}, {"answer": "invalid"}),
            ({"answer": "12345:yes"}, {"answer": "not_found"}),
            ({"donated_min": 0}, {"donated_min": "out_of_range"}),
            ({"times_contacted_max": -1},
             {"times_contacted_max": "out_of_range"}),
            ({"segment_id": 98765}, {"segment_id": "not_found"}),
            ({"shoe": 1, "age_max": "old"}, {"shoe": "unknown_parameter",
                                             "age_max": "invalid_integer"})):
        got = bad(save(EDITOR, 1, flt))
        same((got[0], set(got[1])), (400, set(wanted)), f"{flt}")
        for name, code in wanted.items():
            if code != "invalid_integer":
                same(got[1].get(name), code, f"{flt}: the code of {name}")
        got = bad(save(EDITOR, 1, {"steps": [step("add"),
                                             step("narrow", **flt)]}))
        same((got[0], set(got[1])), (400, {f"steps.2.{k}" for k in wanted}),
             f"step 2 {flt}")
    query = urllib.parse.urlencode({"voted_any": "4,5"})
    for path in ("/voters", "/voters/count", "/voters/export"):
        same(bad(call(ADMIN, "GET", f"{path}?{query}")),
             (400, {"voted_any": "other_state"}), path)


def refused_steps():
    for steps, wanted in (
            ([], {"steps": "required"}), ("x", {"steps": "required"}),
            ([step("add"), step("keep")], {"steps.2.verb": "invalid_choice"}),
            ([{"verb": "add"}], {"steps.1.filter": "required"}),
            ([{"verb": "add", "filter": {}, "x": 1}],
             {"steps.1.x": "unknown_field"}),
            ([3], {"steps.1": "invalid_type"}),
            ([step("add", city="Apex")] * 21, {"steps.21": "too_long"}),
            ([step("add", age_min=-1), step("sub", age_max=-1)],
             {"steps.1.age_min": "out_of_range",
              "steps.2.verb": "invalid_choice"})):
        same(bad(save(EDITOR, 1, {"steps": steps})), (400, wanted),
             f"steps {steps}")
    same(bad(save(EDITOR, 1, {"steps": [step("add")], "city": "Apex"})),
         (400, {"city": "unknown_parameter"}), "steps beside a filter")
    check(saved(EDITOR, 1, *[step("add", city="Apex")] * 20), "20 steps")
    many = [saved(EDITOR, 1, *[step("add", city="Apex")] * 20)
            for _ in range(11)]
    got = bad(save(EDITOR, 1, {"steps": [
        step("add", segment_id=i) for i in many]}))
    same((got[0], set(got[1].values())), (400, {"too_long"}),
         "too many steps inside")


def inside():
    a = saved(EDITOR, 1, step("add", city="Apex"))
    b = saved(EDITOR, 1, step("add", segment_id=a))
    c = saved(EDITOR, 1, step("add"), step("narrow", segment_id=b))
    for flt in ({"segment_id": c}, {"steps": [step("add", segment_id=c)]},
                {"steps": [step("add", segment_id=a)]}):
        got = bad(call(EDITOR, "PATCH", f"/voters/segments/{a}",
                       {"filter": flt}))
        same((got[0], list(got[1].values())), (400, ["cycle"]), f"{flt}")
    same(call(EDITOR, "DELETE", f"/voters/segments/{a}")[0], 409,
         "deleting a segment that another names")
    other = saved(STRANGER, 2, step("add"))
    got = bad(save(EDITOR, 1, {"steps": [step("add", segment_id=other)]}))
    same(got, (400, {"steps.1.segment_id": "not_found"}),
         "another campaign's segment")
    # Two changes at once can make a cycle that neither of them saw.
    sql(f"UPDATE segments SET filter = '{{\"steps\": [{{\"verb\": \"add\", "
        f"\"filter\": {{\"segment_id\": {c}}}}}]}}' WHERE segment_id = {a}")
    for path in ("/voters", "/voters/count"):
        got = bad(call(EDITOR, "GET", f"{path}?segment_id={c}"))
        same((got[0], got[1]), (400, {"segment_id": "cycle"}),
             f"{path} of a cycle")
    got = ok(EDITOR, "PATCH", f"/voters/segments/{a}",
             {"filter": {"city": "Apex"}})
    check("steps" not in got["filter"], "the cycle is broken", got)
    ok(EDITOR, "GET", f"/voters?segment_id={c}")


def summaries():
    base = saved(EDITOR, 1, step("add", city="Apex"))
    sql("INSERT INTO survey_questions (question_id, campaign_id, "
        "question_text, question_type, possible_answers) VALUES (500, 1, "
        "'Support?', 'single_choice', '[\"Strong Support\", \"Against\"]')")
    name = ok(EDITOR, "GET", f"/voters/segments/{base}")["segment_name"]
    for steps, wanted in (
            ([step("add", party_affiliation="DEM", precinct="7"),
              step("narrow", voted_at_least=2, of_last=3, kind="primary"),
              step("remove", may_contact="sms")],
             "Add: Democrats in precinct 7. Narrow: voted in at least 2 of the "
             "last 3 primaries. Remove: may be contacted by text message."),
            ([step("add"), step("narrow", has="email,mobile", age_max=34)],
             "Add: all voters. Narrow: with an e-mail address, with a mobile "
             "number, aged 34 or under."),
            ([step("add", voted_any=[3, 4]), step("remove", voted_all="4")],
             "Add: voters who voted in one of NC primary 2024-03-05, NC "
             "general 2024-11-05. Remove: voted in NC general 2024-11-05."),
            ([step("add", answer="500:Strong Support"),
              step("add", segment_id=base),
              step("remove", donated_min=2550, times_contacted_max=0)],
             "Add: voters who answered \"Strong Support\" to \"Support?\". "
             f"Add: voters in the segment \"{name}\". Remove: donated at "
             "least 25.50, never contacted.")):
        segment = saved(EDITOR, 1, *steps)
        same(ok(VIEWER, "GET", f"/voters/segments/{segment}")["summary"],
             wanted, "a summary")
    same(save(EDITOR, 1, {"zip_code": "27601"})[1]["summary"],
         "Add: voters in ZIP code 27601.", "the summary of a flat filter")


def director():
    """Voted in two of the last three primaries, under 35, said Strong Support or
    was never asked, has a mobile number, not contacted in 30 days."""
    rows = {  # born, primaries, mobile, contacted days ago, answers
        101: ("2000-01-01", "110", True, None, ["Strong Support"]),
        102: ("2000-01-01", "011", True, 31, []),
        103: ("2000-01-01", "100", True, None, []),
        104: ("1980-01-01", "111", True, None, []),
        105: ("2000-01-01", "111", False, None, []),
        106: ("2000-01-01", "111", True, 3, []),
        107: ("2000-01-01", "111", True, None, ["Against"]),
        108: ("2000-01-01", "111", True, None, ["Strong Support", "Against"]),
        109: ("2000-01-01", "101", True, None, ["Against", "Strong Support"]),
    }
    for i, (born, bits, mobile, days, answers) in rows.items():
        sql(f"INSERT INTO voters (voter_id, first_name, last_name, "
            f"date_of_birth, mobile_phone, last_contacted_date) VALUES ({i}, "
            f"'V', 'Voter {i}', '{born}', "
            f"{repr(f'+1919555{i:04}') if mobile else 'NULL'}, "
            f"now() - {'NULL' if days is None else days} * interval '1 day')")
        sql(f"INSERT INTO campaign_voters VALUES (1, {i}); "
            f"INSERT INTO votes (voter_id, state, voted, ballots) VALUES ({i},"
            f" 'NC', B'{bits}', ARRAY[{','.join(str(n + 1) for n in range(3) if bits[n] == '1')}])")
        for n, text in enumerate(answers):
            sql("INSERT INTO survey_responses (voter_id, question_id, "
                "response_value, responded_at) VALUES "
                f"({i}, 500, '{text}', timestamptz '2026-01-01' + {n} * "
                "interval '1 day')")
    common = dict(voted_at_least=2, of_last=3, kind="primary", age_max=34,
                  has="mobile", not_contacted_days=30)
    one = saved(EDITOR, 1, step("add", **common),
                step("remove", answer="500"),
                step("add", answer="500:Strong Support", **common))
    same(found(EDITOR, one), [101, 102, 109], "the field director's voters")
    asked = saved(EDITOR, 1, step("add"), step("remove", answer="500"),
                  step("add", answer="500:Strong Support"))
    two = saved(EDITOR, 1, step("add", **common),
                step("narrow", segment_id=asked))
    same(found(EDITOR, two), [101, 102, 109], "the same by two segments")
    same(found(EDITOR, two, "&has=email"), [], "with a filter beside it")
    same(ok(EDITOR, "GET", f"/voters/count?segment_id={two}"), {"count": 3},
         "their number")
    head = call(EDITOR, "HEAD", f"/voters?segment_id={two}")
    same((head[0], head[1], head[2]["X-Total-Count"]), (200, "", "3"), "HEAD")
    same(ok(ADMIN, "POST", "/campaigns/3/voters", {"segment_id": two}),
         {"matched": 3, "joined": 3}, "joining another campaign")
    same(ok(ADMIN, "DELETE", "/campaigns/3/voters",
            {"filter": {"steps": [step("add", campaign_id=3, first_name="V"),
                                  step("remove", **common)]}}),
         {"matched": 0, "removed": 0}, "steps in a body")
    same(call(STRANGER, "GET", f"/voters/count?segment_id={two}")[0], 400,
         "another campaign's segment")


run((elections, refused, refused_steps, inside, summaries, director))
sys.exit(finish())
