# shellcheck shell=bash disable=SC2034,SC2154
# The files and services of each host of the cluster.  To be sourced by
# script/cluster, whose variables and functions it uses.

# secret NAME: print a password, the same at each start.
secret()
{
	[ -s "$dir/$1-password" ] || random 24 | write "$dir/$1-password" 600
	cat "$dir/$1-password"
}

# put FILE HOST PLACE [MODE [GROUP]]: copy a file to a host's /etc, with the
# addresses and passwords of this cluster.
put()
{
	local to=$dir/$2/etc/$3

	mkdir -p "${to%/*}"
	sed "s/10\.89\.7\./$net./g" "$1" | write "$to" "${4-644}" "${5-root}"
}

# value FILE NAME VALUE: set NAME=VALUE in a file.
value()
{
	sed -i "s|^$2=.*|$2=$3|" "$1"
}

# Copy what the hosts need of the checkout, which their users may not be able to
# enter.
make_share()
{
	rm -rf "$dir/share"
	mkdir "$dir/share"
	cp -r "$repo/portal" "$repo/forms" "$repo/etc/layouts" "$dir/share"
	install -m 755 "$repo/cluster/archive" "$repo/cluster/disk-guard" \
	    "$repo/cluster/restore" "$dir/share"
	chmod -R a+rX "$dir/share"
}

make_host()
{
	local host=$1 etc=$dir/$1/etc disks='{}' directories services
	local share=/var/lib/cerberus/share shares

	shares=$(jq -cn --arg s "$share" '{($s): "share"}')
	rm -rf "$etc"
	mkdir -p "$etc" "$dir/$host/lib" "$dir/$host/log" "$dir/$host/spool"
	case $host in
	db*) database_host "$host" ;;
	web*) web_host "$host" ;;
	lb) front_host "$host" ;;
	esac
	cat > "$dir/$host/host.json" <<-EOF
		{"disks": $disks, "shares": $shares,
		"directories": [$directories],
		"services": [$services]}
	EOF
}

# service NAME USER COMMAND [FILE]: a line of host.json.
service()
{
	jq -cn --arg name "$1" --arg user "$2" --arg command "$3" \
	    --arg file "${4-}" '{name: $name, command: ($command | split(" ")),
	    user: (if $user == "" then null else $user end),
	    files: (if $file == "" then [] else [$file] end)}'
}

database_host()
{
	local ip=$net.${address[$1]} env=$etc/patroni_env.conf name

	put "$repo/cluster/etcd.env" "$1" default/etcd
	put "$repo/cluster/patroni.yml" "$1" patroni/config.yml
	sed -i "s#/usr/local/sbin/cerberus-\(archive\|restore\) #$share/\1 #" \
	    "$etc/patroni/config.yml"
	put "$repo/cluster/patroni.env" "$1" patroni_env.conf 640 postgres
	if [ -n "${CLUSTER_DISK-}" ]; then
		value "$env" CERBERUS_DISK_MIN 60
		sed -i 's/max_wal_size: .*/max_wal_size: 128MB/' \
		    "$etc/patroni/config.yml"
	fi
	put "$repo/cluster/pgbackrest.conf" "$1" pgbackrest.conf 640 postgres
	for name in INITIAL_ADVERTISE_PEER_URLS LISTEN_PEER_URLS; do
		value "$etc/default/etcd" ETCD_$name "http://$ip:2380"
	done
	value "$etc/default/etcd" ETCD_NAME "$1"
	value "$etc/default/etcd" ETCD_ADVERTISE_CLIENT_URLS "http://$ip:2379"
	value "$etc/default/etcd" ETCD_LISTEN_CLIENT_URLS \
	    "http://$ip:2379,http://127.0.0.1:2379"
	value "$env" PATRONI_NAME "$1"
	value "$env" PATRONI_RESTAPI_CONNECT_ADDRESS "$ip:8008"
	value "$env" PATRONI_POSTGRESQL_CONNECT_ADDRESS "$ip:5432"
	for name in SUPERUSER REPLICATION RESTAPI; do
		value "$env" PATRONI_${name}_PASSWORD "$(secret "${name,,}")"
	done
	value "$etc/pgbackrest.conf" repo1-cipher-pass "$(secret backup)"
	own postgres 750 "$dir/backups"
	shares=$(jq -c '. + {"/var/lib/pgbackrest": "backups"}' <<< "$shares")
	[ -z "${CLUSTER_DISK-}" ] || disks=$(jq -cn --arg s "$CLUSTER_DISK" \
	    '{"/var/lib/postgresql": $s}')
	directories='["/var/lib/postgresql", "postgres", "755"],
	    ["/var/lib/postgresql/15", "postgres", "755"],
	    ["/run/postgresql", "postgres", "775"],
	    ["/var/lib/etcd", "etcd", "700"]'
	services=$(service etcd etcd /usr/bin/etcd /etc/default/etcd),$(
	    service patroni postgres "/usr/bin/patroni /etc/patroni/config.yml" \
	    /etc/patroni_env.conf),$(service disk-guard postgres \
	    "$share/disk-guard" /etc/patroni_env.conf)
}

web_host()
{
	put "$repo/cluster/haproxy-database.cfg" "$1" haproxy/haproxy.cfg
	put "$repo/cluster/haproxy.env" "$1" default/haproxy
	put "$repo/cluster/pgbouncer.ini" "$1" cerberus/pgbouncer.ini
	put "$repo/lighttpd/lighttpd.env.sample" "$1" cerberus/lighttpd.env
	cp -r "$repo/lighttpd" "$etc/cerberus/lighttpd"
	{
		echo "\"cerberus_app\" \"$(secret app)\""
		echo "\"cerberus_stripe\" \"$(secret stripe)\""
	} | write "$etc/cerberus/pgbouncer.users" 600
	chown www-data: "$etc/cerberus/pgbouncer.users"
	write "$etc/cerberus/cerberus.conf" 640 www-data <<-EOF
		[cerberus]
		environment = ${CLUSTER_ENVIRONMENT-development}
		secret_key = $(secret key)
		trusted_proxies = $net.${address[lb]}

		[database]
		url = postgresql://cerberus_app@/cerberus?host=/run/cerberus-pool&port=6432
		stripe_url = postgresql://cerberus_stripe@/cerberus?host=/run/cerberus-pool&port=6432
		read_url = postgresql://cerberus_app@/cerberus_standby?host=/run/cerberus-pool&port=6432
		sync_url = postgresql://cerberus_app@/cerberus_sync?host=/run/cerberus-pool&port=6432
		pooled = yes
		${CLUSTER_SETTINGS-}

		[upload]
		layouts = $share/layouts
		${CLUSTER_MORE_SETTINGS-}
	EOF
	value "$etc/cerberus/lighttpd.env" CERBERUS_PROGRAMS \
	    /var/lib/cerberus/programs
	value "$etc/cerberus/lighttpd.env" CERBERUS_PAGES "$share"
	mkdir -p "$dir/$1/lib/cerberus/programs"
	install -m 755 "$programs"/*.cgi "$dir/$1/lib/cerberus/programs"
	directories='["/run/cerberus-pool", "www-data", "700"],
	    ["/run/cerberus", "www-data", "700"],
	    ["/var/log/cerberus", "www-data", "755"],
	    ["/var/spool/cerberus", "www-data", "700"]'
	services=$(service haproxy '' \
	    "/usr/sbin/haproxy -db -f /etc/haproxy/haproxy.cfg" \
	    /etc/default/haproxy),$(service pgbouncer www-data \
	    "/usr/sbin/pgbouncer -q /etc/cerberus/pgbouncer.ini"),$(
	    service lighttpd '' \
	    "/usr/sbin/lighttpd -D -f /etc/cerberus/lighttpd/cerberus.conf" \
	    /etc/cerberus/lighttpd.env)
}

front_host()
{
	put "$repo/cluster/haproxy-web.cfg" "$1" haproxy/haproxy.cfg
	put "$repo/cluster/503.http" "$1" haproxy/503.http
	put "$repo/cluster/haproxy.env" "$1" default/haproxy
	directories='["/run/haproxy", "root", "755"]'
	services=$(service haproxy '' \
	    "/usr/sbin/haproxy -db -f /etc/haproxy/haproxy.cfg" \
	    /etc/default/haproxy)
}
