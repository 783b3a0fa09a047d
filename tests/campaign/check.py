#!/usr/bin/env python3
"""The work of a campaign from end to end, over HTTP: an evening of canvassing
with exact counts, bad input, a list that is read while others write, a merge
and its undo row by row, erasing a person, and segments.

usage: CERBERUS_URL=http://... ADMIN_URL=postgresql://... check.py

The database holds tests/support/fixture.sql.
"""
import json
import os
import random
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import call, check, finish, ok, run, same, sql

ADMIN, MANAGER, EDITOR, VIEWER, STRANGER = (
    "test-token-of-the-" + who for who in ("admin", "manager", "editor",
                                           "viewer", "stranger"))


def fields(answer):
    return [e["field"] for e in answer.get("errors", [])]


def new_voter(campaign=1, **values):
    return ok(EDITOR if campaign == 1 else STRANGER, "POST", "/voters",
              {"first_name": "Ann", "last_name": "Walker",
               "campaign_id": campaign} | values)["voter_id"]


def canvassing():
    """3 canvassers contact 300 voters; one of the canvassers is offline."""
    sql("INSERT INTO campaigns (campaign_id, campaign_name) "
        "VALUES (50, 'Evening'); "
        "INSERT INTO users (user_id, username) SELECT i, 'canvasser' || i "
        "FROM generate_series(51, 53) i; "
        "INSERT INTO campaign_members (campaign_id, user_id, role) "
        "SELECT 50, i, 'editor' FROM generate_series(51, 53) i; "
        "INSERT INTO api_tokens (user_id, kind, token_hash) SELECT i, "
        "'api_key', sha256(('test-token-of-canvasser-' || i)::bytea) "
        "FROM generate_series(51, 53) i; "
        "INSERT INTO voters (voter_id, first_name, last_name, phone_number, "
        "contact_sms) SELECT i, 'Door', 'Number ' || i, "
        "'+1919555' || lpad((i - 5000)::text, 4, '0'), true "
        "FROM generate_series(5001, 5300) i; "
        "INSERT INTO campaign_voters (campaign_id, voter_id) "
        "SELECT 50, i FROM generate_series(5001, 5300) i; "
        "SELECT setval('voters_voter_id_seq', 6000); "
        "SELECT setval('campaigns_campaign_id_seq', greatest(1000, "
        "(SELECT max(campaign_id) FROM campaigns)));")
    tokens = [f"test-token-of-canvasser-{i}" for i in (51, 52, 53)]
    support = ok(tokens[0], "POST", "/surveys/questions", {
        "campaign_id": 50, "question_text": "Do you support us?",
        "question_type": "single_choice",
        "possible_answers": ["Yes", "No", "Undecided"]})["question_id"]
    issues = ok(tokens[0], "POST", "/surveys/questions", {
        "campaign_id": 50, "question_text": "Which issues matter?",
        "question_type": "multiple_choice",
        "possible_answers": ["Schools", "Roads", "Taxes"]})["question_id"]
    wanted = {"Yes": 0, "No": 0, "Undecided": 0}
    issue = {"Schools": 0, "Roads": 0, "Taxes": 0}
    outcomes = {"Canvassed": 0, "Not Home": 0, "Refused": 0}
    opted_out = set()
    rng = random.Random(7)

    def door(i):
        item = {"voter_id": 5000 + i, "campaign_id": 50,
                "interaction_type": "Canvass",
                "outcome": ("Canvassed", "Canvassed", "Not Home",
                            "Refused")[i % 4],
                "interaction_date": "2026-01-15T18:%02d:00Z" % (i % 60)}
        outcomes[item["outcome"]] += 1
        if item["outcome"] == "Canvassed":
            answer = rng.choice(list(wanted))
            some = rng.sample(list(issue), rng.randint(1, 3))
            wanted[answer] += 1
            for s in some:
                issue[s] += 1
            item["answers"] = [
                {"question_id": support, "response_value": answer},
                {"question_id": issues, "response_values": some}]
            item["tags"] = ["door " + str(i % 3)]
        return item

    batch = []
    for i in range(1, 301):
        item = door(i)
        if i % 3 == 2:
            batch.append(item)      # sent later, by the offline canvasser
            continue
        ok(tokens[i % 3], "POST", "/interactions", item, 201)
        if item["outcome"] == "Refused":
            ok(tokens[i % 3], "POST", f"/voters/{5000 + i}/consents",
               {"campaign_id": 50, "channel": "sms", "granted": False,
                "source": "Door", "wording": "Please do not write."}, 201)
            opted_out.add(5000 + i)
    key = {"Idempotency-Key": "evening-of-the-third"}
    first = call(tokens[2], "POST", "/interactions", batch, key)
    again = call(tokens[2], "POST", "/interactions", batch, key)
    same(first[0], 200, "the batch")
    same(first[1].get("created"), 100, "the batch's interactions")
    same(again[1], first[1], "the repeated batch")
    same(again[2].get("Idempotent-Replayed"), "true",
         "the repeated batch is a replay")
    gone = [5002, 5005, 5008]
    listed = ok(tokens[0], "POST", "/voters/opt-outs",
                {"campaign_id": 50, "channel": "sms", "contacts":
                 ["(919) 555-%04d" % (i - 5000) for i in gone]
                 + ["nobody@example.org"]}, 201)
    same((listed["matched"], listed["unmatched"]), (3, 1), "the opt-out list")
    opted_out |= set(gone)

    s = ok(tokens[0], "GET", "/campaigns/50/summary")
    same(s["voters"], 300, "voters")
    same(s["contacts"]["total"], 300, "contacts")
    same(s["contacts"]["voters"], 300, "contacted voters")
    same(s["contacts"]["by_type"], [{"interaction_type": "Canvass",
                                     "count": 300}], "contacts by type")
    same(s["contacts"]["by_day"], [{"day": "2026-01-15", "count": 300,
                                    "by_type": {"Canvass": 300}}],
         "contacts by day and type")
    same({o["outcome"]: o["count"] for o in s["contacts"]["by_outcome"]},
         outcomes, "contacts by outcome")
    got = {q["question_id"]: {r["answer"]: r["count"] for r in q["results"]}
           for q in s["support"]}
    same(got.get(support), wanted, "support by answer")
    same(got.get(issues), issue, "issues by answer")
    r = ok(tokens[0], "GET", f"/surveys/questions/{issues}/results")
    same({x["answer"]: x["count"] for x in r["results"]}, issue, "results")
    same(r["total_responses"], 150, "responses")
    r = ok(tokens[0], "GET",
           f"/surveys/questions/{support}/results?tag=door%201")
    same(r["total_responses"], sum(1 for i in range(1, 301)
                                   if i % 3 == 1 and i % 4 < 2),
         "results among voters with a tag")
    same(ok(tokens[0], "GET", "/voters?campaign_id=50&purpose=sms")
         ["total_voters"], 300 - len(opted_out), "voters with consent to SMS")
    ok(tokens[0], "DELETE", f"/voters/opt-outs/{listed['opt_out_id']}")
    same(ok(tokens[0], "GET", "/voters?campaign_id=50&purpose=sms")
         ["total_voters"], 300 - len(opted_out) + 3,
         "voters with consent to SMS after the undo")
    same(sql("SELECT count(*) FROM voters WHERE voter_id BETWEEN 5001 AND "
             "5300 AND last_contacted_date::date = '2026-01-15'"), "300",
         "last_contacted_date")
    ok(tokens[0], "POST", "/interactions",
       {"voter_id": 5001, "campaign_id": 50, "interaction_type": "Call",
        "interaction_date": "2025-12-01"}, 201)
    same(sql("SELECT last_contacted_date::date FROM voters "
             "WHERE voter_id = 5001"), "2026-01-15",
         "last_contacted_date never moves back")


def bad_input():
    voter, other = new_voter(), new_voter(2)
    scale = ok(EDITOR, "POST", "/surveys/questions",
               {"campaign_id": 1, "question_text": "How much?",
                "question_type": "rating_scale",
                "possible_answers": [1, 10]})["question_id"]
    yes = ok(EDITOR, "POST", "/surveys/questions",
             {"campaign_id": 1, "question_text": "Really?",
              "question_type": "yes_no"})["question_id"]
    for question, value, good in ((scale, 4, True), (scale, "11", False),
                                  (scale, "x", False), (yes, "Yes", True),
                                  (yes, True, True), (yes, "maybe", False)):
        status, answer, _ = call(EDITOR, "POST", "/surveys/responses",
                                 {"voter_id": voter, "question_id": question,
                                  "response_value": value})
        same(status, 201 if good else 400, f"the answer {value!r}")
        check(good or fields(answer) == ["response_value"], str(answer))
    contact = {"campaign_id": 1, "interaction_type": "Call"}
    for change, field in (({"interaction_date": "2099-01-01"},
                           "interaction_date"),
                          ({"tags": ["x" * 10240]}, "tags"),
                          ({"answers": [{"question_id": yes,
                                         "response_value": "maybe"}]},
                           "answers.0.response_value"),
                          ({"campaign_id": 2}, "campaign_id")):
        status, answer, _ = call(EDITOR, "POST", "/interactions",
                                 {"voter_id": voter} | contact | change)
        same((status, fields(answer)), (400, [field]), f"contact {field}")
    same(call(EDITOR, "POST", "/interactions",
              {"voter_id": other} | contact)[0], 404,
         "a contact with a voter whom the editor cannot see")
    items = [{"voter_id": voter} | contact, {"voter_id": other} | contact,
             {"voter_id": voter} | contact]
    before = sql("SELECT count(*) FROM interactions")
    status, answer, _ = call(EDITOR, "POST", "/interactions?atomic=1", items)
    same((status, fields(answer)), (400, ["1.voter_id"]),
         "an atomic batch with a bad item")
    same(sql("SELECT count(*) FROM interactions"), before,
         "an atomic batch with a bad item stores nothing")
    answer = ok(EDITOR, "POST", "/interactions", items)
    same([r["status"] for r in answer["results"]], [201, 404, 201],
         "a batch with a bad item")
    ok(ADMIN, "POST", "/interactions", {"voter_id": other} | contact)
    same(sql(f"SELECT count(*) FROM campaign_voters WHERE voter_id = {other} "
             "AND campaign_id = 1"), "1",
         "an admin's contact adds the voter to the campaign")
    same(call(EDITOR, "POST", "/interactions", items[:1] * 1001)[0], 413,
         "too many items")
    same(fields(call(VIEWER, "GET", "/voters?shoe_size=9")[1]), ["shoe_size"],
         "a filter on an unknown field")
    same(fields(call(EDITOR, "POST", "/voters/merge",
                     {"keep": voter, "merge": [voter]})[1]), ["merge"],
         "a merge with itself")
    second = new_voter()
    ok(EDITOR, "POST", "/voters/merge", {"keep": voter, "merge": [second]})
    same(call(EDITOR, "POST", "/voters/merge",
              {"keep": second, "merge": [voter]})[0], 409,
         "a merge into a merged voter")


def cursor():
    """A list that is read by cursor while others write has every voter that
    exists throughout, once."""
    sql("INSERT INTO campaigns (campaign_id, campaign_name) "
        "VALUES (60, 'Read'); INSERT INTO voters (voter_id, first_name, "
        "last_name) SELECT i, 'Reader', 'Name' || (i % 37) "
        "FROM generate_series(10001, 12000) i; "
        "INSERT INTO campaign_voters (campaign_id, voter_id) "
        "SELECT 60, i FROM generate_series(10001, 12000) i; "
        "SELECT setval('voters_voter_id_seq', 20000);")
    steady = {i for i in range(10001, 12001) if i % 5}
    stop = threading.Event()

    def write():
        rng = random.Random(1)
        doomed = [i for i in range(10001, 12001) if i % 5 == 0]
        rng.shuffle(doomed)
        while not stop.is_set() and doomed:
            gone = [doomed.pop() for _ in range(min(3, len(doomed)))]
            sql("DELETE FROM voters WHERE voter_id IN (%s); "
                "WITH v AS (INSERT INTO voters (first_name, last_name) "
                "SELECT 'Reader', 'Name' || (random() * 37)::int "
                "FROM generate_series(1, 3) RETURNING voter_id) "
                "INSERT INTO campaign_voters (campaign_id, voter_id) "
                "SELECT 60, voter_id FROM v" % ",".join(map(str, gone)))

    for query in ("", "&sort=-voter_id", "&sort=last_name",
                  "&sort=-updated_at", "&q=name7"):
        stop.clear()
        writer = threading.Thread(target=write)
        writer.start()
        seen, path = [], "/voters?campaign_id=60&per_page=100" + query
        while path:
            page = ok(ADMIN, "GET", path)
            seen += [v["voter_id"] for v in page["voters"]]
            path = page["next_cursor"] and (
                "/voters?campaign_id=60&cursor=" + page["next_cursor"]
                + ("&q=name7" if "q=" in query else ""))
        stop.set()
        writer.join()
        same(len(seen), len(set(seen)), f"no row is listed twice{query}")
        if "q=" not in query:
            same(len(steady - set(seen)), 0, f"no row is missing{query}")
    # By page number, with gaps between the ids, and the total.
    everybody = sql("SELECT string_agg(voter_id::text, ' ' ORDER BY voter_id) "
                    "FROM campaign_voters WHERE campaign_id = 60").split()
    for page in (1, 7, 30, 38):
        got = ok(ADMIN, "GET", f"/voters?campaign_id=60&per_page=50"
                               f"&page={page}")
        same([str(v["voter_id"]) for v in got["voters"]],
             everybody[(page - 1) * 50:page * 50], f"page {page}")
        same(got["total_voters"], len(everybody), "the total")
        got = ok(ADMIN, "GET", f"/voters?campaign_id=60&per_page=50"
                               f"&page={page}&sort=-voter_id")
        same([str(v["voter_id"]) for v in got["voters"]],
             everybody[::-1][(page - 1) * 50:page * 50],
             f"page {page} in descending order")


TABLES = ("voters", "campaign_voters", "interactions", "survey_responses",
          "donations", "consents")


def snapshot():
    return {t: sql(f"SELECT md5(t::text) || ' ' || left(t::text, 200) "
                   f"FROM {t} t ORDER BY 1") for t in TABLES}


def merges():
    keep = new_voter(first_name="Jon", tags=["a"],
                     email_address="jon@example.org")
    gone = [new_voter(first_name="John", tags=["b"], city="Cary",
                      email_address="jon@example.org",
                      voter_registration_id="M1", registration_state="NC"),
            new_voter(first_name="Johnny", phone_number="919 555 0199",
                      custom_fields={"shoe": "9"})]
    question = ok(EDITOR, "POST", "/surveys/questions",
                  {"campaign_id": 1, "question_text": "Why?",
                   "question_type": "open_text"})["question_id"]
    for v in gone:
        ok(EDITOR, "POST", "/interactions",
           {"voter_id": v, "campaign_id": 1, "interaction_type": "Call",
            "answers": [{"question_id": question,
                         "response_value": "Because."}]}, 201)
        ok(EDITOR, "POST", f"/voters/{v}/consents",
           {"campaign_id": 1, "channel": "email", "granted": True}, 201)
    ok(ADMIN, "POST", "/campaigns/3/voters", {"voter_ids": [gone[0]]})
    sql(f"INSERT INTO donations (campaign_id, voter_id, amount) "
        f"VALUES (1, {gone[1]}, 500)")
    pairs = ok(EDITOR, "GET", f"/voters/duplicates?voter_id={keep}"
               "&min_score=1")
    check(pairs["duplicates"] and pairs["total_duplicates"]
          == len(pairs["duplicates"])
          and all(keep in p["voter_ids"] for p in pairs["duplicates"]),
          "the pairs of one voter", pairs)
    before = snapshot()
    same(call(EDITOR, "POST", "/voters/merge",
              {"keep": keep, "merge": gone})[0], 403,
         "a merge of a voter in a campaign without the editor")
    pairs = ok(EDITOR, "GET", "/voters/duplicates?min_score=20&per_page=200")
    check(sorted((keep, gone[0])) in [p["voter_ids"]
                                      for p in pairs["duplicates"]],
          "both voters are a pair of duplicates")
    merged = ok(ADMIN, "POST", "/voters/merge", {"keep": keep, "merge": gone})
    v = merged["voter"]
    same((v["city"], v["phone_number"], v["custom_fields"], v["first_name"],
          sorted(v["tags"])), ("Cary", "+19195550199", {"shoe": "9"}, "Jon",
                               ["a", "b"]), "a merge fills blank values")
    same(sql("SELECT count(*) FROM interactions WHERE voter_id = "
             + str(keep)), "2", "interactions move to the kept voter")
    same(sql("SELECT count(*) FROM audit_log WHERE action = 'merge' AND "
             f"row_id = {keep}"), "2",
         "the audit log has an entry for each merge")
    for v in gone:
        same(call(ADMIN, "GET", f"/voters/{v}")[0], 404,
             "a merged voter is not found")
    first, last = merged["merges"]
    same(call(ADMIN, "POST", f"/voters/merges/{first}/undo")[0], 409,
         "a merge before a later one cannot be undone")
    ok(ADMIN, "POST", f"/voters/merges/{last}/undo")
    ok(ADMIN, "POST", f"/voters/merges/{first}/undo")
    after = snapshot()
    for t in TABLES:
        same(after[t], before[t], f"{t} is as before the merge")
    same(call(ADMIN, "POST", f"/voters/merges/{first}/undo")[0], 409,
         "an undo of an undone merge")
    merged = ok(ADMIN, "POST", "/voters/merge", {"keep": keep, "merge": gone})
    sql("UPDATE merges SET created_at = now() - interval '31 days' "
        "WHERE undone_at IS NULL")
    same(call(ADMIN, "POST", f"/voters/merges/{merged['merges'][1]}/undo")[0],
         409, "an undo after 30 days")

    # A voter who left the editor's campaigns is not brought back to them.
    keep, gone = new_voter(first_name="Left"), new_voter(first_name="Lefft")
    last = ok(EDITOR, "POST", "/voters/merge",
              {"keep": keep, "merge": [gone]})["merges"][0]
    sql(f"DELETE FROM campaign_voters WHERE voter_id = {keep}")
    same(call(EDITOR, "POST", f"/voters/merges/{last}/undo")[0], 409,
         "the voter who was kept is not in a campaign of the editor's")
    same(call(ADMIN, "GET", f"/voters/{gone}")[0], 404, "nothing was undone")
    ok(ADMIN, "POST", f"/voters/merges/{last}/undo")
    ok(ADMIN, "GET", f"/voters/{gone}")


def erasing():
    voter = new_voter(email_address="forget@example.org")
    ok(EDITOR, "POST", "/interactions", {"voter_id": voter, "campaign_id": 1,
                                         "interaction_type": "Call"}, 201)
    report = ok(ADMIN, "GET", f"/voters/{voter}/everything")
    same(report["voter"]["email_address"], "forget@example.org",
         "the voter in the report")
    same(len(report["interactions"]), 1, "the interactions in the report")
    same(call(VIEWER, "DELETE", f"/voters/{voter}?erase=1")[0], 403,
         "erasing needs more than a viewer")
    ok(ADMIN, "DELETE", f"/voters/{voter}?erase=1")
    same(call(ADMIN, "GET", f"/voters/{voter}/everything")[0], 404,
         "an erased voter is not found")
    for t in ("voters", "audit_log", "merges", "interactions"):
        same(sql(f"SELECT count(*) FROM {t} t WHERE t::text "
                 "LIKE '%forget@example.org%'"), "0", f"{t} after erasing")


def many_tags():
    ids = [new_voter(city="Tagton", last_name=f"Tag{i}") for i in range(3)]
    ask = {"add": ["Host", "host"], "filter": {"campaign_id": 1,
                                               "city": "tagton"}}
    same(call(VIEWER, "POST", "/voters/tags", ask)[0], 403,
         "a viewer who tags many")
    same(ok(EDITOR, "POST", "/voters/tags", ask),
         {"matched": 3, "changed": 3}, "tagging many")
    same(ok(EDITOR, "POST", "/voters/tags", ask),
         {"matched": 3, "changed": 0}, "tagging them again")
    same(ok(STRANGER, "POST", "/voters/tags",
            {"add": ["theirs"], "voter_ids": ids}),
         {"matched": 0, "changed": 0}, "tagging voters one cannot see")
    same(ok(EDITOR, "POST", "/voters/tags",
            {"add": ["New"], "remove": ["Host"], "voter_ids": ids[:1]}),
         {"matched": 1, "changed": 1}, "changing tags of one")
    tags = [ok(EDITOR, "GET", f"/voters/{i}")["tags"] for i in ids]
    check("New" in tags[0] and "Host" not in tags[0], "tags of the first",
          tags)
    check("Host" in tags[1], "tags of the second", tags)
    for body, field in (({"voter_ids": ids}, "add"), ({"add": ["x"]},
                        "voter_ids"), ({"add": 7, "voter_ids": ids}, "tags"),
                        ({"add": ["x"], "shoe": 1, "voter_ids": ids},
                         "shoe")):
        same(fields(call(EDITOR, "POST", "/voters/tags", body)[1]), [field],
             "tagging with " + str(body))


def audited_exports():
    new_voter(city="Exportville")
    said = urllib.parse.quote("Letters of October")
    ok(ADMIN, "GET", "/voters/export?campaign_id=1&city=exportville&reason="
       + said)
    end, begin = ok(ADMIN, "GET", "/audit?action=export&sort=-audit_id"
                    "&per_page=2")["entries"]
    same(begin["after"], {"path": "/export",
                          "filter": {"campaign_id": "1",
                                     "city": "exportville"},
                          "reason": "Letters of October"},
         "the beginning of an export in the audit log")
    same(end["after"], {"rows": 1}, "its end")
    same((begin["table_name"], begin["request_id"]),
         ("voters", end["request_id"]), "both are of one request")
    same(fields(call(ADMIN, "GET", "/voters/export?reason=" + "x" * 256)[1]),
         ["reason"], "a long reason")


def every_export_is_audited():
    """Each route whose answer is a file, also for those who only read."""
    new_voter(city="Filetown", street_address="1 File St", zip_code="27601")
    ok(EDITOR, "POST", "/voters/opt-outs", {
        "campaign_id": 1, "channel": "email",
        "contacts": ["filed@example.org"]}, 201)
    segment = ok(EDITOR, "POST", "/voters/segments", {
        "campaign_id": 1, "segment_name": "Files",
        "filter": {"city": "Filetown"}}, 201)["segment_id"]
    turf = ok(MANAGER, "POST", "/turfs", {"segment_id": segment, "size": 10,
                                          "by": "street"}, 201)
    turf = turf["turfs"][0]["turf_id"]
    ok(MANAGER, "POST", "/donations", {
        "campaign_id": 1, "method": "cash", "amount": 700,
        "received_on": "2026-02-03"}, 201)
    status, done, _ = call(EDITOR, "POST", "/voters/upload?campaign_id=1",
                           b"first_name,last_name\nOnly,\n", kind="text/csv")
    same((status, done["rejected"]), (422, 1), "a file of one bad row")
    for token, path, table, rows in (
            (MANAGER, "/voters/export?campaign_id=1&city=Filetown", "voters",
             1),
            (MANAGER, "/voters/export?campaign_id=1&householded=true&"
             "city=Filetown", "voters", 1),
            (MANAGER, "/voters/opt-outs/export?email_address="
             "filed@example.org", "opt_out_contacts", 1),
            (MANAGER, "/donations/export?campaign_id=1&min_amount=700",
             "donations", None),
            (MANAGER, "/donations/statements?campaign_id=1&year=2026",
             "gift_statements", None),
            (EDITOR, f"/voters/imports/{done['import_id']}/rejects",
             "import_rejects", 1),
            (EDITOR, f"/voters/segments/{segment}/walk-list", "voters", 1),
            (MANAGER, f"/voters/segments/{segment}/walk-list.csv", "voters",
             1),
            (EDITOR, f"/voters/segments/{segment}/walk-list.json", "voters",
             1),
            (VIEWER, f"/turfs/{turf}/walk-list", "voters", 1),
            (VIEWER, f"/turfs/{turf}/walk-list.csv", "voters", 1),
            (EDITOR, f"/turfs/{turf}/walk-list.json", "voters", 1)):
        mark = sql("SELECT max(audit_id) FROM audit_log")
        ask = path + ("&" if "?" in path else "?") + "reason=Why%20not"
        same(call(token, "HEAD", ask)[0], 200, "HEAD of " + path)
        status, text, head = call(token, "GET", ask)
        same(status, 200, path)
        if rows is None:
            rows = len(text.splitlines()) - 1
            check(rows > 0, "rows of " + path)
        entries = json.loads(sql(
            "SELECT json_agg(json_build_array(table_name, user_id, after) "
            "ORDER BY audit_id) FROM audit_log WHERE action = 'export' AND "
            f"audit_id > {mark}") or "[]") or []
        user = int(sql("SELECT user_id FROM api_tokens WHERE token_hash = "
                       f"sha256('{token}')"))
        short, _, query = path.partition("?")
        wanted = {"path": "/" + short.split("/", 2)[2],
                  "filter": dict(urllib.parse.parse_qsl(query)),
                  "reason": "Why not"}
        same(entries, [[table, user, wanted], [table, user, {"rows": rows}]],
             "the audit of " + path)
        same(fields(call(token, "GET", path + ("&" if "?" in path else "?")
                         + "reason=" + "x" * 256)[1]), ["reason"],
             "a long reason at " + path)


def segments():
    new_voter(city="Apex", last_name="Johnson")
    s = ok(EDITOR, "POST", "/voters/segments",
           {"campaign_id": 1, "segment_name": "Apex",
            "filter": {"city": "apex"}})["segment_id"]
    same(ok(EDITOR, "GET", f"/voters?segment_id={s}")["total_voters"], 1,
         "the voters of a segment")
    same(ok(EDITOR, "GET", f"/voters?segment_id={s}&q=jonson")
         ["total_voters"], 1, "the voters of a segment, with a filter")
    same(fields(call(EDITOR, "POST", "/voters/segments",
                     {"segment_name": "x", "campaign_id": 1,
                      "filter": {"shoe": 1}})[1]), ["shoe"],
         "a segment with an unknown filter")
    def unsaved(steps):
        return call(EDITOR, "GET", "/voters/count?campaign_id=1&steps="
                    + urllib.parse.quote(steps))

    apex = '{"verb":"add","filter":{"city":"apex"}}'
    same(unsaved(f"[{apex}]")[1], {"count": 1}, "steps that are not saved")
    same(unsaved(f'[{apex},{{"verb":"remove","filter":{{"segment_id":{s}}}}}]')
         [1], {"count": 0}, "a segment in such steps")
    for wrong, field in (("[", "steps"), ("7", "steps"), ("[]", "steps"),
                         (f'[{apex},{{"verb":"add","filter":{{"shoe":1}}}}]',
                          "steps.2.shoe"),
                         ('[{"verb":"add","filter":{"steps":"[]"}}]',
                          "steps.1.steps")):
        same(fields(unsaved(wrong)[1]), [field], "steps=" + wrong)
    same(call(STRANGER, "GET", f"/voters/segments/{s}")[0], 404,
         "another campaign's segment")
    same(ok(ADMIN, "POST", "/campaigns/3/voters", {"segment_id": s}),
         {"matched": 1, "joined": 1}, "adding a segment to a campaign")
    same(ok(ADMIN, "DELETE", "/campaigns/3/voters", {"segment_id": s}),
         {"matched": 1, "removed": 1}, "removing it")
    for q in ("jonson", "Jhonson", "Ann Johnson", "Johnson, Ann", "johns"):
        found = ok(EDITOR, "GET", "/voters?q=" + urllib.parse.quote(q))
        check(any(v["last_name"] == "Johnson" for v in found["voters"]),
              f"q={q} finds Johnson")


run((canvassing, bad_input, cursor, merges, erasing, many_tags,
     audited_exports, every_export_is_audited, segments))
sys.exit(finish())
