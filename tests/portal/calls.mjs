/*
 * The calls of the interface that the pages make, compared with the list in
 * tests/portal/calls, which tests/access/leak_portal.c makes as other people.
 *
 * A line is "GET /voters?campaign_id,q", "POST /voters {city,last_name}" for an
 * object, or "[...]" for a list of objects: the names that a call may have.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { check } from './browser.mjs';

const file = new URL('calls', import.meta.url);
const LINE = /^(\w+ [^?{[ ]+)(?:\?([\w,.]+))?(?: ([{[])([\w,.]*)[}\]])?$/;
const names = (text) => text ? text.split(',') : [];

/* { "GET /voters": { query: Set, body: { "{": Set } } } */
function read()
{
	const all = new Map();

	for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
		const [, call, query, kind, body] = LINE.exec(line) || [];

		if (!call)
			throw new Error(`tests/portal/calls: ${line}`);
		add(all, { call, query: names(query), kind,
		    body: names(body) });
	}
	return all;
}

function add(all, { call, query, kind, body })
{
	const row = all.get(call) || { query: new Set(), body: {} };

	all.set(call, row);
	query.forEach((name) => row.query.add(name));
	if (kind)
		row.body[kind] = new Set([...row.body[kind] || [], ...body]);
}

const list = (set) => [...set].sort().join();

function lines(all)
{
	return [...all].flatMap(([call, { query, body }]) => {
		const line = query.size ? `${call}?${list(query)}` : call;
		const kinds = Object.entries(body);

		return kinds.length ? kinds.map(([kind, set]) => `${line} ` +
		    `${kind}${list(set)}${kind === '{' ? '}' : ']'}`) : line;
	}).sort();
}

/* The names in a body, of whatever type it is. */
function bodyOf(request)
{
	const type = request.headers()['content-type'] || '';
	const text = request.postData() || '';

	if (type.startsWith('multipart/'))
		return { kind: '{', body: [...text.matchAll(
		    /form-data; name="([^"]*)"/g)].map((m) => m[1]) };
	if (type.startsWith('application/x-www-form-urlencoded'))
		return { kind: '{', body: [...new URLSearchParams(text).keys()]
		    .map((name) => name.replace(/\[.*/, '')) };
	if (!/json/.test(type) || text === '')
		return { body: [] };
	const data = JSON.parse(text);

	return Array.isArray(data) ?
	    { kind: '[', body: data.flatMap((row) => Object.keys(row)) } :
	    { kind: '{', body: Object.keys(data) };
}

/* A request as a line has it; null if it is not one of the interface. */
export function callOf(request)
{
	const url = new URL(request.url());
	const path = /\/api\/v1(\/.*)$/.exec(url.pathname)?.[1];

	if (!path || request.method() === 'OPTIONS')
		return null;
	return { call: `${request.method()} ${path.replace(/\/$/, '')
	    .replace(/\/\d+(?=\/|$)/g, '/:id')}`,
	    query: [...url.searchParams.keys()], ...bodyOf(request) };
}

const known = read();
const made = new Map();		/* what the list lacks */

/* Note what a browser sends from now on. */
export function watch(context)
{
	context.on('request', (request) => {
		const one = callOf(request);
		const row = one && known.get(one.call);

		if (one && !(row && one.query.every((q) => row.query.has(q)) &&
		    (!one.kind || one.body.every((b) =>
		    row.body[one.kind]?.has(b)))))
			add(made, one);
	});
}

/* Every call is in the list; with LEARN, add those that are not. */
export function compare()
{
	if (process.env.LEARN) {
		for (const line of lines(made)) {
			const [, call, query, kind, body] = LINE.exec(line);

			add(known, { call, query: names(query), kind,
			    body: names(body) });
		}
		writeFileSync(file, `${lines(known).join('\n')}\n`);
	} else {
		check(made.size === 0, 'tests/portal/calls lacks these calls; ' +
		    'add them with "LEARN=1 tests/portal/run BUILD", and ids ' +
		    'for new names to tests/access/leak_portal.c:\n' +
		    lines(made).join('\n'));
	}
}
