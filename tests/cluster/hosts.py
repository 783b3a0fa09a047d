"""The hosts of script/cluster, for the tests."""
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

ENV = os.environ
SCRIPT = ENV["SRCDIR"] + "/script/cluster"
NET = ENV["CLUSTER_NET"]
ADDRESS = {"lb": 10, "db1": 11, "db2": 12, "db3": 13, "web1": 21, "web2": 22}
DATABASES = ("db1", "db2", "db3")
HEALED = 60             # seconds until all copies are there again, at most


def address(host):
    return f"{NET}.{ADDRESS[host]}"


def on(host, *command, check=True, **more):
    """Run a command on a host; return what it prints."""
    return subprocess.run([SCRIPT, "on", host, *command], check=check,
                          capture_output=True, text=True, **more
                          ).stdout.strip()


def shell(host, text, **more):
    return on(host, "sh", "-c", text, **more)


def link(host, state):
    """Connect a host to the network, or cut it off: "up" or "down"."""
    subprocess.run(["ip", "link", "set", f"v{NET.split('.')[-1]}{host}",
                    state], check=True)


def postgres(host, text, check=True):
    """Run statements on a host's own PostgreSQL, as the administrator."""
    return on(host, "setpriv", "--reuid=postgres", "--regid=postgres",
              "--init-groups", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1",
              "-d", "cerberus", "-f", "-", input=text, check=check)


def members():
    """What Patroni says: {name: {"role", "state", "lag"}}, or {}."""
    for host in DATABASES:
        try:
            with urllib.request.urlopen(
                    f"http://{address(host)}:8008/cluster", timeout=2) as r:
                return {m["name"]: m for m in json.load(r)["members"]}
        except OSError:
            continue
    return {}


def health(host):
    """What a web host's programs say of the database: "ok", or the reason."""
    try:
        with urllib.request.urlopen(
                f"http://{address(host)}/api/v1/health", timeout=5) as r:
            return json.load(r)["status"]
    except urllib.error.HTTPError as e:
        return json.load(e).get("code")
    except OSError:
        return None


def history():
    """Each change of the primary: the position and the reason."""
    for host in DATABASES:
        try:
            with urllib.request.urlopen(
                    f"http://{address(host)}:8008/history", timeout=2) as r:
                return json.load(r)
        except OSError:
            continue
    return []


def leader():
    """The primary's host, as it says of itself; None without one."""
    for host in DATABASES:
        try:
            with urllib.request.urlopen(
                    f"http://{address(host)}:8008/primary", timeout=2) as r:
                if r.status == 200:
                    return host
        except OSError:
            continue
    return None


def synchronous():
    """The standby that has each write before it is acknowledged."""
    for name, m in members().items():
        if m["role"] == "sync_standby":
            return name
    return None


def whole():
    """Do two standbys follow the primary, one of them synchronously, and have
    all of its history?"""
    at = leader()
    if at is None:
        return False
    got = postgres(at, "SELECT count(*) || ' ' || coalesce(bool_or("
                   "sync_state = 'sync'), false) FROM pg_stat_replication "
                   "WHERE state = 'streaming' AND application_name LIKE "
                   "'db%'", check=False)
    now = members().values()
    return got == "2 true" and all(
        m["state"] in ("running", "streaming") for m in now) and len(
            {m.get("timeline") for m in now}) == 1


def until(done, seconds):
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
