/* Canvassing: lists on this device, doors in walking order, and one door. */
import { useEffect, useRef, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { drop, keep, keepFor, kept as typed } from '../keep.js';
import * as offline from '../offline.js';
import { Button, count, Failure, html, say, useCall } from '../ui.js';
import { aboutOf, answersOf, nameOf, Questions, Style, Unsent, useStored,
    Waiting } from './outcome.js';

const HOME = 'Not home';

/* "N ELM ST" as "N Elm St". */
const cased = (street) => street.replace(/[^ ]+/g, (w) =>
    /^[NS]?[EW]?$/.test(w) ? w : w[0] + w.slice(1).toLowerCase());

const unitOf = (d) => d.unit && (/^\d/.test(d.unit) ? `Apt ${d.unit}` : d.unit);

/* "12 Elm St, Apt 4" */
const addressOf = (d) => [d.number ? `${d.number} ${cased(d.street || '')}` :
    d.street_address, unitOf(d)].filter(Boolean).join(', ');

const isDone = (kept, d) => d.people.every((p) => kept.results[p.voter_id]);

/* What has been recorded at a door: "Not home", or "2 of 3 people". */
function stateOf(kept, d)
{
	const of = d.people.map((p) => kept.results[p.voter_id])
	    .filter(Boolean);
	const words = [...new Set(of.map((r) => r.outcome))];

	if (of.length === 0)
		return '';
	return of.length < d.people.length ?
	    `${of.length} of ${d.people.length} people` : words.join(', ');
}

/* The contacts of some people of a door, for the outbox. */
function contactsOf(kept, d, people, outcome, more)
{
	return people.map((p) => ({
		what: `${outcome}: ${nameOf(p)}, ${addressOf(d)}`,
		body: { voter_id: p.voter_id, campaign_id: kept.campaign_id,
		    interaction_type: 'Door Knock', outcome,
		    interaction_date: offline.stamp(kept.skew), ...more },
	}));
}

/* ---- Choosing a list ---- */

function left(kept)
{
	const hours = Math.max(0, Math.ceil(offline.HOURS -
	    (Date.now() - kept.fetched) / 3600000));

	return `removed from this device in ${count(hours, 'hour')}`;
}

const progressOf = (kept) => `${kept.doors.filter((d) =>
    isDone(kept, d)).length} of ${count(kept.doors.length, 'door')} done`;

function Kept({ kept, campaign })
{
	return html`<li>
		<a href="#/campaigns/${campaign.campaign_id}/canvass/${kept.name}"
			>${kept.title}</a>
		<span class="quiet">${progressOf(kept)}; ${left(kept)}</span>
		<${Button} onClick=${() => offline.dropList(kept.name)}
		    aria-label=${`Remove ${kept.title} from this device`}
			>Remove<//>
	</li>`;
}

function Offer({ name, title, about, campaign })
{
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function take()
	{
		setBusy(true);
		setError(null);
		try {
			await offline.fetchList(name);
			location.hash = `#/campaigns/${campaign.campaign_id}` +
			    `/canvass/${name}`;
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	return html`<li>
		<strong>${title}</strong><span class="quiet">${about}</span>
		<${Button} busy=${busy} onClick=${take}
		    aria-label=${`Take ${title} along`}>Take along<//>
		<${Failure} error=${error}/>
	</li>`;
}

function Choose({ campaign, me })
{
	const id = campaign.campaign_id;
	const here = useStored(offline.lists, []);
	const { data, error, again } = useCall((signal) => Promise.all([
	    api.get('/turfs', { signal, query: { campaign_id: id,
		per_page: 200 } }),
	    api.get('/voters/segments', { signal, query: { campaign_id: id,
		per_page: 200 } })]), [id]);
	const mine = (here || []).filter?.((k) => k.campaign_id === id) || [];
	const taken = new Set(mine.map((k) => k.name));
	const turfs = (data?.[0].data.turfs || []).filter((t) =>
	    !taken.has(`turf-${t.turf_id}`))
	    .sort((a, b) => (b.user_id === me.user.user_id) -
		(a.user_id === me.user.user_id));
	const segments = (data?.[1].data.segments || []).filter((s) =>
	    !taken.has(`segment-${s.segment_id}`));

	return html`<h1>Canvass</h1>
		<${Unsent} me=${me}/>
		<h2>On this device</h2>
		${mine.length === 0 && html`<p class="quiet">Take a list along:
			it then works without a connection.</p>`}
		<ul class="cards field">${mine.map((kept) => html`<${Kept}
		    key=${kept.name} kept=${kept} campaign=${campaign}/>`)}</ul>
		<${Failure} error=${error} again=${again}/>
		<h2>Turfs</h2>
		${data && turfs.length === 0 && html`<p class="quiet">No other
			turfs.</p>`}
		<ul class="cards field">${turfs.map((t) => html`<${Offer}
		    key=${t.turf_id} name=${`turf-${t.turf_id}`}
		    title=${t.turf_name} campaign=${campaign}
		    about=${`${t.user_id === me.user.user_id ? 'Yours; ' : ''}${
			count(t.doors, 'door')}, code ${t.code}`}/>`)}</ul>
		<h2>Universes</h2>
		${data && segments.length === 0 && html`<p class="quiet">No other
			universes.</p>`}
		<ul class="cards field">${segments.map((s) => html`<${Offer}
		    key=${s.segment_id} name=${`segment-${s.segment_id}`}
		    title=${s.segment_name} campaign=${campaign}
		    about="All doors, up to 10,000 people"/>`)}</ul>`;
}

/* ---- Walking ---- */

/* What was recorded last, with a way back; it stays until the next. */
function Undo({ last, onUndo })
{
	if (!last)
		return null;
	return html`<p class="undo"><span>${last.what}</span>
		<${Button} onClick=${onUndo}>Undo<//></p>`;
}

function streetsOf(doors)
{
	const streets = [];

	for (const d of doors) {
		const street = d.street || 'Other addresses';
		const last = streets[streets.length - 1];

		if (last?.street === street && last.zip === d.zip_code)
			last.doors.push(d);
		else
			streets.push({ street, zip: d.zip_code, doors: [d] });
	}
	return streets;
}

function DoorRow({ kept, d, base, picking, picked, onPick })
{
	const done = isDone(kept, d);
	const inside = html`<strong>${d.number || d.street_address}${
	    d.unit && html`<span class="unit">${unitOf(d)}</span>`}</strong>
		<span class="names">${d.people.map(nameOf).join(', ')}</span>
		<span class="state">${stateOf(kept, d)}</span>`;

	if (picking && !done)
		return html`<li><label class="door">
			<input type="checkbox" checked=${picked}
			    onChange=${onPick}/>${inside}</label></li>`;
	return html`<li class=${done ? 'done' : ''}>
		<a class="door" href="${base}/${d.door_number}">${inside}</a>
	</li>`;
}

function Street({ s, kept, open, picked, onPick, ...rest })
{
	const todo = s.doors.filter((d) => !isDone(kept, d)).length;
	const [shown, setShown] = useState(open);

	return html`<details open=${shown}
	    onToggle=${(e) => setShown(e.target.open)}>
		<summary><strong>${cased(s.street)}</strong>
			<span class="quiet">${todo ? `${todo} left` : 'done'}
			</span></summary>
		${shown && html`<ul class="doors">${s.doors.map((d) => html`
			<${DoorRow} key=${d.door_number} d=${d} kept=${kept}
			    picked=${picked.has(d.door_number)}
			    onPick=${() => onPick(d.door_number)} ...${rest}/>`)}
		</ul>`}
	</details>`;
}

/* record(d, people, outcome, more, what) puts contacts into the outbox. */
function List({ kept, base, next, me, last, onUndo, record })
{
	const [picking, setPicking] = useState(false);
	const [picked, setPicked] = useState(new Set());
	const streets = streetsOf(kept.doors);
	const pick = (n) => setPicked((old) => {
		const now = new Set(old);

		if (!now.delete(n))
			now.add(n);
		return now;
	});

	async function nobody()
	{
		const doors = kept.doors.filter((d) =>
		    picked.has(d.door_number));

		setPicking(false);
		setPicked(new Set());
		await record(doors.map((d) => [d, d.people.filter((p) =>
		    !kept.results[p.voter_id])]), HOME, {},
		    `${HOME}: ${count(doors.length, 'door')}`);
	}

	return html`<p><a href=${base.replace(/\/[^/]*$/, '')}>All lists</a></p>
		<h1>${kept.title}</h1>
		<p class="quiet">${progressOf(kept)}; ${left(kept)}</p>
		<${Unsent} me=${me}/>
		${streets.map((s, i) => html`<${Street} key=${i} s=${s} kept=${kept}
		    base=${base} picking=${picking} picked=${picked}
		    onPick=${pick} open=${streets.length < 4 ||
			s.doors.includes(next)}/>`)}
		<div class="thumb">
			<${Waiting} me=${me}/>
			<${Undo} last=${last} onUndo=${onUndo}/>
			${picking ? html`
				<${Button} onClick=${() => setPicking(false)}
					>Cancel<//>
				<${Button} kind="main" disabled=${picked.size === 0}
				    onClick=${nobody}>${HOME}: ${count(picked.size,
				    'door')}<//>` : html`
				<${Button} disabled=${!next}
				    onClick=${() => setPicking(true)}>Several not
					home<//>
				${next ? html`<a class="button main"
				    href="${base}/${next.door_number}">Next door</a>` :
				html`<strong>All doors are done.</strong>`}`}
		</div>`;
}

const OUTCOMES = ['Not home', 'Refused', 'Moved'];

/* One person: their answers, or why there are none. */
function Person({ p, kept, open, onOpen, onOutcome })
{
	const name = `answers of ${p.voter_id}`;
	const [answers, setAnswers] = useState(() => typed(name) || {});
	const result = kept.results[p.voter_id];
	const change = (next) => {
		keep(name, next);
		setAnswers(next);
	};
	const done = (...all) => {
		drop(name);
		onOutcome(...all);
	};

	return html`<section class="person ${result ? 'done' : ''}">
		<h2><button class="plain" aria-expanded=${String(open)}
		    onClick=${onOpen}>${nameOf(p)}</button></h2>
		<p class="quiet">${aboutOf(p)}${result &&
		    html`${aboutOf(p) && '. '}<strong>${result.outcome}</strong>`}${
		    !result && p.last_contacted_on &&
		    `${aboutOf(p) && '. '}Last contact ${p.last_contacted_on}`}</p>
		${open && html`
			<${Questions} questions=${kept.questions}
			    answers=${answers} onAnswers=${change}/>
			<div class="outcomes">
				<${Button} kind="main" onClick=${() => done(
				    'Spoke', answersOf(kept.questions, answers))}
					>Spoke, save<//>
				${OUTCOMES.map((o) => html`<${Button} key=${o}
				    onClick=${() => done(o)}>${o}<//>`)}
			</div>`}
	</section>`;
}

function Door({ kept, d, base, next, me, last, onUndo, record })
{
	const todo = d.people.filter((p) => !kept.results[p.voter_id]);
	const [open, setOpen] = useState(todo[0]?.voter_id);
	const before = kept.doors[kept.doors.indexOf(d) - 1];
	const after = kept.doors[kept.doors.indexOf(d) + 1];

	async function one(p, outcome, answers)
	{
		const rest = todo.filter((x) => x !== p);

		await record([[d, [p]]], outcome, answers ? { answers } : {},
		    `${outcome}: ${nameOf(p)}`);
		setOpen(rest[0]?.voter_id);
		if (rest.length === 0 && next(d))
			location.hash = `${base}/${next(d).door_number}`;
	}

	async function nobody()
	{
		await record([[d, todo]], HOME, {}, `${HOME}: ${addressOf(d)}`);
		if (next(d))
			location.hash = `${base}/${next(d).door_number}`;
		else
			location.hash = base;
	}

	return html`<p><a href=${base}>All doors</a>
		${before && html` · <a href="${base}/${before.door_number}"
			>Door before</a>`}
		${after && html` · <a href="${base}/${after.door_number}"
			>Door after</a>`}</p>
		<h1>${addressOf(d)}</h1>
		<p class="quiet">${[d.city, d.zip_code].filter(Boolean)
		    .join(' ')}. Door ${d.door_number} of ${kept.doors.length}</p>
		<${Unsent} me=${me}/>
		${d.people.map((p) => html`<${Person} key=${p.voter_id} p=${p}
		    kept=${kept} open=${open === p.voter_id}
		    onOpen=${() => setOpen(open === p.voter_id ? null :
			p.voter_id)}
		    onOutcome=${(outcome, answers) => one(p, outcome, answers)}/>`)}
		<div class="thumb">
			<${Waiting} me=${me}/>
			<${Undo} last=${last} onUndo=${onUndo}/>
			<${Button} disabled=${todo.length === 0} onClick=${nobody}
				>Nobody home<//>
			${next(d) ? html`<a class="button main"
			    href="${base}/${next(d).door_number}">Next door</a>` :
			html`<a class="button main" href=${base}>All doors</a>`}
		</div>`;
}

/* The first door after this one, or from the start, that is not done. */
function nextOf(kept, d)
{
	const at = kept.doors.indexOf(d) + 1;

	return [...kept.doors.slice(at), ...kept.doors.slice(0, at)]
	    .find((x) => x !== d && !isDone(kept, x));
}

function Walk({ name, number, campaign, me })
{
	const base = `#/campaigns/${campaign.campaign_id}/canvass/${name}`;
	const kept = useStored(async () => await offline.list(name) || null,
	    [name]);
	const [last, setLast] = useState(null);
	const [error, setError] = useState(null);
	const top = useRef();
	const door = kept?.doors?.find((d) => d.door_number === Number(number));

	useEffect(() => {
		scrollTo(0, 0);
		top.current?.focus({ preventScroll: true });
	}, [number]);

	async function record(doors, outcome, more, what)
	{
		try {
			const ids = await offline.record(doors.flatMap(
			    ([d, people]) => contactsOf(kept, d, people, outcome,
			    more)), name);

			setError(null);
			setLast({ ids, what });
			say(`${what}. Recorded.`);
			offline.send().catch(() => {});
		} catch (e) {
			setError(new Error('This was not recorded, because ' +
			    `this device has no room for it: ${e.message}`));
			throw e;
		}
	}

	async function back()
	{
		await offline.undo(last.ids, name);
		say(`Undone: ${last.what}.`);
		setLast(null);
		offline.send().catch(() => {});
	}

	if (kept === undefined)
		return html`<p class="loading">Loading…</p>`;
	if (kept === null || kept.error)
		return html`<h1>This list is not on this device</h1>
			<p>A list is removed after ${offline.HOURS} hours, and when
				you sign out. What you recorded is kept until it is
				sent.</p>
			<${Unsent} me=${me}/>
			<p><a class="button" href=${base.replace(/\/[^/]*$/, '')}
				>All lists</a></p>`;
	const props = { kept, base, me, last, record, onUndo: back };

	return html`<div ref=${top} tabindex="-1" class="walk">
		<${Failure} error=${error}/>
		${door ? html`<${Door} key=${number} d=${door}
		    next=${(d) => nextOf(kept, d)} ...${props}/>` :
		html`<${List} next=${nextOf(kept)} ...${props}/>`}
	</div>`;
}

export default function Canvass({ path, campaign, me })
{
	/* Before anything below asks for this person's lists. */
	offline.start(me.user.username);
	keepFor(me.user.username);
	useEffect(offline.install, []);
	return html`<${Style}/>${path[0] ? html`<${Walk} name=${path[0]}
		number=${path[1]} campaign=${campaign} me=${me}/>` :
	html`<${Choose} campaign=${campaign} me=${me}/>`}`;
}
