"""What the backup has of the log: cluster/archive and cluster/restore."""
import os
import re

from checks import check, same
from hosts import DATABASES, leader, postgres, shell, until

DATA = "/var/lib/postgresql/15/cerberus"
ARCHIVE = "/var/lib/pgbackrest/archive/cerberus/15-*"
SHARE = "/var/lib/cerberus/share/"
USER = "setpriv --reuid=postgres --regid=postgres --init-groups "
BACKREST = USER + "pgbackrest --stanza=cerberus "
# All hosts have this machine's /tmp.
COPY = os.environ["CLUSTER_DIR"] + "/segment"
# In place of pg_wal; pgBackRest wants it there.
WAL = DATA + "/test"
SEGMENTS = 256          # with the same upper half of the position
DUPLICATE = 45          # pgBackRest's status


def segment(timeline, number):
    return f"{timeline:08X}{number // SEGMENTS:08X}{number % SEGMENTS:08X}"


def copies(at):
    """Two segments that differ, one and two, in WAL; the first also in COPY.
    Return the name that it had."""
    last = postgres(at, "SELECT pg_walfile_name(pg_switch_wal())")
    shell(at, f"mkdir -p {WAL}/archive_status && cd {WAL} && "
          f"cp {DATA}/pg_wal/{last} one && cp one {COPY} && cp one two && "
          "printf changed | dd of=two bs=1 seek=16000000 conv=notrunc "
          "2>/dev/null && chown -R postgres . && chmod a+r one two "
          f"{COPY}")
    return last


def fetched(host, command, name):
    """Does that command fetch the version one?"""
    return shell(host, f"cd {DATA} && {command} {name} fetched && "
                 f"cmp fetched {COPY} && echo same; rm -f fetched",
                 check=False).endswith("same")


def restores():
    """A standby takes from the backup what the primary has, and nothing that
    goes further: such a file is one of a primary that was cut off."""
    at = leader()
    standby = next(h for h in DATABASES if h != at)
    restore = USER + SHARE + "restore"
    last = copies(at)
    further = segment(int(last[:8], 16), 0xfe * SEGMENTS + 0xfe)
    shell(at, f"cd {WAL} && cp -p one {further} && "
          f"{BACKREST} archive-push {WAL}/{further}")
    check(until(lambda: fetched(standby, restore, last), 30),
          "a standby restores a file of the log")
    check(fetched(standby, BACKREST + "archive-get", further),
          "the backup has a file that the primary does not have")
    check(not fetched(standby, restore, further), "a standby restores it")
    shell(at, f"rm -rf {WAL} {ARCHIVE}/{further[:16]}")


def archives():
    """A server that has left a timeline gives up what it has beyond that, if the
    backup has another version, and archives what it has received of it."""
    at = leader()
    old, new = 0xf001, 0xf002
    copies(at)

    def push(name, version=None):
        copy = f"cp -p {version} {name} && " if version else ""
        return int(shell(at, f"cd {WAL} && {copy}{USER}{SHARE}archive "
                         f"pgbackrest {WAL}/{name}; echo $?").split()[-1])

    def has(name):
        return fetched(at, BACKREST + "archive-get", name)

    before, within, beyond = (segment(old, n) for n in (0x1fe, 0x1ff, 0x200))
    own = segment(new, 0x1ff)
    for name in (before, within, within + ".partial", beyond, own):
        same(push(name, "one"), 0, f"{name} is archived")
        same(push(name, "two"), DUPLICATE, f"{name} is refused")
    shell(at, f"printf '{old}\\t1/FF000100\\treason\\n' > "
          f"{WAL}/{new:08X}.history")
    for name, status in ((before, DUPLICATE), (within, 0),
                         (within + ".partial", 0), (beyond, 0),
                         (own, DUPLICATE)):
        same(push(name, "two"), status,
             f"{name}, when its timeline ends in {within}")
        check(has(name) or "partial" in name,
              f"the backup keeps its version of {name}")

    removed, whole, unfinished, alone = (
        segment(old, n) for n in (0x1fb, 0x1fc, 0x1fd, 0x201))
    shell(at, f"cd {WAL} && for i in {whole} {unfinished} {alone}; do "
          f"cp -p one $i; done; cd archive_status && "
          f"touch {removed}.done {whole}.done {before}.done {alone}.done "
          f"{new:08X}.history.done")
    same(push(f"{new:08X}.history"), 0, "the history is archived")
    check(has(whole), "what was received is archived with it")
    check(not has(unfinished), "a part of a segment is archived")
    check(not has(alone), "what is beyond the end of its timeline is archived")
    shell(at, f"rm -rf {WAL} {ARCHIVE}/{old:08X}* {ARCHIVE}/{new:08X}*")


def path(at):
    """The primary's timeline; its ancestors, each with the segment in which it
    ends; and the file that says so."""
    timeline = int(postgres(at, "SELECT pg_walfile_name("
                            "pg_current_wal_lsn())")[:8], 16)
    history = shell(at, f"cat {DATA}/pg_wal/{timeline:08X}.history",
                    check=False)
    return timeline, [(int(t), int(high, 16) * SEGMENTS + (int(low, 16) >> 24))
                      for t, high, low in re.findall(
                          r"^(\d+)\t([0-9A-F]+)/([0-9A-F]+)", history, re.M)
                      ], history


def contradict(at):
    """Give the primary another version of the segment in which its predecessor
    ended, and have it archived."""
    name = segment(*path(at)[1][-1])
    check(until(lambda: shell(at, f"ls {ARCHIVE}/{name[:16]}/{name}-*",
                              check=False), 30),
          f"the old primary archives {name}")
    now = postgres(at, "SELECT pg_walfile_name(pg_current_wal_lsn())")
    shell(at, f"cd {DATA}/pg_wal && cp -p {now} {name}")

    def given_up():
        # Archives a segment without a status that it would like to remove,
        # which is wal_keep_size behind.
        postgres(at, "SELECT pg_switch_wal();\nCHECKPOINT;")
        return shell(at, f"grep '{name}: given up' /var/log/patroni.log",
                     check=False)

    check(until(given_up, 30), f"{name} is given up")


def complete(name):
    """The primary's archiver goes on, and the backup has all of the log on the
    way to the primary's present."""
    at = leader()
    said = shell(at, f"{BACKREST} check 2>&1 && echo passed", check=False)
    check(said.endswith("passed"), f"{name}: the primary archives", said,
          shell(at, f"ls {DATA}/pg_wal/archive_status | grep ready",
                check=False))
    have = set()
    for n in re.findall(r"^([0-9A-F]{24})-\w+\.lz4$",
                        shell(at, f"ls {ARCHIVE}/0*"), re.M):
        have.add((int(n[:8], 16),
                  int(n[8:16], 16) * SEGMENTS + int(n[16:], 16)))
    timeline, ends, history = path(at)
    number, missing = min(n for t, n in have if t == 1), []
    ends.append((timeline, max((n for t, n in have if t == timeline),
                               default=0) + 1))
    for old, end in ends:
        missing += [segment(old, n) for n in range(number, end)
                    if (old, n) not in have]
        number = end
    check(ends[-1][1] > 1 and not missing,
          f"{name}: the backup has no gap", missing, history)
