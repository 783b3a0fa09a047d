/* Files of gifts: ActBlue's, and those of other sources by a mapping. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Tabs } from '../gifts.js';
import { Button, Check, Confirm, count, Failure, Field, html, Notice, number,
    say, useCall } from '../ui.js';

/* The fields of a gift that a column can have. */
const fields = [
	['', 'Not used'], ['external_id', "The source's id of the gift"],
	['amount', 'Amount'], ['paid_at', 'Day or time of the payment'],
	['first_name', 'First name'], ['last_name', 'Last name'],
	['email', 'E-mail'], ['phone_number', 'Phone'],
	['address_line1', 'Street address'],
	['address_line2', 'Apartment or suite'], ['address_city', 'City'],
	['address_state', 'State'], ['address_zip', 'ZIP code'],
	['address_country', 'Country'], ['employer', 'Employer'],
	['occupation', 'Occupation'], ['currency', 'Currency'],
	['conduit_fee', 'Fee of the source'],
	['disbursed_on', 'Day it was passed on'], ['refcode', 'Refcode'],
	['refcode2', 'Second refcode'], ['election', 'Election'],
	['external_order', 'Id of the order'], ['is_recurring', 'Recurring'],
	['recurrence', 'Number in the series'],
	['refunded_at', 'Day of the refund'], ['refund_id', 'Id of the refund'],
	['refund_amount', 'Amount of the refund'],
	['canceled_at', 'Day it was stopped'],
];
const needed = ['external_id', 'amount', 'paid_at'];
const guesses = [
	[/^(transaction|donation|gift|payment|contribution)?\s*id$/i,
	    'external_id'],
	[/amount|given/i, 'amount'], [/date|when|time/i, 'paid_at'],
	[/first/i, 'first_name'], [/last/i, 'last_name'], [/mail/i, 'email'],
	[/phone/i, 'phone_number'], [/city/i, 'address_city'],
	[/state/i, 'address_state'], [/zip|postal/i, 'address_zip'],
	[/employer/i, 'employer'], [/occupation/i, 'occupation'],
	[/address|street/i, 'address_line1'], [/refcode|source/i, 'refcode'],
];

/* The cells of the first lines of a file, as far as a glance needs. */
async function glance(file)
{
	const text = await file.slice(0, 20000).text();
	const first = text.split(/\r?\n/, 1)[0];
	const mark = [',', '\t', ';', '|'].sort((a, b) =>
	    first.split(b).length - first.split(a).length)[0];
	const rows = [[]];
	let cell = '';
	let quoted = false;

	for (const c of text.replace(/^\ufeff/, '')) {
		if (c === '"')
			quoted = !quoted;
		else if (!quoted && (c === mark || c === '\n')) {
			rows.at(-1).push(cell.trim());
			cell = '';
			if (c === '\n' && rows.push([]) > 5)
				break;
		} else
			cell += c;
	}
	return rows.filter((r) => r.length > 1);
}

function guess(headings)
{
	const used = new Set();

	return headings.map((h) => {
		const [, field] = guesses.find(([pattern, f]) =>
		    pattern.test(h) && !used.has(f)) || [null, ''];

		used.add(field);
		return field;
	});
}

function Mapping({ rows, chosen, onChosen, source, setSource })
{
	const [headings, ...samples] = rows;

	return html`<section class="panel"><h2>Columns</h2>
		<p>These are not ActBlue's columns, and none that were saved. Say
			once what they are.</p>
		<${Field} label="Source" value=${source} onValue=${setSource}
		    hint="A short name in small letters, such as anedot."
		    pattern="[a-z][a-z0-9_]*" maxlength="20"/>
		<div class="scroll" tabindex="0" role="region"
		    aria-label="Columns"><table><thead><tr>
			<th scope="col">Column of the file</th>
			<th scope="col">Such as</th><th scope="col">Field</th>
		</tr></thead><tbody>${headings.map((h, i) => html`<tr key=${i}>
			<th scope="row">${h}</th>
			<td>${samples.map((r) => r[i]).filter(Boolean)
			    .slice(0, 3).join(', ')}</td>
			<td><select aria-label="Field of ${h}" onChange=${(e) =>
			    onChosen(chosen.map((f, k) => k === i ?
				e.target.value : f))}>
			    ${fields.map(([f, label]) => html`<option key=${f}
				value=${f} selected=${chosen[i] === f}
				disabled=${f && chosen[i] !== f &&
				    chosen.includes(f)}>${label}</option>`)}
			</select></td></tr>`)}
		</tbody></table></div>
	</section>`;
}

const Lines = ({ title, rows }) => rows.length > 0 && html`<h3>${title}</h3>
	<div class="scroll" tabindex="0" role="region" aria-label=${title}>
	<table><thead><tr><th scope="col">Line</th><th scope="col">Column</th>
	<th scope="col">What is wrong</th></tr></thead>
	<tbody>${rows.map((r, i) => html`<tr key=${i}><td>${r.line}</td>
		<td>${r.column}</td><td>${r.message}</td></tr>`)}</tbody>
	</table></div>`;

function Result({ result, base })
{
	const list = [['created', 'new gifts'], ['updated', 'changed: refunds, ' +
	    'ends of series, details'], ['unchanged', 'as they are already'],
	    ['rejected', 'rejected']];

	return html`<section class="panel">
		<h2>${result.dry_run ? 'What the import will do' :
		    'The file is imported'}</h2>
		<ul class="figures">${list.map(([k, label]) => html`
			<li key=${k}><strong>${number(result[k])}</strong>
			<span>${label}</span></li>`)}</ul>
		<p>${count(result.rows, 'row')} from ${result.source}.
			${result.rejected > 0 && html` Rejected rows are not
			stored. If one contradicts a gift, it is listed at
			${' '}<a href="${base}/waiting">Waiting</a>.`}</p>
		<${Lines} title="Rejected" rows=${result.errors}/>
		<${Lines} title="Warnings" rows=${result.warnings}/>
	</section>`;
}

function Saved({ campaign })
{
	const [gone, setGone] = useState(null);
	const { data, error, again } = useCall((signal) => api.get(
	    '/donations/mappings', { signal, query: { per_page: 200,
		campaign_id: campaign.campaign_id } }), []);
	const rows = data?.data.mappings || [];

	return html`<section class="panel"><h2>Saved columns</h2>
		<${Failure} error=${error} again=${again}/>
		${rows.length === 0 && html`<p class="quiet">None. ActBlue's
			files need none.</p>`}
		<ul class="tasks">${rows.map((m) => html`
			<li key=${m.mapping_id}><strong>${m.source}</strong>
			<span>${count(Object.keys(m.mapping).length, 'column')}
			</span><${Button} onClick=${() => setGone(m)}>
			Delete…<//></li>`)}</ul>
		${gone && html`<${Confirm} danger act="Delete"
		    title="Delete the columns of ${gone.source}"
		    onClose=${() => setGone(null)} run=${async () => {
			await api.del(`/donations/mappings/${gone.mapping_id}`);
			again();
		    }}><p>${count(Object.keys(gone.mapping).length, 'column')}
			${' '}have to be chosen again at the next file of
			${' '}${gone.source}. No gift changes.</p><//>`}
	</section>`;
}

export default function ImportGifts({ campaign, can })
{
	const [file, setFile] = useState(null);
	const [rows, setRows] = useState([]);
	const [chosen, setChosen] = useState(null);
	const [source, setSource] = useState('');
	const [keep, setKeep] = useState(true);
	const [result, setResult] = useState(null);
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState('');
	const base = `#/campaigns/${campaign.campaign_id}/donations`;
	const lacks = chosen ? needed.filter((f) => !chosen.includes(f)) : [];

	async function take(f)
	{
		setFile(f);
		setResult(null);
		setError(null);
		setChosen(null);
		if (!f)
			return;
		setRows(await glance(f));
		await send(f, true, null);
	}

	async function send(f, dry, columns)
	{
		const form = new FormData();

		form.append('campaign_id', campaign.campaign_id);
		if (columns) {
			form.append('source', source);
			form.append('mapping', JSON.stringify(Object.fromEntries(
			    columns.flatMap((k, i) => k ? [[k, rows[0][i]]] :
			    []))));
			if (keep)
				form.append('save_mapping', 'true');
		}
		if (dry)
			form.append('dry_run', 'true');
		form.append('file', f, f.name);
		setBusy(dry ? 'Reading the file…' : 'Importing…');
		setError(null);
		try {
			const { data } = await api.upload('/donations/import',
			    form, { progress: (n, all) => n < all && setBusy(
				`Sending, ${Math.round(100 * n / all)} %`) });

			setResult(data);
			say(dry ? 'The file was read.' : 'The file is imported.');
		} catch (e) {
			fail(e, f, columns);
		}
		setBusy('');
	}

	/* All rows rejected is a result; unknown columns are a question. */
	async function fail(e, f, columns)
	{
		if (e.status === 422 && e.body.rows !== undefined) {
			setResult({ ...e.body, dry_run: true });
			return;
		}
		if (e.status === 422 && !columns) {
			const [headings] = await glance(f);

			if (headings) {
				setChosen(guess(headings));
				return;
			}
		}
		setError(e);
	}

	if (!can('manager'))
		return html`<p>Only managers import gifts.</p>`;
	return html`<h1>Import gifts</h1>
		<${Tabs} campaign=${campaign} can=${can} here="import"/>
		<section class="panel" onDragOver=${(e) => e.preventDefault()}
		    onDrop=${(e) => {
			e.preventDefault();
			take(e.dataTransfer.files[0]);
		    }}><h2>File</h2>
			<p>Choose a CSV file, or drop it here: ActBlue's paid,
				refunded or cancelled contributions, or a file of
				another source. It is tried first; nothing changes
				until you import it. A file can be sent
				again: what is known stays as it is.</p>
			<${Field} label="File" type="file" value=${undefined}
			    accept=".csv,.txt,.tsv,text/csv" onChange=${(e) =>
				take(e.target.files[0])}/>
			${busy && html`<p role="status">${busy}</p>`}
		</section>
		${chosen && html`<${Mapping} rows=${rows} chosen=${chosen}
		    onChosen=${setChosen} source=${source}
		    setSource=${setSource}/>
		<${Check} label="Remember these columns for the next file"
		    value=${keep} onValue=${setKeep}/>
		${lacks.length > 0 && html`<p class="quiet">Still to choose:
			${' '}${lacks.map((f) => fields.find(([k]) =>
			    k === f)[1]).join(', ')}.</p>`}
		<div class="bar"><${Button} kind=${result ? '' : 'main'}
		    busy=${busy} disabled=${lacks.length || !source}
		    onClick=${() => send(file, true, chosen)}>Try it<//></div>`}
		<${Failure} error=${error}/>
		${result && html`<${Result} result=${result} base=${base}/>`}
		${result?.dry_run && result.created + result.updated > 0 && html`
		<div class="bar"><${Button} kind="main" busy=${busy}
		    onClick=${() => send(file, false, chosen)}>Import
			${' '}${count(result.created + result.updated, 'gift')}
		    <//></div>`}
		<${Saved} key=${result?.dry_run === false} campaign=${campaign}/>`;
}
