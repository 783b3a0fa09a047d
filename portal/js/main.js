/* Starts the portal: who is signed in, which campaign, which page. */
import { html, render, useEffect, useErrorBoundary, useRef, useState } from
    '../vendor/preact.js';
import * as api from './api.js';
import { Invitation, SignIn } from './pages/sign-in.js';

/*
 * The pages of a campaign, in the order of the navigation: the first part of
 * the path, the label, the module in pages/, the one for a single row, whose id
 * follows in the path, if there is one, and the role that they need.
 */
const pages = [
	{ path: '', label: 'Home', page: 'home', role: 'viewer' },
	{ path: 'voters', label: 'Voters', page: 'voters', one: 'voter',
	    role: 'viewer' },
	{ path: 'import', label: 'Import', page: 'import', role: 'viewer' },
	{ path: 'canvass', label: 'Canvass', page: 'canvass', role: 'editor' },
	{ path: 'phones', label: 'Phone bank', page: 'phones',
	    role: 'editor' },
	{ path: 'surveys', label: 'Surveys', page: 'surveys', role: 'viewer' },
	{ path: 'donations', label: 'Donations', page: 'donations',
	  role: 'viewer' },
	{ path: 'team', label: 'Team', page: 'team', role: 'viewer' },
	{ path: 'settings', label: 'Settings', page: 'settings',
	  role: 'manager' },
];
/* Pages outside of campaigns. */
const others = [
	{ path: 'account', label: 'Your account', page: 'account' },
];

const ranks = ['viewer', 'editor', 'manager', 'admin'];
const FLAG = 'cerberus.signed-in';
/* Who was signed in last, to open the page without a connection. */
const LAST = 'cerberus.last';
const PATIENCE = 5000;		/* milliseconds until it is used */

function lastTime()
{
	try {
		return JSON.parse(localStorage.getItem(LAST));
	} catch {
		return null;
	}
}

function note(more)
{
	localStorage.setItem(LAST, JSON.stringify({ ...lastTime(), ...more }));
}

/* How many contacts offline.js has not sent yet, of this person. */
function useUnsent(username)
{
	const read = () => Number(localStorage.getItem(
	    `cerberus.unsent.${username}`));
	const [n, setN] = useState(read);

	useEffect(() => {
		const changed = () => setN(read());

		changed();
		if (read())
			import('./offline.js').then((m) => m.start(username),
			    () => {});
		addEventListener('cerberus-unsent', changed);
		addEventListener('storage', changed);
		return () => {
			removeEventListener('cerberus-unsent', changed);
			removeEventListener('storage', changed);
		};
	}, [username]);
	return n;
}

/*
 * "#/campaigns/3/voters/5?q=x": { campaign, path, query }.  Anybody can send a
 * link, and pages put the parts of its path into those of calls, so no other
 * characters are accepted.
 */
function parse(hash)
{
	const [where, search] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
	const path = where.split('/').filter(Boolean);
	const query = Object.fromEntries(new URLSearchParams(search));

	if (!path.every((part) => /^[\w-]+$/.test(part)))
		return { campaign: 0, path: ['?'], query };
	if (path[0] !== 'campaigns' || !/^\d+$/.test(path[1] || ''))
		return { campaign: 0, path, query };
	return { campaign: Number(path[1]), path: path.slice(2), query };
}

function useRoute()
{
	const [route, setRoute] = useState(() => parse(location.hash));

	useEffect(() => {
		const changed = () => {
			/* The skip link is not a page. */
			if (location.hash !== '#main')
				setRoute(parse(location.hash));
		};

		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	}, []);
	return route;
}

/* Load a page's module when it is first visited. */
function usePage(name)
{
	const [loaded, setLoaded] = useState({});

	useEffect(() => {
		let gone = false;

		if (name)
			import(`./pages/${name}.js`).then(
			    (m) => gone || setLoaded({ name, Page: m.default }),
			    (error) => gone || setLoaded({ name, error }));
		return () => {
			gone = true;
		};
	}, [name]);
	return loaded.name === name ? loaded : {};
}

function Failed({ error, again })
{
	return html`<div class="notice bad" role="alert">
		<p><strong>This page could not be shown.</strong>
			${' '}${error.message}</p>
		<button onClick=${again}>Try again</button>
	</div>`;
}

/* What is written in the page; an error in it does not take the rest along. */
function Content({ row, ...props })
{
	const name = row.one && props.path.length ? row.one : row.page;
	const { Page, error } = usePage(name);
	const [broken, mend] = useErrorBoundary();
	const main = useRef();
	const shown = useRef(false);

	/* Another page begins at its top. */
	useEffect(() => {
		if (shown.current)
			scrollTo(0, 0);
	}, [row, props.path.join('/')]);
	useEffect(() => {
		mend();
		document.title = [row.label, props.campaign?.campaign_name,
		    'Cerberus'].filter(Boolean).join(' · ');
		if (shown.current)
			main.current.focus();
		shown.current = true;
	}, [row, name]);
	return html`<main id="main" tabindex="-1" ref=${main}>
		${broken || error ? html`<${Failed} error=${broken || error}
			again=${() => location.reload()}/>` :
		Page ? html`<${Page} ...${props}/>` :
		html`<p class="loading">Loading…</p>`}
	</main>`;
}

function Menu({ rows, campaign, here })
{
	return html`<nav aria-label="Pages">
		<ul>${rows.map((row) => html`<li key=${row.path}>
			<a href="#/campaigns/${campaign.campaign_id}/${row.path}"
			    aria-current=${row === here ? 'page' : null}
				>${row.label}</a></li>`)}</ul>
	</nav>`;
}

/* Only a person's choice moves to another campaign, not each arrow key. */
function ChooseCampaign({ campaigns, now })
{
	const go = (event) => {
		if (event.target.value)
			location.hash = `#/campaigns/${event.target.value}/`;
	};

	/* The list is as old as the session; the campaign is fresh. */
	const nameOf = (c) => (c.campaign_id === now?.campaign_id ? now : c)
	    .campaign_name;

	if (campaigns.length === 1)
		return html`<a class="campaign" href="#/campaigns/${
		    campaigns[0].campaign_id}/">${
		    nameOf(campaigns[0])}</a>`;
	if (!campaigns.length)
		return null;
	return html`<label class="campaign">
		<span class="unseen">Campaign</span>
		<select value=${now?.campaign_id ?? ''} onChange=${go}>
			${!now && html`<option value="">Choose a campaign
				</option>`}
			${campaigns.map((c) => html`<option key=${c.campaign_id}
			    value=${c.campaign_id}>${nameOf(c)}</option>`)}
		</select>
	</label>`;
}

function Top({ me, campaigns, campaign, lost, onSignOut, open, setOpen })
{
	const unsent = useUnsent(me.user.username);

	return html`<header class="top">
		${campaign && html`<button class="menu" aria-expanded=${open}
		    onClick=${() => setOpen(!open)}>Menu</button>`}
		<a class="brand" href="#/">Cerberus</a>
		<${ChooseCampaign} campaigns=${campaigns} now=${campaign}/>
		${unsent > 0 && html`<span class="chip">${unsent} unsent</span>`}
		<span class="who">
			<a href="#/account">${me.user.full_name ||
			    me.user.username}</a>
			<button onClick=${onSignOut}>Sign out</button>
		</span>
		${lost && html`<p class="lost" role="status">No connection. What
			you type is kept in this browser until it is saved.</p>`}
	</header>`;
}

function Campaigns({ campaigns })
{
	useEffect(() => {
		document.title = 'Campaigns · Cerberus';
	}, []);
	return html`<main id="main" tabindex="-1">
		<h1>Campaigns</h1>
		${campaigns.length === 0 && html`<p>You are not a member of a
			campaign yet. Ask a manager of yours to add you.</p>`}
		<ul class="cards">${campaigns.map((c) => html`
			<li key=${c.campaign_id}>
				<a href="#/campaigns/${c.campaign_id}/">
					${c.campaign_name}</a>
				<span>${c.role ? `You are ${c.role}` :
				    c.campaign_type || ''}</span>
			</li>`)}</ul>
	</main>`;
}

/* The campaigns that one can choose: an admin sees all. */
async function campaignsOf(me)
{
	if (me.user.role !== 'admin')
		return me.campaigns;
	const { data } = await api.get('/campaigns', { query: {
	    per_page: 200, sort: 'campaign_name' } });

	return data.campaigns;
}

function useCampaign(id)
{
	const [row, setRow] = useState(null);
	const [round, setRound] = useState(0);

	/* Its settings have been saved. */
	useEffect(() => {
		const changed = () => setRound((n) => n + 1);

		api.signals.addEventListener('campaign', changed);
		return () => api.signals.removeEventListener('campaign', changed);
	}, []);
	useEffect(() => {
		const stop = new AbortController();

		if (id && !navigator.onLine)
			setRow(lastTime()?.rows?.[id] ?? null);
		if (id)
			api.get(`/campaigns/${id}`, { signal: stop.signal })
			    .then(({ data }) => {
				note({ rows: { ...lastTime()?.rows,
				    [id]: data } });
				setRow(data);
			    }, (error) => error.name === 'AbortError' ||
			    setRow((error.status === 0 &&
				lastTime()?.rows?.[id]) ||
				{ campaign_id: id, error }));
		return () => stop.abort();
	}, [id, round]);
	return row?.campaign_id === id ? row : null;
}

function Signed({ me, campaigns, onSignOut })
{
	const route = useRoute();
	const campaign = useCampaign(route.campaign);
	const [lost, setLost] = useState(!navigator.onLine);
	const [open, setOpen] = useState(false);
	const role = me.user.role === 'admin' ? 'admin' :
	    me.campaigns.find((c) => c.campaign_id === route.campaign)?.role;
	const can = (needed) => ranks.indexOf(role) >= ranks.indexOf(needed);
	const rows = pages.filter((p) => can(p.role));
	const row = route.campaign ?
	    rows.find((p) => p.path === (route.path[0] || '')) :
	    others.find((p) => p.path === route.path[0]);

	useEffect(() => {
		const on = () => setLost(true);
		const off = () => setLost(false);

		api.signals.addEventListener('lost', on);
		api.signals.addEventListener('found', off);
		addEventListener('offline', on);
		addEventListener('online', off);
		return () => {
			api.signals.removeEventListener('lost', on);
			api.signals.removeEventListener('found', off);
			removeEventListener('offline', on);
			removeEventListener('online', off);
		};
	}, []);
	useEffect(() => setOpen(false), [route]);
	useEffect(() => {
		if (!route.campaign && !route.path.length &&
		    campaigns.length === 1)
			location.replace(
			    `#/campaigns/${campaigns[0].campaign_id}/`);
	}, [route]);

	const props = { path: route.path.slice(1), query: route.query, me,
	    campaign, role, can };

	return html`<div class=${open ? 'shell open' : 'shell'}>
		<${Top} me=${me} campaigns=${campaigns} lost=${lost}
		    campaign=${campaign} onSignOut=${onSignOut} open=${open}
		    setOpen=${setOpen}/>
		${campaign && !campaign.error && html`<${Menu} rows=${rows}
		    campaign=${campaign} here=${row}/>`}
		${campaign?.error ? html`<main id="main" tabindex="-1">
			<p class="notice bad">${campaign.error.message}</p>
			</main>` :
		route.campaign && !campaign ? html`<main id="main" tabindex="-1">
			<p class="loading">Loading…</p></main>` :
		row ? html`<${Content} row=${row} ...${props}/>` :
		route.path.length ? html`<main id="main" tabindex="-1">
			<h1>There is no such page</h1>
			<p><a href="#/">All campaigns</a></p></main>` :
		html`<${Campaigns} campaigns=${campaigns}/>`}
	</div>`;
}

/* "#invitation=TOKEN&user=NAME", where the name may be missing. */
function invitation()
{
	const link = new URLSearchParams(location.hash.slice(1));

	return link.get('invitation') ? { token: link.get('invitation'),
	    user: link.get('user') } : undefined;
}

/* state: null while it is not known who is signed in. */
function App()
{
	const [state, setState] = useState(null);
	const [invited, setInvited] = useState(invitation);
	const [error, setError] = useState(null);

	async function start(words)
	{
		const flagged = localStorage.getItem(FLAG);
		const { me: last, campaigns } = flagged && lastTime() || {};
		const asLast = () => setState((s) => s?.me ? s :
		    { me: last, campaigns });
		const timer = last && setTimeout(asLast,
		    navigator.onLine ? PATIENCE : 0);

		setError(null);
		try {
			const me = flagged ? await api.me() : null;
			const all = me && await campaignsOf(me);

			clearTimeout(timer);
			if (me)
				note({ me, campaigns: all });
			else
				localStorage.removeItem(LAST);
			setState(me ? { me, campaigns: all } :
			    { note: words });
		} catch (e) {
			clearTimeout(timer);
			if (last && e.status === 0)
				asLast();
			else
				setError(e);
		}
	}

	function signedIn(answer)
	{
		localStorage.setItem(FLAG, '1');
		leaveInvitation();
		if (answer?.totp_setup_required)
			import('./pages/account.js').then((m) =>
			    setState({ SetUp: m.SetUpFactor }), setError);
		else
			start();
	}

	/* The link must not stay in the history. */
	function leaveInvitation()
	{
		if (!invited)
			return;
		history.replaceState(null, '', '#/');
		setInvited(undefined);
	}

	async function signOut()
	{
		const { dropAll, keptNames } = await import('./keep.js');
		const offline = await import('./offline.js');
		const device = await import('./device.js');
		const unsent = localStorage.getItem(
		    `cerberus.unsent.${state.me.user.username}`);

		if (unsent && !confirm(`${unsent} recorded on this device ` +
		    'and not sent yet. They stay here until you sign in again ' +
		    'on this device. Sign out all the same?'))
			return;

		if (keptNames().length && !confirm('Some of what you typed ' +
		    'is not saved yet. Sign out and forget it?'))
			return;
		try {
			await api.signOut();
		} catch (e) {
			if (e.status !== 401) {
				alert(e.message);
				return;
			}
		}
		dropAll();
		await device.dropLists(state.me.user.username)
		    .catch(() => {});
		offline.stop();
		localStorage.removeItem(LAST);
		localStorage.removeItem(FLAG);
		location.hash = '#/';
		setState({ note: 'You are signed out.' });
	}

	useEffect(() => {
		/* Nobody may go on as this person by turning the network off. */
		const ended = () => {
			localStorage.removeItem(LAST);
			setState((s) => ({ ...s, me: undefined,
			    note: 'Your session has ended. Sign in again to go ' +
			    'on where you were.' }));
		};
		const linked = () => setInvited(invitation());

		start();
		api.signals.addEventListener('signed-out', ended);
		addEventListener('hashchange', linked);
	}, []);

	if (invited)
		return html`<${Invitation} ...${invited} onSignedIn=${signedIn}
		    onDone=${() => {
			leaveInvitation();
			setState({ note: 'Your password is set. Sign in with ' +
			    'it.' });
		    }}/>`;
	if (error)
		return html`<main id="main" class="alone"><h1>Cerberus</h1>
			<${Failed} error=${error} again=${() => start()}/>
			</main>`;
	if (state === null)
		return html`<main id="main" class="alone">
			<p class="loading">Loading…</p></main>`;
	if (state.SetUp)
		return html`<main id="main" class="alone">
			<h1>Set up a second factor</h1>
			<p>Your role needs one. Afterwards sign in again with a
				code.</p>
			<${state.SetUp} onDone=${() => setState({ note:
			    'The second factor is set up. Sign in with it.' })}/>
			</main>`;
	if (!state.me)
		return html`<${SignIn} note=${state.note}
		    onSignedIn=${signedIn}/>`;
	return html`<${Signed} ...${state} onSignOut=${signOut}/>`;
}

render(html`<${App}/>`, document.getElementById('app'));
