/*
 * What a device keeps without a connection, in IndexedDB: lists of doors, for at
 * most 72 hours, and the outbox of contacts that the server does not have yet,
 * which stay until it has taken them or their owner has removed them.
 *
 * A contact has an id of its own, client_event_id, so that the server records it
 * once however often it is sent.
 */
import * as api from './api.js';

export const HOURS = 72;
const BATCH = 100;
const RETRY = 15000;		/* milliseconds between tries */
const COUNT = 'cerberus.unsent.';

/* "change": lists or the outbox have changed. */
export const changes = new EventTarget();

let opened;
let owner = '';
let timer;
let sending = null;
let wanted = false;

function open()
{
	opened ??= new Promise((done, fail) => {
		const wish = indexedDB.open('cerberus', 1);

		wish.onupgradeneeded = () => {
			wish.result.createObjectStore('lists',
			    { keyPath: 'key' });
			wish.result.createObjectStore('outbox',
			    { keyPath: 'n', autoIncrement: true })
			    .createIndex('id', 'id');
		};
		wish.onsuccess = () => done(wish.result);
		wish.onerror = () => {
			opened = undefined;
			fail(wish.error);
		};
	});
	return opened;
}

/* Run work(store) in a transaction; the result is that of its request. */
async function within(name, mode, work)
{
	const db = await open();

	return new Promise((done, fail) => {
		const t = db.transaction(name, mode,
		    { durability: 'strict' });
		const wish = work(t.objectStore(name));

		t.oncomplete = () => done(wish?.result);
		t.onerror = () => fail(t.error);
		t.onabort = () => fail(t.error);
	});
}

function changed()
{
	changes.dispatchEvent(new Event('change'));
}

/* ---- Lists ---- */

const mine = (rows) => rows.filter((r) => r.user === owner);

/* Is the list too old, or from after today, because the clock was set back? */
const stale = (list) => Date.now() - list.fetched > HOURS * 3600000 ||
    list.fetched - Date.now() > 3600000;

/* Remove the lists that are too old, also those of others. */
export async function expire()
{
	const all = await within('lists', 'readonly', (s) => s.getAll());
	const old = all.filter(stale);

	if (old.length === 0)
		return;
	await within('lists', 'readwrite', (s) => {
		for (const list of old)
			s.delete(list.key);
	});
	changed();
}

/* The lists of this person on this device. */
export async function lists()
{
	await expire();
	return mine(await within('lists', 'readonly', (s) => s.getAll()));
}

const keyOf = (name) => `${owner} ${name}`;

/* The list of a name such as "turf-5", or undefined. */
export async function list(name)
{
	await expire();
	return within('lists', 'readonly', (s) => s.get(keyOf(name)));
}

/*
 * Fetch a list from the server and keep it.  What has been recorded stays.
 * skew is how far the device's clock is behind the server's.
 */
export async function fetchList(name)
{
	const [kind, id] = name.split('-');
	const path = kind === 'turf' ? `/turfs/${id}` :
	    `/voters/segments/${id}`;
	const before = await list(name);
	const { data, headers } = await api.get(`${path}/walk-list.json`,
	    { timeout: 60000 });
	const date = Date.parse(headers.get('Date') || '');
	const kept = { key: keyOf(name), name, user: owner,
	    fetched: Date.now(), results: before?.results || {},
	    skew: Number.isFinite(date) ? date - Date.now() : 0, ...data };

	await within('lists', 'readwrite', (s) => s.put(kept));
	changed();
	return kept;
}

export async function dropList(name)
{
	await within('lists', 'readwrite', (s) => s.delete(keyOf(name)));
	changed();
}

/*
 * Note results on a list: { voter_id: { event, outcome, at } }; a null result
 * is removed.
 */
async function note(name, results)
{
	const db = await open();

	await new Promise((done, fail) => {
		const t = db.transaction('lists', 'readwrite');
		const s = t.objectStore('lists');
		const wish = s.get(keyOf(name));

		wish.onsuccess = () => {
			const kept = wish.result;

			if (!kept)
				return;
			for (const [voter, r] of Object.entries(results))
				if (r)
					kept.results[voter] = r;
				else
					delete kept.results[voter];
			s.put(kept);
		};
		t.oncomplete = done;
		t.onerror = () => fail(t.error);
	});
}

/* ---- The outbox ---- */

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
	owner = username;
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
	owner = '';
}

api.signals.addEventListener('signed-out', stop);

/* Remove this person's lists, as they sign out. */
export async function dropLists()
{
	for (const kept of await lists())
		await dropList(kept.name);
}

/* Let the pages be opened without a connection. */
export function install()
{
	navigator.serviceWorker?.register('sw.js').catch(() => {});
	navigator.storage?.persist?.().catch(() => {});
}
