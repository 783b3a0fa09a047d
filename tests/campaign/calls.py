#!/usr/bin/env python3
"""The phone bank and contacts that devices send, over HTTP: many callers at
once, lost answers, opt-outs, and the lists that a device keeps.

usage: CERBERUS_URL=http://... ADMIN_URL=postgresql://... calls.py

The database holds tests/support/fixture.sql.
"""
import collections
import os
import sys
import threading
import uuid

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import bad, call, check, finish, ok, run, same, sql

ADMIN, MANAGER, EDITOR, VIEWER, STRANGER = (
    "test-token-of-the-" + who for who in ("admin", "manager", "editor",
                                           "viewer", "stranger"))
CALLERS = [f"test-token-of-caller-{i}" for i in range(801, 813)]
PEOPLE = range(810001, 810241)
LISTS = "/interactions/call-lists"


def fill():
    """240 voters of campaign 80 with numbers, doors and tags; 12 callers."""
    sql("INSERT INTO campaigns (campaign_id, campaign_name) "
        "VALUES (80, 'Callers'); "
        "INSERT INTO campaign_members (campaign_id, user_id, role) VALUES "
        "(80, 2, 'manager'), (80, 3, 'editor'), (80, 4, 'viewer'); "
        "INSERT INTO users (user_id, username) SELECT i, 'caller' || i "
        "FROM generate_series(801, 812) i; "
        "INSERT INTO campaign_members (campaign_id, user_id, role) "
        "SELECT 80, i, 'editor' FROM generate_series(801, 812) i; "
        "INSERT INTO api_tokens (user_id, kind, token_hash) SELECT i, "
        "'api_key', sha256(('test-token-of-caller-' || i)::bytea) "
        "FROM generate_series(801, 812) i; "
        "INSERT INTO voters (voter_id, first_name, last_name, phone_number, "
        "email_address, voter_registration_id, registration_state, "
        "date_of_birth, party_affiliation, street_address, zip_code, tags) "
        "SELECT i, 'Call', 'Number ' || i, '+1919' || (i + 4440000), "
        "'v' || i || '@example.org', 'R' || i, 'ZZ', '1980-01-01', 'DEM', "
        "(i % 60 + 1) || ' Elm St', '27601', CASE WHEN i % 2 = 0 "
        "THEN ARRAY['even'] ELSE ARRAY[]::text[] END "
        "FROM generate_series(810001, 810240) i; "
        "INSERT INTO campaign_voters (campaign_id, voter_id) "
        "SELECT 80, i FROM generate_series(810001, 810240) i; "
        "INSERT INTO survey_questions (question_id, campaign_id, "
        "question_text, question_type) VALUES (880, 80, 'Well?', 'yes_no'); "
        "ANALYZE voters")


def segment(name, filter):
    return ok(EDITOR, "POST", "/voters/segments", {
        "campaign_id": 80, "segment_name": name, "filter": filter},
        201)["segment_id"]


def contact(voter, outcome="Supportive", **more):
    return {"client_event_id": str(uuid.uuid4()), "voter_id": voter,
            "campaign_id": 80, "interaction_type": "Call",
            "outcome": outcome} | more


def send(token, *events):
    return ok(token, "POST", "/interactions", list(events), 200)


def statuses(answer):
    return [r["status"] for r in answer["results"]]


def together(work, items):
    threads = [threading.Thread(target=work, args=(i,)) for i in items]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def lists():
    """A list is made once, and kept up to date."""
    s = segment("Everybody", {})
    made = ok(EDITOR, "POST", LISTS, {"segment_id": s}, 201)
    same((made["people"], made["list_name"], made["campaign_id"]),
         (240, "Everybody", 80), "a list")
    again = ok(MANAGER, "POST", LISTS, {"segment_id": s}, 200)
    same(again["call_list_id"], made["call_list_id"], "the same list")
    same(ok(VIEWER, "GET", f"{LISTS}?segment_id={s}")["total_call_lists"], 1,
         "a list of lists")
    path = f"{LISTS}/{made['call_list_id']}"
    same(ok(VIEWER, "GET", path)["list_name"], "Everybody", "one list")
    for body in ({}, {"segment_id": s, "turf_id": 1}, {"segment_id": 999999},
                 {"segment_id": "x"}):
        bad(EDITOR, "POST", LISTS, "segment_id", body)
    bad(EDITOR, "POST", LISTS, "turf_id", {"turf_id": 999999})
    bad(EDITOR, "POST", LISTS, "colour", {"segment_id": s, "colour": 1})
    bad(VIEWER, "POST", LISTS, None, {"segment_id": s}, 403)
    bad(VIEWER, "POST", path + "/next", None, status=403)
    bad(STRANGER, "POST", path + "/next", None, status=404)
    bad(EDITOR, "DELETE", path, None, status=403)
    # Who opts out, leaves or comes back between two calls.
    sql("UPDATE voters SET contact_phone = false WHERE voter_id = 810001; "
        "UPDATE voters SET phone_number = NULL WHERE voter_id = 810002; "
        "INSERT INTO opt_out_contacts (contact, channel, source) SELECT "
        "phone_number, 'phone', 'x' FROM voters WHERE voter_id = 810003; "
        "INSERT INTO consents (voter_id, campaign_id, channel, granted, "
        "source) VALUES (810004, 80, 'phone', false, 'x'), "
        "(810005, 80, 'sms', false, 'x')")
    person = ok(EDITOR, "POST", path + "/next")["call"]
    same(person["voter_id"], 810005, "who can be called")
    same(ok(EDITOR, "POST", LISTS, {"segment_id": s}, 200)["people"], 236,
         "people of the list now")
    sql("UPDATE voters SET contact_phone = NULL WHERE voter_id = 810001; "
        "UPDATE voters SET phone_number = '+19195550002' "
        "WHERE voter_id = 810002; DELETE FROM opt_out_contacts; "
        "DELETE FROM consents WHERE voter_id IN (810004, 810005)")
    same(ok(EDITOR, "POST", LISTS, {"segment_id": s}, 200)["people"], 240,
         "people who are back")
    same(ok(EDITOR, "POST", path + "/give-back")["given_back"], 1,
         "given back")
    ok(MANAGER, "DELETE", path)
    bad(EDITOR, "POST", path + "/next", None, status=404)


def race():
    """12 callers and two lists with the same people: nobody is called twice."""
    ids = [ok(EDITOR, "POST", LISTS, {"segment_id": segment(name, filter)},
              201)["call_list_id"]
           for name, filter in (("All", {}), ("Even", {"tag": "even"}))]
    taken, lock = [], threading.Lock()
    hands = collections.Counter()

    def work(caller):
        # Every caller goes on until both lists are empty.
        mine = list(ids) if int(caller[-1]) % 2 else ids[::-1]
        while mine:
            person = ok(caller, "POST", f"{LISTS}/{mine[0]}/next")["call"]
            if person is None:
                mine.pop(0)
                continue
            voter = person["voter_id"]
            with lock:
                hands[voter] += 1
                check(hands[voter] == 1, "two callers have one person", voter)
                taken.append((mine[0], voter))
            event = contact(voter, call={"call_list_id": mine[0],
                                         "then": "done"})
            # The answer to every third is lost, and it is sent again.
            with lock:
                hands[voter] -= 1
            same(statuses(send(caller, event)), [201], "a call")
            if voter % 3 == 0:
                same(statuses(send(caller, event)), [200], "sent again")

    together(work, CALLERS)
    # Whom another list had in hand comes up again when that claim would end.
    later = sql("UPDATE call_people SET due_at = now() WHERE campaign_id = 80 "
                "AND state = 'open' RETURNING 1").count("1")
    check(later < 60, "people who were put off", later)
    work(CALLERS[0])
    counts = collections.Counter(taken)
    same(max(counts.values()), 1, "calls of a person from one list")
    same((len([v for l, v in taken if l == ids[0]]),
          len([v for l, v in taken if l == ids[1]])), (240, 120),
         "people called")
    same(sql("SELECT count(*), count(DISTINCT user_id) > 1 FROM interactions "
             "WHERE campaign_id = 80"), "360|t", "calls recorded")
    same(sql("SELECT count(*) FROM call_holds WHERE campaign_id = 80"), "0",
         "nobody is in hand")


def hold():
    """The same caller gets the same person; a claim ends."""
    s = segment("Two", {"last_name": "Number 810010"})
    one = ok(EDITOR, "POST", LISTS, {"segment_id": s}, 201)
    path = f"{LISTS}/{one['call_list_id']}"
    got = []
    together(lambda c: got.append((c, ok(c, "POST", path + "/next")["call"])),
             CALLERS)
    mine = [(c, p) for c, p in got if p]
    same(len(mine), 1, "callers who have the only person")
    caller, person = mine[0]
    same(ok(caller, "POST", path + "/next")["call"]["voter_id"], 810010,
         "the person in hand")
    same(sorted(person), ["age", "call_id", "city", "contacts", "first_name",
                          "gender", "held_until", "last_name",
                          "party_affiliation", "phone_number", "suffix",
                          "tries", "voter_id"], "what a caller sees")
    same(person["contacts"][0]["outcome"], "Supportive", "earlier contacts")
    answer = ok(EDITOR, "POST", path + "/next")
    check(answer["call"] is None and answer["next_due_at"] and
          answer["left"] == 1, "nobody else is due", answer)
    sql("UPDATE call_holds SET held_until = now() WHERE voter_id = 810010; "
        "UPDATE call_people SET due_at = now() WHERE call_list_id = "
        f"{one['call_list_id']}")
    same(ok(EDITOR, "POST", path + "/next")["call"]["voter_id"], 810010,
         "the person of a caller who is gone")
    back = {"call_list_id": one["call_list_id"], "then": "call_back"}
    answer = bad(EDITOR, "POST", "/interactions", "call.call_back_at",
                 contact(810010, call=back))
    back["call_back_at"] = "2090-01-01T00:00:00Z"
    event = contact(810010, "Call back", call=back)
    ok(EDITOR, "POST", "/interactions", event, 201)
    same(ok(EDITOR, "POST", "/interactions", event, 200)["outcome"],
         "Call back", "one event, sent again by itself")
    same(ok(EDITOR, "POST", path + "/next")["next_due_at"],
         "2090-01-01T00:00:00Z", "when to call back")
    same(statuses(send(EDITOR, {
        "client_event_id": event["client_event_id"], "undo": True,
        "voter_id": 810010, "campaign_id": 80, "call": {
            "call_list_id": one["call_list_id"], "then": "reopen"}})), [200],
        "undone")
    same(ok(EDITOR, "POST", path + "/next")["call"]["voter_id"], 810010,
         "in hand again")
    bad(EDITOR, "POST", "/interactions", None, event, 409)


def events():
    """The same events from many connections at once are recorded once."""
    batch = [contact(v, answers=[{"question_id": 880,
                                  "response_value": "yes"}])
             for v in PEOPLE[:40]]
    before = int(sql("SELECT count(*) FROM interactions"))
    got = []
    together(lambda n: got.append(statuses(send(
        EDITOR, *(batch if n % 2 else batch[::-1])))), range(8))
    for i in range(40):
        one = sorted(g[i if n is None else i] for n, g in
                     ((None, g) for g in got))
        check(set(one) <= {200, 201}, "answers to an event", one)
    same(sum(s == 201 for g in got for s in g), 40, "events recorded")
    same(int(sql("SELECT count(*) FROM interactions")) - before, 40,
         "interactions")
    same(sql("SELECT count(*) FROM survey_responses WHERE question_id = 880"),
         "40", "answers")
    changed = batch[0] | {"outcome": "Opposed"}
    answer = send(EDITOR, batch[1], changed, contact(999999),
                  contact(810001, client_event_id="x"))
    same(statuses(answer), [200, 409, 404, 400], "a mixed batch")
    same([r.get("code") for r in answer["results"]],
         [None, "event_conflict", "not_found", "invalid_fields"], "its codes")
    same((answer["created"], answer["repeated"], answer["failed"]), (0, 1, 3),
         "its counts")
    same(statuses(send(MANAGER, batch[0])), [409], "of another user")
    same(statuses(send(VIEWER, contact(810001))), [403], "of a viewer")
    for field, event in (
            ("client_event_id", {"undo": True}),
            ("call", contact(810001, call=3)),
            ("call.then", contact(810001, call={"call_list_id": 1})),
            ("call.then", contact(810001, call={"call_list_id": 1,
                                                "then": "reopen"})),
            ("call.x", contact(810001, call={"call_list_id": 1,
                                             "then": "done", "x": 1})),
            ("call.phone_number", contact(810001, call={
                "call_list_id": 1, "then": "wrong_number"}))):
        bad(EDITOR, "POST", "/interactions?atomic=1", "0." + field, [event])
    bad(EDITOR, "POST", "/interactions", "undo",
        {"client_event_id": str(uuid.uuid4()), "undo": True})


def device():
    """The list of a device has doors and names, and no way to contact them."""
    s = segment("Doors", {"tag": "even"})
    turf = ok(MANAGER, "POST", "/turfs", {
        "segment_id": s, "by": "street", "size": 100}, 201)["turfs"][0]
    for path, title in ((f"/voters/segments/{s}", "Doors"),
                        (f"/turfs/{turf['turf_id']}", turf["turf_name"])):
        answer = ok(EDITOR, "GET", path + "/walk-list.json")
        same((answer["title"], answer["campaign_id"], answer["people"]),
             (title, 80, 120), "a device's list")
        numbers = [int(d["number"]) for d in answer["doors"]]
        same(numbers, sorted((n for n in range(1, 61) if n % 2 == 1)),
             "doors in walking order")
        same([d["door_number"] for d in answer["doors"]],
             list(range(1, 31)), "numbers of doors")
        same(sorted(answer["doors"][0]["people"][0]),
             ["age", "first_name", "gender", "last_contacted_on", "last_name",
              "party_affiliation", "suffix", "voter_id"], "of a person")
        same([q["question_id"] for q in answer["questions"]], [880],
             "questions")
        text = str(answer)
        check("+1919" not in text and "example.org" not in text and
              "R810" not in text, "a device learns how to contact people")
        bad(VIEWER, "GET", path + "/walk-list.json", None, status=403)
        bad(STRANGER, "GET", path + "/walk-list.json", None, status=404)


fill()
run([lists, race, hold, events, device])
sys.exit(finish())
