/*
 * A new import: choose a file, look at its columns and codes, try it without
 * changing anything, import it.  What the server finds in the beginning of the
 * file is the suggestion.
 */
import * as api from '../api.js';
import { beginning } from '../csv.js';
import { Button, Check, count, Failure, Field, html, Notice, number, say,
    useCall } from '../ui.js';
import { useEffect, useRef, useState } from '../../vendor/preact.js';
import { Codes, Columns, mappingOf } from './import-columns.js';

const MODES = [
	['update', 'Update them: cells with a value overwrite, blanks never erase'],
	['fill', 'Fill only what is blank'],
	['skip', 'Leave them alone'],
];
const ORDERS = [['', 'Decide from the file'], ['mdy', 'Month, day, year'],
    ['dmy', 'Day, month, year'], ['ymd', 'Year, month, day']];
const HEADERS = [['', 'Decide from the file'], ['1', 'Yes'], ['0', 'No']];
const DELIMITERS = [['', 'Decide from the file'], ['comma', 'Commas'],
    ['tab', 'Tabs'], ['bar', 'Bars: |'], ['semicolon', 'Semicolons']];
/* Options after which the columns are not what they were. */
const READING = ['layout', 'has_header', 'delimiter'];
const NUMBERS = [['created', 'new voters'], ['updated', 'voters changed'],
    ['unchanged', 'voters as they are already'],
    ['duplicates', 'rows replaced by a later one about the same person'],
    ['rejected', 'rows rejected'], ['warned', 'rows with a warning']];

function formOf(campaign, file, options, columns, codes, dry)
{
	const form = new FormData();
	const mapping = columns && mappingOf(columns, codes);

	form.append('campaign_id', campaign.campaign_id);
	for (const [name, value] of Object.entries(options))
		if (value !== '' && value !== false)
			form.append(name, value === true ? '1' : value);
	if (mapping && Object.keys(mapping).length)
		form.append('mapping', JSON.stringify(mapping));
	if (dry)
		form.append('dry_run', '1');
	/* The server needs the options before the rows. */
	form.append('file', file, file.name);
	return form;
}

/* Send a file; an answer about a file without a good row is an answer, too. */
async function send(form, o)
{
	try {
		return (await api.upload('/voters/upload', form, o)).data;
	} catch (e) {
		if (e.status === 422 && e.body?.import_id)
			return e.body;
		throw e;
	}
}

export function Counts({ result })
{
	return html`<dl class="counts">${NUMBERS.map(([key, text]) => html`
		<div key=${key}><dt>${text}</dt>
		<dd>${number(result[key])}</dd></div>`)}</dl>`;
}

function Drop({ onFile })
{
	const input = useRef();
	const [over, setOver] = useState(false);
	const drop = (event) => {
		event.preventDefault();
		setOver(false);
		if (event.dataTransfer.files[0])
			onFile(event.dataTransfer.files[0]);
	};

	return html`<div class=${over ? 'drop over' : 'drop'} onDrop=${drop}
		onDragOver=${(e) => {
			e.preventDefault();
			setOver(true);
		}} onDragLeave=${() => setOver(false)}>
		<p><strong>Drop a voter file here</strong>, as you got it: with
			commas, tabs or bars, from a state, a county or a vendor.</p>
		<input type="file" class="unseen" ref=${input} tabindex="-1"
			aria-label="Voter file" onChange=${(e) =>
			e.target.files[0] && onFile(e.target.files[0])}/>
		<${Button} onClick=${() => input.current.click()}>Choose a file<//>
	</div>`;
}

/* The campaign's own layouts, and those that everybody has. */
function useLayouts(campaign)
{
	const { data } = useCall((signal) => api.get('/voters/layouts', { signal,
	    query: { campaign_id: campaign.campaign_id, per_page: 200 } }),
	    [campaign.campaign_id]);
	const { layouts = [], shipped = [] } = data?.data ?? {};

	return [['', 'Decide from the headings'],
	    ...layouts.map((l) => [l.name, l.name]),
	    ...shipped.map((l) => [l.name, l.title ?
		`${l.title} (${l.name})` : l.name])];
}

function Options({ campaign, options, set, open })
{
	const layouts = useLayouts(campaign);

	return html`<details class="panel" open=${open}>
		<summary>Options</summary>
		<div class="grid">
		<${Field} label="Layout" as="select" options=${layouts}
			value=${options.layout} onValue=${(v) => set({ layout: v })}/>
		<${Field} label="The first row has headings" as="select"
			options=${HEADERS} value=${options.has_header}
			onValue=${(v) => set({ has_header: v })}/>
		<${Field} label="Cells are separated by" as="select"
			options=${DELIMITERS} value=${options.delimiter}
			onValue=${(v) => set({ delimiter: v })}/>
		<${Field} label="Voters who are known already" as="select"
			options=${MODES} value=${options.mode}
			onValue=${(v) => set({ mode: v })}/>
		<${Field} label="State of the registration ids"
			hint="If the file does not name it, such as NC"
			value=${options.registration_state} maxlength="40"
			onValue=${(v) => set({ registration_state: v })}/>
		<${Field} label="Dates such as 02/03/1970" as="select"
			options=${ORDERS} value=${options.date_order}
			onValue=${(v) => set({ date_order: v })}/>
		</div>
		<${Check} label="Keep columns that are not used with the voter"
			value=${options.keep_unmapped}
			onValue=${(v) => set({ keep_unmapped: v })}/>
		<${Check} label="Reject a row if one of its cells cannot be read"
			value=${options.strict}
			onValue=${(v) => set({ strict: v })}/>
	</details>`;
}

/* The newest import of this user: the one that is being sent. */
async function latest(campaign, me)
{
	const { data } = await api.get('/voters/imports', { query: {
	    campaign_id: campaign.campaign_id, user_id: me.user.user_id,
	    sort: '-import_id', per_page: 1, state: 'running' } });

	return data.imports[0];
}

/* "2 minutes", "40 seconds". */
const duration = (s) => s >= 90 ? count(Math.round(s / 60), 'minute') :
    count(Math.max(1, Math.round(s)), 'second');

/* How far it is; rows, rate and time left come from the server. */
function Progress({ campaign, me, file, sent, since, dry })
{
	const [row, setRow] = useState(null);
	const seconds = (Date.now() - since) / 1000;
	const done = row?.bytes_read ? row.bytes_read / file.size :
	    sent / file.size;
	const rate = row?.rows ? row.rows / seconds : 0;
	const merging = done >= 1;
	const left = done > 0.02 && !merging ? seconds * (1 - done) / done : 0;

	useEffect(() => {
		const timer = setInterval(() => latest(campaign, me).then(
		    (r) => r && setRow(r), () => {}), 1000);

		return () => clearInterval(timer);
	}, []);
	useEffect(() => say(row ? `${count(row.rows, 'row')} read` : 'Sending'),
	    [row && Math.floor(row.rows / 50000)]);
	return html`<div class="panel">
		<h2>${dry ? 'Trying' : 'Importing'} ${file.name}</h2>
		<progress aria-label="Progress" max="1"
			value=${merging ? null : Math.min(done, 1)}></progress>
		<p>${row ? html`${count(row.rows, 'row')} read${rate > 0 &&
			`, ${number(Math.round(rate))} a second`}` :
			`${number(Math.round(sent / 1024))} KB sent`}${
			left > 0 ? `, about ${duration(left)} left` :
			merging ? ', now storing the voters' : ''}.</p>
		<p class="quiet">${sent < file.size ? 'Keep this page open until ' +
			'the whole file is sent.' : 'The whole file is sent. ' +
			'You may close this page: the import goes on, and the ' +
			'list of imports shows its result.'}</p>
	</div>`;
}

/* Leaving the page would stop what is being sent. */
function useStay(active)
{
	useEffect(() => {
		const ask = (event) => event.preventDefault();

		if (active)
			addEventListener('beforeunload', ask);
		return () => removeEventListener('beforeunload', ask);
	}, [active]);
}

/* What the trial says, and the button that does it. */
function Trial({ result, onImport })
{
	const good = result.created + result.updated + result.unchanged;

	return html`<section class="panel" aria-label="What the import will do">
		<h2>What the import will do</h2>
		<p>Nothing is stored yet. The file has
			${' '}${count(result.rows, 'row')}:</p>
		<${Counts} result=${result}/>
		${result.warnings.filter((w) => !w.column).map((w) => html`
			<${Notice} kind="warn"><p>${w.message}</p><//>`)}
		<${Button} kind="main" disabled=${good === 0} onClick=${onImport}
			>Import ${count(result.rows, 'row')}<//>
	</section>`;
}

export function NewImport({ campaign, me, setBusy })
{
	const [file, setFile] = useState(null);
	const [rows, setRows] = useState([]);
	const [options, setOptions] = useState({ mode: 'update', layout: '',
	    has_header: '', delimiter: '', registration_state: '',
	    date_order: '', keep_unmapped: false, strict: false });
	const [found, setFound] = useState(null);
	const [columns, setColumns] = useState(null);
	const [codes, setCodes] = useState({});
	const [trial, setTrial] = useState(null);
	const [error, setError] = useState(null);
	const [task, setTask] = useState(null);
	const sending = task !== null && task.sent < task.file.size;

	useStay(sending && !task.dry);
	const change = (set) => (value) => {
		setTrial(null);
		set(value);
	};
	const ask = async (what, form, dry) => {
		setError(null);
		setTask({ file: what, sent: 0, since: Date.now(), dry });
		setBusy(true);
		try {
			return await send(form, { progress: (sent, total) =>
			    setTask((t) => t && { ...t,
				sent: sent >= total ? what.size : sent }) });
		} catch (e) {
			setError(e);
			return null;
		} finally {
			setTask(null);
			setBusy(false);
		}
	};
	/* See what the server makes of the beginning of the file. */
	const look = async (next, how) => {
		const start = await beginning(next, how.delimiter);
		const head = new File([start.blob], next.name);

		setFile(next);
		setRows(start.rows);
		setFound(null);
		setCodes({});
		setTrial(null);
		const answer = await ask(head, formOf(campaign, head, how, null,
		    {}, true), true);
		/* Without names it is refused; a person may know better. */
		const shown = answer ?? { undecided: true, unknown_values: [],
		    columns: (start.rows[0] ?? []).map((h, i) => ({ column: null,
			header: how.has_header !== '0' && h.trim() ||
			    `column ${i + 1}` })) };
		setFound(shown);
		setColumns(shown.columns.map((c) => ({ ...c,
		    suggested: c.column })));
		say('The columns of the file are shown.');
	};
	const setOption = (changed) => {
		const next = { ...options, ...changed };

		setOptions(next);
		setTrial(null);
		if (file && READING.some((name) => name in changed))
			look(file, next);
	};
	const go = async (dry) => {
		const answer = await ask(file, formOf(campaign, file, options,
		    columns, codes, dry), dry);

		if (!answer)
			return;
		if (dry) {
			setTrial(answer);
			setFound({ layout: answer.layout,
			    unknown_values: answer.unknown_values });
			/* What was not chosen here is as the server says. */
			setColumns((old) => old.length !== answer.columns.length ?
			    old : old.map((c, i) => c.column !== c.suggested ? c :
			    { ...c, column: answer.columns[i].column,
				suggested: answer.columns[i].column }));
			say(`${count(answer.rows, 'row')}, ` +
			    `${number(answer.rejected)} rejected.`);
		} else {
			location.hash = `#/campaigns/${campaign.campaign_id}` +
			    `/import/${answer.import_id}`;
		}
	};

	if (task)
		return html`<${Progress} campaign=${campaign} me=${me} ...${task}/>`;
	return html`<div><${Drop} onFile=${(next) => look(next, options)}/>
		<${Failure} error=${error}/>
		${found && html`<section class="panel">
			<h2>${file.name}</h2>
			<p>${found.undecided ? 'Choose which columns have the first ' +
				'and the last name, then try the whole file.' :
				found.layout ? html`It looks like the layout
				${' '}<strong>${found.layout}</strong>.` :
				'No known layout: the headings decide.'}
				${!found.undecided && ' Look at the columns, and ' +
				'choose others where they are wrong.'}</p>
			<${Columns} columns=${columns}
				undecided=${found.undecided}
				samples=${options.has_header === '0' ? rows :
				    rows.slice(1)}
				onChange=${change(setColumns)}/>
			<${Codes} unknown=${found.unknown_values} codes=${codes}
				onChange=${change(setCodes)}/>
		</section>
		<${Options} campaign=${campaign} options=${options}
			open=${Boolean(error)} set=${setOption}/>
		${trial ? html`<${Trial} result=${trial}
			onImport=${() => go(false)}/>` :
		html`<p><${Button} kind="main" onClick=${() => go(true)}>Try the
			whole file<//>${' '}
			<span class="quiet">This changes nothing.</span></p>`}`}
	</div>`;
}
