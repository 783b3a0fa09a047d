# shellcheck shell=bash disable=SC2154,SC2034
# Functions that start what the suites need besides the programs: PostgreSQL, npm
# modules, a local Stripe.  To be sourced after script/lib.sh.

ADMIN_URL='' access='' app_url='' stripe_pid=''

# cluster DIR: start a PostgreSQL with the schema; set ADMIN_URL, access (the
# programs' lines for [database]) and app_url.  Deploying takes long: if CLUSTER
# names such a DIR, which was stopped, it is copied.
cluster()
{
	mkdir -p "$1"
	if [ -s "${CLUSTER-}/app-password" ]; then
		cp -a "$CLUSTER/pg" "$CLUSTER"/*-password "$1"
		ADMIN_URL=$("$repo/script/database" start "$1")
	else
		ADMIN_URL=$("$repo/script/database" start "$1")
		"$repo/script/database" migrate "$ADMIN_URL"
	fi
	access=$("$repo/script/database" app "$ADMIN_URL" "$1")
	app_url=$(setting url <<< "$access")
	export ADMIN_URL
}

# modules DIR: install the modules of package-lock.json in DIR.
modules()
{
	mkdir -p "$1"
	(
		cd "$1" || exit
		exec 7> node_modules.lock
		flock 7
		! cmp -s "$repo/package-lock.json" package-lock.json ||
		    [ ! -e node_modules/.complete ] || exit 0
		rm -rf node_modules
		install -m 644 "$repo/package.json" "$repo/package-lock.json" .
		npm ci --ignore-scripts --no-audit --no-fund --silent \
		    </dev/null 7>&- ||
		    die "npm could not fetch what package-lock.json names"
		touch node_modules/.complete
	)
}

# stripe DIR: start a local Stripe, with its log and URL in DIR; set STRIPE_URL
# and stripe_pid.
stripe()
{
	local i

	python3 "$repo/tests/support/stripe_server.py" "$1/stripe-url" \
	    </dev/null > "$1/stripe.log" 2>&1 &
	stripe_pid=$!
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$1/stripe-url" ] || break
		sleep 0.1
	done
	STRIPE_URL=$(cat "$1/stripe-url")
	export STRIPE_URL
}

# remove DIR: remove DIR, and the short directories of run_dir.
remove()
{
	local place

	for place in "$1"/*/run; do
		[ ! -L "$place" ] || rm -rf "$(readlink "$place")"
	done
	rm -rf "$1"
}
