/* One voter: everything on one page, edited in place. */
import { useMemo, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { drop, keep, kept } from '../keep.js';
import { Button, day, Dialog, Failure, Field, html, Notice, phone, say, time,
    useCall, useKept } from '../ui.js';
import { Contact, Duplicates, Erase, Household, Tags, Timeline } from
    './voter-parts.js';

const statuses = ['', 'Active', 'Inactive', 'Pending', 'Cancelled', 'Other'];

/* name, label, and the type of its input; what it shows is show(value). */
const text = (name, label, type = 'text', more = {}) =>
    ({ name, label, type, ...more });
const groups = [
	['Person', [
		text('first_name', 'First name', 'text', { required: true }),
		text('middle_name', 'Middle name'),
		text('last_name', 'Last name', 'text', { required: true }),
		text('suffix', 'Suffix'),
		text('date_of_birth', 'Date of birth', 'date', { show: day }),
		text('birth_year', 'Year of birth', 'number'),
		text('gender', 'Gender'), text('employer', 'Employer'),
		text('occupation', 'Occupation')]],
	['Reach', [
		text('email_address', 'E-mail address', 'email'),
		text('phone_number', 'Phone number', 'tel', { show: phone }),
		text('mobile_phone', 'Mobile', 'tel', { show: phone }),
		text('home_phone', 'Home phone', 'tel', { show: phone }),
		text('work_phone', 'Work phone', 'tel', { show: phone }),
		text('preferred_contact_method', 'Prefers')]],
	['Address', [
		text('street_address', 'Address'), text('city', 'City'),
		text('state', 'State'), text('zip_code', 'ZIP code'),
		text('county', 'County'), text('mailing_address', 'Mail to'),
		text('mailing_city', 'Mail to city'),
		text('mailing_state', 'Mail to state'),
		text('mailing_zip', 'Mail to ZIP code')]],
	['Registration', [
		text('registration_status', 'Status', 'select',
		    { options: statuses }),
		text('party_affiliation', 'Party'),
		text('voter_registration_id', 'Registration id'),
		text('registration_state', 'State of the id'),
		text('registration_date', 'Registered', 'date', { show: day }),
		text('precinct', 'Precinct'), text('ward', 'Ward'),
		text('congressional_district', 'Congressional district'),
		text('state_senate_district', 'State senate district'),
		text('state_house_district', 'State house district')]],
];
const fields = groups.flatMap(([, list]) => list);
const label = (name) => fields.find((f) => f.name === name)?.label ?? name;
const shown = (name, value) => value === null || value === undefined ||
    value === '' ? 'nothing' :
    (fields.find((f) => f.name === name)?.show || String)(value);

function Values({ voter })
{
	const custom = Object.entries(voter.custom_fields || {});
	const group = (title, rows) => rows.length > 0 && html`
		<div key=${title}><h3>${title}</h3><dl>${rows.map(([k, v]) =>
		    html`<div key=${k}><dt>${k}</dt><dd>${v}</dd></div>`)}</dl>
		</div>`;

	return html`<div class="facts">
		${groups.map(([title, list]) => group(title, list.filter(
		    (f) => (voter[f.name] ?? '') !== '').map(
		    (f) => [f.label, shown(f.name, voter[f.name])])))}
		${group('Other columns', custom.map(([k, v]) => [k, String(v)]))}
	</div>`;
}

/*
 * Somebody else has changed the voter since it was read.  For each field that
 * both have changed, the person chooses; mine and theirs are the whole rows.
 */
function Conflict({ both, mine, theirs, onChoose, onClose })
{
	const [take, setTake] = useState({});
	const pick = (f, whose) => html`<label class="check">
		<input type="radio" name=${f} checked=${take[f] === whose}
		    onChange=${() => setTake({ ...take, [f]: whose })}/>
		<span>${whose === 'mine' ? 'Yours' : 'Theirs'}: <strong>${shown(f,
		    (whose === 'mine' ? mine : theirs)[f])}</strong></span>
	</label>`;

	return html`<${Dialog} title="Somebody else has changed this voter"
		onClose=${onClose} actions=${html`
		<${Button} onClick=${onClose}>Keep editing<//>
		<${Button} kind="main" disabled=${both.some((f) => !take[f])}
		    onClick=${() => onChoose(take)}>Save what I chose<//>`}>
		<p>You both changed the following. Choose what is right; their
			other changes stay.</p>
		${both.map((f) => html`<fieldset key=${f}>
			<legend>${label(f)}</legend>
			${pick(f, 'theirs')}${pick(f, 'mine')}</fieldset>`)}
	<//>`;
}

/* The form's texts as the interface takes them. */
function body(changed)
{
	return Object.fromEntries(Object.entries(changed).map(([k, v]) => [k,
	    v === '' ? null : k === 'birth_year' ? Number(v) : v]));
}

function Form({ voter, etag, onSaved, onCancel })
{
	const name = `voter ${voter.voter_id}`;
	const form = useKept(name, voter);
	const [conflict, setConflict] = useState(null);
	const [state, setState] = useState({});
	/* What the person saw as they began to type. */
	const base = kept(`${name} before`) || { etag, voter };

	function set(field, value)
	{
		const others = Object.keys(form.changed).some((f) => f !== field);

		if (others || value !== String(voter[field] ?? ''))
			keep(`${name} before`, base);
		else
			drop(`${name} before`);
		form.set(field, value);
	}

	function forget()
	{
		form.reset();
		drop(`${name} before`);
	}

	async function send(changed, tag)
	{
		const { data, etag: next } = await api.patch(
		    `/voters/${voter.voter_id}`, body(changed), { etag: tag });

		forget();
		say('The voter is saved.');
		onSaved(data, next);
	}

	/* Read the row again: it may be that nobody touched the same fields. */
	async function resolve()
	{
		const { data: theirs, etag: tag } = await api.get(
		    `/voters/${voter.voter_id}`);
		const both = Object.keys(form.changed).filter((f) =>
		    (theirs[f] ?? '') !== (base.voter[f] ?? '') &&
		    (theirs[f] ?? '') !== form.changed[f]);

		if (both.length)
			setConflict({ both, theirs, tag });
		else
			await send(form.changed, tag);
	}

	async function save(event, choice)
	{
		event?.preventDefault();
		setState({ busy: true });
		try {
			if (choice)
				await send(Object.fromEntries(Object.entries(
				    form.changed).filter(([f]) => choice[f] !==
				    'theirs')), conflict.tag);
			else
				await send(form.changed, base.etag);
		} catch (error) {
			setConflict(null);
			if (error.status === 412)
				await resolve().catch((e) =>
				    setState({ error: e }));
			else
				setState({ error });
			setState((s) => ({ ...s, busy: false }));
		}
	}

	const input = (f) => html`<${Field} key=${f.name} label=${f.label}
		as=${f.type === 'select' ? 'select' : 'input'} type=${f.type}
		options=${f.options} required=${f.required}
		value=${form.values[f.name]} error=${state.error?.of?.(f.name)}
		onValue=${(v) => set(f.name, v)}/>`;

	return html`<form onSubmit=${save}>
		${form.wasKept && html`<${Notice} kind="warn"><p>This contains
			what you typed before and did not save.</p><//>`}
		<${Failure} error=${state.error?.errors?.length ? null :
		    state.error}/>
		${groups.map(([title, list]) => html`<fieldset key=${title}>
			<legend>${title}</legend>
			<div class="grid">${list.map(input)}</div></fieldset>`)}
		<div class="bar sticky">
			<button class="main" disabled=${state.busy ||
			    !Object.keys(form.changed).length}>Save</button>
			<${Button} onClick=${() => {
				forget();
				onCancel();
			}}>Cancel<//>
		</div>
		${conflict && html`<${Conflict} ...${conflict}
		    mine=${form.values} onClose=${() => setConflict(null)}
		    onChoose=${(take) => save(null, take)}/>`}
	</form>`;
}

export default function Voter({ path, campaign, me, can })
{
	const id = Number(path[0]);
	const [row, setRow] = useState(null);
	const [editing, setEditing] = useState(
	    () => kept(`voter ${id}`) !== undefined);
	const [open, setOpen] = useState('');
	const back = `#/campaigns/${campaign.campaign_id}/voters`;
	const all = useCall(async (signal) => {
		const [one, rest] = await Promise.all([
		    api.get(`/voters/${id}`, { signal }),
		    api.get(`/voters/${id}/everything`, { signal })]);

		setRow({ voter: one.data, etag: one.etag });
		return rest.data;
	}, [id]);
	const voter = row?.voter;
	const name = useMemo(() => voter && [voter.first_name, voter.middle_name,
	    voter.last_name, voter.suffix].filter(Boolean).join(' '), [voter]);

	if (all.error && !voter)
		return html`<h1>Voter ${id}</h1><${Failure} error=${all.error}
			again=${all.again}/><p><a href=${back}>All voters</a></p>`;
	if (!voter || !all.data)
		return html`<p class="loading">Loading…</p>`;

	const parts = { voter, all: all.data, campaign, me, can,
	    again: all.again };

	return html`<p class="small"><a href=${back}>All voters</a></p>
		<div class="bar"><h1>${name}</h1>
			${can('editor') && !editing && html`<${Button} kind="main"
			    onClick=${() => setEditing(true)}>Edit<//>`}
			${can('admin') && html`<${Button} kind="danger"
			    onClick=${() => setOpen('erase')}>Erase…<//>`}
		</div>
		<p class="quiet">${[voter.street_address, voter.city, voter.state]
		    .filter(Boolean).join(', ')}${voter.last_contacted_date ?
		    ` · last contact ${day(voter.last_contacted_date)}` :
		    ' · never contacted'}</p>
		<${Failure} error=${all.error} again=${all.again}/>
		<div class="columns">
			<div>
				<section class="panel">
					<h2 class=${editing ? '' : 'unseen'}>${
					    editing ? 'Edit' : 'Details'}</h2>
					${editing ? html`<${Form} voter=${voter}
					    etag=${row.etag}
					    onCancel=${() => setEditing(false)}
					    onSaved=${(v, tag) => {
						setRow({ voter: v, etag: tag });
						setEditing(false);
						all.again();
					    }}/>` :
					html`<${Values} voter=${voter}/>`}
					<p class="small quiet">Added ${time(
					    voter.created_at, campaign.time_zone)},
					    changed ${time(voter.updated_at,
					    campaign.time_zone)}</p>
				</section>
				<${Tags} ...${parts}/>
				<${Household} ...${parts}/>
				${can('editor') && html`<${Duplicates}
				    ...${parts}/>`}
			</div>
			<div><${Contact} ...${parts}/><${Timeline} ...${parts}/>
			</div>
		</div>
		${open === 'erase' && html`<${Erase} ...${parts} name=${name}
		    back=${back}
		    onClose=${() => setOpen('')}/>`}`;
}
