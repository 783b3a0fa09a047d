"""Measure Cerberus and compare it with what the machine can do: PostgreSQL alone (pgbench, \\copy) is the upper bound, the
smallest CGI program the lower bound. What is compared runs in turns, so that ratios are meaningful even if the figures alone
are not. Print a table and write JSON. A wrong status, body or number of rows marks a row BAD, and the exit status is 1."""
import argparse, http.client, json, os, pathlib, platform, random, signal, subprocess, sys, time
import report
from environment import COLUMNS, Bad, Site, Web, run, say
from every import EveryList
from mixed import MixedLoads
from timing import Client, count_lines, load, median, pgbench, run_process, upload

SHORT = ["first_name", "last_name", "email_address", "phone_number"]  # the columns of a small list
ROUNDS, SINGLES, SPAWNS, PER_PAGE = 3, 30, 100, 20
WARM = 10  # requests before SINGLES: PostgreSQL plans a statement five times before it keeps a plan
READ = "\\set id random(:low, :high)\nSELECT row_to_json(v) FROM voters v WHERE voter_id = :id;\n"
# A signup as one statement: find or insert the voter, add the membership, add the interaction.
SIGNUP = """\\set n random(1, 800000000)
WITH known AS (
  SELECT voter_id FROM voters WHERE email_address = 'guest.' || :n || '@example.org' ORDER BY voter_id LIMIT 1
), made AS (
  INSERT INTO voters (first_name, last_name, email_address, phone_number, source_campaign_id)
  SELECT 'Guest', 'No' || :n % 30000, 'guest.' || :n || '@example.org', '+1801' || :n, :campaign
  WHERE NOT EXISTS (SELECT FROM known) RETURNING voter_id
), voter AS (
  SELECT voter_id FROM known UNION ALL SELECT voter_id FROM made
), joined AS (
  INSERT INTO campaign_voters (campaign_id, voter_id) SELECT :campaign, voter_id FROM voter ON CONFLICT DO NOTHING
)
INSERT INTO interactions (voter_id, campaign_id, interaction_type, outcome, notes)
SELECT voter_id, :campaign, 'Website Signup', 'Signed Up', 'At the fair.' FROM voter RETURNING interaction_id;
"""


def swapped(word):
    return word[:2] + word[3] + word[2] + word[4:]


class Bench(EveryList, MixedLoads):
    def __init__(self, args):
        self.args, self.site, self.rows, self.results = args, Site(pathlib.Path(args.work).resolve(), args.build), 0, []

    def compare(self, title, unit, contenders, goal=None, rounds=ROUNDS, better="more"):
        """Measure one row of the table. Each contender is (name, task); a task returns its figure and a dict of notes."""
        say(title)
        row = {"rows": self.rows, "measure": title, "unit": unit, "goal": goal, "better": better,
               "values": {name: [] for name, _ in contenders}, "notes": {}, "bad": []}
        self.results.append(row)
        for _ in range(rounds):
            for name, task in contenders:
                if any(b.startswith(name) for b in row["bad"]):
                    continue
                try:
                    value, notes = task()
                    row["values"][name].append(value)
                    for key, number in notes.items():
                        row["notes"].setdefault(f"{name} {key}", []).append(number)
                except (Bad, OSError, ValueError, LookupError, TypeError, http.client.HTTPException) as e:
                    reason = str(e) if isinstance(e, Bad) else f"{type(e).__name__}: {e}"
                    say("BAD:", name, reason)
                    row["bad"].append(f"{name}: {reason}")

    def begin(self):
        """Copy the database, and choose the voters that are read."""
        self.db = self.site.copy()
        self.low, self.high = map(int, self.db.ask("SELECT min(voter_id), max(voter_id) FROM voters").split("|"))
        self.campaign = self.db.number("SELECT campaign_id FROM campaigns WHERE campaign_name = 'Bench'")
        self.ids = self.site.work / "ids"
        self.ids.write_text(self.db.ask("SELECT voter_id FROM voters ORDER BY hashint8(voter_id) LIMIT 100000") + "\n")
        self.sample = self.ids.read_text().split()

    def web(self, mode, **more):
        return Web(self.site, more.pop("name", mode), mode, self.db, **more)

    def reader(self, web, check=True):
        def task():
            if check:
                self.check_read(web)
            result = load(web.url, self.args.seconds, WHAT="read", IDS=self.ids, TOKEN=self.site.token)
            return result["rate"], {"p50 ms": result["p50"], "p99 ms": result["p99"]}
        return task

    def check_read(self, web):
        """Compare the JSON of one voter with the table."""
        voter = random.choice(self.sample)
        got, want = Client(web.url, self.site.token).get(f"/voters/{voter}")[1], self.db.some([voter])[0]
        wrong = [c for c in ["voter_id", *COLUMNS] if got.get(c) != want[c]]
        if wrong:
            raise Bad(f"voter {voter}: {wrong[0]} is {got.get(wrong[0])!r}, the table has {want[wrong[0]]!r}")

    # ---- the measures

    def read(self):
        web = self.web("fastcgi")
        ceiling = lambda: (pgbench(self.db.admin, self.site.work, READ, self.args.seconds, low=self.low, high=self.high), {})
        self.compare("read one voter, FastCGI", "requests/s",
                     [("Cerberus", self.reader(web)), ("pgbench, row_to_json", ceiling)], 0.25)
        self.open_view()
        bare = self.web("fastcgi", name="bare", programs=self.site.work / "bare")
        self.compare("read one voter, FastCGI, beside the smallest program", "requests/s",
                     [("Cerberus", self.reader(web)), ("bare FastCGI program", self.reader(bare, False))], 0.9)
        bare.stop()
        web.stop()

    def open_view(self):
        """Let the smallest program read every voter, through a view that no policy restricts."""
        self.db.ask("CREATE OR REPLACE VIEW bench_voters AS SELECT * FROM voters", "GRANT SELECT ON bench_voters TO cerberus_app")

    def cgi(self):
        web = self.web("cgi")
        hello = self.web("cgi", name="hello", programs=self.site.work / "hello")
        self.compare("read one voter, CGI with PgBouncer", "requests/s",
                     [("Cerberus", self.reader(web)), ("hello-world CGI", self.reader(hello, False))], 0.6)
        self.compare("one CGI process, started directly", "ms", [
            ("Cerberus", self.direct(self.site.programs / "voters.cgi", web)),
            ("hello-world CGI", self.direct(self.site.work / "hello" / "voters.cgi", web))], 2.5, better="less")
        hello.stop()
        web.stop()
        self.open_view()
        web = self.web("cgi", name="unpooled", direct=True)
        bare = self.web("cgi", name="bare", programs=self.site.work / "bare", direct=True)
        self.compare("read one voter, CGI without PgBouncer", "requests/s",
                     [("Cerberus", self.reader(web)), ("the smallest program", self.reader(bare, False))], 0.8)
        bare.stop()
        web.stop()

    def direct(self, program, web):
        voter = self.sample[0]
        env = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1",
               "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SCRIPT_NAME": "/api/v1/voters", "PATH_INFO": f"/{voter}",
               "QUERY_STRING": "", "HTTP_AUTHORIZATION": f"Bearer {self.site.token}", "CERBERUS_CONF": str(web.conf)}

        def task():
            result = subprocess.run([program], env=env, stdin=subprocess.DEVNULL, capture_output=True).stdout
            if program.parent == self.site.programs and f'"voter_id":{voter}'.encode() not in result:
                raise Bad(f"it printed {result[:200]!r}")
            return median([run_process(str(program), env) for _ in range(SPAWNS)]), {}
        return task

    def signup(self):
        web = self.web("fastcgi")
        first = iter(range(1, 800_000_000, 20_000_000))

        def ours():
            before = self.db.number("SELECT max(voter_id) FROM voters")
            result = load(web.url, self.args.seconds, WHAT="signup", CAMPAIGN=self.campaign, FIRST=next(first))
            made = self.db.number(f"SELECT count(*) FROM voters WHERE voter_id > {before}")
            noted = self.db.number(f"SELECT count(*) FROM interactions WHERE voter_id > {before}")
            # Requests in progress when wrk stopped are in the tables too.
            if not result["requests"] <= made <= noted <= result["requests"] + 2 * 16:
                raise Bad(f"{result['requests']} signups made {made} voters and {noted} interactions")
            return result["rate"], {"p50 ms": result["p50"], "p99 ms": result["p99"]}
        ceiling = lambda: (pgbench(self.db.admin, self.site.work, SIGNUP, self.args.seconds, campaign=self.campaign), {})
        self.compare("signup of a new person, FastCGI", "requests/s",
                     [("Cerberus", ours), ("pgbench, one statement", ceiling)], 0.6)
        web.stop()

    def singles(self, web, questions, token=None):
        """Measure the median milliseconds of single requests. questions() yields (path, query, check of the response)."""
        def task():
            client, times = Client(web.url, token or self.site.token), []
            for path, query, check in questions():
                ms, answer = client.get(path, **query)
                check(answer)
                times.append(ms)
            return median(times[WARM:]), {"slowest ms": max(times[WARM:])}
        return task

    def one_read(self):
        for voter in random.sample(self.sample, SINGLES + WARM):
            yield f"/voters/{voter}", {}, lambda answer, voter=voter: self.demand(answer["voter_id"] == int(voter), "the response has another voter")

    @staticmethod
    def demand(truth, words):
        if not truth:
            raise Bad(words)

    def lists(self):
        web, total = self.web("fastcgi"), self.db.voters()
        deep = min(40_000, total // PER_PAGE)
        expected = {page: list(map(int, self.db.ask("SELECT voter_id FROM voters ORDER BY voter_id"
                    f" OFFSET {(page - 1) * PER_PAGE} LIMIT {PER_PAGE}").split())) for page in (1, deep)}

        def right(answer, page):
            self.demand([v["voter_id"] for v in answer["voters"]] == expected[page], f"page {page}: not the rows of the table")
            slack = total / 10 if answer.get("total_is_estimate") else 0
            self.demand(abs(answer["total_voters"] - total) <= slack, f"total {answer['total_voters']} of {total}")
        cursor = Client(web.url, self.site.token).get("/voters", page=deep - 1)[1]["next_cursor"]
        page = lambda n, **query: self.singles(web, lambda: [("/voters", query, lambda answer: right(answer, n))] * (SINGLES + WARM))
        self.compare("list, page 1", "ms", [("Cerberus", page(1)), ("reading one voter", self.singles(web, self.one_read))], 4,
                     better="less")
        for title, query in ((f"list, page {deep:,}", {"page": deep}), (f"list, page {deep:,} by cursor", {"cursor": cursor})):
            self.compare(title, "ms", [("Cerberus", page(deep, **query)), ("page 1", page(1))], 1.5, better="less")
        web.stop()

    def small(self):
        """Requests of a member of a campaign of a thousand voters, in the same large database."""
        web, token = self.web("fastcgi"), self.site.small_token
        own = json.loads(self.db.ask("SELECT json_agg(v) FROM voters v JOIN campaign_voters USING (voter_id) JOIN campaigns c"
                                     " USING (campaign_id) WHERE c.campaign_name = 'Small'"))
        names = lambda answer, key: [row for row in answer[key] if row is not None]
        one = lambda: [(f"/voters/{v['voter_id']}", {}, lambda answer: None) for v in random.sample(own, SINGLES + WARM)]

        def first(path, key, total, **query):
            return lambda: [(path, query, lambda answer: self.demand(
                len(names(answer, key)) == PER_PAGE and answer["total_" + key] == total, f"{path} shows {str(answer)[-200:]}"))
            ] * (SINGLES + WARM)

        def found(query):
            return lambda: [("/voters", query(v), lambda answer, v=v: self.demand(any(
                row["voter_id"] == v["voter_id"] for row in answer["voters"]), f"{query(v)} did not find {v['voter_id']}"))
                for v in random.sample(own, SINGLES + WARM)]
        for title, asked in (
                ("list of voters", first("/voters", "voters", len(own))),
                ("voters by last name", first("/voters", "voters", len(own), sort="last_name")),
                ("q= last name, two letters swapped", found(lambda v: {"q": swapped(v["last_name"]), "per_page": 200})),
                ("q= first and last name", found(lambda v: {"q": f"{v['first_name']} {v['last_name']}"})),
                ("zip_code=", found(lambda v: {"zip_code": v["zip_code"]})),
                ("precinct=", found(lambda v: {"precinct": v["precinct"]})),
                ("list of interactions", first("/interactions", "interactions", len(own))),
                ("interactions, newest first", first("/interactions", "interactions", len(own), sort="-interaction_date")),
                ("list of responses", first("/surveys/responses", "responses", len(own))),
                ("list of donations", first("/donations", "donations", len(own)))):
            self.compare(f"small campaign, {title}", "ms", [("Cerberus", self.singles(web, asked, token)),
                                                            ("reading one voter", self.singles(web, one, token))], 4, better="less")
        web.stop()

    def search(self):
        web = self.web("fastcgi")
        for title, column, query in (
                ("q= prefix of a last name", None, lambda v: {"q": v["last_name"][:5]}),
                ("q= first and last name", "last_name", lambda v: {"q": f"{v['first_name']} {v['last_name']}"}),
                ("q= last name, two letters swapped", None, lambda v: {"q": swapped(v["last_name"])}),
                ("q= e-mail address", "email_address", lambda v: {"q": v["email_address"]}),
                ("last_name=", "last_name", lambda v: {"last_name": v["last_name"]}),
                ("first_name= and last_name=", "last_name", lambda v: {"first_name": v["first_name"], "last_name": v["last_name"]}),
                ("first_name= and precinct=", "precinct", lambda v: {"first_name": v["first_name"], "precinct": v["precinct"]}),
                ("zip_code=", "zip_code", lambda v: {"zip_code": v["zip_code"]})):
            def asked():
                for row in self.db.some(random.sample(self.sample, SINGLES + WARM)):
                    yield "/voters", query(row), lambda answer, row=row: self.demand(
                        answer["voters"] and (column is None or any(v[column] == row[column] for v in answer["voters"])),
                        f"{query(row)} did not find {column} {row.get(column)}")
            self.compare(f"search, {title}", "ms", [("Cerberus", self.singles(web, asked)),
                                                    ("reading one voter", self.singles(web, self.one_read))], 4, better="less")
        web.stop()

    def universes(self):
        """Counts of one filter and of five steps, compared with what the table says."""
        web = self.web("fastcgi")
        question = self.db.number("SELECT question_id FROM survey_questions JOIN campaigns USING (campaign_id)"
                                  " WHERE campaign_name = 'Bench' ORDER BY question_id LIMIT 1")

        def counted(query, truth):
            expected = self.db.number(f"SELECT count(*) FROM voters v WHERE {truth}")

            def right(answer):
                slack = expected / 10 if answer.get("count_is_estimate") else 0
                self.demand(abs(answer["count"] - expected) <= slack, f"{query}: {answer} of {expected}")
            return self.singles(web, lambda: [("/voters/count", query, right)] * (SINGLES + WARM))
        one = self.db.some([self.sample[0]])[0]
        for column in ("zip_code", "precinct", "party_affiliation"):
            self.compare(f"count, {column}=", "ms", [
                ("Cerberus", counted({column: one[column]}, f"{column} = '{one[column]}'")),
                ("reading one voter", self.singles(web, self.one_read))], None if column == "party_affiliation" else 4, better="less")
        voted = ("EXISTS (SELECT FROM votes h WHERE h.voter_id = v.voter_id AND bit_count(h.voted & (SELECT bit_or(set_bit("
                 "repeat('0', 20)::bit(20), slot, 1)) FROM (SELECT slot FROM elections WHERE kind = 'primary' AND date <= current_date"
                 " ORDER BY date DESC LIMIT 3) e)::bit varying) >= 2)")
        young = "(date_of_birth > (current_date - interval '35 years')::date)"
        old = "(date_of_birth <= (current_date - interval '80 years')::date)"
        said = f"EXISTS (SELECT FROM survey_responses r WHERE r.voter_id = v.voter_id AND r.question_id = {question})"
        primaries = {"voted_at_least": 2, "of_last": 3, "kind": "primary"}
        for title, steps, truth in (
                ("few voters", (("add", {"precinct": one["precinct"]}), ("add", {"zip_code": one["zip_code"]}),
                                ("narrow", {"age_max": 34}), ("narrow", primaries), ("remove", {"answer": str(question)})),
                 f"(precinct = '{one['precinct']}' OR zip_code = '{one['zip_code']}') AND {young} AND {voted} AND NOT {said}"),
                ("a part of a party", (("add", {"party_affiliation": "DEM"}), ("add", {"precinct": one["precinct"]}),
                                       ("narrow", {"age_min": 80}), ("narrow", primaries), ("remove", {"answer": str(question)})),
                 f"(party_affiliation = 'DEM' OR precinct = '{one['precinct']}') AND {old} AND {voted} AND NOT {said}"),
                ("most voters", (("add", {"party_affiliation": "DEM"}), ("add", {"party_affiliation": "UNA"}),
                                 ("narrow", {"registration_status": "Active"}), ("narrow", {"age_min": 25}),
                                 ("remove", {"answer": str(question)})),
                 "party_affiliation IN ('DEM', 'UNA') AND registration_status = 'Active' AND date_of_birth <="
                 f" (current_date - interval '25 years')::date AND NOT {said}")):
            # The server closes connections that are idle for long.
            segment = Client(web.url, self.site.token).post("/voters/segments", {"segment_name": title, "filter": {
                "steps": [{"verb": verb, "filter": flt} for verb, flt in steps]}})["segment_id"]
            self.compare(f"count, five steps: {title}", "ms", [("Cerberus", counted({"segment_id": segment}, truth))], 300,
                         better="less")
        web.stop()

    def compare_uploads(self, rows, names, goal):
        """Upload a new voter file and the same file again, and \\copy it into an empty table. A large file finds the table
        as it was before; smaller ones follow each other, with other people in each."""
        path, columns, first = self.site.work / "people.csv", ", ".join(names), iter(range(50_000_000, 80_000_000, rows))
        self.fast = None

        def new_file():
            if self.fast is None or rows * 10 > self.rows:
                self.begin()
                # An empty table with the same columns, checks and indexes.
                self.db.ask("CREATE TABLE bench_empty (LIKE voters INCLUDING ALL)")
                self.fast = self.web("fastcgi")
            self.db.file(path, rows, next(first), names)
            path.chmod(0o644)

        def ours(kind):
            def task():
                if kind == "created":
                    new_file()
                before = self.db.voters()
                seconds, answer = upload(self.fast.url, self.site.token, path)
                grown = self.db.voters() - before
                if (answer["rows"], answer[kind], grown) != (rows, rows, rows if kind == "created" else 0):
                    raise Bad(f"{grown} more voters; {answer}")
                return rows / seconds, {"peak MiB": max(p["VmHWM"] for p in self.fast.processes("voters.cgi"))}
            return task

        def copy():
            self.db.ask("TRUNCATE bench_empty")
            begin = time.perf_counter()
            self.db.ask(f"\\copy bench_empty ({columns}) FROM '{path}' CSV HEADER")
            seconds = time.perf_counter() - begin
            self.demand(self.db.number("SELECT count(*) FROM bench_empty") == rows, "\\copy lost rows")
            return rows / seconds, {}
        self.compare(f"upload of {rows:,} rows of {len(names)} columns", "rows/s", [
            ("Cerberus", ours("created")), ("\\copy into an empty table", copy), ("the same file again", ours("unchanged"))], goal)

    def files(self):
        """An upload of all columns and the export, compared with \\copy of the same data."""
        self.compare_uploads(min(self.args.upload, self.rows), list(COLUMNS), 0.6)

        self.begin()
        web, total = self.web("fastcgi"), self.db.voters()
        first = run("bash", "-euc", 'curl -fsS -K - "$1/api/v1/voters/export" 2>&1 | head -n 1', "head", web.url,
                    stdin=f'header = "Authorization: Bearer {self.site.token}"\n') .strip()
        there = set(self.db.ask("SELECT attname FROM pg_attribute WHERE attrelid = 'voters'::regclass AND attnum > 0").split())
        columns = [c for c in first.split(",") if c in there] or ["*"]

        def export():
            seconds, number = count_lines("curl", "-fsS", "-K", "-", f"{web.url}/api/v1/voters/export",
                                    stdin=f'header = "Authorization: Bearer {self.site.token}"\n')
            self.demand(number == total + 1, f"{number} lines for {total} voters")
            return total / seconds, {"peak MiB": max(p["VmHWM"] for p in web.processes("voters.cgi"))}

        def copy_out():
            seconds, number = count_lines("psql", "-Xq", "-d", self.db.admin, "-c",
                                    f"\\copy (SELECT {', '.join(columns)} FROM cerberus.voters) TO STDOUT CSV HEADER")
            self.demand(number == total + 1, f"{number} lines for {total} voters")
            return total / seconds, {}
        self.compare("export of all voters", "rows/s", [("Cerberus", export), ("\\copy TO STDOUT", copy_out)], 0.7)
        web.stop()

    def small_files(self):
        """Uploads of a tenth and a hundredth of --upload; 100,000 and 10,000 rows by default."""
        self.compare_uploads(min(self.args.upload // 10, self.rows), SHORT, 0.5)
        self.compare_uploads(min(self.args.upload // 100, self.rows), SHORT, 0.4)

    def memory(self):
        web = self.web("fastcgi", name="single", processes=1)

        def task():
            served, early = 0, 0.0
            while served < self.args.requests:
                served += load(web.url, 1 if not served else self.args.seconds, WHAT="read", IDS=self.ids,
                               TOKEN=self.site.token)["requests"]
                # Uploads have a process of their own, which does nothing here.
                process = max(web.processes("voters.cgi"), key=lambda p: p["VmRSS"])
                early = early or process["VmRSS"]
            return process["VmHWM"], {"requests": served, "MiB after the first second": early}
        self.compare(f"memory after {self.args.requests:,} requests, one FastCGI process", "MiB", [("Cerberus", task)],
                     12, rounds=1, better="less")
        web.stop()


MEASURES = {"read": Bench.read, "cgi": Bench.cgi, "list": Bench.lists, "search": Bench.search, "small": Bench.small,
            "universes": Bench.universes, "every": Bench.every, "memory": Bench.memory, "signup": Bench.signup, "files": Bench.files,
            "uploads": Bench.small_files, "mixed": Bench.mixed, "exports": Bench.exports}
GROWING = ("read", "list", "search", "small", "signup")


def main():
    p = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    p.add_argument("--work", default="/var/tmp/cerberus-bench", help="directory of the build and the database (%(default)s)")
    p.add_argument("--build", metavar="DIR", help="where make was run (default: build in WORK)")
    p.add_argument("--rows", type=int, default=1_000_000, help="number of voters (%(default)s)")
    p.add_argument("--seconds", type=int, default=5, help="duration of each load in each of three rounds (%(default)s)")
    p.add_argument("--upload", type=int, default=1_000_000, metavar="ROWS", help="rows of the voter file (%(default)s)")
    p.add_argument("--requests", type=int, default=100_000, help="number of requests before memory is measured (%(default)s)")
    p.add_argument("--only", default=",".join(name for name in MEASURES if name != "every"),
                   help="which measures to run (%(default)s); every: each list with each filter, sort and search")
    p.add_argument("--growth", action="store_true",
                   help="first run read, list, search, small and signup with 100,000 voters; draw growth.svg")
    p.add_argument("--huge", action="store_true", help="with --growth: also with 10,000,000 voters")
    args = p.parse_args()
    wanted = args.only.split(",")
    if set(wanted) - set(MEASURES):
        p.error(f"--only accepts {', '.join(MEASURES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sizes = [args.rows]
    if args.growth:
        sizes = sorted({100_000, args.rows} | ({10_000_000} if args.huge else set()))
    bench = Bench(args)
    about = {"when": time.strftime("%Y-%m-%d"), "cpus": os.cpu_count(), "kernel": platform.release(), "load before": os.getloadavg()}
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            about["cpu"] = line.split(": ", 1)[1].strip()
    try:
        bench.site.start()
        about["postgresql"] = bench.site.loaded.ask("SHOW server_version")
        for size in sizes:
            bench.site.load(size)
            bench.rows = size
            for name in wanted:
                if size == args.rows or name in GROWING:
                    bench.begin()
                    MEASURES[name](bench)
    except Bad as e:
        say("run:", e)
        return 1
    finally:
        bench.site.stop()
        about["load after"] = os.getloadavg()
        if bench.results:
            out = bench.site.work / "results.json"
            out.write_text(json.dumps(about | {"results": bench.results}, indent=1) + "\n")
            print(report.table(about, bench.results, args.rows))
            if args.growth:
                (bench.site.work / "growth.svg").write_text(report.chart(bench.results))
            say("written:", out)
    return int(any(row["bad"] for row in bench.results))


if __name__ == "__main__":
    sys.exit(main())
