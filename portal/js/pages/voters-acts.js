/* Dialogs of the list of voters: columns, tags, export, a new voter. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, Check, count, Dialog, Failure, Field, html, Notice, say, useKept }
    from '../ui.js';

/* Which columns the table has; they are kept in this browser. */
export function Columns({ every, chosen, usual, onChosen, onClose })
{
	const toggle = (key) => onChosen(chosen.includes(key) ?
	    chosen.filter((k) => k !== key) : [...chosen, key]);

	return html`<${Dialog} title="Columns" onClose=${onClose} actions=${html`
		<${Button} onClick=${() => onChosen(usual)}>As before<//>
		<${Button} kind="main" onClick=${onClose}>Done<//>`}>
		<div class="grid">${every.map((c) => html`<${Check} key=${c.key}
		    label=${c.label} value=${chosen.includes(c.key)}
		    disabled=${c.key === 'last_name'}
		    onValue=${() => toggle(c.key)}/>`)}</div>
	<//>`;
}

/* The list's filter as the interface takes it in a body: steps. */
function asSteps(filter)
{
	const { steps, ...rest } = filter;

	if (!steps)
		return rest;
	return { steps: [...JSON.parse(steps), { verb: 'narrow', filter: rest }] };
}

/* Add and remove tags of the picked voters, or of the whole list. */
export function TagMany({ filter, picked, total, onDone, onClose })
{
	const [values, setValues] = useState({ add: '', remove: '' });
	const [state, setState] = useState({});
	const tags = (text) => text.split(',').map((t) => t.trim())
	    .filter(Boolean);
	const add = tags(values.add);
	const remove = tags(values.remove);
	const many = picked.length || total;
	const field = (name, label) => html`<${Field} label=${label}
		hint="Several are separated by commas." value=${values[name]}
		onValue=${(v) => setValues({ ...values, [name]: v })}/>`;
	const submit = async (event) => {
		event.preventDefault();
		setState({ busy: true });
		try {
			const { data } = await api.post('/voters/tags', {
			    add, remove, ...picked.length ?
			    { voter_ids: picked } : { filter: asSteps(filter) } },
			    { timeout: 120000 });

			say(`${count(data.changed, 'voter')} changed.`);
			setState({ done: data });
		} catch (error) {
			setState({ error });
		}
	};

	return html`<${Dialog} title=${`Tag ${count(many, 'voter')}`}
		onClose=${onClose} actions=${state.done ?
		html`<${Button} kind="main" onClick=${onDone}>Done<//>` :
		html`<${Button} onClick=${onClose}>Cancel<//>
		<button class="main" form="tag-many" disabled=${state.busy ||
		    !(add.length + remove.length)}>Change ${
		    count(many, 'voter')}</button>`}>
		${state.done ? html`<${Notice} kind="good"><p>${count(
		    state.done.changed, 'voter')} changed; ${count(
		    state.done.matched - state.done.changed, 'other')} had the
		    tags already, or belong to campaigns that you may not
		    edit.</p><//>` :
		html`<form id="tag-many" onSubmit=${submit}>
			<${Failure} error=${state.error}/>
			${field('add', 'Tags to add')}
			${field('remove', 'Tags to remove')}
		</form>`}
	<//>`;
}

/* A file of the list; the reason goes into the audit log with the filter. */
export function Export({ filter, total, columns, onClose })
{
	const [reason, setReason] = useState('');
	const [what, setWhat] = useState('all');
	const submit = (event) => {
		const link = document.createElement('a');

		event.preventDefault();
		link.href = api.url('/voters/export', { ...filter, reason,
		    ...what === 'doors' ? { householded: true } : {},
		    ...what === 'shown' ? { fields: ['voter_id',
			...columns.flatMap((c) => c.fields || c.key)].join(',') } :
			{} });
		link.download = '';
		link.click();
		say('The download has begun.');
		onClose();
	};

	return html`<${Dialog} title=${`Export ${count(total, 'voter')}`}
		onClose=${onClose} actions=${html`
		<${Button} onClick=${onClose}>Cancel<//>
		<button class="main" form="export">Download ${
		    count(total, 'voter')}</button>`}>
		<form id="export" onSubmit=${submit}>
			<p>The file contains personal data. Your name, the filter,
				the number of rows and the reason are recorded.</p>
			<${Field} label="What for?" value=${reason} required
			    maxlength="255" onValue=${setReason}
			    hint="For example: mailing of October, printed by us."/>
			<${Field} label="Contents" as="select" value=${what}
			    onValue=${setWhat} options=${[
				['all', 'One row a person, every column'],
				['shown', 'One row a person, the columns shown'],
				['doors', 'One row a door, with a joined name']]}/>
		</form>
	<//>`;
}

const fields = [['first_name', 'First name', 'text', true],
    ['last_name', 'Last name', 'text', true],
    ['email_address', 'E-mail address', 'email'],
    ['phone_number', 'Phone number', 'tel'],
    ['street_address', 'Address', 'text'], ['city', 'City', 'text'],
    ['state', 'State', 'text'], ['zip_code', 'ZIP code', 'text']];

/* What was typed stays until the voter is saved. */
export function AddVoter({ campaign, onClose })
{
	const id = campaign.campaign_id;
	const form = useKept(`new voter ${id}`, {});
	const [state, setState] = useState({ key: api.newKey() });
	const submit = async (event) => {
		event.preventDefault();
		setState({ ...state, busy: true, error: null });
		try {
			const { data } = await api.post('/voters', {
			    ...form.changed, campaign_id: id },
			    { key: state.key });

			form.saved();
			location.hash = `#/campaigns/${id}/voters/${
			    data.voter_id}`;
		} catch (error) {
			setState({ error, key: api.newKey() });
		}
	};

	return html`<${Dialog} title="Add a voter" onClose=${onClose} actions=${html`
		<${Button} onClick=${() => {
			form.reset();
			onClose();
		}}>Cancel<//>
		<button class="main" form="add-voter" disabled=${state.busy}>Add
		</button>`}>
		${form.wasKept && html`<${Notice} kind="warn"><p>This is what you
			typed before and did not save.</p><//>`}
		<form id="add-voter" class="grid" onSubmit=${submit}>
			<${Failure} error=${state.error?.errors?.length ? null :
			    state.error}/>
			${fields.map(([name, label, type, required]) => html`
			    <${Field} key=${name} label=${label} type=${type}
			    required=${required} value=${form.values[name]}
			    error=${state.error?.of?.(name)}
			    onValue=${(v) => form.set(name, v)}/>`)}
		</form>
	<//>`;
}
