#!/usr/bin/env python3
"""Segments of random steps over generated voters, compared with an evaluation
that knows the data and the meaning of the filters, but neither SQL nor C.

Each list of steps is saved as a segment, and the voters of its export, its count
and the first page of its list are those of the evaluation.  An admin asks, and a
manager of one of two campaigns, who must not see more than that campaign tells.

usage: CERBERUS_URL=http://... ADMIN_URL=postgresql://... universes.py
           [--lists N] [--voters N] [--seed N]

The database holds tests/support/fixture.sql.  The seed repeats a run.
"""
import argparse
import json
import os
import random
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import check, finish, run, same, sql
from universe_data import (ADMIN, CHANNELS, ELECTIONS, FIRST, KINDS,
                           LAST, MANAGER, TAGS, World, TODAY, call_api)

parser = argparse.ArgumentParser()
parser.add_argument("--lists", type=int, default=200)
parser.add_argument("--voters", type=int, default=5000)
parser.add_argument("--seed", type=int, default=random.randrange(1000000))
args = parser.parse_args()
chance = random.Random(args.seed)
world = World(chance, args.voters)
world.doors = {}


# ---- What a filter means.  v is a voter, who is a dict; see is the caller's
# view of the world: the campaigns whose records they may read, None for all.

def age_of(v):
    born = v["date_of_birth"]
    if born:
        y, m, d = map(int, born.split("-"))
        return TODAY.year - y - ((TODAY.month, TODAY.day) < (m, d))
    return TODAY.year - v["birth_year"] if v["birth_year"] else None


def records(kind, v, see, campaign):
    """A voter's interactions, donations ... that the caller can see."""
    return [r for r in world.of[kind].get(v["voter_id"], ())
            if (see is None or r["campaign_id"] in see)
            and (campaign is None or r["campaign_id"] == campaign)]


def answered(v, see, value):
    question, _, wanted = value.partition(":")
    own = sorted((r["responded_at"], r["response_id"], r["values"])
                 for r in world.of["responses"].get(v["voter_id"], ())
                 if r["question_id"] == int(question)
                 and (see is None or r["campaign_id"] in see))
    return bool(own) and (not wanted or wanted in own[-1][2])


def voted(v):
    return world.votes.get(v["voter_id"], set())


def at_least(v, flt):
    for state in {e["state"] for e in ELECTIONS}:
        if flt.get("state") not in (None, state):
            continue    # its own elections are not asked for
        past = [e for e in ELECTIONS if e["state"] == state
                and flt.get("kind") in (None, e["kind"])
                and e["date"] <= TODAY.isoformat()]
        past.sort(key=lambda e: (e["date"], e["election_id"]), reverse=True)
        last = {e["election_id"] for e in past[:flt["of_last"]]}
        if len(last & voted(v)) >= flt["voted_at_least"]:
            return True
    return False


def gave(v, see, campaign, least):
    sums = {}
    for d in records("donations", v, see, campaign):
        if d["amount_received"] > 0:
            sums.setdefault(d["currency"], 0)
    for d in records("donations", v, see, campaign):
        if d["currency"] in sums:
            sums[d["currency"]] += (d["amount_received"]
                                    - d["amount_refunded"])
    return any(s >= least for s in sums.values())


def may_contact(v, see, campaign, channel):
    address = {"email": "email_address", "phone": "phone_number",
               "sms": "phone_number", "mail": "street_address"}[channel]
    flag = v["contact_" + channel]
    if v[address] is None or flag is False:
        return False
    counts = [c for c in world.of["consents"].get(v["voter_id"], ())
              if c["channel"] == channel
              and (c["campaign_id"] is None or (
                  (see is None or c["campaign_id"] in see)
                  and campaign in (None, c["campaign_id"])))]
    if counts:
        newest = max(counts, key=lambda c: (c["created_at"], c["consent_id"]))
        if not newest["granted"]:
            return False
    elif not flag:
        return False
    own = {v[k] for k in ("email_address", "phone_number", "mobile_phone",
                          "home_phone", "work_phone")} - {None}
    return not any(o["channel"] == channel and o["contact"] in own
                   and (o["campaign_id"] is None or (
                       (see is None or o["campaign_id"] in see)
                       and campaign in (None, o["campaign_id"])))
                   for o in world.opt_outs)


def door_of(v):
    """Who has no address has no door."""
    return v["street_address"] and (
        v["zip_code"] or (v["city"] or "").upper(), v["street_address"])


def household(v, see, campaign, size):
    if size == 1:
        return True
    people = world.doors.get(door_of(v), ()) if door_of(v) else ()
    return sum(1 for i in people
               if (see is None or world.joined[i] & see)
               and (campaign is None or (campaign in world.joined[i] and (
                   see is None or campaign in see)))) >= size


HAS = {"email": ("email_address",), "mobile": ("mobile_phone",),
       "address": ("street_address",),
       "phone": ("phone_number", "mobile_phone", "home_phone", "work_phone")}


def has(v, words):
    return all(any(v[k] is not None for k in HAS[w]) for w in words)


def same_text(column):
    return lambda v, x, *_: v[column] is not None and v[column] == x


def older(v, x):
    return v["last_contacted_date"] is None or v["last_contacted_date"] < x


MEANING = {
    name: same_text(name) for name in (
        "email_address", "phone_number", "zip_code", "state", "precinct",
        "congressional_district", "state_senate_district",
        "state_house_district", "ward", "party_affiliation", "gender",
        "registration_status")
} | {
    "campaign_id": lambda v, x, see, *_: x in world.joined[v["voter_id"]]
    and (see is None or x in see),
    "last_name": lambda v, x, *_: v["last_name"].lower() == x.lower(),
    "first_name": lambda v, x, *_: v["first_name"].lower() == x.lower(),
    "city": lambda v, x, *_: (v["city"] or "").lower() == x.lower(),
    "county": lambda v, x, *_: (v["county"] or "").lower() == x.lower(),
    "tag": lambda v, x, *_: x in v["tags"],
    "age_min": lambda v, x, *_: age_of(v) is not None and age_of(v) >= x,
    "age_max": lambda v, x, *_: age_of(v) is not None and age_of(v) <= x,
    "registered_since": lambda v, x, *_: (v["registration_date"] or "") >= x,
    "contacted_since": lambda v, x, *_: (v["last_contacted_date"] or "") >= x,
    "not_contacted_since": lambda v, x, *_: older(v, x),
    "not_contacted_days": lambda v, x, *_: older(v, world.days_ago(x)),
    "has": lambda v, x, *_: has(v, x if isinstance(x, list)
                                else x.split(",")),
    "voted_any": lambda v, x, *_: bool(set(x) & voted(v)),
    "voted_all": lambda v, x, *_: set(x) <= voted(v),
    "voted_at_least": lambda v, x, see, campaign, flt: at_least(v, flt),
    "of_last": lambda *_: True,
    "kind": lambda *_: True,
    "outcome": lambda v, x, see, campaign, flt: any(
        r["outcome"] == x for r in records("interactions", v, see, campaign)),
    "contacted_by": lambda v, x, see, campaign, flt: any(
        r["interaction_type"] == x
        for r in records("interactions", v, see, campaign)),
    "times_contacted_max": lambda v, x, see, campaign, flt: len(
        records("interactions", v, see, campaign)) <= x,
    "answer": lambda v, x, see, *_: answered(v, see, x),
    "donated_min": lambda v, x, see, campaign, flt: gave(v, see, campaign, x),
    "may_contact": lambda v, x, see, campaign, flt: may_contact(
        v, see, campaign, x),
    "household_size_min": lambda v, x, see, campaign, flt: household(
        v, see, campaign, x),
    "household_of": lambda v, x, see, *_: door_of(v)
    and (see is None or world.joined[x] & see)
    and v["voter_id"] in world.doors.get(door_of(by_id[x]), ()),
}


def matching(flt, see, campaign):
    """The ids of the voters whom a flat filter means."""
    campaign = flt.get("campaign_id", campaign)
    ids = set()
    for v in world.voters:
        if all(MEANING[k](v, x, see, campaign, flt)
               for k, x in flt.items() if k != "segment_id"):
            ids.add(v["voter_id"])
    if "segment_id" in flt:
        ids &= universe(saved[flt["segment_id"]], see, campaign)
    return ids


def universe(segment, see, campaign):
    own = segment["campaign_id"]
    inside = own if own is not None else campaign
    stored = segment["filter"]
    if "steps" in stored:
        ids = set()
        for step in stored["steps"]:
            found = matching(step["filter"], see, inside)
            if step["verb"] == "add":
                ids |= found
            elif step["verb"] == "narrow":
                ids &= found
            else:
                ids -= found
    else:
        ids = matching(stored, see, inside)
    if own is not None and (see is None or own in see):
        ids = {i for i in ids if own in world.joined[i]}
    return ids


# ---- Random filters.

def some_ids(state=None):
    state = state or chance.choice(["NC", "OH"])
    ids = [e["election_id"] for e in ELECTIONS if e["state"] == state]
    return chance.sample(ids, chance.randint(1, 3))


def value_of(column):
    return next(v[column] for v in iter(
        lambda: chance.choice(world.voters), None) if v[column] is not None)


RANDOM = {
    name: lambda name=name: {name: value_of(name)} for name in MEANING
    if name in world.voters[0]
} | {
    "city": lambda: {"city": value_of("city").upper()},
    "last_name": lambda: {"last_name": chance.choice(LAST).upper()},
    "first_name": lambda: {"first_name": chance.choice(FIRST)},
    "tag": lambda: {"tag": chance.choice(TAGS)},
    "age_min": lambda: {"age_min": chance.randint(0, 90)},
    "age_max": lambda: {"age_max": chance.randint(20, 100)},
    "registered_since": lambda: {"registered_since": value_of(
        "registration_date")},
    "contacted_since": lambda: {"contacted_since": value_of(
        "last_contacted_date")},
    "not_contacted_since": lambda: {"not_contacted_since": value_of(
        "last_contacted_date")},
    "not_contacted_days": lambda: {"not_contacted_days":
                                   chance.randint(1, 400)},
    "has": lambda: {"has": chance.choice(
        ["email", "phone", "mobile", "address", "email,mobile",
         ["address", "phone"]])},
    "voted_any": lambda: {"voted_any": some_ids()},
    "voted_all": lambda: {"voted_all": some_ids()},
    "voted_at_least": lambda: some_count(),
    "outcome": lambda: {"outcome": chance.choice(world.outcomes)},
    "contacted_by": lambda: {"contacted_by": chance.choice(world.types)},
    "times_contacted_max": lambda: {"times_contacted_max":
                                    chance.randint(0, 3)},
    "answer": lambda: {"answer": chance.choice(questions) + chance.choice(
        ["", ":Strong Support", ":Support", ":Against", ":3", ":yes",
         ":no such answer"])},
    "donated_min": lambda: {"donated_min": chance.choice(
        [1, 500, 2500, 10000, 50000])},
    "may_contact": lambda: {"may_contact": chance.choice(CHANNELS)},
    "household_size_min": lambda: {"household_size_min":
                                   chance.randint(1, 4)},
    "household_of": lambda: {"household_of":
                             chance.choice(world.voters)["voter_id"]},
    "campaign_id": lambda: {"campaign_id": chance.choice([1, 2])},
    "segment_id": lambda: {"segment_id": chance.choice(pool)} if pool else {},
}


def some_count():
    last = chance.randint(1, 6)
    flt = {"voted_at_least": chance.randint(1, last), "of_last": last}
    kind = chance.choice(KINDS + [None])
    return flt | ({"kind": kind} if kind else {})


def flat():
    flt = {}
    for _ in range(chance.choice([0, 1, 1, 1, 1, 2, 2, 3])):
        flt |= RANDOM[chance.choice(list(RANDOM))]()
    # Elections of another state than the filter's are a 400; see steps.py.
    if "voted_any" in flt or "voted_all" in flt:
        flt.pop("state", None)
    return flt


def some_filter(steps):
    if steps == 0:
        return flat()
    verbs = ["add"] + [chance.choice(["add", "narrow", "remove"])
                       for _ in range(steps - 1)]
    if chance.random() < 0.05:
        chance.shuffle(verbs)
    return {"steps": [{"verb": v, "filter": flat()} for v in verbs]}


# ---- The service.

saved, pool, questions = {}, [], []
telling = [0]  # segments that are neither empty nor everybody


def save(token, campaign, flt, name):
    status, answer, _ = call_api(token, "POST", "/voters/segments", {
        "campaign_id": campaign, "segment_name": name, "filter": flt})
    if not check(status == 201, f"saving {json.dumps(flt)}", status, answer):
        return None
    saved[answer["segment_id"]] = {"campaign_id": campaign, "filter": flt}
    check(answer["summary"].endswith("."), "a summary", answer)
    return answer["segment_id"]


def change(token, segment, flt):
    status, answer, _ = call_api(token, "PATCH",
                                 f"/voters/segments/{segment}",
                                 {"filter": flt})
    saved[segment]["filter"] = flt
    return check(status == 200, f"changing to {json.dumps(flt)}", status,
                 answer)


def compare(token, segment, see, number):
    """Compare every way to ask for a segment with the evaluation."""
    label = (f"list {number} of --seed {args.seed}: "
             + json.dumps(saved[segment]))
    wanted = {i for i in universe(saved[segment], see, None)
              if see is None or world.joined[i] & see}
    query = f"segment_id={segment}"
    status, text, _ = call_api(token, "GET",
                               f"/voters/export?fields=voter_id&{query}")
    if not check(status == 200, label, status, text):
        return
    telling[0] += 0 < len(wanted) < len(world.voters) * 0.9
    found = set(map(int, str(text).split()[1:]))
    check(found == wanted, label, "missing", sorted(wanted - found)[:5],
          "not wanted", sorted(found - wanted)[:5])
    status, answer, _ = call_api(token, "GET", f"/voters/count?{query}")
    check((status, answer) == (200, {"count": len(wanted)}), label, status,
          answer, len(wanted))
    unsaved(token, saved[segment], len(wanted), label)
    if number % 7 == 0:
        page = call_api(token, "GET",
                        f"/voters?fields=voter_id&per_page=50&{query}")[1]
        check([v["voter_id"] for v in page["voters"]]
              == sorted(wanted)[:50] and page["total_voters"] == len(wanted),
              label, "its list", page["total_voters"], len(wanted))
        head = call_api(token, "HEAD", f"/voters?{query}")[2]
        same(head.get("X-Total-Count"), str(len(wanted)), label + " HEAD")


def unsaved(token, segment, wanted, label):
    """The same steps in the query, as of a segment that is not saved."""
    if "steps" not in segment["filter"]:
        return
    query = {"steps": json.dumps(segment["filter"]["steps"],
                                 separators=(",", ":"))}
    if segment["campaign_id"] is not None:
        query["campaign_id"] = segment["campaign_id"]
    status, answer, _ = call_api(token, "GET", "/voters/count?"
                                 + urllib.parse.urlencode(query))
    check((status, answer) == (200, {"count": wanted}), label, "unsaved",
          status, answer, wanted)


def one_caller(token, see, campaigns, lists):
    """Random lists as one caller, beside segments that they can name."""
    global pool
    pool = []
    visible = [q for q, c in world.questions.items()
               if see is None or c in see]
    questions[:] = [str(q) for q in visible]
    for i in range(8):
        segment = save(token, chance.choice(campaigns),
                       some_filter(chance.choice([0, 0, 2, 3])),
                       f"Pool {i} {token[-8:]}")
        if segment:
            compare(token, segment, see, -7)
            pool = pool + [segment]
    changing = {c: save(token, c, {}, f"Changing {token[-8:]} {c}")
                for c in campaigns}
    for number in range(lists):
        segment = changing[chance.choice(campaigns)]
        flt = some_filter(chance.choice([0, 1, 2, 2, 3, 3, 4, 5, 6]))
        if change(token, segment, flt):
            compare(token, segment, see, number)


def as_an_admin():
    one_caller(ADMIN, None, [None, 1, 2], args.lists // 2)


def as_a_manager_of_one_campaign():
    one_caller(MANAGER, {1}, [1], args.lists - args.lists // 2)


def most_segments_tell_something():
    check(telling[0] > args.lists * 0.6, "few segments have some voters",
          telling)


by_id = {v["voter_id"]: v for v in world.voters}
for v in world.voters:
    world.doors.setdefault(door_of(v), []).append(v["voter_id"])
print(f"seed {args.seed}", flush=True)
run((world.store, as_an_admin, as_a_manager_of_one_campaign,
     most_segments_tell_something))
sys.exit(finish())
