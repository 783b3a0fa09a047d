/* The audit, for admins: who changed what, page by page. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, Failure, Field, html, number, time, useCall, useSettled } from
    '../ui.js';

const tables = ['', 'voters', 'donations', 'campaigns', 'campaign_members',
    'users', 'interactions', 'survey_questions', 'survey_responses',
    'segments', 'imports', 'opt_out_contacts'];
const shown = (v) => v === null || v === undefined ? '' :
    typeof v === 'object' ? JSON.stringify(v) : String(v);

/* What differs between the two versions of a row. */
function Changes({ entry })
{
	const { before, after } = entry;
	const fields = [...new Set([...Object.keys(before || {}),
	    ...Object.keys(after || {})])].filter((f) =>
	    shown(before?.[f]) !== shown(after?.[f]));

	if (!fields.length)
		return html`<span class="quiet">Nothing to compare.</span>`;
	return html`<details><summary>${fields.length > 3 ?
		`${fields.slice(0, 3).join(', ')} and ${fields.length - 3} more` :
		fields.join(', ')}</summary>
		<table><thead><tr><th scope="col">Field</th>
			<th scope="col">Before</th><th scope="col">After</th>
		</tr></thead><tbody>${fields.map((f) => html`<tr key=${f}>
			<th scope="row">${f}</th><td>${shown(before?.[f])}</td>
			<td>${shown(after?.[f])}</td></tr>`)}</tbody></table>
	</details>`;
}

/* A day in the campaign's zone is close enough in UTC. */
const begin = (d) => d && `${d}T00:00:00Z`;

export default function Audit({ campaign })
{
	const [filter, setFilter] = useState({ table_name: '', row_id: '',
	    action: '', user_id: '', since: '' });
	const [cursors, setCursors] = useState([undefined]);
	const asked = useSettled(filter, 300);
	const cursor = cursors.at(-1);
	const { data, error, loading, again } = useCall((signal) =>
	    api.get('/audit', { signal, query: { per_page: 50,
		...asked, since: begin(asked.since),
		...cursor ? { cursor } : { sort: '-audit_id' } } }),
	    [asked, cursor]);
	const users = useCall((signal) => api.get('/users', { signal,
	    query: { per_page: 200, sort: 'username' } }), []);
	const names = Object.fromEntries((users.data?.data.users || [])
	    .map((u) => [u.user_id, u.username]));
	const page = data?.data;
	const field = (name, label, rest) => html`<${Field} label=${label}
		value=${filter[name]} onValue=${(v) => {
			setFilter({ ...filter, [name]: v });
			setCursors([undefined]);
		}} ...${rest}/>`;

	return html`<form class="row" onSubmit=${(e) => e.preventDefault()}>
		${field('user_id', 'By', { as: 'select', options: [
		    ['', 'Anybody'], ...Object.entries(names)] })}
		${field('table_name', 'Of', { as: 'select', options:
		    tables.map((t) => [t, t || 'Everything']) })}
		${field('row_id', 'Number of the row', { inputmode: 'numeric',
		    pattern: '[0-9]*' })}
		${field('action', 'Act', { placeholder: 'update' })}
		${field('since', 'From', { type: 'date' })}
	</form>
	<${Failure} error=${error} again=${again}/>
	${page && html`<p class="quiet" role="status">${loading ? 'Loading…' :
		`${number(page.entries.length)} of ` +
		`${page.total_is_estimate ? 'about ' : ''}` +
		`${number(page.total_entries)} entries, the newest first`}</p>
	<div class="panel scroll" tabindex="0" role="region"
	    aria-label="Entries"><table><thead><tr>
		<th scope="col">When</th><th scope="col">Who</th>
		<th scope="col">What</th><th scope="col">Row</th>
		<th scope="col">Changes</th></tr></thead>
	<tbody>${page.entries.map((e) => html`<tr key=${e.audit_id}>
		<td>${time(e.at, campaign.time_zone)}</td>
		<td>${names[e.user_id] || (e.user_id ? `user ${e.user_id}` :
		    'a visitor')}</td>
		<td>${e.action}</td>
		<td>${e.table_name} ${e.row_id}</td>
		<td><${Changes} entry=${e}/></td></tr>`)}</tbody></table></div>
	<nav class="pager" aria-label="Pages of the audit">
		<${Button} disabled=${cursors.length === 1}
		    onClick=${() => setCursors(cursors.slice(0, -1))}
		    >Newer<//>
		<span>Page ${cursors.length}</span>
		<${Button} disabled=${!page.next_cursor} onClick=${() =>
		    setCursors([...cursors, page.next_cursor])}>Older<//>
	</nav>`}`;
}
