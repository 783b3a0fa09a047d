/*
 * What pages are made of: fields, buttons, dialogs, notices, tables, money and
 * dates.  Everything shows words; icons and colours only repeat them.
 */
import { html, useCallback, useEffect, useLayoutEffect, useRef, useState } from
    '../vendor/preact.js';
import { drop, keep, kept } from './keep.js';

export { html };

/* Say it to those who do not see it: progress, results. */
export function say(text)
{
	document.getElementById('live').textContent = text;
}

let last = 0;

function useId(prefix)
{
	const [id] = useState(() => `${prefix}-${++last}`);

	return id;
}

/* A notice in the page.  kind: "good", "bad", "warn" or nothing. */
export function Notice({ kind = '', children })
{
	return html`<div class="notice ${kind}"
		role=${kind === 'bad' ? 'alert' : 'status'}>${children}</div>`;
}

/* A Problem or another error in words, with what can be done. */
export function Failure({ error, again })
{
	if (!error)
		return null;
	const more = error.errors?.filter((e) => e.message !== error.message);

	return html`<${Notice} kind="bad">
		<p>${error.message}</p>
		${more?.length > 0 && html`<ul>
			${more.map((e) => html`<li>${e.message}</li>`)}
		</ul>`}
		${again && html`<button onClick=${again}>Try again</button>`}
		${error.requestId && html`<p class="small">Request
			${' '}${error.requestId}</p>`}
	<//>`;
}

/* busy: the act is running; it cannot be started twice. */
export function Button({ kind = '', busy, disabled, children, ...rest })
{
	return html`<button type="button" class=${kind}
		disabled=${disabled || busy} aria-busy=${busy ? 'true' : null}
		...${rest}>${children}</button>`;
}

/*
 * A labelled control.  as: "input" (default), "textarea" or "select", whose
 * options are [value, label] pairs or texts.  onValue(value) gets the text.
 */
export function Field({ label, hint, error, as = 'input', options, value,
	onValue, class: extra = '', inputRef, ...rest })
{
	const id = useId('field');
	const notes = [hint && `${id}-hint`, error && `${id}-error`]
	    .filter(Boolean).join(' ') || undefined;
	const props = { id, ref: inputRef, 'aria-describedby': notes,
	    'aria-invalid': error ? 'true' : undefined, value: value ?? '',
	    [as === 'select' ? 'onChange' : 'onInput']:
	    (e) => onValue?.(e.target.value), ...rest };

	return html`<div class="field ${extra}">
		<label for=${id}>${label}</label>
		${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
		${as === 'select' ? html`<select ...${props}>
			${options.map((o) => [o].flat()).map(([v, text]) =>
			    html`<option key=${v} value=${v}
				selected=${String(v) === String(value ?? '')}
				>${text ?? v}</option>`)}
		</select>` : as === 'textarea' ?
		    html`<textarea ...${props}></textarea>` :
		    html`<input ...${props}/>`}
		${error && html`<p class="error" id="${id}-error">${error}</p>`}
	</div>`;
}

export function Check({ label, value, onValue, ...rest })
{
	return html`<label class="check">
		<input type="checkbox" checked=${Boolean(value)}
		    onChange=${(e) => onValue(e.target.checked)} ...${rest}/>
		<span>${label}</span>
	</label>`;
}

/* A modal dialog; the browser keeps the focus in it and restores it after. */
export function Dialog({ title, onClose, children, actions, wide })
{
	const ref = useRef();
	const id = useId('dialog');

	useEffect(() => {
		const dialog = ref.current;

		/* Closing returns the focus to what had it before. */
		dialog.showModal();
		return () => dialog.close();
	}, []);
	return html`<dialog ref=${ref} class=${wide ? 'wide' : ''}
		aria-labelledby=${id} onCancel=${(e) => {
			e.preventDefault();
			onClose();
		}}>
		<h2 id=${id}>${title}</h2>
		<div class="body">${children}</div>
		<div class="actions">${actions}</div>
	</dialog>`;
}

/*
 * Ask before an act that cannot be taken back.  The children say what it does,
 * with numbers; act is the label of the button; word, if given, has to be typed
 * first; run() does it and may return a promise.
 */
export function Confirm({ title, children, act, danger, word, run, onClose })
{
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);
	const [typed, setTyped] = useState('');

	async function go()
	{
		setBusy(true);
		setError(null);
		try {
			await run();
			onClose();
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	return html`<${Dialog} title=${title} onClose=${onClose} actions=${html`
		<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind=${danger ? 'danger' : 'main'} busy=${busy}
		    disabled=${word && typed !== word} onClick=${go}>${act}<//>`}>
		${children}
		${word && html`<${Field} label=${`Type ${word} to go on`}
		    value=${typed} onValue=${setTyped} autocomplete="off"/>`}
		<${Failure} error=${error}/>
	<//>`;
}

/*
 * Wait for a call: { data, error, loading, again }.  load(signal) is called
 * when one of deps changes, and the call before it is cancelled.
 */
export function useCall(load, deps)
{
	const [state, setState] = useState({ loading: true });
	const [round, setRound] = useState(0);

	useEffect(() => {
		const stop = new AbortController();

		setState((s) => ({ ...s, loading: true, error: null }));
		Promise.resolve(load(stop.signal)).then(
		    (data) => stop.signal.aborted ||
			setState({ data, loading: false }),
		    (error) => stop.signal.aborted ||
			setState((s) => ({ ...s, error, loading: false })));
		return () => stop.abort();
	}, [...deps, round]);
	return { ...state, again: useCallback(
	    () => setRound((n) => n + 1), []) };
}

/* A module that is loaded once it is wanted; {} until then. */
export function useModule(load, wanted)
{
	const [found, setFound] = useState({});

	useEffect(() => {
		if (wanted)
			load().then(setFound, (e) => setFound({ error: e }));
	}, [wanted]);
	if (found.error)
		throw found.error;
	return found;
}

/* The value as it was ms milliseconds ago: requests wait for a pause. */
export function useSettled(value, ms)
{
	const [settled, setSettled] = useState(value);

	useEffect(() => {
		const timer = setTimeout(() => setSettled(value), ms);

		return () => clearTimeout(timer);
	}, [value, ms]);
	return settled;
}

/*
 * A form whose changes survive a lost connection, a closed tab and a lost
 * session: { values, set, changed, wasKept, saved, reset }.  name is for
 * keep.js; first is what the server has; changes are kept as differences.
 */
export function useKept(name, first)
{
	const [changes, setChanges] = useState(() => kept(name) || {});
	const [wasKept, setWasKept] = useState(() => kept(name) !== undefined);
	const forget = () => {
		drop(name);
		setChanges({});
		setWasKept(false);
	};

	return {
		values: { ...first, ...changes }, changed: changes, wasKept,
		set: (field, value) => setChanges((c) => {
			const next = { ...c, [field]: value };

			if ((first?.[field] ?? '') === (value ?? ''))
				delete next[field];
			if (Object.keys(next).length)
				keep(name, next);
			else
				drop(name);
			return next;
		}),
		saved: forget, reset: forget,
	};
}

/* ---- Money and time ---- */

const formats = new Map();

function format(make, ...key)
{
	const k = key.join('|');

	if (!formats.has(k))
		formats.set(k, make());
	return formats.get(k);
}

/*
 * Cents as an amount of money; digits as the currency has them, or, for the scale
 * of a chart, as few as possible.
 */
export function money(cents, currency = 'usd', brief = false)
{
	const code = currency.toUpperCase();
	const make = (o) => format(() => new Intl.NumberFormat(undefined,
	    { style: 'currency', currency: code, ...o }), 'money', code,
	    o.notation);
	const full = make({});
	const units = cents / 10 ** full.resolvedOptions().maximumFractionDigits;

	return (brief ? make({ notation: 'compact', minimumFractionDigits: 0,
	    maximumFractionDigits: 1 }) : full).format(units);
}

export function number(n)
{
	return format(() => new Intl.NumberFormat(), 'number').format(n);
}

/* "1 voter", "2,000 voters". */
export function count(n, one, many = `${one}s`)
{
	return `${number(n)} ${n === 1 ? one : many}`;
}

/* A date without a time ("2026-11-03") is the same everywhere. */
export function day(text)
{
	if (!text)
		return '';
	return format(() => new Intl.DateTimeFormat(undefined,
	    { dateStyle: 'medium', timeZone: 'UTC' }), 'day')
	    .format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
}

/* An instant, in the campaign's zone. */
export function time(text, zone)
{
	if (!text)
		return '';
	return format(() => new Intl.DateTimeFormat(undefined, {
	    dateStyle: 'medium', timeStyle: 'short',
	    timeZone: zone || undefined }), 'time', zone)
	    .format(new Date(text));
}

/* An American number as people write it; others as they are. */
export function phone(text)
{
	const part = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(text || '');

	return part ? `(${part[1]}) ${part[2]}-${part[3]}` : text || '';
}

export const Money = ({ amount, currency }) => money(amount, currency);
export const Day = ({ value }) =>
    html`<time datetime=${value}>${day(value)}</time>`;
export const Time = ({ value, zone }) =>
    html`<time datetime=${value}>${time(value, zone)}</time>`;

/* ---- Tables ---- */

const ROW = 36;			/* pixels; with two lines on a phone: */
const ROW_NARROW = 60;
const SPARE = 8;		/* rows beyond each edge */

export function useNarrow()
{
	const query = '(max-width: 40rem)';
	const [narrow, setNarrow] = useState(() => matchMedia(query).matches);

	useEffect(() => {
		const m = matchMedia(query);
		const changed = () => setNarrow(m.matches);

		m.addEventListener('change', changed);
		return () => m.removeEventListener('change', changed);
	}, []);
	return narrow;
}

function Cells({ columns, row, narrow })
{
	const show = (c) => c.show ? c.show(row) : row[c.key];

	if (!narrow)
		return columns.map((c) => html`<td key=${c.key}
			class=${c.number ? 'number' : ''}>${show(c)}</td>`);
	const [title, ...rest] = columns;
	const more = rest.map(show).filter(
	    (x) => x !== undefined && x !== null && x !== '');

	return html`<td class="card"><strong>${show(title)}</strong>
		<span>${more.map((x, i) => [i > 0 && ' · ', x])}</span></td>`;
}

function Head({ columns, sort, onSort, all, onAll })
{
	const of = (c) => sort === c.key ? 'ascending' :
	    sort === `-${c.key}` ? 'descending' : null;
	const next = (c) => of(c) === 'ascending' ? `-${c.key}` : c.key;

	return html`<thead><tr aria-rowindex="1">
		${onAll && html`<th class="pick" scope="col">
			<input type="checkbox" aria-label="Select all shown"
			    checked=${all} onChange=${onAll}/></th>`}
		${columns.map((c) => html`<th key=${c.key} scope="col"
		    class=${c.number ? 'number' : ''} aria-sort=${of(c)}>
			${c.sort && onSort ? html`<button class="plain"
			    onClick=${() => onSort(next(c))}>${c.label}
			    <span aria-hidden="true">${of(c) === 'ascending' ?
				' ▲' : of(c) ? ' ▼' : ''}</span></button>` :
			    c.label}</th>`)}
	</tr></thead>`;
}

/*
 * A table of any length: only rows in view are in the document.
 *
 *	columns		[{ key, label, show(row), width, number, sort }]; on a
 *			phone the first is the title and the rest a line
 *	rows		an array, in which rows that are not loaded are undefined
 *	total		how many there are (default: rows.length)
 *	onNeed(i)	row i is about to be seen and not loaded
 *	keyOf(row)	what identifies it
 *	onOpen(row)	Enter, or a click
 *	picked, onPick	a Set of keys, and a function of the next Set
 *	sort, onSort	"last_name" or "-last_name"
 */
export function Table({ label, columns, rows, total = rows.length, onNeed,
	keyOf, onOpen, picked, onPick, sort, onSort, fill })
{
	const box = useRef();
	const narrow = useNarrow();
	const height = narrow ? ROW_NARROW : ROW;
	const [view, setView] = useState({ top: 0, space: 600 });
	const [at, setAt] = useState(0);
	const wanted = useRef(-1);	/* the row that is to get the focus */
	const first = Math.max(0, Math.floor(view.top / height) - SPARE);
	const end = Math.min(total, Math.ceil(
	    (view.top + view.space) / height) + SPARE);
	const shown = [];

	for (let i = first; i < end; i++)
		shown.push(i);

	useLayoutEffect(() => {
		const element = box.current;
		const measure = () => setView({ top: element.scrollTop,
		    space: element.clientHeight });
		const observer = new ResizeObserver(measure);

		observer.observe(element);
		measure();
		return () => observer.disconnect();
	}, []);
	useEffect(() => {
		for (const i of shown)
			if (!rows[i]) {
				onNeed?.(i);
				break;
			}
	}, [first, end, rows]);
	useLayoutEffect(() => {
		const tr = wanted.current >= 0 && box.current.querySelector(
		    `[data-row="${wanted.current}"]`);

		if (tr) {
			wanted.current = -1;
			tr.focus({ preventScroll: true });
		}
	});

	function move(to)
	{
		const element = box.current;
		const next = Math.max(0, Math.min(total - 1, to));
		const head = element.querySelector('thead').offsetHeight;

		wanted.current = next;
		setAt(next);
		if (next * height < element.scrollTop)
			element.scrollTop = next * height;
		else if ((next + 1) * height + head >
		    element.scrollTop + element.clientHeight)
			element.scrollTop = (next + 1) * height + head -
			    element.clientHeight;
	}

	function pick(row)
	{
		const next = new Set(picked);
		const key = keyOf(row);

		if (!next.delete(key))
			next.add(key);
		onPick(next);
	}

	function key(event, i)
	{
		const page = Math.max(1, Math.floor(view.space / height) - 2);
		const to = { ArrowDown: i + 1, ArrowUp: i - 1,
		    PageDown: i + page, PageUp: i - page, Home: 0,
		    End: total - 1 }[event.key];

		if (event.target !== event.currentTarget)
			return;
		if (to !== undefined)
			move(to);
		else if (event.key === 'Enter' && rows[i] && onOpen)
			onOpen(rows[i]);
		else if (event.key === ' ' && rows[i] && onPick)
			pick(rows[i]);
		else
			return;
		event.preventDefault();
	}

	const loaded = rows.filter(Boolean);
	const all = Boolean(picked) && loaded.length > 0 &&
	    loaded.every((r) => picked.has(keyOf(r)));
	const onAll = onPick && (() => onPick(all ? new Set() :
	    new Set(loaded.map(keyOf))));
	const span = narrow ? 1 : columns.length;
	const space = (n) => html`<tr aria-hidden="true" class="space">
		<td colspan=${span + (onPick ? 1 : 0)}
		    style=${{ height: `${n * height}px` }}></td></tr>`;

	return html`<div class="table ${fill ? 'fill' : ''}" ref=${box}
		onScroll=${(e) => setView({ top: e.target.scrollTop,
		    space: e.target.clientHeight })}>
		<table role="grid" aria-label=${label} aria-rowcount=${total + 1}
		    class=${narrow ? 'narrow' : ''}>
			<colgroup>
				${onPick && html`<col style=${{ width: '2.5rem' }}/>`}
				${!narrow && columns.map((c) => html`<col
				    key=${c.key}
				    style=${{ width: c.width || '' }}/>`)}
			</colgroup>
			<${Head} columns=${narrow ? columns.slice(0, 1) : columns}
			    sort=${sort} onSort=${onSort} all=${all}
			    onAll=${onAll}/>
			<tbody>
				${first > 0 && space(first)}
				${shown.map((i) => html`<tr key=${i} data-row=${i}
				    aria-rowindex=${i + 2}
				    tabindex=${i === Math.min(at, total - 1) ? 0 : -1}
				    class=${onOpen ? 'opens' : ''}
				    aria-selected=${onPick && rows[i] ? String(
					picked.has(keyOf(rows[i]))) : null}
				    onFocus=${(e) => e.target ===
					e.currentTarget && setAt(i)}
				    onKeyDown=${(e) => key(e, i)}
				    onClick=${(e) => rows[i] && !e.target.closest(
					'a') && onOpen?.(rows[i])}
				    style=${{ height: `${height}px` }}>
					${onPick && html`<td class="pick"
					    onClick=${(e) => e.stopPropagation()}>
					    ${rows[i] && html`<input
						type="checkbox" tabindex="-1"
						aria-label="Select row"
						checked=${picked.has(
						    keyOf(rows[i]))}
						onChange=${() => pick(rows[i])}/>`}
					</td>`}
					${rows[i] ? html`<${Cells} columns=${columns}
					    row=${rows[i]} narrow=${narrow}/>` :
					    html`<td colspan=${span}
						class="quiet">…</td>`}
				</tr>`)}
				${end < total && space(total - end)}
			</tbody>
		</table>
		${total === 0 && html`<p class="quiet none">Nothing to show.</p>`}
	</div>`;
}

/* Pages of a short list. */
export function Pager({ page, pages, onPage })
{
	if (!(pages > 1))
		return null;
	return html`<nav class="pager" aria-label="Pages">
		<${Button} disabled=${page <= 1}
		    onClick=${() => onPage(page - 1)}>Previous<//>
		<span>Page ${number(page)} of ${number(pages)}</span>
		<${Button} disabled=${page >= pages}
		    onClick=${() => onPage(page + 1)}>Next<//>
	</nav>`;
}
