/* The phone bank: one person at a time, whom nobody else has in hand. */
import { useEffect, useRef, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import * as offline from '../offline.js';
import { Button, Confirm, count, Failure, Field, html, Notice, say, time,
    useCall } from '../ui.js';
import { aboutOf, answersOf, nameOf, Questions, Style, Unsent, Waiting } from
    './outcome.js';

const LISTS = '/interactions/call-lists';

/* "+19195550123" as people read it. */
const spoken = (n) => n.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');

/* ---- Choosing a list ---- */

/* source: { segment_id } or { turf_id }; without one the list exists. */
function Offer({ title, about, source, list, campaign })
{
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);
	const to = (id) => `#/campaigns/${campaign.campaign_id}/phones/${id}`;

	async function make()
	{
		setBusy(true);
		setError(null);
		try {
			const { data } = await api.post(LISTS, source,
			    { timeout: 60000 });

			location.hash = to(data.call_list_id);
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	return html`<li>
		${list ? html`<a href=${to(list.call_list_id)}>${title}</a>` :
		html`<strong>${title}</strong>`}
		<span class="quiet">${about}</span>
		<${Button} busy=${busy} onClick=${make} aria-label=${list ?
		    `Look for new people in ${title}` : `Call ${title}`}
			>${list ? 'Look for new people' : 'Call'}<//>
		<${Failure} error=${error}/>
	</li>`;
}

/* Everything that can be called: lists, then what they can be made from. */
function offersOf(data)
{
	const [lists, turfs, segments] = data.map((a) => Object.values(a.data)
	    .find(Array.isArray) || []);
	const used = (key, id) => lists.some((l) => l[key] === id);

	return {
		lists,
		turfs: turfs.filter((t) => !used('turf_id', t.turf_id)),
		segments: segments.filter((s) =>
		    !used('segment_id', s.segment_id)),
	};
}

function Choose({ campaign, me })
{
	const id = campaign.campaign_id;
	const query = { campaign_id: id, per_page: 200 };
	const { data, error, again } = useCall((signal) => Promise.all(
	    [LISTS, '/turfs', '/voters/segments'].map((path) =>
	    api.get(path, { signal, query }))), [id]);
	const { lists, turfs, segments } = data ? offersOf(data) : {};

	return html`<h1>Phone bank</h1>
		<${Unsent} me=${me}/>
		<${Failure} error=${error} again=${again}/>
		${data && html`
		<h2>Call lists</h2>
		${lists.length === 0 && html`<p class="quiet">None yet. Choose a
			universe or a turf to call.</p>`}
		<ul class="cards field">${lists.map((l) => html`<${Offer}
		    key=${l.call_list_id} title=${l.list_name} list=${l}
		    campaign=${campaign} about=${count(l.people, 'person',
			'people')}
		    source=${l.segment_id ? { segment_id: l.segment_id } :
			{ turf_id: l.turf_id }}/>`)}</ul>
		<h2>Universes</h2>
		${segments.length === 0 && html`<p class="quiet">No others.</p>`}
		<ul class="cards field">${segments.map((s) => html`<${Offer}
		    key=${s.segment_id} title=${s.segment_name}
		    campaign=${campaign} source=${{ segment_id: s.segment_id }}
		    />`)}</ul>
		<h2>Turfs</h2>
		${turfs.length === 0 && html`<p class="quiet">No others.</p>`}
		<ul class="cards field">${turfs.map((t) => html`<${Offer}
		    key=${t.turf_id} title=${t.turf_name} campaign=${campaign}
		    about=${count(t.people, 'person', 'people')}
		    source=${{ turf_id: t.turf_id }}/>`)}</ul>`}`;
}

/* ---- Calling ---- */

/* When to call back: the label, and the time. */
function moments()
{
	const at = (days, hour) => {
		const d = new Date();

		d.setDate(d.getDate() + days);
		d.setHours(hour, 0, 0, 0);
		return d;
	};
	const soon = new Date(Date.now() + 3600000);

	return [['In an hour', soon],
	    ['This evening at 6', at(0, 18)],
	    ['Tomorrow morning at 10', at(1, 10)],
	    ['Tomorrow evening at 6', at(1, 18)]]
	    .filter(([, d]) => d > Date.now() + 600000);
}

function Back({ onBack, onClose })
{
	const [other, setOther] = useState('');

	return html`<div class="back" role="group"
		aria-label="When to call back">
		<h3>When do they want to be called?</h3>
		<div class="outcomes">${moments().map(([label, d]) => html`
			<${Button} key=${label} onClick=${() => onBack(d)}
				>${label}<//>`)}
			<${Button} onClick=${onClose}>Cancel<//></div>
		<form class="row" onSubmit=${(e) => {
			e.preventDefault();
			onBack(new Date(other));
		}}>
			<${Field} label="Another time" type="datetime-local" required
			    value=${other} onValue=${setOther}/>
			<button>Call back then</button>
		</form>
	</div>`;
}

function Earlier({ contacts, zone })
{
	if (contacts.length === 0)
		return html`<p class="quiet">No contact so far.</p>`;
	return html`<ul class="earlier quiet">${contacts.map((c, i) => html`
		<li key=${i}>${time(c.interaction_date, zone)}:
			${' '}${c.interaction_type}${c.outcome &&
			`, ${c.outcome}`}</li>`)}</ul>`;
}

/* finish(outcome, then, more): what became of the call. */
function Person({ call, questions, zone, finish, busy })
{
	const [answers, setAnswers] = useState({});
	const [asking, setAsking] = useState(false);
	const [sure, setSure] = useState(false);
	const act = (label, then, more) => html`<${Button} disabled=${busy}
		onClick=${() => finish(label, then, more)}>${label}<//>`;

	return html`<section class="person">
		<h2>${nameOf(call)}</h2>
		<p class="quiet">${[aboutOf(call), call.city].filter(Boolean)
		    .join(', ')}${call.tries > 0 && `. Called ${count(call.tries,
		    'time')} before`}</p>
		<${Earlier} contacts=${call.contacts} zone=${zone}/>
		<p><a class="button main call" href="tel:${call.phone_number}"
			>Call ${spoken(call.phone_number)}</a></p>
		<${Questions} questions=${questions} answers=${answers}
		    onAnswers=${setAnswers}/>
		<div class="outcomes">
			<${Button} kind="main" disabled=${busy} onClick=${() =>
			    finish('Spoke', 'done', { answers: answersOf(
				questions, answers) })}>Spoke, save<//>
			${act('No answer', 'later')}
			${act('Left a message', 'later')}
			${act('Refused', 'done')}
			<${Button} disabled=${busy} aria-expanded=${String(asking)}
			    onClick=${() => setAsking(!asking)}>Call back later<//>
			${act('Wrong number', 'wrong_number', {
			    phone_number: call.phone_number })}
			<${Button} kind="danger" disabled=${busy}
			    onClick=${() => setSure(true)}>Do not call again<//>
		</div>
		${asking && html`<${Back} onClose=${() => setAsking(false)}
		    onBack=${(d) => finish('Call back', 'call_back',
			{ call_back_at: d.toISOString() })}/>`}
		${sure && html`<${Confirm} title="Do not call again?" danger
		    act="Opt them out" onClose=${() => setSure(false)}
		    run=${() => finish('Do not call', 'opt_out')}>
			<p>This opts ${nameOf(call)} and all their numbers out of
				calls by this campaign, for good.</p><//>`}
	</section>`;
}

/* The event of a call's end. */
function contactOf(call, list, outcome, then, { answers, ...more } = {})
{
	return {
		what: `${outcome}: ${nameOf(call)}, by phone`,
		body: { voter_id: call.voter_id, campaign_id: list.campaign_id,
		    interaction_type: 'Phone Call', outcome, answers,
		    interaction_date: offline.stamp(),
		    call: { call_list_id: list.call_list_id, then, ...more } },
	};
}

function Nobody({ answer, zone, again, base })
{
	return html`<${Notice}>
		<p><strong>${answer.left === 0 ?
		    'Everybody on this list has been called.' :
		    'Nobody is to be called right now.'}</strong></p>
		${answer.next_due_at && html`<p>The next at
			${' '}${time(answer.next_due_at, zone)}.</p>`}
	<//>
	<p class="row"><${Button} onClick=${again}>Look again<//>
		<a class="button" href=${base}>All lists</a></p>`;
}

/*
 * state: { call, left, ... } as the server answers; null while it is asked, or
 * while the last result has not arrived there.
 */
function Calls({ id, campaign, me })
{
	const base = `#/campaigns/${campaign.campaign_id}/phones`;
	const zone = campaign.time_zone;
	const [state, setState] = useState(null);
	const [error, setError] = useState(null);
	const [waits, setWaits] = useState(null);
	const [busy, setBusy] = useState(false);
	const [last, setLast] = useState(null);
	const top = useRef();
	const running = useRef(false);	/* a second tap does nothing */
	const { data, error: missing } = useCall((signal) => Promise.all([
	    api.get(`${LISTS}/${id}`, { signal }),
	    api.get('/surveys/questions', { signal, query: {
		campaign_id: campaign.campaign_id, per_page: 200 } })]), [id]);
	const list = data?.[0].data;
	const questions = data?.[1].data.questions || [];

	async function next()
	{
		setState(null);
		setError(null);
		try {
			setState((await api.post(`${LISTS}/${id}/next`)).data);
			top.current?.focus({ preventScroll: true });
			scrollTo(0, 0);
		} catch (e) {
			setError(e);
		}
	}

	/* Is the event on the server?  The next person may be asked for then. */
	async function arrived(event)
	{
		await offline.send().catch(() => {});
		const row = (await offline.outbox()).find((r) =>
		    r.id === event);

		/* Refused: it stays in view, and the person is given back. */
		if (row?.problem)
			await api.post(`${LISTS}/${id}/give-back`);
		return !row || Boolean(row.problem);
	}

	async function goOn(event)
	{
		setBusy(true);
		try {
			if (await arrived(event)) {
				setWaits(null);
				await next();
			} else {
				setState(null);
				setWaits(event);
			}
		} catch (e) {
			setError(e);
		}
		setBusy(false);
	}

	async function finish(outcome, then, more)
	{
		const { call } = state;

		if (running.current)
			return;
		running.current = true;
		const contact = contactOf(call, list, outcome, then, more);

		setBusy(true);
		try {
			const [event] = await offline.record([contact]);

			setLast(then === 'opt_out' ? null : { event, call,
			    what: contact.what });
			say(`${contact.what}. Recorded.`);
			await goOn(event);
		} catch (e) {
			setError(e);
			setBusy(false);
		}
		running.current = false;
	}

	async function undo()
	{
		const { event, call, what } = last;

		setBusy(true);
		setLast(null);
		try {
			if (state?.call)
				await api.post(`${LISTS}/${id}/give-back`);
			await offline.undo([event], undefined, { [event]: {
			    voter_id: call.voter_id,
			    campaign_id: list.campaign_id,
			    call: { call_list_id: list.call_list_id,
				then: 'reopen' } } });
			say(`Undone: ${what}.`);
			await goOn(event);
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	async function giveBack()
	{
		setBusy(true);
		try {
			await api.post(`${LISTS}/${id}/give-back`);
			location.hash = base;
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	useEffect(() => {
		if (list)
			next();
	}, [list]);
	useEffect(() => {
		const online = () => waits && goOn(waits);

		addEventListener('online', online);
		return () => removeEventListener('online', online);
	}, [waits]);

	return html`<div ref=${top} tabindex="-1" class="walk">
		<p><a href=${base}>All lists</a></p>
		<h1>${list?.list_name || 'Phone bank'}</h1>
		${state && html`<p class="quiet">${state.left >= 1000 ?
		    'More than 1,000 people' : count(state.left, 'person',
		    'people')} to reach</p>`}
		<${Unsent} me=${me}/>
		<${Failure} error=${missing || error} again=${error && next}/>
		${waits && html`<${Notice} kind="warn">
			<p>There is no connection. What you recorded is kept; the
				next person follows when it has been sent.</p>
			<${Button} busy=${busy} onClick=${() => goOn(waits)}>Try
				again<//><//>`}
		${state?.call && html`<${Person} key=${state.call.call_id +
		    state.call.held_until} call=${state.call} zone=${zone}
		    questions=${questions} finish=${finish} busy=${busy}/>`}
		${state && !state.call && html`<${Nobody} answer=${state}
		    zone=${zone} again=${next} base=${base}/>`}
		${!state && !error && !missing && !waits && html`
			<p class="loading">Loading…</p>`}
		<div class="thumb">
			<${Waiting} me=${me}/>
			${last && html`<p class="undo"><span>${last.what}</span>
				<${Button} disabled=${busy} onClick=${undo}>Undo<//>
				</p>`}
			${state?.call && html`<${Button} disabled=${busy}
			    onClick=${giveBack}>Give back, stop calling<//>`}
		</div>
	</div>`;
}

export default function Phones({ path, campaign, me })
{
	offline.start(me.user.username);
	useEffect(offline.install, []);
	return html`<${Style}/>${path[0] ? html`<${Calls} key=${path[0]}
		id=${path[0]} campaign=${campaign} me=${me}/>` :
	html`<${Choose} campaign=${campaign} me=${me}/>`}`;
}
