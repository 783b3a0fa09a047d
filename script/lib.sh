# shellcheck shell=bash disable=SC2034
# Functions that the scripts share: users, directories, processes by pid, URLs of
# databases.  To be sourced by bash with `set -eu`.
#
# DIR below is the directory of one running installation:
#	DIR/pg		PostgreSQL's data
#	DIR/run		sockets and pid files (db, pool and web below it)
#	DIR/log		logs
#	DIR/app-password	the password of the role cerberus_app
#	DIR/stripe-password	the password of the role cerberus_stripe

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
me=${0##*/}
export LC_ALL=C.UTF-8
# The servers are in sbin, which is not in the PATH of ordinary users.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# Use psql itself: Debian's is a Perl script that searches for it at each call.
for newest in /usr/lib/postgresql/*/bin; do
	[ ! -x "$newest/psql" ] || PATH=$newest:$PATH
done
unset newest

if [ "$(id -u)" -eq 0 ]; then
	# PostgreSQL refuses root, and a web server should not be root.
	db_user=postgres
	web_user=www-data
else
	db_user=$(id -un)
	web_user=$db_user
fi

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "$me: $*"
	exit 1
}

# hear_interrupts ARG...: if this script ignores SIGINT, start it again, with
# its arguments, so that it does not.  A shell without job control makes
# background processes ignore it, and bash cannot trap a signal that it ignored
# at its start.
hear_interrupts()
{
	local name value

	while read -r name value; do
		[ "$name" != SigIgn: ] || break
	done < "/proc/$$/status"
	[ $((0x$value & 2)) -eq 0 ] ||
	    exec env --default-signal=INT --default-signal=QUIT "$0" "$@"
}

# become USER COMMAND...: replace this process by the command, as that user.
become()
{
	local user=$1

	shift
	[ "$user" != "$(id -un)" ] || exec "$@"
	exec setpriv --reuid="$user" --regid="$user" --init-groups \
	    env HOME=/ "$@"
}

# as USER COMMAND...: run the command as that user.
as()
{
	(become "$@")
}

# own USER MODE DIR...: create the directories, owned by that user.
own()
{
	local user=$1 mode=$2

	shift 2
	if [ "$(id -u)" -eq 0 ]; then
		install -d -o "$user" -g "$user" -m "$mode" "$@"
	else
		install -d -m "$mode" "$@"
	fi
}

# reaches USER DIR: can that user enter and read the directory?
reaches()
{
	as "$1" test -x "$2" -a -r "$2"
}

# alive PID: does the process exist, and is it not a zombie?
alive()
{
	local stat

	[ -n "${1-}" ] && read -r stat 2>/dev/null < "/proc/$1/stat" ||
	    return 1
	stat=${stat##*) }
	[ "${stat%% *}" != Z ]
}

# pid_of FILE NAME...: print the pid in the file, if that process is alive and
# is one of those programs.  After a crash another process may have the pid.
pid_of()
{
	local file=$1 pid exe name

	shift
	[ -s "$file" ] && read -r pid < "$file" && alive "$pid" || return 1
	# comm, not exe: exe cannot be read across users.
	read -r exe < "/proc/$pid/comm" || return 1
	for name; do
		[ "$exe" = "$name" ] && echo "$pid" && return 0
	done
	return 1
}

# web_pid DIR, pool_pid DIR, database_pid DIR: print the server's pid, if it
# runs.  None of them starts a process.
web_pid()
{
	pid_of "$1/run/web.pid" lighttpd apache2
}

pool_pid()
{
	pid_of "$1/run/pool.pid" pgbouncer
}

database_pid()
{
	pid_of "$1/pg/postmaster.pid" postgres
}

# stop_pid PID [SIGNAL]: send the signal (TERM), and KILL after ten seconds.
stop_pid()
{
	local i

	alive "$1" || return 0
	kill -s "${2-TERM}" "$1" 2>/dev/null || return 0
	for ((i = 0; i < 100; i++)); do
		alive "$1" || return 0
		sleep 0.1
	done
	kill -s KILL "$1" 2>/dev/null || :
	for ((i = 0; i < 20; i++)); do
		alive "$1" || return 0
		sleep 0.1
	done
}

# stop_session PID: stop the processes that a server started with setsid has
# left.
stop_session()
{
	local dir comm stat

	for dir in /proc/[0-9]*; do
		read -r stat 2>/dev/null < "$dir/stat" || continue
		# After the name: state, parent, group, session.
		# shellcheck disable=SC2086
		set -- "$1" ${stat##*) }
		[ "$5" = "$1" ] || continue
		# After a reboot the pid may belong to any process.
		read -r comm < "$dir/comm" || continue
		case $comm in
		lighttpd | apache2 | *.cg*) stop_pid "${dir#/proc/}" ;;
		esac
	done
}

# answers HOST PORT: does a server accept connections there?
answers()
{
	local host=$1

	case $host in
	0.0.0.0 | '*' | '') host=127.0.0.1 ;;
	::) host=::1 ;;
	esac
	(exec 3<>"/dev/tcp/$host/$2") 2>/dev/null
}

# run_dir DIR: create DIR/run and print its real path.  The path of a socket has
# 107 bytes at most; if DIR is long, DIR/run is a link to a short path.
run_dir()
{
	local dir=$1/run short

	[ -d "$1" ] || install -d "$1"
	if [ -L "$dir" ] && [ ! -d "$dir" ]; then
		rm "$dir"
	fi
	if [ ! -d "$dir" ] && [ ${#dir} -gt 70 ]; then
		short=$(mktemp -d /tmp/cerberus.XXXXXX)
		chmod 755 "$short"
		ln -s "$short" "$dir"
	fi
	install -d "$dir" "$1/log"
	(cd "$dir" && pwd -P)
}

# random N: print that many random bytes, in base64url without padding.
random()
{
	openssl rand "$1" | base64 -w 0 | tr '+/' '-_' | tr -d '='
}

# write FILE MODE [GROUP]: write stdin to the file, completely or not at all.
write()
{
	local tmp

	tmp=$(mktemp "$1.XXXXXX")
	cat > "$tmp"
	[ -z "${3-}" ] || [ "$(id -u)" -ne 0 ] || chgrp "$3" "$tmp"
	chmod "$2" "$tmp"
	mv -f "$tmp" "$1"
}

# split_url URL: set url to the URL without its password, and export the
# password as PGPASSWORD: every user can read the arguments of a process.
split_url()
{
	local rest user=

	case $1 in
	postgresql://* | postgres://*) ;;
	*) die "this is not the URL of a database: postgresql://user@host:port/name" ;;
	esac
	rest=${1#*://}
	if [[ $rest =~ ^([^/?@]*)@(.*)$ ]]; then
		user=${BASH_REMATCH[1]}
		rest=${BASH_REMATCH[2]}
	fi
	if [[ $user = *:* ]]; then
		PGPASSWORD=$(unescape "${user#*:}")
		export PGPASSWORD
	fi
	if [[ $rest =~ [?\&]password=([^\&]*) ]]; then
		PGPASSWORD=$(unescape "${BASH_REMATCH[1]}")
		export PGPASSWORD
		rest=$(sed -E 's/([?&])password=[^&]*(&|$)/\1/' <<< "$rest")
	fi
	user=${user%%:*}
	url=postgresql://${user:+$user@}$rest
}

# escape PATH: print the path as it is written within a URL.
escape()
{
	sed 's/%/%25/g; s/ /%20/g; s/&/%26/g; s/?/%3F/g; s/#/%23/g' <<< "$1"
}

unescape()
{
	local text=${1//\\/\\\\}

	printf '%b' "${text//%/\\x}"
}

# url_of URL NAME: print the URL of another database on the same server.
url_of()
{
	[[ $1 =~ ^(postgres(ql)?://[^/?]*)(/[^?]*)?(\?.*)?$ ]]
	printf '%s/%s%s\n' "${BASH_REMATCH[1]}" "$2" "${BASH_REMATCH[4]}"
}

# The scripts pass each other the programs' URLs as two lines of cerberus.conf,
# "url = ..." and "stripe_url = ...".

# setting KEY: print the value of that line of stdin.
setting()
{
	sed -n "s/^$1 = //p"
}

# settings_of NAME: copy the lines of stdin, changed to the database of that
# name.
settings_of()
{
	local key equals url

	while read -r key equals url; do
		echo "$key $equals $(url_of "$url" "$1")"
	done
}

# ask URL: run the statements of stdin in psql, and print the values unaligned.
ask()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -f -
}

# close_database URL: revoke the right to create temporary objects from
# everybody except the owner, as sql/deploy/roles.sql does.  Neither a copy of a
# database nor a restored dump keeps that.
close_database()
{
	ask "$1" <<-'EOF'
		DO $$ BEGIN
		EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, '
		    'cerberus_app, cerberus_stripe', current_database());
		EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO cerberus_owner',
		    current_database());
		END $$;
	EOF
}

# set_conf FILE SECTION KEY: print FILE with the value of that setting taken
# from stdin; if FILE does not have the setting, it is added to the section.
set_conf()
{
	SECTION=$2 KEY=$3 VALUE=$(cat) awk '
	function put() {
		if (!done)
			print ENVIRON["KEY"] " = " ENVIRON["VALUE"]
		done = 1
	}
	/^\[/ {
		if (inside)
			put()
		inside = $0 ~ "^\\[" ENVIRON["SECTION"] "\\]"
	}
	inside && $0 ~ "^[ \t]*" ENVIRON["KEY"] "[ \t]*[=:]" {
		put()
		next
	}
	{ print }
	END {
		if (!done && !inside)
			print "\n[" ENVIRON["SECTION"] "]"
		put()
	}' "$1"
}

# build DIR OPTION...: build the programs in DIR, configured with the options.
# It is quick if little has changed, because make does the rest.
build()
{
	local dir=$1

	shift
	mkdir -p "$dir"
	[ -x "$repo/configure" ] || (cd "$repo" && autoreconf -fi) || return
	(
		cd "$dir" || exit
		if [ ! -s Makefile ] ||
		    [ "$repo $*" != "$(cat .options 2>/dev/null)" ]
		then
			"$repo/configure" "$@" || exit
			printf '%s' "$repo $*" > .options
		fi
		make -j "$(nproc)"
	)
}

# place: set var to the directory for everything that this checkout generates,
# and create it.  If the users of the servers cannot enter the checkout, for
# example in root's home, var is a link to a directory in /var/lib.
place()
{
	local link=$repo/var owner

	# configure and make reject these characters.
	case $repo in
	*[[:space:]\\\"\#\$\&\'\`]*)
		die "the path $repo has a character that configure and make reject; move the checkout"
		;;
	esac
	if [ -L "$link" ] && [ ! -d "$link" ]; then
		rm "$link"
	fi
	if [ ! -d "$link" ]; then
		if reaches "$db_user" "$repo" && reaches "$web_user" "$repo"
		then
			install -d -m 755 "$link"
		else
			install -d -m 755 /var/lib/cerberus
			var=$(mktemp -d "/var/lib/cerberus/${repo##*/}.XXXXXX")
			chmod 755 "$var"
			ln -s "$var" "$link"
			say "Other users cannot enter $repo: var is in $var"
		fi
	fi
	var=$(cd "$link" && pwd -P)
	owner=$(stat -c %U "$var")
	[ "$owner" = "$(id -un)" ] ||
	    die "$link belongs to $owner; start as $owner, or remove it"
	{ reaches "$db_user" "$var" && reaches "$web_user" "$var"; } ||
	    die "the users $db_user and $web_user cannot reach $link; remove it, and it is created where they can"
}
