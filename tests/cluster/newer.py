"""The next version: the schema with a migration more (newer/), and the programs
that need it.  tests/cluster/run has made both."""
import os
import subprocess

from hosts import address, shell

ENV = os.environ
COPY = ENV["CLUSTER_DIR"] + "/newer"
NEW = COPY + "/build/cgi-bin"
OLD = ENV["BUILD"] + "/cgi-bin"


def need(done, what):
    if not done:
        raise RuntimeError(f"upgrade: {what} has the wrong version")


def url(host):
    with open(ENV["CLUSTER_DIR"] + "/superuser-password",
              encoding="ascii") as f:
        return (f"postgresql://postgres:{f.read().strip()}@{address(host)}:"
                "5432/cerberus")


def migrate(host):
    subprocess.run([COPY + "/script/database", "migrate", url(host)],
                   check=True, stdout=subprocess.DEVNULL)


def revert(host):
    subprocess.run(["sqitch", "revert", "-y", "--to", "HEAD^", "db:pg:" +
                    url(host).removeprefix("postgresql:")],
                   cwd=COPY + "/sql", check=True, stdout=subprocess.DEVNULL,
                   env={**ENV, "SQITCH_SYSTEM_CONFIG": "/dev/null",
                        "SQITCH_USER_CONFIG": "/dev/null"})


def programs(host, where):
    """Replace the programs as "make install" does, and start them."""
    shell(host, f"cd {where} && for i in *.cgi; do "
          "cp $i /var/lib/cerberus/programs/$i.new && "
          "mv /var/lib/cerberus/programs/$i.new /var/lib/cerberus/programs/$i"
          "; done; pkill -USR1 -x lighttpd")
