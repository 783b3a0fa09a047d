/* Donations: the list with its chart; other modules have the pages below it. */
import { useEffect, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Columns } from '../chart.js';
import { byDay, periods, startOf, today } from '../days.js';
import { donor, methodOf, methods, Status, statuses, Tabs } from '../gifts.js';
import { useRows } from '../rows.js';
import { Button, count, day, Failure, Field, html, money, Table,
    useCall, useSettled } from '../ui.js';

const columns = [
	{ key: 'donor', label: 'Donor', show: donor, width: '14rem' },
	{ key: 'created_at', label: 'Day', sort: true, width: '8rem',
	  show: (g) => day(g.received_on || g.created_at) },
	{ key: 'amount', label: 'Amount', number: true, sort: true,
	  width: '8rem', show: (g) => money(g.amount_received || g.amount,
	    g.currency) },
	{ key: 'status', label: 'State', width: '10rem',
	  show: (g) => html`<${Status} gift=${g}/>` },
	{ key: 'method', label: 'Method', width: '7rem',
	  show: (g) => methodOf(g.method) },
	{ key: 'refcode', label: 'Refcode', width: '9rem' },
	{ key: 'election', label: 'Election', width: '6rem' },
];

/* The public form is beside this page, whatever path the site has. */
const donateUrl = (campaign) => new URL(`../forms/donate?campaign=${
    campaign.campaign_id}`, new URL('.', document.baseURI)).href;

/* The filters in the address; each change is a new one, to be shared. */
function go(campaign, query)
{
	const search = new URLSearchParams(Object.entries(query).filter(
	    ([, v]) => v !== '' && v !== undefined)).toString();

	location.replace(`#/campaigns/${campaign.campaign_id}/donations` +
	    (search && `?${search}`));
}

function Filters({ query, set })
{
	const [more, setMore] = useState(() => ['refcode', 'election',
	    'over_limit', 'source'].some((f) => query[f]));
	const field = (name, label, rest) => html`<${Field} label=${label}
		value=${query[name]} onValue=${(v) => set({ [name]: v })}
		...${rest}/>`;

	return html`<form class="row" onSubmit=${(e) => e.preventDefault()}>
		${field('since', 'From', { type: 'date' })}
		${field('until', 'To', { type: 'date' })}
		${field('status', 'State', { as: 'select',
		    options: [['', 'Any'], ...statuses] })}
		${field('method', 'Method', { as: 'select',
		    options: [['', 'Any'], ...methods] })}
		${more ? html`${field('refcode', 'Refcode')}
			${field('election', 'Election',
			    { placeholder: 'P2026', maxlength: 5 })}
			${field('source', 'Through', { placeholder: 'actblue' })}
			${field('over_limit', 'Limit', { as: 'select', options: [
			    ['', 'Any'], ['true', 'Over the limit'],
			    ['false', 'Within the limit']] })}` :
		html`<div class="field"><${Button}
		    onClick=${() => setMore(true)}>More filters<//></div>`}
	</form>`;
}

function Totals({ summary })
{
	return html`<ul class="figures">${summary.totals.map((t) => html`
		<li key=${t.currency}><strong>${money(t.net, t.currency)}</strong>
			<span>net of ${count(t.donations, 'gift')}</span></li>
		<li><strong>${money(t.amount_refunded, t.currency)}</strong>
			<span>refunded</span></li>
		<li><strong>${money(t.fees, t.currency)}</strong>
			<span>fees</span></li>`)}
	</ul>`;
}

function Chart({ summary, query, zone })
{
	const [period, setPeriod] = useState('90');
	const currency = summary.totals[0]?.currency || 'usd';
	const rows = summary.by_day.filter((r) => r.currency === currency);
	const last = query.until || today(zone);
	const first = query.since || startOf(period, last, rows);
	const data = byDay(rows.filter((r) => r.day >= first && r.day <= last),
	    first, last, (r) => r.amount_received);
	const sum = data.reduce((n, d) => n + d.value, 0);

	return html`<section class="panel">
		${!query.since && html`<div class="slim"><${Field}
		    label="Period of the chart" as="select" options=${periods}
		    value=${period} onValue=${setPeriod}/></div>`}
		<${Columns} title="Received by day" data=${data}
		    show=${(v) => money(v, currency)}
		    axis=${(v) => money(v, currency, true)}
		    summary=${`${money(sum, currency)} from ${day(first)} to ` +
			day(last)}/>
	</section>`;
}

const filters = ['since', 'until', 'status', 'method', 'refcode', 'election',
    'source', 'over_limit', 'voter_id'];

function Gifts({ campaign, can, query })
{
	const [typed, setTyped] = useState(query);
	const settled = useSettled(typed, 300);
	const asked = Object.fromEntries(filters.filter((f) => settled[f])
	    .map((f) => [f, settled[f]]));
	const of = { campaign_id: campaign.campaign_id, ...asked };
	const base = `#/campaigns/${campaign.campaign_id}/donations`;
	const sort = settled.sort || '-donation_id';
	const list = useRows('/donations', { ...of, sort }, 'donations');
	const { data, error } = useCall((signal) => api.get(
	    '/donations/summary', { signal, query: of }),
	    [JSON.stringify(of)]);

	useEffect(() => go(campaign, { ...asked,
	    sort: settled.sort }), [settled]);
	/* A link to other filters, or back in the history. */
	useEffect(() => {
		if ([...filters, 'sort'].some((f) =>
		    (query[f] || '') !== (settled[f] || '')))
			setTyped(query);
	}, [query]);
	return html`<div class="bar"><h1>Donations</h1>
			<a class="button" target="_blank" rel="noopener"
			    href=${donateUrl(campaign)}>Donation form</a>
			${can('manager') && html`<a class="button main"
			    href="${base}/new">Record a gift</a>`}</div>
		<${Tabs} campaign=${campaign} can=${can} here=""/>
		<${Failure} error=${list.error || error} again=${list.again}/>
		${data && html`<${Totals} summary=${data.data}/>
			<${Chart} summary=${data.data} query=${settled}
			    zone=${campaign.time_zone}/>`}
		<${Filters} query=${typed} set=${(c) =>
		    setTyped({ ...typed, ...c })}/>
		<p class="quiet" role="status">${list.loading ? 'Loading…' :
		    count(list.total, 'gift')}</p>
		<${Table} label="Gifts" columns=${columns} rows=${list.rows}
		    total=${list.total} onNeed=${list.onNeed}
		    keyOf=${(g) => g.donation_id} sort=${sort}
		    onSort=${(s) => setTyped({ ...typed, sort: s })}
		    onOpen=${(g) => {
			location.hash = `${base}/${g.donation_id}`;
		    }}/>`;
}

/* The module of each page below this one. */
const below = {
	new: () => import('./gift-new.js'),
	import: () => import('./gift-import.js'),
	export: () => import('./gift-export.js'),
	gift: () => import('./gift.js'),
	lists: () => import('./treasurer.js'),
};

function Below({ name, ...props })
{
	const [{ Page, error }, setLoaded] = useState({});

	useEffect(() => {
		setLoaded({});
		below[name]().then((m) => setLoaded({ Page: m.default }),
		    (e) => setLoaded({ error: e }));
	}, [name]);
	return Page ? html`<${Page} ...${props}/>` : error ?
	    html`<${Failure} error=${error}/>` :
	    html`<p class="loading">Loading…</p>`;
}

export default function Donations(props)
{
	const [name, id] = props.path;

	if (!name)
		return html`<${Gifts} ...${props}/>`;
	if (/^\d+$/.test(name))
		return html`<${Below} key=${name} name="gift" id=${name}
			...${props}/>`;
	return html`<${Below} key=${`${name}/${id}`} name=${below[name] ?
		name : 'lists'} list=${name} id=${id} ...${props}/>`;
}
