/* Voters: search, filters, universes, and what is done with many of them. */
import { useEffect, useMemo, useRef, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { AddFilter, conditionOf, needsLists, ready, Sentences, useLists }
    from '../filters.js';
import { remember, remembered } from '../keep.js';
import { Button, count, day, Failure, Field, html, number, phone, say, Table, time,
    useModule, useSettled } from '../ui.js';

const PAGE = 100;		/* rows of one request */
const MOST = 10000;		/* rows that can be scrolled through */
const PAUSE = 40;		/* milliseconds after a key */

const name = (v) => [v.last_name, [v.first_name, v.middle_name]
    .filter(Boolean).join(' ')].join(', ') + (v.suffix ? ` ${v.suffix}` : '');

/* Every column that can be chosen: key, label, and what it is made of. */
function allColumns(campaign)
{
	const href = (v) => `#/campaigns/${campaign.campaign_id}/voters/${
	    v.voter_id}`;
	const text = (key, label, width, sort) => ({ key, label, width, sort });
	const zone = campaign.time_zone;

	return [
		{ key: 'last_name', label: 'Name', width: '12rem', sort: true,
		    fields: ['first_name', 'middle_name', 'last_name', 'suffix'],
		    show: (v) => html`<a href=${href(v)} tabindex="-1">${
			name(v)}</a>` },
		{ ...text('birth_year', 'Born', '4.5rem'), number: true },
		text('gender', 'Gender', '5rem'),
		text('street_address', 'Address', '12rem'),
		text('city', 'City', '9.5rem', true),
		text('zip_code', 'ZIP', '5rem', true),
		text('county', 'County', '8rem'),
		text('precinct', 'Precinct', '6rem', true),
		text('party_affiliation', 'Party', '7.5rem'),
		text('registration_status', 'Registration', '7rem'),
		text('voter_registration_id', 'Registration id', '9rem'),
		{ ...text('phone_number', 'Phone', '9.5rem'),
		    show: (v) => phone(v.phone_number) },
		text('email_address', 'E-mail', '14rem', true),
		{ ...text('tags', 'Tags', '7rem'),
		    show: (v) => v.tags?.join(', ') },
		{ ...text('last_contacted_date', 'Last contact', '8rem', true),
		    show: (v) => day(v.last_contacted_date) },
		{ ...text('engagement_score', 'Score', '5rem', true),
		    number: true },
		text('employer', 'Employer', '9rem'),
		text('occupation', 'Occupation', '9rem'),
		{ ...text('registration_date', 'Registered', '7rem', true),
		    show: (v) => day(v.registration_date) },
		{ ...text('updated_at', 'Changed', '10rem', true),
		    show: (v) => time(v.updated_at, zone) },
	];
}

const usual = ['last_name', 'street_address', 'city', 'party_affiliation',
    'phone_number', 'tags', 'last_contacted_date'];

/*
 * The rows of a list, page by page as they are needed.  The old rows stay until
 * the first page of the new list is there.
 */
function useRows(query)
{
	const key = JSON.stringify(query);
	const [state, setState] = useState({ rows: [], total: null });
	const current = useRef();

	async function load(page, list)
	{
		if (list.pages.has(page) || list.stop.signal.aborted)
			return;
		list.pages.add(page);
		try {
			const { data } = await api.get('/voters', {
			    signal: list.stop.signal,
			    query: { ...query, page, per_page: PAGE } });

			data.voters.forEach((v, i) => {
				list.rows[(page - 1) * PAGE + i] = v;
			});
			setState({ rows: list.rows.slice(),
			    total: data.total_voters,
			    estimate: data.total_is_estimate, key: list.key });
		} catch (error) {
			list.pages.delete(page);
			if (error.name !== 'AbortError')
				setState((s) => ({ ...s, error, key: list.key }));
		}
	}

	function begin()
	{
		const list = { key, pages: new Set(), rows: [],
		    stop: new AbortController() };

		current.current?.stop.abort();
		current.current = list;
		load(1, list);
		return () => list.stop.abort();
	}

	useEffect(begin, [key]);
	return { ...state, loading: state.key !== key, again: begin,
	    need: (i) => load(Math.floor(i / PAGE) + 1, current.current) };
}

/* The address's parameters as the page's state, and back. */
function read(query)
{
	let steps = null;

	try {
		steps = query.steps ? JSON.parse(query.steps) : null;
	} catch {
		/* A damaged link: as if there were none. */
	}
	return { q: query.q || '', sort: query.sort || '', opened: query.opened,
	    cond: conditionOf(query), steps: Array.isArray(steps) ? steps : null };
}

function write({ q, sort, opened, cond, steps })
{
	return new URLSearchParams(Object.entries({ q, sort, opened, ...cond,
	    steps: steps && JSON.stringify(steps) }).filter(
	    ([, v]) => v)).toString();
}

/* What the interface is asked for; without steps that are not ready. */
function asked({ q, cond, steps }, campaign)
{
	return { campaign_id: campaign.campaign_id, ...cond,
	    ...q.trim() ? { q: q.trim() } : {},
	    ...steps && ready(steps).length ?
		{ steps: JSON.stringify(ready(steps)) } : {} };
}

function Universes({ segments, opened, onOpen })
{
	if (!segments?.length)
		return null;
	return html`<label class="inline">Saved universes
		<select value=${opened || ''} onChange=${(e) => onOpen(
		    segments.find(([id]) => String(id) === e.target.value)?.[2])}>
			<option value="">None</option>
			${segments.map(([id, text]) => html`<option key=${id}
			    value=${id}>${text}</option>`)}
		</select></label>`;
}

export default function Voters({ campaign, query, can })
{
	const [state, setState] = useState(() => read(query));
	const [chosen, setChosen] = useState(() =>
	    remembered('voters.columns', usual));
	const [picked, setPicked] = useState(new Set());
	const [open, setOpen] = useState('');
	const box = useRef();
	const set = (more) => setState((s) => ({ ...s, ...more }));
	const { lists, again: listsAgain } = useLists(campaign,
	    open === 'filter' || state.steps !== null ||
	    needsLists(write(state)));
	const every = useMemo(() => allColumns(campaign), [campaign]);
	const columns = every.filter((c) => chosen.includes(c.key));
	const q = useSettled(state.q, PAUSE);
	const filter = asked({ ...state, q }, campaign);
	const list = useRows({ ...filter, ...state.sort ? { sort: state.sort } :
	    {}, fields: ['voter_id', ...columns.flatMap((c) => c.fields ||
	    c.key)].join(',') });
	const total = list.total ?? 0;
	const heard = useSettled(list.loading ? null : total, 600);
	const opened = lists.segments?.find(([id]) =>
	    String(id) === state.opened)?.[2];
	const text = write(state);
	const { Builder } = useModule(() => import('../universe.js'),
	    state.steps !== null);
	const { AddVoter, Columns, Export, TagMany } = useModule(
	    () => import('./voters-acts.js'), open !== '' && open !== 'filter');

	/* The address always says what is shown, without a new page. */
	useEffect(() => history.replaceState(null, '', `#/campaigns/${
	    campaign.campaign_id}/voters${text && `?${text}`}`), [text]);
	const given = new URLSearchParams(query).toString();
	const first = useRef(given);

	useEffect(() => {
		if (first.current !== given)
			setState(read(query));
		first.current = given;
	}, [given]);
	useEffect(() => {
		if (heard !== null)
			say(`${count(heard, 'voter')} found`);
	}, [heard]);
	useEffect(() => setPicked(new Set()), [JSON.stringify(filter)]);

	const openSegment = (s) => set({ opened: s ? String(s.segment_id) :
	    undefined, steps: s?.filter.steps || (s ? [{ verb: 'add',
	    filter: s.filter }] : null), cond: {} });
	const down = (event) => {
		if (event.key === 'ArrowDown') {
			event.preventDefault();
			box.current.querySelector('tr[tabindex="0"]')?.focus();
		}
	};
	const done = () => {
		setOpen('');
		list.again();
	};

	return html`<div class="bar"><h1>Voters</h1>
			<${Universes} segments=${lists.segments}
			    opened=${state.opened} onOpen=${openSegment}/>
			${can('editor') && html`<${Button}
			    onClick=${() => setOpen('add')}>Add a voter…<//>`}
			<${Button} onClick=${() => setOpen('columns')}
			    >Columns…<//>
			${can('manager') && html`<${Button}
			    onClick=${() => setOpen('export')}>Export…<//>`}
		</div>
		<${Field} label="Search" type="search" value=${state.q}
		    hint="Name, e-mail address, phone number or registration id."
		    onValue=${(v) => set({ q: v })} onKeyDown=${down}
		    autocomplete="off" spellcheck=${false} class="search"/>
		<div class="bar">
			<${Sentences} cond=${state.cond} lists=${lists}
			    label="Filters" onChange=${(cond) => set({ cond })}
			    onAdd=${() => setOpen('filter')}/>
			${!state.steps && html`<${Button} kind="small-button"
			    onClick=${() => set({ steps: [{ verb: 'add',
				filter: state.cond }], cond: {} })}
			    >Build a universe<//>`}
			${state.steps && html`<${Button} kind="small-button"
			    onClick=${() => openSegment(null)}
			    >Close the universe<//>`}
		</div>
		${state.steps && Builder && html`<${Builder} campaign=${campaign}
		    lists=${lists} steps=${state.steps} opened=${opened}
		    onSteps=${(steps) => set({ steps })} mayWrite=${can('editor')}
		    onSaved=${(s) => {
			set({ opened: String(s.segment_id) });
			listsAgain();
		    }} onDeleted=${() => {
			openSegment(null);
			listsAgain();
		    }}/>`}
		<${Failure} error=${list.error} again=${list.again}/>
		<div class="bar result">
			<strong>${list.total === null ? 'Loading…' :
			    `${list.estimate ? 'About ' : ''}${
			    count(total, 'voter')}`}</strong>
			${total > MOST && html`<span class="quiet">The first ${
			    number(MOST)} are shown; filters find the
			    others.</span>`}
			${picked.size > 0 && html`<span>${
			    `${number(picked.size)} selected`}</span>`}
			${can('editor') && (picked.size > 0 || total > 0) &&
			html`<${Button} onClick=${() => setOpen('tag')}>Tag ${
			    picked.size ? 'the selected' : 'all of them'}…<//>`}
		</div>
		<div ref=${box} aria-busy=${list.loading ? 'true' : 'false'}>
			<${Table} label="Voters" columns=${columns} fill
			    rows=${list.rows} total=${Math.min(total, MOST)}
			    onNeed=${list.need} keyOf=${(v) => v.voter_id}
			    onOpen=${(v) => {
				location.hash = `#/campaigns/${
				    campaign.campaign_id}/voters/${v.voter_id}`;
			    }} picked=${picked}
			    onPick=${can('editor') ? setPicked : undefined}
			    sort=${state.sort}
			    onSort=${(sort) => set({ sort })}/>
		</div>
		${open === 'filter' && html`<${AddFilter} campaign=${campaign}
		    lists=${lists} onClose=${() => setOpen('')}
		    onAdd=${(more) => set({ cond: { ...state.cond, ...more } })}/>`}
		${open === 'columns' && Columns && html`<${Columns} every=${every}
		    chosen=${chosen} usual=${usual} onClose=${() => setOpen('')}
		    onChosen=${(keys) => {
			setChosen(keys);
			remember('voters.columns', keys);
		    }}/>`}
		${open === 'tag' && TagMany && html`<${TagMany} filter=${filter}
		    picked=${[...picked]} total=${total} onDone=${done}
		    onClose=${() => setOpen('')}/>`}
		${open === 'export' && Export && html`<${Export} filter=${filter}
		    total=${total} columns=${columns}
		    onClose=${() => setOpen('')}/>`}
		${open === 'add' && AddVoter && html`<${AddVoter} campaign=${campaign}
		    onClose=${() => setOpen('')}/>`}`;
}
