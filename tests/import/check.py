#!/usr/bin/env python3
"""Uploads that fail, are slow, or run two at a time; and the command line.
Whatever happens, all good rows of a file are stored or none is, and the row in
imports says which.

usage: check.py [TEST...]	default: all tests

From the environment:
	CERBERUS_URL	a web server with the programs behind it
	ADMIN_URL	its database, as the administrator; it has the rows of
			tests/support/fixture.sql
	APP_URL		the same database as the programs' role, without a pool
	DB_DIR		the directory of script/database; the server is killed
	BUILD		the directory in which make was run
	SEED		for the random moments
"""
import email.message
import http.client
import io
import json
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))

from checks import call, check, finish, run, same, sql, until

HOST, PORT = os.environ["CERBERUS_URL"].split("//")[1].split(":")
BUILD = os.environ["BUILD"]
DATABASE = os.path.join(os.environ["SRCDIR"], "script", "database")
ADMIN, MANAGER, VIEWER = ("test-token-of-the-" + who
                          for who in ("admin", "manager", "viewer"))
ROWS = 3000
seed = int(os.environ.get("SEED") or random.randrange(10 ** 6))
rng = random.Random(seed)
# Each run has people of its own.
DOMAIN = f"run{seed}.example.org"


# ---- Uploads, whole and in pieces --------------------------------------------


def people(tag, rows=ROWS, start=0):
    """A file of people; only those with the same tag match each other."""
    out = ["first_name,last_name,email_address,city,zip_code\n"]
    for i in range(start, start + rows):
        out.append(f"Ann,Person {i},{tag}{i}@{DOMAIN},Cary,27511\n")
    return "".join(out).encode()


def form(tag, content, before=(), behind=()):
    def fields(pairs):
        return "".join("--edge\r\nContent-Disposition: form-data; "
                       f"name=\"{k}\"\r\n\r\n{v}\r\n" for k, v in pairs)
    return (fields(before) + "--edge\r\nContent-Disposition: form-data; "
            f"name=\"file\"; filename=\"{tag}.csv\"\r\n\r\n").encode() + \
        content + ("\r\n" + fields(behind) + "--edge--\r\n").encode()


FORM = "multipart/form-data; boundary=edge"


def parse(body):
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {"error": body.decode(errors="replace")}
    return answer


class Web:
    """An upload through the web server, sent in pieces."""

    def __init__(self, length, kind=FORM, query="campaign_id=1", extra=()):
        self.s = socket.create_connection((HOST, int(PORT)), timeout=60)
        head = [f"POST /api/v1/voters/upload?{query} HTTP/1.1",
                "Host: localhost", "Authorization: Bearer " + ADMIN,
                "Content-Type: " + kind, "Connection: close", *extra]
        if length is not None:
            head.append(f"Content-Length: {length}")
        self.s.sendall("\r\n".join(head + ["", ""]).encode())

    def send(self, data):
        try:
            self.s.sendall(data)
        except OSError:
            pass

    def ends(self):
        """Send no more, but still wait for an answer."""
        self.s.shutdown(socket.SHUT_WR)

    def answer(self):
        """Return status, JSON and header; the status is 0 without an answer."""
        r = http.client.HTTPResponse(self.s)
        try:
            r.begin()
            body = r.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, email.message.Message()
        finally:
            self.s.close()
        return (r.status, parse(body), r.headers)

    def abort(self):
        self.s.close()


class Program:
    """The same upload with the executable alone, without a pool."""

    def __init__(self, length, kind=FORM, query="campaign_id=1", env=None):
        env = {"PATH": os.environ["PATH"], "DATABASE_URL":
               os.environ["APP_URL"], "CERBERUS_CONF":
               os.environ["CERBERUS_CONF"], "GATEWAY_INTERFACE": "CGI/1.1",
               "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "localhost",
               "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
               "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/api/v1/voters",
               "PATH_INFO": "/upload", "QUERY_STRING": query,
               "CONTENT_TYPE": kind, "HTTP_AUTHORIZATION": "Bearer " + ADMIN,
               **{k: v for k, v in os.environ.items() if "SAN_OPTIONS" in k},
               **(env or {})}
        if length is not None:
            env["CONTENT_LENGTH"] = str(length)
        self.p = subprocess.Popen([os.path.join(BUILD, "cgi-bin/voters.cgi")],
                                  env=env, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, bufsize=0)

    def send(self, data):
        try:
            while data:
                data = data[self.p.stdin.write(data):]
        except BrokenPipeError:
            pass

    def ends(self):
        self.p.stdin.close()

    def answer(self):
        out = self.p.stdout.read()
        self.abort()
        head, _, body = out.partition(b"\r\n\r\n")
        h = email.message_from_bytes(head)
        status = int(h.get("Status", "200").split()[0]) if head else 0
        return status, parse(body), h

    def abort(self):
        self.p.stdin.close()
        self.p.stdout.close()
        self.p.wait(60)

    def kill(self):
        self.p.kill()
        self.abort()


def upload(content, way=Web, tag="file", **options):
    body = form(tag, content, options.items())
    u = way(len(body))
    u.send(body)
    return u.answer()


def get(path):
    return call(ADMIN, "GET", path)[:2]


# ---- What must be true after each of them ------------------------------------


def stored():
    """Count voters, memberships, audit entries and rejects."""
    return sql("SELECT (SELECT count(*) FROM voters), "
               "(SELECT count(*) FROM campaign_voters), "
               "(SELECT count(*) FROM audit_log), "
               "(SELECT count(*) FROM import_rejects)")


def left():
    """Return open transactions and advisory locks of the programs."""
    return sql("""
        SELECT coalesce(string_agg(state || ': ' || query, '; '), '')
        FROM pg_stat_activity WHERE usename = 'cerberus_app'
        AND datname = current_database() AND xact_start IS NOT NULL;
        SELECT 'lock ' || classid || ' ' || objid FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid
            FROM pg_database WHERE datname = current_database())""")


def last_import():
    return int(sql("SELECT coalesce(max(import_id), 0) FROM imports"))


def state(i):
    return sql(f"SELECT state FROM imports WHERE import_id = {i}")


def began(before):
    """Return the one import since then."""
    until(lambda: last_import() > before, 10)
    now = last_import()
    same(now, before + 1, "the import that began")
    return now


def nothing_left(before, what):
    until(lambda: left() == "", 15)
    same(left(), "", f"{what}: what it left")
    same(stored(), before, f"{what}: what it stored")


def failed_import(i, what, reason=None, patience=8.0):
    """Check that the import failed, with a reason.  Return True if it was marked
    at once, False if only when it was read a minute after it began."""
    at_once = until(lambda: state(i) != "running", patience)
    if not at_once:
        sql("UPDATE imports SET started_at = started_at - "
            f"interval '61 seconds' WHERE import_id = {i}")
    status, answer = get(f"/voters/imports/{i}")
    same((status, answer.get("state")), (200, "failed"), what)
    check(answer.get("error") and answer.get("finished_at"),
          f"{what}: no reason in {answer}")
    if reason and at_once:
        check(re.search(reason, answer.get("error") or ""),
              f"{what}: the reason is {answer.get('error')!r}")
    same(sql("SELECT created + updated FROM imports WHERE import_id = "
             f"{i}"), "0", f"{what}: its counts")
    return at_once


# ---- (1) Aborts --------------------------------------------------------------


def aborted():
    """Clients disconnect: seven of a web server, three of a program."""
    outcomes = {True: 0, False: 0}
    for n in range(10):
        way = Web if n < 7 else Program
        body = form(f"abort{n}", people(f"abort{n}-"))
        part = rng.randrange(400, len(body))
        before, last = stored(), last_import()
        what = f"abort {n} by {way.__name__} after {part} of {len(body)}"
        u = way(len(body))
        u.send(body[:part])
        # FastCGI's library returns 64 KiB or the end: the import may begin
        # only then.
        until(lambda: last_import() > last, 5 if part > 70000 else 0.3)
        u.abort()
        outcomes[failed_import(began(last), what, "body ended|interrupted|"
                               "connection", 2)] += 1
        nothing_left(before, what)
    print(f"  {outcomes[True]} at once, {outcomes[False]} when looked at")


def killed():
    # How long a complete upload takes.
    body = form("whole", people("whole"))
    started = time.monotonic()
    u = Program(len(body))
    u.send(body)
    same(u.answer()[0], 200, "a complete upload")
    whole = time.monotonic() - started
    stages = {}
    n = tries = 0
    while n < 10 and tries < 40:
        tries += 1
        body = form(f"kill{n}", people(f"kill{n}-{tries}-"))
        before, last = stored(), last_import()
        u = Program(len(body))
        # Kill it within the body, and within the merge that follows.
        if n % 2 == 0:
            part = rng.randrange(400, len(body))
            u.send(body[:part])
            i = began(last)
            what = f"kill {n} after {part} of {len(body)}"
        else:
            moment = rng.uniform(0.2, 0.9) * whole
            u.send(body)
            what = f"kill {n} after {moment:.3f} of {whole:.3f} s"
            time.sleep(moment)
            i = None
        u.kill()
        if i is None and last_import() == last:
            nothing_left(before, what + ", before it began")
            continue
        i = i or last + 1
        until(lambda: left() == "", 15)
        # It may have committed before it was killed.
        if state(i) == "done":
            same(sql("SELECT count(*) FROM voters WHERE email_address LIKE "
                     f"'kill{n}-{tries}-%@{DOMAIN}'"), str(ROWS), what + ", done")
            continue
        stage = sql(f"SELECT stage FROM imports WHERE import_id = {i}")
        stages[stage] = stages.get(stage, 0) + 1
        nothing_left(before, what)
        same(state(i), "running", f"{what}: its end was recorded")
        failed_import(i, what, patience=0)
        n += 1
    same(n, 10, "kills in the middle")
    print(f"  killed while {stages}, {whole:.2f} s a whole one")


# ---- (2) PostgreSQL goes away ------------------------------------------------


def database(verb):
    p = subprocess.run([DATABASE, verb, os.environ["DB_DIR"]],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL, text=True, check=True)
    return p.stdout.strip()


def outage(tag, back_first):
    # In a new database made from a template, a crash before the first
    # checkpoint would reset the sequences.
    sql("CHECKPOINT")
    body = form(tag, people(tag, 3 * ROWS))
    before, last = stored(), last_import()
    u = Web(len(body))
    u.send(body[:len(body) // 2])
    i = began(last)
    check(until(lambda: "COPY" in left(), 10), f"{tag}: no COPY begins")
    os.kill(int(database("pid")), signal.SIGKILL)
    try:
        if back_first:
            database("start")
        u.send(body[len(body) // 2:])
        if not back_first:
            time.sleep(1.0)
    finally:
        database("start")
    status, answer, head = u.answer()
    same(status, 503, f"{tag}: {answer}")
    check(head["Retry-After"], f"{tag}: Retry-After")
    check(answer.get("error"), f"{tag}: {answer}")
    until(lambda: get("/health")[0] == 200, 20)
    nothing_left(before, tag)
    # The program tries for five seconds; a slow start takes longer.
    at_once = failed_import(i, tag, "database|server", 8 if back_first else 1)
    check(at_once or not back_first, f"{tag}: not marked at once")
    status, answer, _ = upload(people(tag, 3 * ROWS))
    same((status, answer.get("created")), (200, 3 * ROWS),
         f"{tag}: again: {answer}")


def restarted():
    """PostgreSQL is killed within the body, and is back for its rest."""
    outage("restarted", True)


def away():
    """PostgreSQL is killed within the body, and is away at its end."""
    outage("away", False)


# ---- (3) A full disk ---------------------------------------------------------


def refused_for_space(what):
    body = form(what, people(what.replace(" ", "")))
    before, last = stored(), last_import()
    u = Program(len(body))
    u.send(body)
    status, answer, _ = u.answer()
    same(status, 503, f"{what}: {answer}")
    check("space" in answer.get("error", ""), f"{what}: {answer}")
    i = began(last)
    nothing_left(before, what)
    check(failed_import(i, what, "space", 2), f"{what}: not marked at once")


def full_disk():
    name = sql("SELECT current_database()")
    role = f"ALTER ROLE cerberus_app IN DATABASE {name} "
    # Sorts and hashes cannot spill to disk.  By default import_merge has enough
    # memory for this file.
    sql("ALTER ROUTINE import_merge SET work_mem = '64kB'; "
        f"{role} SET temp_file_limit = '64kB'")
    try:
        refused_for_space("no space to sort")
    finally:
        sql("ALTER ROUTINE import_merge SET work_mem = '128MB'; "
            f"{role} RESET temp_file_limit")

    place = tempfile.mkdtemp(prefix="full.", dir=os.environ["DB_DIR"])
    mounted = os.getuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k,mode=1777", "none", place],
        stderr=subprocess.DEVNULL, check=False).returncode == 0
    if not mounted:
        print("  no file system of its own could be mounted")
        os.rmdir(place)
        return
    try:
        space = os.path.join(place, "pg")
        os.mkdir(space)
        shutil.chown(space, "postgres", "postgres")
        sql(f"CREATE TABLESPACE full_disk LOCATION '{space}'")
        sql("GRANT CREATE ON TABLESPACE full_disk "
            "TO cerberus_owner, cerberus_app; "
            f"{role} SET temp_tablespaces = full_disk")
        try:
            refused_for_space("no space for the rows")
        finally:
            sql(f"{role} RESET temp_tablespaces")
            # Without a checkpoint, recovery would need its directory.
            sql("DROP TABLESPACE full_disk")
            sql("CHECKPOINT")

        # The program's temporary file is needed only if options follow the
        # file.
        for behind, wanted in (((), 200), ((("layout", "van"),), 422)):
            before = stored()
            body = form("tmp", people(f"tmp{wanted}", 6 * ROWS), behind=behind)
            u = Program(len(body), env={"TMPDIR": place})
            u.send(body)
            status, answer, _ = u.answer()
            same(status, wanted, f"TMPDIR is full: {answer}")
            if wanted != 200:
                check("after the other fields" in answer["error"], str(answer))
                nothing_left(before, "TMPDIR is full")
    finally:
        subprocess.run(["umount", place], check=True)
        os.rmdir(place)


# ---- (4) Wrong lengths -------------------------------------------------------


def lying_length():
    for way in (Program, Web):
        for kind, body in (("form", form("lie", people("lie", 200))),
                           ("raw", people("lie", 200))):
            what = f"{way.__name__}, {kind}, "
            mime = FORM if kind == "form" else "text/csv"

            # The length is larger than the body.
            before, last = stored(), last_import()
            u = way(len(body) + 100, mime)
            u.send(body)
            # A server need not start the program if the client has
            # disconnected before: wait until it has begun.
            i = began(last)
            u.ends()
            status, answer, _ = u.answer()
            # A web server may take a half-closed connection for closed.
            check(status == 400 or (way is Web and status == 0),
                  f"{what}too long: {status} {answer}")
            if status:
                check(re.search("ended after", answer.get("error", "")),
                      f"{what}too long: {answer}")
            failed_import(i, what + "too long", "ended after|interrupted", 2)
            nothing_left(before, what + "too long")

            # Without a length the body is empty.
            before, last = stored(), last_import()
            u = way(None, mime)
            u.send(body)
            u.ends()
            status, answer, _ = u.answer()
            check(status in (400, 411), f"{what}none: {status} {answer}")
            same(last_import(), last, what + "none: no import")
            nothing_left(before, what + "none")

    # The length is smaller than the body, so a form lacks its end.
    body = form("less", people("less", 200))
    for way in (Program, Web):
        before, last = stored(), last_import()
        u = way(len(body) - 500)
        u.send(body)
        status, answer, _ = u.answer()
        same(status, 400, f"{way.__name__}, form, too short: {answer}")
        i = began(last)
        nothing_left(before, "too short")
        check(failed_import(i, "too short"), "too short: not marked at once")

        # A file that is the body ends at the length: the bytes after it
        # belong to no request.
        text = people(f"few{way.__name__}", 200)
        cut = len(text[:len(text) // 2].rsplit(b"\n", 1)[0]) + 1
        wanted = text[:cut].count(b"\n") - 1
        u = way(cut, "text/csv")
        u.send(text)
        status, answer, _ = u.answer()
        same((status, answer.get("rows"), answer.get("created")),
             (200, wanted, wanted), f"{way.__name__}, raw, too short")
        same(sql("SELECT count(*) FROM voters WHERE email_address LIKE "
                 f"'few{way.__name__.lower()}%@{DOMAIN}'"), str(wanted), "its rows")

    # A body in chunks needs no length, but it needs the last chunk.
    text = people("chunk", 200)
    chunk = b"%x\r\n%s\r\n" % (len(text), text)
    chunked = ("Transfer-Encoding: chunked",)
    before = stored()
    u = Web(None, "text/csv", extra=chunked)
    u.send(chunk)
    u.ends()
    status, answer, _ = u.answer()
    check(status in (0, 400), f"chunks without end: {status} {answer}")
    nothing_left(before, "chunks without end")
    u = Web(None, "text/csv", extra=chunked)
    u.send(chunk + b"0\r\n\r\n")
    status, answer, _ = u.answer()
    same((status, answer.get("created")), (200, 200), "chunks")


# ---- (5) Files that are not voter files --------------------------------------


def workbook():
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/worksheets/sheet1.xml", "<worksheet/>" * 100)
    return b.getvalue()


def no_voter_file():
    noise = bytes(rng.randrange(256) for _ in range(5000))
    files = (
        ("empty", b"", "empty"),
        ("line breaks", b"\r\n\r\n", "empty"),
        ("only a mark", b"\xef\xbb\xbf", "empty"),
        ("no names", b"email,zip\na@b.example.org,27511\n", "email, zip"),
        ("half a name", b"First Name,zip\nAnn,27511\n", "First Name, zip"),
        ("zip", b"PK\5\6" + bytes(18), "ZIP|Excel"),
        ("xlsx", workbook(), "ZIP|Excel"),
        ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\3" + noise[:500], ""),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise[:500], ""),
        ("zeros", bytes(5000), ""),
        ("noise", noise, ""),
    )
    for name, content, word in files:
        for kind in ("form", "raw"):
            before, last = stored(), last_import()
            body = form(name, content) if kind == "form" else content
            u = Web(len(body), FORM if kind == "form" else "text/csv")
            u.send(body)
            status, answer, _ = u.answer()
            what = f"{name}, {kind}: {status} {answer}"
            if kind == "raw" and not content:
                same((status, answer.get("error")), (400, "No file part"),
                     what)
                same(last_import(), last, what)
                continue
            same(status, 422, what)
            check(re.search(word, answer.get("error", "")), what)
            nothing_left(before, what)
            check(failed_import(began(last), what, word, 2), what)
            check(len(answer.get("error", "")) < 3000, what)


def query_of_a_form():
    """Fields of the form take precedence over query parameters."""
    body = form("query", people("query", 5), (("mode", "skip"),))
    before = stored()
    u = Web(len(body), query="campaign_id=1&dry_run=1&mode=fill")
    u.send(body)
    status, answer, _ = u.answer()
    same((status, answer.get("dry_run"), answer.get("created")),
         (200, True, 5), f"a form with a query: {answer}")
    same(stored(), before, "a dry run by the query")
    same(sql("SELECT mode || campaign_id FROM imports "
             "ORDER BY import_id DESC LIMIT 1"), "skip1",
         "mode of the form, campaign of the query")


# ---- (6) Two at once ---------------------------------------------------------


def both(first, second, campaigns=(1, 1)):
    """Send both bodies alternately, so that both transactions are open."""
    pair = []
    for (tag, content), campaign in zip((first, second), campaigns):
        body = form(tag, content)
        pair.append((Web(len(body), query=f"campaign_id={campaign}"), body))
    for i in range(4):
        for u, body in pair:
            quarter = len(body) // 4
            u.send(body[i * quarter:(i + 1) * quarter if i < 3 else None])
    answers = [None, None]

    def take(n):
        answers[n] = pair[n][0].answer()
    threads = [threading.Thread(target=take, args=(n,)) for n in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same([a[0] for a in answers], [200, 200], f"both: {answers}")
    return [a[1] for a in answers]


def at_once():
    deadlocks = sql("SELECT deadlocks FROM pg_stat_database "
                    "WHERE datname = current_database()")
    for n in range(3):
        content = people(f"twin{n}-", 1500)
        got = both(("twin", content), ("twin", content))
        same(sorted(a.get("created") for a in got), [0, 1500],
             "the same file twice")
        same(sorted(a.get("unchanged") for a in got), [0, 1500],
             "the same file twice")

        # 500 in common, in the opposite order.
        one = people(f"pair{n}-", 1000)
        two = people(f"pair{n}-", 1000, 500).decode().splitlines(True)
        two = "".join([two[0], *reversed(two[1:])])
        got = both(("pair", one), ("pair", two.encode()))
        same(sum(a.get("created", 0) for a in got), 1500, "common people")
        same(sum(a.get("unchanged", 0) for a in got), 500, "common people")
        same(sql("SELECT count(*), count(DISTINCT email_address) FROM voters "
                 f"JOIN campaign_voters USING (voter_id) WHERE "
                 f"email_address LIKE 'pair{n}-%@{DOMAIN}'"), "1500|1500",
             "common people")

        # In two campaigns.
        content = people(f"camp{n}-", 1000)
        got = both(("camp", content), ("camp", content), (1, 2))
        same(sorted(a.get("created") for a in got), [0, 1000],
             "the same file in two campaigns")
        same(sql("SELECT count(DISTINCT voter_id), count(*) FROM voters "
                 "JOIN campaign_voters USING (voter_id) WHERE "
                 f"email_address LIKE 'camp{n}-%@{DOMAIN}'"), "1000|2000",
             "the same file in two campaigns")
    same(sql("SELECT deadlocks FROM pg_stat_database "
             "WHERE datname = current_database()"), deadlocks, "deadlocks")
    same(left(), "", "two at once left")


def signs_up(person, campaign, answers):
    c = http.client.HTTPConnection(HOST, int(PORT), timeout=60)
    c.request("POST", "/api/v1/signups", json.dumps(person | {
        "campaign_id": campaign}), {"Content-Type": "application/json"})
    r = c.getresponse()
    answers.append(r.status)
    r.read()
    c.close()


def with_signups():
    """Two files are imported while their people sign up."""
    deadlocks = sql("SELECT deadlocks FROM pg_stat_database "
                    "WHERE datname = current_database()")
    for n in range(3):
        content = people(f"sign{n}-", 1200)
        statuses, over = [], threading.Event()

        def visit(of):
            r = random.Random(seed * 10 + of)
            while not over.is_set():
                i = r.randrange(1200)
                signs_up({"first_name": "Ann", "last_name": f"Person {i}",
                          "email_address": f"sign{n}-{i}@{DOMAIN}"},
                         1 + i % 2, statuses)
        visitors = [threading.Thread(target=visit, args=(k,))
                    for k in range(3)]
        for t in visitors:
            t.start()
        try:
            got = both(("sign", content), ("sign", content), (1, 2 - n % 2))
        finally:
            over.set()
            for t in visitors:
                t.join()
        check(len(statuses) > 2, f"only {len(statuses)} signups")
        same(set(statuses), {201}, "signups meanwhile")
        check(all(a.get("rejected") == 0 and a.get("rows") == 1200
                  for a in got), str(got))
        same(sql("SELECT count(*), count(DISTINCT email_address) FROM voters "
                 f"WHERE email_address LIKE 'sign{n}-%@{DOMAIN}'"),
             "1200|1200", "people who signed up meanwhile")
    same(sql("SELECT deadlocks FROM pg_stat_database "
             "WHERE datname = current_database()"), deadlocks, "deadlocks")
    same(left(), "", "with signups left")


class Holder:
    """A session that holds the lock of merges, or another lock."""

    def __init__(self, statement):
        self.p = subprocess.Popen(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
             os.environ["ADMIN_URL"], "-f", "-"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1)
        self.do("BEGIN; " + statement)

    def do(self, statement):
        self.p.stdin.write(statement + ";\n\\echo -- end\n")
        for line in self.p.stdout:
            if line == "-- end\n":
                return
        raise RuntimeError(statement)

    def release(self):
        self.do("COMMIT")
        self.p.stdin.close()
        self.p.stdout.close()
        self.p.wait()


MERGE_LOCK = "SELECT FROM pg_advisory_xact_lock(cerberus.import_merge_lock())"


def waiting():
    """Return the merge that waits for its lock, and its number of new tables."""
    return sql("""
        SELECT w.pid || ' ' || (SELECT count(*) FROM pg_locks l
            WHERE l.pid = w.pid AND l.locktype = 'relation'
            AND l.mode = 'AccessExclusiveLock')
        FROM pg_locks w WHERE w.locktype = 'advisory' AND NOT w.granted
        AND w.database = (SELECT oid FROM pg_database
            WHERE datname = current_database())""")


def narrow_lock():
    """A merge takes its lock only after the steps that read just the file."""
    hold = Holder(MERGE_LOCK)
    try:
        status, answer, _ = upload(people("dry", 50), dry_run="1")
        same((status, answer.get("created")), (200, 50),
             f"a dry run does not wait: {answer}")
        # A chain, so that there is something to collapse.
        body = form("narrow", chain("narrow", 400))
        u = Web(len(body))
        u.send(body)
        check(until(waiting, 10), "a merge takes no lock")
        # The stage is one table with its TOAST table and index.
        check(int(waiting().split()[1]) >= 8,
              f"it waits before it collapses: {waiting()}")
    finally:
        hold.release()
    status, answer, _ = u.answer()
    same((status, answer.get("created"), answer.get("duplicates")),
         (200, 1, 399), f"after the lock: {answer}")

    # A voter who is stored after the ids were looked up, and before the lock,
    # is found.
    text = ("first_name,last_name,voter_registration_id,registration_state,"
            f"city\nRita,Race,{seed}-1,QR,Cary\nRobert,Wrong,{seed}-2,QR,Cary"
            f"\nNew,Race,{seed}-3,QR,Cary\n").encode()
    hold = Holder(MERGE_LOCK)
    try:
        u = Program(len(text), "text/csv", "campaign_id=2", {
            "HTTP_AUTHORIZATION": "Bearer test-token-of-the-stranger"})
        u.send(text)
        check(until(waiting, 10), "a merge takes no lock")
        hold.do(f"""WITH v AS (INSERT INTO cerberus.voters (first_name,
            last_name, voter_registration_id, registration_state) VALUES
            ('Rita', 'Race', '{seed}-1', 'QR'),
            ('Roger', 'Race', '{seed}-2', 'QR')
            RETURNING voter_id) INSERT INTO cerberus.campaign_voters
            SELECT 1, voter_id FROM v""")
    finally:
        hold.release()
    status, answer, _ = u.answer()
    same((status, answer.get("created"), answer.get("updated"),
          answer.get("rejected")), (200, 1, 1, 1), f"a race: {answer}")
    same(sql("SELECT string_agg(first_name || ' ' || coalesce(city, ''), ',' "
             "ORDER BY voter_registration_id) FROM voters "
             f"WHERE voter_registration_id LIKE '{seed}-%'"),
         "Rita Cary,Roger ,New Cary",
         "a race")


def configured(place, settings):
    """Write a configuration with these settings in [upload]; return its path."""
    with open(os.environ["CERBERUS_CONF"], encoding="utf-8") as f:
        text = f.read()
    names = {line.split("=")[0].strip() for line in settings.splitlines()}
    text = "".join(line for line in text.splitlines(True)
                   if line.split("=")[0].strip() not in names)
    path = os.path.join(place, "cerberus.conf")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("[upload]\n", "[upload]\n" + settings))
    os.chmod(path, 0o640)
    return path


def time_limit():
    place = tempfile.mkdtemp()
    hold = Holder(MERGE_LOCK)
    try:
        conf = configured(place, "merge_timeout = 1\n")
        body = form("limit", people("limit", 20))
        before, last = stored(), last_import()
        u = Program(len(body), env={"CERBERUS_CONF": conf})
        u.send(body)
        status, answer, _ = u.answer()
        same((status, answer.get("code")), (503, "timeout"), str(answer))
        check("merge_timeout" in answer.get("error", "") and
              "nothing was stored" in answer["error"], str(answer))
        same(stored(), before, "past the time limit")
        check(failed_import(began(last), "past the time limit",
                            "merge_timeout", 2), "not marked at once")
    finally:
        hold.release()
        shutil.rmtree(place)


# ---- (7) Rows that share keys with others ------------------------------------


def chain(tag, rows):
    """Each row shares its e-mail address with the next and its phone number
    with the previous one."""
    out = ["first_name,last_name,email_address,phone_number\n"]
    for i in range(rows):
        out.append(f"Ann,Chain {seed},{tag}{i // 2}@{DOMAIN},"
                   f"{2302000000 + (i + 1) // 2}\n")
    return "".join(out).encode()


def components(pairs):
    """Count the connected components, by union-find."""
    parent = {}

    def find(x):
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x
    for a, b in pairs:
        parent[find(("e", a))] = find(("p", b))
    return len({find(x) for x in list(parent)})


def shapes():
    """A row connects an e-mail address and a phone: any graph is possible."""
    made = {
        "path": [(i // 2, (i + 1) // 2) for i in range(3000)],
        "star": [(0, i) for i in range(1500)],
        "two stars": [(i % 2, i // 2) for i in range(2, 1500)],
        "comb": [(i, j) for i in range(60) for j in range(i * 20, i * 20 + 21)],
        "pairs": [(i // 2, i) for i in range(2000)],
        "tree": [((i - 1) // 2 if i % 2 else i, i if i % 2 else (i - 1) // 2)
                 for i in range(1, 1500)],
    }
    for size in (900, 1500, 3000):
        made[f"random {size}"] = [(rng.randrange(size), rng.randrange(size))
                                  for _ in range(1500)]
    for n, (name, pairs) in enumerate(made.items()):
        rng.shuffle(pairs)
        # A valid number has no exchange below 200.
        rows = [f"Shape,{name.title()} {seed},s{n}-{a}@{DOMAIN},"
                f"{202 + n}{200 + b // 10000}{b % 10000:04d}\n"
                for a, b in pairs]
        text = "first_name,last_name,email_address,phone_number\n" + \
            "".join(rows)
        status, answer, _ = upload(text.encode())
        parts = components(pairs)
        same((status, answer.get("created"), answer.get("duplicates")),
             (200, parts, len(pairs) - parts), f"{name}: {answer}")


def chained():
    """A chain costs no more than three times the same rows without one."""
    rows = 20000
    took = []
    for n in range(3):
        took.append([])
        for text, wanted in ((people(f"plain{n}-", rows), rows),
                             (chain(f"chain{n}-", rows), 1)):
            begun_at = time.monotonic()
            status, answer, _ = upload(text)
            took[-1].append(time.monotonic() - begun_at)
            same((status, answer.get("rows")), (200, rows), str(answer))
            check(answer.get("created") in (wanted, 0), str(answer))
        if took[-1][1] < 3 * took[-1][0]:
            break
    check(took[-1][1] < 3 * took[-1][0], f"plain, chained: {took} s")
    print("  plain %.1f s, chained %.1f s" % tuple(took[-1]))


# ---- (8) Layouts with mistakes -----------------------------------------------

# The name of a file, its content, and the message about it.
MISTAKES = (
    ("key", b"[layout]\nrecognise = a\n\n[columns]\nshoe = X\n",
     r"line 5: \[columns\] shoe is not a column"),
    ("setting", b"[layout]\nshoe = 1\n", r"line 2: \[layout\] shoe is not"),
    ("value", b"[layout]\ndate_order = never\n", "line 2: .*mdy, dmy or ymd"),
    ("position", b"[columns]\nfirst_name = #0\n", "line 2: .*first_name must"),
    ("encoding", b"[layout]\nencoding = klingon\n", "line 2: .*encoding"),
    ("section", b"; one\n[colums]\nfirst_name = x\n", "line 3: .*section"),
    ("open", b"[layout\nheader = no\n", "line 1: this is not a setting"),
    ("noise", b"[layout]\nheader = no\nnoise\n[columns]\nshoe = X\n",
     "line 3: this is not a setting"),
    ("column", b"[columns]\nfirst_name = A\nfirst_name = B\n",
     r"line 3: \[columns\] first_name is given twice"),
    ("header", b"[layout]\nheader = no\nheader = yes\n", "line 3: .*twice"),
    ("constant", b"[constants]\nstate = A\nstate = B\n", "line 3: .*twice"),
    ("values", b"[values gender]\nM = A\nm = B\n", "line 3: .*twice"),
    ("split", b"[split]\nName = last_name\n", "line 2: .*two columns"),
    ("latin", b"[columns]\n; \xe9\nfirst_name = A\n", "line 2: .*UTF-8"),
    ("binary", b"\x7fELF\x02\0\0\0", "line 1: .*UTF-8"),
    ("large", b";" * 300000, "it is larger"),
)


def documented(folder, env):
    """The layout of docs/voter-files.md reads the file above it."""
    with open(os.path.join(os.environ["SRCDIR"], "docs/voter-files.md"),
              encoding="utf-8") as f:
        content, layout = re.search(r"```csv\n((?:(?!```).)*)```\s*```ini\n"
                                    r"(.*?)```", f.read(), re.S).groups()
    with open(os.path.join(folder, "documented.conf"), "w",
              encoding="utf-8") as f:
        f.write(layout)
    rc, out, err = cerberus("check", "--offline", token="", env=env)
    same(rc, 0, out + err)
    body = form("documented", content.encode())
    u = Program(len(body), env=env)
    u.send(body)
    status, answer, _ = u.answer()
    same((status, answer.get("layout"), answer.get("rejected")),
         (200, "documented", 0), f"{answer}")
    same(sql("SELECT street_address || '|' || registration_state || '|' ||"
             " registration_status || '|' || congressional_district"
             " FROM cerberus.voters WHERE last_name = 'Quillon'"),
         "9 Elm Ave|NC|Active|4", "the voter of the documented layout")


def layouts():
    place = tempfile.mkdtemp()
    folder = os.path.join(place, "layouts")
    shutil.copytree(os.path.join(os.environ["SRCDIR"], "etc/layouts"), folder)
    try:
        log = os.path.join(place, "log")
        conf = configured(place, f"layouts = {folder}\n")
        with open(conf, encoding="utf-8") as f:
            text = f.read()
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text.replace("[cerberus]\n", "[cerberus]\nlog_file = "
                                 f"{log}\n"))
        env = {"CERBERUS_CONF": conf}
        rc, out, err = cerberus("check", "--offline", token="", env=env)
        same(rc, 0, out + err)
        documented(folder, env)
        expected = dict((name, said) for name, _, said in MISTAKES)
        for name, content, _ in MISTAKES:
            with open(os.path.join(folder, name + ".conf"), "wb") as f:
                f.write(content)
        # Even root cannot read these.
        os.mkdir(os.path.join(folder, "folder.conf"))
        os.mkfifo(os.path.join(folder, "pipe.conf"))
        os.symlink("loop.conf", os.path.join(folder, "loop.conf"))
        os.symlink("nowhere", os.path.join(folder, "dangling.conf"))
        expected |= {"folder": "it is not a file", "pipe": "it is not a file",
                     "loop": "Too many levels", "dangling": "No such file"}

        # Uploads that do not name them are not affected, and headers are
        # still recognised.
        van = b"VanID,FirstName,LastName,ZipOrPostal\n1,Vi,Van,27511\n"
        for content, layout in ((people("spoilt", 3), None), (van, "van")):
            body = form("spoilt", content)
            u = Program(len(body), env=env)
            u.send(body)
            status, answer, _ = u.answer()
            same((status, answer.get("layout"), answer.get("rejected")),
                 (200, layout, 0), f"{answer}")
        with open(log, encoding="utf-8") as f:
            logged = f.read()
        rc, out, err = cerberus("check", "--offline", token="", env=env)
        same(rc, 1, out + err)
        same(out.count("FAILED"), len(expected), out)
        for name, said in expected.items():
            mistake = rf"{name}\.conf[:,].*{said}"
            check(re.search(mistake, logged), f"{name} is not logged: {logged}")
            check(re.search("FAILED +layouts: .* " + mistake, out),
                  f"{name} is not listed: {out}")
            body = form(name, people("spoilt", 3), (("layout", name),))
            before, last = stored(), last_import()
            u = Program(len(body), env=env)
            u.send(body)
            status, answer, _ = u.answer()
            if name == "dangling":
                same(status, 400, str(answer))
            else:
                same((status, answer.get("code")), (422, "layout_broken"),
                     f"{name}: {answer}")
                check(re.search(mistake, answer.get("error", "")),
                      f"{name}: {answer}")
            nothing_left(before, name)
            check(failed_import(began(last), name), name)
    finally:
        shutil.rmtree(place)


# ---- (9) Progress ------------------------------------------------------------


def progress():
    content = people("slow", 12000)
    body = form("slow", content)
    before, last = stored(), last_import()
    u = Web(len(body))
    piece = len(body) // 30 + 1
    seen = []
    i = None
    for at in range(0, len(body), piece):
        u.send(body[at:at + piece])
        time.sleep(0.1)
        if i is None and last_import() > last:
            i = began(last)
        if i and at + piece < len(body):
            status, answer = get(f"/voters/imports/{i}")
            same((status, answer.get("state"), answer.get("stage")),
                 (200, "running", "reading"), "while it runs")
            seen.append((answer.get("rows", 0), answer.get("bytes_read", 0)))
    same(stored(), before, "others do not see rows while it runs")
    status, answer, _ = u.answer()
    same((status, answer.get("created")), (200, 12000), "a slow upload")
    check(seen == sorted(seen), f"progress goes back: {seen}")
    check(len(set(seen)) >= 3, f"progress stands still: {seen}")
    check(all(0 <= r < 12000 and b <= len(content) for r, b in seen),
          str(seen))
    status, answer = get(f"/voters/imports/{i}")
    same((answer.get("state"), answer.get("rows"), answer.get("bytes_read"),
          answer.get("file_name"), answer.get("user_id")),
         ("done", 12000, len(content), "slow.csv", 1), "when it is over")
    print(f"  rows seen: {sorted(set(r for r, _ in seen))}")


def slow_beginning():
    """If the first rows take more than a minute, it still counts as running."""
    content = people("late", 50)
    body = form("late", content)
    at = body.index(content) + 200
    last = last_import()
    u = Program(len(body))
    u.send(body[:at])
    i = began(last)
    check(until(lambda: "lock" in left(), 5), "its lock is not visible")
    sql("UPDATE imports SET started_at = started_at - interval '5 minutes' "
        f"WHERE import_id = {i}")
    same(get(f"/voters/imports/{i}")[1].get("state"), "running", "a late upload")
    u.send(body[at:])
    status, answer, _ = u.answer()
    same((status, answer.get("created")), (200, 50), f"a late upload: {answer}")


# ---- (10) The command line ---------------------------------------------------


def cerberus(*args, token=ADMIN, stdin=b"", env=None):
    """Run the command; return its exit status, output and errors."""
    base = {k: v for k, v in os.environ.items()
            if k in ("PATH", "CERBERUS_CONF") or "SAN_OPTIONS" in k}
    base["DATABASE_URL"] = os.environ["APP_URL"]
    base["STRIPE_DATABASE_URL"] = os.environ["STRIPE_APP_URL"]
    if token:
        base["CERBERUS_TOKEN"] = token
    p = subprocess.run([os.path.join(BUILD, "cli/cerberus"), *args],
                       input=stdin, capture_output=True, check=False,
                       env=base | (env or {}))
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def command_line():
    place = tempfile.mkdtemp()
    try:
        try_commands(place)
    finally:
        shutil.rmtree(place)


def opt_out_command():
    """cerberus opt-out: add, lift, list, import."""
    def live():
        return sql("SELECT string_agg(concat_ws('|', campaign_id, contact, "
                   "channel, reason), ' ' ORDER BY contact, channel) "
                   "FROM opt_out_contacts WHERE lifted_at IS NULL "
                   "AND (contact LIKE 'cli%' OR contact LIKE '+1919555019_')")

    sql("DELETE FROM opt_out_contacts WHERE contact LIKE 'cli%' "
        "OR contact LIKE '+1919555019_'")
    rc, out, err = cerberus("opt-out", "add", "--campaign", "1", "--channel",
                            "sms", "--reason", "STOP", "(919) 555-0191",
                            "CLI1@example.org")
    same((rc, out), (0, "2 added; 0 voters have these contacts\n"), err)
    check("no voter has: +19195550191, cli1@example.org" in err, err)
    same(live(), "1|+19195550191|sms|STOP 1|cli1@example.org|sms|STOP",
         "opt-out add")
    rc, listed, err = cerberus("opt-out", "list", "--campaign", "1",
                               "--channel", "sms")
    same(rc, 0, err)
    check(listed.startswith("contact_id,opt_out_id,campaign_id,email_address,"
                            "phone_number,channel,reason,"), listed)
    rc, out, err = cerberus("opt-out", "lift", "--campaign", "1", "--channel",
                            "sms", "919.555.0191")
    same((rc, out), (0, "1 lifted\n"), err)
    rc, out, err = cerberus("opt-out", "lift", "-c", "1", "-C", "sms",
                            "919.555.0191")
    same((rc, out), (1, "0 lifted\n"), err)
    rc, out, err = cerberus("opt-out", "import", "-", "--campaign", "1",
                            stdin=listed.encode())
    same(rc, 0, err)
    check("1 added, " in out and " 0 rejected" in out, out)
    same(live(), "1|+19195550191|sms|STOP 1|cli1@example.org|sms|STOP",
         "opt-out import restores what opt-out list wrote")
    rc, out, err = cerberus("opt-out", "import", "-", "-C", "email",
                            stdin=b"email\ncli2@example.org\nnobody\n")
    same((rc, out), (1, "-: 2 rows: 1 added, 0 unchanged, 1 rejected\n"), err)
    same(err, "-:3: email_address: This is not an e-mail address.\n",
         "a rejected row")
    check(live().endswith(" cli2@example.org|email"),
          "without a campaign it applies to all")
    for wrong in (("add", "x@example.org"), ("add", "-C", "sms"), ("burn",),
                  (), ("list", "x"), ("import",),
                  ("add", "-C", "fax", "x@example.org"),
                  ("list", "-c", "none")):
        rc, out, err = cerberus("opt-out", *wrong)
        same((rc, out), (2, ""), str(wrong))
    rc, out, err = cerberus("opt-out", "add", "-C", "sms", "x@example.org",
                            token="test-token-of-the-editor")
    same((rc, err), (3, "cerberus: campaign_id is required.\n"), "an editor")
    rc, out, err = cerberus("opt-out", "import", "-", stdin=b"a,b\n1,2\n")
    check(rc == 3 and "email_address or phone_number" in err, err)


def interrupt_undo(i):
    """Interrupt the undo of an import while it waits for the merges."""
    hold = Holder(MERGE_LOCK)
    try:
        p = subprocess.Popen(
            [os.path.join(BUILD, "cli/cerberus"), "import", "--undo", i],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ | {"CERBERUS_TOKEN": ADMIN,
                              "DATABASE_URL": os.environ["APP_URL"]})
        check(until(waiting, 10), "an undo takes no lock")
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=30)
        same((p.returncode, out), (3, b""), err)
        check(b"interrupted" in err, err)
    finally:
        hold.release()
    until(lambda: left() == "", 15)
    same(left(), "", "an interrupted undo: what it left")


def try_commands(place):
    def write(name, content):
        path = os.path.join(place, name)
        with open(path, "wb") as f:
            f.write(content)
        return path

    good = write("good.csv", people("cli", 1200))
    bad = write("bad.csv", people("cli", 2) + b",Nobody,,,\n")
    book = write("book.xlsx", workbook())

    # A dry run leaves only its row in imports.
    before, last = stored(), last_import()
    rc, out, err = cerberus("import", good, "--campaign", "1", "--dry-run")
    same(rc, 0, err)
    check("(dry run), 1200 rows: 1200 created" in out, out)
    same(stored(), before, "a dry run stores nothing")
    i = began(last)
    same(state(i), "done", "a dry run")

    rc, out, err = cerberus("import", good, "--campaign", "1")
    same(rc, 0, err)
    check("1200 rows: 1200 created, 0 updated" in out, out)
    check("\r" not in err and "merging: 1200 rows" in err, repr(err))
    rc, out, err = cerberus("import", good, good, "-c", "1")
    same((rc, out.count("0 created, 0 updated, 1200 unchanged")), (0, 2), out)
    rc, out, err = cerberus("import", "-", "-c", "1", stdin=people("cli", 5))
    check(rc == 0 and "5 unchanged" in out, (rc, out, err))

    # 1: some rows were rejected; they are listed.
    rc, out, err = cerberus("import", bad, "-c", "1")
    same(rc, 1, err)
    check("1 rejected" in out and f"{bad}:4: first_name" in err, (out, err))

    report(write)
    # An import is undone, once; an interrupted undo changes nothing.
    before, last = stored(), last_import()
    rc, out, err = cerberus("import", "-", "-c", "1", stdin=people("undo", 500))
    same(rc, 0, err)
    i = str(began(last))
    rc, out, err = cerberus("import", "--undo", i, "--dry-run")
    same((rc, "500 deleted" in out and "dry run" in out), (0, True), out + err)
    rc, out, err = cerberus("import", "--undo", i, token=VIEWER)
    same((rc, out), (3, ""), err)
    interrupt_undo(i)
    same(sql("SELECT count(*) FROM voters WHERE email_address LIKE "
             f"'undo%@{DOMAIN}'"), "500", "voters after an interrupted undo")
    rc, out, err = cerberus("import", "--undo", i)
    same((rc, "500 deleted, 0 kept" in out), (0, True), out + err)
    same(stored().split("|")[:2], before.split("|")[:2], "an undone import")
    rc, out, err = cerberus("import", "--undo", i)
    same((rc, out, "undone already" in err), (3, "", True), err)
    # 1: some changes are kept.
    last = last_import()
    cerberus("import", "-", "-c", "1", stdin=people("kept", 3))
    i = str(began(last))
    sql(f"""UPDATE voters SET city = 'Apex'
        WHERE email_address = 'kept1@{DOMAIN}'""")
    rc, out, err = cerberus("import", "--undo", i)
    same((rc, "2 deleted, 1 kept" in out), (1, True), out + err)

    # 2: misuse, before the database is asked.
    last = last_import()
    for args in (("import",), ("import", good, "--nonsense"),
                 ("import", good, "--campaign", "one"),
                 ("import", good, "--mode", "other"),
                 ("import", good, "--mapping", "{"),
                 ("import", good, "--delimiter", "xx"), ("nonsense",), (),
                 ("import", good, "--undo", "1"), ("import", "--undo", "x"),
                 ("import", "--undo", "0"),
                 ("import", "--undo", "1", "--mode", "fill"),
                 ("import", "--undo", "1", "--initial"),
                 ("export", "more"), ("export", "--filter", "x"),
                 ("check", "more"), ("token", "list", "more")):
        rc, out, err = cerberus(*args)
        same((rc, out), (2, ""), f"{args}")
        check(err, f"{args}: no message")
    same(last_import(), last, "misuse begins no import")

    # 3: failure, with a reason; nothing is stored, and no key is printed.
    before = stored()
    for args, token, env, word in (
            ((os.path.join(place, "none.csv"),), ADMIN, {}, "No such file"),
            ((place,), ADMIN, {}, "[Dd]irectory"),
            ((book,), ADMIN, {}, "Excel"),
            ((good, "--layout", "none"), ADMIN, {}, "layout"),
            ((good, "-c", "987654"), ADMIN, {}, "987654"),
            ((good, "--initial"), ADMIN, {}, "voters already"),
            ((good, "-c", "1"), VIEWER, {}, "."),
            ((good, "-c", "1"), "test-token-that-was-revoked", {}, "."),
            ((good, "-c", "1"), "", {}, "no API key"),
            ((good, "-c", "1"), ADMIN,
             {"DATABASE_URL": "postgresql://cerberus_app@127.0.0.1:1/x"},
             "connect")):
        rc, out, err = cerberus("import", *args, token=token, env=env)
        same((rc, out), (3, ""), f"{args} {err}")
        check(re.search(word, err), f"{args}: {err}")
        check(not token or token not in err, f"{args}: {err}")
    nothing_left(before, "failed commands")
    same(sql("SELECT count(*) FROM imports WHERE state = 'running'"), "0",
         "imports that failed commands left")

    # Importing an export changes nothing.
    rc, table, err = cerberus("export", "--campaign", "1")
    same(rc, 0, err)
    wanted = sql("SELECT count(*) FROM campaign_voters WHERE campaign_id = 1")
    before = sql("SELECT md5(string_agg(v::text, ' ' ORDER BY voter_id)) "
                 "FROM voters v")
    rc, out, err = cerberus("import", "-", "-c", "1", stdin=table.encode())
    same(rc, 0, err)
    check(f"{wanted} rows: 0 created, 0 updated, {wanted} unchanged, "
          "0 duplicates, 0 rejected" in out, (wanted, out))
    same(sql("SELECT md5(string_agg(v::text, ' ' ORDER BY voter_id)) "
             "FROM voters v"), before, "export | import")
    path = os.path.join(place, "out.csv")
    rc, out, err = cerberus("export", "-f", "email_address="
                            f"cli7@{DOMAIN}", "--fields",
                            "last_name,zip_code", "-r", "Letters", "-o", path)
    same((rc, out), (0, ""), err)
    same(sql("SELECT string_agg(concat_ws(' ', table_name, user_id, "
             "after ->> 'reason', after ->> 'rows'), ', ' ORDER BY audit_id) "
             "FROM (SELECT * FROM audit_log WHERE action = 'export' "
             "ORDER BY audit_id DESC LIMIT 2) t"),
         "voters 1 Letters, voters 1 1", "the audit of an export")
    with open(path, encoding="ascii") as f:
        same(f.read().split(), ["last_name,zip_code", "Person", "7,27511"],
             "some fields of one voter")
    rc, out, err = cerberus("export", "-f", "shoe=42")
    same((rc, out), (3, ""), err)
    with open("/dev/full", "wb") as full:
        rc = subprocess.run(
            [os.path.join(BUILD, "cli/cerberus"), "export"], stdout=full,
            stderr=subprocess.DEVNULL, check=False,
            env=os.environ | {"CERBERUS_TOKEN": ADMIN, "DATABASE_URL":
                              os.environ["APP_URL"]}).returncode
    same(rc, 3, "export to a full disk")

    # A new key, read from a file, until it is revoked.
    rc, key, err = cerberus("token", "create", "imports", token=MANAGER)
    same(rc, 0, err)
    key = key.strip()
    path = write("key", key.encode() + b"\n")
    rc, out, err = cerberus("import", good, "-c", "1", "--token-file", path,
                            token="")
    check(rc == 0 and "1200 unchanged" in out, (rc, out, err))
    same(sql("SELECT user_id FROM imports ORDER BY import_id DESC LIMIT 1"),
         "2", "the user of the import")
    rc, out, err = cerberus("token", "list", token=MANAGER)
    number = [line.split()[0] for line in out.splitlines()
              if line.split()[1] == key[:11]]
    same(len(number), 1, out)
    same(cerberus("token", "revoke", *number, token=MANAGER)[0], 0, "revoke")
    same(cerberus("import", good, "-c", "1", "--token-file", path,
                  token="")[0], 3, "a revoked key")

    # cerberus check
    rc, out, err = cerberus("check", "--offline", token="")
    same(rc, 0, out + err)
    check("FAILED" not in out and out.count("ok") >= 5, out)
    rc, out, err = cerberus("check", "--offline", env={
        "DATABASE_URL": "postgresql://cerberus_app@127.0.0.1:1/x"})
    check(rc == 1 and re.search("FAILED +database", out), (rc, out, err))
    rc, out, err = cerberus("check", "--offline", env={
        "CERBERUS_CONF": "/nonexistent"})
    check(rc == 1 and re.search("FAILED +configuration", out),
          (rc, out, err))
    rc, out, err = cerberus("check", "--offline", env={
        "DATABASE_URL": os.environ["ADMIN_URL"]})
    check(rc == 1 and "superuser" in out, (rc, out, err))

    interrupted(place)


def report(write):
    """The report on each column, code and row, and the advice."""
    path = write("report.csv", f"""First Name,LNAME,STAT,dob,Shoe,created_at
Ann,Report,Zombie,02/30/1970,40,2020-01-01
Bob,Report,Active,01/02/1970,41,2020-01-01
,Report,Active,01/13/1970,42,2020-01-01
""".encode())
    args = ("import", path, "-c", "1", "--registration-state", "nc",
            "--mapping", '{"registration_status": "STAT"}', "--dry-run")
    rc, out, err = cerberus(*args)
    same(rc, 1, err)
    for line in ("  First Name -> first_name", "  LNAME -> last_name",
                 "  STAT -> registration_status", "  dob -> date_of_birth",
                 "  Shoe: not used",
                 "  created_at: ignored, a file cannot set it",
                 f"{path}: 1 rows were accepted with a warning"):
        check(line in out.splitlines(), (line, out))
    for line in (f"{path}:4: first_name: first_name is required.",
                 f"{path}:1: warning: A file cannot set created_at. "
                 "These columns are ignored.",
                 f"{path}:2: warning: date_of_birth: date_of_birth is not a "
                 "valid date. The cell is left blank. [02/30/1970]",
                 f"{path}:2: warning: registration_status: This status is "
                 "not known. It becomes Other. [Zombie]",
                 f"{path}: unknown value of registration_status, 1 times: "
                 "Zombie"):
        check(line in err.splitlines(), (line, err))
    for words in ("--keep-unmapped", '"values": {"Zombie": "..."}',
                  "Correct the rejected rows", "This was a dry run"):
        check(words in err, (words, err))
    rc, out, err = cerberus(*args, "--keep-unmapped", "--strict")
    same(rc, 1, err)
    check("1 created" in out and "2 rejected" in out, out)
    check("  Shoe: kept in custom_fields" in out.splitlines(), out)

    # The last date shows that the day comes first: the file is read again,
    # also from a pipe.
    for number, source in enumerate(("day.csv", "-")):
        days = (f"first_name,last_name,dob\nAnn,Days{number}{seed},"
                f"02/03/1970\nBob,Days{number}{seed},13/02/1970\n").encode()
        if source != "-":
            source = write(source, days)
        rc, out, err = cerberus("import", source, stdin=days)
        same(rc, 0, err)
        check("2 created" in out and "warning" not in err, (out, err))
        same(sql("SELECT date_of_birth FROM voters WHERE last_name = "
                 f"'Days{number}{seed}' AND first_name = 'Ann'"),
             "1970-03-02", source)


def interrupted(place):
    """A terminal shows a bar; Ctrl-C is recorded as the reason."""
    pipe = os.path.join(place, "pipe")
    os.mkfifo(pipe)
    before, last = stored(), last_import()
    screen, side = pty.openpty()
    p = subprocess.Popen([os.path.join(BUILD, "cli/cerberus"), "import", pipe],
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=side, env=os.environ | {
                             "CERBERUS_TOKEN": ADMIN,
                             "DATABASE_URL": os.environ["APP_URL"]})
    os.close(side)
    drawn = b""

    def listen():
        nonlocal drawn
        try:
            while more := os.read(screen, 4096):
                drawn += more
        except OSError:
            pass
    t = threading.Thread(target=listen)
    t.start()
    with open(pipe, "wb", buffering=0) as f:
        for n in range(4):
            f.write(people("ctrl", ROWS, n * ROWS))
            time.sleep(0.15)
        i = began(last)
        p.send_signal(signal.SIGINT)
        same(p.wait(30), 3, "Ctrl-C")
    t.join()
    os.close(screen)
    check(b"rows/s" in drawn and b"\r" in drawn, drawn)
    check(b"interrupted" in drawn, drawn)
    nothing_left(before, "Ctrl-C")
    check(failed_import(i, "Ctrl-C", "interrupted", 2),
          "Ctrl-C: not marked at once")


tests = (command_line, opt_out_command, aborted, killed, restarted, away,
         full_disk, lying_length, no_voter_file, query_of_a_form, at_once, with_signups,
         narrow_lock, time_limit, shapes, chained, layouts, progress,
         slow_beginning)
print(f"SEED={seed}")
run(part for part in tests
    if len(sys.argv) == 1 or part.__name__ in sys.argv[1:])
sys.exit(finish())
