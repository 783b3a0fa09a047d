#!/usr/bin/env python3
"""Divide the audit log while it is written, and compare before and after.

usage: parts.py [--entries N] [--seconds N] URL

URL is an administrator's, of a database with the schema.  Add N entries (2,000),
and write more over four connections for at least N seconds (1) while
script/partition runs: once interrupted, once to its end, and once more.  With
50 million entries this is a rehearsal; it takes a quarter of an hour.
"""
import argparse
import glob
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

REPO = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPO / "tests/support"))
sys.dont_write_bytecode = True
import checks  # noqa: E402
from checks import check, same, sql, until  # noqa: E402

SCRIPT = REPO / "script/partition"
os.environ["PATH"] += "".join(os.pathsep + d for d in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True))
# One entry, as the triggers write it.
ADD = """SELECT cerberus.audit_add('update', 'voters', :client_id, '{"a": 1}',
    '{"a": 2}');
"""
# What the programs and the migrations see of the table.
CATALOG = """
SELECT 'owner', relowner::regrole, relrowsecurity, relforcerowsecurity,
    relreplident, obj_description(oid, 'pg_class'), relacl
FROM pg_class WHERE oid = 'cerberus.audit_log'::regclass;
SELECT 'column', attname, format_type(atttypid, atttypmod), attnotnull,
    attidentity, attacl, pg_get_expr(adbin, adrelid),
    col_description(attrelid, attnum)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid
    AND adnum = attnum
WHERE attrelid = 'cerberus.audit_log'::regclass AND attnum > 0
    AND NOT attisdropped ORDER BY attnum;
SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'cerberus.audit_log'::regclass ORDER BY 2;
SELECT 'index', replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
FROM pg_index WHERE indrelid = 'cerberus.audit_log'::regclass ORDER BY 2;
SELECT 'trigger', tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = 'cerberus.audit_log'::regclass ORDER BY 3;
SELECT 'policy', p.* FROM pg_policies p WHERE tablename = 'audit_log'
ORDER BY policyname;
SELECT 'sequence', oid::regclass, relowner::regrole, relacl FROM pg_class
WHERE relname = 'audit_log_audit_id_seq';
SELECT 'view', oid::regclass, relacl, reloptions, relowner::regrole,
    pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v'
    AND pg_get_viewdef(oid) LIKE '%audit_log%' ORDER BY 2;
"""
MARK = "SELECT count(*), sum(hashtextextended(a::text, 0)) FROM cerberus.audit_log a"


def catalog():
    return "\n".join(sql(s.strip()) or "" for s in CATALOG.split(";") if s.strip())


def turn(**more):
    return subprocess.Popen([SCRIPT, "turn", os.environ["ADMIN_URL"]], start_new_session=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def parts():
    return sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'cerberus.audit_log'::regclass")


class Writer(threading.Thread):
    """Write entries until stop() is called, and remember how many and the longest wait."""
    def __init__(self):
        super().__init__(daemon=True)
        self.done, self.entries, self.slowest, self.failed, self.runs = False, 0, 0.0, "", 0

    def run(self):
        with tempfile.TemporaryDirectory() as work:
            script = pathlib.Path(work) / "add.sql"
            script.write_text(ADD)
            while not self.done and not self.failed:
                done = subprocess.run(
                    ["pgbench", "-n", "-M", "prepared", "-c", "4", "-T", "1", "-R", "400", "-l", "-f", script,
                     os.environ["ADMIN_URL"]], capture_output=True, text=True, cwd=work)
                found = re.search(r"actually processed: (\d+)", done.stdout)
                if done.returncode or not found or "failed transactions: 0 " not in done.stdout:
                    self.failed = done.stdout + done.stderr
                    break
                self.entries += int(found[1])
                for log in pathlib.Path(work).glob("pgbench_log.*"):
                    self.slowest = max([self.slowest] + [int(line.split()[2]) / 1000
                                                         for line in log.read_text().splitlines()])
                    log.unlink()
                self.runs += 1

    def stop(self):
        self.done = True
        self.join()


def interrupted():
    """Kill a turn while it waits for a transaction that has written; that is not disturbed."""
    busy = subprocess.Popen(["psql", "-XAtq", "-d", os.environ["ADMIN_URL"]], stdin=subprocess.PIPE, text=True,
                            stdout=subprocess.PIPE)
    busy.stdin.write("BEGIN; SELECT cerberus.audit_add('update', 'voters', 7, NULL, NULL); SELECT 'written';\n")
    busy.stdin.flush()
    while "written" not in busy.stdout.readline():
        pass
    stopped = turn()
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'cerberus.audit_log'::regclass"
    check(until(lambda: sql(waiting) == "1", 60), "the turn waits for the transaction")
    os.killpg(stopped.pid, signal.SIGKILL)
    stopped.wait()
    busy.stdin.write("COMMIT;\n")
    busy.stdin.close()
    same(busy.wait(), 0, "the transaction commits")
    check(until(lambda: sql(waiting) == "0", 60), "nobody waits any longer")
    same(parts(), "0", "parts after an interrupted turn")


def divided(entries, seconds):
    sql(f"""INSERT INTO cerberus.audit_log (at, action, table_name, row_id, after)
        SELECT now() - interval '5 years' * n / {max(entries, 1)}, 'update', 'voters', n, '{{"a": 2}}'
        FROM generate_series({entries}, 1, -1) n""")
    sql("INSERT INTO cerberus.users (username, role) VALUES ('divider', 'admin') ON CONFLICT DO NOTHING")
    before, last = catalog(), int(sql("SELECT max(audit_id) FROM cerberus.audit_log"))
    old = sql(f"{MARK} WHERE audit_id <= {last}")
    # What was interrupted leaves a limit at most, and the next turn needs it.
    for _ in range(2):
        interrupted()
        same("\n".join(line for line in catalog().split("\n") if "|audit_log_limit|" not in line), before,
             "the table after an interrupted turn")
    extra = int(sql(f"SELECT count(*) FROM cerberus.audit_log WHERE audit_id > {last}"))

    # To the end, with entries coming in.
    writer, start = Writer(), time.monotonic()
    writer.start()
    check(until(lambda: writer.runs > 0 or writer.failed, 60), "the writer writes", writer.failed)
    for wanted in ("2", "3"):
        begun = time.monotonic()
        process = turn()
        said = process.communicate()[0]
        same(process.returncode, 0, f"the turn succeeds ({said})")
        same(parts(), wanted, "parts")
        print(f"turn: {time.monotonic() - begun:.1f} s")
        runs = writer.runs
        check(until(lambda: writer.runs >= runs + 2 or writer.failed, 60), "the writer goes on", writer.failed)
    check(until(lambda: time.monotonic() - start > seconds, seconds + 1), "it was written all the time")
    writer.stop()
    same(writer.failed, "", "entries that were refused")
    print(f"{writer.entries} entries were written meanwhile, the slowest in {writer.slowest:.0f} ms")
    same(sql(f"{MARK} WHERE audit_id <= {last}"), old, "the old entries")
    same(int(sql(f"SELECT count(*) FROM cerberus.audit_log WHERE audit_id > {last}")), writer.entries + extra, "new entries")
    same(sql("SELECT count(DISTINCT tableoid) FROM cerberus.audit_log"), "3", "parts with entries")
    same(catalog(), before, "the table as the programs see it")


def fails(statement, role="cerberus_owner"):
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", os.environ["ADMIN_URL"], "-c",
                           f"SET ROLE {role}", "-c", statement], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def guarded():
    for part in sql("SELECT 'cerberus.' || relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
                    " WHERE inhparent = 'cerberus.audit_log'::regclass").split():
        for statement in (f"UPDATE {part} SET row_id = 1", f"DELETE FROM {part}", f"TRUNCATE {part}"):
            check("append-only" in fails(statement) or sql(f"SELECT count(*) FROM {part}") == "0", statement)
        for role in ("cerberus_app", "cerberus_stripe"):
            check("permission denied" in fails(f"SELECT FROM {part}", role), f"{role} cannot read {part}")
        same(sql(f"SELECT relrowsecurity FROM pg_class WHERE oid = '{part}'::regclass"), "t", f"row security of {part}")
    check("append-only" in fails("TRUNCATE cerberus.audit_log"), "the whole cannot be emptied")
    same(sql("SET ROLE cerberus_app; SELECT count(*) FROM cerberus.audit_log"), "0", "a stranger sees nothing")
    sql("RESET ROLE")


def watched():
    """cerberus check notices a sequence that is behind the parts' ids."""
    behind = "SELECT count(*) FROM cerberus.sequences_behind() WHERE table_name = 'audit_log'"
    same(sql(behind), "0", "the sequence goes on after the turns")
    sql("ALTER TABLE cerberus.audit_log ALTER audit_id RESTART WITH 1")
    same(sql(behind), "1", "a sequence that begins anew is noticed")
    sql("SELECT setval(pg_get_serial_sequence('cerberus.audit_log', 'audit_id'), max(audit_id)) FROM cerberus.audit_log")


def archived():
    """The oldest part is taken away, and the log goes on."""
    count = int(sql("SELECT count(*) FROM cerberus.audit_log"))
    first = int(sql("SELECT count(*) FROM cerberus.audit_log_1"))
    sql("ALTER TABLE cerberus.audit_log DETACH PARTITION cerberus.audit_log_1 CONCURRENTLY")
    begun = time.monotonic()
    sql("DROP TABLE cerberus.audit_log_1")
    print(f"dropping {first} entries: {time.monotonic() - begun:.2f} s")
    same(int(sql("SELECT count(*) FROM cerberus.audit_log")), count - first, "the other parts stay")
    process = turn()
    process.communicate()
    same(process.returncode, 0, "the log without its first part is divided again")
    same(parts(), "3", "parts, one gone and one new")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--entries", type=int, default=2000)
    p.add_argument("--seconds", type=int, default=1)
    p.add_argument("url")
    args = p.parse_args()
    os.environ["ADMIN_URL"] = args.url
    divided(args.entries, args.seconds)
    checks.run([guarded, watched, archived])
    sys.exit(checks.finish())
