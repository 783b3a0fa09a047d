#!/usr/bin/env python3
"""The programs with a primary and a streaming standby: tests/standby/run sets
the environment.  Server a is the primary at first; b takes over and back."""
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
ENV = os.environ
sys.path.append(ENV["SRCDIR"] + "/tests/support")

from checks import call, check, finish, run, same, until

WORK = ENV["WORK"]
DATABASE = ENV["SRCDIR"] + "/script/database"
EDITOR = "test-token-of-the-editor"
BIN = os.path.dirname(os.path.realpath(shutil.which("psql")))


def socket(name):
    return os.path.realpath(f"{WORK}/{name}/run") + "/db"


def url(kind, hosts, attrs="&target_session_attrs=read-write"):
    """The programs' URL with these servers, such as 'ab'."""
    return re.sub(r"host=[^&]*", "host=" + ",".join(
        socket(h) for h in hosts), ENV[kind]) + attrs


def as_db(*args, **more):
    """Run a command of PostgreSQL's as the servers' user."""
    command = [f"{BIN}/{args[0]}", *args[1:]]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid", ENV["DB_USER"], "--regid",
                   ENV["DB_USER"], "--init-groups", *command]
    return subprocess.run(command, cwd="/", check=True, text=True,
                          capture_output=True, **more).stdout.strip()


def sql(name, text, database="cerberus"):
    return subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
         f"postgresql://postgres@/{database}?host={socket(name)}", "-f", "-"],
        input=text, check=True, capture_output=True, text=True).stdout.strip()


def start(name):
    subprocess.run([DATABASE, "start", f"{WORK}/{name}"], check=True,
                   stdout=subprocess.DEVNULL)


def stop(name):
    subprocess.run([DATABASE, "stop", f"{WORK}/{name}"], check=True)


def postmaster(name):
    return int(subprocess.run([DATABASE, "pid", f"{WORK}/{name}"], check=True,
                              capture_output=True, text=True).stdout)


def kill(name):
    """Kill a server with all its processes, as a loss of power does."""
    pid = postmaster(name)
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)],
                              capture_output=True, text=True,
                              check=True).stdout.split()
    for one in [pid, *map(int, children)]:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            pass


def standby(name, of):
    """Make a server a synchronous standby of another one, from nothing."""
    stop(name)
    shutil.rmtree(f"{WORK}/{name}/pg", ignore_errors=True)
    os.makedirs(f"{WORK}/{name}", exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(f"{WORK}/{name}", ENV["DB_USER"])
    sql(of, "ALTER SYSTEM SET synchronous_standby_names = '';"
            "SELECT pg_reload_conf()")
    as_db("pg_basebackup", "-R", "-N", "-X", "stream", "-c", "fast", "-D",
          f"{WORK}/{name}/pg", "-d", f"host={socket(of)} user=postgres")
    start(name)
    sql(of, "ALTER SYSTEM SET synchronous_standby_names = '*';"
            "SELECT pg_reload_conf()")
    check(until(lambda: sql(of, "SELECT count(*) FROM pg_stat_replication "
                            "WHERE sync_state = 'sync'") == "1", 30),
          f"{name} follows {of}")


def promote(name):
    sql(name, "ALTER SYSTEM SET synchronous_standby_names = ''")
    as_db("pg_ctl", "-D", f"{WORK}/{name}/pg", "-w", "promote")


def configure(hosts, attrs="&target_session_attrs=read-write", more=""):
    text = f"""[cerberus]
environment = testing
secret_key = 0123456789abcdef0123456789abcdef
site_url = https://cerberus.example.org
[database]
url = {url("APP_URL", hosts, attrs)}
stripe_url = {url("STRIPE_APP_URL", hosts, attrs)}
{more}
[upload]
layouts = {ENV["SRCDIR"]}/etc/layouts
[limits]
rate_limit = off
"""
    with open(ENV["CERBERUS_CONF"], "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(ENV["CERBERUS_CONF"], 0o640)
    if os.getuid() == 0:
        shutil.chown(ENV["CERBERUS_CONF"], group=ENV["WEB_GROUP"])


def web(mode="fastcgi", processes=2):
    os.makedirs(f"{WORK}/web", exist_ok=True)
    ENV["CERBERUS_URL"] = subprocess.run(
        [ENV["SRCDIR"] + "/script/web", "start", f"{WORK}/web"],
        env={**ENV, "WEB_SERVER": "lighttpd", "CGI_MODE": mode,
             "PROCESSES": str(processes)}, check=True, capture_output=True,
        text=True).stdout.strip()


def signup(name, headers=None):
    return call(None, "POST", "/signups", {
        "first_name": "S", "last_name": "S", "campaign_id": 1,
        "email_address": f"{name}@example.org"}, headers)


def stored(server, pattern):
    """Rows by e-mail address: how many signups each has."""
    rows = sql(server, "SELECT v.email_address || ' ' || count(i.*) "
               "FROM cerberus.voters v JOIN cerberus.interactions i "
               "USING (voter_id) WHERE v.email_address LIKE "
               f"'{pattern}%' GROUP BY v.email_address")
    return {row.split()[0]: int(row.split()[1]) for row in rows.splitlines()}


def unavailable(answer, what):
    same(answer[0], 503, f"{what}: {answer[1]}")
    check(answer[2].get("Retry-After"), f"{what}: Retry-After")


def read(path="/campaigns/1"):
    return call(EDITOR, "GET", path)


def settled():
    """Wait until requests are answered; return the seconds."""
    begun = time.monotonic()
    check(until(lambda: read()[0] == 200, 30), "the service recovers")
    return time.monotonic() - begun


def test_the_primary_is_found_whatever_the_order():
    for mode in ("fastcgi", "cgi"):
        for hosts in ("ab", "ba"):
            configure(hosts)
            web(mode)
            for i in range(4):
                same(signup(f"order{mode}{hosts}{i}")[0], 201,
                     f"{mode}, {hosts}: a signup")
                same(read()[0], 200, f"{mode}, {hosts}: a read")
            status, body, _ = call(None, "GET", "/health")
            same((status, body.get("server")), (200, "primary"),
                 f"{mode}, {hosts}: its health")
    same(len(stored("a", "order")), 16, "all signups are there")


def canceled(request):
    """Send a request, and cancel each wait for the standby until it ends.
    Return its answer and how many there were."""
    answers, waits = [], 0
    sender = threading.Thread(target=lambda: answers.append(request()))
    sender.start()
    while sender.is_alive():
        waits += int(sql("a", "SELECT count(pg_cancel_backend(pid)) FROM "
                         "pg_stat_activity WHERE wait_event = 'SyncRep'"))
        sender.join(0.05)
    return answers[0], waits


def test_a_canceled_wait_for_the_standby_is_not_acknowledged():
    """PostgreSQL commits then, and only warns: what the standby does not have
    would be lost with the primary."""
    configure("ab")
    web()
    same(read()[0], 200, "a read")
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = 'nobody';"
             "SELECT pg_reload_conf()")
    key = {"Idempotency-Key": "canceled"}
    for what, request in (
            ("a pipeline", lambda: call(EDITOR, "POST", "/voters", {
                "first_name": "C", "last_name": "Canceled",
                "campaign_id": 1})),
            ("a transaction", lambda: signup("canceled", key)),
            ("a stored response", lambda: signup("canceled", key))):
        answer, waits = canceled(request)
        check(waits > 0, f"{what} waits for the standby", answer)
        unavailable(answer, what)
    same(list(stored("a", "canceled").values()), [1], "a has the signup")
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = '*';"
             "SELECT pg_reload_conf()")
    same(signup("canceled", key)[0], 201, "the signup, repeated")
    check(until(lambda: list(stored("b", "canceled").values()) == [1], 10),
          "b has it once", stored("b", "canceled"))


def test_a_standby_alone_is_not_healthy():
    configure("b", attrs="")
    web()
    status, body, headers = call(None, "GET", "/health")
    same((status, body.get("code")), (503, "database_read_only"), "its health")
    check(headers.get("Retry-After"), "Retry-After")
    unavailable(signup("standby"), "a signup on a standby")
    same(stored("a", "standby"), {}, "nothing is stored")


def test_check_tells_each_server():
    def cerberus():
        got = subprocess.run(
            [ENV["BUILD"] + "/cli/cerberus", "check", "--offline"],
            capture_output=True, text=True, check=False,
            env={"PATH": ENV["PATH"], "CERBERUS_CONF": ENV["CERBERUS_CONF"]})
        return "\n".join(line for line in got.stdout.splitlines()
                         if re.search("servers|(read|sync)_url", line))

    configure("ba")
    check(re.match(rf"ok +servers: {socket('a')} is the primary, with 1 "
                   "standby$", cerberus()), "the servers are well",
          cerberus())
    configure("ba", attrs="")
    check("FAILED  servers" in cerberus() and "read-write" in cerberus(),
          "the missing target_session_attrs", cerberus())
    for hosts, wanted in (("b", "ok      read_url"),
                          ("c", "FAILED  read_url: cannot connect")):
        os.makedirs(f"{WORK}/c/run", exist_ok=True)
        configure("ab", more="read_url = " + url("APP_URL", hosts, ""))
        check(wanted in cerberus(), f"read_url of {hosts}", cerberus())
    for hosts, wanted in (("b", "ok      sync_url"),
                          ("a", "FAILED  sync_url: it leads to the primary"),
                          ("c", "FAILED  sync_url: cannot connect")):
        configure("ab", more="sync_url = " + url("APP_URL", hosts, ""))
        check(wanted in cerberus(), f"sync_url of {hosts}", cerberus())
    configure("ab")
    stop("b")
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = '';"
             "SELECT pg_reload_conf()")
    check(re.search(rf"FAILED  servers: {socket('b')}: cannot connect",
                    cerberus()), "the standby that is away", cerberus())
    start("b")
    standby("b", "a")


def test_a_starting_server_is_passed_over():
    """Without hot standby, b is "starting up" for as long as it runs."""
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = '';"
             "SELECT pg_reload_conf()")
    with open(f"{WORK}/b/pg/postgresql.auto.conf", "a",
              encoding="utf-8") as f:
        f.write("hot_standby = off\n")
    as_db("pg_ctl", "-D", f"{WORK}/b/pg", "-m", "fast", "-w", "stop")
    as_db("pg_ctl", "-D", f"{WORK}/b/pg", "-W", "-l", "/dev/null", "start")

    def starting():
        got = subprocess.run(["psql", "-X", "-d", "postgresql://postgres@/"
                              f"postgres?host={socket('b')}"], check=False,
                             capture_output=True, text=True, input="")
        return "system is not accepting connections" in got.stderr

    check(until(starting, 30), "b is starting for good")
    configure("ba")
    for mode in ("fastcgi", "cgi"):
        web(mode)
        begun = time.monotonic()
        same(signup(f"starting{mode}")[0], 201, f"{mode}: a signup")
        check(time.monotonic() - begun < 2, f"{mode}: it takes no time",
              time.monotonic() - begun)
    standby("b", "a")


def test_a_server_that_hangs_is_passed_over():
    configure("ba")
    pid = postmaster("b")
    os.kill(pid, signal.SIGSTOP)
    try:
        web()
        begun = time.monotonic()
        same(signup("hangs")[0], 201, "a signup")
        took = time.monotonic() - begun
        check(1 < took < 5, "it waits for one host", took)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_statement_on_a_server_that_hangs_ends():
    """Every process of the primary stops while a request waits for it."""
    configure("ab", more="statement_timeout_ms = 1000")
    web(processes=1)
    same(read()[0], 200, "a read")
    pids = [int(p) for p in sql("a", "SELECT pid FROM pg_stat_activity WHERE "
                                "usename = 'cerberus_app'").split()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        unavailable(read(), "a read")
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    took = time.monotonic() - begun
    check(5 < took < 20, "it ends after its time", took)
    same(read()[0], 200, "the next read")


def made(name):
    return call(EDITOR, "POST", "/voters", {
        "first_name": "R", "last_name": name, "campaign_id": 1})[0]


def counted(name):
    return call(EDITOR, "GET", f"/voters/count?last_name={name}")


MANAGER = "test-token-of-the-manager"
# Each, and a part of what it asks.
BIG_READS = ("/voters/count?campaign_id=1&gender=F", "/campaigns/1/summary",
             "/campaigns/1/breakdown?by=gender",
             "/voters/export?campaign_id=1", "/donations/export?campaign_id=1",
             "/voters/opt-outs/export?campaign_id=1")


def test_big_reads_go_to_the_standby():
    read_url = "read_url = " + url("APP_URL", "b", "")
    for mode in ("fastcgi", "cgi"):
        configure("ab", more=read_url)
        web(mode)
        for path in BIG_READS:
            before = int(sql("b", "SELECT xact_commit + xact_rollback FROM "
                             "pg_stat_database WHERE datname = 'cerberus'"))
            status, body, _ = call(MANAGER, "GET", path)
            same(status, 200, f"{mode}, {path}: {str(body)[:200]}")
            check(until(lambda: int(sql(
                "b", "SELECT xact_commit + xact_rollback FROM "
                "pg_stat_database WHERE datname = 'cerberus'")) > before + 4,
                        20), f"{mode}, {path}: the standby was asked")
        for i in range(20):
            same(made(f"Fresh{mode}{i}"), 201, f"{mode}: voter {i}")
            same(counted(f"Fresh{mode}{i}")[1].get("count"), 1,
                 f"{mode}: a voter is counted at once")
        status, body, _ = call(None, "GET", "/health")
        same((status, body.get("standby_behind")), (200, 0),
             f"{mode}: its health")


def test_a_standby_that_is_behind_is_not_read():
    configure("ab", more="read_url = " + url("APP_URL", "b", ""))
    web()
    same(counted("Nobody")[0], 200, "a count")
    sql("b", "SELECT pg_wal_replay_pause()")
    check(until(lambda: sql("b", "SELECT pg_get_wal_replay_pause_state()") ==
                "paused", 20), "b applies nothing")
    same(made("Behind"), 201, "a voter")
    begun = time.monotonic()
    same(counted("Behind")[1].get("count"), 1, "the primary counts")
    check(time.monotonic() - begun < 3, "soon", time.monotonic() - begun)
    check(call(None, "GET", "/health")[1].get("standby_behind") > 0,
          "its health")
    # A right that was lost is lost at once.
    sql("a", "UPDATE cerberus.api_tokens SET revoked_at = now() "
             "WHERE user_id = 3")
    same(counted("Behind")[0], 401, "a token that was revoked")
    sql("b", "SELECT pg_wal_replay_resume()")
    same(counted("Behind")[0], 401, "the same when b has applied it")
    sql("a", "UPDATE cerberus.api_tokens SET revoked_at = NULL "
             "WHERE user_id = 3")
    check(until(lambda: call(None, "GET", "/health")[1].get(
        "standby_behind") == 0, 20), "b follows again")
    same(counted("Behind")[1].get("count"), 1, "it counts again")


def test_without_a_standby_the_primary_is_read():
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = '';"
             "SELECT pg_reload_conf()")
    configure("ab", more="read_url = " + url("APP_URL", "b", ""))
    web()
    same(counted("Fresh0")[0], 200, "a count")
    stop("b")
    for path in BIG_READS:
        same(call(MANAGER, "GET", path)[0], 200, f"{path} without a standby")
    status, body, _ = call(None, "GET", "/health")
    same((status, body.get("standby_behind", 0)), (200, None), "its health")
    start("b")
    standby("b", "a")


def test_reads_go_on_without_a_primary():
    """The synchronous standby verifies the caller and answers, once it has
    applied what it has received."""
    configure("ab", more="sync_url = " + url("APP_URL", "b", ""))
    web()
    same(call("test-token-of-the-viewer", "GET", "/users")[0], 403,
         "a viewer's list of users")
    same(made("Alone"), 201, "a voter")
    sql("b", "SELECT pg_wal_replay_pause()")
    check(until(lambda: sql("b", "SELECT pg_get_wal_replay_pause_state()") ==
                "paused", 20), "b applies nothing")
    sql("a", "UPDATE cerberus.api_tokens SET revoked_at = now() "
             "WHERE user_id = 3")
    stop("a")
    unavailable(read(), "nobody knows the right")
    sql("b", "SELECT pg_wal_replay_resume()")
    check(until(lambda: read()[0] == 401, 20), "the token was revoked")
    for token, path, status in (
            (MANAGER, "/campaigns/1", 200),
            (MANAGER, "/campaigns/2", 404),
            ("test-token-of-the-admin", "/users", 200),
            ("test-token-of-the-viewer", "/users", 503)):
        same(call(token, "GET", path)[0], status, f"{path} without a primary")
    same(call(MANAGER, "GET", "/voters/count?last_name=Alone")[1].get("count"),
         1, "what was written before")
    unavailable(signup("alone"), "a signup")
    status, body, _ = call(None, "GET", "/health")
    same((status, body.get("code")), (503, "database_read_only"), "its health")
    start("a")
    sql("a", "UPDATE cerberus.api_tokens SET revoked_at = NULL "
             "WHERE user_id = 3")
    settled()
    same(signup("again")[0], 201, "a signup with a primary")


class Load(threading.Thread):
    """Signups with keys, each repeated until it is acknowledged."""

    def __init__(self, name):
        super().__init__()
        self.name, self.done, self.refused = name, False, 0
        self.acked, self.others = [], []

    def run(self):
        for i in range(100000):
            if self.done:
                return
            key, who = str(uuid.uuid4()), f"{self.name}x{i}x"
            while True:
                status, body, headers = signup(who, {"Idempotency-Key": key})
                if status == 201:
                    self.acked.append(f"{who}@example.org")
                    break
                self.refused += 1
                if status not in (503, 409) or not headers["Retry-After"]:
                    self.others.append((status, body))
                    break
                time.sleep(0.05)


def under_load(name, change):
    """Run change() with the load's threads under load; return these."""
    loads = [Load(f"{name}{i}") for i in range(4)]
    for load in loads:
        load.start()
    check(until(lambda: all(len(x.acked) > 10 for x in loads), 30),
          "the load runs")
    change(loads)
    before = [len(x.acked) for x in loads]
    check(until(lambda: all(len(x.acked) > n + 10
                            for x, n in zip(loads, before)), 60),
          "the load goes on")
    for load in loads:
        load.done = True
    for load in loads:
        load.join()
        same(load.others, [], "other answers than 201, 503 and 409")
    return loads


def exactly_once(server, name, loads):
    have = stored(server, name)
    acked = [a for x in loads for a in x.acked]
    same([a for a in acked if a not in have], [], "acknowledged and lost")
    same({a: n for a, n in have.items() if n != 1}, {}, "stored twice")
    print(f"  {len(acked)} acknowledged, {sum(x.refused for x in loads)} "
          "refused before that")


def test_a_killed_primary_loses_nothing():
    for mode, name in (("fastcgi", "killed"), ("cgi", "slain")):
        configure("ab")
        web(mode, 4)
        settled()

        def lose(loads):
            kill("a")
            # A program waits a while for a primary before it refuses.
            check(mode == "fastcgi" or until(
                lambda: any(x.refused for x in loads), 30),
                "somebody was refused")
            promote("b")

        loads = under_load(name, lose)
        exactly_once("b", name, loads)
        # Back to the first.
        standby("a", "b")
        stop("b")
        promote("a")
        standby("b", "a")


def test_a_primary_that_takes_no_writes_is_left():
    """It stays up and refuses writes (25006); b takes over."""
    configure("ab")
    web(processes=4)
    for _ in range(16):
        same(read()[0], 200, "a read")
        same(signup("demoted-before")[0], 201, "a signup")
    as_db("pg_ctl", "-D", f"{WORK}/b/pg", "-w", "promote")
    sql("b", "ALTER SYSTEM SET synchronous_standby_names = '';"
             "SELECT pg_reload_conf()")
    sql("a", "ALTER SYSTEM SET synchronous_standby_names = '';"
             "ALTER SYSTEM SET default_transaction_read_only = on;"
             "SELECT pg_reload_conf()")
    check(until(lambda: sql("a", "SHOW default_transaction_read_only") == "on",
                10), "a is read-only")
    # Those with a key begin a transaction, others are one pipeline.
    for i in range(16):
        key = {"Idempotency-Key": f"demoted{i}"} if i % 2 else None
        same(signup(f"demoted{i}", key)[0], 201, f"signup {i}")
        same(call(EDITOR, "POST", "/voters", {
            "first_name": "D", "last_name": f"Demoted{i}",
            "campaign_id": 1})[0], 201, f"voter {i}")
    same(len(stored("b", "demoted")), 17, "all are in b")
    same(set(stored("a", "demoted")), {"demoted-before@example.org"},
         "none is in a")


PARTS = [value for name, value in list(globals().items())
         if name.startswith("test_")]


def main():
    start("a")
    # Processes are killed here, not machines.
    sql("a", "ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
    standby("b", "a")
    wanted = sys.argv[1:]
    run([part for part in PARTS if not wanted or any(
        w in part.__name__ for w in wanted)])
    return finish()


sys.exit(main())
