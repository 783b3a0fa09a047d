// Tests properties of all requests, valid or not: first provokes each refusal that
// the document lists, operation by operation, then sends requests that are
// generated from the document and a seed.  Usage: see properties.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { client, curl, encode, inOrder, operations, perform, resolver } from './client.mjs';
import { Generator, Random, Written, json } from './generate.mjs';
import { requests } from './requests.mjs';

const require = createRequire(join(process.cwd(), 'node_modules', 'x'));
const core = require('@redocly/openapi-core');
const { SRCDIR, PROGRAMS, STRIPE_URL, ADMIN_URL, AWAY_CONF, LIMITED_CONF,
  SLOW_CONF } = process.env;
const seconds = Number(process.env.SECONDS_TO_RUN);
const seed = Number(process.env.SEED);
const roles = {};	// name: token
process.env.ROLES.split(' ').forEach((word, i, all) => i % 2 && (roles[all[i - 1]] = word));
const NOBODY_HAS = '999999999';

const doc = join(SRCDIR, 'docs/openapi.yaml');
const config = await core.createConfig({});
const api = (await core.bundle({ ref: doc, config })).bundle.parsed;
const resolve = resolver(api);
const ops = operations(api);

let passed = 0;
let failed = 0;
let asked = 0;	// requests
const kinds = new Map();	// of failures: how often
const seen = Object.fromEntries(ops.map((o) => [o.key, {}]));

function check(ok, what, request, kind = what) {
  if (ok) {
    passed++;
    return ok;
  }
  failed++;
  const n = (kinds.get(kind) ?? 0) + 1;
  kinds.set(kind, n);
  if (n <= 3)
    console.log(`FAILED: ${what}${request ? `\n\trequest ${asked}: ${curl(request)}` : ''}`);
  return ok;
}

const c = client(ops, api, resolve, check);
const r = new Random(seed);

// --- Ids from answers.
const pools = { tag: ['yard sign', 'volunteer'] };
const alias = { keep: 'voter_id', merge: 'voter_id', kept_id: 'voter_id', merged_id: 'voter_id',
  source_campaign_id: 'campaign_id' };
function remember(name, id) {
  const list = pools[alias[name] ?? name] ??= [];
  if (list.includes(id))
    return;
  if (list.length >= 150)
    list.splice(r.below(list.length), 1);
  list.push(id);
}
function harvest(value) {
  if (Array.isArray(value))
    value.forEach(harvest);
  else if (value !== null && typeof value === 'object')
    for (const [key, v] of Object.entries(value)) {
      if (Number.isSafeInteger(v) && v > 0 && /_id$/.test(key))
        remember(key, v);
      else if (/_ids$|^merges$/.test(key) && Array.isArray(v))
        v.forEach((id) => Number.isSafeInteger(id) && remember(key.replace(/s$/, key === 'merges' ?
          '_id' : ''), id));
      else
        harvest(v);
    }
}
const pool = (name) => {
  const list = pools[alias[name] ?? name];
  return list?.length > 0 ? r.of(list) : undefined;
};
const g = new Generator(r, resolve, pool);

// --- Properties.

// The keys of an answer that its schema does not name.
function unknownKeys(schema, value, path = '') {
  if (Array.isArray(value))
    return value.flatMap((v, i) => i > 2 ? [] :
      unknownKeys(g.whole(schema).items ?? {}, v, `${path}[]`));
  const s = g.whole(schema);
  if (value === null || typeof value !== 'object' || s.properties === undefined ||
    s.additionalProperties || s.oneOf || s.anyOf)
    return [];
  return Object.entries(value).flatMap(([key, v]) => s.properties[key] === undefined ?
    [`${path}.${key}`] : unknownKeys(s.properties[key], v, `${path}.${key}`));
}

// Requests that violate HTTP itself may be answered by the web server, and so may
// those whose address is too long for it.
const ofServer = [400, 404, 405, 411, 413, 414, 417, 431, 501];
const short = (got) => `${got.status} ${got.body.slice(0, 300).replace(/\s+/g, ' ')}`;

// Failures that differ only in numbers are of one kind.
const kindOf = (key, what) => `${key}: ${what.replace(/\d+/g, '#').slice(0, 90)}`;

function problem(got) {
  if (got.json.status !== got.status)
    return `the status in the body is ${got.json.status}`;
  if (got.json.request_id !== got.headers['x-request-id'] && !got.headers['idempotent-replayed'])
    return 'request_id is not X-Request-Id';
  if (got.json.error !== got.json.detail)
    return 'error is not detail';
  return undefined;
}

// o: the operation; undefined if the path does not have the method.
function judge(o, request, got, { odd = false, loose = false, allow } = {}) {
  const key = o?.key ?? `${request.method} ${request.path.split('?')[0].replace(/\d+/g, ':')}`;
  const say = (ok, what = '') => check(ok, `${key}: ${what}`, request, kindOf(key, what));

  if (got.headers['x-request-id'] === undefined) {
    const long = got.status === 431 && request.path.length > 7000;
    say(long || (odd && ofServer.includes(got.status)), `no X-Request-Id in ${short(got)}`);
    return;
  }
  if (got.status >= 500 && !(got.status === 502 && /create-payment|refund|checkout/.test(request.path)) &&
    got.json?.code !== 'stripe_not_configured')
    return void say(false, short(got));
  say(got.headers['x-evil'] === undefined, 'a header was injected');
  if (request.method === 'HEAD')
    return;
  if (/problem/.test(got.type) && got.json !== undefined) {
    const wrong = problem(got);
    if (wrong !== undefined)
      return void say(false, `${wrong}: ${short(got)}`);
  }
  if (loose)
    return;
  if (o === undefined) {
    say((got.status === 405 && got.headers.allow === allow) || got.status === 404 ||
      (request.method === 'OPTIONS' && got.status === 204), `not 405: ${short(got)}, Allow: ${
      got.headers.allow}, not ${allow}`);
    return;
  }
  seen[o.key][got.status] = (seen[o.key][got.status] ?? 0) + 1;
  const wrong = c.fault(o, got);
  if (!say(wrong === undefined, wrong))
    return;
  const { content } = resolve(o.op.responses[got.status]);
  if (got.json !== undefined) {
    const more = unknownKeys(content[got.type].schema, got.json);
    say(more.length === 0, `${got.status} has ${[...new Set(more)]}, which its schema does not name`);
    // A list with more rows has a Link to the next page.
    if (got.json.next_cursor)
      say(/rel="next"/.test(got.headers.link ?? ''), 'next_cursor without Link');
  }
  if (o.method === 'GET' && got.status === 200 && o.op.responses['304'])
    say(got.headers.etag !== undefined, '200 has no ETag');
}

const trace = [];
async function ask(o, request, about) {
  // lighttpd answers a HEAD that is too long for it with a body.
  if (request.method === 'HEAD' && request.path.length > 7000)
    return { status: 0, headers: {}, body: '' };
  asked++;
  let got;
  try {
    got = await perform(request);
  } catch (e) {
    check(false, `${request.method} ${request.path}: ${e.message}`, request, `${o?.key} ${e.message}`);
    return { status: 0, headers: {}, body: '' };
  }
  judge(o, request, got, about);
  if (process.env.TRACE)
    trace.push(`${request.method} ${request.path} ${short(got)}`);
  // With the honeypot filled in, the ids are invented.
  if (got.status < 300 && got.json !== undefined && !/signups/.test(request.path))
    harvest(got.json);
  return got;
}

const collapse = (s) => s.toWellFormed().replace(/[\s\u200b\u0085]+/g, ' ').trim();

// Was the value that was sent stored?  Kinds of fields that are normalised are not
// compared.
function kept(schema, sent, got) {
  const s = g.whole(schema);
  if (sent instanceof Written || s.readOnly || s.format === 'email' ||
    (sent !== null && typeof sent === 'object'))
    return true;
  if (sent === null || sent === '')
    return got === null || got === '' || typeof got === 'object';
  if (typeof sent === 'string' && typeof got === 'string')
    return s.format === 'date-time' ? Date.parse(sent) === Date.parse(got) || /:60/.test(sent) :
      collapse(sent) === collapse(got) || collapse(sent) === '' ||
      (s.enum !== undefined && collapse(sent).toLowerCase() === got.toLowerCase());
  if (typeof sent === 'string')
    return collapse(sent) === '' ? got === null : typeof got === 'boolean' || Number(sent) === got;
  // Answers to surveys.
  if (typeof sent === 'boolean' && ['yes', 'no'].includes(got))
    return sent === (got === 'yes');
  return got === sent || String(got) === String(sent) || Number(got) === sent;
}

// Reading after a write returns what was written.
async function readAfter(o, request, got, sent) {
  const path = request.path.split('?')[0];
  const self = ops.find((x) => x.method === 'GET' && x.path === o.path);
  const said = (ok, what) => check(ok, `${o.key}: ${what}`, request, kindOf(o.key, what));
  const read = async (at, of) => ask(of, { method: 'GET', path: at,
    headers: request.headers.Authorization ? { Authorization: request.headers.Authorization } : {} });

  if (got.status >= 300 || (o.method === 'DELETE' && (self === undefined || request.body?.length > 0)))
    return;
  // An opt-out that was lifted can still be read.
  if (o.op.operationId === 'liftOptOut')
    return;
  if (o.method === 'DELETE') {
    const after = await read(path, self);
    said(after.status === 404, `it was deleted, and then GET answers ${after.status}`);
    return;
  }
  let at = path;
  let of = self;
  if (got.status === 201 && got.headers.location !== undefined) {
    at = got.headers.location.replace(/^.*\/api\/v1/, '');
    of = ops.find((x) => x.method === 'GET' && new RegExp(`^${x.path
      .replace(/\{\w+\}/g, '[^/]+')}$`).test(at) && x.path.endsWith('}'));
  } else if (!['PUT', 'PATCH'].includes(o.method)) {
    return;
  }
  if (of === undefined)
    return;
  const after = await read(at, of);
  if (!said(after.status === 200, `written, and then GET ${at} answers ${short(after)}`) ||
    got.json === undefined)
    return;
  const { properties } = g.whole(of.op.responses['200'].content['application/json'].schema);
  for (const [key, v] of Object.entries(got.json).filter(([name]) => properties[name]))
    said(after.json[key] === undefined ? false : isDeepStrictEqual(after.json[key], v),
      `GET shows ${key} as ${JSON.stringify(after.json[key])}, the write said ${JSON.stringify(v)}`);
  said(got.headers.etag === after.headers.etag || got.headers.etag === undefined,
    `the ETag of the write, ${got.headers.etag}, is not that of GET, ${after.headers.etag}`);
  if (sent !== null && typeof sent === 'object' && !Array.isArray(sent))
    for (const [key, v] of Object.entries(sent))
      if (properties[key] !== undefined && !/phone|zip/.test(key))
        // For somebody who opted out it is false, whatever is stored.
        said(kept(properties[key], v, after.json[key]) ||
          (key.startsWith('contact_') && after.json[key] === false), `${key}: sent ${json(v).slice(0, 100)}, kept ${
          JSON.stringify(after.json[key])?.slice(0, 100)}`);
}

// --- Each refusal once.

const staff = (o) => o.op.security === undefined;
const write = (o) => o.method !== 'GET';
const nowhere = (o) => Object.fromEntries(c.parametersOf(o, 'path').map((p) =>
  [p.name, p.name === 'tag' ? 'nobody has this' : NOBODY_HAS]));

// The program of an operation and the rest of its path.
const table = [...readFileSync(join(SRCDIR, 'lighttpd/cerberus.conf'), 'utf8')
  .matchAll(/"\/api\/v1(\/[^"]+)" => var\.programs \+ "\/([\w-]+)\.cgi"/g)]
  .map(([, prefix, program]) => ({ prefix, program }))
  .sort((a, b) => b.prefix.length - a.prefix.length);

// The program and its CGI environment for a request, with another configuration.
function cgi(request, conf) {
  const [path, query = ''] = request.path.split('?');
  const { prefix, program } = table.find((t) => path === t.prefix || path.startsWith(`${t.prefix}/`));
  const env = { PATH: process.env.PATH, CERBERUS_CONF: conf, REQUEST_METHOD: request.method,
    SCRIPT_NAME: `/api/v1${prefix}`, PATH_INFO: decodeURIComponent(path.slice(prefix.length)),
    QUERY_STRING: query, REMOTE_ADDR: '127.0.0.1', CONTENT_LENGTH: String(request.body?.length ?? '') };
  for (const [name, v] of Object.entries(request.headers))
    env[/^content-type$/i.test(name) ? 'CONTENT_TYPE' :
      `HTTP_${name.toUpperCase().replaceAll('-', '_')}`] = v;
  return { file: join(PROGRAMS, `${program}.cgi`), env };
}

// The answer in a program's output; checks it against the document.
function printed(o, request, text) {
  const end = text.indexOf('\r\n\r\n');
  const headers = Object.fromEntries(text.slice(0, end).split('\r\n').map((line) =>
    [line.split(':')[0].toLowerCase(), line.replace(/^[^:]*: */, '')]));
  const got = { status: parseInt(headers.status ?? '200', 10), headers, body: text.slice(end + 4),
    type: (headers['content-type'] ?? '').split(';')[0] };
  if (/json$/.test(got.type))
    got.json = JSON.parse(got.body);
  asked++;
  seen[o.key][got.status] = (seen[o.key][got.status] ?? 0) + 1;
  const wrong = c.fault(o, got);
  check(wrong === undefined, `${o.key}: ${wrong}`, request);
  return got;
}

function byHand(o, request, conf) {
  const { file, env } = cgi(request, conf);
  return printed(o, request, spawnSync(file, { env, input: request.body ?? '' }).stdout.toString());
}

// Send each operation with a body a Content-Length, but no body.
async function stall() {
  const left = ops.filter((o) => o.op.responses['408']);
  const next = async () => {
    for (let o = left.pop(); o !== undefined; o = left.pop()) {
      const request = c.compose(o, c.bodiesOf(o)[0], { path: nowhere(o) });
      const { file, env } = cgi(request, SLOW_CONF);
      const child = spawn(file, { env, stdio: ['pipe', 'pipe', 'ignore'] });
      const parts = [];
      child.stdout.on('data', (part) => parts.push(part));
      await new Promise((done) => child.on('close', done));
      printed(o, request, Buffer.concat(parts).toString());
    }
  };
  await Promise.all(Array.from({ length: 8 }, next));
}

function psql(text) {
  const child = spawnSync('psql', ['-XAtqv', 'ON_ERROR_STOP=1', ADMIN_URL], { input: text });
  if (child.status !== 0)
    throw new Error(`psql: ${child.stderr}`);
  return child.stdout.toString().trim();
}

// The ids of the callers, who must not be changed.
const ids = (text) => psql(text).split('\n').map(Number);
const owned = { user_id: ids('SELECT user_id FROM cerberus.users'),
  api_key_id: ids('SELECT token_id FROM cerberus.api_tokens') };

const faults = (list) => fetch(`${STRIPE_URL}/_control/faults`, { method: 'POST',
  body: JSON.stringify(list) });

let keys = 0;
const aKey = () => `properties-${seed}-${++keys}`;

// Bodies with unknown ids, by operation, and other cases that the rule below does
// not cover.
const missing = {
  signUp: { campaign_id: 99999 }, signUpPublic: { campaign_id: 99999 },
  createPaymentIntent: { campaign_id: 99999 }, checkoutDonation: { campaign_id: 99999 },
  updateDonationDetails: { payment_intent_id: 'pi_none' },
  addInteraction: { voter_id: 999999999 }, addResponse: { voter_id: 999999999 },
  addQuestion: { campaign_id: 99999 }, addOptOuts: { campaign_id: 99999 },
  addSegment: { segment_name: 'None', filter: { segment_id: 99999 } }, mergeVoters: { keep: 999999999 },
};
const special = {
  'signUp 303': (o) => form(o), 'signUpPublic 303': (o) => form(o),
  'createPaymentIntent 402': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { body: { amount: 66600 } })),
  'checkoutDonation 303': (o) => ask(o, c.compose(o,
    c.bodiesOf(o).find((b) => b.type === 'application/x-www-form-urlencoded'),
    { headers: { Accept: 'text/html' } })),
  'checkoutDonation 402': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { body: { amount: 66600 } })),
  'checkoutDonation 502': upstream,
  'createPaymentIntent 502': upstream, 'refundDonation 502': upstream,
  'refundDonation 402': async (o) => {
    const changes = await c.paid();
    await faults([{ kind: 'status', status: 402, type: 'card_error' }]);
    await ask(o, c.compose(o, c.bodiesOf(o)[0], changes));
    await faults([]);
  },
  'updateDonationDetails 401': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { token: 'bad' })),
  'updateDonationDetails 403': async (o) => {
    const { path: { donation_id } } = await c.paid();
    const intent = psql(`UPDATE cerberus.donations SET created_at = now() - interval '2 days'
      WHERE donation_id = ${donation_id} RETURNING payment_intent_id`);
    await ask(o, c.compose(o, c.bodiesOf(o)[0], { body: { payment_intent_id: intent } }));
  },
  'stripeCampaignEvent 404': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { sign: c.sign, path: { campaign_id: 99999 } })),
  'signIn 429': attempts, 'signInBrowser 429': attempts,
  'signInBrowser 401': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { body: { username: 'not there' } })),
  'signInBrowser 403': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { headers: { Origin: 'https://elsewhere.example' } })),
  'beginTotp 409': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { token: (await c.secured()).token })),
  'confirmTotp 403': async (o) => {
    const { token } = await c.session();
    await c.make('beginTotp', { token });
    await ask(o, c.compose(o, c.bodiesOf(o)[0], { token, body: { code: '0' } }));
  },
  'confirmTotp 409': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], await c.session())),
  'removeTotp 403': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { ...await c.secured(), body: { password: 'not this one' } })),
  'removeTotp 404': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], await c.session())),
  'exportVoters 404': (o) => ask(o, c.compose(o, {}, { query: { campaign_id: 99999 } })),
  'exportDonations 404': (o) => ask(o, c.compose(o, {}, { query: { campaign_id: 99999 } })),
  'signIn 401': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { body: { username: 'not there' } })),
  // An API key is not a session, and its owner has no password.
  'signOut 409': (o) => ask(o, c.compose(o, {})),
  'changePassword 403': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { ...await c.session(), body: { current_password: 'not this one' } })),
  'putMember 201': async (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { path: { user_id: (await c.user()).user_id } })),
  'uploadVoters 413': (o) => ask(o, c.compose(o, { type: 'text/csv', value: 'a'.repeat(4000000) })),
  'uploadVoters 422': (o) => ask(o, c.compose(o, { type: 'text/csv', value: 'a,b\n1,2\n' })),
  'uploadVoters 404': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0], { query: { campaign_id: 99999 } })),
  'uploadVoters 403': (o) => ask(o, c.compose(o, c.bodiesOf(o)[0],
    { token: roles.viewer, query: { campaign_id: 1 } })),
  'addInteraction 200': (o) => ask(o, { ...c.compose(o, c.bodiesOf(o)[0]),
    body: encode('application/json', [c.bodiesOf(o)[0].value]) }),
};

async function form(o) {
  const { campaign_id } = await c.make('createCampaign', { body: {
    campaign_name: `Elsewhere ${++keys}`, signup_redirect_url: 'https://example.org/thanks' } });
  const body = c.bodiesOf(o).find((b) => b.type === 'application/x-www-form-urlencoded');
  await ask(o, c.compose(o, { ...body, value: { ...body.value, campaign_id } },
    { headers: { Accept: 'text/html' } }));
}

// Sign in with a wrong name until the limit of failed sign-ins is reached.
function attempts(o) {
  for (let i = 0; i < 15 && !seen[o.key][429]; i++)
    byHand(o, c.compose(o, c.bodiesOf(o)[0], { body: { username: 'not there' } }), LIMITED_CONF);
}

async function upstream(o) {
  const changes = o.op.operationId === 'refundDonation' ? await c.paid() : {};
  await faults(Array.from({ length: 20 }, () => ({ kind: 'status', status: 500 })));
  await ask(o, c.compose(o, c.bodiesOf(o)[0], changes));
  await faults([]);
}

// A row that a viewer sees and may not change: that of the example, or one of
// their list.
async function forbidden(o, changes) {
  const token = roles.viewer;
  const got = await ask(o, c.compose(o, c.bodiesOf(o)[0], { ...changes, token }));
  const whole = ops.find((x) => x.method === 'GET' && o.path.match(/^(.*)\/\{\w+\}$/)?.[1] === x.path);
  if (got.status !== 404 || whole === undefined)
    return;
  const list = await ask(whole, c.compose(whole, {}, { token, path: changes.path }));
  const row = Object.values(list.json ?? {}).find(Array.isArray)?.[0];
  const name = o.path.match(/\{(\w+)\}$/)[1];
  if (row !== undefined)
    await ask(o, c.compose(o, c.bodiesOf(o)[0], { ...changes, token,
      path: { ...changes.path, [name]: row[name] } }));
}

async function provoke(o, status) {
  const id = o.op.operationId;
  const body = c.bodiesOf(o)[0];
  const base = async () => await c.needs[id]?.() ?? {};
  const shown = (changes, b = body) => ask(o, c.compose(o, b, changes));

  if (special[`${id} ${status}`])
    return special[`${id} ${status}`](o);
  if (status < 300) {
    for (const b of c.bodiesOf(o)) {
      const request = c.compose(o, b, await base());
      const got = await ask(o, request);
      await readAfter(o, request, got,
        b.type === 'application/json' ? JSON.parse(request.body) : undefined);
      if (!write(o) && got.status === 200)
        await ask(o, { ...request, method: 'HEAD' });
    }
    return undefined;
  }
  switch (status) {
    case 304: {
      const changes = await base();
      const got = await shown(changes);
      return shown({ ...changes, headers: { 'If-None-Match': got.headers.etag ?? '*' } });
    }
    case 400:
      return staff(o) ? shown({ ...await base(), query: { nonsense: 1 } }) :
        shown(await base(), { type: 'application/json', value: '{' });
    case 401:
      await shown({ ...await base(), token: 'cb_not_a_token' });
      return shown({ ...await base(), token: null });
    case 403:
      return forbidden(o, await base());
    case 404:
      return shown({ ...await base(), path: nowhere(o), body: missing[id] });
    case 406:
      return shown({ ...await base(), headers: { Accept: 'image/png' } });
    case 409:
    case 422: {
      const changes = { ...await base(), headers: { 'Idempotency-Key': aKey() } };
      // The caller has sent the key with another request.
      const other = c.named(staff(o) ? 'createApiKey' : 'signUp');
      await ask(other, c.compose(other, { type: 'application/json', value: {} },
        staff(o) ? changes : { headers: changes.headers }));
      // As if the first request were still running.
      if (status === 409)
        psql(`UPDATE cerberus.idempotency SET answer = NULL, created_at = now() + interval '1 hour'
          WHERE created_at = (SELECT max(created_at) FROM cerberus.idempotency)`);
      const got = await shown(changes);
      check(got.status === status, `${o.key} with a known Idempotency-Key: ${short(got)}`);
      psql("DELETE FROM cerberus.idempotency WHERE created_at > now() + interval '1 minute'");
      return undefined;
    }
    case 411:
      return byHand(o, c.compose(o, body, { path: nowhere(o),
        headers: { 'Transfer-Encoding': 'chunked' } }), SLOW_CONF);
    case 412:
      return shown({ ...await base(), headers: { 'If-Match': '"2000-01-01T00:00:00Z"' } });
    case 413:
      return shown(await base(), { type: body.type, value: `{"x":"${'a'.repeat(1100000)}"}` });
    case 415:
      return shown({ ...await base(), headers: { 'Content-Type': 'image/png' } });
    case 429:
      for (let i = 0; i < 3 && !seen[o.key][429]; i++)
        byHand(o, c.compose(o, body, { path: nowhere(o) }), LIMITED_CONF);
      return undefined;
    case 503:
      return byHand(o, c.compose(o, body, await base()), AWAY_CONF);
    default:
      return undefined;
  }
}

// Operations for setting up a second factor take no Idempotency-Key: a stored
// answer belongs to its caller, who is not known before the handler runs.
const keyless = (o) => !write(o) || /^\/auth\/totp/.test(o.path);

// Statuses that take more than one request to provoke, and the test that does.
const elsewhere = {
  'POST /interactions/call-lists': { 200: 'tests/campaign/calls.py' },
  'POST /voters/opt-outs/upload': { 404: 'tests/api/opt_outs.c', 413: 'tests/import/check.py' },
  'GET /voters/opt-outs/export': { 404: 'tests/api/opt_outs.c' },
  'POST /voters/imports/:/undo': { 403: 'tests/access/matrix.c' },
  'GET /voters/imports/:/missing': { 409: 'tests/import/missing.c', 422: 'tests/import/missing.c' },
  'POST /donations/import': { 404: 'tests/donate/actblue.py', 409: 'tests/donate/actblue.py',
    422: 'tests/donate/actblue.py',
    413: 'tests/import/check.py' },
  'POST /donate/actblue/:': { 401: 'tests/donate/actblue.py', 404: 'tests/donate/actblue.py' },
  'POST /donate/checkout': { 502: 'tests/donate/cards.py' },
  'GET /donate/manage/:': { 303: 'tests/donate/recurring.py', 400: 'tests/donate/recurring.py',
    409: 'tests/donate/recurring.py', 502: 'tests/donate/recurring.py' },
  'GET /donate/thanks': { 400: 'tests/donate/cards.py', 503: 'tests/donate/cards.py' },
  'GET /donations/statements': { 404: 'tests/donate/offline.py', 429: 'tests/access/limits.c' },
  'GET /donations/export': { 409: 'tests/donate/reports.py' },
  'GET /donations/:/receipt': { 409: 'tests/donate/offline.py' },
};

async function sweep() {
  await stall();
  for (const o of inOrder(ops)) {
    // If success deletes what the others need, it comes last.
    const statuses = Object.keys(o.op.responses).map(Number);
    for (const status of o.method === 'DELETE' ? statuses.reverse() : statuses) {
      if (elsewhere[o.key]?.[status] !== undefined)
        continue;
      if (seen[o.key][status] === undefined)
        await provoke(o, status);
      check(seen[o.key][status] !== undefined, `${o.key} never answered ${status}`);
      if (process.env.TRACE && seen[o.key][status] === undefined)
        console.log(`  ${trace.slice(-3).join('\n  ')}`);
    }
    check(keyless(o) !== c.parametersOf(o, 'header').some((p) => p.name === 'Idempotency-Key'),
      `${o.key}: openapi.yaml disagrees on Idempotency-Key`);
  }
}

// --- Generated requests.

const made = requests({ r, g, c, ops, resolve, pool, roles, owned, aKey });

async function one() {
  const { o, of, request, about } = made.make();
  const { headers } = request;
  const got = await ask(of, request, about);
  if (about.loose || of === undefined)
    return;
  made.learn(request, got);
  const done = got.status >= 200 && got.status < 300;
  const never = (if_, what) => if_ && check(!done, `${o.key}: ${what}: ${short(got)}`, request,
    `${o.key}: ${what}`);
  if (staff(o)) {
    never(about.nonsense, 'an unknown parameter is passed over');
    never(about.role === null || about.role === 'bad', 'done for nobody');
    never(about.unknown && !about.retyped, 'an unknown field is passed over');
    never(headers.Accept === 'image/png', 'done although nothing is acceptable');
    never(/^"(x|2000.*)?"$/.test(headers['If-Match'] ?? '') && c.parametersOf(o, 'header')
      .some((p) => p.name === 'If-Match'), 'done although If-Match is of another version');
    never(about.noJson && !about.retyped && resolve(o.op.requestBody).required,
      'a body that is not JSON is taken');
  }
  never(about.long, 'a text that is too long is taken');
  check(!(staff(o) && got.status === 401 && roles[about.role] !== undefined), `${o.key}: the ${
    about.role} is not let in: ${short(got)}`, request, `the ${about.role} is not let in`);
  const replayed = got.headers['idempotent-replayed'] !== undefined;
  if (!done || about.odd || replayed)
    return;
  if (write(o) && !headers['If-Match'])
    await readAfter(o, request, got, about.sent);
  if (!write(o) && got.status === 200 && r.chance(15)) {
    // HEAD /voters only counts, and leaves out the link to the next page (RFC 9110,
    // section 9.3.2).
    const names = ['etag', 'content-type', ...(o.key === 'GET /voters' ? [] : ['link'])];
    const head = await ask(o, { ...request, method: 'HEAD' });
    const like = (other) => names.every((name) => head.headers[name] === other.headers[name]);
    // Another request may have changed something between the two.
    check(head.status === 200 && head.body === '' && (like(got) || like(await ask(o, request))),
      `${o.key}: HEAD differs from GET`, request);
  }
  if (write(o) && headers['Idempotency-Key']) {
    const again = await ask(o, request);
    // Do not repeat requests that sign out or reduce the caller's rights.
    check(again.status === 401 || (again.status === got.status && again.body === got.body &&
      again.headers['idempotent-replayed'] === 'true'), `${o.key}: the same key and body: ${
      short(again)}, first ${short(got)}`, request, `${o.key}: a replay differs`);
  }
}

process.on('unhandledRejection', (e) => { console.log(e); process.exit(1); });
console.log(`seed ${seed}, ${seconds} s`);
const start = Date.now();
// The ids of the sample data.
for (const o of ops.filter((x) => /^\/\w+$/.test(x.path) && x.method === 'GET' && staff(x)))
  await ask(o, c.compose(o, {}, { query: { per_page: 50 } }));
await sweep();
console.log(`each refusal once: ${asked} requests, ${failed} failures, ${
  Math.round((Date.now() - start) / 1000)} s`);
const swept = asked;
const begun = Date.now();
for (let told = begun; Date.now() - begun < seconds * 1000;) {
  await one();
  if (Date.now() - told > 60000) {
    told = Date.now();
    console.log(`${asked} requests, ${failed} failures`);
  }
}
if (kinds.size > 0)
  console.log([...kinds].sort((a, b) => b[1] - a[1]).map(([kind, n]) =>
    `${String(n).padStart(6)} ${kind}`).join('\n'));
check(asked > swept, 'requests were made up');
const statuses = {};
for (const of of Object.values(seen))
  for (const [status, n] of Object.entries(of))
    statuses[status] = (statuses[status] ?? 0) + n;
console.log(`${asked} requests, ${asked - swept} of them made up: ${Object.entries(statuses)
  .map(([status, n]) => `${n} of ${status}`).join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
