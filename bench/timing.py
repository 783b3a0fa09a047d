"""Measurements of one thing each: loads (wrk, pgbench), single requests, single processes, files."""
import http.client, json, os, random, re, statistics, subprocess, time, urllib.parse
from environment import SOURCE, Bad, run

CONNECTIONS = 16


class Client:
    """A client that sends one request after the other on a persistent connection."""
    def __init__(self, url, token=None):
        self.wire = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=600)
        self.head = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path, **query):
        """Send a GET, which must return 200. Return the milliseconds it took and the JSON of the response."""
        path = f"/api/v1{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        begin = time.perf_counter()
        self.wire.request("GET", path, headers=self.head)
        answer = self.wire.getresponse()
        body = answer.read()
        ms = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise Bad(f"GET {path}: {answer.status} {body[:200].decode(errors='replace')}")
        return ms, json.loads(body)

    def post(self, path, body):
        """Send a POST, which must return 201. Return the JSON of the response."""
        self.wire.request("POST", f"/api/v1{path}", json.dumps(body), self.head | {"Content-Type": "application/json"})
        answer = self.wire.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise Bad(f"POST {path}: {answer.status} {text[:200].decode(errors='replace')}")
        return json.loads(text)


def load(url, seconds, **env):
    """Run wrk with load.lua, which reads its settings from env. Return its counts and latencies (us, ms), and the rate per
    second. Every response must be a success."""
    env = {name: str(value) for name, value in env.items()}
    env.setdefault("FIRST", str(random.randrange(10 ** 9)))
    result = json.loads(run("wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
                          "-s", SOURCE / "bench" / "load.lua", url, **env).splitlines()[-1])
    # wrk stops while its last requests are in progress, which may show as a few socket errors.
    if result["failed"] or not result["requests"] or result["socket_errors"] > CONNECTIONS:
        raise Bad(f"{result['requests']} requests, {result['failed']} failed, {result['socket_errors']} socket errors")
    return result | {"rate": result["requests"] / result["us"] * 1e6}


def pgbench(admin, directory, statement, seconds, **variables):
    """Run pgbench with one prepared statement, directly against PostgreSQL. Return transactions per second."""
    script = directory / "statement.sql"
    script.write_text(statement)
    result = run("pgbench", "-n", "-M", "prepared", "-c", CONNECTIONS, "-j", 2, "-T", seconds, "-f", script,
               *[f"-D{k}={v}" for k, v in variables.items()], admin, PGOPTIONS="-c search_path=cerberus")
    if int(re.search(r"failed transactions: (\d+)", result)[1]):
        raise Bad("pgbench: " + result)
    return float(re.search(r"tps = ([\d.]+)", result)[1])


def run_process(program, env):
    """Run a program and return the milliseconds from its start to its end."""
    null = os.open(os.devnull, os.O_RDWR)
    begin = time.perf_counter()
    pid = os.posix_spawn(program, [program], env, file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
    status = os.waitpid(pid, 0)[1]
    ms = (time.perf_counter() - begin) * 1000
    os.close(null)
    if status:
        raise Bad(f"{program} ended with {status}")
    return ms


def upload(url, token, path):
    """Upload a voter file. Return the seconds it took and the JSON of the response."""
    begin = time.perf_counter()
    result = run("curl", "-sS", "-K", "-", "-H", "Expect:", "-F", f"file=@{path};type=text/csv", "-w", "\\n%{http_code}",
               f"{url}/api/v1/voters/upload", stdin=f'header = "Authorization: Bearer {token}"\n')
    seconds = time.perf_counter() - begin
    body, _, status = result.rpartition("\n")
    if status != "200":
        raise Bad(f"the upload returned {status}: {body[:300]}")
    return seconds, json.loads(body)


def count_lines(*argv, stdin=""):
    """Run a command. Return the seconds it took and the number of lines that it printed."""
    begin = time.perf_counter()
    source = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    count = subprocess.Popen(["wc", "-l"], stdin=source.stdout, stdout=subprocess.PIPE)
    source.stdout.close()
    source.stdin.write(stdin.encode())
    source.stdin.close()
    number = int(count.communicate()[0])
    result = source.stderr.read().decode()
    if source.wait():
        raise Bad(f"{argv[0]}: {result[:300]}")
    return time.perf_counter() - begin, number


def median(numbers):
    return statistics.median(numbers)
