/*
 * One import: how far it is, what it did, its rejected rows and warnings, and its
 * end: mend and retry a row, save the layout, undo.
 */
import * as api from '../api.js';
import { delimiterOf, parse, write } from '../csv.js';
import { Button, Confirm, count, Dialog, Failure, Field, html, Notice, number,
    say, Table, time, useCall } from '../ui.js';
import { useEffect, useMemo, useState } from '../../vendor/preact.js';
import { words } from './import-columns.js';
import { Counts } from './import-new.js';

const POLL = 1000;

/* The rows of one of the import's files, as objects. */
async function notes(id, name, signal)
{
	const { data } = await api.get(`/voters/imports/${id}/${name}`,
	    { signal, headers: { Accept: 'text/csv' }, timeout: 60000 });
	const [head, ...rows] = parse(data);

	return rows.map((row) => Object.fromEntries(head.map((h, i) =>
	    [h, row[i] ?? ''])));
}

/* A cell of an export that begins like a formula has an apostrophe before it. */
const bare = (text) => text.replace(/^'(?=[=+\-@\t\r])/, '');

/* The cells of a rejected row; one cell if it cannot be split. */
function cellsOf(raw, columns)
{
	const text = bare(raw);

	return parse(text, delimiterOf(text, columns.length), 1)[0] ?? [''];
}

function useImport(id)
{
	const call = useCall((signal) => api.get(`/voters/imports/${id}`,
	    { signal }), [id]);
	const row = call.data?.data;

	useEffect(() => {
		const timer = row?.state === 'running' && !call.loading &&
		    setTimeout(call.again, POLL);

		return () => clearTimeout(timer);
	}, [call.data, call.loading]);
	return { ...call, row };
}

/* Change the cells of one row, and import it alone. */
function Mend({ row, reject, onDone, onClose })
{
	const [cells, setCells] = useState(() => cellsOf(reject.raw, row.columns));
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);
	const whole = cells.length === 1 && row.columns.length > 1;
	const label = (i) => whole ? 'The row' :
	    row.columns[i]?.header ?? `Cell ${i + 1}, which no column has`;
	const shown = cells.map((c, i) => i).filter((i) => whole ||
	    i >= row.columns.length || row.columns[i].column || cells[i]);

	async function retry()
	{
		const form = new FormData();
		const head = row.columns.map((c) => c.header);
		const options = { campaign_id: row.campaign_id ?? '',
		    layout: row.layout ?? '', mode: row.mode,
		    registration_state: row.registration_state ?? '',
		    mapping: row.options.mapping ?
			JSON.stringify(row.options.mapping) : '' };

		for (const [name, value] of Object.entries(options))
			if (value !== '')
				form.append(name, value);
		if (!whole) {
			form.append('delimiter', 'comma');
			form.append('has_header', '1');
			form.append('quote', '"');
		}
		form.append('file', new Blob([whole ? `${cells[0]}\n` :
		    write([head, cells.slice(0, head.length)])]),
		    `line ${reject.line} of ${row.file_name || row.import_id}`);
		setBusy(true);
		setError(null);
		try {
			const { data } = await api.upload('/voters/upload', form);

			say('The row is imported.');
			onDone(reject.line, data);
		} catch (e) {
			const why = e.body?.errors?.[0]?.message;

			setError(why ? { ...e, message: why } : e);
			setBusy(false);
		}
	}

	return html`<${Dialog} wide title="Line ${reject.line}" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind="main" busy=${busy} onClick=${retry}>Import this
			row<//>`}>
		<p>${reject.message}</p>
		<div class="grid">${shown.map((i) => html`<${Field} key=${i}
			label=${label(i)} value=${cells[i]}
			hint=${row.columns[i]?.column && !whole ?
			    words(row.columns[i].column) : null}
			as=${whole ? 'textarea' : 'input'}
			onValue=${(v) => setCells(cells.map((c, k) =>
			    k === i ? v : c))}/>`)}</div>
		<${Failure} error=${error}/>
	<//>`;
}

function Download({ row, name, children })
{
	return html`<a class="button" download href=${api.url(
		`/voters/imports/${row.import_id}/${name}`)}>${children}</a>`;
}

function Rejects({ row, can })
{
	const { data, error, again } = useCall((signal) =>
	    notes(row.import_id, 'rejects', signal), [row.import_id]);
	const [open, setOpen] = useState(null);
	const [mended, setMended] = useState(new Set());
	const columns = useMemo(() => [
		{ key: 'line', label: 'Line', width: '5rem', number: true,
		    show: (r) => number(r.line) },
		{ key: 'message', label: 'Why', show: (r) => mended.has(r.line) ?
		    'Imported now' : r.message },
		{ key: 'raw', label: 'The row', width: '50%' },
	], [mended]);

	return html`<section class="panel">
		<div class="bar"><h2>Rejected rows</h2>
			<${Download} row=${row} name="rejects">Download them<//>
		</div>
		${can('editor') && html`<p class="quiet">Open a row to mend it and
			import it alone.</p>`}
		<${Failure} error=${error} again=${again}/>
		${data && html`<${Table} label="Rejected rows" columns=${columns}
			rows=${data} keyOf=${(r) => r.line}
			onOpen=${can('editor') && ((r) => mended.has(r.line) ||
			    setOpen(r))}/>`}
		${open && html`<${Mend} row=${row} reject=${open}
			onClose=${() => setOpen(null)} onDone=${(line) => {
				setOpen(null);
				setMended(new Set([...mended, line]));
			}}/>`}
	</section>`;
}

const WARNINGS = [
	{ key: 'line', label: 'Line', width: '5rem', number: true,
	    show: (r) => number(r.line) },
	{ key: 'column_name', label: 'Column', width: '11rem' },
	{ key: 'value', label: 'In the file', width: '25%' },
	{ key: 'message', label: 'What happened' },
];

function Warnings({ row })
{
	const { data, error, again } = useCall((signal) =>
	    notes(row.import_id, 'warnings', signal), [row.import_id]);

	if (data?.length === 0)
		return null;
	return html`<section class="panel">
		<div class="bar"><h2>Warnings</h2>
			<${Download} row=${row} name="warnings">Download them<//>
		</div>
		<${Failure} error=${error} again=${again}/>
		${data && html`<${Table} label="Warnings" columns=${WARNINGS}
			rows=${data} keyOf=${(r) => r.line}/>`}
	</section>`;
}

/* Save the mapping, so that the next such file is recognised. */
function SaveLayout({ row, onClose })
{
	const [name, setName] = useState('');
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);

	async function save()
	{
		setBusy(true);
		setError(null);
		try {
			await api.post('/voters/layouts', {
			    campaign_id: row.campaign_id, name,
			    headers: row.columns.map((c) => c.header),
			    mapping: mappingOf(row), options:
			    row.registration_state ?
				{ registration_state: row.registration_state } :
				{} });
			onClose(name);
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	return html`<${Dialog} title="Save as a layout" onClose=${() => onClose()}
		actions=${html`<${Button} onClick=${() => onClose()}>Cancel<//>
		<${Button} kind="main" busy=${busy} disabled=${!name}
			onClick=${save}>Save<//>`}>
		<p>The next file of this campaign with the same
			${' '}${count(row.columns.length, 'heading')} is read in the
			same way.</p>
		<${Field} label="Name" value=${name} maxlength="50"
			hint="Letters, digits, - and _" error=${error?.of?.('name')}
			onValue=${setName}/>
		${!error?.of?.('name') && html`<${Failure} error=${error}/>`}
	<//>`;
}

/* All columns by their headings, and what was chosen besides. */
function mappingOf(row)
{
	const mapping = {};

	for (const { header, column } of row.columns)
		if (column && /^\w+$/.test(column))
			mapping[column] = column in mapping ?
			    [mapping[column], header].flat() : header;
	return { ...mapping, ...row.options.mapping };
}

/* Ask with numbers, then undo. */
function Undo({ row, onDone })
{
	const [plan, setPlan] = useState(null);
	const [error, setError] = useState(null);
	const path = `/voters/imports/${row.import_id}/undo`;

	async function ask()
	{
		setError(null);
		try {
			setPlan((await api.post(path, undefined,
			    { query: { dry_run: 1 }, timeout: 300000 })).data);
		} catch (e) {
			setError(e);
		}
	}

	return html`<${Button} kind="danger" onClick=${ask}>Undo…<//>
		<${Failure} error=${error}/>
		${plan && html`<${Confirm} title="Undo this import?" danger
			act="Undo the import" onClose=${() => setPlan(null)}
			run=${async () => {
				await api.post(path, undefined, { timeout: 300000 });
				onDone();
			}}>
			<ul>
			<li>${count(plan.deleted, 'voter')} whom it created
				${plan.deleted === 1 ? ' is' : ' are'} deleted.</li>
			<li>${count(plan.reverted, 'voter')}
				${plan.reverted === 1 ? ' is' : ' are'} as before.</li>
			<li>${count(plan.kept, 'voter')} touched since
				${plan.kept === 1 ? ' keeps' : ' keep'} changes.</li>
			${plan.gone > 0 && html`<li>${count(plan.gone, 'voter')}
				deleted or merged since
				${plan.gone === 1 ? ' is' : ' are'} left alone.</li>`}
			</ul>
		<//>`}`;
}

function Running({ row })
{
	const seconds = (Date.now() - new Date(row.started_at)) / 1000;

	return html`<section class="panel">
		<h2>It is running</h2>
		<progress aria-label="Progress"></progress>
		<p>${count(row.rows, 'row')} read, ${number(Math.round(
			row.rows / Math.max(1, seconds)))} a second.
			${row.stage && ` Now: ${row.stage}.`}</p>
		<p class="quiet">You may close this page.</p>
	</section>`;
}

function Done({ row, can, again })
{
	const [saving, setSaving] = useState(false);
	const [saved, setSaved] = useState('');
	const recent = Date.now() - new Date(row.started_at) < 30 * 86400000;

	return html`<div><section class="panel"><h2>What it did</h2>
		${row.undone_at && html`<${Notice} kind="warn"><p>It was undone on
			${' '}${time(row.undone_at)}.</p><//>`}
		<p>${count(row.rows, 'row')}${row.layout && `, read with the ` +
			`layout ${row.layout}`}.</p>
		<${Counts} result=${row}/>
		${row.votes && html`<p>Votes: ${number(row.votes.added)} added,
			${' '}${number(row.votes.changed)} changed,
			${' '}${number(row.votes.unknown)} of voters who are not
			known.</p>`}
		<div class="bar">
		${row.duplicates > 0 && html`<${Download} row=${row}
			name="collapsed">Rows that were replaced<//>`}
		${can('editor') && !row.layout && row.campaign_id && html`
			<${Button} onClick=${() => setSaving(true)}>Save as a
			layout…<//>`}
		${can('editor') && !row.undone_at && !row.dry_run && recent &&
			html`<${Undo} row=${row} onDone=${() => {
				say('The import is undone.');
				again();
			}}/>`}
		</div>
		${saved && html`<${Notice} kind="good"><p>The layout ${saved} is
			saved.</p><//>`}
		${saving && html`<${SaveLayout} row=${row} onClose=${(name) => {
			setSaving(false);
			setSaved(name || '');
		}}/>`}
	</section>
	${row.rejected > 0 && html`<${Rejects} row=${row} can=${can}/>`}
	<${Warnings} row=${row}/></div>`;
}

export function OneImport({ id, campaign, can })
{
	const { row, error, again } = useImport(id);

	return html`<p><a href="#/campaigns/${campaign.campaign_id}/import"
		>All imports</a></p>
		<h1>${row?.file_name || `Import ${id}`}</h1>
		<${Failure} error=${error} again=${again}/>
		${row && html`<p class="quiet">${row.username},
			${' '}${time(row.started_at, campaign.time_zone)}</p>`}
		${row?.state === 'running' && html`<${Running} row=${row}/>`}
		${row?.state === 'failed' && html`<${Notice} kind="bad">
			<p>It failed, and nothing was stored: ${row.error}</p><//>`}
		${row?.state === 'done' && html`<${Done} row=${row} can=${can}
			again=${again}/>`}`;
}
