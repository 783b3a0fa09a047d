# shellcheck shell=bash disable=SC2154
# What cerberus setup does about the web servers and PgBouncer.  To be sourced
# by script/setup, whose variables and functions it uses.

systemd()
{
	[ -d /run/systemd/system ]
}

active()
{
	systemd && systemctl -q is-active "$1"
}

# web_check: refuse what cannot work, before anything is changed.
web_check()
{
	local modules=/usr/lib/apache2/modules

	case $server in
	none) return 0 ;;
	lighttpd)
		command -v lighttpd >/dev/null ||
		    die "lighttpd is not here: apt-get install lighttpd"
		;;
	apache)
		command -v apache2 >/dev/null ||
		    die "Apache is not here: apt-get install apache2"
		[ "$mode" = cgi ] || [ -e $modules/mod_fcgid.so ] ||
		    die "mod_fcgid is not here: apt-get install libapache2-mod-fcgid, or --mode cgi"
		;;
	esac
	[ -x "$programs/health.cgi" ] ||
	    die "the programs are not in $programs"
	if ! answers "$host" "$port" || ours_listens; then
		return 0
	fi
	die "port $port is in use by another server: stop that, or choose another with --port"
}

# ours_listens: the server on the port is the one that will serve it, or one that
# is going to be stopped for it.
ours_listens()
{
	if active cerberus-lighttpd; then
		return 0
	elif [ "$server" = apache ]; then
		pid_of /run/apache2/apache2.pid apache2 >/dev/null
	else
		active lighttpd && stock
	fi
}

# stock: is the configuration of Debian's lighttpd as it was installed?
stock()
{
	! dpkg -V lighttpd 2>/dev/null | grep -q '/etc/lighttpd/lighttpd.conf'
}

# directory MODE DIR: of the user whom the programs run as.
directory()
{
	local want

	want="$1 $owner $(id -gn "$owner")"
	[ "$(stat -c '%a %U %G' "$2" 2>/dev/null)" = "$want" ] ||
	    step "make $2" own "$owner" "$1" "$2"
}

directories()
{
	directory 750 "$run_dir"
	directory 750 /var/log/cerberus
	directory 770 /var/spool/cerberus
}

# pool_files APP STRIPE: PgBouncer's configuration, with these passwords.
pool_files()
{
	local at=$url where text

	[ "$exists" = yes ] || at=$(url_of "$url" postgres)
	where=$(printf '%s\n' '\echo host=:HOST port=:PORT' | sql "$at")
	# The programs' way to the server on this machine is not the socket.
	[ -n "$database" ] || where="host=127.0.0.1 port=${url##*port=}"
	text=$(SERVER="$where dbname=$name" NAME=$name RUN=$run_dir \
	    USERS=$etc/pgbouncer.users awk '
	/^cerberus = / { $0 = ENVIRON["NAME"] " = " ENVIRON["SERVER"] }
	/^unix_socket_dir = / { $3 = ENVIRON["RUN"] }
	/^auth_file = / { $3 = ENVIRON["USERS"] }
	{ print }' "$repo/pgbouncer/pgbouncer.ini.sample")
	put_file "$etc/pgbouncer.users" "$(printf '"%s" "%s"\n' \
	    cerberus_app "$1" cerberus_stripe "$2")"
	put_file "$etc/pgbouncer.ini" "$text"
}

# lighttpd_env: the file, or the sample, with what was decided.
lighttpd_env()
{
	local from=$etc/lighttpd.env setting
	local -a settings=(
		"CERBERUS_HOST=${host:-0.0.0.0}" "CERBERUS_PORT=$port"
		"CERBERUS_USER=$owner" "CERBERUS_GROUP=$(id -gn "$owner")"
		"CERBERUS_LIGHTTPD=$repo/lighttpd"
		"CERBERUS_PROGRAMS=$programs" "CERBERUS_PAGES=$repo"
		"CERBERUS_CONF=$conf"
		"CERBERUS_LOG=/var/log/cerberus" "CERBERUS_RUN=$run_dir"
		"CERBERUS_SPOOL=/var/spool/cerberus" "CERBERUS_MODE=$mode"
	)

	[ -r "$from" ] || from=$repo/lighttpd/lighttpd.env.sample
	# Files of earlier releases lack it.
	grep -q '^CERBERUS_FRAMES=' "$from" ||
	    settings+=("CERBERUS_FRAMES=\"'self'\"")
	grep -q '^CERBERUS_CHALLENGE=' "$from" ||
	    settings+=(CERBERUS_CHALLENGE=)
	# A file's head explains how to use it without this command.
	{
		echo "# What lighttpd needs to know; see $repo/lighttpd."
		sed -n '/^#$/d; s/^\(CERBERUS_[A-Z]*=.*\)/\1/p' "$from"
	} | {
		text=$(cat)
		for setting in "${settings[@]}"; do
			text=$(SETTING=$setting awk '
			BEGIN { s = ENVIRON["SETTING"]; split(s, part, "=") }
			index($0, part[1] "=") == 1 { $0 = s; seen = 1 }
			{ print }
			END { if (!seen) print s }' <<< "$text")
		done
		printf '%s\n' "$text"
	}
}

enable_lighttpd()
{
	put_file "$etc/lighttpd.env" "$(lighttpd_env)"
	[ -n "$check" ] || try_lighttpd
	if systemd && systemctl -q is-enabled lighttpd 2>/dev/null && stock
	then
		step "stop Debian's own lighttpd, which serves its sample page" \
		    systemctl -q disable --now lighttpd
	fi
	start_unit cerberus-lighttpd
}

try_lighttpd()
{
	local out

	# shellcheck disable=SC1091
	out=$(set -a && . "$etc/lighttpd.env" &&
	    lighttpd -tt -f "$repo/lighttpd/cerberus.conf" 2>&1) ||
	    die "lighttpd refuses its configuration: $out"
}

apache_defines()
{
	cat <<-EOF
	# Made by cerberus setup.  $repo/apache/cerberus.conf has the defaults.
	Define CERBERUS_SERVER $server_name
	Define CERBERUS_HOST ${host:-*}
	Define CERBERUS_PORT $port
	Define CERBERUS_PROGRAMS $programs
	Define CERBERUS_PAGES $repo
	Define CERBERUS_CONF $conf
	Define CERBERUS_SPOOL /var/spool/cerberus
	EOF
	[ "$mode" = cgi ] || echo 'Define CERBERUS_FASTCGI'
}

enable_apache()
{
	local modules=(cgid deflate headers reqtimeout rewrite) module missing='' out
	local site=/etc/apache2/sites-available/cerberus.conf
	local unit=/etc/systemd/system/apache2.service.d/cerberus.conf

	[ "$mode" = cgi ] || modules+=(fcgid)
	if [ ! -e "$site" ]; then
		step "write $site" site_file "$site"
	fi
	put_file "$etc/apache.conf" "$(apache_defines)"
	for module in "${modules[@]}"; do
		[ -e "/etc/apache2/mods-enabled/$module.load" ] ||
		    missing+=" $module"
	done
	# shellcheck disable=SC2086
	[ -z "$missing" ] || step "enable Apache's$missing" a2enmod -q $missing
	if [ "$port" != 80 ] &&
	    ! grep -qsE "^[[:space:]]*Listen[[:space:]]+(.*:)?$port\b" \
	    /etc/apache2/ports.conf "$etc/apache.listen"; then
		step "let Apache listen on port $port" listen "$site"
	fi
	[ -e /etc/apache2/sites-enabled/cerberus.conf ] ||
	    step "enable Apache's site" a2ensite -q cerberus
	# It has no name and would answer for ours.
	if [ "$port" = 80 ] && [ -e /etc/apache2/sites-enabled/000-default.conf ] &&
	    ! dpkg -V apache2 | grep -q 000-default; then
		step "disable Apache's sample site" a2dissite -q 000-default
	fi
	if [ "$owner" != www-data ] &&
	    ! id -nG www-data | tr ' ' '\n' | grep -qx "$(id -gn "$owner")"
	then
		step "put www-data into the group $(id -gn "$owner")" \
		    usermod -aG "$(id -gn "$owner")" www-data
	fi
	if systemd && [ ! -e "$unit" ]; then
		step "write $unit" unit_file "$unit"
	fi
	if active cerberus-lighttpd; then
		step "stop cerberus-lighttpd" \
		    systemctl -q disable --now cerberus-lighttpd
	fi
	[ -n "$check" ] || out=$(apache2ctl configtest 2>&1) ||
	    die "Apache refuses its configuration: $out"
	start_unit apache2
}

site_file()
{
	write "$1" 644 <<-EOF
	IncludeOptional $etc/apache.conf
	IncludeOptional $repo/apache/cerberus.conf
	EOF
}

# listen SITE: in a file of its own, because ports.conf is Apache's.
listen()
{
	echo "Listen ${host:+$host:}$port" | write "$etc/apache.listen" 644
}

unit_file()
{
	install -d "${1%/*}"
	# mod_fcgid keeps bodies in TMPDIR.
	write "$1" 644 <<-EOF
	[Service]
	Environment=TMPDIR=/var/spool/cerberus
	ExecStartPre=/usr/bin/find /var/spool/cerberus -type f -delete
	EOF
	systemctl daemon-reload
}

# start_unit NAME: now and at each start of the machine.
start_unit()
{
	if ! systemd; then
		note 'todo' "start $1: this machine does not run systemd"
	elif ! systemctl -q cat "$1" >/dev/null 2>&1; then
		note 'todo' "start $1: there is no such unit; see docs/deploy.md"
	else
		step "start $1" restart "$1"
	fi
}

restart()
{
	{ systemctl -q enable "$1" && systemctl restart "$1"; } ||
	    die "$1 does not start: journalctl -u $1 says why"
}

# healthy: wait until the service answers.
healthy()
{
	local i at=http://127.0.0.1:$port/api/v1/health out=''

	[ -z "$host" ] || at=http://$host:$port/api/v1/health
	for ((i = 0; i < 50; i++)); do
		! out=$(curl -sS -m 10 -f -H "Host: $server_name" "$at" 2>&1) ||
		    return 0
		sleep 0.2
	done
	die "the service does not answer at $at: $out; cerberus check says more"
}

web_enable()
{
	[ "$server$pool" = noneno ] || directories
	[ "$pool" = no ] || start_unit cerberus-pgbouncer
	[ "$server" = none ] || "enable_$server"
	[ "$server" = none ] || ! systemd ||
	    step "ask the service for its health" healthy
}
