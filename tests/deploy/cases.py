"""Machines on which people follow README and docs/deploy.md.

A case is a function that gets a machine, on which an earlier case may have
been followed already.
"""
import itertools
import json
import re

import documents
from checks import check, same
from host import Failure

DEPLOY = "docs/deploy.md"
SHARED = "Deploying: a shared Apache host, without root"
SOURCES = "/usr/local/src/cerberus"
PASSWORD = "correct horse battery staple"
SITE = ["-H", "Host: api.example.org"]
JSON = ["-H", "Content-Type: application/json"]
followed = set()
numbers = itertools.count(1)
cases = {}


class Case:
    def __init__(self, run, after, memory):
        self.run = run
        self.after = after      # the name of the case whose disk it takes
        self.memory = memory


def case(after=None):
    def add(run):
        cases[run.__name__] = Case(run, after, False)
        return run
    return add


def blocks(document, section, step=None):
    found = [b for b in documents.blocks(document) if b.section == section and
             (step is None or re.match(step, b.step))]
    if not found:
        raise Failure(f"{document} has no commands in: {section} {step or ''}")
    return found


def follow(host, document, section, user="root", directory=SOURCES, step=None,
           only=None):
    """Do what a section says; return what its last command printed."""
    out = ""
    for block in blocks(document, section, step):
        if only is None or re.search(only, block.text):
            out = host.follow(block, user, directory)
            followed.add((document, section, block.text))
    return out


def deploy(host, *sections):
    for section in sections:
        out = follow(host, DEPLOY, section)
    return out


def json_at(host, url, *words, status=200, **how):
    """Ask for JSON; check the status and that no program came as a file."""
    code, head, body = host.curl(*words, url, **how)
    check("\x7fELF" not in body and "ELF" not in body[:8],
          f"{url}: no program is served as a file")
    same(code, status, f"{url} {' '.join(words)[:60]}: status")
    try:
        return json.loads(body)
    except ValueError:
        check(False, f"{url}: the answer is JSON", head, body[:300])
        return {}


def works(host, base, token, *words):
    """The service does what it is for: every method, and a large file."""
    auth = [*words, *JSON, "-H", f"Authorization: Bearer {token}"]
    health = json_at(host, f"{base}/health", *words)
    same(health.get("status"), "ok", f"{base}/health")
    number = next(numbers)
    campaign = json_at(host, f"{base}/campaigns", *auth, "-d",
                       json.dumps({"campaign_name": f"Deployed {number}"}),
                       status=201).get("campaign_id")
    person = json.dumps({"first_name": "Ana", "last_name": "Silva",
                         "email_address": f"ana{number}@example.org",
                         "campaign_id": campaign})
    for path in ("signups", "public/signups"):
        voter = json_at(host, f"{base}/{path}", *words, *JSON, "-d", person,
                        status=201).get("voter_id")
    check(voter is not None, f"{base}: a signup makes a voter")
    same(json_at(host, f"{base}/voters/{voter}", *auth).get("last_name"),
         "Silva", f"{base}: the voter of the signup")
    for method in ("PATCH", "PUT"):
        same(json_at(host, f"{base}/voters/{voter}", *auth, "-X", method, "-d",
                     json.dumps({"city": method})).get("city"), method,
             f"{base}: {method}")
    json_at(host, f"{base}/voters/{voter}", *auth, "-X", "DELETE")
    json_at(host, f"{base}/donations", *auth)
    # 9,000 rows, more than the 128 KiB that mod_fcgid takes.
    host.root("for i in {1..9000}; do echo \"First$i,Last$i,"
              f"p$i-{number}@example.org\"; "
              "done | sed '1i first_name,last_name,email_address' "
              "> /tmp/voters.csv; chmod 644 /tmp/voters.csv")
    same(json_at(host, f"{base}/voters/upload?campaign_id={campaign}",
                 *words, "-H", f"Authorization: Bearer {token}", "-H",
                 "Content-Type: text/csv", "--data-binary",
                 "@/tmp/voters.csv").get("created"), 9000,
         f"{base}: rows of a large file")
    # A body that is missing is told in the service's own form.
    code, head, body = host.curl(*words, "-X", "POST",
                                 f"{base}/public/signups")
    check(code in (400, 411) and "application/problem+json" in head and
          json.loads(body)["status"] == code,
          f"{base}: a POST without a body", code, head, body[:300])
    code, head, body = host.curl(*words, f"{base}/nothing")
    check(code == 404 and "application/problem+json" in head,
          f"{base}/nothing", code, head)


def running(host, name):
    """Is there a process of that name?"""
    return host.inside(["sh", "-c", f"grep -lx {name} /proc/[0-9]*/comm"]
                       )[0] == 0


def checked(host, command, user="root"):
    """cerberus check says ok in each line."""
    status, out = host.inside(["bash", "-c", command], user)
    check(status == 0 and "FAILED" not in out, f"{command} as {user}", out)


# A server of one's own.

@case()
def server(host):
    host.sources(SOURCES, "root")
    deploy(host, "Programs")


@case("server")
def database(host):
    deploy(host, "The database", "The configuration")
    mode = host.root("stat -c '%a %U %G' /etc/cerberus/cerberus.conf")
    same(mode, "640 root www-data", "the mode of the configuration")
    host.root("systemctl stop postgresql")


def begin(host):
    """What a server of one's own has when the web server is chosen."""
    host.root("systemctl start postgresql")
    host.typed = {"user add": PASSWORD + "\n", "curl .*-u ": PASSWORD + "\n"}


def serves(host):
    """Check the site, make the first user; return the key."""
    deploy(host, "Is it there?")
    checked(host, "cerberus check")
    key = deploy(host, "The first user").split()[-1]
    works(host, "http://127.0.0.1/api/v1", key, *SITE)
    status, out = host.inside(["bash", "-c", "cerberus user add second "
                               "--admin --first"], typed=PASSWORD + "\n")
    check(status != 0, "there is one first user", out)
    return key


def secured(host, section, key):
    """Set up TLS with a certificate as certbot's hook gets it."""
    host.root("openssl req -x509 -newkey ec -pkeyopt "
              "ec_paramgen_curve:prime256v1 -nodes -subj /CN=api.example.org "
              "-days 90 -keyout /root/privkey.pem -out /root/fullchain.pem")
    follow(host, DEPLOY, "TLS", only="^(?!certbot)")
    hook = "/etc/letsencrypt/renewal-hooks/deploy/cerberus"
    host.root(f"RENEWED_LINEAGE=/root {hook}")
    deploy(host, section)
    tls = ["--cacert", "/root/fullchain.pem", "--resolve",
           "api.example.org:443:127.0.0.1"]
    works(host, "https://api.example.org/api/v1", key, *tls)
    status, _ = host.inside(["curl", "-s", "http://127.0.0.1/api/v1/health"])
    check(status != 0, "port 80 does not answer")
    # A renewed certificate is served from then on.
    host.root("openssl req -x509 -newkey ec -pkeyopt "
              "ec_paramgen_curve:prime256v1 -nodes -subj /CN=api.example.org "
              "-days 91 -keyout /root/privkey.pem -out /root/fullchain.pem")
    host.root(f"RENEWED_LINEAGE=/root {hook}")
    host.root("for i in {1..100}; do curl -s --cacert /root/fullchain.pem "
              "--resolve api.example.org:443:127.0.0.1 "
              "https://api.example.org/health && exit 0; sleep 0.1; done; "
              "exit 1")


@case("database")
def lighttpd_fastcgi(host):
    begin(host)
    deploy(host, "lighttpd")
    key = serves(host)
    rotated(host)
    nightly(host)
    deploy(host, "Backups")
    follow(host, DEPLOY, "Upgrading", only="(?s)^(?!.*sites-available)")
    works(host, "http://127.0.0.1/api/v1", key, *SITE)
    secured(host, "TLS in lighttpd", key)
    host.root("systemctl stop lighttpd; systemctl stop postgresql")


def rotated(host):
    """The programs write to the new file after a rotation."""
    host.root("logrotate -f /etc/logrotate.d/cerberus")
    host.curl(*SITE, "http://127.0.0.1/api/v1/health?mark=rotated")
    out = host.root("for i in {1..100}; do curl -s -m 10 "
                    "http://127.0.0.1/api/v1/rotated >/dev/null; "
                    "grep -l /rotated /var/log/cerberus/programs.log && exit; "
                    "sleep 0.1; done; ls -l /var/log/cerberus")
    same(out, "/var/log/cerberus/programs.log", "the log after a rotation")


def nightly(host):
    """Each line of the cron table runs as the user that it names."""
    follow(host, DEPLOY, "Every night")
    host.root("install -d -o postgres -g postgres /var/backups/cerberus")
    for line in host.get("/etc/cron.d/cerberus").splitlines():
        words = line.split(None, 6)
        if len(words) < 7:
            continue
        user, command = words[5], words[6]
        status, out = host.inside(["runuser", "-u", user, "--", "sh", "-c",
                                   command])
        # Stripe itself cannot be reached from here.
        check(status == 0 or "api.stripe.com" in out,
              f"every night as {user}: {command}", status, out)


@case("database")
def lighttpd_cgi(host):
    begin(host)
    deploy(host, "lighttpd")
    follow(host, DEPLOY, "PgBouncer for plain CGI", only="CERBERUS_MODE")
    serves(host)
    few_connections(host)


@case("database")
def lighttpd_cgi_pool(host):
    begin(host)
    deploy(host, "lighttpd", "PgBouncer for plain CGI")
    serves(host)
    pooled(host)


def pooled(host):
    sessions = host.root(
        "runuser -u postgres -- psql -Atc \"SELECT count(*) FROM "
        "pg_stat_activity WHERE usename LIKE 'cerberus%'\"")
    check(int(sessions) > 0, "PgBouncer keeps connections", sessions)
    host.root("! runuser -u nobody -- psql -Atc 'SELECT 1' 'host=/run/"
              "cerberus-pool port=6432 user=cerberus_app dbname=cerberus'")


def few_connections(host):
    """Signups wait for a connection where there are few."""
    campaign = host.root("runuser -u postgres -- psql -AtX cerberus -c "
                         "'SELECT min(campaign_id) FROM cerberus.campaigns'")
    host.root("runuser -u postgres -- psql -c "
              "'ALTER ROLE cerberus_app CONNECTION LIMIT 5'")
    out = host.root(
        "for i in {1..20}; do curl -s -o /dev/null "
        "-w '%{http_code} %{time_total}\\n' -H 'Host: api.example.org' "
        "-H 'Content-Type: application/json' -d '{\"first_name\":\"A\","
        "\"last_name\":\"B\",\"email_address\":\"few'$i'@example.org\","
        f"\"campaign_id\":{campaign}}}' "
        "http://127.0.0.1/api/v1/public/signups & done; wait")
    for line in out.splitlines():
        status, seconds = line.split()
        check(status == "201" or status == "503" and float(seconds) > 0.8,
              "20 signups at once with 5 connections: one is refused after a "
              "second at the soonest", line)
    check("201" in out, "20 signups at once with 5 connections", out)
    host.root("runuser -u postgres -- psql -c "
              "'ALTER ROLE cerberus_app CONNECTION LIMIT -1'")


@case("database")
def apache_cgi(host):
    begin(host)
    deploy(host, "Apache")
    key = serves(host)
    few_connections(host)
    # The other sites of the server stay what they are.
    code, _, body = host.curl("-H", "Host: other.example.org",
                              "http://127.0.0.1/")
    check(code == 200 and "Apache2" in body, "Debian's own site", code)
    secured(host, "TLS in Apache", key)


@case("database")
def apache_cgi_pool(host):
    begin(host)
    deploy(host, "Apache")
    follow(host, DEPLOY, "PgBouncer for plain CGI",
           only="^(?!sed.*CERBERUS_MODE)")
    serves(host)
    pooled(host)


@case("database")
def apache_fastcgi(host):
    begin(host)
    deploy(host, "Apache", "Apache with FastCGI")
    key = serves(host)
    check(running(host, "health.cgi"), "FastCGI programs stay")
    follow(host, DEPLOY, "The spool")
    follow(host, DEPLOY, "Limits", only="ThreadsPerChild")
    host.root("a2enconf cerberus-threads; systemctl daemon-reload; "
              "systemctl restart apache2")
    works(host, "http://127.0.0.1/api/v1", key, *SITE)
    follow(host, DEPLOY, "Upgrading", only="sites-available")
    follow(host, DEPLOY, "Limits", only="nft|table inet")
    host.root("nft -f /etc/nftables.conf")
    host.root("nft flush ruleset")
    unguarded(host)


def unguarded(host):
    """Whatever modules there are, a program is never served as a file."""
    site = "http://127.0.0.1/api/v1"
    host.root("a2dismod cgid; sed -i /CERBERUS_FASTCGI/d "
              "/etc/apache2/conf-available/cerberus.conf; "
              "systemctl restart apache2")
    same(json_at(host, f"{site}/health", *SITE).get("status"), "ok",
         "only mod_fcgid, and nothing says so")
    host.root("a2dismod -f fcgid; systemctl restart apache2")
    for path in ("health", "voters/1", "public/signups"):
        code, _, body = host.curl(*SITE, f"{site}/{path}")
        same((code, "ELF" in body), (403, False),
             f"/{path} without a module that runs it")
    host.root("echo 'Define CERBERUS_FASTCGI' >> "
              "/etc/apache2/conf-available/cerberus.conf; "
              "systemctl restart apache2")
    code, _, body = host.curl(*SITE, f"{site}/health")
    same((code, "ELF" in body), (403, False), "FastCGI without its module")


@case("server")
def upgrade(host):
    """From the schema of 0.1.0, with people in it."""
    host.root("systemctl start postgresql")
    host.root("runuser -u postgres -- createdb -T template0 -E UTF8 cerberus; "
              f"cd {SOURCES}/sql; runuser -u postgres -- env "
              "SQITCH_USER_CONFIG=/dev/null sqitch deploy --to @v0.1.0 "
              "'db:pg://postgres@/cerberus?host=/var/run/postgresql'")
    host.root("runuser -u postgres -- psql -X cerberus", typed="""
        INSERT INTO cerberus.campaigns (campaign_name) VALUES ('Old');
        INSERT INTO cerberus.voters (first_name, last_name, email_address)
        VALUES ('Ana', 'Old', 'ana@example.org');
        INSERT INTO cerberus.campaign_voters (campaign_id, voter_id)
        SELECT campaign_id, voter_id FROM cerberus.campaigns, cerberus.voters;
        """)
    follow(host, DEPLOY, "Upgrading", only="migrate")
    deploy(host, "The configuration", "lighttpd")
    begin_typed(host)
    key = serves(host)
    found = json_at(host, "http://127.0.0.1/api/v1/voters?last_name=Old",
                    *SITE, "-H", f"Authorization: Bearer {key}")
    same(found.get("total_voters"), 1, "voters of before the upgrade")


def begin_typed(host):
    host.typed = {"user add": PASSWORD + "\n", "curl .*-u ": PASSWORD + "\n"}


@case("lighttpd_fastcgi")
def restore(host):
    """On a server that has lost its database."""
    host.root("systemctl start postgresql; runuser -u postgres -- psql -c "
              "'DROP DATABASE cerberus'; runuser -u postgres -- psql -c "
              "'DROP ROLE cerberus_stripe, cerberus_app, cerberus_owner'")
    deploy(host, "Restoring")
    host.root("systemctl start lighttpd")
    checked(host, "cerberus check")
    people = host.root("runuser -u postgres -- psql -AtX cerberus -c "
                       "'SELECT count(*) >= 9000 FROM cerberus.voters'")
    same(people, "t", "the voters of the backup")
    code, _, body = host.curl("-k", "--resolve",
                              "api.example.org:443:127.0.0.1",
                              "https://api.example.org/api/v1/health")
    same(code, 200, "health after the restoration")


@case("database")
def restore_to_a_moment(host):
    host.root("systemctl start postgresql")
    follow(host, DEPLOY, "Losing minutes instead of a day")
    add = "runuser -u postgres -- psql -AtX cerberus -c \"INSERT INTO " \
        "cerberus.campaigns (campaign_name) VALUES ('%s')\""
    host.root(add % "before")
    moment = host.root("runuser -u postgres -- psql -AtX -c 'SELECT now()'")
    host.root(add % "after")
    host.root("runuser -u postgres -- psql -AtX -c 'SELECT pg_switch_wal()'")
    host.root("f=$(runuser -u postgres -- psql -AtX -c 'SELECT "
              "pg_walfile_name(pg_current_wal_lsn())'); for i in {1..600}; do "
              "[ \"$(runuser -u postgres -- psql -AtX -c 'SELECT "
              "last_archived_wal < pg_walfile_name(pg_current_wal_lsn()) FROM "
              "pg_stat_archiver')\" = t ] && ls /var/backups/cerberus/wal && "
              "exit; sleep 0.1; done; exit 1")
    host.words = {"2026-11-03 20:15:00+00": moment}
    follow(host, DEPLOY, "Restoring to a moment")
    host.root("for i in {1..600}; do [ \"$(runuser -u postgres -- psql -AtX "
              "-c 'SELECT pg_is_in_recovery()')\" = f ] && exit; sleep 0.1; "
              "done; exit 1")
    same(host.root("runuser -u postgres -- psql -AtX cerberus -c 'SELECT "
                   "campaign_name FROM cerberus.campaigns'"), "before",
         "what there was at that moment")


# A shared host.

@case()
def shared(host):
    host.root("useradd -m -s /bin/bash campaign; chmod 755 /home/campaign")
    host.sources("/home/campaign/src", "campaign")
    as_yourself(host, "1")


def as_yourself(host, step, only=None):
    return follow(host, "README", SHARED, "campaign", "/home/campaign/src",
                  step, only)


def host_database(host, createrole=True):
    """What the host gives: one database and its owner."""
    host.root("systemctl start postgresql; runuser -u postgres -- psql -X",
              typed="CREATE ROLE owner LOGIN PASSWORD 'secret'"
              + (" CREATEROLE" if createrole else "") + ";\n"
              "CREATE DATABASE campaign OWNER owner TEMPLATE template0 "
              "ENCODING 'UTF8';\n")
    examples(host)


def examples(host):
    """What README leaves to be filled in."""
    host.words = {
        "HOST:5432:*:OWNER:PASSWORD": "127.0.0.1:5432:*:owner:secret",
        "postgresql://OWNER@HOST:5432/NAME":
        "postgresql://owner@127.0.0.1:5432/campaign",
        "https://your.host/~you": "http://127.0.0.1/~campaign",
    }
    begin_typed(host)


def suexec(host, on):
    """A host that runs your programs as you, all over public_html, or not."""
    host.put("/etc/apache2/suexec/www-data", b"/var/www\npublic_html\n")
    host.put("/etc/apache2/conf-enabled/suexec.conf",
             b"Suexec On\n" if on else b"Suexec Off\n")
    if on:
        host.root("a2enmod suexec")


def userdir(host):
    """What README asks of the administrator of such a Debian."""
    follow(host, "README", SHARED, step="The host refuses a line")


def signed_in(host):
    """Steps 5 and 6 of README; return the token."""
    out = as_yourself(host, "5")
    check("FAILED" not in out and "ok" in out, "cerberus check", out)
    return json.loads(as_yourself(host, "6").splitlines()[-1])["token"]


@case("shared")
def shared_database(host):
    host_database(host)
    as_yourself(host, "[23]")
    same(host.root("stat -c %a /home/campaign/cerberus/etc/cerberus/"
                   "cerberus.conf"), "600", "only you read the configuration")
    host.root("systemctl stop postgresql")


def begin_shared(host):
    """A shared host with a database and the configuration."""
    examples(host)
    host.root("systemctl start postgresql")


@case("shared_database")
def shared_suexec(host):
    begin_shared(host)
    as_yourself(host, "4")
    suexec(host, True)
    userdir(host)
    token = signed_in(host)
    works(host, "http://127.0.0.1/~campaign/api/v1", token)
    # An upgrade while a program runs: it waits for its body.
    host.root("cd /home/campaign/public_html/api/v1; (sleep 600 | setpriv "
              "--reuid=campaign --regid=campaign --clear-groups env "
              "REQUEST_METHOD=POST CONTENT_LENGTH=9 public/signups) "
              ">/dev/null 2>&1 & for i in {1..100}; do grep -qx signups "
              "/proc/[0-9]*/comm && exit; sleep 0.1; done; exit 1")
    as_yourself(host, "4")
    json_at(host, "http://127.0.0.1/~campaign/api/v1/health")


@case("shared_database")
def shared_plain(host):
    """No suexec, on Debian's own userdir.conf: access lists."""
    begin_shared(host)
    as_yourself(host, "4")
    suexec(host, False)
    host.root("a2enmod userdir cgid rewrite; systemctl start apache2")
    code, _, body = host.curl("http://127.0.0.1/~campaign/api/v1/health")
    check(code in (403, 500) and "ELF" not in body,
          "Debian's userdir.conf allows no programs", code)
    userdir(host)
    code, _, body = host.curl("http://127.0.0.1/~campaign/api/v1/health")
    same(code, 500, "the web server's user cannot read the configuration")
    as_yourself(host, "The host runs CGI programs", "setfacl")
    token = signed_in(host)
    works(host, "http://127.0.0.1/~campaign/api/v1", token)
    # FastCGI on such a host: large files go to plain CGI.
    host.root("a2enmod fcgid; systemctl restart apache2; sed -i "
              "'s/#SetHandler fcgid-script/SetHandler fcgid-script/' "
              "/home/campaign/public_html/api/v1/.htaccess")
    works(host, "http://127.0.0.1/~campaign/api/v1", token)
    check(running(host, "health"), "FastCGI is used")
    host.root("a2dismod cgid; systemctl restart apache2")
    same(json_at(host, "http://127.0.0.1/~campaign/api/v1/health")
         .get("status"), "ok", "mod_fcgid alone")
    host.root("a2dismod -f fcgid; systemctl restart apache2")
    code, _, body = host.curl("http://127.0.0.1/~campaign/api/v1/health")
    same((code, "ELF" in body), (403, False),
         "no program is served as a file")


@case("shared_database")
def shared_environment(host):
    """No suexec and no access lists: .htaccess names the secrets."""
    begin_shared(host)
    as_yourself(host, "4")
    suexec(host, False)
    userdir(host)
    conf = "/home/campaign/cerberus/etc/cerberus/cerberus.conf"
    base = "postgresql://%s:%s@127.0.0.1:5432/campaign"
    for role in ("app", "stripe"):
        word = host.root(f"cat /home/campaign/cerberus/{role}-password")
        host.words[f"postgresql://cerberus_{role}:PASSWORD@HOST:5432/NAME"] = \
            base % ("cerberus_" + role, word)
    host.root(f"sed -Ei '/^(url|stripe_url|secret_key)/d' {conf}; "
              f"sed -i 's,^;cors_origins.*,cors_origins = https://a.example,' "
              f"{conf}; chmod 644 {conf}")
    block = [b for b in blocks("README", SHARED, "The host runs CGI programs")
             if "SetEnv" in b.text][0]
    followed.add(("README", SHARED, block.text))
    text = block.text
    for word, meant in host.words.items():
        text = text.replace(word, meant)
    host.root("cat >> /home/campaign/public_html/api/v1/.htaccess", text)
    same(json_at(host, "http://127.0.0.1/~campaign/api/v1/health")
         .get("status"), "ok", "the environment names the database")
    _, head, _ = host.curl("-H", "Origin: https://a.example",
                           "http://127.0.0.1/~campaign/api/v1/health")
    check("Access-Control-Allow-Origin" in head,
          "a configuration without secrets is read", head)


@case("shared_database")
def shared_cgi_bin(host):
    """As cPanel has it: suexec, cgi-bin, and names that end in .cgi."""
    begin_shared(host)
    as_yourself(host, "The host runs programs in cgi-bin")
    host.root("sed -i '1s,.*,/home,' /etc/apache2/suexec/www-data; "
              "a2enmod suexec cgid rewrite; a2dissite 000-default")
    host.put("/etc/apache2/sites-enabled/panel.conf", b"""
<VirtualHost *:80>
	ServerName panel.example.org
	DocumentRoot /home/campaign/public_html
	SuexecUserGroup campaign campaign
	ScriptAlias /cgi-bin/ /home/campaign/public_html/cgi-bin/
	<Directory /home/campaign/public_html>
		AllowOverride FileInfo
		Require all granted
	</Directory>
</VirtualHost>
""")
    host.root("systemctl restart apache2")
    host.words["https://your.host/~you"] = "http://127.0.0.1"
    token = signed_in(host)
    works(host, "http://127.0.0.1/api/v1", token)
    same(json_at(host, "http://127.0.0.1/cgi-bin/health.cgi").get("status"),
         "ok", "the programs under their own names")


@case("shared")
def shared_without_createrole(host):
    host_database(host, createrole=False)
    status, out = host.inside(
        ["bash", "-c", "cd ~/src; script/database migrate "
         "postgresql://owner:secret@127.0.0.1:5432/campaign"], "campaign")
    check(status != 0 and "sql/roles-for-the-host.sql" in out,
          "the message says what to ask for", out[-600:])
    host.root("runuser -u postgres -- psql -X -v owner=owner -f "
              "/home/campaign/src/sql/roles-for-the-host.sql",
              typed="one-two-three\none-two-three\n" * 2)
    host.root("for role in app stripe; do echo one-two-three > "
              "/home/campaign/cerberus/$role-password; done; "
              "chown campaign: /home/campaign/cerberus/*-password")
    as_yourself(host, "[234]")
    suexec(host, True)
    userdir(host)
    token = signed_in(host)
    works(host, "http://127.0.0.1/~campaign/api/v1", token)


@case("shared_database")
def two_installations(host):
    """The passwords of another installation's roles stay."""
    begin_shared(host)
    host.root("runuser -u postgres -- psql -X",
              "CREATE ROLE other LOGIN PASSWORD 'secret' CREATEROLE;\n"
              "GRANT cerberus_owner TO other WITH ADMIN OPTION;\n"
              "CREATE DATABASE other OWNER other TEMPLATE template0 "
              "ENCODING 'UTF8';\n")
    status, out = host.inside(
        ["bash", "-c", "cd ~/src; url=postgresql://other:secret@127.0.0.1:5432"
         "/other; script/database migrate $url && script/database app $url "
         "/tmp/other"], "campaign")
    check(status != 0 and "another installation" in out,
          "the roles belong to another installation", out[-600:])
    url = host.root("echo postgresql://cerberus_app:$(cat /home/campaign/"
                    "cerberus/app-password)@127.0.0.1:5432/campaign")
    same(host.root(f"psql -AtX -c 'SELECT 1' '{url}'"), "1",
         "the first installation's password")


def short(host):
    """One machine, both web servers: what script/test has time for."""
    host.sources(SOURCES, "root")
    deploy(host, "Programs", "The database", "The configuration")
    begin_typed(host)
    deploy(host, "lighttpd")
    serves(host)
    rotated(host)
    host.root("systemctl stop lighttpd")
    deploy(host, "Apache", "Is it there?")
    unguarded(host)


# README's first pages.

@case()
def trying(host):
    """script/server, and programs by hand."""
    directory = "/root/cerberus"
    host.sources(directory, "root")
    for block in blocks("README", "Trying it"):
        followed.add(("README", block.section, block.text))
        if "script/server" in block.text:
            host.root("! read -r pid < /root/pid || { kill $pid; "
                      "while [ -e /proc/$pid ]; do sleep 0.1; done; }")
            command = block.text.strip().replace("script/server",
                                                 "setsid script/server")
            host.root(f"cd {directory}; {command} > /root/server.log 2>&1 "
                      "< /dev/null & echo $! > /root/pid; "
                      "for i in {1..6000}; do grep -q '^Cerberus is ready' "
                      "/root/server.log && exit; sleep 0.1; done; "
                      "cat /root/server.log; exit 1")
        else:
            out = host.follow(block, "root", directory)
            check("ana@example.org" in out.lower() or "201" in out,
                  block.title(), out[:300])
    for block in blocks("README", "Running one program by hand"):
        followed.add(("README", block.section, block.text))
        out = host.follow(block, "root", directory)
        check("Status: 20" in out, block.title(), out[:300])


# Blocks that are not commands, and commands that cannot be run here.
PACKAGES = "tests/package/chroot follows them"
NOT_FOLLOWED = [
    ("README", "Cerberus", "", "what the two scripts are"),
    ("README", "Where things are", "", "a table"),
    ("README", "Configuring", "man -l", "tests/docs reads the manuals"),
    (DEPLOY, "TLS", "certbot certonly", "a public authority is needed; its "
     "hook is run"),
    (DEPLOY, "Limits", "table inet", "appended"),
    ("README", "Deploying: Debian packages", "", PACKAGES),
    (DEPLOY, "The Debian packages", "", PACKAGES),
]


def left_out():
    """The blocks that no case followed and nothing above explains."""
    for document in ("README", DEPLOY):
        for b in documents.blocks(document):
            if (document, b.section, b.text) not in followed and not any(
                    (document, b.section) == (d, s) and t in b.text
                    for d, s, t, _ in NOT_FOLLOWED):
                yield b
