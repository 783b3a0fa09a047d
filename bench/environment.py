"""The environment of the measurements: a build, a PostgreSQL with generated voters, web servers. All of it is created in
one directory by the scripts that script/server and the tests use too."""
import contextlib, glob, hashlib, json, os, pathlib, re, secrets, subprocess, sys, time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
SCRIPT = SOURCE / "script"
os.environ["PATH"] += "".join(os.pathsep + d for d in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True))
# Never fill a database that the caller's environment names.
for name in [n for n in os.environ if n.startswith(("PG", "CERBERUS_", "STRIPE_")) or n.endswith("DATABASE_URL")]:
    del os.environ[name]


class Bad(Exception):
    """A wrong status, body or number of rows, or a failed command: the figures of the row are worthless."""


def say(*words):
    """Print progress on standard error."""
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


def run(*argv, stdin=None, **env):
    """Run a command with additional environment variables, and return what it prints."""
    done = subprocess.run([str(a) for a in argv], input=stdin, capture_output=True, text=True, env=os.environ | env,
                          **({"stdin": subprocess.DEVNULL} if stdin is None else {}))
    if done.returncode:
        raise Bad(f"{pathlib.Path(argv[0]).name}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout.strip()


def shell(function, *argv, stdin=None):
    """Run a function of script/lib.sh."""
    return run("bash", "-euc", f'. "{SCRIPT}/lib.sh"; {function} "$@"', function, *argv, stdin=stdin)


# ---- Generated people. A person's number determines the contact data; names and places are random.

FIRST = """Ada Alan Alice Amos Anna Asa Bea Ben Carla Cecil Clara Cora Dale Della Dinah Earl Edith Ella Emma Ezra Flora Frank
Gail Gene Grace Hank Hazel Helen Ida Ira Iris Jack Jane Joel June Karl Kate Lena Leon Lewis Lola Lydia Mabel Mae Mark Nell
Nina Noah Nora Olga Opal Oscar Owen Paul Pearl Ray Rose Ruth Sam Sara Ted Tess Vera Victor Wade Zoe""".split()
ONSET = """Ab Al Bal Ben Bor Bran Cal Cor Dar Del Dor Ed Ever Fal Fen Gar Gil Had Har Hol Jar Kel Ken Lan Lor Mal Mer Mor Nel
Nor Os Par Pen Ral Ros Sal Sel Tal Tor Ul Val Ver Wal Wes Win""".split()
MIDDLE = ["", "a", "e", "i", "ber", "ken", "lin", "ner", "rin", "ster"]
ENDING = "bert bury cott dale den field ford gate ham hurst lake land ley man more sey son stead ton well wick worth".split()


def drawn(words, number, power=1):
    """SQL that picks one of the words. With a power above 1 the first words are picked more often."""
    return f"(ARRAY{words!r}::text[])[1 + floor({len(words)} * {number} ^ {power})::int]"


PEOPLE = f"""(SELECT n, a, b, c, {drawn(FIRST, 'random()', 2)} AS f,
 {drawn(ONSET, 'random()', 2)} || {drawn(MIDDLE, 'random()')} || {drawn(ENDING, 'random()')} AS l
 FROM (SELECT n, random() AS a, random() AS b, random() AS c FROM generate_series({{}}::bigint, {{}}) n OFFSET 0) r) p"""
COLUMNS = {
    "first_name": "f", "last_name": "l",
    "email_address": "lower(f || '.' || l) || n || '@example.com'",
    "phone_number": "'+1' || 230 + n / 8000000 || lpad((2000000 + n % 8000000)::text, 7, '0')",
    "date_of_birth": "date '1932-01-01' + (a * 27000)::int",
    "gender": "CASE WHEN a < 0.52 THEN 'F' ELSE 'M' END",
    "street_address": f"1 + (b * 9000)::int || ' ' || {drawn(ONSET, 'c')} || 'wood Road'",
    "city": f"{drawn(ONSET, 'b')} || 'ville'", "state": "'NC'",
    "zip_code": "(27000 + (b * 1900)::int)::text",
    "county": "'County ' || (b * 99)::int", "precinct": "'P' || (c * 2700)::int",
    "registration_status": "CASE WHEN c < 0.9 THEN 'Active' ELSE 'Inactive' END",
    "voter_registration_id": "'MV' || lpad(n::text, 10, '0')", "registration_state": "'NC'",
    "party_affiliation": "(ARRAY['DEM', 'REP', 'UNA'])[1 + floor(a * 3)::int]",
}

# A campaign of a thousand voters, and data for new voters (up to a million of them): each has an interaction and a survey
# response, and every fourth a donation. Triggers are off: they are slow, and nothing that they maintain is needed.
WORK = (
    "INSERT INTO campaigns (campaign_name) VALUES ('Small') ON CONFLICT DO NOTHING",
    "INSERT INTO campaign_voters (campaign_id, voter_id) SELECT campaign_id, voter_id FROM campaigns,"
    " (SELECT voter_id FROM voters ORDER BY hashint8(voter_id) LIMIT 1000) v WHERE campaign_name = 'Small' AND NOT EXISTS ("
    "SELECT FROM campaign_voters cv WHERE cv.campaign_id = campaigns.campaign_id)",
    "SET session_replication_role = replica",
    "CREATE TEMPORARY TABLE fresh AS SELECT cv.*, c.campaign_name FROM campaign_voters cv JOIN campaigns c USING (campaign_id)"
    " WHERE NOT EXISTS (SELECT FROM interactions i WHERE i.voter_id = cv.voter_id AND i.campaign_id = cv.campaign_id)"
    " ORDER BY cv.campaign_id DESC LIMIT 1001000",
    "INSERT INTO survey_questions (campaign_id, question_text, question_type) SELECT campaign_id, 'Question ' || n, 'open_text'"
    " FROM campaigns, generate_series(1, 10) n WHERE NOT EXISTS (SELECT FROM survey_questions q"
    " WHERE q.campaign_id = campaigns.campaign_id)",
    "INSERT INTO interactions (voter_id, campaign_id, interaction_type, interaction_date) SELECT voter_id, campaign_id, 'Door',"
    " timestamptz '2026-01-01' + voter_id * interval '10 seconds' FROM fresh",
    "INSERT INTO survey_responses (voter_id, question_id, response_value) SELECT f.voter_id, q.question_id, 'Yes' FROM fresh f"
    " JOIN (SELECT campaign_id, question_id, row_number() OVER (PARTITION BY campaign_id ORDER BY question_id) AS n"
    " FROM survey_questions) q ON q.campaign_id = f.campaign_id AND q.n = 1 + f.voter_id % 10",
    "INSERT INTO elections (state, date, year, kind, slot) SELECT 'NC', date '2007-11-05' + n * 365,"
    " extract(year FROM date '2007-11-05' + n * 365), (ARRAY['primary', 'general'])[1 + n % 2], n FROM generate_series(0, 19) n"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO ballots (election_id) SELECT election_id FROM elections ON CONFLICT DO NOTHING",
    # Who votes at all votes every second time.
    "INSERT INTO votes (voter_id, state, voted, ballots) SELECT voter_id, 'NC', hashint8(voter_id)::bit(20)::bit varying,"
    " ARRAY(SELECT ballot_id FROM ballots ORDER BY ballot_id LIMIT 10) FROM fresh WHERE voter_id % 10 < 8"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO donations (voter_id, campaign_id, amount, status, payment_intent_id, received_on, counts_on) SELECT voter_id,"
    " campaign_id, 500 + voter_id % 5000, 'succeeded', 'pi_' || campaign_id || '_' || voter_id, current_date, current_date FROM fresh"
    " WHERE voter_id % 4 = 0 OR campaign_name = 'Small'",
)


class Database:
    def __init__(self, admin, access):
        """admin is the URL for administration, access the lines of section [database] for the programs."""
        self.admin, self.access = admin, access
        self.app = re.search("^url = (.*)$", access, re.M)[1]

    def other(self, name):
        """Return another database of the same server."""
        return Database(shell("url_of", self.admin, name), shell("settings_of", name, stdin=self.access + "\n"))

    def ask(self, *statements):
        texts = [a for s in statements for a in ("-c", s)]
        return run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.admin, "-c", "SET search_path = cerberus", *texts)

    def number(self, statement):
        return int(self.ask(statement))

    def voters(self):
        return self.number("SELECT count(*) FROM voters")

    def some(self, voters):
        """Return the voters with these ids, in no particular order."""
        return json.loads(self.ask(f"SELECT json_agg(v) FROM voters v WHERE voter_id IN ({','.join(voters)})"))

    def load(self, rows):
        """Add voters to the campaign Bench until the table has this many rows."""
        have = self.voters()
        self.ask("INSERT INTO campaigns (campaign_name) VALUES ('Bench') ON CONFLICT DO NOTHING")
        for first in range(have + 1, rows + 1, 100_000):
            last = min(rows, first + 99_999)
            # Other people in each batch. The trigger for doors is slow, so that they are made in the statement.
            self.ask(f"SELECT setseed({first // 100_000 % 1000 / 1000})",
                     f"WITH made AS (INSERT INTO voters ({', '.join(COLUMNS)}, door) SELECT q.*, d.door FROM (SELECT"
                     f" {', '.join(f'{value} AS {name}' for name, value in COLUMNS.items())}"
                     f" FROM {PEOPLE.format(first, last)} ORDER BY n OFFSET 0) q,"
                     " door_of(q.street_address, q.zip_code, q.city) d RETURNING voter_id)"
                     " INSERT INTO campaign_voters (campaign_id, voter_id)"
                     " SELECT campaign_id, voter_id FROM made, campaigns WHERE campaign_name = 'Bench'")
        if have < rows:
            say(f"loaded {rows - have:,} voters")
            self.ask(*WORK)
            self.ask("VACUUM ANALYZE")
            self.ask("CHECKPOINT")

    def file(self, path, rows, first, names):
        """Write these columns of generated people to a voter file, beginning with number first."""
        values = ", ".join(f"{COLUMNS[name]} AS {name}" for name in names)
        people = PEOPLE.format(first, first + rows - 1).replace("\n", " ")
        self.ask(f"\\copy (SELECT {values} FROM {people}) TO '{path}' CSV HEADER")


class Web:
    """A lighttpd, and a PgBouncer if the programs run as plain CGI and are not direct."""
    def __init__(self, site, name, mode, database, programs=None, processes="", direct=False):
        self.dir, self.mode = site.work / name, mode
        self.dir.mkdir(exist_ok=True)
        self.stop()
        access, pooled = database.access, mode == "cgi" and not direct
        if pooled:
            access = run(SCRIPT / "pool", "start", self.dir, stdin=access + "\n")
        self.conf = self.dir / "cerberus.conf"
        text = (f"[cerberus]\nenvironment = testing\n[database]\n{access}\npooled = {'yes' if pooled else 'no'}\n"
                "[limits]\nrate_limit = off\n")
        run("bash", "-euc", f'. "{SCRIPT}/lib.sh"; write "$1" 640 "$(id -gn "$web_user")"', "write", self.conf, stdin=text)
        self.url = run(SCRIPT / "web", "start", self.dir, CGI_MODE=mode, WEB_SERVER="lighttpd", PORT="0",
                       PROCESSES=str(processes), PROGRAMS=str(programs or site.programs), CERBERUS_CONF=str(self.conf))
        site.webs.append(self)

    def stop(self):
        with contextlib.suppress(Bad):
            run(SCRIPT / "web", "stop", self.dir)
            run(SCRIPT / "pool", "stop", self.dir)

    def processes(self, name):
        """Yield memory figures (MiB) of each FastCGI process of one program."""
        server = run(SCRIPT / "web", "pid", self.dir)
        for status in glob.glob("/proc/[0-9]*/status"):
            with contextlib.suppress(OSError):
                facts = dict(line.split(":\t", 1) for line in open(status).read().splitlines() if ":\t" in line)
                if facts["PPid"] == server and facts["Name"] == name:
                    yield {key: int(facts[key].split()[0]) / 1024 for key in ("VmHWM", "VmRSS")}


class Site:
    def __init__(self, work, build=None):
        """build is the directory where make was run; None: a build of its own."""
        self.built, self.build = build is not None, pathlib.Path(build or work / "build").resolve()
        self.work, self.webs, self.programs, self.loaded = work, [], self.build / "cgi-bin", None
        work.mkdir(parents=True, exist_ok=True)
        work.chmod(0o755)
        self.token, self.large_token, self.small_token = ("cb_" + secrets.token_urlsafe(24) for _ in range(3))

    def start(self):
        if not self.built:
            say("build")
            shell("build", self.build)
        (self.work / "hello").mkdir(exist_ok=True)
        # It has a program's name, so that the server configuration need not change.
        run("cc", "-O2", "-static", "-o", self.work / "hello" / "voters.cgi", SOURCE / "bench" / "hello.c")
        self.compile_bare(self.work / "bare")
        say("PostgreSQL")
        admin = run(SCRIPT / "database", "start", self.work)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
        settings = {"shared_buffers": f"{max(128, min(4096, memory // 8))}MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}
        # Settings for the size of the machine; durability stays as it is.
        run("psql", "-Xq", "-d", admin, *[a for k, v in settings.items() for a in ("-c", f"ALTER SYSTEM SET {k} = '{v}'")])
        run(SCRIPT / "database", "stop", self.work)
        admin = run(SCRIPT / "database", "start", self.work)
        run(SCRIPT / "database", "migrate", admin)
        self.loaded = Database(admin, run(SCRIPT / "database", "app", admin, self.work))

    def compile_bare(self, directory):
        """Fill a directory of programs in which the smallest one replaces voters.cgi. It is linked as ours are."""
        directory.mkdir(exist_ok=True)
        for program in self.programs.glob("*.cgi"):
            (directory / program.name).unlink(missing_ok=True)
            if program.name != "voters.cgi":
                (directory / program.name).symlink_to(program)
        makefile = (self.build / "Makefile").read_text()
        libraries = ["-lfcgi", "-lpq"]
        if "INTERP" not in run("readelf", "-lW", self.programs / "voters.cgi"):
            libraries = [str(self.build / w) if w == "libunsupported.a" else w
                         for w in re.search("^STATIC_LIBS = (.*)$", makefile, re.M)[1].split()]
        run("cc", "-O2", *re.search("^PQ_CFLAGS = (.*)$", makefile, re.M)[1].split(), "-o", directory / "voters.cgi",
            SOURCE / "bench" / "one.c", *libraries)

    def load(self, rows):
        if self.loaded.voters() > rows:
            raise Bad(f"{self.work} has more than {rows:,} voters: remove it, or choose another --work")
        self.loaded.load(rows)
        for name, role, token in (("bench", "admin", self.token), ("large", "user", self.large_token),
                                  ("small", "user", self.small_token)):
            hashed = hashlib.sha256(token.encode()).hexdigest()
            self.loaded.ask(f"INSERT INTO users (username, role) VALUES ('{name}', '{role}') ON CONFLICT DO NOTHING",
                            "INSERT INTO api_tokens (user_id, kind, name, prefix, token_hash) SELECT user_id, 'api_key', 'bench',"
                            f" '{token[:11]}', '\\x{hashed}' FROM users WHERE username = '{name}' ON CONFLICT DO NOTHING")
        self.loaded.ask("INSERT INTO campaign_members (campaign_id, user_id, role) SELECT campaign_id, user_id, 'viewer'"
                        " FROM campaigns, users WHERE (campaign_name, username) IN (('Small', 'small'), ('Bench', 'large'))"
                        " ON CONFLICT DO NOTHING")

    def copy(self):
        """Copy the loaded database, so that the writes of a measurement can be discarded. Read as much of the copy as fits
        into memory, as on a server that has been running for a while."""
        for web in self.webs:
            web.stop()
        self.webs.clear()
        self.loaded.other("postgres").ask("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        self.loaded.other("postgres").ask("CREATE DATABASE bench TEMPLATE cerberus STRATEGY file_copy")
        copied = self.loaded.other("bench")
        shell("close_database", copied.admin)
        copied.ask("CREATE EXTENSION pg_prewarm SCHEMA public", "SELECT sum(public.pg_prewarm(oid)) FROM (SELECT oid,"
                   " sum(pg_relation_size(oid)) OVER (ORDER BY pg_relation_size(oid), oid) AS upto FROM pg_class"
                   " WHERE relnamespace = 'cerberus'::regnamespace AND relkind IN ('r', 'i')) c"
                   " WHERE upto < pg_size_bytes(current_setting('shared_buffers'))")
        return copied

    def stop(self):
        for web in self.webs:
            web.stop()
        with contextlib.suppress(Bad):
            if self.loaded:
                self.loaded.other("postgres").ask("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        with contextlib.suppress(Bad):
            run(SCRIPT / "database", "stop", self.work)
