/*
 * The database of this browser, and the lists of doors in it, which stay for at
 * most 72 hours.  Contacts that are not sent yet are in offline.js.
 */
import * as api from './api.js';

export const HOURS = 72;

/* "change": lists or the outbox have changed. */
export const changes = new EventTarget();

/* For whom this page works: whose lists and contacts it shows. */
export let owner = '';
export const workFor = (username) => {
	owner = username;
};

let opened;

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
export async function within(name, mode, work)
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

export function changed()
{
	changes.dispatchEvent(new Event('change'));
}

export const mine = (rows) => rows.filter((r) => r.user === owner);

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
export async function note(name, results)
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

/* Remove a person's lists, as they sign out. */
export async function dropLists(username)
{
	const all = await within('lists', 'readonly', (s) => s.getAll());

	await within('lists', 'readwrite', (s) => {
		for (const kept of all)
			if (kept.user === username)
				s.delete(kept.key);
	});
	changed();
}
