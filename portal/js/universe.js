/* The universe builder: steps that add, narrow and remove, with live counts. */
import { useState } from '../vendor/preact.js';
import * as api from './api.js';
import { AddFilter, ready, Sentences } from './filters.js';
import { Button, count, Dialog, Failure, Field, html, Notice, say, useCall,
    useSettled } from './ui.js';

const verbs = [['add', 'Add people'], ['narrow', 'Keep only people'],
    ['remove', 'Remove people']];
const MOST = 20;

/* How many voters the steps up to each one leave: an array of numbers. */
function useCounts(campaign, steps)
{
	const text = useSettled(JSON.stringify(steps), 150);

	return useCall(async (signal) => {
		const all = JSON.parse(text);
		const counts = [];

		for (let i = 0; i < all.length; i++) {
			const some = ready(all.slice(0, i + 1));

			counts.push(some.length ? (await api.get('/voters/count', {
			    signal, query: { campaign_id: campaign.campaign_id,
			    steps: JSON.stringify(some) } })).data : { count: 0 });
		}
		return counts;
	}, [text, campaign.campaign_id]);
}

/* Ask for a name, and save the steps under it or in the opened universe. */
function Save({ campaign, steps, opened, onSaved, onClose })
{
	const [name, setName] = useState(opened?.segment_name || '');
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function save(isNew)
	{
		const body = { segment_name: name, filter: { steps: ready(steps) } };

		setBusy(true);
		setError(null);
		try {
			const { data } = isNew ? await api.post('/voters/segments',
			    { ...body, campaign_id: campaign.campaign_id }) :
			    await api.patch(`/voters/segments/${
				opened.segment_id}`, body);

			say(`${name} is saved.`);
			onSaved(data);
			onClose();
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	const submit = (event) => {
		event.preventDefault();
		save(!opened);
	};

	return html`<${Dialog} title="Save the universe" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		    ${opened && html`<${Button} busy=${busy}
			onClick=${() => save(true)}>Save as a new one<//>`}
		    <button class="main" form="save-universe" disabled=${busy}>
			${opened ? 'Save the changes' : 'Save'}</button>`}>
		<form id="save-universe" onSubmit=${submit}>
			<${Failure} error=${error}/>
			<${Field} label="Name" value=${name} onValue=${setName}
			    required maxlength="100"/>
		</form>
	<//>`;
}

function Delete({ opened, onDeleted, onClose })
{
	const [error, setError] = useState(null);
	const run = async () => {
		try {
			await api.del(`/voters/segments/${opened.segment_id}`);
			onDeleted();
			onClose();
		} catch (e) {
			setError(e);
		}
	};

	return html`<${Dialog} title=${`Delete ${opened.segment_name}?`}
		onClose=${onClose} actions=${html`
		<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind="danger" onClick=${run}>Delete it<//>`}>
		<p>The saved universe is deleted. No voter is.</p>
		<${Failure} error=${error}/>
	<//>`;
}

/* The address of what is shown, to hand on; it works for who may see it. */
function Share()
{
	const [done, setDone] = useState('');
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(location.href);
			setDone('The link is copied.');
		} catch {
			setDone('Copy the address of this page.');
		}
	};

	return html`<${Button} onClick=${copy}>Copy a link<//>
		<span role="status" class="small">${done}</span>`;
}

/*
 * steps and onSteps(next): what is being built.  opened: the saved universe
 * that it comes from, if any.
 */
export function Builder({ campaign, lists, steps, onSteps, opened, onSaved,
	onDeleted, mayWrite })
{
	const { data, error, loading } = useCounts(campaign, steps);
	const [adding, setAdding] = useState(-1);
	const [open, setOpen] = useState('');
	const change = (i, step) => onSteps(steps.map(
	    (s, n) => n === i ? { ...s, ...step } : s));
	const left = data?.length === steps.length ? data.at(-1) : null;

	return html`<section class="panel universe" aria-label="Universe">
		<div class="bar"><h2>${opened ? opened.segment_name :
			'New universe'}</h2>
			<span role="status" aria-live="polite">${left &&
			    count(left.count, 'voter')}${loading && ' …'}</span>
		</div>
		<ol class="steps">${steps.map((s, i) => html`<li key=${i}>
			<label><span class="unseen">Step ${i + 1}</span>
			<select value=${s.verb} disabled=${i === 0}
			    onChange=${(e) => change(i, { verb: e.target.value })}>
				${verbs.map(([v, text]) => html`<option key=${v}
				    value=${v}>${text}</option>`)}
			</select></label>
			<${Sentences} cond=${s.filter} lists=${lists}
			    label=${`Conditions of step ${i + 1}`}
			    onChange=${(filter) => change(i, { filter })}
			    onAdd=${() => setAdding(i)}/>
			<span class="number quiet">${data?.[i] &&
			    count(data[i].count, 'voter')}</span>
			<${Button} kind="plain"
			    aria-label=${`Remove step ${i + 1}`}
			    onClick=${() => onSteps(steps.filter(
				(_, n) => n !== i))}>Remove<//>
		</li>`)}</ol>
		<${Failure} error=${error}/>
		${steps.length === 0 && html`<${Notice}><p>Begin with the people
			to add, then keep only or remove some of them.</p><//>`}
		<div class="bar">
			${verbs.slice(0, steps.length ? 3 : 1).map(([v, text]) =>
			    html`<${Button} key=${v} disabled=${
				steps.length >= MOST} onClick=${() => {
				onSteps([...steps, { verb: v, filter: {} }]);
				setAdding(steps.length);
			    }}>${text}…<//>`)}
			<span class="gap"></span>
			${mayWrite && html`<${Button} kind="main"
			    disabled=${!ready(steps).length}
			    onClick=${() => setOpen('save')}>Save…<//>`}
			${mayWrite && opened && html`<${Button} kind="danger"
			    onClick=${() => setOpen('delete')}>Delete…<//>`}
			<${Share}/>
		</div>
		${adding >= 0 && steps[adding] && html`<${AddFilter}
		    campaign=${campaign} lists=${lists}
		    onAdd=${(more) => change(adding, { filter:
			{ ...steps[adding].filter, ...more } })}
		    onClose=${() => setAdding(-1)}/>`}
		${open === 'save' && html`<${Save} campaign=${campaign}
		    steps=${steps} opened=${opened} onSaved=${onSaved}
		    onClose=${() => setOpen('')}/>`}
		${open === 'delete' && html`<${Delete} opened=${opened}
		    onDeleted=${onDeleted} onClose=${() => setOpen('')}/>`}
	</section>`;
}
