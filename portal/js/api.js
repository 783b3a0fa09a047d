/*
 * Calls of the interface: the only module that sends requests.
 *
 * get(path, { query, signal }) and its siblings resolve to { data, etag, status,
 * headers }, and reject with a Problem.  Paths begin with a slash and are
 * relative to the interface: get('/voters/3').
 */

const TIMEOUT = 20000;		/* milliseconds that one try may take */
const TRIES = 3;		/* of calls that are safe to repeat */

const meta = document.querySelector('meta[name=cerberus-api]');
const base = new URL(meta?.content || '../api/v1/', document.baseURI);

/*
 * Events: "lost" and "found" when the connection goes and comes back,
 * "signed-out" when the session has ended, "campaign" when a page has changed
 * the settings of the campaign.
 */
export const signals = new EventTarget();

let lost = false;

function connection(isLost)
{
	if (lost === isLost)
		return;
	lost = isLost;
	signals.dispatchEvent(new Event(isLost ? 'lost' : 'found'));
}

/*
 * An answer that is an error.  status is 0 if there was no answer; code is the
 * interface's, or "offline", "timeout"; errors are those of single fields.
 */
export class Problem extends Error {
	constructor(status, body, retry)
	{
		super(body.detail || body.title ||
		    `The server answered with status ${status}.`);
		this.name = 'Problem';
		this.status = status;
		this.code = body.code || '';
		this.errors = body.errors || [];
		this.requestId = body.request_id || '';
		this.retry = retry || 0;
		this.body = body;
	}

	/* The sentence about one field, or undefined. */
	of(field)
	{
		return this.errors.find((e) => e.field === field)?.message;
	}
}

/*
 * The address of a path, for links to downloads.  No part of it may lead to
 * another call: browsers resolve "..", also as %2e%2e.
 */
export function url(path, query)
{
	if (/[?#\\]|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path))
		throw new Problem(404, { detail: 'There is no such page.' });
	const to = new URL(path.replace(/^\//, ''), base);

	for (const [name, value] of Object.entries(query || {}))
		for (const v of [value].flat())
			if (v !== undefined && v !== null && v !== '')
				to.searchParams.append(name, v);
	return to.href;
}

/* Combine the caller's signal with a time limit. */
function limited(signal, ms)
{
	const own = new AbortController();
	const timer = setTimeout(() => own.abort('timeout'), ms);
	const stop = () => own.abort('aborted');

	if (signal?.aborted)
		stop();
	signal?.addEventListener('abort', stop);
	return { signal: own.signal, done: () => {
		clearTimeout(timer);
		signal?.removeEventListener('abort', stop);
	} };
}

async function read(response)
{
	const type = response.headers.get('Content-Type') || '';
	const text = await response.text();

	if (!/json/.test(type))
		return text;
	return text === '' ? null : JSON.parse(text);
}

function unreachable(reason)
{
	if (reason === 'timeout')
		return new Problem(0, { code: 'timeout', detail: 'The server ' +
		    'did not answer in time. What you typed is kept.' });
	return new Problem(0, { code: 'offline', detail: 'The server cannot ' +
	    'be reached. What you typed is kept.' });
}

async function once(method, path, o)
{
	const headers = { Accept: 'application/json', ...o.headers };
	const limit = limited(o.signal, o.timeout || TIMEOUT);
	let body;
	let response;
	let data;

	if (o.body instanceof FormData || o.body instanceof Blob) {
		body = o.body;
	} else if (o.body !== undefined) {
		headers['Content-Type'] = 'application/json';
		body = JSON.stringify(o.body);
	}
	if (o.etag)
		headers['If-Match'] = o.etag;
	if (o.key)
		headers['Idempotency-Key'] = o.key;
	try {
		response = await fetch(url(path, o.query), { method, headers,
		    body, signal: limit.signal, credentials: 'same-origin',
		    cache: 'no-store' });
		data = method === 'HEAD' ? null : await read(response);
	} catch (e) {
		if (o.signal?.aborted)
			throw new DOMException('Superseded.', 'AbortError');
		if (e instanceof SyntaxError)
			throw new Problem(502, { code: 'not_json', detail:
			    'The server answered with something else than ' +
			    'JSON.' });
		connection(true);
		throw unreachable(limit.signal.reason);
	} finally {
		limit.done();
	}
	connection(false);
	if (response.ok || response.status === 304)
		return { data, status: response.status,
		    etag: response.headers.get('ETag'),
		    headers: response.headers };
	throw new Problem(response.status,
	    data !== null && typeof data === 'object' ? data : {},
	    Number(response.headers.get('Retry-After')) || 0);
}

/* Does the problem go away by itself, so that another try makes sense? */
function passing(e)
{
	return e instanceof Problem && (e.status === 0 || e.status === 502 ||
	    e.status === 503 || e.status === 504);
}

function pause(ms, signal)
{
	return new Promise((done, fail) => {
		const timer = setTimeout(done, ms);

		signal?.addEventListener('abort', () => {
			clearTimeout(timer);
			fail(new DOMException('Superseded.', 'AbortError'));
		});
	});
}

/* Call until it works, if repeating does no harm. */
async function call(method, path, o = {})
{
	const safe = method === 'GET' || method === 'HEAD' || o.key;
	let left = safe && o.retry !== false ? TRIES : 1;

	for (let wait = 300;; wait *= 3) {
		try {
			return await once(method, path, o);
		} catch (e) {
			if (e.status === 401 && e.code !== 'totp_required' &&
			    !o.signing)
				signals.dispatchEvent(new Event('signed-out'));
			if (--left === 0 || !passing(e))
				throw e;
			await pause(Math.min(e.retry * 1000, 3000) || wait,
			    o.signal);
		}
	}
}

export const get = (path, o) => call('GET', path, o);
export const head = (path, o) => call('HEAD', path, o);

/*
 * A POST carries a key by which the server recognises a repetition.  Give the
 * key yourself (newKey()) to make one act of several calls of post().
 */
export const post = (path, body, o) =>
    call('POST', path, { key: newKey(), ...o, body });

/* The caller's etag makes the call fail with 412 if the row has changed. */
export const put = (path, body, o) => call('PUT', path, { ...o, body });
export const patch = (path, body, o) => call('PATCH', path, { ...o, body });
export const del = (path, o) => call('DELETE', path, o);

export function newKey()
{
	const bytes = crypto.getRandomValues(new Uint8Array(16));

	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/*
 * Send a file, with progress(sent, total) in bytes.  fetch cannot report that,
 * so this uses XMLHttpRequest.
 */
export function upload(path, form, { query, progress, signal } = {})
{
	return new Promise((done, fail) => {
		const x = new XMLHttpRequest();

		x.open('POST', url(path, query));
		x.setRequestHeader('Accept', 'application/json');
		x.upload.onprogress = (e) => progress?.(e.loaded, e.total);
		x.onerror = () => {
			connection(true);
			fail(unreachable());
		};
		x.onabort = () =>
		    fail(new DOMException('Stopped.', 'AbortError'));
		x.onload = () => {
			let data = {};

			try {
				data = JSON.parse(x.responseText);
			} catch {
				data = { detail: `Status ${x.status}.` };
			}
			connection(false);
			if (x.status < 300)
				done({ data, status: x.status });
			else
				fail(new Problem(x.status, data));
		};
		signal?.addEventListener('abort', () => x.abort());
		x.send(form);
	});
}

/* Sign in.  A cookie that scripts cannot read holds the session. */
export const signIn = (username, password, code) =>
    call('POST', '/auth/session', { signing: true,
	body: { username, password, ...code ? { code } : {} } });
export const signOut = () => call('POST', '/auth/logout', { signing: true });

/* The caller: { user, campaigns, totp }; null if nobody is signed in. */
export async function me()
{
	try {
		return (await call('GET', '/auth/me', { signing: true })).data;
	} catch (e) {
		if (e.status === 401)
			return null;
		throw e;
	}
}
