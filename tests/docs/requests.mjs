// Generates requests from the document: valid ones, and ones with a mistake or two.
import { encode, header } from './client.mjs';
import { Written, json } from './generate.mjs';

const badIds = ['0', '-1', '9223372036854775807', '9223372036854775808', '18446744073709551617',
  '1e3', '1.0', '%D9%A3', '+1', '01', '0x10', 'abc', 'null', '1,2', '*', '~', '%20', '1%20', '%00',
  '1%00', '..%2F1', '%F0%9F%98%80', '%FF', '1;x=1', '999999999'];
const badEnds = ['//', '/.', '/..', '%2F', '/%2e%2e/', '/x', '.json', '%00', '/1/2/3/4/5/6/7/8/9',
  '\\', ';', '%'];
const badQueries = ['&', '&&=', '%', '%zz', '&a', '&=1', '%00=1', '?', '&%FF=%FE', '#x'];
const accepts = ['*/*', 'application/json', 'text/html', 'text/csv', 'image/png',
  'application/json;q=0', 'application/*', 'text/html, application/json;q=0.9', ';;;', ',',
  'application/problem+json', 'a/b;q=x', '*/*;q=0.000', 'application/json;q=1.5',
  `${'text/x, '.repeat(100)}*/*`];
const types = ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON',
  'application/json; charset=utf-16', 'text/plain', '', 'application/x-www-form-urlencoded',
  'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary="x',
  'application/merge-patch+json', 'text/csv', 'image/png', '/', 'application/json,application/json'];
const badJson = ['', ' ', '{', '[', '{"a":1,}', "{'a':1}", '{"a":NaN}', '{"a":1}{"b":2}', '\ufeff{}',
  'null', 'true', '1', '"x"', '[]', '{}', '{"a":"\\ud800"}', '{"a":"\\u0000"}', '{"\\u0000":1}',
  '{"a":1,"a":2}', '{"a":01}', '{"a":"\t"}', '// x\n{}', '{"a":tru', '{"a":1} x', '['.repeat(2000),
  `{"a":${'9'.repeat(5000)}}`, Buffer.from('{"a":1}', 'utf16le'), Buffer.alloc(10),
  Buffer.from('{"\xff\xfe":1}', 'latin1'), Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1')];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'LOCK',
  'TRACE'];
const otherHeaders = ['X-HTTP-Method-Override', 'Range', 'X-Forwarded-For', 'Content-Encoding',
  'Cookie', 'Referer', 'User-Agent'];
const events = ['payment_intent.succeeded', 'payment_intent.payment_failed',
  'payment_intent.processing', 'payment_intent.canceled', 'payment_intent.requires_action',
  'payment_intent.created', 'charge.refunded', 'refund.created', 'refund.updated', 'refund.failed',
  'charge.dispute.created', 'charge.dispute.closed', 'charge.dispute.updated',
  'charge.dispute.funds_withdrawn', 'customer.created', 'ping'];
const columns = ['First Name', 'LNAME', 'email', 'phone', 'dob', 'zip', 'city', 'State', 'party',
  'status', 'voter_id', 'statevoterid', 'tags', 'Unknown', ''];

// r: Random; g: Generator; c: client(); ops, resolve: the document; pool(name): a
// known id; roles: tokens by name; owned: ids that must not be changed; aKey(): a
// new Idempotency-Key.  Returns { make, learn }.
export function requests({ r, g, c, ops, resolve, pool, roles, owned, aKey }) {
  const intents = [];		// of Stripe
  const etags = new Map();	// of paths
  const write = (o) => o.method !== 'GET';

  // A Stripe event, with some wrong parts.
  function event() {
    const maybe = (v) => r.chance(12) ? g.wrong({}) : v;
    const amount = 50 + r.below(100000);
    const intent = intents.length > 0 ? r.of(intents) : 'pi_none';
    const time = 1700000000 + r.below(1e8);
    const object = {
      id: maybe(r.chance(60) ? intent : `${r.of(['pi', 'ch', 're', 'dp'])}_${r.below(50)}`),
      object: maybe(r.of(['payment_intent', 'charge', 'refund', 'dispute'])),
      amount: maybe(amount), amount_received: maybe(amount), amount_captured: maybe(amount),
      amount_refunded: maybe(r.below(amount)), currency: maybe('usd'), created: maybe(time),
      status: maybe(r.of(['succeeded', 'pending', 'failed', 'canceled', 'processing',
        'needs_response', 'won', 'lost'])),
      payment_intent: maybe(intent), charge: maybe('ch_1'), latest_charge: maybe('ch_1'),
      reason: maybe('fraudulent'),
      last_payment_error: maybe({ code: maybe('card_declined'), message: maybe('No.') }),
      metadata: maybe({ donation_id: maybe(String(pool('donation_id') ?? 1)),
        campaign_id: maybe('1'), refund_id: maybe('1') }),
      refunds: maybe({ data: maybe([{ id: maybe('re_1'), amount: maybe(1),
        status: maybe('succeeded') }]) }),
    };
    for (const key of Object.keys(object))
      if (r.chance(15))
        delete object[key];
    return { id: maybe(`evt_${r.below(100000)}`), type: maybe(r.of(events)), created: maybe(time),
      data: maybe({ object: maybe(object) }), ...r.chance(5) ? { [g.text(10)]: 1 } : {} };
  }

  // A voter file.
  function file() {
    const own = columns.filter(() => r.chance(50));
    const cell = () => {
      const v = r.chance(30) ? String(g.odd()) : r.chance(20) ? g.number() : g.text(30);
      return r.chance(60) ? `"${v.replaceAll('"', '""')}"` : v;
    };
    const end = r.of(['\n', '\r\n', '\r']);
    const by = r.of([',', '\t', ';', '|']);
    const head = r.chance(80) ? ['First Name', 'Last Name', ...own] : own;
    const lines = [head.join(by), ...Array.from({ length: r.below(8) }, () =>
      [...own, '', ''].slice(0, r.chance(85) ? undefined : 2).map(cell).join(by))];
    const text = lines.join(end) + (r.chance(80) ? end : '');
    return r.chance(8) ? Buffer.from(`\ufeff${text}`, 'utf16le') :
      Buffer.from((r.chance(10) ? '\ufeff' : '') + text);
  }

  // Breaks one or two members of a JSON body.
  function breakMembers(target, s, about) {
    const names = Object.keys(s.properties ?? {});
    for (let n = 1 + r.below(2); n > 0; n--)
      switch (r.below(5)) {
        case 0:
          delete target[r.of(names.length > 0 ? names : ['x'])];
          break;
        case 1:
          target[r.chance(50) ? 'no_such_field' : g.odd() || 'x'] = g.wrong({});
          about.unknown ||= s.unevaluatedProperties === false || s.additionalProperties === false;
          break;
        default:
          if (names.length > 0) {
            const name = r.of(names);
            target[name] = g.wrong(s.properties[name]);
          }
      }
  }

  function bodyOf(o, about) {
    const { content } = resolve(o.op.requestBody);
    const type = r.of(Object.keys(content));
    const s = g.whole(content[type].schema);
    if (/^stripe/.test(o.op.operationId))
      return { type, value: r.chance(90) ? json(event()) : r.of(badJson) };
    if (type === 'text/csv')
      return { type, value: file() };
    const examples = c.bodiesOf(o).filter((b) => b.type === type);
    const value = r.chance(25) && examples.length > 0 ? structuredClone(r.of(examples).value) :
      g.value(content[type].schema);
    if (type !== 'application/json') {
      if (value.file !== undefined)
        value.file = file().toString();
      if (r.chance(40))
        value[r.chance(30) ? 'extra' : r.of(Object.keys(s.properties))] =
          r.chance(50) ? g.odd() : g.number();
      return { type, value };
    }
    if (r.chance(6)) {
      const bad = r.of(badJson);
      try {
        JSON.parse(bad);
      } catch {
        about.noJson = true;
      }
      return { type, value: bad };
    }
    if (value !== null && typeof value === 'object' && r.chance(55))
      breakMembers(Array.isArray(value) ? value[0] ?? {} : value, s, about);
    about.sent = value;
    // The honeypot accepts any text.
    about.long = value?.constructor === Object && !value.website &&
      Object.entries(value).some(([name, v]) => {
        const of = typeof v === 'string' && s.properties?.[name] && g.whole(s.properties[name]);
        return of && !of.readOnly && [...v.trim()].length > (of.maxLength ?? Infinity);
      });
    return { type, value: json(value) };
  }

  function queryOf(o, about) {
    const out = new URLSearchParams();
    const known = c.parametersOf(o, 'query');
    for (const p of known) {
      if (!r.chance(known.length > 5 ? 12 : 35))
        continue;
      let v = g.value(p.schema, p.name);
      if (p.example !== undefined && r.chance(30))
        v = p.example;
      else if (r.chance(40))
        v = r.chance(50) ? g.odd() : g.number();
      out.append(p.name, v instanceof Written ? v.text : typeof v === 'object' ? json(v) : String(v));
      if (r.chance(3))
        out.append(p.name, 'again');
    }
    if (r.chance(6)) {
      out.append(r.of(['nonsense', 'Page', 'page[]', 'campaign-id', '$where', 'q ']),
        r.of(['1', '', g.odd()]));
      about.nonsense = true;
    }
    if (!r.chance(3))
      return out.toString();
    about.odd = true;
    return out.toString() + r.of(badQueries);
  }

  function authorization(about) {
    about.role = r.weighed([[40, 'admin'], [18, 'manager'], [15, 'editor'], [10, 'viewer'],
      [6, 'nobody'], [4, null], [7, 'bad']]);
    if (about.role === null)
      return undefined;
    if (about.role !== 'bad')
      return `${r.chance(95) ? 'Bearer' : r.of(['bearer', 'BEARER', 'Bearer '])} ${roles[about.role]}`;
    return r.of(['Bearer', 'Bearer ', 'Bearer x', `Bearer ${roles.admin}x`, `Basic ${roles.admin}`,
      'Basic !!!', 'Basic Og==', 'Basic AAAA', 'Basic /////w==', 'Basic YToAYg==', 'Digest a=b',
      `Token ${roles.admin}`, roles.admin, `Bearer ${roles.admin} ${roles.viewer}`,
      `Bearer ${'x'.repeat(1000)}`, 'Bearer \u00ff\u00fe']);
  }

  // An id for the path; the callers must not be changed or deleted.
  function idOf(o, name, about) {
    if (name === 'tag') {
      const tag = encodeURIComponent(r.chance(80) ? pool('tag') : g.text(20)) || 'x';
      // Web servers refuse encoded slashes, and remove dots.
      if (/%2F|^\.+$/.test(tag))
        about.odd = about.loose = true;
      return tag;
    }
    const stays = write(o) && /^\/users\/|\/members\/|api-keys\//.test(o.path) ? owned[name] ?? [] : [];
    if (r.chance(7)) {
      const id = r.of(badIds.filter((bad) => !stays.includes(Number(bad))));
      about.odd = true;
      about.loose ||= /[.%;]/.test(id);
      return id;
    }
    for (let i = 0; i < 20; i++) {
      const id = pool(name) ?? 1;
      if (!stays.includes(id))
        return String(id);
    }
    return '999999999';
  }

  function pathOf(o, about) {
    const path = o.path.replace(/\{(\w+)\}/g, (_, name) => idOf(o, name, about));
    if (r.chance(3))
      return `${path}/`;
    if (!r.chance(2))
      return path;
    about.odd = about.loose = true;
    return path + r.of(badEnds);
  }

  // Headers that every request may have.
  function extras(o, path, headers) {
    const etag = etags.get(path) ?? '"y"';

    if (r.chance(10))
      headers.Accept = r.of(accepts);
    if (r.chance(write(o) ? 12 : 2))
      headers['If-Match'] = r.of(['*', '"x"', 'W/"x"', '""', '', 'x', '"2000-01-01T00:00:00Z"', etag,
        `"a", ${etag}`, '"unfinished', ', ,']);
    if (r.chance(write(o) ? 2 : 12))
      headers['If-None-Match'] = r.of(['*', '"x"', '', etag, `W/${etag}`, `"a", ${etag}`, ',,,']);
    if (r.chance(10))
      headers['Idempotency-Key'] = r.of([aKey(), aKey(), aKey(), `again ${r.below(20)}`, '',
        'x'.repeat(255), 'x'.repeat(256), '\u00e9\u00ff', '"quoted"']);
    if (r.chance(3))
      headers.Origin = r.of(['https://example.org', 'null', 'x', '']);
    if (r.chance(3))
      headers[r.of(otherHeaders)] = r.of(['DELETE', 'bytes=0-1', '1.2.3.4', 'gzip', 'a=b', '',
        '\u00ff', 'x'.repeat(500)]);
  }

  // { o, of, request, about }: of is the operation that the request was made from,
  // o the one that it is for, undefined if the method was changed.  about:
  //	odd	the web server may refuse it
  //	loose	it may reach another path
  //	allow	the value of Allow in a 405
  //	role	the role of the caller
  //	sent	the value of the body
  //	nonsense, unknown, long, noJson: it must not succeed
  function make() {
    const about = {};
    // Passwords and files take their time.
    const o = r.weighed(ops.map((x) => [/login|\/(password|session|totp|invitation|upload)$/.test(x.path) ||
      (/^\/users/.test(x.path) && write(x)) ? 1 : 12, x]));
    const path = pathOf(o, about);
    const query = queryOf(o, about);
    const headers = {};
    const auth = authorization(about);
    let body;
    if (auth !== undefined && (o.op.security === undefined || r.chance(15)))
      headers.Authorization = auth;
    if (o.op.requestBody && !r.chance(1)) {
      const made = bodyOf(o, about);
      body = encode(made.type, made.value ?? {});
      headers['Content-Type'] = r.chance(94) ? header(made.type) : r.of(types);
      about.retyped = headers['Content-Type'] !== header(made.type);
      if (/^stripe/.test(o.op.operationId))
        headers['Stripe-Signature'] = r.chance(93) ? c.sign(body.toString()) :
          r.of(['', 't=1,v1=x', 't=,v1=', 'v1', 't=99999999999999999999,v1=00', g.number()]);
    } else if (write(o) && r.chance(5)) {
      body = Buffer.from(r.of(['{}', 'x']));
    }
    extras(o, path, headers);
    let of = o;
    let { method } = o;
    if (r.chance(3)) {
      const there = ops.filter((x) => x.path === o.path).map((x) => x.method);
      method = r.of(methods.filter((m) => !there.includes(m)));
      about.allow = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((m) => there.includes(m))
        .map((m) => m === 'GET' ? 'GET, HEAD' : m).concat('OPTIONS').join(', ');
      about.odd = true;
      of = body = undefined;
    }
    const request = { method, path: query === '' ? path : `${path}?${query}`, headers, body };
    if (/[^\x21-\x7e]/.test(request.path))
      request.path = encodeURI(request.path);
    // Control characters never pass the web server.
    about.odd ||= /%(0|1|7f)/i.test(request.path) || body?.includes(0);
    return { o, of, request, about };
  }

  // Remember ids for later requests.
  function learn(request, got) {
    if (got.headers.etag)
      etags.set(request.path.split('?')[0], got.headers.etag);
    if (got.json?.paymentIntentId && intents.length < 100)
      intents.push(got.json.paymentIntentId);
  }

  return { make, learn };
}
