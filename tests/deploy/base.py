"""The bare Debian that the long form begins with: debootstrap makes it from
where this machine's own packages come, with what script/bootstrap installs.
"""
import glob
import os
import shutil
import subprocess

import documents

# What the cases' own machines have beside the documents' packages: hosts with
# suexec and access lists, and what the documents install by themselves.
MORE = ["certbot", "acl", "apache2-suexec-custom", "nftables", "python3"]


def mirror_here():
    """Return the address of this machine's Debian mirror."""
    out = subprocess.run(
        ["apt-get", "indextargets", "--format",
         "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)",
         "Created-By: Packages"], stdout=subprocess.PIPE, text=True,
        check=True).stdout
    for line in out.splitlines():
        words = line.split()
        if words[1:3] == ["bookworm", "main"]:
            return words[0]
    raise RuntimeError("apt knows no Debian 12 here")


def settings(root):
    """Let apt there fetch packages as it does here."""
    mirror = mirror_here()
    for path in glob.glob("/etc/apt/sources.list") + \
            glob.glob("/etc/apt/sources.list.d/*"):
        with open(path, encoding="utf-8") as f:
            if mirror.rstrip("/") in f.read():
                shutil.copy(path, f"{root}{path}")
    # debootstrap wrote what the copied file says already.
    if glob.glob(f"{root}/etc/apt/sources.list.d/*"):
        open(f"{root}/etc/apt/sources.list", "w", encoding="utf-8").close()
    out = subprocess.run(["apt-config", "dump"], stdout=subprocess.PIPE,
                         text=True, check=True).stdout
    with open(f"{root}/etc/apt/apt.conf.d/90here", "w",
              encoding="utf-8") as f:
        f.writelines(line + "\n" for line in out.splitlines()
                     if line.startswith("Acquire::http"))
    for path in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copy(path, f"{root}{path}")


def inside(root, command):
    script = 'mount --rbind /dev "$0/dev" && ' \
        'mount -t proc proc "$0/proc" && exec chroot "$0" bash -e -c "$1"'
    env = {n: v for n, v in os.environ.items() if n.lower().endswith("_proxy")}
    env |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
            "HOME": "/root", "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["unshare", "--mount", "--pid", "--fork", "--propagation",
                    "private", "bash", "-c", script, root, command], env=env,
                   stdin=subprocess.DEVNULL, check=True)


def make(root):
    """Make it, or install what an older one does not have."""
    with open(f"{documents.REPO}/script/packages", encoding="utf-8") as f:
        wanted = f.read() + " ".join(MORE)
    mark = f"{root}/etc/cerberus-test-base"
    if os.path.exists(mark):
        with open(mark, encoding="utf-8") as f:
            if f.read() == wanted:
                return
    if not os.path.exists(mark):
        shutil.rmtree(root, ignore_errors=True)
        os.makedirs(os.path.dirname(root), exist_ok=True)
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root,
                        mirror_here()], stdin=subprocess.DEVNULL, check=True)
        settings(root)
    shutil.rmtree(f"{root}/root/script", ignore_errors=True)
    shutil.copytree(f"{documents.REPO}/script", f"{root}/root/script")
    inside(root, "/root/script/bootstrap build run")
    # As a machine that has just been installed: nothing starts here.
    inside(root, "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; "
           "chmod 755 /usr/sbin/policy-rc.d; "
           "apt-get -q -y --no-install-recommends install " + " ".join(MORE) +
           "; rm -rf /usr/sbin/policy-rc.d /root/script; apt-get clean")
    with open(mark, "w", encoding="utf-8") as f:
        f.write(wanted)
