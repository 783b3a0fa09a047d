/* A gift that did not come by card: a check, cash, in kind. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { today } from '../days.js';
import { useKey } from '../edit.js';
import { cents, offline, Tabs } from '../gifts.js';
import { Button, Failure, Field, html, money, Notice, say, useKept } from
    '../ui.js';

const donorFields = [
	['first_name', 'First name'], ['last_name', 'Last name'],
	['email', 'E-mail'], ['phone_number', 'Phone'],
	['address_line1', 'Street address'],
	['address_line2', 'Apartment or suite'], ['address_city', 'City'],
	['address_state', 'State'], ['address_zip', 'ZIP code'],
	['employer', 'Employer'], ['occupation', 'Occupation'],
];

export default function NewGift({ campaign, can })
{
	const first = { method: 'check', received_on: today(
	    campaign.time_zone) };
	const form = useKept(`new gift ${campaign.campaign_id}`, first);
	const [key, went] = useKey();
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const [done, setDone] = useState(null);
	const v = form.values;
	const n = cents(v.amount || '');
	const base = `#/campaigns/${campaign.campaign_id}/donations`;
	const field = (name, label, rest) => html`<${Field} label=${label}
		value=${v[name]} onValue=${(x) => form.set(name, x)}
		error=${error?.of?.(name)} autocomplete="off" ...${rest}/>`;

	async function save(event)
	{
		event.preventDefault();
		if (!n) {
			setError(new api.Problem(0, { detail: 'Give the amount, ' +
			    'such as 25.00.', errors: [{ field: 'amount',
			    message: 'This is not an amount.' }] }));
			return;
		}
		setBusy(true);
		setError(null);
		try {
			const body = { ...v, campaign_id: campaign.campaign_id,
			    amount: n };

			for (const [k, x] of Object.entries(body))
				if (x === '')
					delete body[k];
			if (v.method !== 'check')
				delete body.check_number;
			const { data } = await api.post('/donations', body,
			    { key });

			form.saved();
			went();
			setDone(data);
			say('The gift is recorded.');
		} catch (e) {
			went(e);
			setError(e);
		}
		setBusy(false);
	}

	if (!can('manager'))
		return html`<p>Only managers record gifts.</p>`;
	return html`<h1>Record a gift</h1>
		<${Tabs} campaign=${campaign} can=${can}/>
		${done && html`<${Notice} kind=${done.warning ? 'warn' : 'good'}>
			<p><a href="${base}/${done.donation_id}">${money(
			    done.amount, done.currency)} of ${[done.first_name,
			    done.last_name].filter(Boolean).join(' ') ||
			    'an anonymous donor'}</a> is recorded.</p>
			${done.warning && html`<p>${done.warning}</p>`}<//>`}
		${form.wasKept && html`<${Notice} kind="warn"><p>What you typed
			before is still here, and not saved.</p><//>`}
		<form onSubmit=${save} novalidate>
			<section class="panel"><h2>Gift</h2><div class="grid">
			${field('method', 'Method', { as: 'select',
			    options: offline })}
			${field('amount', 'Amount', { inputmode: 'decimal',
			    required: true, hint: 'Such as 25.00' })}
			${field('received_on', 'Received on', { type: 'date' })}
			${v.method === 'check' && field('check_number',
			    'Check number')}
			${field('deposited_on', 'Deposited on',
			    { type: 'date' })}
			${field('election', 'Election', { maxlength: 5,
			    hint: 'P, G, R or S and the year: P2026' })}
			</div>${field('note', 'Note', { as: 'textarea' })}
			</section>
			<section class="panel"><h2>Donor</h2><div class="grid">
			${donorFields.map(([name, label]) => field(name, label))}
			</div></section>
			<${Failure} error=${error}/>
			<div class="bar"><${Button} type="submit" kind="main"
			    busy=${busy}>Record the gift<//>
			${Object.keys(form.changed).length > 0 && html`
			<${Button} onClick=${form.reset}>Discard<//>`}</div>
		</form>`;
}
