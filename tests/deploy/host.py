"""A Debian machine to follow the documents on: a file system in layers, with
processes and a network of its own, and people who type commands.
"""
import os
import re
import shutil
import subprocess

import documents

HERE = os.path.dirname(os.path.realpath(__file__))
# A documented command takes no longer on a machine that works.
PATIENCE = 1800

MOUNTS = r"""
set -e
mount -t overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" overlay \
    "$ROOT"
mount --rbind /dev "$ROOT/dev"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/run"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mkdir -m 1777 "$ROOT/run/lock"
ip link set lo up
echo "$PLACE" > "$ROOT/run/machine"
# A shell also waits for processes that have lost their parent.
exec chroot "$ROOT" bash -c 'echo ready; while :; do sleep 3600 & wait; done'
"""

# Runs one block as a shell that has run those before it: it stops at the first
# command that fails, says which, and keeps the variables for the next block.
SHELL = r"""
cd "$HERE_IS"
names_before=$(compgen -v)
[ ! -s "$KEPT" ] || . "$KEPT"
set -eE -o pipefail
trap 'echo "failed: $BASH_COMMAND" >&2' ERR
%s
trap - ERR
set +e
for name in $(compgen -v); do
	case $'\n'"$names_before"$'\n'names_before$'\n'name$'\n'BASH_REMATCH$'\n' in
	*$'\n'"$name"$'\n'*) ;;
	*) declare -p "$name" ;;
	esac
done > "$KEPT"
"""


class Failure(Exception):
    """A documented command did not do what the document says."""


class Host:
    def __init__(self, place, lowers, memory=False):
        """A machine whose disk is the layers of lowers, the top one first.

        What it writes is kept in place, or with memory=True nowhere.
        """
        self.place = place
        self.lowers = lowers
        self.upper = f"{place}/upper"
        self.typed = {}         # what is typed when a block matches
        self.words = {}         # what a reader puts in place of an example
        self.process = None
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        self.memory = memory
        self.boot()

    def boot(self):
        """Switch it on.  Nothing runs yet but what is started."""
        for name in ("upper", "work", "root"):
            os.makedirs(f"{self.place}/{name}", exist_ok=True)
        script = MOUNTS
        if self.memory:
            script = 'mount -t tmpfs tmpfs "$PLACE"\n' \
                'mkdir "$UPPER" "$WORK" "$ROOT"\n' + MOUNTS
        env = dict(os.environ, LOWER=":".join(self.lowers), UPPER=self.upper,
                   WORK=f"{self.place}/work", ROOT=f"{self.place}/root",
                   PLACE=self.place)
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net",
             "--pid", "--uts", "--fork", "--kill-child", "--propagation",
             "private", "bash", "-c", script], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise Failure("the machine does not start")
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as f:
            self.pid = f.read().split()[0]
        # What follows writes to /usr/bin: never to that of the machine itself.
        if self.get("/run/machine").strip() != self.place:
            raise Failure("the machine's disk is not its own")
        with open(f"{HERE}/systemctl", "rb") as f:
            self.put("/usr/bin/systemctl", f.read(), 0o755)
        for unit in ("lighttpd", "apache2", "pgbouncer"):
            self.root(f"/usr/bin/systemctl enable {unit}")

    def off(self):
        """Switch it off, as by the mains."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def layers(self):
        """The disk of this machine, as layers for another one."""
        return [self.upper] + self.lowers

    def inside(self, words, user="root", typed="", timeout=PATIENCE):
        """Run a program; return its exit status and all its output."""
        home = "/root" if user == "root" else f"/home/{user}"
        command = ["nsenter", "--target", self.pid, "--mount", "--net",
                   "--pid", "--uts", "--root", "--wd", "env", "-i"]
        command += [f"HOME={home}", f"USER={user}", "TERM=dumb",
                    "LANG=C.UTF-8",
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"]
        command += [f"{n}={os.environ[n]}" for n in ("MAKEFLAGS", "CFLAGS")
                    if n in os.environ]
        if user != "root":
            command += ["setpriv", f"--reuid={user}", f"--regid={user}",
                        "--init-groups"]
        p = subprocess.run(command + ["setsid", "-w"] + words, input=typed,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, errors="replace", timeout=timeout,
                           check=False)
        return p.returncode, p.stdout

    def root(self, command, typed=""):
        """What the machine's administrator does that no document says."""
        status, out = self.inside(["bash", "-e", "-o", "pipefail", "-c",
                                   command], typed=typed)
        if status != 0:
            raise Failure(f"{command}: status {status}: {out[-1500:]}")
        return out.rstrip("\n")

    def put(self, path, data, mode=0o644):
        """Write a file, by way of standard input."""
        command = ["nsenter", "--target", self.pid, "--mount", "--pid",
                   "--root", "install", "-D", "-m", f"{mode:o}", "/dev/stdin",
                   path]
        subprocess.run(command, input=data, check=True)

    def get(self, path):
        status, out = self.inside(["cat", path])
        if status != 0:
            raise Failure(out)
        return out

    def sources(self, directory, user):
        """Put the sources there, without what was built."""
        files = subprocess.run(
            ["git", "-C", documents.REPO, "ls-files", "-co",
             "--exclude-standard", "-z"], stdout=subprocess.PIPE, check=False)
        if files.returncode != 0:       # an archive has only sources
            files = subprocess.run(
                ["find", ".", "-path", "./var", "-prune", "-o", "-type", "f",
                 "-print0"], cwd=documents.REPO, stdout=subprocess.PIPE,
                check=True)
        # As in a release's archive: npm cannot be reached from the machine.
        vendored = b"portal/vendor/preact.js\0"
        archive = subprocess.run(
            ["tar", "-c", "-C", documents.REPO, "--null", "-T", "-",
             "--ignore-failed-read", "--owner=0", "--group=0"],
            input=files.stdout + vendored, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False).stdout
        self.root(f"mkdir -p {directory}")
        subprocess.run(["nsenter", "--target", self.pid, "--mount", "--root",
                        "tar", "-x", "-C", directory], input=archive,
                       check=True)
        if user != "root":
            self.root(f"chown -R {user}: {directory}")

    def follow(self, block, user, directory):
        """Do what a block says, as that user in that directory."""
        text = block.text
        for word, meant in self.words.items():
            text = text.replace(word, meant)
        if block.path:
            if block.append:
                text = self.get(block.path) + text
            self.put(block.path, text.encode())
            return ""
        typed = "".join(v for k, v in self.typed.items()
                        if re.search(k, text))
        if re.search(r"\bcurl\b", text):
            self.wait_for_server(text)
        kept = "/root/.kept" if user == "root" else f"/home/{user}/.kept"
        status, out = self.inside(
            ["env", f"HERE_IS={directory}", f"KEPT={kept}", "bash", "-c",
             SHELL % text], user, typed)
        if status != 0:
            raise Failure(f"{block.title()} (as {user}): status {status}:\n"
                          f"{out[-3000:]}")
        if block.says and block.says not in out:
            raise Failure(f"{block.title()}: does not say {block.says}:\n"
                          f"{out[-1500:]}")
        return out

    def wait_for_server(self, text):
        """A person is slower than a server that starts."""
        port = re.search(r"https?://[^/:\s']+:?(\d*)", text)
        secure = "https://" in text
        number = port.group(1) if port and port.group(1) else \
            443 if secure else 80
        self.inside(["bash", "-c", "for i in {1..300}; do (exec 3<>"
                     f"/dev/tcp/127.0.0.1/{number}) 2>/dev/null && exit; "
                     "sleep 0.1; done"])

    def curl(self, *words, user="root", typed=""):
        """Ask it; return the status, the header and the body."""
        self.wait_for_server(" ".join(words))
        status, out = self.inside(
            ["curl", "-s", "-m", "60", "-i", *words], user, typed)
        head, _, body = out.replace("\r", "").partition("\n\n")
        while body.startswith("HTTP/") and " 100 " in head.splitlines()[0]:
            head, _, body = body.partition("\n\n")
        code = re.match(r"HTTP/\S+ (\d+)", head)
        return int(code.group(1)) if code else -status, head, body


def possible():
    """Return what this machine cannot do that a Host needs, or None."""
    if os.geteuid() != 0:
        return "root"
    p = subprocess.run(["unshare", "--mount", "--net", "--pid", "--uts",
                        "--fork", "true"], stderr=subprocess.PIPE,
                       text=True, check=False)
    if p.returncode != 0:
        return "namespaces (CAP_SYS_ADMIN): " + p.stderr.strip()
    for name in ("ip", "nsenter"):
        if shutil.which(name) is None:
            return name
    return None
