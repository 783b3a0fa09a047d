# shellcheck shell=bash
# What the scripts share that run in the chroots of tests/package/chroot, as root
# and without systemd.  To be sourced.
set -eu

passed=0 failed=0
release=15

# check WHAT COMMAND...: the command succeeds.
check()
{
	local what=$1 out

	shift
	if out=$("$@" 2>&1 </dev/null); then
		passed=$((passed + 1))
		echo "ok: $what"
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		printf '%s\n' "$out" | tail -n 20 | sed 's/^/    /'
	fi
}

not() { ! "$@"; }

# timed WHAT COMMAND...: check it, and say how long it took.
timed()
{
	local begin=${EPOCHREALTIME/./}

	check "$@"
	echo "time: $1: $(((${EPOCHREALTIME/./} - begin) / 1000)) ms"
}

# until COMMAND...: it succeeds within a minute.
until_()
{
	local i

	for ((i = 0; i < 300; i++)); do
		! "$@" > /tmp/tried 2>&1 || return 0
		sleep 0.2
	done
	cat /tmp/tried
	return 1
}

database() { pg_ctlcluster "$release" main start; }

# ask STATEMENT: of the database, as its administrator.
ask()
{
	(cd / && setpriv --reuid=postgres --regid=postgres --init-groups \
	    psql -XAtq -v ON_ERROR_STOP=1 -d cerberus -c "$1")
}

# part NAME: run the function of that name, and print the sums.
part()
{
	"$1"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
