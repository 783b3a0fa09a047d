// Every operation of the document, with each of its examples, on a running
// server; what it answers must be of the schemas.  None is left out: what the
// sample data lacks is made before, by other operations.
import { createRequire } from 'node:module';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'node_modules', 'x'));
const Ajv = require('@redocly/ajv/dist/2020').default;
const Stripe = require('stripe');
const { WEB_URL, STRIPE_URL, TOKEN } = process.env;
const WEBHOOK_SECRET = 'whsec_docs';	// as run writes it

// What comes first: reading, then what makes, changes and deletes.
const order = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
// What is part of something is deleted before it is.
const depth = (o) => o.method === 'DELETE' ? -o.path.split('/').length : 0;

// A body as its media type has it.  fetch() writes the type of a form itself,
// with the boundary.
function encode(type, value) {
  if (type === 'application/json')
    return { body: JSON.stringify(value), headers: { 'Content-Type': type } };
  if (type === 'application/x-www-form-urlencoded')
    return { body: new URLSearchParams(value), headers: {} };
  if (type === 'multipart/form-data') {
    const form = new FormData();
    for (const [name, v] of Object.entries(value))
      form.append(name, ...name === 'file' ? [new Blob([v]), 'file.csv'] : [String(v)]);
    return { body: form, headers: {} };
  }
  return { body: value, headers: { 'Content-Type': type } };
}

// A code of RFC 6238 for a secret in base32, so many steps from now.
function totp(secret, steps) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c)
    .toString(2).padStart(5, '0')).join('');
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))))
    .update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// Calls check(ok, what) for everything; answers what each operation answered
// first when it succeeded, by its id.
export async function walk(ops, api, resolve, check) {
  const first = {};
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'urn:api', components: api.components });
  const inApi = (schema) => JSON.parse(JSON.stringify(schema)
    .replaceAll('"#/components/', '"urn:api#/components/'));

  const parametersOf = (o, where) => o.parameters.map(resolve).filter((p) => p.in === where);
  const successOf = (o) => Number(o.op['x-success'] ?? Object.keys(o.op.responses)[0]);
  // Its bodies: each media type's examples; one that is none without a body.
  const bodiesOf = (o) => o.op.requestBody === undefined ? [{}] :
    Object.entries(resolve(o.op.requestBody).content).flatMap(([type, media]) =>
      Object.values(media.examples ?? {}).map((e) => ({ type, value: e.value })));

  // The call with the examples.  changes, all of them optional: path and body
  // go over the examples' values, query, headers and token are added.
  async function send(o, { type, value }, changes = {}) {
    const ids = Object.fromEntries(parametersOf(o, 'path').map((p) => [p.name, p.example]));
    Object.assign(ids, changes.path);
    const path = o.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name]));
    const query = new URLSearchParams(changes.query);
    const token = 'token' in changes ? changes.token : o.op.security ? null : TOKEN;
    const whole = type === 'application/json' && changes.body ? { ...value, ...changes.body } : value;
    const { body, headers } = type === undefined ? {} : encode(type, whole);
    const got = await fetch(`${WEB_URL}/api/v1${path}?${query}`, {
      method: o.method, body, redirect: 'manual', headers: { ...headers,
        ...changes.sign ? { 'Stripe-Signature': changes.sign(body) } : {},
        ...token ? { Authorization: `Bearer ${token}` } : {} },
    });
    const answer = {
      status: got.status, body: await got.text(),
      type: (got.headers.get('Content-Type') ?? '').split(';')[0],
    };
    if (answer.type === 'application/json')
      answer.json = JSON.parse(answer.body);
    if (answer.status === successOf(o))
      first[o.op.operationId] ??= answer;
    return answer;
  }

  const named = (id) => ops.find((o) => o.op.operationId === id);
  // What another operation answers to its first example.
  async function make(id, changes) {
    const o = named(id);
    const got = await send(o, bodiesOf(o)[0], changes);
    if (!check(got.status < 300, `${o.key}, for another operation: ${got.status} ${got.body}`))
      throw new Error(`nothing to go on with: ${o.key}`);
    return got.json;
  }

  // --- What operations need besides their examples: the changes to the call.
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
  const member = async () => {
    const path = { user_id: (await user()).user_id };
    await send(named('putMember'), bodiesOf(named('putMember'))[0], { path });
    return { path };
  };
  // One that waits: what an admin asks for waits where there is no such user.
  const request = async () => {
    const user = `wanted${++people}@example.org`;
    await make('addMember', { body: { user } });
    return { path: { request_id: (await make('listMemberRequests', { query: { sort: '-request_id' } }))
      .member_requests[0].request_id } };
  };
  const imported = async () => ({ path: {
    import_id: (await make('uploadVoters')).import_id } });
  // Two who are one: those of the sample data are different people.
  const pair = async () => ({ body: {
    keep: (await make('createVoter')).voter_id,
    merge: [(await make('createVoter')).voter_id] } });
  const stripe = new Stripe('sk_test_none');
  const signed = async () => ({ sign: (payload) => stripe.webhooks
    .generateTestHeaderString({ payload, secret: WEBHOOK_SECRET }) });
  const needs = {
    getImport: imported,
    getImportRejects: imported,
    stripeEvent: signed,
    stripeCampaignEvent: signed,
    updateDonationDetails: async () => ({ body: {
      payment_intent_id: (await make('createPaymentIntent')).paymentIntentId } }),
    // Of one that was paid, which Stripe has to say first.
    refundDonation: async () => {
      const made = await make('createPaymentIntent');
      const said = await fetch(`${STRIPE_URL}/_control/happen`, { method: 'POST',
        body: JSON.stringify({ kind: 'succeeded', intent: made.paymentIntentId,
          key: 'sk_test_docs' }) });
      for (const event of await said.json())
        await make('stripeEvent', { body: event, ...await signed() });
      return { path: { donation_id: made.donationId } };
    },
    mergeVoters: pair,
    undoMerge: async () => ({ path: {
      merge_id: (await make('mergeVoters', await pair())).merges[0] } }),
    beginTotp: session,
    confirmTotp: async () => {
      const { token } = await session();
      return { token, body: { code: totp((await make('beginTotp', { token })).secret, 0) } };
    },
    removeTotp: async () => {
      const { token } = await session();
      const { secret } = await make('beginTotp', { token });
      await make('confirmTotp', { token, body: { code: totp(secret, -1) } });
      return { token, body: { code: totp(secret, 0) } };
    },
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
    // One without donations.
    deleteCampaign: async () => ({ path: { campaign_id:
      (await make('createCampaign', { body: { campaign_name: 'Over' } })).campaign_id } }),
    // One without answers.
    deleteQuestion: async () => ({ path: { question_id:
      (await make('addQuestion')).question_id } }),
  };
  for (const id of Object.keys(needs))
    check(named(id) !== undefined, `tests/docs/walk.mjs: openapi.yaml has no ${id}`);

  function fits(o, got, what) {
    const answer = o.op.responses[got.status] && resolve(o.op.responses[got.status]);
    if (!check(answer !== undefined, `${o.key} ${what}: openapi.yaml knows no ${got.status}: ${got.body}`))
      return;
    const schema = answer.content?.[got.type]?.schema;
    if (!check(schema !== undefined, `${o.key} ${what}: ${got.status} is ${got.type}`) ||
      !/json/.test(got.type))
      return;
    const valid = ajv.validate(inApi(schema), JSON.parse(got.body));
    check(valid, `${o.key} ${what}: ${got.status} is not of its schema: ${ajv.errorsText()}`);
  }

  for (const o of [...ops].sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method) ||
    depth(a) - depth(b))) {
    const success = successOf(o);
    const bodies = bodiesOf(o);
    let changes;
    for (const media of Object.keys(o.op.requestBody ? resolve(o.op.requestBody).content : {}))
      check(bodies.some((b) => b.type === media), `${o.key} has an example of ${media}`);
    for (const body of bodies) {
      changes = await needs[o.op.operationId]?.();
      const got = await send(o, body, changes);
      check(got.status === success, `${o.key} answers ${success}, not ${got.status}: ${got.body}`);
      fits(o, got, `with its example ${body.type ?? ''}`);
    }
    const staff = o.op.security === undefined;
    if (bodies[0]?.type === 'application/json')
      fits(o, await send(o, { type: 'application/json', value: {} }, { token: changes?.token ??
        (staff ? TOKEN : null), path: changes?.path }), 'with an empty object');
    if (staff)
      fits(o, await send(o, {}, { ...changes, token: null }), 'without a token');
    const ids = parametersOf(o, 'path');
    if (ids.length > 0)
      fits(o, await send(o, bodies[0], { ...changes, path:
        Object.fromEntries(ids.map((p) => [p.name, 99999])) }), 'for what is not there');
    // Each parameter with its example; a list's filters find someone.
    for (const p of parametersOf(o, 'query').filter((x) => x.example !== undefined)) {
      const got = await send(o, bodies[0], { ...changes, query: { [p.name]: p.example } });
      fits(o, got, `with ${p.name}`);
      if (o.method === 'GET' && got.json && /^\/\w+$/.test(o.path))
        check(Object.values(got.json)[0].length > 0,
          `${o.key}?${p.name}=${p.example} finds something`);
    }
    if (o.method === 'GET' && parametersOf(o, 'query').length > 0)
      fits(o, await send(o, {}, { ...changes, query: { nonsense: 1 } }), 'with an unknown parameter');
  }
  for (const o of ops)
    check(first[o.op.operationId] !== undefined, `${o.key} was called, and succeeded`);
  return first;
}
