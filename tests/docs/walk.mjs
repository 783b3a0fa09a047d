// Calls every operation of the document with each of its examples on a running
// server, and checks the answers against the schemas.  No operation is omitted:
// other operations create what the sample data lacks.
import { client, inOrder } from './client.mjs';

const { TOKEN } = process.env;

// Public operations whose query is that of a signed link, or of a form's page.
const links = ['manageRecurring', 'thankDonor', 'signUp', 'signUpPublic',
  'createPaymentIntent', 'checkoutDonation'];

// Check that the program accepts exactly the query parameters of the document, by
// trying every name in any of the tables.  Other public operations have none, and
// ignore what websites add.
async function parameters(o, { compose, parametersOf, bodiesOf, send }, names, check) {
  const documented = parametersOf(o, 'query').map((p) => p.name);
  if (o.op.security) {
    check(documented.length === 0 || links.includes(o.op.operationId),
      `${o.key} is public and has query parameters`);
    return;
  }
  const path = o.method === 'GET' ? {} : Object.fromEntries(
    parametersOf(o, 'path').map((p) => [p.name, p.name === 'tag' ? 'none' : 99999]));
  for (const name of new Set([...names, ...documented])) {
    const got = await send(o, {}, { path, query: { [name]: '1' } });
    const unknown = got.status === 400 && got.json?.errors?.some((e) =>
      e.field === name && e.code === 'unknown_parameter');
    check(documented.includes(name) === !unknown, `${o.key}: the parameter ${name} is ` +
      (unknown ? 'unknown to the program' : `missing in docs/openapi.yaml: ${got.status}`));
  }
}

// Calls check(ok, what) for everything.  Returns the first successful answer of
// each operation, by its id.  names are those of query parameters.
export async function walk(ops, api, resolve, check, names) {
  const c = client(ops, api, resolve, check);
  const { bodiesOf, first, needs, parametersOf, send, successOf } = c;
  const fits = (o, got, what) => {
    const wrong = c.fault(o, got);
    check(wrong === undefined, `${o.key} ${what}: ${wrong}`);
  };

  for (const o of inOrder(ops)) {
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
    await parameters(o, c, names, check);
  }
  for (const o of ops)
    check(first[o.op.operationId] !== undefined, `${o.key} was called, and succeeded`);
  return first;
}
