#!/usr/bin/env python3
"""Runs faults in the cluster that tests/cluster/run has started, and measures
what clients notice."""
import argparse
import itertools
import os
import sys
import time

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV["SRCDIR"] + "/tests/support")

import checks
from checks import check, finish
from faults import GOALS
from hosts import (address, history, leader, members, postgres, until,
                   whole)
from load import AMOUNT, Load

DONATIONS = 20000
SHORT = ("kill",)
donations = itertools.count(1)


def prepare():
    """People, voters, and donations that wait for Stripe's events."""
    at = leader()
    with open(ENV["SRCDIR"] + "/tests/support/fixture.sql",
              encoding="utf-8") as f:
        postgres(at, f.read())
    postgres(at, f"""SET search_path = cerberus;
        INSERT INTO voters (voter_id, first_name, last_name)
        SELECT i, 'V', 'Voter' || i FROM generate_series(1, 50) i;
        INSERT INTO campaign_voters (campaign_id, voter_id)
        SELECT 1, i FROM generate_series(1, 50) i;
        CREATE TEMP TABLE d AS SELECT i, (SELECT donation_id
            FROM donation_begin(0, 1, {AMOUNT} + 0 * i, 'usd', '{{}}', NULL))
            FROM generate_series(1, {DONATIONS}) i;
        SELECT count(donation_intent(donation_id, 'pi_' || i)) FROM d""")


def survivors(name):
    """The signups in the database: how many interactions each has."""
    rows = postgres(leader(), "SELECT email_address || ' ' || count(*) "
                    "FROM cerberus.voters JOIN cerberus.interactions "
                    "USING (voter_id) WHERE email_address LIKE "
                    f"'{name}%' GROUP BY email_address")
    return {r.split()[0]: int(r.split()[1]) for r in rows.splitlines()}


def money():
    """The intents that are paid, and how often each was counted."""
    rows = postgres(leader(), "SELECT payment_intent_id || ' ' || "
                    "amount_received FROM cerberus.donations "
                    "WHERE amount_received > 0")
    return {r.split()[0]: int(r.split()[1]) / AMOUNT
            for r in rows.splitlines()}


def events_of(i, seen):
    """Event i of a load: every fifth one repeats the one before."""
    if i % 5 != 4 or i - 1 not in seen:
        seen[i] = next(donations)
    else:
        seen[i] = seen[i - 1]
    return seen[i]


def play(name, n, rate):
    """One round.  Return what was measured."""
    fault = GOALS[name][0]
    seen = {}
    check(until(whole, 120), f"{name}: the cluster is whole", members())
    load = Load(f"{address('lb')}:80", rate, f"{name}{n}x",
                lambda i: events_of(i, seen))
    load.start()
    time.sleep(3)
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
    check(until(whole, 120), f"{name}: the cluster is whole again", members())
    load.stop()
    have, paid = survivors(load.name_), money()
    got = {
        "writes": load.gap("write", begun), "reads": load.gap("read", begun),
        "acked": len(load.acked["signup"]) + len(load.acked["event"]),
        "lost": [a for a in load.acked["signup"] if a not in have] +
                [a for a in set(load.acked["event"]) if a not in paid],
        "twice": [a for a, k in have.items() if k != 1] +
                 [a for a, k in paid.items() if k != 1],
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
    if not timed:
        return
    check(got["writes"] <= writes, f"{name}: writes were away for "
          f"{got['writes']:.1f} s, {writes} s are allowed")
    check(got["reads"] <= reads, f"{name}: reads were away for "
          f"{got['reads']:.1f} s, {reads} s are allowed")


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
    table = []
    for name in names:
        rounds = []
        for n in range(a.rounds):
            got = play(name, n, a.rate)
            judge(name, got, not a.short)
            rounds.append(got)
            print(f"  {name} {n + 1}: writes {got['writes']:.1f} s, reads "
                  f"{got['reads']:.1f} s, {got['acked']} acknowledged, "
                  f"statuses {got['tries']}", flush=True)
        table.append((name, len(rounds),
                      max(g["writes"] for g in rounds),
                      max(g["reads"] for g in rounds),
                      sum(g["acked"] for g in rounds),
                      sum(len(g["lost"]) + g["alone"] for g in rounds),
                      sum(len(g["twice"]) for g in rounds)))
    print(f"{'fault':<12}{'rounds':>7}{'no writes':>11}{'no reads':>10}"
          f"{'acknowledged':>14}{'lost':>6}{'twice':>7}")
    for row in table:
        print("{:<12}{:>7}{:>9.1f} s{:>8.1f} s{:>14}{:>6}{:>7}".format(*row))
    return finish()


sys.exit(main())
