/*
 * Editing one row: what is typed is kept until it is saved, and if somebody else
 * has changed the row meanwhile, the person sees both versions and chooses.
 */
import { useState } from '../vendor/preact.js';
import * as api from './api.js';
import { drop, keep, kept } from './keep.js';
import { Button, Dialog, Failure, html, Notice, say } from './ui.js';

const same = (a, b) => JSON.stringify(a ?? '') === JSON.stringify(b ?? '');

/*
 * The draft of a row: { values, changes, set, wasKept, save, busy, error,
 * conflict, forget }.  name is for keep.js; row and etag are what the server
 * has.  save() sends body(changes) and calls onSaved(row, etag).  If the fields
 * of the form are not those of the interface, read(row) gives them for a row.
 */
export function useDraft({ name, path, row, etag, body = (c) => c,
	read = (r) => r, onSaved })
{
	const [draft, setDraft] = useState(() => kept(name) ||
	    { etag, changes: {} });
	const [wasKept] = useState(() => kept(name) !== undefined);
	const [state, setState] = useState({});

	function forget()
	{
		drop(name);
		setDraft({ etag, changes: {} });
		setState({});
	}

	function set(field, value)
	{
		setDraft((d) => {
			const changes = { ...d.changes, [field]: value };
			const base = Object.keys(d.changes).length ? d.etag :
			    etag;

			if (same(row[field], value))
				delete changes[field];
			if (Object.keys(changes).length)
				keep(name, { etag: base, changes });
			else
				drop(name);
			return { etag: base, changes };
		});
	}

	async function save(over)
	{
		const blank = Object.entries(draft.changes).map(([f, v]) =>
		    [f, v === '' ? null : v]);

		setState({ busy: true });
		try {
			const answer = await api.patch(path,
			    body(Object.fromEntries(blank)), { etag: over || draft.etag });

			drop(name);
			setDraft({ etag: answer.etag, changes: {} });
			setState({ saved: true });
			say('Saved.');
			onSaved?.(answer.data, answer.etag);
		} catch (error) {
			if (error.status !== 412) {
				setState({ error });
				return;
			}
			try {
				const now = await api.get(path);

				setState({ conflict: { row: now.data,
				    etag: now.etag, values: read(now.data) } });
			} catch (e) {
				setState({ error: e });
			}
		}
	}

	return { ...state, values: { ...row, ...draft.changes },
	    changes: draft.changes, wasKept, set, save, forget,
	    unsaved: Object.keys(draft.changes).length > 0,
	    later: () => setState({}) };
}

/*
 * The key of one act, and a function that says how it went.  After an answer the
 * next try is another act; after none it is the same one again.
 */
export function useKey()
{
	const [key, setKey] = useState(api.newKey);

	return [key, (error) => {
		if (!error || error.status)
			setKey(api.newKey());
	}];
}

const shown = (v) => v === null || v === undefined || v === '' ? 'nothing' :
    typeof v === 'object' ? JSON.stringify(v) : String(v);

/* Both versions of what was changed here.  labels: { field: label }. */
export function Conflict({ draft, labels = {}, onTheirs })
{
	const theirs = draft.conflict;

	if (!theirs)
		return null;
	return html`<${Dialog} wide title="Somebody else has changed this"
		onClose=${draft.later} actions=${html`
			<${Button} onClick=${draft.later}>Go on typing<//>
			<${Button} onClick=${() => {
				draft.forget();
				onTheirs(theirs.row, theirs.etag);
			}}>Take theirs<//>
			<${Button} kind="main" onClick=${() =>
			    draft.save(theirs.etag)}>Save mine over it<//>`}>
		<p>Since you opened it, it was saved with other values. Nothing
			of yours is saved yet.</p>
		<table><thead><tr><th scope="col">Field</th>
			<th scope="col">Yours</th><th scope="col">Theirs</th>
		</tr></thead><tbody>
			${Object.keys(draft.changes).map((f) => html`
			<tr key=${f}><th scope="row">${labels[f] || f}</th>
				<td>${shown(draft.changes[f])}</td>
				<td>${shown(theirs.values[f])}</td></tr>`)}
		</tbody></table>
	<//>`;
}

/* The buttons at the end of a form, and what the person has to know. */
export function SaveBar({ draft, disabled, act = 'Save' })
{
	return html`<${Failure} error=${draft.error}/>
		${draft.wasKept && draft.unsaved && html`<${Notice} kind="warn">
			<p>What you typed before is still here, and not saved.</p>
		<//>`}
		${draft.saved && !draft.unsaved && html`<${Notice} kind="good">
			<p>Saved.</p><//>`}
		<div class="bar">
			<${Button} kind="main" busy=${draft.busy}
			    disabled=${!draft.unsaved || disabled}
			    onClick=${() => draft.save()}>${act}<//>
			${draft.unsaved && html`<${Button}
			    onClick=${draft.forget}>Discard<//>`}
		</div>`;
}
