#!/usr/bin/env python3
"""Runs faults in the cluster that tests/cluster/run has started, and measures
what clients notice."""
import argparse
import json
import os
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV["SRCDIR"] + "/tests/support")

import backups
import checks
from checks import check, finish
from faults import GOALS
from hosts import (HEALED, address, history, leader, members, on, postgres,
                   until, whole)
from load import AMOUNT, Load

SHORT = ("kill",)


def prepare():
    """People and voters, if the cluster is new."""
    at = leader()
    if postgres(at, "SELECT count(*) FROM cerberus.voters") != "0":
        return
    with open(ENV["SRCDIR"] + "/tests/support/fixture.sql",
              encoding="utf-8") as f:
        postgres(at, f.read())
    postgres(at, """SET search_path = cerberus;
        INSERT INTO voters (voter_id, first_name, last_name)
        SELECT i, 'V', 'Voter' || i FROM generate_series(1, 50) i;
        INSERT INTO campaign_voters (campaign_id, voter_id)
        SELECT 1, i FROM generate_series(1, 50) i""")


def survivors(name):
    """The signups in the database: how many interactions each has."""
    rows = postgres(leader(), "SELECT email_address || ' ' || count(*) "
                    "FROM cerberus.voters JOIN cerberus.interactions "
                    "USING (voter_id) WHERE email_address LIKE "
                    f"'{name}%' GROUP BY email_address")
    return {r.split()[0]: int(r.split()[1]) for r in rows.splitlines()}


def counted():
    """The ledger: the cents of each intent that is paid."""
    rows = postgres(leader(), "SELECT payment_intent_id || ' ' || "
                    "sum(amount_received) FROM cerberus.donations "
                    "WHERE amount_received > 0 GROUP BY payment_intent_id")
    return {r.split()[0]: int(r.split()[1]) for r in rows.splitlines()}


def charged():
    """Stripe's side: the cents that each intent was charged."""
    with urllib.request.urlopen(urllib.request.Request(
            f"http://{ENV['STRIPE']}/_control/state", method="POST",
            data=b'{"key": "sk_test_cluster"}'), timeout=30) as r:
        moved = json.load(r)
    paid = {i["id"] for i in moved["intents"] if i["status"] == "succeeded"}
    check(sum(b["amount"] for b in moved["balance"]) == AMOUNT * len(paid),
          "Stripe charged each gift once")
    return {i: AMOUNT for i in paid}


def reconcile(name):
    """Compare all gifts with Stripe, as the timer does at night."""
    answer = on("web1", "env", "CERBERUS_CONF=/etc/cerberus/cerberus.conf",
                ENV["BUILD"] + "/cli/cerberus", "reconcile",
                check=False)
    ledger, stripe = counted(), charged()
    wrong = {i for i in ledger | stripe if ledger.get(i) != stripe.get(i)}
    check(not wrong, f"{name}: after reconcile the ledger is what Stripe "
          "charged", len(wrong), sorted(wrong)[:5], answer)
    return [i for i in wrong if i in stripe and i not in ledger], [
        i for i in wrong if ledger.get(i, 0) > stripe.get(i, 0)]


def play(name, n, rate):
    """One round.  Return what was measured."""
    fault = GOALS[name][0]
    check(until(whole, HEALED), f"{name}: the cluster is whole", members())
    load = Load(f"{address('lb')}:80", ENV["STRIPE"], rate,
                f"{name}{n}x{int(time.time())}x")
    load.start()
    check(until(lambda: load.since("write", load.begun) > 2 * rate, 30),
          f"{name}: the load runs")
    begun = time.monotonic()
    alone = []
    for step in fault():
        if isinstance(step, list):
            alone = step
        else:
            time.sleep(step)
    back = until(lambda: load.since("write", time.monotonic() - 1) > rate / 3,
                 60)
    check(back, f"{name}: writes are back")
    check(until(whole, HEALED), f"{name}: the cluster is whole again",
          members())
    load.stop()
    backups.complete(name)
    have, paid = survivors(load.name_), counted()
    unpaid, twice = reconcile(name)
    got = {
        "writes": load.gap("write", begun), "reads": load.gap("read", begun),
        "acked": sum(len(load.acked[k]) for k in load.acked if k != "read"),
        "lost": [a for a in load.acked["signup"] if a not in have] +
                [a for a in set(load.acked["event"]) if a not in paid] +
                unpaid,
        "twice": [a for a, k in have.items() if k != 1] + twice,
        "gifts": len(set(load.acked["intent"])),
        "other": load.lost, "tries": load.tries, "alone": 0,
    }
    if alone:
        rows = set(postgres(leader(), "SELECT campaign_name FROM "
                            "cerberus.campaigns WHERE campaign_name LIKE "
                            "'isolated-%'").splitlines())
        got["alone"] = len([a for a in alone if a not in rows])
    return got


def judge(name, got, timed):
    """timed: the machine is fast enough for the goals of time."""
    _, writes, reads = GOALS[name]
    check(got["lost"] == [], f"{name}: nothing is lost", got["lost"],
          leader(), members(), history())
    check(got["twice"] == [], f"{name}: nothing is twice", got["twice"])
    check(got["alone"] == 0, f"{name}: a primary that was cut off "
          "acknowledged what is gone", got["alone"])
    check(got["other"] == [], f"{name}: other answers", got["other"][:5])
    check(got["gifts"] > 0, f"{name}: gifts were made")
    if not timed:
        return
    check(got["writes"] <= writes, f"{name}: writes were away for "
          f"{got['writes']:.1f} s, {writes} s are allowed")
    check(got["reads"] <= reads, f"{name}: reads were away for "
          f"{got['reads']:.1f} s, {reads} s are allowed")


def rounds_of(name, a):
    """All rounds of a fault.  Return its row of the table."""
    rounds = []
    for n in range(a.rounds):
        begun = time.monotonic()
        got = play(name, n, a.rate)
        judge(name, got, not a.short)
        rounds.append(got)
        print(f"  {name} {n + 1}: writes {got['writes']:.1f} s, reads "
              f"{got['reads']:.1f} s, {got['acked']} acknowledged, "
              f"{got['gifts']} gifts, {len(got['lost']) + got['alone']} "
              f"lost, {len(got['twice'])} twice, statuses {got['tries']}, "
              f"{time.monotonic() - begun:.0f} s in all", flush=True)
    return (name, len(rounds),
            max(g["writes"] for g in rounds), max(g["reads"] for g in rounds),
            sum(g["acked"] for g in rounds), sum(g["gifts"] for g in rounds),
            sum(len(g["lost"]) + g["alone"] for g in rounds),
            sum(len(g["twice"]) for g in rounds))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--rate", type=float, default=50)
    p.add_argument("--short", action="store_true")
    p.add_argument("faults", nargs="*", choices=[[], *GOALS])
    a = p.parse_args()
    names = a.faults or (SHORT if a.short else list(GOALS))
    checks.passed, checks.failed = int(ENV["PASSED"]), int(ENV["FAILED"])
    prepare()
    backups.restores()
    backups.archives()
    table = [rounds_of(name, a) for name in names]
    print(f"{'fault':<12}{'rounds':>7}{'no writes':>11}{'no reads':>10}"
          f"{'acknowledged':>14}{'gifts':>7}{'lost':>6}{'twice':>7}")
    for row in table:
        print("{:<12}{:>7}{:>9.1f} s{:>8.1f} s{:>14}{:>7}{:>6}{:>7}".format(
            *row))
    return finish()


sys.exit(main())
