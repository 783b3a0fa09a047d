/* Import: the files of a campaign, a new one, and one that was imported. */
import * as api from '../api.js';
import { count, Failure, html, Notice, number, time, useCall } from '../ui.js';
import { useEffect, useState } from '../../vendor/preact.js';
import { NewImport } from './import-new.js';

const POLL = 1500;

/* What an import did, in a few words. */
function outcome(row)
{
	if (row.state === 'running')
		return `running, ${count(row.rows, 'row')} so far`;
	if (row.state === 'failed')
		return `failed: ${row.error || 'nothing was stored'}`;
	if (row.undone_at)
		return 'undone';
	return [`${number(row.created)} new`, `${number(row.updated)} changed`,
	    row.rejected && `${number(row.rejected)} rejected`]
	    .filter(Boolean).join(', ');
}

/* The newest imports; asked again while one of them runs. */
function useImports(id)
{
	const call = useCall((signal) => api.get('/voters/imports', { signal,
	    query: { campaign_id: id, sort: '-import_id', per_page: 50 } }), [id]);
	const rows = call.data?.data.imports.filter((r) => !r.dry_run);
	const running = rows?.some((r) => r.state === 'running');

	useEffect(() => {
		const timer = running && !call.loading &&
		    setTimeout(call.again, POLL);

		return () => clearTimeout(timer);
	}, [call.data, call.loading]);
	return { ...call, rows };
}

function Imports({ campaign })
{
	const { rows, error, again } = useImports(campaign.campaign_id);
	const at = `#/campaigns/${campaign.campaign_id}/import`;

	return html`<section class="panel"><h2>Imports so far</h2>
		<${Failure} error=${error} again=${again}/>
		${rows?.length === 0 && html`<p class="quiet">None yet.</p>`}
		${rows?.length > 0 && html`<div class="scroll" tabindex="0"
			role="region" aria-label="Imports so far">
		<table>
			<thead><tr><th scope="col">File</th>
				<th scope="col">Begun</th>
				<th scope="col">By</th>
				<th scope="col">Rows</th>
				<th scope="col">Result</th></tr></thead>
			<tbody>${rows.map((r) => html`<tr key=${r.import_id}>
				<td><a href="${at}/${r.import_id}"
					>${r.file_name || `Import ${r.import_id}`}</a></td>
				<td>${time(r.started_at, campaign.time_zone)}</td>
				<td>${r.username}</td>
				<td>${number(r.rows)}</td>
				<td>${outcome(r)}</td>
			</tr>`)}</tbody>
		</table></div>`}
	</section>`;
}

/* The page of one import, which is loaded when it is first needed. */
function Opened(props)
{
	const [loaded, setLoaded] = useState({});
	const { OneImport, error } = loaded;

	useEffect(() => {
		import('./import-one.js').then(setLoaded,
		    (e) => setLoaded({ error: e }));
	}, []);
	if (error)
		return html`<${Failure} error=${error}/>`;
	return OneImport ? html`<${OneImport} ...${props}/>` :
	    html`<p class="loading">Loading…</p>`;
}

export default function Import({ path, campaign, can, me })
{
	const [busy, setBusy] = useState(false);

	if (/^\d+$/.test(path[0] || ''))
		return html`<${Opened} key=${path[0]} id=${Number(path[0])}
			campaign=${campaign} can=${can}/>`;
	return html`<div><h1>Import voters</h1>
		${can('editor') ? html`<${NewImport} campaign=${campaign} me=${me}
			setBusy=${setBusy}/>` :
		html`<${Notice}><p>Editors of the campaign can import files.</p><//>`}
		${!busy && html`<${Imports} campaign=${campaign}/>`}</div>`;
}
