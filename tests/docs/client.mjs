// Sends requests for the document's operations to a running server, and compares
// the answers with the document.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'node_modules', 'x'));
const Ajv = require('@redocly/ajv/dist/2020').default;
const Stripe = require('stripe');
const { WEB_URL, STRIPE_URL, TOKEN } = process.env;
const WEBHOOK_SECRET = 'whsec_docs';	// as run writes it
const BOUNDARY = 'cerberus-docs-boundary';

export const resolver = (api) => (x) => x?.$ref === undefined ? x :
  x.$ref.slice(2).split('/').reduce((at, key) => at[key], api);

// Each operation with the parameters of its path.
export function operations(api) {
  const list = [];
  for (const [path, item] of Object.entries(api.paths))
    for (const method of ['get', 'head', 'options', 'post', 'put', 'patch', 'delete', 'trace'])
      if (item[method] !== undefined)
        list.push({ key: `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, ':')}`,
          method: method.toUpperCase(), path, op: item[method],
          parameters: [...item.parameters ?? [], ...item[method].parameters ?? []] });
  return list;
}

// The order of operations: reading, creating, changing, deleting.  Parts are
// deleted before what they belong to.
const order = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const depth = (o) => o.method === 'DELETE' ? -o.path.split('/').length : 0;
export const inOrder = (ops) => [...ops].sort((a, b) =>
  order.indexOf(a.method) - order.indexOf(b.method) || depth(a) - depth(b));

// The bytes of a body, by its media type.
export function encode(type, value) {
  if (typeof value === 'string' || Buffer.isBuffer(value))
    return Buffer.from(value);
  if (type === 'application/x-www-form-urlencoded')
    return Buffer.from(new URLSearchParams(value).toString());
  if (type === 'multipart/form-data')
    return Buffer.concat([...Object.entries(value).flatMap(([name, v]) => [
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"` +
        `${name === 'file' ? '; filename="file.csv"' : ''}\r\n\r\n`),
      Buffer.from(String(v)), Buffer.from('\r\n')]), Buffer.from(`--${BOUNDARY}--\r\n`)]);
  return Buffer.from(JSON.stringify(value));
}

export const header = (type) => type === 'multipart/form-data' ?
  `${type}; boundary=${BOUNDARY}` : type;

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const alone = new http.Agent();

// Sends one request { method, path, headers, body }; the path follows /api/v1 and
// includes the query.  The answer has the body as text and, if it is JSON, as json.
// If the server has closed a kept connection, the request is sent again.
export async function perform(request) {
  const { hostname, port } = new URL(WEB_URL);
  const once = () => new Promise((done, failed) => {
    const out = http.request({ hostname, port, method: request.method,
      path: `/api/v1${request.path}`, headers: { ...request.headers,
        ...request.body !== undefined ? { 'Content-Length': request.body.length } : {} },
      agent: request.body?.length > 60000 ? alone : agent,
    }, (got) => {
      const parts = [];
      got.on('data', (part) => parts.push(part));
      got.on('error', failed);
      got.on('end', () => {
        const answer = { status: got.statusCode, headers: got.headers,
          body: Buffer.concat(parts).toString(),
          type: (got.headers['content-type'] ?? '').split(';')[0] };
        if (/json$/.test(answer.type) && answer.body !== '')
          try {
            answer.json = JSON.parse(answer.body);
          } catch (e) {
            answer.broken = e.message;
          }
        done(answer);
      });
    });
    out.setTimeout(60000, () => out.destroy(new Error('no answer in 60 s')));
    out.on('error', (e) => {
      e.closed = (out.reusedSocket || request.body?.length > 60000) &&
        ['ECONNRESET', 'EPIPE'].includes(e.code);
      failed(e);
    });
    out.end(request.body);
  });
  // A server that refuses a large body closes the connection, by which its answer
  // can be lost.
  for (let tries = request.body?.length > 60000 ? 8 : 2; ; tries--)
    try {
      return await once();
    } catch (e) {
      if (!e.closed || tries === 1)
        throw e;
    }
}

const quoted = (bytes) => `$'${[...Buffer.from(bytes)].map((b) => b === 39 || b === 92 ?
  `\\${String.fromCharCode(b)}` : b >= 32 && b < 127 ? String.fromCharCode(b) :
    `\\x${b.toString(16).padStart(2, '0')}`).join('')}'`;

// The request as a command for bash.  A NUL cannot be in an argument.
export function curl(r) {
  const nul = r.body?.includes(0);
  const long = r.body?.length > 4000;
  return [nul ? `printf '%b' ${quoted([...r.body].map((b) => b === 0 ? '\\0' :
    String.fromCharCode(b)).join(''))} |` : '',
  'curl -i', r.method === 'HEAD' ? '-I' : `-X ${r.method}`,
  ...Object.entries(r.headers ?? {}).map(([k, v]) =>
    `-H ${quoted(Buffer.from(v === '' ? `${k};` : `${k}: ${v}`, 'latin1'))}`),
  ...r.body === undefined || r.body.length === 0 ? [] : nul ? ['--data-binary @-'] :
    [`--data-binary ${quoted(long ? r.body.subarray(0, 4000) : r.body)}`],
  `--path-as-is ${quoted(`${WEB_URL}/api/v1${r.path}`)}`,
  long ? `# ${r.body.length} bytes of body` : ''].filter((x) => x !== '').join(' ');
}

// The code of RFC 6238 for a secret in base32, a number of steps from now.
function totp(secret, steps) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c)
    .toString(2).padStart(5, '0')).join('');
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))))
    .update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// Calls check(ok, what) for everything that fails.
export function client(ops, api, resolve, check) {
  const first = {};	// what each operation answered first when it succeeded
  const ajv = new Ajv({ strict: false, allErrors: true, formats: {
    int64: true, binary: true, 'uri-reference': true, email: true,
    date: /^\d{4}-\d\d-\d\d$/, uri: /^[a-z][a-z0-9+.-]*:/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  } });
  ajv.addSchema({ $id: 'urn:api', components: api.components });
  const inApi = (schema) => JSON.parse(JSON.stringify(schema)
    .replaceAll('"#/components/', '"urn:api#/components/'));
  const compiled = new Map();
  const validator = (schema) => {
    if (!compiled.has(schema))
      compiled.set(schema, ajv.compile(inApi(schema)));
    return compiled.get(schema);
  };

  const parametersOf = (o, where) => o.parameters.map(resolve).filter((p) => p.in === where);
  const successOf = (o) => Number(o.op['x-success'] ?? Object.keys(o.op.responses)[0]);
  // The bodies: the examples of each media type, or one undefined body.
  const bodiesOf = (o) => o.op.requestBody === undefined ? [{}] :
    Object.entries(resolve(o.op.requestBody).content).flatMap(([type, media]) =>
      Object.values(media.examples ?? {}).map((e) => ({ type, value: e.value })));
  const named = (id) => ops.find((o) => o.op.operationId === id);

  // The request with the examples.  changes, all optional: path and body replace
  // values of the examples; query, headers and token are added.
  function compose(o, { type, value }, changes = {}) {
    const ids = Object.fromEntries(parametersOf(o, 'path').map((p) => [p.name, p.example]));
    Object.assign(ids, changes.path);
    const query = new URLSearchParams(changes.query).toString();
    const token = 'token' in changes ? changes.token : o.op.security ? null : TOKEN;
    const whole = type === 'application/json' && changes.body && value?.constructor === Object ?
      { ...value, ...changes.body } : value;
    const body = type === undefined ? undefined : encode(type, whole);
    return {
      method: o.method, body,
      path: o.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name])) +
        (query === '' ? '' : `?${query}`),
      headers: { ...type === undefined ? {} : { 'Content-Type': header(type) },
        ...changes.sign ? { 'Stripe-Signature': changes.sign(body.toString()) } : {},
        ...token ? { Authorization: `Bearer ${token}` } : {}, ...changes.headers },
    };
  }

  async function send(o, body, changes) {
    const answer = await perform(compose(o, body, changes));
    if (answer.status === successOf(o))
      first[o.op.operationId] ??= answer;
    return answer;
  }

  // The answer of another operation to its first example.
  async function make(id, changes) {
    const o = named(id);
    const got = await send(o, bodiesOf(o)[0], changes);
    if (!check(got.status < 300, `${o.key}, for another operation: ${got.status} ${got.body}`))
      throw new Error(`nothing to go on with: ${o.key}`);
    return got.json;
  }

  // --- The changes that operations need besides their examples.
  let people = 0;
  const PASSWORD = named('signIn') && bodiesOf(named('signIn'))[0].value.password;
  const user = async () => {
    const username = `user${++people}`;
    const { user_id } = await make('createUser', { body: { username, password: PASSWORD } });
    return { user_id, username };
  };
  const session = async () => {
    const { username } = await user();
    return { token: (await make('signIn', { body: { username } })).token };
  };
  // A session of a user with a second factor, and the next valid code.
  const secured = async () => {
    const { token } = await session();
    const { secret } = await make('beginTotp', { token });
    await make('confirmTotp', { token, body: { code: totp(secret, -1) } });
    return { token, body: { code: totp(secret, 0) } };
  };
  const member = async () => {
    const path = { user_id: (await user()).user_id };
    await send(named('putMember'), bodiesOf(named('putMember'))[0], { path });
    return { path };
  };
  // A pending request: if there is no such user, even an admin's is pending.
  const request = async () => {
    const user = `wanted${++people}@example.org`;
    await make('addMember', { body: { user } });
    return { path: { request_id: (await make('listMemberRequests', { query: { sort: '-request_id' } }))
      .member_requests[0].request_id } };
  };
  const imported = async () => ({ path: {
    import_id: (await make('uploadVoters')).import_id } });
  const optedOut = async () => {
    const { opt_out_id } = await make('addOptOuts', { body: {
      contacts: [`gone${++people}@example.org`] } });
    return { path: { contact_id: (await make('listOptOutContacts', { query: { opt_out_id } }))
      .contacts[0].contact_id } };
  };
  // A file of a state's layout, which replaces the one before.
  const newest = async () => {
    const got = await send(named('uploadVoters'), { type: 'text/csv', value:
      'ncid,voter_reg_num,county_desc,status_cd,first_name,last_name\n' +
      `N${++people},1,WAKE,A,Nia,Newest\n` }, { query: { campaign_id: 1, layout: 'nc', delimiter: ',' } });
    check(got.status === 200, `a file of layout nc: ${got.status} ${got.body}`);
    return { path: { import_id: got.json.import_id } };
  };
  // Two voters who are one person: those of the sample data are different people.
  const pair = async () => ({ body: {
    keep: (await make('createVoter')).voter_id,
    merge: [(await make('createVoter')).voter_id] } });
  const stripe = new Stripe('sk_test_none');
  const sign = (payload) => stripe.webhooks
    .generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
  const signed = async () => ({ sign });
  // Makes something happen to an intent at the local Stripe; returns the events.
  async function happen(kind, intent, more) {
    const said = await fetch(`${STRIPE_URL}/_control/happen`, { method: 'POST',
      body: JSON.stringify({ kind, intent, key: 'sk_test_docs', ...more }) });
    for (const event of await said.json())
      await make('stripeEvent', { body: event, ...await signed() });
  }
  const paid = async () => {
    const made = await make('createPaymentIntent');
    await happen('succeeded', made.paymentIntentId);
    return { path: { donation_id: made.donationId } };
  };
  const offline = async () => ({ path: {
    donation_id: (await make('addDonation')).donation_id } });
  const turf = async () => {
    const { segment_id } = await make('addSegment', { body: {
      segment_name: `Turf ${++people}` } });
    return { path: { turf_id: (await make('cutTurfs', { body: { segment_id } }))
      .turfs[0].turf_id } };
  };
  const calls = async () => {
    const { segment_id } = await make('addSegment', { body: {
      segment_name: `Calls ${++people}` } });
    return { path: { call_list_id: (await make('makeCallList', { body: {
      segment_id } })).call_list_id } };
  };
  const needs = {
    getCallList: calls,
    deleteCallList: calls,
    takeNextCall: calls,
    giveBackCall: calls,
    turfDeviceList: turf,
    // Its filters are for those of segment 1.
    listTurfs: async () => {
      await make('cutTurfs');
      return {};
    },
    getTurf: turf,
    changeTurf: turf,
    patchTurf: turf,
    deleteTurf: turf,
    turfWalkList: turf,
    turfWalkListCsv: turf,
    breakDownCampaign: async () => ({ query: { by: 'gender' } }),
    getImport: imported,
    getImportRejects: imported,
    getImportWarnings: imported,
    getImportCollapsed: imported,
    undoImport: imported,
    listMissing: newest,
    markMissing: newest,
    stripeEvent: signed,
    stripeCampaignEvent: signed,
    updateDonationDetails: async () => ({ body: {
      payment_intent_id: (await make('createPaymentIntent')).paymentIntentId } }),
    refundDonation: paid,
    manageRecurring: async () => {
      const { donationId, manageUrl } = await make('createPaymentIntent',
        { body: { is_recurring: true } });
      return { path: { donation_id: donationId },
        query: { key: new URL(manageUrl, WEB_URL).searchParams.get('key') } };
    },
    importDonations: async () => ({ query: { campaign_id: 1 } }),
    actblueEvent: async () => ({ headers: { Authorization:
      `Basic ${Buffer.from('docs:docs-docs-docs-docs').toString('base64')}` } }),
    settleWaiting: async () => {
      const id = `evt_wait_${++people}`;
      await make('stripeEvent', { body: { id, object: 'event', type: 'refund.created',
        created: 1700006400, data: { object: { object: 'refund', id: `re_${people}`, amount: 5,
          currency: 'usd', status: 'succeeded', payment_intent: `pi_${id}` } } }, ...await signed() });
      return { path: { waiting_id: (await make('listWaiting', { query: { sort: '-created_at',
        kind: 'event' } })).waiting.find((w) => w.stripe_id === id).waiting_id } };
    },
    deleteMapping: async () => {
      const got = await send(named('importDonations'), { type: 'text/csv', value:
        `Id,Given,When\ny-${++people},10.00,5/9/2026\n` }, { query: { campaign_id: 1,
        source: 'anedot', save_mapping: true,
        mapping: '{"external_id":"Id","amount":"Given","paid_at":"When"}' } });
      check(got.status === 200, `a file of gifts: ${got.status} ${got.body}`);
      return { path: { mapping_id: (await make('listMappings')).mappings[0].mapping_id } };
    },
    donationStatements: async () => ({ query: { year: 2026 } }),
    voidDonation: offline,
    recordRefund: offline,
    // The event of a payout creates it.
    getPayout: async () => {
      const object = { id: `po_${++people}`, object: 'payout', amount: 900, currency: 'usd',
        status: 'paid', automatic: false, arrival_date: 1700006400, created: 1700000000 };
      await make('stripeEvent', { body: { id: `evt_${object.id}`, object: 'event',
        type: 'payout.paid', created: 1700006400, data: { object } }, ...await signed() });
      return { path: { payout_id: (await make('listPayouts', { query: { sort: '-payout_id' } }))
        .payouts[0].payout_id } };
    },
    getOptOutContact: optedOut,
    liftOptOut: optedOut,
    mergeVoters: pair,
    undoMerge: async () => ({ path: {
      merge_id: (await make('mergeVoters', await pair())).merges[0] } }),
    beginTotp: session,
    confirmTotp: async () => {
      const { token } = await session();
      return { token, body: { code: totp((await make('beginTotp', { token })).secret, 0) } };
    },
    removeTotp: secured,
    signInBrowser: async () => ({ body: { username: (await user()).username } }),
    endSession: async () => {
      const { token } = await session();
      const got = await fetch(`${WEB_URL}/api/v1/auth/sessions`, { headers: { Authorization: `Bearer ${token}` } });
      return { token, path: { session_id: (await got.json()).sessions[0].session_id } };
    },
    redeemInvitation: async () => ({ body: {
      token: (await make('inviteUser', { path: { user_id: (await user()).user_id } })).token } }),
    inviteUser: async () => ({ path: { user_id: (await user()).user_id } }),
    revokeApiKeyOfUser: async () => {
      const { api_key } = await make('createApiKey');
      return { path: { user_id: api_key.user_id, api_key_id: api_key.api_key_id } };
    },
    confirmMemberRequest: request,
    declineMemberRequest: request,
    signIn: async () => ({ body: { username: (await user()).username } }),
    signOut: session,
    changePassword: session,
    revokeApiKey: async () => ({ path: {
      api_key_id: (await make('createApiKey')).api_key.api_key_id } }),
    deleteUser: async () => ({ path: { user_id: (await user()).user_id } }),
    getMember: member,
    putMember: member,
    deleteMember: member,
    // One without responses.
    deleteQuestion: async () => ({ path: {
      question_id: (await make('addQuestion')).question_id } }),
    // One without donations.
    deleteCampaign: async () => ({ path: { campaign_id:
      (await make('createCampaign', { body: { campaign_name: `Over ${++people}` } })).campaign_id } }),
  };
  for (const id of Object.keys(needs))
    check(named(id) !== undefined, `tests/docs/client.mjs: openapi.yaml has no ${id}`);

  // What contradicts the document in an answer, or undefined.
  function fault(o, got) {
    const answer = o.op.responses[got.status] && resolve(o.op.responses[got.status]);
    if (answer === undefined)
      return `openapi.yaml knows no ${got.status}: ${got.body.slice(0, 300)}`;
    for (const [name, about] of Object.entries(answer.headers ?? {}))
      if (resolve(about).required && got.headers[name.toLowerCase()] === undefined)
        return `${got.status} has no ${name}`;
    if (answer.content === undefined)
      return got.body === '' ? undefined : `${got.status} has a body`;
    const schema = answer.content[got.type]?.schema;
    if (schema === undefined)
      return `${got.status} is ${got.type}`;
    if (!/json/.test(got.type))
      return undefined;
    if (got.json === undefined)
      return `${got.status} is not JSON: ${got.broken}`;
    const valid = validator(schema);
    return valid(got.json) ? undefined : `${got.status} is not of its schema: ${
      ajv.errorsText(valid.errors)}: ${got.body.slice(0, 300)}`;
  }

  return { bodiesOf, compose, fault, first, happen, make, named, needs, pair, paid,
    parametersOf, resolve, secured, send, session, sign, successOf, user };
}
