/* Canvassing: the doors of a list in walking order, and one door. */
import { useEffect, useRef, useState } from '../../vendor/preact.js';
import * as device from '../device.js';
import { drop, keep, keepFor, kept as typed } from '../keep.js';
import * as offline from '../offline.js';
import { Button, count, day, Failure, html, say } from '../ui.js';
import { Choose, isDone, left, progressOf } from './canvass-lists.js';
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

/* What was recorded last, with a way back; it stays until the next. */
function Undo({ last, onUndo })
{
	if (!last)
		return null;
	return html`<p class="undo"><span>${last.what}</span>
		<${Button} onClick=${() => onUndo(last)}>Undo<//></p>`;
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

/*
 * record([[door, people], ...], outcome, more, what) puts contacts into the
 * outbox, and resolves to whether it has.
 */
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
function Person({ p, kept, open, onOpen, onOutcome, onUndo })
{
	const name = `answers of ${p.voter_id}`;
	const [answers, setAnswers] = useState(() => typed(name) || {});
	const result = kept.results[p.voter_id];
	const change = (next) => {
		keep(name, next);
		setAnswers(next);
	};
	const done = async (...all) => {
		if (await onOutcome(...all))
			drop(name);
	};

	return html`<section class="person ${result ? 'done' : ''}">
		<h2><button class="plain" aria-expanded=${String(open)}
		    onClick=${onOpen}>${nameOf(p)}</button></h2>
		<p class="quiet">${aboutOf(p)}${result &&
		    html`${aboutOf(p) && '. '}<strong>${result.outcome}</strong>`}${
		    !result && p.last_contacted_on &&
		    `${aboutOf(p) && '. '}Last contact ${
			day(p.last_contacted_on)}`}</p>
		${open && html`
			<${Questions} questions=${kept.questions}
			    answers=${answers} onAnswers=${change}/>
			<div class="outcomes">
				<${Button} kind="main" onClick=${() => done(
				    'Spoke', answersOf(kept.questions, answers))}
					>Spoke, save<//>
				${OUTCOMES.map((o) => html`<${Button} key=${o}
				    onClick=${() => done(o)}>${o}<//>`)}
				${result && html`<${Button} onClick=${() => onUndo({
				    ids: [result.event], what:
				    `${result.outcome}: ${nameOf(p)}` })}>Undo
				    ${' '}“${result.outcome}”<//>`}
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

		if (!await record([[d, [p]]], outcome, answers ? { answers } : {},
		    `${outcome}: ${nameOf(p)}`))
			return false;
		setOpen(rest[0]?.voter_id);
		if (rest.length === 0 && next(d))
			location.hash = `${base}/${next(d).door_number}`;
		return true;
	}

	async function nobody()
	{
		if (!await record([[d, todo]], HOME, {},
		    `${HOME}: ${addressOf(d)}`))
			return;
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
		    onUndo=${onUndo}
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
	const kept = useStored(async () => await device.list(name) || null,
	    [name]);
	const [last, setLast] = useState(null);
	const [error, setError] = useState(null);
	const top = useRef();
	const busy = useRef(false);
	const door = kept?.doors?.find((d) => d.door_number === Number(number));

	useEffect(() => {
		scrollTo(0, 0);
		top.current?.focus({ preventScroll: true });
	}, [number]);

	/* A second tap while the first is being written does nothing. */
	async function record(doors, outcome, more, what)
	{
		if (busy.current)
			return false;
		busy.current = true;
		try {
			const ids = await offline.record(doors.flatMap(
			    ([d, people]) => contactsOf(kept, d, people, outcome,
			    more)), name);

			setError(null);
			setLast({ ids, what });
			say(`${what}. Recorded.`);
			offline.send().catch(() => {});
			return true;
		} catch (e) {
			setError(new Error('This was not recorded, because ' +
			    `this device has no room for it: ${e.message}`));
			return false;
		} finally {
			busy.current = false;
		}
	}

	async function back({ ids, what })
	{
		await offline.undo(ids, name);
		say(`Undone: ${what}.`);
		setLast(null);
		offline.send().catch(() => {});
	}

	if (kept === undefined)
		return html`<p class="loading">Loading…</p>`;
	if (kept === null || kept.error)
		return html`<h1>This list is not on this device</h1>
			<p>A list is removed after ${device.HOURS} hours, and when
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
