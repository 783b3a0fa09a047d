/*
 * The outbox: contacts that the server does not have yet, kept in this browser
 * until it has taken them or their owner has removed them.
 *
 * A contact has an id of its own, client_event_id, so that the server records it
 * once however often it is sent.
 */
import * as api from './api.js';
import { changed, expire, list, mine, note, owner, within, workFor } from
    './device.js';

const BATCH = 100;
const RETRY = 15000;		/* milliseconds between tries */
const COUNT = 'cerberus.unsent.';

let timer;
let sending = null;
let wanted = false;

/* The rows of the outbox: { n, id, user, body, what, at, tried, problem }. */
export async function outbox()
{
	return within('outbox', 'readonly', (s) => s.getAll());
}

/* For the shell, which shows the number on every page. */
async function recount()
{
	const rows = await outbox();
	const n = mine(rows).length;

	try {
		if (n)
			localStorage.setItem(COUNT + owner, n);
		else
			localStorage.removeItem(COUNT + owner);
	} catch {
		/* The pages that record show it as well. */
	}
	dispatchEvent(new Event('cerberus-unsent'));
	changed();
	return rows;
}

/* A time of this device's clock as the server's would be. */
export const stamp = (skew = 0) =>
    new Date(Date.now() + Math.min(skew, 0)).toISOString();

/*
 * Put contacts into the outbox, and note them on the list, if there is one.  Each
 * is { body, what }: what the server gets, and what it is in words.  Return the
 * ids of the events.
 */
export async function record(contacts, name)
{
	const rows = contacts.map(({ body, what }) => {
		const id = crypto.randomUUID();

		return { id, user: owner, what, at: Date.now(), tried: false,
		    body: { client_event_id: id, ...body } };
	});

	await within('outbox', 'readwrite', (s) => {
		for (const row of rows)
			s.add(row);
	});
	if (name)
		await note(name, Object.fromEntries(rows.map((r) =>
		    [r.body.voter_id, { event: r.id, at: r.at,
		    outcome: r.body.outcome }])));
	await recount();
	return rows.map((r) => r.id);
}

/*
 * Undo events.  One that was never tried to send just disappears; of any other
 * the server is told, which also keeps it from recording the event if it is still
 * on its way.  more: further members of the undoing, by event.
 */
export async function undo(ids, name, more = {})
{
	await lock(async () => {
		const rows = (await outbox()).filter((r) => ids.includes(r.id) &&
		    !r.body.undo);
		const fresh = new Set(rows.filter((r) => !r.tried)
		    .map((r) => r.id));

		await within('outbox', 'readwrite', (s) => {
			for (const r of rows)
				s.delete(r.n);
			for (const id of ids)
				if (!fresh.has(id))
					s.add({ id, user: owner,
					    what: 'Undo a contact',
					    at: Date.now(), tried: false,
					    body: { client_event_id: id,
					    undo: true, ...more[id] } });
		});
	});
	if (name) {
		const kept = await list(name);

		await note(name, Object.fromEntries(Object.entries(
		    kept?.results || {}).filter(([, r]) =>
		    ids.includes(r.event)).map(([voter]) => [voter, null])));
	}
	await recount();
}

/* Remove one row that its owner has given up. */
export async function discard(n)
{
	await within('outbox', 'readwrite', (s) => s.delete(n));
	await recount();
}

/* Send a refused row again. */
export async function retry(n)
{
	const row = (await outbox()).find((r) => r.n === n);

	if (row)
		await within('outbox', 'readwrite', (s) => s.put(
		    { ...row, problem: undefined }));
	return send();
}

/* Only one tab of this device sends or undoes at a time. */
function lock(work)
{
	return navigator.locks ? navigator.locks.request('cerberus-outbox',
	    work) : work();
}

/* What to do about a refusal. */
export function advice({ status, code })
{
	if (code === 'event_conflict')
		return 'The server has this contact already, with other ' +
		    'content. Look at the person’s page, then remove this.';
	if (status === 403)
		return 'Your role does not allow it. Ask a manager to make ' +
		    'you an editor, then try again.';
	if (status === 404)
		return 'This person is no longer in the campaign. Tell a ' +
		    'manager, then remove this.';
	return 'Tell a manager what you have heard, or record it again on ' +
	    'the person’s page, then remove this.';
}

/* Take over the server's answers to a batch. */
async function settle(rows, results)
{
	await within('outbox', 'readwrite', (s) => {
		rows.forEach((row, i) => {
			const r = results[i];

			if (r.status < 300)
				s.delete(row.n);
			else
				s.put({ ...row, problem: { status: r.status,
				    code: r.code, message: r.errors?.[0]
				    ?.message || r.error } });
		});
	});
}

/*
 * Send some rows.  Return false if the server did not take them now, but may
 * later.
 */
async function sendSome(rows)
{
	if (rows[0].user !== owner || !isSession())
		return false;
	await within('outbox', 'readwrite', (s) => {
		for (const row of rows) {
			row.tried = true;
			s.put(row);
		}
	});
	try {
		const { data } = await api.post('/interactions',
		    rows.map((r) => r.body), { key: undefined });

		await settle(rows, data.results);
		return true;
	} catch (e) {
		if (![400, 403, 404, 409, 413, 422].includes(e.status))
			return false;
		/* One of them spoils the batch: find out which. */
		if (rows.length > 1)
			return await sendSome(rows.slice(0, rows.length / 2)) &&
			    sendSome(rows.slice(rows.length / 2));
		await settle(rows, [{ status: e.status, code: e.code,
		    error: e.message }]);
		return true;
	}
}

/* Is the session still this person's?  Another tab may have changed it. */
function isSession()
{
	try {
		return JSON.parse(localStorage.getItem('cerberus.last'))
		    ?.me.user.username === owner;
	} catch {
		return true;
	}
}

async function sendAll()
{
	/* Not even tried, so that an undo leaves nothing to send. */
	if (!navigator.onLine)
		return false;
	for (;;) {
		const rows = mine(await outbox()).filter((r) => !r.problem)
		    .slice(0, BATCH);

		if (rows.length === 0)
			return true;
		if (!await sendSome(rows))
			return false;
		await recount();
	}
}

/*
 * Send what is in the outbox.  Resolves to true if nothing is left that could be
 * sent, to false if there was no connection or no session.
 */
export function send()
{
	if (!owner)
		return Promise.resolve(false);
	wanted = true;
	sending ??= lock(async () => {
		let all = true;

		/* What is recorded meanwhile is sent as well. */
		while (wanted) {
			wanted = false;
			all = await sendAll();
		}
		return all;
	}).finally(async () => {
		sending = null;
		await recount();
		if (wanted)
			await send();
	});
	return sending;
}

/*
 * Work for this person from now on: send what there is, try again as long as
 * something is left, and remove lists that are too old.
 */
export function start(username)
{
	const again = () => {
		if (localStorage.getItem(COUNT + owner))
			send().catch(() => {});
	};

	if (owner === username)
		return;
	workFor(username);
	if (timer)
		clearInterval(timer);
	else
		addEventListener('online', again);
	timer = setInterval(() => {
		expire().catch(() => {});
		again();
	}, RETRY);
	expire().catch(() => {});
	recount().then(() => send()).catch(() => {});
}

/* Forget whom we work for; the outbox stays. */
export function stop()
{
	workFor('');
}

api.signals.addEventListener('signed-out', stop);

/* Let the pages be opened without a connection. */
export function install()
{
	navigator.serviceWorker?.register('sw.js').catch(() => {});
	navigator.storage?.persist?.().catch(() => {});
}
