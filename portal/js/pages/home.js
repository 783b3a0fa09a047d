/* The first page of a campaign: how it stands, and what needs a person. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Bars, Columns } from '../chart.js';
import { byDay, periods, startOf, today } from '../days.js';
import { remember, remembered } from '../keep.js';
import { Button, count, Failure, Field, html, money, number, time, useCall }
    from '../ui.js';

const SOME = 5;			/* imports, and refused consents, to list */

function Contacts({ summary, period, zone })
{
	const [type, setType] = useState('');
	const rows = summary.contacts.by_day;
	const last = today(zone);
	const first = startOf(period, last, rows);
	const recent = rows.filter((r) => r.day >= first);
	const types = {};

	for (const r of recent)
		for (const [k, n] of Object.entries(r.by_type || {}))
			types[k] = (types[k] || 0) + n;
	const data = byDay(recent, first, last, (r) =>
	    type ? r.by_type[type] || 0 : r.count);
	const total = data.reduce((n, d) => n + d.value, 0);
	const list = Object.entries(types).sort((a, b) => b[1] - a[1]);

	return html`<section class="panel"><h2>Contacts</h2>
		${list.length > 1 && html`<${Field} label="Type" as="select"
		    value=${type} onValue=${setType} options=${[
			['', 'All types'], ...list.map(([k]) => [k, k])]}/>`}
		<${Columns} title="By day" data=${data} show=${number}
		    summary=${`${count(total, 'contact')} in this period`}/>
		${list.length > 0 && html`<${Bars} title="By type"
		    show=${number} data=${list.map(([label, value]) =>
			({ label, value }))}/>`}
	</section>`;
}

function Support({ summary })
{
	const [id, setId] = useState('');
	const asked = summary.support;
	const q = asked.find((x) => String(x.question_id) === id) || asked[0];

	return html`<section class="panel"><h2>Support</h2>
		${!q ? html`<p class="quiet">Nobody has answered a question
			yet.</p>` : html`
		${asked.length > 1 && html`<${Field} label="Question"
		    as="select" value=${q.question_id} onValue=${setId}
		    options=${asked.map((x) =>
			[x.question_id, x.question_text])}/>`}
		<${Bars} title=${asked.length > 1 ? 'Answers' :
		    q.question_text} show=${number}
		    summary=${count(q.results.reduce((n, r) => n + r.count, 0),
			'answer')}
		    data=${q.results.map((r) =>
			({ label: r.answer, value: r.count }))}/>`}
	</section>`;
}

function Raised({ money: m, period, zone, base })
{
	const total = m.totals[0];
	const currency = total?.currency || 'usd';
	const show = (v) => money(v, currency);
	const rows = m.by_day.filter((r) => r.currency === currency);
	const last = today(zone);
	const first = startOf(period, last, rows);
	const data = byDay(rows.filter((r) => r.day >= first), first, last,
	    (r) => r.amount_received);
	const sum = data.reduce((n, d) => n + d.value, 0);

	return html`<section class="panel"><h2>Money</h2>
		<${Columns} title="Received by day" data=${data} show=${show}
		    summary=${`${show(sum)} in this period`}
		    axis=${(v) => money(v, currency, true)}/>
		<p>${total ? html`${show(total.net)} of
			${' '}${count(total.donations, 'gift')} altogether,
			after refunds and lost disputes.` : 'No gifts yet.'}
			${m.totals.length > 1 && ` And in ${m.totals.slice(1).map(
			    (t) => money(t.net, t.currency)).join(', ')}.`}
			${' '}<a href="${base}/donations">All gifts</a></p>
	</section>`;
}

function Imports({ rows, zone, base })
{
	return html`<section class="panel"><h2>Newest imports</h2>
		${rows.length === 0 ? html`<p class="quiet">No file was imported
			yet.</p>` : html`<ul class="tasks">
		${rows.map((r) => html`<li key=${r.import_id}>
			<a href="${base}/import/${r.import_id}">${r.file_name ||
			    `Import ${r.import_id}`}</a>
			<span class="quiet">${r.state === 'done' ?
			    `${number(r.created)} new, ${number(r.updated)} ` +
			    `changed, ${number(r.rejected)} rejected` :
			    r.state === 'running' ? 'running' :
			    `failed: ${r.error}`}${r.dry_run ? ' (trial)' : ''},
			${' '}${time(r.started_at, zone)}</span></li>`)}
		</ul>`}
	</section>`;
}

/* Consents that an opt-out prevents, each with its voter. */
function Refused({ campaign, base })
{
	const { data, error, again } = useCall((signal) =>
	    api.get('/voters/consents', { signal, query: {
		campaign_id: campaign.campaign_id, confirmed: 'false',
		sort: '-consent_id', per_page: 50 } }), []);

	return html`<${Failure} error=${error} again=${again}/>
		<ul>${data?.data.consents.map((c) => html`
			<li key=${c.consent_id}>
			<a href="${base}/voters/${c.voter_id}">Voter
			${' '}${c.voter_id}</a>: ${c.channel}, ${c.source},
			${' '}${time(c.created_at, campaign.time_zone)}</li>`)}
		</ul>
		<p class="small">They agreed to be contacted again after they had
			opted out. It counts once somebody lifts the opt-out on
			the page of the voter.</p>`;
}

/* How many rows a list has; null if the caller may not see it. */
async function total(path, query, many, signal)
{
	try {
		const { data } = await api.get(path,
		    { signal, query: { ...query, per_page: 1 } });

		return data[`total_${many}`];
	} catch (e) {
		if (e.status === 403)
			return null;
		throw e;
	}
}

function needs(campaign, can, signal)
{
	const of = { campaign_id: campaign.campaign_id };
	const at = `/campaigns/${campaign.campaign_id}`;

	return Promise.all([
		can('manager') && total('/donations/waiting', of, 'waiting',
		    signal),
		total('/donations/limits', of, 'limits', signal),
		total('/donations/best-efforts', of, 'donors', signal),
		total('/donations', { ...of, recurring_status: 'past_due' },
		    'donations', signal),
		total('/voters/consents', { ...of, confirmed: 'false' },
		    'consents', signal),
		can('manager') && total(`${at}/member-requests`,
		    { state: 'pending' }, 'member_requests', signal),
	]);
}

function Needs({ campaign, can, imports, base })
{
	const [open, setOpen] = useState(false);
	const { data, error, again } = useCall((signal) =>
	    needs(campaign, can, signal), [campaign.campaign_id]);
	const [waiting, limits, efforts, failing, refused, requests] =
	    data || [];
	const rejects = imports.filter((r) => !r.dry_run && !r.undone_at &&
	    r.rejected > 0);
	const task = (n, one, many, what, to) => n > 0 && html`<li>
		<strong>${count(n, one, many)}</strong><span>${what}</span>
		<a href="${base}/${to}">Look<span class="unseen"> at
			${' '}${one}</span></a>
		</li>`;
	const list = [
		...rejects.map((r) => task(r.rejected, 'rejected row',
		    undefined, `of ${r.file_name || `import ${r.import_id}`}`,
		    `import/${r.import_id}`)),
		task(waiting, 'report of Stripe or ActBlue',
		    'reports of Stripe and ActBlue', 'without a gift, or ' +
		    'against one', 'donations/waiting'),
		task(limits, 'donor', undefined, 'over the limit',
		    'donations/limits'),
		task(efforts, 'donor', undefined, 'without employer or ' +
		    'occupation', 'donations/best-efforts'),
		task(failing, 'recurring gift', undefined, 'whose payment ' +
		    'failed', 'donations/recurring'),
		refused > 0 && html`<li><strong>${count(refused, 'consent')}
			</strong><span>refused, because of an opt-out</span>
			<${Button} kind="plain" aria-expanded=${open}
			    onClick=${() => setOpen(!open)}>
			    ${open ? 'Close' : html`Look<span class="unseen">
			    ${' '}at consents</span>`}<//></li>`,
		task(requests, 'new member', undefined, 'waiting for an ' +
		    'admin', 'team'),
	].filter(Boolean);

	return html`<section class="panel"><h2>What needs a person</h2>
		<${Failure} error=${error} again=${again}/>
		${data && list.length === 0 && html`<p class="quiet">Nothing at
			the moment.</p>`}
		<ul class="tasks">${list}</ul>
		${open && html`<${Refused} campaign=${campaign} base=${base}/>`}
	</section>`;
}

export default function Home({ campaign, can })
{
	const id = campaign.campaign_id;
	const [period, setPeriod] = useState(remembered('period', '90'));
	const of = { campaign_id: id };
	const summary = useCall((signal) =>
	    api.get(`/campaigns/${id}/summary`, { signal }), [id]);
	const gifts = useCall((signal) =>
	    api.get('/donations/summary', { signal, query: of }), [id]);
	const files = useCall((signal) => api.get('/voters/imports', { signal,
	    query: { ...of, sort: '-import_id', per_page: SOME } }), [id]);
	const s = summary.data?.data;
	const raised = gifts.data?.data;
	const imports = files.data?.data.imports;
	const base = `#/campaigns/${id}`;
	const shared = { campaign, period, zone: campaign.time_zone, base };

	return html`<div class="bar"><h1>${campaign.campaign_name}</h1>
			<${Field} label="Period" as="select" value=${period}
			    options=${periods} onValue=${(p) => {
				setPeriod(p);
				remember('period', p);
			    }}/></div>
		${[summary, gifts, files].map((c, i) => html`<${Failure} key=${i}
			error=${c.error} again=${c.again}/>`)}
		${s && html`<ul class="figures">
			<li><strong>${number(s.voters)}</strong>
				<span>voters</span></li>
			<li><strong>${number(s.contacts.voters)}</strong>
				<span>of them contacted</span></li>
			<li><strong>${number(s.contacts.total)}</strong>
				<span>contacts</span></li>
			${raised && html`<li><strong>${money(
			    raised.totals[0]?.net || 0,
			    raised.totals[0]?.currency)}</strong>
				<span>raised</span></li>`}
		</ul>`}
		<div class="two">
			${imports && html`<${Needs} ...${shared} can=${can}
			    imports=${imports}/>`}
			${imports && html`<${Imports} ...${shared}
			    rows=${imports}/>`}
			${s && html`<${Contacts} ...${shared} summary=${s}/>`}
			${raised && html`<${Raised} ...${shared}
			    money=${raised}/>`}
			${s && html`<${Support} summary=${s}/>`}
		</div>`;
}
