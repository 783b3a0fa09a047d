"""What measures: wrk and pgbench with sixteen connections, single requests, single processes, files."""
import http.client, json, os, random, re, statistics, subprocess, time, urllib.parse
from place import SOURCE, Bad, run

CONNECTIONS = 16


class Client:
    """One kept connection, one request after the other."""
    def __init__(self, url, token=None):
        self.wire = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=600)
        self.head = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path, **query):
        """Milliseconds, and the answer's JSON."""
        path = f"/api/v1{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        begin = time.perf_counter()
        self.wire.request("GET", path, headers=self.head)
        answer = self.wire.getresponse()
        body = answer.read()
        ms = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise Bad(f"GET {path}: {answer.status} {body[:200].decode(errors='replace')}")
        return ms, json.loads(body)


def load(url, seconds, **env):
    """wrk: rate and latencies of a load that was answered well throughout."""
    env = {name: str(value) for name, value in env.items()}
    env.setdefault("FIRST", str(random.randrange(10 ** 9)))
    said = json.loads(run("wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s",
                          "-s", SOURCE / "bench" / "load.lua", url, **env).splitlines()[-1])
    # wrk ends while its last requests are under way, which some servers' sockets show as an error or two.
    if said["refused"] or not said["requests"] or said["broken"] > CONNECTIONS:
        raise Bad(f"{said['requests']} requests, {said['refused']} refused, {said['broken']} broken")
    return said | {"rate": said["requests"] / said["us"] * 1e6}


def pgbench(admin, place, statement, seconds, **variables):
    """Transactions a second of one prepared statement, straight to PostgreSQL."""
    script = place / "statement.sql"
    script.write_text(statement)
    said = run("pgbench", "-n", "-M", "prepared", "-c", CONNECTIONS, "-j", 2, "-T", seconds, "-f", script,
               *[f"-D{k}={v}" for k, v in variables.items()], admin, PGOPTIONS="-c search_path=cerberus")
    if int(re.search(r"failed transactions: (\d+)", said)[1]):
        raise Bad("pgbench: " + said)
    return float(re.search(r"tps = ([\d.]+)", said)[1])


def once(program, env):
    """Milliseconds from starting a program to its end."""
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
    """Seconds and the answer of a voter file's upload."""
    begin = time.perf_counter()
    said = run("curl", "-sS", "-K", "-", "-H", "Expect:", "-F", f"file=@{path};type=text/csv", "-w", "\\n%{http_code}",
               f"{url}/api/v1/voters/upload", stdin=f'header = "Authorization: Bearer {token}"\n')
    seconds = time.perf_counter() - begin
    body, _, status = said.rpartition("\n")
    if status != "200":
        raise Bad(f"the upload was answered {status}: {body[:300]}")
    return seconds, json.loads(body)


def lines(*argv, stdin=""):
    """Seconds and number of lines of what a command prints."""
    begin = time.perf_counter()
    source = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    count = subprocess.Popen(["wc", "-l"], stdin=source.stdout, stdout=subprocess.PIPE)
    source.stdout.close()
    source.stdin.write(stdin.encode())
    source.stdin.close()
    number = int(count.communicate()[0])
    said = source.stderr.read().decode()
    if source.wait():
        raise Bad(f"{argv[0]}: {said[:300]}")
    return time.perf_counter() - begin, number


def median(numbers):
    return statistics.median(numbers)
