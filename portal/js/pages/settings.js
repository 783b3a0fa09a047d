/* Settings of a campaign; snippets.js has what its website needs. */
import { useEffect, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Conflict, SaveBar, useDraft } from '../edit.js';
import { cents, typed } from '../gifts.js';
import { Button, Confirm, count, Failure, Field, html, money, say, useCall }
    from '../ui.js';

const colours = { accent: ['Colour of buttons', '#1f4fa8'],
    accent_text: ['Text on buttons', '#ffffff'],
    background: ['Background', '#ffffff'] };
const forms = ['amounts', 'currency', ...Object.keys(colours)];
const kinds = [['candidate', 'A candidate\'s committee'],
    ['party', 'A party\'s committee'], ['pac', 'A political action committee']];
const types = ['', 'Local', 'State', 'Federal', 'Issue'].map((t) =>
    [t, t || 'Not said']);

const groups = [
	['Campaign', [
		['campaign_name', 'Name', { required: true }],
		['campaign_type', 'Type', { as: 'select', options: types }],
		['start_date', 'Begins on', { type: 'date' }],
		['end_date', 'Ends on', { type: 'date' }],
		['time_zone', 'Time zone', { as: 'select', hint: 'Days begin ' +
		    'and end in it.', options: zones() }],
		['description', 'Description', { as: 'textarea' }],
	]],
	['Committee', [
		['committee_name', 'Name of the committee'],
		['committee_id', "The FEC's id", { placeholder: 'C00123456',
		    maxlength: 9 }],
		['committee_kind', 'Kind', { as: 'select', options: kinds }],
		['cycle_starts_on', 'The election cycle begins on',
		    { type: 'date', hint: 'If it is empty: when the campaign ' +
		    'begins.' }],
		['paid_for_by', 'Paid for by', { hint: 'The disclaimer on ' +
		    'public pages.' }],
	]],
	['Public forms', [
		['signup_redirect_url', 'Page after a signup', { type: 'url',
		    hint: 'The form thanks by itself if you leave it empty.' }],
		['donation_redirect_url', 'Page after a donation',
		    { type: 'url' }],
		['amounts', 'Amounts to choose from', { hint: 'With commas ' +
		    'between them: 10, 25, 50' }],
		['currency', 'Currency', { maxlength: 3, placeholder: 'usd' }],
		...Object.entries(colours).map(([name, [label, usual]]) =>
		    [name, label, { type: 'color', usual }]),
	]],
];
const labels = Object.fromEntries(groups.flatMap(([, fields]) => fields));

function zones()
{
	return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];
}

/* The row with the details of forms beside the other fields. */
function read(row)
{
	const f = row.details?.forms || {};

	return { ...row, ...f, amounts: (f.amounts || []).map((n) =>
	    typed(n, f.currency || 'usd').replace(/\.00$/, '')).join(', ') };
}

/* Amounts as cents; a Problem that names the field if one cannot be read. */
function amountsOf(text, currency)
{
	const list = String(text || '').split(/[,;]\s*|\s+/).filter(Boolean)
	    .map((a) => cents(a, currency || 'usd'));

	if (list.includes(null) || list.length > 12)
		throw new api.Problem(0, { detail: 'The amounts cannot be read.',
		    errors: [{ field: 'amounts', message: 'Give up to 12 ' +
		    'amounts, with commas between them.' }] });
	return list;
}

/* The form's changes as those of the interface; of details, all is sent. */
function bodyOf(row)
{
	return (changes) => {
		const body = {};
		const details = { ...row.details, forms: {
		    ...row.details?.forms } };

		for (const [f, v] of Object.entries(changes)) {
			if (!forms.includes(f)) {
				body[f] = v;
				continue;
			}
			if (v === null || v === '')
				delete details.forms[f];
			else
				details.forms[f] = f === 'amounts' ? amountsOf(v,
				    changes.currency || row.details?.forms
				    ?.currency) : v;
			body.details = details;
		}
		return body;
	};
}

function Input({ name, label, draft, usual, ...rest })
{
	const set = (v) => draft.set(name, v);

	if (rest.type !== 'color')
		return html`<${Field} label=${label} value=${draft.values[name]}
			error=${draft.error?.of?.(name)} onValue=${set}
			...${rest}/>`;
	return html`<div><${Field} label=${label} type="color"
		value=${draft.values[name] || usual} onValue=${set}/>
		${draft.values[name] && html`<${Button} kind="plain"
		    onClick=${() => set('')}>Use the form's own<//>`}</div>`;
}

function Edit({ campaign, etag, onSaved })
{
	const row = read(campaign);
	const draft = useDraft({ name: `campaign ${campaign.campaign_id}`,
	    path: `/campaigns/${campaign.campaign_id}`, row, etag, read,
	    body: bodyOf(campaign), onSaved });

	return html`${groups.map(([title, fields]) => html`
		<section class="panel" key=${title}><h2>${title}</h2>
		<div class="grid">${fields.map(([name, label, rest]) => html`
			<${Input} key=${name} name=${name} label=${label}
			    draft=${draft} ...${rest}/>`)}</div>
		</section>`)}
		<div class="panel stay"><${SaveBar} draft=${draft}/></div>
		<${Conflict} draft=${draft} labels=${labels}
		    onTheirs=${onSaved}/>`;
}

/* What deleting would take along, in numbers. */
function Delete({ campaign, onClose })
{
	const id = campaign.campaign_id;
	const { data, error } = useCall((signal) =>
	    api.get(`/campaigns/${id}/summary`, { signal }), [id]);
	const s = data?.data;
	const gifts = s?.donations.reduce((n, d) => n + d.count, 0);

	return html`<${Confirm} danger act="Delete the campaign"
		title="Delete ${campaign.campaign_name}"
		word=${campaign.campaign_name} onClose=${onClose}
		run=${async () => {
			await api.del(`/campaigns/${id}`);
			say('The campaign is deleted.');
			location.hash = '#/';
			location.reload();
		}}>
		<${Failure} error=${error}/>
		${s && html`<p>${gifts > 0 ? `It has ${count(gifts, 'gift')} (` +
		    s.donations.map((d) => money(d.net, d.currency)).join(', ') +
		    '): a campaign with gifts cannot be deleted.' :
		    `It has ${count(s.voters, 'voter')} and ` +
		    `${count(s.contacts.total, 'contact')}. The voters stay, ` +
		    'but no longer belong to it; its members lose their roles. ' +
		    'This cannot be taken back.'}</p>`}
	<//>`;
}

const tabs = [['', 'Campaign', 'manager'], ['website', 'Website', 'manager'],
    ['checks', 'Checks', 'admin']];

function Campaign({ campaign, can })
{
	const [given, setGiven] = useState(null);
	const [asked, ask] = useState(false);
	const { data, error, again } = useCall((signal) => api.get(
	    `/campaigns/${campaign.campaign_id}`, { signal }),
	    [campaign.campaign_id]);
	const now = given || data && { row: data.data, etag: data.etag };

	return html`<${Failure} error=${error} again=${again}/>
		${now && html`<${Edit} campaign=${now.row} etag=${now.etag}
		    onSaved=${(row, etag) => {
			setGiven({ row, etag });
			api.signals.dispatchEvent(new Event('campaign'));
		    }}/>`}
		${can('admin') && html`<p><${Button} kind="danger"
		    onClick=${() => ask(true)}>Delete the campaign…<//></p>`}
		${asked && html`<${Delete} campaign=${campaign}
		    onClose=${() => ask(false)}/>`}`;
}

const below = { website: () => import('./snippets.js'),
    checks: () => import('./checks.js') };

export default function Settings(props)
{
	const [name] = props.path;
	const [{ Page, error }, setLoaded] = useState({});
	const base = `#/campaigns/${props.campaign.campaign_id}/settings`;
	const [, , role] = tabs.find(([t]) => t === (name || '')) || [];

	useEffect(() => {
		setLoaded({});
		below[name]?.().then((m) => setLoaded({ Page: m.default }),
		    (e) => setLoaded({ error: e }));
	}, [name]);
	return html`<h1>Settings</h1>
		<nav aria-label="Settings"><ul class="tabs">${tabs.filter(
		    ([, , r]) => props.can(r)).map(([to, label]) => html`
			<li key=${to}><a href=${to ? `${base}/${to}` : base}
			    aria-current=${to === (name || '') ? 'page' : null}
			    >${label}</a></li>`)}</ul></nav>
		${!role || !props.can(role) ? html`<p>There is no such
			page.</p>` :
		!name ? html`<${Campaign} ...${props}/>` :
		Page ? html`<${Page} ...${props}/>` :
		html`<${Failure} error=${error}/>`}`;
}
