/* Exports of gifts: CSV, the FEC's schedules, statements of a year. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { today } from '../days.js';
import { statuses, Tabs } from '../gifts.js';
import { count, day, Failure, Field, html, money, Notice, useCall } from
    '../ui.js';

const formats = [
	['csv', 'CSV: every column, for spreadsheets'],
	['fec', 'FEC Schedule A: contributions'],
	['fec_b', 'FEC Schedule B: refunds'],
];

/* What a file will contain, before it is made. */
function Contents({ query, format })
{
	const { data, error } = useCall((signal) => api.get(
	    '/donations/summary', { signal, query }), [JSON.stringify(query)]);
	const totals = data?.data.totals || [];

	if (error)
		return html`<${Failure} error=${error}/>`;
	if (!data)
		return null;
	return html`<p role="status">${totals.length === 0 ? 'No paid gifts.' :
		totals.map((t) => `${count(t.donations, 'paid gift')}, ` +
		`${money(t.amount_received, t.currency)} received, ` +
		`${money(t.amount_refunded, t.currency)} refunded.`).join(' ')}
		${format !== 'csv' && totals.some((t) => t.currency !== 'usd') &&
		    ' The FEC takes US dollars only.'}</p>`;
}

export default function ExportGifts({ campaign, can })
{
	const year = today(campaign.time_zone).slice(0, 4);
	const [format, setFormat] = useState('csv');
	const [since, setSince] = useState('');
	const [until, setUntil] = useState('');
	const [status, setStatus] = useState('');
	const [of, setOf] = useState(year);
	const query = { campaign_id: campaign.campaign_id, since, until,
	    ...format === 'csv' ? { status } : {} };
	const lacks = format !== 'csv' && !campaign.committee_id;

	if (!can('manager'))
		return html`<p>Only managers export gifts.</p>`;
	return html`<h1>Export gifts</h1>
		<${Tabs} campaign=${campaign} can=${can} here="export"/>
		<section class="panel"><h2>Gifts</h2>
			<div class="grid">
			<${Field} label="Format" as="select" options=${formats}
			    value=${format} onValue=${setFormat}/>
			<${Field} label="From" type="date" value=${since}
			    onValue=${setSince}/>
			<${Field} label="To" type="date" value=${until}
			    onValue=${setUntil} hint=${until &&
				`${day(until)} is included.`}/>
			${format === 'csv' && html`<${Field} label="State"
			    as="select" options=${[['', 'Any'], ...statuses]}
			    value=${status} onValue=${setStatus}/>`}
			</div>
			<${Contents} query=${query} format=${format}/>
			${lacks ? html`<${Notice} kind="warn"><p>Set the
			    committee's id in the settings of the campaign
			    first.</p><//>` : html`
			<p><a class="button main" download href=${api.url(
			    '/donations/export', { ...query, format })}
			    >Download</a></p>`}
			<p class="small">Names and addresses of donors are in the
				file. Who exports is recorded, with the number of
				rows.</p>
		</section>
		<section class="panel"><h2>Statements</h2>
			<p>What each donor gave in a year, for a mail merge.</p>
			<div class="row"><${Field} label="Year" type="number"
			    min="1900" max=${year} value=${of}
			    onValue=${setOf}/>
			${/^(19|20)\d\d$/.test(of) && html`<p class="field">
			<a class="button" download href=${api.url(
			    '/donations/statements', { year: of,
				campaign_id: campaign.campaign_id })}
			    >Download the statements</a></p>`}</div>
		</section>`;
}
