/* What canvassing and the phone bank share: answers, and what is not sent. */
import { useEffect, useState } from '../../vendor/preact.js';
import { changes } from '../device.js';
import * as offline from '../offline.js';
import { Button, Confirm, count, Field, html, Notice, time } from '../ui.js';

/* The style of these two pages. */
export const Style = () => html`<link rel="stylesheet" href="field.css"/>`;

/* "Ada Reed Jr." */
export const nameOf = (p) => [p.first_name, p.last_name, p.suffix]
    .filter(Boolean).join(' ');

/* "46, F, DEM" */
export const aboutOf = (p) => [p.age, p.gender, p.party_affiliation]
    .filter((x) => x !== null && x !== undefined && x !== '').join(', ');

/* The value of load(), again whenever what this device keeps has changed. */
export function useStored(load, deps)
{
	const [value, setValue] = useState();

	useEffect(() => {
		let gone = false;
		const again = () => load().then((v) => gone || setValue(v),
		    (error) => gone || setValue({ error }));

		again();
		changes.addEventListener('change', again);
		return () => {
			gone = true;
			changes.removeEventListener('change', again);
		};
	}, deps);
	return value;
}

function Refused({ row })
{
	const [sure, setSure] = useState(false);

	return html`<li>
		<p><strong>${row.what}</strong>, ${time(new Date(row.at)
		    .toISOString())}. The server refused it:
		    ${' '}${row.problem.message}</p>
		<p>${offline.advice(row.problem)}</p>
		<div class="row">
			<${Button} onClick=${() => offline.retry(row.n)}>Try
				again<//>
			<${Button} kind="danger" onClick=${() => setSure(true)}
			    >Remove<//>
		</div>
		${sure && html`<${Confirm} title="Remove this contact?"
		    act="Remove it" danger onClose=${() => setSure(false)}
		    run=${() => offline.discard(row.n)}>
			<p>${row.what} is not on the server. This removes one
				contact from this device for good.</p><//>`}
	</li>`;
}

/* How much is not sent, always in view; what was refused, and what to do. */
export function Unsent({ me })
{
	const rows = useStored(offline.outbox, []);
	const [busy, setBusy] = useState(false);
	const own = rows?.filter?.((r) => r.user === me.user.username) || [];
	const bad = own.filter((r) => r.problem);
	const others = new Set(rows?.filter?.((r) =>
	    r.user !== me.user.username).map((r) => r.user) || []);

	async function now()
	{
		setBusy(true);
		await offline.send().catch(() => {});
		setBusy(false);
	}

	/* Until it is known, say nothing: not that everything is sent. */
	if (rows === undefined)
		return null;
	if (rows.error)
		return html`<${Notice} kind="bad">This browser does not keep
			anything: ${rows.error.message} Do not record here.<//>`;
	return html`<div class="unsent ${own.length ? 'some' : ''}">
		<p role="status">${own.length === 0 ? 'Everything is sent.' :
		    `${count(own.length, 'contact')} not sent`}</p>
		${own.length > bad.length && html`<${Button} busy=${busy}
		    onClick=${now}>Send now<//>`}
		${[...others].map((user) => html`<p key=${user}>On this device
			are also unsent contacts of ${user}, who must sign in to
			send them.</p>`)}
		${bad.length > 0 && html`<ul class="refused">${bad.map((row) =>
		    html`<${Refused} key=${row.n} row=${row}/>`)}</ul>`}
	</div>`;
}

/* The number alone, where the thumb is. */
export function Waiting({ me })
{
	const rows = useStored(offline.outbox, []);
	const n = rows?.filter?.((r) => r.user === me.user.username).length;

	return n ? html`<p class="waiting">${n} unsent</p>` : null;
}

const LONG = 10000;

/* The choices of a question; null for a text. */
function choicesOf(q)
{
	const given = (q.possible_answers || []).map(String);

	if (q.question_type === 'yes_no')
		return [['yes', 'Yes'], ['no', 'No']];
	if (q.question_type === 'rating_scale') {
		const ends = given.length ? given.map(Number) : [1, 5];
		const low = Math.min(...ends);
		const n = Math.min(Math.max(...ends) - low + 1, 21);

		return Array.from({ length: n }, (_, i) =>
		    [String(low + i), String(low + i)]);
	}
	return q.question_type === 'open_text' ? null :
	    given.map((a) => [a, a]);
}

function Question({ q, value, onValue })
{
	const choices = choicesOf(q);
	const many = q.question_type === 'multiple_choice';
	const has = (v) => many ? (value || []).includes(v) : value === v;

	function pick(v)
	{
		if (!many)
			onValue(value === v ? undefined : v);
		else
			onValue(has(v) ? value.filter((x) => x !== v) :
			    [...value || [], v]);
	}

	if (!choices)
		return html`<${Field} label=${q.question_text} as="textarea"
			maxlength=${LONG} value=${value} onValue=${onValue}/>`;
	return html`<fieldset class="question">
		<legend>${q.question_text}</legend>
		<div class="choices">${choices.map(([v, text]) => html`
			<button type="button" key=${v} aria-pressed=${String(
			    has(v))} onClick=${() => pick(v)}>${text}</button>`)}
		</div>
	</fieldset>`;
}

/* answers: { question_id: a text, or an array of texts }. */
export function Questions({ questions, answers, onAnswers })
{
	return questions.map((q) => html`<${Question} key=${q.question_id}
		q=${q} value=${answers[q.question_id]} onValue=${(v) =>
		    onAnswers({ ...answers, [q.question_id]: v })}/>`);
}

/* The answers as the interface takes them, or undefined if there are none. */
export function answersOf(questions, answers)
{
	const all = questions.map((q) => {
		const v = answers[q.question_id];

		if (v === undefined || v.length === 0 ||
		    (typeof v === 'string' && v.trim() === ''))
			return null;
		return { question_id: q.question_id,
		    [Array.isArray(v) ? 'response_values' : 'response_value']:
		    v };
	}).filter(Boolean);

	return all.length ? all : undefined;
}
