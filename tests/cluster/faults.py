"""The faults: each is a generator that causes one, yields, and heals it.  It
yields the seconds to wait in between.  GOALS has the time without writes and
without reads that is allowed."""
import itertools
import json
import subprocess
import threading
import time
import urllib.request

import backups
import newer
from checks import check
from hosts import (DATABASES, HEALED, SCRIPT, address, health, history,
                   leader, link, members, postgres, shell, synchronous, until,
                   whole)

count = itertools.count()
LONG = 60               # seconds until a loss is noticed, at the very most


def replaced(host):
    """Wait until another host is the primary, and for some seconds more, in
    which the old one does not know it yet."""
    until(lambda: leader() not in (None, host), LONG)
    return 4


def kill():
    """SIGKILL all processes of the primary's host."""
    shell(leader(), "kill -9 -1", check=False)
    yield 5


def postgres_killed():
    """SIGKILL PostgreSQL alone; Patroni sees it."""
    shell(leader(), "kill -9 $(head -n 1 /var/lib/postgresql/15/cerberus/"
          "postmaster.pid); pkill -9 -x postgres", check=False)
    yield 5


def stop():
    """SIGSTOP all processes of the primary's host, and go on later."""
    host = leader()
    shell(host, "kill -STOP -1", check=False)
    yield replaced(host)
    shell(host, "kill -CONT -1", check=False)


class Isolated(threading.Thread):
    """Somebody on the primary's own host who goes on writing."""

    def __init__(self, host):
        super().__init__()
        self.host, self.acked, self.done = host, [], False

    def run(self):
        while not self.done:
            n = f"isolated-{next(count)}"
            try:
                got = subprocess.run(
                    [*writer(self.host), "INSERT INTO cerberus.campaigns "
                     f"(campaign_name) VALUES ('{n}') RETURNING 1"],
                    capture_output=True, text=True, check=False, timeout=60)
                if got.returncode == 0 and got.stdout.strip() == "1":
                    self.acked.append(n)
            except subprocess.TimeoutExpired:
                pass
            time.sleep(0.05)


def writer(host):
    return [SCRIPT, "on", host, "setpriv", "--reuid=postgres",
            "--regid=postgres", "--init-groups", "psql", "-XAtq", "-d",
            "cerberus", "-c"]


def partition():
    """Cut the primary off from everybody; what it acknowledges to a writer on
    its own host must not be lost.  Yields the names of such rows."""
    host = leader()
    link(host, "down")
    alone = Isolated(host)
    alone.start()
    yield replaced(host)
    alone.done = True
    alone.join()
    link(host, "up")
    yield alone.acked


def copied():
    """The primary is cut off, and has lost the part of its log by which it could
    be rewound."""
    host = leader()
    link(host, "down")
    alone = Isolated(host)
    alone.start()
    yield replaced(host)
    alone.done = True
    alone.join()
    # Between its end and its start as a standby, PostgreSQL would wait for the
    # log for ever: somebody has to copy the database then (cluster/README).
    until(lambda: postgres(host, "SELECT pg_is_in_recovery()",
                           check=False) == "t", LONG)
    shell(host, "rm -f /var/lib/postgresql/15/cerberus/pg_wal/0*")
    link(host, "up")


def archiver():
    """The primary is cut off, and archives alone what it wrote; the next one has
    a part of that segment, which it archives when it makes room."""
    yield from partition()
    check(until(whole, HEALED), "archiver: the cluster is whole", members())
    backups.contradict(leader())
    yield 1


class Canceling(threading.Thread):
    """Somebody who cancels what waits for the standby."""

    def __init__(self, host):
        super().__init__()
        self.host, self.done, self.canceled = host, False, 0

    def run(self):
        while not self.done:
            got = subprocess.run(
                [*writer(self.host), "SELECT count(pg_cancel_backend(pid)) "
                 "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"],
                capture_output=True, text=True, check=False)
            self.canceled += int(got.stdout.strip() or 0)
            time.sleep(0.05)


def canceled():
    """The primary is cut off from the other databases only, and what waits for
    them is canceled: PostgreSQL then commits without a standby, and only
    warns."""
    host = leader()
    others = [address(h) for h in DATABASES if h != host]
    for at in others:
        shell(host, f"ip route add blackhole {at}")
    somebody = Canceling(host)
    somebody.start()
    wait = replaced(host)
    somebody.done = True
    somebody.join()
    check(somebody.canceled > 0, "canceled: something was")
    yield wait
    for at in others:
        shell(host, f"ip route del blackhole {at}")


def etcd():
    """One member of etcd hangs: the primary's and another one in turn."""
    host = leader()
    if next(count) % 2:
        host = next(h for h in DATABASES if h != host)
    shell(host, "pkill -STOP -x etcd")
    yield 10
    shell(host, "pkill -CONT -x etcd")


def web():
    """One web host disappears from the network."""
    link("web1", "down")
    yield 8
    link("web1", "up")


def fill(host, left=0):
    """Leave so many megabytes on its disk."""
    shell(host, "cd /var/lib/postgresql && dd if=/dev/zero of=filler bs=1M "
          f"count=$(($(df -Pm . | awk 'NR == 2 {{ print $4 }}') - {left})) "
          "2>/dev/null; dd if=/dev/zero of=filler2 bs=1M "
          f"count={0 if left else 100} 2>/dev/null", check=False)


def empty(host):
    shell(host, "rm -f /var/lib/postgresql/filler*")


def room(host):
    """The free megabytes that the other hosts know of; 0 without any."""
    try:
        with urllib.request.urlopen(
                f"http://{address(host)}:2379/v2/keys/cerberus/disk-guard/"
                f"{host}", timeout=5) as r:
            return int(json.load(r)["node"]["value"])
    except OSError:
        return 0


def disk():
    """The disk of the primary is full."""
    host = leader()
    fill(host)
    wait = replaced(host)
    check(leader() != host, "disk: another host is the primary",
          {h: room(h) for h in DATABASES})
    yield wait
    empty(host)


def disks():
    """Four times, so that it is some host's disk for the second time."""
    for _ in range(4):
        yield from disk()
        check(until(whole, HEALED), "disks: the cluster is whole", members())


def cramped():
    """The disk of the primary is full, and the others have more than the
    minimum, but less than twice as much."""
    host = leader()
    others = [h for h in DATABASES if h != host]
    for other in others:
        fill(other, left=100)
        check(until(lambda h=other: 0 < room(h) < 120, 20),
              f"cramped: the others know of {other}", room(other))
    yield from disk()
    for other in others:
        empty(other)


def full():
    """The disks of all hosts are almost full: the primary stays where it is."""
    at, before = leader(), len(history())
    for host in sorted(DATABASES, key=lambda h: h == at):
        fill(host, left=40)
        check(until(lambda h=host: 0 < room(h) < 60, 20),
              f"full: the others know of {host}", room(host))
    yield 15
    check(len(history()) == before, "full: the primary stays where it is",
          history())
    for host in DATABASES:
        empty(host)


def slow():
    """The synchronous standby works a tenth of the time."""
    host = synchronous()
    end = time.monotonic() + 12
    while time.monotonic() < end:
        shell(host, "pkill -STOP -x postgres; sleep 0.9; "
              "pkill -CONT -x postgres; sleep 0.1", check=False)
    yield 0


def hanging():
    """The synchronous standby hangs."""
    host = synchronous()
    shell(host, "pkill -STOP -x postgres")
    until(lambda: synchronous() not in (None, host), LONG)
    yield 4
    shell(host, "pkill -CONT -x postgres")


def switchover():
    """The administrator moves the primary."""
    at = leader()
    shell(at, "set -a; . /etc/patroni_env.conf; patronictl -c /etc/patroni/"
          f"config.yml switchover --master {at} --candidate {synchronous()} "
          "--force cerberus")
    yield 5


def upgrade():
    """A migration, and then each web host's programs, one after the other; and
    back again."""
    newer.migrate(leader())
    for host in ("web1", "web2"):
        newer.need(health(host) == "schema_mismatch", host)
        newer.programs(host, newer.NEW)
        newer.need(until(lambda h=host: health(h) == "ok", 20), host)
        yield 2
    for host in ("web1", "web2"):
        newer.programs(host, newer.OLD)
    newer.revert(leader())
    newer.need(until(lambda: health("web1") == "ok", 20), "web1")
    yield 1


def pgbouncer():
    """SIGKILL PgBouncer, of one web host and of both in turn."""
    for host in ("web1", "web2") if next(count) % 2 else ("web1",):
        shell(host, "pkill -9 -x pgbouncer")
    yield 5


# The faults, and seconds without writes and reads.
GOALS = {
    "kill": (kill, 30, 5), "postgres": (postgres_killed, 30, 5),
    "stop": (stop, 30, 5), "partition": (partition, 30, 5),
    "copied": (copied, 30, 5), "archiver": (archiver, 30, 5),
    "canceled": (canceled, 30, 5), "etcd": (etcd, 30, 5),
    "web": (web, 5, 5), "disk": (disk, 30, 5),
    "disks": (disks, 30, 5), "cramped": (cramped, 30, 5),
    "full": (full, 5, 5),
    "slow": (slow, 30, 5), "hanging": (hanging, 30, 5),
    "switchover": (switchover, 10, 5), "upgrade": (upgrade, 5, 5),
    "pgbouncer": (pgbouncer, 5, 5),
}
