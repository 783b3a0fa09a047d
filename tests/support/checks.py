"""What the test programs in Python share: counting checks, SQL statements, and
requests to the web server.

From the environment:
	ADMIN_URL	the database, as the administrator; for sql()
	CERBERUS_URL	the web server; for call()
"""
import http.client
import json
import os
import subprocess
import threading
import time
import traceback
import urllib.parse

passed = failed = 0
psql = None
psql_lock = threading.Lock()


def check(ok, what, *seen):
    """Count a check; if it fails, print what, and the values seen."""
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED:", what, *(repr(s)[:600] for s in seen), flush=True)
    return ok


def same(got, wanted, what):
    return check(got == wanted, f"{what}: {got!r}, wanted {wanted!r}")


def run(parts, label=""):
    """Call each function, and count an exception as a failed check."""
    for part in parts:
        start = time.monotonic()
        try:
            part()
        except Exception as e:
            traceback.print_exc()
            check(False, f"{part.__name__}: {e!r}")
        print(f"{label}{part.__name__}: {time.monotonic() - start:.1f} s",
              flush=True)


def finish():
    """Print the sums as the last line, and return the exit status."""
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


def until(done, seconds):
    """Call done() until it is true.  Return false if time runs out first."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def sql(text):
    """Run statements, each in its own transaction, as the administrator.

    Return the rows as lines of columns with | between them.  All calls share
    one psql; it is started again if PostgreSQL has been restarted.
    """
    with psql_lock:
        try:
            return run_sql(text)
        except ConnectionError:
            return run_sql(text)


def run_sql(text):
    global psql
    if psql is None:
        psql = subprocess.Popen(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
             os.environ["ADMIN_URL"], "-f", "-"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            bufsize=1)
        psql.stdin.write("SET search_path = cerberus;\n"
                         "SET client_min_messages = warning;\n")
    out = []
    try:
        psql.stdin.write(text + ";\n\\echo -- end\n")
        for line in psql.stdout:
            if line == "-- end\n":
                return "".join(out).strip()
            out.append(line)
    except BrokenPipeError:
        pass
    psql.wait()
    psql = None
    if "connection to server was lost" in "".join(out):
        raise ConnectionError(text)
    raise RuntimeError(f"{text}: {''.join(out)}")


def call(token, method, path, body=None, headers=None, kind=None):
    """Make a request on a connection of its own.

    A body that is not bytes is sent as JSON.  Return the status, the answer's
    JSON (or its text, if it is not JSON), and its headers.
    """
    url = urllib.parse.urlsplit(os.environ["CERBERUS_URL"])
    c = http.client.HTTPConnection(url.netloc, timeout=60)
    head = {"Authorization": "Bearer " + token} if token else {}
    data = None
    if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        head["Content-Type"] = kind or "application/json"
    c.request(method, f"{url.path}/api/v1{path}", data, head | (headers or {}))
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    try:
        answer = json.loads(text)
    except ValueError:
        answer = text
    return r.status, answer, r.headers


def ok(token, method, path, body=None, status=None, **more):
    """Make a request that succeeds, with this status, and return its answer."""
    got, answer, _ = call(token, method, path, body, **more)
    check(got == status if status else 200 <= got < 300,
          f"{method} {path}: {got} {str(answer)[:300]}")
    return answer


def bad(token, method, path, field, body=None, status=400):
    """Make a request that is refused for this field, and return its answer."""
    got, answer, _ = call(token, method, path, body)
    check(got == status and (field is None or field in
          [e["field"] for e in answer.get("errors", [])]),
          f"{method} {path} {body}: {got} {str(answer)[:300]}", field)
    return answer
