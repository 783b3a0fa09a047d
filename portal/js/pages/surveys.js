/* Surveys: the questions in their order, and the answers as bars. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Bars } from '../chart.js';
import { Conflict, SaveBar, useDraft, useKey } from '../edit.js';
import { Button, Confirm, count, Dialog, Failure, Field, html, Notice, number,
    say, useCall, useKept } from '../ui.js';

const types = [
	['single_choice', 'One of several answers'],
	['multiple_choice', 'Several of several answers'],
	['yes_no', 'Yes or no'], ['rating_scale', 'A scale'],
	['open_text', 'Free text'],
];
const choices = (t) => t === 'single_choice' || t === 'multiple_choice';
const typeOf = (t) => Object.fromEntries(types)[t] || t;

/* Answers as lines of text, and back. */
const toLines = (list) => (list || []).join('\n');

function answers(text, type)
{
	const list = String(text || '').split('\n').map((s) => s.trim())
	    .filter(Boolean);

	if (type === 'rating_scale')
		return list.length ? list.map(Number) : null;
	return choices(type) ? list : null;
}

function Fields({ values, set, error, fixed })
{
	const type = values.question_type;

	return html`<${Field} as="textarea" label="Question"
		    value=${values.question_text} maxlength="1000" required
		    error=${error?.of?.('question_text')}
		    onValue=${(v) => set('question_text', v)}/>
		<${Field} as="select" label="Answers are" options=${types}
		    value=${type} disabled=${fixed}
		    error=${error?.of?.('question_type')}
		    hint=${fixed ? 'It has answers: the kind stays.' : null}
		    onValue=${(v) => set('question_type', v)}/>
		${(choices(type) || type === 'rating_scale') && html`
		<${Field} as="textarea" label="Possible answers"
		    error=${error?.of?.('possible_answers')}
		    hint=${type === 'rating_scale' ? 'The smallest and the ' +
			'largest number, each on a line; 1 to 5 if you leave ' +
			'it empty.' : 'Each on a line of its own.'}
		    value=${values.lines}
		    onValue=${(v) => set('lines', v)}/>`}`;
}

function New({ campaign, position, onDone, onClose })
{
	const form = useKept(`new question ${campaign.campaign_id}`,
	    { question_type: 'single_choice' });
	const [key, went] = useKey();
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const v = form.values;

	async function save()
	{
		setBusy(true);
		setError(null);
		try {
			const list = answers(v.lines, v.question_type);

			await api.post('/surveys/questions', {
				campaign_id: campaign.campaign_id, position,
				question_text: v.question_text || '',
				question_type: v.question_type,
				...list ? { possible_answers: list } : {},
			}, { key });
			form.saved();
			say('The question is added.');
			onDone();
			onClose();
		} catch (e) {
			went(e);
			setError(e);
			setBusy(false);
		}
	}

	return html`<${Dialog} title="New question" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind="main" busy=${busy} onClick=${save}>Add<//>`}>
		${form.wasKept && html`<${Notice} kind="warn"><p>What you typed
			before is still here.</p><//>`}
		<${Fields} values=${v} set=${form.set} error=${error}/>
		<${Failure} error=${error}/>
	<//>`;
}

function Edit({ question, etag, fixed, onDone, onTheirs, onClose })
{
	const row = { ...question, lines: toLines(question.possible_answers) };
	const draft = useDraft({ name: `question ${question.question_id}`,
	    path: `/surveys/questions/${question.question_id}`, row, etag,
	    read: (r) => ({ ...r, lines: toLines(r.possible_answers) }),
	    body: (c) => {
		const { lines, ...rest } = c;
		const type = c.question_type || row.question_type;

		return lines === undefined ? rest : { ...rest,
		    possible_answers: answers(lines, type) };
	    },
	    onSaved: () => {
		onDone();
		onClose();
	    } });

	return html`<${Dialog} title="Change the question" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Close<//>`}>
		<${Fields} values=${draft.values} set=${draft.set}
		    error=${draft.error} fixed=${fixed}/>
		<${SaveBar} draft=${draft}/>
		<${Conflict} draft=${draft} onTheirs=${onTheirs} labels=${{
		    question_text: 'Question', question_type: 'Answers are',
		    lines: 'Possible answers' }}/>
	<//>`;
}

/* Read the question again, so that the version that is changed is known. */
function Editing({ id, ...rest })
{
	const [given, setGiven] = useState(null);
	const { data, error, again } = useCall((signal) =>
	    api.get(`/surveys/questions/${id}`, { signal }), [id]);
	const now = given || data && { row: data.data, etag: data.etag };

	if (!now)
		return html`<${Failure} error=${error} again=${again}/>`;
	return html`<${Edit} key=${now.etag} question=${now.row}
		etag=${now.etag} onTheirs=${(row, etag) => setGiven({ row,
		    etag })} ...${rest}/>`;
}

function Results({ question, onCount })
{
	const { data, error, again } = useCall(async (signal) => {
		const { data: r } = await api.get(
		    `/surveys/questions/${question.question_id}/results`,
		    { signal });

		onCount(r.total_responses);
		return r;
	}, [question.question_id, question.updated_at]);

	if (!data)
		return html`<${Failure} error=${error} again=${again}/>`;
	if (data.total_responses === 0)
		return html`<p class="quiet">No answers yet.</p>`;
	return html`<${Bars} title="Answers" show=${number} summary=${
		`${count(data.total_responses, 'answer')} of ` +
		count(data.voters, 'voter') + (data.average === null ||
		data.average === undefined ? '' :
		`, ${data.average.toFixed(1)} on average`)}
		data=${data.results.map((r) => ({ value: r.count,
		    label: `${r.answer} (${Math.round(100 * r.share)} %)` }))}/>`;
}

function Question({ question, n, of, can, move, onChange })
{
	const [act, setAct] = useState('');
	const [given, setGiven] = useState(null);
	const id = question.question_id;
	const close = () => setAct('');

	return html`<li class="panel">
		<div class="bar"><h2>${n + 1}. ${question.question_text}</h2>
		${can('editor') && html`
			<${Button} disabled=${n === 0} onClick=${() => move(n, -1)}
			    aria-label="Move up: ${question.question_text}">Up<//>
			<${Button} disabled=${n === of - 1}
			    onClick=${() => move(n, 1)}
			    aria-label="Move down: ${question.question_text}"
			    >Down<//>
			<${Button} aria-label="Change: ${question.question_text}"
			    onClick=${() => setAct('edit')}>Change…<//>
			<${Button} kind="danger" onClick=${() => setAct('delete')}
			    aria-label="Delete: ${question.question_text}"
			    >Delete…<//>`}</div>
		<p class="quiet">${typeOf(question.question_type)}</p>
		<${Results} question=${question} onCount=${setGiven}/>
		${act === 'edit' && html`<${Editing} id=${id} fixed=${given > 0}
		    onDone=${onChange} onClose=${close}/>`}
		${act === 'delete' && html`<${Confirm} danger act="Delete"
		    title="Delete the question" onClose=${close}
		    run=${async () => {
			await api.del(`/surveys/questions/${id}`);
			say('The question is deleted.');
			onChange();
		    }}><p>“${question.question_text}” has ${given ?
			`${count(given, 'answer')}. A question with answers ` +
			'cannot be deleted.' : 'no answers. It is deleted for ' +
			'everybody, and cannot be brought back.'}</p><//>`}
	</li>`;
}

export default function Surveys({ campaign, can })
{
	const [adding, setAdding] = useState(false);
	const [problem, setProblem] = useState(null);
	const { data, error, again } = useCall((signal) => api.get(
	    '/surveys/questions', { signal, query: { per_page: 200,
		campaign_id: campaign.campaign_id, sort: 'position' } }),
	    [campaign.campaign_id]);
	const list = data?.data.questions;

	/* Each question whose place differs gets its new one. */
	async function move(n, by)
	{
		const next = [...list];

		[next[n], next[n + by]] = [next[n + by], next[n]];
		setProblem(null);
		try {
			for (const [i, q] of next.entries())
				if (q.position !== i + 1)
					await api.patch('/surveys/questions/' +
					    q.question_id, { position: i + 1 });
			say(`“${list[n].question_text}” is number ` +
			    `${n + by + 1} now.`);
		} catch (e) {
			setProblem(e);
		}
		again();
	}

	return html`<div class="bar"><h1>Surveys</h1>
			${can('editor') && list && html`<${Button} kind="main"
			    onClick=${() => setAdding(true)}>New question<//>`}
		</div>
		<${Failure} error=${problem || error} again=${again}/>
		${list?.length === 0 && html`<p>No questions yet. Canvassers and
			callers ask them in the order of this page.</p>`}
		<ol class="plain">${list?.map((q, n) => html`<${Question}
			key=${q.question_id} question=${q} n=${n}
			of=${list.length} can=${can} move=${move}
			onChange=${again}/>`)}</ol>
		${adding && html`<${New} campaign=${campaign} onDone=${again}
		    position=${Math.max(0, ...list.map((q) => q.position)) + 1}
		    onClose=${() => setAdding(false)}/>`}`;
}
