/* One gift: what it is, its history, and what can be done with it. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Conflict, SaveBar, useDraft } from '../edit.js';
import { amount, cents, donor, left, methodOf, Status, typed } from
    '../gifts.js';
import { Button, Confirm, count, day, Failure, Field, html, money, Notice, say,
    time, useCall } from '../ui.js';

const labels = {
	first_name: 'First name', last_name: 'Last name', email: 'E-mail',
	phone_number: 'Phone', address_line1: 'Street address',
	address_line2: 'Apartment or suite', address_city: 'City',
	address_state: 'State', address_zip: 'ZIP code',
	address_country: 'Country', employer: 'Employer',
	occupation: 'Occupation', election: 'Election', refcode: 'Refcode',
	check_number: 'Check number', deposited_on: 'Deposited on',
	note: 'Note',
};
const ofChecks = ['check_number', 'deposited_on'];
const byCard = (g) => g.method === 'card' || g.method === 'ach';

function Edit({ gift, etag, onSaved })
{
	const draft = useDraft({ name: `gift ${gift.donation_id}`,
	    path: `/donations/${gift.donation_id}`, row: gift, etag, onSaved });
	const fields = Object.keys(labels).filter((f) =>
	    !ofChecks.includes(f) || !byCard(gift));

	return html`<section class="panel"><h2>Donor</h2>
		<div class="grid">${fields.map((f) => html`<${Field} key=${f}
			label=${labels[f]} value=${draft.values[f]}
			as=${f === 'note' ? 'textarea' : 'input'}
			type=${f === 'deposited_on' ? 'date' : null}
			error=${draft.error?.of?.(f)} autocomplete="off"
			onValue=${(v) => draft.set(f, v)}/>`)}</div>
		<${SaveBar} draft=${draft}/>
		<${Conflict} draft=${draft} labels=${labels} onTheirs=${onSaved}/>
	</section>`;
}

/* The same facts, for those who may not change them. */
function Donor({ gift })
{
	return html`<section class="panel"><h2>Donor</h2><dl class="facts">
		${Object.keys(labels).filter((f) => gift[f]).map((f) =>
		    html`<dt>${labels[f]}</dt><dd>${gift[f]}</dd>`)}
	</dl></section>`;
}

const reasons = [['', 'None'], ['requested_by_customer', 'The donor asked'],
    ['duplicate', 'It was paid twice'], ['fraudulent', 'Fraud']];

/*
 * A refund.  The key is made once, so that trying again after a lost connection
 * resumes the refund and never makes a second one.
 */
function Refund({ gift, onDone, onClose })
{
	const all = left(gift);
	const [text, setText] = useState(typed(all, gift.currency));
	const [reason, setReason] = useState('');
	const [day_, setDay] = useState('');
	const [key] = useState(api.newKey);
	const n = cents(text, gift.currency);
	const good = n !== null && n > 0 && n <= all;
	const show = (v) => money(v, gift.currency);
	const card = byCard(gift);

	async function run()
	{
		const path = `/donations/${gift.donation_id}`;
		const body = { amount: n, ...reason ? { reason } : {} };

		if (!good)
			throw new Error(`Give an amount up to ${show(all)}.`);
		if (!card && day_)
			body.refunded_on = day_;
		await api.post(`${path}/${card ? 'refund' : 'refunds'}`, body,
		    { key: card ? `${key}-${n}-${reason}` : key,
		    timeout: 60000 });
		say(`${show(n)} refunded.`);
		onDone();
	}

	return html`<${Confirm} danger title="Refund this gift"
		act=${good ? `Refund ${show(n)}` : 'Refund'} run=${run}
		onClose=${onClose}>
		<${Field} label="Amount" value=${text} onValue=${setText}
		    inputmode="decimal" autocomplete="off"
		    hint=${`At most ${show(all)}, what is left of it.`}
		    error=${good ? null : `Give an amount up to ${show(all)}.`}/>
		${card ? html`<${Field} as="select" label="Reason"
		    options=${reasons} value=${reason} onValue=${setReason}/>` :
		html`<${Field} label="Reason" value=${reason}
			onValue=${setReason} maxlength="500"/>
		<${Field} type="date" label="Refunded on" value=${day_}
			onValue=${setDay} hint="Today, if you leave it empty."/>`}
		${good && html`<${Notice} kind="warn"><p>${card ?
		    `${show(n)} of ${show(gift.amount_received)} goes back ` +
		    `to the ${gift.method === 'ach' ? 'account' : 'card'} of ` +
		    `${donor(gift)} by Stripe.` :
		    `It is recorded that the committee has paid ${show(n)} ` +
		    `back to ${donor(gift)}.`}
		    ${' '}${show(all - n)} of the gift is left. This cannot be
		    taken back${card && ', and Stripe keeps its fee'}.</p><//>`}
	<//>`;
}

function Void({ gift, onDone, onClose })
{
	const [reason, setReason] = useState('');
	const run = async () => {
		if (!reason.trim())
			throw new Error('Say why.');
		await api.post(`/donations/${gift.donation_id}/void`,
		    { reason });
		say('The gift is void.');
		onDone();
	};

	return html`<${Confirm} danger title="Void this gift"
		act="Void the gift" run=${run} onClose=${onClose}>
		<p>${money(gift.amount_received, gift.currency)} of
			${' '}${donor(gift)} no longer counts: not in sums, limits,
			exports or reports. The gift stays in the list as void.
			This cannot be taken back.</p>
		<${Field} label="Reason" value=${reason} onValue=${setReason}
		    maxlength="500" required/>
	<//>`;
}

const words = { payment: 'Payment', refund: 'Refund', dispute: 'Dispute',
    charge: 'Charge' };

function History({ gift, entries, zone })
{
	return html`<section class="panel"><h2>History</h2>
		<div class="scroll" tabindex="0" role="region"
		    aria-label="History"><table>
		<thead><tr><th scope="col">When</th><th scope="col">What</th>
			<th scope="col" class="number">Amount</th>
			<th scope="col">State</th><th scope="col">Why</th>
		</tr></thead><tbody>
		<tr><td>${time(gift.created_at, zone)}</td><td>Begun</td>
			<td class="number">${amount(gift)}</td><td></td>
			<td></td></tr>
		${entries.map((e) => html`<tr key=${e.ledger_id}>
			<td>${time(e.happened_at, zone)}</td>
			<td>${words[e.kind] || e.kind}</td>
			<td class="number">${money(e.amount, gift.currency)}</td>
			<td>${e.state}</td>
			<td>${[e.reason, e.code].filter(Boolean).join(', ')}</td>
		</tr>`)}
		${gift.voided_at && html`<tr>
			<td>${time(gift.voided_at, zone)}</td><td>Void</td>
			<td></td><td></td><td>${gift.void_reason}</td></tr>`}
		</tbody></table></div>
	</section>`;
}

function Facts({ gift, base, zone })
{
	const rows = [
		['Amount', amount(gift)],
		['Received', gift.amount_received ?
		    `${amount(gift, 'amount_received')} on ` +
		    day(gift.received_on) : ''],
		['Refunded', gift.amount_refunded ?
		    amount(gift, 'amount_refunded') : ''],
		['Held by disputes', gift.amount_disputed ?
		    amount(gift, 'amount_disputed') : ''],
		['Fees', gift.fee ? amount(gift, 'fee') : ''],
		['Method', methodOf(gift.method)],
		['Through', gift.source && `${gift.source}, ` +
		    gift.external_id],
		['Voter', gift.voter_id && html`<a href=${base.replace(
		    /donations$/, `voters/${gift.voter_id}`)}>The donor's
		    page</a>`],
		['Recurring', gift.is_recurring && [gift.interval &&
		    `every ${gift.interval}`, gift.recurring_status,
		    gift.recurring_failure].filter(Boolean).join(', ')],
		['Series', gift.first_donation_id && html`<a
		    href="${base}/${gift.first_donation_id}">Began with gift
		    ${' '}${gift.first_donation_id}</a>`],
		['Confirmed', gift.eligibility && html`<details><summary>That
		    they may give, ${time(gift.eligible_at, zone)}</summary>
		    ${gift.eligibility.split(/\r?\n/).map((line) =>
			html`<p>${line}</p>`)}</details>`],
		['Failure', gift.failure_message],
	];

	return html`<section class="panel"><h2>Gift</h2><dl class="facts">
		${rows.filter(([, v]) => v).map(([k, v]) =>
		    html`<dt>${k}</dt><dd>${v}</dd>`)}
	</dl></section>`;
}

function Acts({ gift, can, ask })
{
	if (!can('manager'))
		return null;
	return html`${left(gift) > 0 && !gift.voided_at && !gift.source &&
		html`<${Button} kind="danger" onClick=${() => ask('refund')}
		    >Refund…<//>`}
		${!byCard(gift) && !gift.voided_at && !gift.source &&
		gift.amount_refunded === 0 && html`<${Button} kind="danger"
		    onClick=${() => ask('void')}>Void…<//>`}`;
}

export default function Gift({ campaign, can, id })
{
	const [asked, ask] = useState('');
	const [saved, setSaved] = useState(null);
	const path = `/donations/${id}`;
	const base = `#/campaigns/${campaign.campaign_id}/donations`;
	const { data, error, again } = useCall(async (signal) => {
		const [row, ledger] = await Promise.all([
			api.get(path, { signal }),
			api.get(`${path}/ledger`, { signal,
			    query: { per_page: 200 } })]);

		setSaved(null);
		return { gift: row.data, etag: row.etag,
		    entries: ledger.data.entries };
	}, [id]);
	const gift = saved?.row || data?.gift;

	if (!gift)
		return html`<h1>Gift ${id}</h1>
			<${Failure} error=${error} again=${again}/>
			${!error && html`<p class="loading">Loading…</p>`}`;
	return html`<p><a href=${base}>All gifts</a></p>
		<div class="bar"><h1>${amount(gift)} of ${donor(gift)}</h1>
			<${Status} gift=${gift}/>
			${gift.amount_received > 0 && !gift.voided_at && html`
			<a class="button" target="_blank" rel="noopener"
			    href=${api.url(`${path}/receipt`)}>Receipt</a>`}
			${gift.manageUrl && html`<a class="button"
			    target="_blank" rel="noopener"
			    href=${gift.manageUrl}>Donor's link</a>`}
			<${Acts} gift=${gift} can=${can} ask=${ask}/></div>
		<${Failure} error=${error} again=${again}/>
		<div class="two"><${Facts} gift=${gift} base=${base}
		    zone=${campaign.time_zone}/>
			${can('manager') ? html`<${Edit} key=${id} gift=${gift}
			    etag=${saved?.etag || data.etag}
			    onSaved=${(row, etag) => setSaved({ row, etag })}/>` :
			html`<${Donor} gift=${gift}/>`}</div>
		<${History} gift=${gift} entries=${data.entries}
		    zone=${campaign.time_zone}/>
		${gift.is_recurring && !gift.first_donation_id && html`
		<${Series} gift=${gift} base=${base}/>`}
		${asked === 'refund' && html`<${Refund} gift=${gift}
		    onDone=${again} onClose=${() => ask('')}/>`}
		${asked === 'void' && html`<${Void} gift=${gift}
		    onDone=${again} onClose=${() => ask('')}/>`}`;
}

/* The later payments of a recurring gift. */
function Series({ gift, base })
{
	const { data, error } = useCall((signal) => api.get('/donations',
	    { signal, query: { first_donation_id: gift.donation_id,
		per_page: 200, campaign_id: gift.campaign_id } }), []);
	const rows = data?.data.donations;

	return html`<section class="panel"><h2>Later payments</h2>
		<${Failure} error=${error}/>
		${rows && html`<p>${rows.length ? count(rows.length, 'payment') :
		    'None yet'}.</p>
		<ul>${rows.map((g) => html`<li key=${g.donation_id}>
			<a href="${base}/${g.donation_id}">${day(
			    g.received_on || g.created_at)}</a>: ${amount(g)},
			${' '}<${Status} gift=${g}/></li>`)}</ul>`}
	</section>`;
}
