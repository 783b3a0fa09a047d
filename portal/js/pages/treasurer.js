/* The treasurer's lists: what to refund, to ask for, to settle, to tick off. */
import { useEffect, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { amount, donor, methodOf, Status, Tabs } from '../gifts.js';
import { everyRow, useRows } from '../rows.js';
import { Button, Confirm, day, Failure, Field, html, money, number, say, Table,
    time, useCall } from '../ui.js';

const cash = (key, label) => ({ key, label, number: true, width: '8rem',
    show: (r) => money(r[key], r.currency) });
const date = (key, label, sort) => ({ key, label, width: '8rem', sort,
    show: (r) => day(r[key]) });
const name = { key: 'donor', label: 'Donor', show: donor, width: '14rem' };

const where = (r) => [r.address_line1, r.address_city, r.address_state,
    r.address_zip].filter(Boolean).join(', ');

/* id: what a row opens; of the gift unless it is said otherwise. */
const lists = {
	limits: {
		title: 'Donors over the limit', many: 'limits',
		about: 'Refund or reattribute the excess by the last day. The ' +
		    'limit is contribution_limit in the server\'s ' +
		    'configuration: without it nobody is over it.',
		sort: 'refund_by',
		columns: [name, { key: 'election', label: 'For', width: '6rem',
		    show: (r) => r.election || r.year },
		    cash('contributed', 'Given'), cash('contribution_limit',
		    'Limit'), cash('excess', 'Excess'),
		    date('exceeded_on', 'Since', true),
		    date('refund_by', 'Refund by', true)],
	},
	'best-efforts': {
		title: 'Donors to ask for their employer', many: 'donors',
		about: 'They gave more than 200.00, and employer or occupation ' +
		    'is missing. Ask them, and enter the answer in the gift.',
		sort: '-received_on',
		columns: [name, cash('contributed', 'Given'),
		    { key: 'lacks', label: 'Missing', width: '13rem', show: (r) =>
			[!r.employer && 'employer', !r.occupation &&
			'occupation'].filter(Boolean).join(', ') },
		    { key: 'email', label: 'E-mail', width: '14rem' },
		    { key: 'phone_number', label: 'Phone', width: '9rem' },
		    { key: 'where', label: 'Address', show: where,
		      width: '16rem' },
		    date('received_on', 'Last gift', true)],
	},
	refunds: {
		title: 'Refunds and lost disputes', many: 'refunds',
		about: 'By the day on which the money left.',
		sort: '-refunded_on',
		columns: [name, date('refunded_on', 'Day', true),
		    cash('amount', 'Amount'), { key: 'kind', label: 'Kind',
		    width: '8rem', show: (r) => r.kind === 'refund' ? 'Refund' :
			'Lost dispute' },
		    { key: 'method', label: 'Method', width: '7rem',
		      show: (r) => methodOf(r.method) },
		    { key: 'reason', label: 'Reason', width: '12rem' },
		    date('received_on', 'Gift of')],
	},
	recurring: {
		title: 'Recurring gifts', path: '/donations', many: 'donations',
		about: 'The first gift of each series, with the state of its ' +
		    'subscription at Stripe.',
		sort: '-donation_id',
		filter: ['recurring_status', 'State', [
		    ['active', 'Active'], ['past_due', 'A payment failed'],
		    ['unpaid', 'Unpaid'], ['canceled', 'Ended']]],
		columns: [name, { key: 'amount', label: 'Amount', number: true,
		    width: '8rem', show: (r) => amount(r) },
		    { key: 'interval', label: 'Every', width: '6rem' },
		    { key: 'recurring_status', label: 'Subscription',
		      width: '9rem' },
		    { key: 'recurring_failure', label: 'Failure',
		      width: '14rem' },
		    { key: 'status', label: 'First gift', width: '10rem',
		      show: (r) => html`<${Status} gift=${r}/>` }],
	},
	waiting: {
		title: 'Reports that wait for a person', many: 'waiting',
		about: 'Reports of Stripe and ActBlue that fit no gift, or ' +
		    'contradict one. Settle what you have dealt with.',
		sort: '-waiting_id', role: 'manager', open: 'settle',
		filter: ['settled', 'Show', [['', 'What waits'],
		    ['true', 'What is settled']]],
		columns: [{ key: 'reason', label: 'What', width: '26rem' },
		    { key: 'amount', label: 'Amount', number: true,
		      width: '8rem', show: (r) => r.amount === null ? '' :
			money(r.amount, r.currency || 'usd') },
		    { key: 'kind', label: 'Kind', width: '8rem' },
		    date('happened_at', 'Day'),
		    { key: 'note', label: 'Settled', width: '14rem',
		      show: (r) => r.settled_at && `${r.action}: ${r.note}` }],
	},
	payouts: {
		title: 'Payouts to the bank', many: 'payouts',
		about: 'What Stripe pays to the bank, to be ticked off on its ' +
		    'statement.',
		sort: '-payout_id', role: 'manager', open: 'payouts',
		columns: [{ key: 'arrival_date', label: 'At the bank',
		    width: '9rem', show: (r) => day(r.arrival_date) },
		    cash('amount', 'Amount'), { key: 'status', label: 'State',
		    width: '8rem' }, { key: 'gifts', label: 'Gifts',
		    number: true, width: '5rem', show: (r) => number(r.gifts) },
		    cash('amount_gifts', 'Gifts'), cash('amount_refunded',
		    'Refunds'), cash('amount_disputed', 'Disputes'),
		    cash('amount_fees', 'Fees'),
		    { key: 'complete', label: 'Complete', width: '6rem',
		      show: (r) => r.complete ? 'Yes' : 'Not yet' }],
	},
};

/* What a person has dealt with.  Accepting a conflict changes the gift. */
function Settle({ row, base, zone, onDone, onClose })
{
	const [action, setAction] = useState('dismiss');
	const [note, setNote] = useState('');
	const gift = row.donation_id && html`<a href="${base}/${row.donation_id}"
		onClick=${onClose}>gift ${row.donation_id}</a>`;
	const sum = row.amount !== null && money(row.amount,
	    row.currency || 'usd');
	const run = async () => {
		if (!note.trim())
			throw new Error('Write what you have done about it.');
		await api.post(`/donations/waiting/${row.waiting_id}/settle`,
		    { action, note });
		say('Settled.');
		onDone();
	};

	if (row.settled_at)
		return html`<${Confirm} title="Settled" act="Close"
			onClose=${onClose} run=${async () => {}}>
			<p>${row.reason}</p><p>${row.note}
			(${time(row.settled_at, zone)})</p><//>`;
	return html`<${Confirm} title="Settle this report" act=${
		action === 'accept' ? `Change the gift to ${sum}` :
		    'Take it off the list'}
		danger=${action === 'accept'} run=${run} onClose=${onClose}>
		<p>${row.reason}${row.event_type && ` (${row.event_type})`}</p>
		<p class="quiet">${[sum, row.stripe_id, time(row.happened_at,
		    zone)].filter(Boolean).join(', ')}${gift && html`, ${gift}`}
		</p>
		${row.kind === 'conflict' && html`<${Field} as="select"
		    label="What to do" value=${action} onValue=${setAction}
		    options=${[['dismiss', 'Leave the gift as it is'],
			['accept', `Change the gift's amount to ${sum}`]]}/>`}
		<p>${action === 'accept' ? `The gift's amount becomes ${sum}, in ` +
		    'all sums, limits and exports.' : 'No gift changes. The ' +
		    'report leaves this list.'} Your name and the note are
			kept.</p>
		<${Field} as="textarea" label="Note" value=${note}
		    onValue=${setNote} maxlength="1000" required/>
	<//>`;
}

const parts = { gift: 'Gift', refund: 'Refund', dispute: 'Dispute', fee: 'Fee',
    other: 'Other' };

function Payout({ id, base, zone })
{
	const { data, error, again } = useCall((signal) =>
	    api.get(`/donations/payouts/${id}`, { signal }), [id]);
	const p = data?.data;
	const show = (v) => money(v, p.currency);

	if (!p)
		return html`<${Failure} error=${error} again=${again}/>`;
	return html`<p><a href="${base}/payouts">All payouts</a></p>
		<h2>${show(p.amount)}, ${p.status}${p.arrival_date &&
		    `, at the bank on ${day(p.arrival_date)}`}</h2>
		<p>${show(p.amount_gifts)} of gifts, less
			${' '}${show(p.amount_refunded)} of refunds,
			${' '}${show(p.amount_disputed)} of disputes and
			${' '}${show(p.amount_fees)} of fees, and
			${' '}${show(p.amount_other)} of other
			movements.${!p.complete && ` Not all movements are
			known yet.`}</p>
		<div class="scroll" tabindex="0" role="region"
		    aria-label="Movements"><table><thead><tr>
			<th scope="col">What</th><th scope="col">Donor</th>
			<th scope="col">When</th>
			<th scope="col" class="number">Amount</th>
			<th scope="col" class="number">Fee</th>
			<th scope="col" class="number">Net</th></tr></thead>
		<tbody>${p.lines.map((l) => html`<tr key=${l.stripe_id}>
			<td>${l.donation_id ? html`<a href="${base}/${
			    l.donation_id}">${parts[l.kind]}</a>` :
			    parts[l.kind]}</td>
			<td>${l.donation_id ? donor(l) : l.description}</td>
			<td>${time(l.happened_at, zone)}</td>
			<td class="number">${show(l.amount)}</td>
			<td class="number">${show(l.fee)}</td>
			<td class="number">${show(l.net)}</td></tr>`)}
		</tbody></table></div>`;
}

/*
 * The table on the screen has only the rows in view; the one for paper has all.
 */
function Print({ of, path, query, campaign })
{
	const [rows, setRows] = useState(null);
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);

	async function read()
	{
		setBusy(true);
		setError(null);
		try {
			setRows(await everyRow(path, query, of.many));
		} catch (e) {
			setError(e);
		}
		setBusy(false);
	}

	useEffect(() => setRows(null), [JSON.stringify(query)]);
	useEffect(() => {
		if (rows)
			print();
	}, [rows]);
	return html`<p class="after"><${Button} busy=${busy}
			onClick=${read}>Print<//></p>
		<${Failure} error=${error} again=${read}/>
		${rows && html`<table class="paper">
			<caption>${campaign.campaign_name}, ${time(
			    new Date().toISOString(), campaign.time_zone)}
			</caption>
			<thead><tr>${of.columns.map((c) => html`<th scope="col"
			    class=${c.number ? 'number' : ''}>${c.label}</th>`)}
			</tr></thead>
			<tbody>${rows.map((r, i) => html`<tr key=${i}>
			${of.columns.map((c) => html`<td
			    class=${c.number ? 'number' : ''}>${c.show ?
				c.show(r) : r[c.key]}</td>`)}</tr>`)}
			</tbody></table>`}`;
}

function List({ of, list, campaign, base })
{
	const [filter, label, options] = of.filter || [];
	const [value, setValue] = useState(options ? options[0][0] : '');
	const [sort, setSort] = useState(of.sort);
	const [settling, setSettling] = useState(null);
	const path = of.path || `/donations/${list}`;
	const query = { sort, campaign_id: campaign.campaign_id,
	    ...filter && value ? { [filter]: value } : {} };
	const rows = useRows(path, query, of.many);

	return html`<p>${of.about}</p>
		${filter && html`<div class="row"><${Field} label=${label}
		    as="select" options=${options} value=${value}
		    onValue=${setValue}/></div>`}
		<${Failure} error=${rows.error} again=${rows.again}/>
		<p class="quiet" role="status">${rows.loading ? 'Loading…' :
		    `${number(rows.total)} in the list`}</p>
		<${Table} label=${of.title} columns=${of.columns}
		    rows=${rows.rows} total=${rows.total} onNeed=${rows.onNeed}
		    keyOf=${(r) => r.ledger_id || r.waiting_id || r.payout_id ||
			r.donation_id}
		    sort=${sort} onSort=${setSort} onOpen=${(r) => {
			if (of.open === 'settle')
				setSettling(r);
			else
				location.hash = of.open ?
				    `${base}/payouts/${r.payout_id}` :
				    `${base}/${r.donation_id}`;
		    }}/>
		<${Print} of=${of} path=${path} query=${query}
		    campaign=${campaign}/>
		${settling && html`<${Settle} row=${settling} base=${base}
		    zone=${campaign.time_zone} onDone=${rows.again}
		    onClose=${() => setSettling(null)}/>`}`;
}

export default function Treasurer({ campaign, can, list, id })
{
	const of = lists[list];
	const base = `#/campaigns/${campaign.campaign_id}/donations`;

	if (!of || !can(of.role || 'viewer'))
		return html`<h1>There is no such list</h1>
			<p><a href=${base}>All gifts</a></p>`;
	return html`<h1>${of.title}</h1>
		<${Tabs} campaign=${campaign} can=${can} here=${list}/>
		${id ? html`<${Payout} id=${id} base=${base}
		    zone=${campaign.time_zone}/>` : html`<${List} of=${of}
		    list=${list} campaign=${campaign} base=${base}/>`}`;
}
