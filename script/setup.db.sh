# shellcheck shell=bash disable=SC2154,SC2034
# What cerberus setup does in the database.  To be sourced by script/setup, whose
# variables and functions it uses.

# sql [NAME]: run statements of standard input as the administrator.
sql()
{
	(cd / && PGCONNECT_TIMEOUT=10 as "$admin" psql -w -X -q -A -t \
	    -v ON_ERROR_STOP=1 -v VERBOSITY=terse \
	    -d "${1-$url}" "${@:2}" -f -)
}

# reach_server: sets url, the administrator's, and admin, whose process it is.
reach_server()
{
	local sockets answer

	command -v psql >/dev/null ||
	    die "psql is not here: apt-get install postgresql-client"
	admin=$(id -un)
	if [ -n "$database" ]; then
		[ "$database" != - ] || database=/dev/stdin
		IFS= read -r url < "$database" || [ -n "$url" ] ||
		    die "there is no URL in $database"
		split_url "$url"
	else
		[ "$(id -u)" -eq 0 ] || die "start it as root, or name an administrator of the database with --database"
		admin=postgres
		sockets=(/run/postgresql/.s.PGSQL.*[0-9])
		[ -S "${sockets[0]}" ] || die "no PostgreSQL runs on this machine: apt-get install postgresql, then systemctl start postgresql; or name another server with --database"
		[ ${#sockets[@]} -eq 1 ] || die "several PostgreSQL run on this machine: name one with --database, such as postgresql://postgres@/cerberus?host=/run/postgresql&port=5433"
		url="postgresql://postgres@/$name?host=/run/postgresql&port=${sockets[0]##*.}"
	fi
	name=$(sed -E 's|^[^:]*://[^/?]*/?([^?]*).*|\1|' <<< "$url")
	name=$(unescape "$name")
	[[ $name =~ ^[A-Za-z0-9_-]+$ ]] || die "the URL has to end in the database's name, such as /cerberus"
	exists=yes
	if ! answer=$(sql <<< 'SELECT 1' 2>&1); then
		case $answer in
		*"database \"$name\" does not exist"*) exists=no ;;
		*) die "the database's administrator cannot sign in: $answer" ;;
		esac
	fi
	[ "$(server_says 'SHOW server_version_num')" -ge 150000 ] ||
	    die "PostgreSQL 15 or later is needed"
}

# server_says QUERY: of the server; the database may not exist yet.
server_says()
{
	local at=$url

	[ "$exists" = yes ] || at=$(url_of "$url" postgres)
	sql "$at" <<< "$1"
}

create_database()
{
	sql "$(url_of "$url" postgres)" <<-EOF >/dev/null
		CREATE DATABASE "$name" TEMPLATE template0 ENCODING 'UTF8';
	EOF
	exists=yes
}

# found QUERY: its answer; nothing if the database does not exist.
found()
{
	[ "$exists" = no ] || sql <<< "$1"
}

make_database()
{
	if [ "$exists" = yes ]; then
		note ok "database $name"
	else
		step "create the database $name" create_database
	fi
}

# The file of the schema; a checkout makes it.
schema_file()
{
	if [ -s "$repo/sql/schema.sql" ]; then
		cat "$repo/sql/schema.sql"
	else
		"$repo/sql/plain"
	fi
}

deploy()
{
	local out

	out=$(schema_file | sql 2>&1 >/dev/null) || {
		say "$out"
		die "the schema could not be made; what is complete is kept. Remove the cause and start it again"
	}
}

make_schema()
{
	local have='' want

	want=$(schema_file | sed -n 's/^-- Version: //p')
	if [ "$(found "SELECT to_regclass('sqitch.changes') IS NOT NULL")" = t ]
	then
		have=$(found "SELECT CASE WHEN to_regproc('cerberus.schema_version') IS NOT NULL THEN cerberus.schema_version() END" 2>/dev/null) || have=
	fi
	if [ "$have" = "$want" ]; then
		note ok "schema $want"
	elif [ -n "$have" ]; then
		step "bring the schema from $have to $want" deploy
	else
		step "make the schema $want" deploy
	fi
}

# password_of ROLE KEY: what the configuration has for it, if anything.
password_of()
{
	local line

	line=$(conf_value database "$2")
	if [[ $line =~ ^[a-z]+://$1:([^@]*)@ ]]; then
		unescape "${BASH_REMATCH[1]}"
	elif [ -r "$etc/pgbouncer.users" ]; then
		sed -n "s/^\"$1\" \"\(.*\)\"$/\1/p" "$etc/pgbouncer.users"
	fi
}

# conf_value SECTION KEY
conf_value()
{
	[ -r "$conf" ] || return 0
	SECTION=$1 KEY=$2 awk '
	/^\[/ { inside = $0 ~ "^\\[" ENVIRON["SECTION"] "\\]" }
	inside && $0 ~ "^[ \t]*" ENVIRON["KEY"] "[ \t]*=" {
		sub(/^[^=]*=[ \t]*/, "")
		print
	}' "$conf" | tail -n 1
}

# in_url PASSWORD: as a part of a URL.
in_url()
{
	local LC_ALL=C i letter

	for ((i = 0; i < ${#1}; i++)); do
		letter=${1:i:1}
		case $letter in
		[A-Za-z0-9._~-]) printf %s "$letter" ;;
		*) printf '%%%02X' "'$letter" ;;
		esac
	done
}

# program_url ROLE: without a password, where that role finds the database.
program_url()
{
	local rest=${url#postgresql://}

	if [ "$admin" = postgres ] && [ -z "$database" ]; then
		# Debian lets no role but its own user in by the socket.
		echo "postgresql://$1@127.0.0.1:${url##*port=}/$name"
		return 0
	fi
	[[ ! $rest =~ ^[^/?]*@ ]] || rest=${rest#*@}
	rest=$(sed -E 's/([?&])user=[^&]*(&|$)/\1/' <<< "$rest")
	echo "postgresql://$1@$rest"
}

# signs_in ROLE PASSWORD
signs_in()
{
	local at

	at=$(program_url "$1")
	[ "$exists" = yes ] || at=$(url_of "$at" postgres)
	PGCONNECT_TIMEOUT=10 PGPASSWORD=$2 psql -w -X -q -A -t -d "$at" \
	    -c 'SELECT 1' >/dev/null 2>&1
}

set_password()
{
	local quote="'"

	printf "ALTER ROLE %s LOGIN PASSWORD '%s';\n" "$1" \
	    "${2//$quote/$quote$quote}" | sql >/dev/null
	signs_in "$1" "$2" || die "$1 cannot sign in at $(program_url "$1"), though its password is set: let it in by the server's pg_hba.conf, with scram-sha-256, and start it again"
}

# sign_in ROLE KEY: sets password to what the role signs in with, and adds it to
# later if the role does not have it yet.
sign_in()
{
	local state=none

	password=$(password_of "$1" "$2")
	if [ -n "$password" ] && signs_in "$1" "$password"; then
		note ok "the role $1 can sign in"
		return 0
	fi
	if [ -z "$reset" ] && [ "$(server_says "SELECT count(*) FROM pg_roles WHERE rolname = '$1'")" = 1 ]
	then
		state=$(server_says "SELECT CASE WHEN rolpassword IS NULL THEN 'bare' ELSE 'set' END FROM pg_authid WHERE rolname = '$1'" 2>/dev/null) || state=unknown
	fi
	case $state in
	set | unknown) die "the role $1 has a password already, which another installation on that server may use. Write its URL into $conf, [database] $2, or start again with --reset-passwords" ;;
	esac
	[ -n "$password" ] || password=$(random 24)
	later+=("$1" "$password")
}

choose_passwords()
{
	sign_in cerberus_app url
	app=$password
	sign_in cerberus_stripe stripe_url
	stripe=$password
}
