/*
 * What voters can be filtered by, each as a sentence that can be removed, and
 * the steps of a universe.  A condition is an object of the interface's filters:
 * { city: 'Apex', age_min: '30' }.
 */
import { useState } from '../vendor/preact.js';
import * as api from './api.js';
import { Button, day, Dialog, Field, html, money, useCall } from './ui.js';

const channels = [['email', 'e-mail'], ['phone', 'phone'], ['sms', 'text message'],
    ['mail', 'mail']];
const word = (pairs, v) => pairs.find(([x]) => x === v)?.[1] ?? v;
const kinds = [['', 'elections of any kind'], ['primary', 'primaries'],
    ['general', 'general elections'], ['special', 'special elections'],
    ['municipal', 'municipal elections'], ['runoff', 'runoffs']];
const contacts = [['email', 'an e-mail address'], ['phone', 'a phone number'],
    ['mobile', 'a mobile number'], ['address', 'an address']];
const statuses = ['Active', 'Inactive', 'Pending', 'Cancelled', 'Other'];

/*
 * label, and say(value, { lists, cond }) for the sentence behind "Voters".  by:
 * the column of the breakdown that has the values; type: of the input; choices:
 * of a select; list: a key of useLists().
 */
export const filters = {
	party_affiliation: { label: 'Party', by: 'party_affiliation',
		say: (v) => `of the party ${v}` },
	age_min: { label: 'Age at least', type: 'number',
		say: (v) => `aged ${v} or over` },
	age_max: { label: 'Age at most', type: 'number',
		say: (v) => `aged ${v} or under` },
	gender: { label: 'Gender', by: 'gender', say: (v) => `of gender ${v}` },
	city: { label: 'City', by: 'city', say: (v) => `in ${v}` },
	zip_code: { label: 'ZIP code', by: 'zip_code',
		say: (v) => `in ZIP code ${v}` },
	county: { label: 'County', by: 'county',
		say: (v) => `in the county of ${v}` },
	precinct: { label: 'Precinct', by: 'precinct',
		say: (v) => `in precinct ${v}` },
	ward: { label: 'Ward', by: 'ward', say: (v) => `in ward ${v}` },
	congressional_district: { label: 'Congressional district',
		by: 'congressional_district',
		say: (v) => `in congressional district ${v}` },
	state_senate_district: { label: 'State senate district',
		by: 'state_senate_district',
		say: (v) => `in state senate district ${v}` },
	state_house_district: { label: 'State house district',
		by: 'state_house_district',
		say: (v) => `in state house district ${v}` },
	registration_status: { label: 'Registration status',
		choices: statuses.map((s) => [s, s]),
		say: (v) => `whose registration is ${v.toLowerCase()}` },
	registered_since: { label: 'Registered since', type: 'date',
		say: (v) => `registered since ${day(v)}` },
	tag: { label: 'Tag', by: 'tag', say: (v) => `with the tag ${v}` },
	has: { label: 'Has', choices: contacts,
		say: (v) => `with ${v.split(',').map((c) => word(contacts, c))
		    .join(' and ')}` },
	may_contact: { label: 'May be contacted by', choices: channels,
		say: (v) => `who may be contacted by ${word(channels, v)}` },
	voted_any: { label: 'Voted in', list: 'elections',
		say: (v, { lists }) => `who voted in ${names(v, lists.elections)
		    .join(' or ')}` },
	voted_at_least: { label: 'Voted how often', with: ['of_last', 'kind'],
		say: (v, { cond }) => `who voted in at least ${v} of the last ` +
		    `${cond.of_last} ${word(kinds, cond.kind || '')}` },
	contacted_by: { label: 'Contacted by', hint: 'Such as Phone Call.',
		say: (v) => `contacted by ${v}` },
	outcome: { label: 'Outcome of a contact',
		say: (v) => `with the outcome ${v}` },
	times_contacted_max: { label: 'Contacted at most (times)',
		type: 'number', say: (v) => v === '0' ? 'never contacted' :
		    `contacted at most ${v} times` },
	not_contacted_days: { label: 'Not contacted for (days)', type: 'number',
		say: (v) => `not contacted for ${v} days` },
	answer: { label: 'Answer to a question', list: 'questions',
		say: (v, { lists }) => answerOf(v, lists.questions) },
	donated_min: { label: 'Donated at least', type: 'money',
		say: (v) => `who donated ${money(v)} or more` },
	household_size_min: { label: 'Household of at least', type: 'number',
		say: (v) => `in a household of ${v} or more` },
	last_name: { label: 'Last name', say: (v) => `named ${v}` },
	email_address: { label: 'E-mail address', type: 'email',
		say: (v) => `with the e-mail address ${v}` },
	phone_number: { label: 'Phone number', type: 'tel',
		say: (v) => `with the phone number ${v}` },
	segment_id: { label: 'Saved universe', list: 'segments',
		say: (v, { lists }) => `of ${names(v, lists.segments)[0]}` },
};

/* Names of filters that are said by another one. */
const silent = new Set(['of_last', 'kind']);

function names(ids, list)
{
	return String(ids).split(',').map((id) => list?.find(([x]) =>
	    String(x) === id)?.[1] ?? `number ${id}`);
}

function answerOf(value, questions)
{
	const [id, answer] = value.split(/:(.*)/s);
	const text = questions?.find(([x]) => String(x) === id)?.[1] ??
	    `question ${id}`;

	return answer ? `who answered ${answer} to “${text}”` :
	    `who answered “${text}”`;
}

export const say = (name, cond, lists) => filters[name]?.say(
    String(cond[name]), { cond, lists }) ?? `${name} ${cond[name]}`;

const isFilter = (name) => name in filters || silent.has(name);

/* The filters among the parameters of an address. */
export function conditionOf(query)
{
	return Object.fromEntries(Object.entries(query).filter(
	    ([name]) => isFilter(name)));
}

/* Segments, and what the condition names by id: loaded when it is needed. */
export function useLists(campaign, wanted)
{
	const id = campaign.campaign_id;
	const { data, again } = useCall(async (signal) => {
		const load = async (need, path, many, pair, query = {}) => need ?
		    (await api.get(path, { signal, query: { per_page: 200,
		    ...query } })).data[many].map(pair) : undefined;
		const [segments, questions, elections] = await Promise.all([
		    load(true, '/voters/segments', 'segments', (s) =>
			[s.segment_id, s.segment_name, s], { campaign_id: id,
			sort: 'segment_name' }),
		    load(wanted, '/surveys/questions', 'questions', (q) =>
			[q.question_id, q.question_text, q],
			{ campaign_id: id }),
		    load(wanted, '/elections', 'elections', (e) =>
			[e.election_id, `${e.state} ${e.name || e.kind} ` +
			    (day(e.date) || e.year)], {}),
		]);

		return { segments, questions, elections };
	}, [id, wanted]);

	return { lists: data || {}, again };
}

/* Steps without a condition yet are not asked for. */
export const ready = (steps) =>
    steps.filter((s) => Object.keys(s.filter).length > 0);

/* Does a sentence need the names of questions or elections? */
export const needsLists = (text) => /"?(answer|voted_any)"?[:=]/.test(text);

/* The values that a column has among the campaign's voters. */
function useValues(campaign, by)
{
	const { data } = useCall(async (signal) => {
		if (!by)
			return [];
		const { data: table } = await api.get(
		    `/campaigns/${campaign.campaign_id}/breakdown`,
		    { signal, query: { by } });
		
		return table.rows.map((r) => r[by]).filter(Boolean).slice(0, 500);
	}, [by]);

	return data || [];
}

function VotedOften({ value, set })
{
	return html`<div class="row">
		<${Field} label="At least" type="number" min="1" required
		    value=${value.voted_at_least}
		    onValue=${(v) => set({ ...value, voted_at_least: v })}/>
		<${Field} label="of the last" type="number" min="1" required
		    value=${value.of_last}
		    onValue=${(v) => set({ ...value, of_last: v })}/>
		<${Field} label="Elections" as="select" options=${kinds}
		    value=${value.kind}
		    onValue=${(v) => set({ ...value, kind: v })}/>
	</div>`;
}

function Answer({ value, set, questions })
{
	const [id, answer] = (value.answer || '').split(/:(.*)/s);
	const q = questions?.find(([x]) => String(x) === id)?.[2];
	const choices = q?.question_type === 'yes_no' ? ['Yes', 'No'] :
	    q?.possible_answers;

	return html`<${Field} label="Question" as="select" required value=${id}
		    options=${[['', 'Choose a question'], ...questions || []]}
		    onValue=${(v) => set({ answer: v })}/>
		${id && html`<${Field} label="Answer" as=${choices?.length ?
		    'select' : 'input'} value=${answer} hint="Empty: any answer."
		    options=${choices && ['', ...choices]}
		    onValue=${(v) => set({ answer: v ? `${id}:${v}` : id })}/>`}`;
}

function Value({ name, value, set, campaign, lists })
{
	const f = filters[name];
	const values = useValues(campaign, f.by);
	const one = { label: f.label, value: value[name], required: true,
	    hint: f.hint, onValue: (v) => set({ [name]: v }) };

	if (name === 'voted_at_least')
		return html`<${VotedOften} value=${value} set=${set}/>`;
	if (name === 'answer')
		return html`<${Answer} value=${value} set=${set}
			questions=${lists.questions}/>`;
	if (f.list || f.choices)
		return html`<${Field} ...${one} as="select" options=${[['',
			'Choose'], ...f.choices || lists[f.list] || []]}/>`;
	if (f.type === 'money')
		return html`<${Field} ...${one} type="number" min="1"
			value=${value[name] ? value[name] / 100 : ''}
			onValue=${(v) => set({ [name]: String(v * 100) })}/>`;
	return html`<${Field} ...${one} type=${f.type || 'text'} min="0"
			list=${values.length ? 'filter-values' : undefined}/>
		<datalist id="filter-values">${values.map((v) =>
			html`<option key=${v} value=${v}/>`)}</datalist>`;
}

/* Ask for one more filter; onAdd gets it as an object. */
export function AddFilter({ campaign, lists, onAdd, onClose })
{
	const [name, setName] = useState('party_affiliation');
	const [value, setValue] = useState({});
	const submit = (event) => {
		event.preventDefault();
		onAdd(Object.fromEntries(Object.entries(value).filter(
		    ([, v]) => v !== '')));
		onClose();
	};

	return html`<${Dialog} title="Add a filter" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		    <button class="main" form="add-filter">Add</button>`}>
		<form id="add-filter" onSubmit=${submit}>
			<${Field} label="Filter by" as="select" value=${name}
			    options=${Object.entries(filters).map(
				([n, f]) => [n, f.label])}
			    onValue=${(v) => {
				setName(v);
				setValue({});
			    }}/>
			<${Value} key=${name} name=${name} value=${value}
			    set=${setValue} campaign=${campaign} lists=${lists}/>
		</form>
	<//>`;
}

/* A condition as sentences, each with a button that removes it. */
export function Sentences({ cond, lists, onChange, onAdd, label })
{
	const without = (name) => Object.fromEntries(Object.entries(cond).filter(
	    ([n]) => n !== name && !filters[name].with?.includes(n)));
	const shown = Object.keys(cond).filter((n) => !silent.has(n));

	return html`<ul class="tags" aria-label=${label}>
		${shown.map((name) => {
			const text = say(name, cond, lists);

			return html`<li key=${name} class="tag">${text}
				<button class="plain" aria-label=${`Remove: ${text}`}
				    onClick=${() => onChange(without(name))}
				    ><span aria-hidden="true">✕</span></button>
			</li>`;
		})}
		<li><${Button} kind="small-button" onClick=${onAdd}
			>Add a filter<//></li>
	</ul>`;
}
