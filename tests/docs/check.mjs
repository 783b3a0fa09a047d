// Compares the documents with the sources: docs/openapi.yaml,
// etc/cerberus.conf.sample, man/ and the guides.  Usage: see run.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync,
  writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkAsvs } from './asvs.mjs';
import { operations, resolver } from './client.mjs';
import { checkVoterFiles } from './guide.mjs';
import { walk } from './walk.mjs';

const src = process.env.SRCDIR;		// the sources
const programs = process.env.PROGRAMS;	// the folder of *.cgi
const require = createRequire(join(process.cwd(), 'node_modules', 'x'));
const core = require('@redocly/openapi-core');

let passed = 0;
let failed = 0;

function check(ok, what) {
  if (ok)
    passed++;
  else {
    failed++;
    console.log(`FAILED: ${what}`);
  }
  return ok;
}

const read = (name) => readFileSync(join(src, name), 'utf8');
const files = (dir, end) => readdirSync(join(src, dir)).sort()
  .filter((name) => name.endsWith(end)).map((name) => `${dir}/${name}`);
// The programs that are built.
const sources = (...dirs) => dirs.flatMap((dir) => files(dir, '.c'))
  .filter((f) => read('Makefile.am').includes(f));
// The folders with the models and their handlers.
const rooms = ['account', 'campaign', 'canvass', 'import', 'money', 'people',
  'rest', 'stripe'].map((room) => `lib/${room}`);
const noComments = (text) => text.replace(/\/\*[^]*?\*\//g, '');
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Check that the sets a and b are equal; each member is one check.
function agree(what, a, aName, b, bName) {
  for (const x of new Set([...a, ...b])) {
    const where = a.includes(x) ? bName : aName;
    check(a.includes(x) && b.includes(x), `${what} ${x} is missing in ${where}`);
  }
}

// --- The sources.

// cgi-bin/*.c: the rows of routes[], such as
// { .method = M_GET, .path = "/:id", .access = ACCESS_STAFF, ... }.
function routesOf(text) {
  const table = noComments(text)
    .match(/struct route routes\[\] = \{([^]*?)\n\};/)[1];
  return [...table.matchAll(/\{([^}]*)\}/g)].map(([, row]) => {
    const column = (name, value, without) =>
      row.match(new RegExp(`\\.${name} = ${value}`))?.[1] ?? without;
    return {
      method: column('method', 'M_(\\w+)'),
      path: column('path', '"([^"]*)"'),
      access: column('access', 'ACCESS_(\\w+)'),
      body: column('body', 'BODY_(\\w+)', 'NONE'),
      params: column('params', '(\\w+)', 'NULL'),
      list: column('list', '&(\\w+)'),
    };
  });
}

// The program of each prefix, from lighttpd/cerberus.conf.
function prefixes() {
  const map = {};
  const row = /"\/api\/v1(\/[^"]+)" => var\.programs \+ "\/([\w-]+)\.cgi"/g;
  for (const [, prefix, program] of read('lighttpd/cerberus.conf').matchAll(row))
    (map[program] ??= []).push(prefix);
  return map;
}

// { name: { text: [...words] } } of "const char *const voter_statuses[]".
function choiceLists(text) {
  const lists = {};
  for (const [, name, words] of noComments(text).matchAll(
    /const char \*const (\w+)\[\] = \{([^}]*)\}/g))
    lists[name] = [...words.matchAll(/"([^"]*)"/g)].map((m) => m[1]);
  return lists;
}

// #define VOTER_FIELDS(F, P): the rows of a model.
function modelsOf(text, choices) {
  const models = {};
  const flat = noComments(text.replace(/\\\n/g, ' '));
  const lists = Object.fromEntries([...flat.matchAll(
    /#define (\w+)_FIELDS\(F, P\)(.*)/g)].map(([, name, rows]) => [name, rows]));
  // A list may include another one.
  const whole = (rows) => rows.replace(/\b(\w+)_FIELDS\(F, P\)/g,
    (_, name) => whole(lists[name]));
  for (const [name, rows] of Object.entries(lists)) {
    models[name] = whole(rows).split(/F\(P,/).slice(1).map((row) => {
      const [, kind, field] = row.match(/^\s*(\w+),\s*(\w+)/);
      const number = (key) => {
        const m = row.match(new RegExp(`\\.${key} = (-?\\d+|INT64_MAX)`));
        return m === null || m[1] === 'INT64_MAX' ? undefined : Number(m[1]);
      };
      const list = row.match(/\.choices = (\w+)/);
      return {
        name: field, kind, max: number('max'), low: number('low'),
        high: number('high'), choices: list ? choices[list[1]] : undefined,
        flag: (f) => new RegExp(`\\bF_${f}\\b`).test(row),
      };
    });
  }
  return models;
}

// lib/core/cfg.c: { "section", "key", "ENV", CFG_TEXT, ... }
function settings() {
  const text = noComments(read('lib/core/cfg.c'));
  const file = noComments(read('lib/core/cfg_file.c'));
  const rows = text.slice(text.indexOf('cfg_row rows[]'), text.indexOf('cfg_rows('));
  const row = /\{ "(\w+)", "(\w+)", (?:"(\w+)"|NULL), CFG_(\w+),([^]*?)\},?\n/g;
  // The section of a campaign has no rows: its keys are listed here.
  const own = file.slice(file.indexOf('set_campaign('), file.indexOf('on_setting('));
  const keys = [...own.matchAll(/strcmp\(key, "(\w+)"\)/g)].map(([, key]) =>
    ({ section: 'campaign', key, fallback: '' }));
  return [...rows.matchAll(row)].map(([, section, key, env, type, rest]) => {
    const given = rest.match(/\.fallback = (?:CERBERUS_DATADIR )?"([^"]*)"/);
    let fallback = given === null ? '' : given[1];
    if (/\.fallback = CERBERUS_DATADIR/.test(rest))
      fallback = `/usr/local/share/cerberus${fallback}`;
    return { section, key, env, type, fallback };
  }).concat(keys);
}

// --- The checks.

async function lint(doc) {
  const config = await core.createConfig({
    extends: ['recommended-strict'],
    rules: {
      'info-license-url': 'off',	// 3.1 names the licence instead
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'operation-4xx-response': 'off',	// health has none
      'operation-2xx-response': 'off',	// a donor's link answers 303
      'path-segment-plural': 'off',
      'no-ambiguous-paths': 'off',	// an id is a number, "export" is none
      'operation-description': 'off',
      'tag-description': 'error',
    },
  });
  const problems = await core.lint({ ref: doc, config });
  for (const p of problems)
    check(false, `openapi.yaml${p.location[0]?.pointer ?? ''}: ${p.message} (${p.ruleId})`);
  check(problems.length === 0, 'the linter has nothing to say');
}

// The query parameters of a route that lists them.
function checkParameters(o, row, resolve) {
  if (row.params === 'route_own_params' || row.list !== undefined)
    return;
  const known = row.params === 'NULL' ? [] :
    sources('cgi-bin', 'lib/http', ...rooms)
      .map((f) => choiceLists(read(f))[row.params])
      .find((l) => l !== undefined);
  agree(`${o.key}: the parameter`, known ?? [], 'its route', o.parameters.map(resolve)
    .filter((p) => p.in === 'query').map((p) => p.name), 'docs/openapi.yaml');
}

// One program serves both prefixes with one table: the document has the donors'
// paths under /donate, everything else under /donations.
const forDonors = ['/create-payment-intent', '/checkout', '/thanks',
  '/manage/:id', '/update-donation-details', '/actblue/:id'];
const told = (program, prefix, path) => program !== 'donate' ||
  forDonors.includes(path) === (prefix === '/donate');

function checkRoutes(ops) {
  const where = prefixes();
  const rows = [];
  for (const file of sources('cgi-bin')) {
    const program = basename(file, '.c');
    const routes = routesOf(read(file));
    check(routes.length > 0, `${file} has routes`);
    for (const r of routes)
      check(r.method && r.path && r.access,
        `${file}: ${r.method} ${r.path} states its method, path and access`);
    check(where[program] !== undefined,
      `lighttpd/cerberus.conf leads a path to ${program}.cgi`);
    for (const r of routes)
      for (const prefix of (where[program] ?? []).filter((p) =>
        told(program, p, r.path)))
        rows.push({ ...r, program, key: `${r.method} ${prefix}${r.path === '/' ? '' :
          r.path.replace(/:\w+/g, ':')}` });
  }
  agree('the route', rows.map((r) => r.key), 'cgi-bin/*.c',
    ops.map((o) => o.key), 'docs/openapi.yaml');
  for (const o of ops) {
    const row = rows.find((r) => r.key === o.key);
    if (row === undefined)
      continue;
    // ActBlue's webhook checks a name and a password of its own.
    check((row.access === 'PUBLIC') === (same(o.op.security, []) ||
      same(o.op.security, [{ actblue: [] }])),
      `${o.key}: openapi.yaml and the route disagree on who may call`);
    check((row.body === 'NONE') === (o.op.requestBody === undefined),
      `${o.key}: openapi.yaml and the route disagree on the body`);
    // Every body has a limit, and every route for staff needs a token.
    const wanted = [...row.access === 'PUBLIC' ? [] : ['401'],
      ...row.body === 'NONE' ? [] : ['400', '408', '411', '413'],
      ...row.body === 'JSON' ? ['415'] : [],
      ...row.path.includes(':') ? ['404'] : [],
      // A page of thanks for a signup needs no database.
      ...o.op.operationId.startsWith('thankSignup') ? [] : ['503']];
    for (const status of wanted)
      check(o.op.responses[status] !== undefined, `${o.key} tells of ${status}`);
  }
  return rows;
}

// Models that the document does not describe.
const internal = ['CODE', 'DONOR', 'GIFT', 'LABEL', 'PROOF', 'STATEMENT', 'WALK'];

const camel = (name) => name.toLowerCase().replace(/(^|_)(\w)/g,
  (_, __, c) => c.toUpperCase());

const types = { INT: 'integer', BOOL: 'boolean', OBJECT: 'object',
  LIST: 'array', TEXTS: 'array' };
const formats = { DATE: 'date', TIME: 'date-time', EMAIL: 'email', URL: 'uri' };

function checkField(where, f, p) {
  const wide = [p.type].flat();
  const nullable = !f.flag('SERVER') && !f.flag('REQUIRED') && !f.flag('NOT_NULL');
  const type = types[f.kind] ?? 'string';
  const limits = f.kind === 'TEXTS' ? p.items : p;

  check(wide.includes(type), `${where} is of type ${type}`);
  // Whether a read-only field may be null, only the table knows.
  if (!f.flag('SERVER'))
    check(wide.includes('null') === nullable, `${where}: null is ${nullable ? '' : 'not '}allowed`);
  check((p.readOnly === true) === f.flag('SERVER'), `${where}: readOnly is F_SERVER`);
  if (formats[f.kind] && !f.flag('ANY'))
    check(p.format === formats[f.kind], `${where} has the format ${formats[f.kind]}`);
  else
    check(p.format === undefined || p.format === 'int64', `${where} has no format`);
  if (type === 'string' || f.kind === 'TEXTS')
    check(limits.maxLength === f.max, `${where}: maxLength is ${f.max}`);
  if (f.choices)
    check(same((p.enum ?? []).filter((v) => v !== null), f.choices),
      `${where} is one of ${f.choices}`);
  if (f.kind === 'INT' && f.low !== undefined)
    check(p.minimum === f.low && p.maximum === f.high,
      `${where} is from ${f.low} to ${f.high}`);
}

function checkModels(schemas) {
  const choices = {};
  const models = {};
  const built = sources(...rooms);
  for (const file of built)
    Object.assign(choices, choiceLists(read(file)));
  for (const file of [...built, ...rooms.flatMap((dir) => files(dir, '.h'))])
    Object.assign(models, modelsOf(read(file), choices));
  check(models.VOTER?.length > 30, 'the voter has fields');
  for (const [name, fields] of Object.entries(models)) {
    const schema = schemas[camel(name)];
    if (internal.includes(name))
      continue;
    if (!check(schema?.properties !== undefined,
      `openapi.yaml has the schema ${camel(name)}`))
      continue;
    agree(`${camel(name)}'s field`, fields.map((f) => f.name), 'lib/',
      Object.keys(schema.properties), 'docs/openapi.yaml');
    for (const f of fields)
      if (schema.properties[f.name] !== undefined)
        checkField(`${camel(name)}.${f.name}`, f, schema.properties[f.name]);
    const required = fields.filter((f) => f.flag('REQUIRED')).map((f) => f.name);
    const form = schemas[`New${camel(name)}`] ?? schema;
    if (fields.every((f) => f.flag('SERVER')))
      continue;
    agree(`New${camel(name)}'s required field`, required, 'lib/',
      form.required ?? [], 'docs/openapi.yaml');
  }
  return { models, built };
}

// The parameters of each list: filters, paging and sorting.
function checkLists(ops, { models, built }, resolve) {
  const paging = [...noComments(read('lib/rest/list.c'))
    .match(/paging\[\] = \{([^}]*)\}/)[1].matchAll(/"(\w+)"/g)].map((m) => m[1]);
  for (const file of built) {
    const text = noComments(read(file));
    const filters = text.match(/struct filter filters\[\] = \{([^]*?)\n\};/);
    if (filters === null)
      continue;
    const many = text.match(/\.many = "(\w+)"/)[1];
    const list = text.match(/\.schema = &(\w+)_schema,\s*\.filter = filters/);
    const model = models[list?.[1].toUpperCase()];
    const names = [...filters[1].matchAll(/\.name = "(\w+)"/g)].map((m) => m[1]);
    const o = ops.find((x) => x.op.operationId === `list${camel(many)}`);
    if (!check(model !== undefined, `${file} lists rows of a model`))
      continue;
    if (!check(o !== undefined, `openapi.yaml lists ${many}`))
      continue;
    const params = o.parameters.map(resolve).filter((p) => p.in === 'query');
    agree(`${o.key}: the parameter`, [...names, ...paging], file,
      params.map((p) => p.name), 'docs/openapi.yaml');
    const pattern = params.find((p) => p.name === 'sort')?.schema.pattern ?? '()';
    agree(`${o.key}: the sort`, model.filter((f) => f.flag('SORT'))
      .map((f) => f.name), file, pattern.match(/\((.*)\)/)[1].split('|'),
      'docs/openapi.yaml');
  }
}

// Every name in the tables of filters and parameters.
function parameterNames() {
  const names = new Set();
  for (const file of sources('cgi-bin', 'lib/http', ...rooms)) {
    const text = noComments(read(file));
    for (const [, rows] of text.matchAll(/struct filter \w+\[\] = \{([^]*?)\n\};/g))
      for (const [, name] of rows.matchAll(/\.name = "(\w+)"/g))
        names.add(name);
    for (const [list, words] of Object.entries(choiceLists(read(file))))
      if (/(_params|paging)$/.test(list))
        words.forEach((word) => names.add(word));
  }
  check(names.size > 50, 'the tables name query parameters');
  return names;
}

function checkSettings() {
  const rows = settings();
  const sample = read('etc/cerberus.conf.sample');
  const manual = read('man/cerberus.conf.5');
  const seen = [];
  let section = '';
  let comment = '';
  let after = false;
  for (const line of sample.split('\n')) {
    const head = line.match(/^\[(.*)\]$/);
    const setting = line.match(/^;(\w+) =(?: (.*))?$/);
    if (head) {
      section = head[1];
    } else if (/^;\[campaign \d+\]$/.test(line)) {
      section = 'campaign';
    } else if (setting) {
      const row = rows.find((r) => r.section === section && r.key === setting[1]);
      const where = `etc/cerberus.conf.sample: [${section}] ${setting[1]}`;
      seen.push(`${section} ${setting[1]}`);
      check(comment.length > 20, `${where} is explained`);
      // The settings of a campaign are examples.
      check(row === undefined || section === 'campaign' ||
        (setting[2] ?? '') === row.fallback,
        `${where} shows its default, ${row?.fallback}`);
      check(row?.env === undefined || comment.includes(row.env),
        `${where} names ${row?.env}`);
    }
    // One comment may precede several settings.
    comment = line.startsWith('; ') ? (after ? '' : comment) + line :
      setting ? comment : '';
    after = setting !== null;
  }
  agree('the setting', rows.map((r) => `${r.section} ${r.key}`), 'lib/core/cfg.c',
    seen, 'etc/cerberus.conf.sample');
  const told = [];
  for (const line of manual.split('\n')) {
    const head = line.match(/^\.Ss (\w+)$/);
    const item = line.match(/^\.It Ic (\w+) Ns = /);
    if (head)
      section = head[1];
    else if (item)
      told.push(`${section} ${item[1]}`);
  }
  agree('the setting', rows.map((r) => `${r.section} ${r.key}`), 'lib/core/cfg.c',
    told, 'man/cerberus.conf.5');
  for (const r of rows)
    check(r.env === undefined || manual.includes(`.Ev ${r.env}`),
      `man/cerberus.conf.5 names ${r.env}`);
}

function run(program, env, body) {
  const input = body === undefined ? '' : body;
  const child = spawnSync(join(programs, `${program}.cgi`), {
    input,
    env: { PATH: process.env.PATH, CONTENT_LENGTH: String(Buffer.byteLength(input)), ...env },
  });
  const text = child.stdout.toString();
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  return {
    status: Number(head.match(/^Status: (\d+)/)?.[1] ?? 0),
    type: head.match(/^Content-Type: ([^;\r]*)/m)?.[1],
    body: text.slice(end + 4),
    log: child.stderr.toString(),
  };
}

// The sample is valid as it is, and with every setting enabled.
function checkSample() {
  const dir = mkdtempSync(join(tmpdir(), 'cerberus-docs-'));
  const file = join(dir, 'cerberus.conf');
  const sample = read('etc/cerberus.conf.sample');
  try {
    for (const text of [sample,
      sample.replace(/^;(\w+ =|\[campaign)/gm, '$1')]) {
      writeFileSync(file, text);
      chmodSync(file, 0o600);
      const got = run('health', { CERBERUS_CONF: file, REQUEST_METHOD: 'GET' });
      // The only error is that it does not name a database.
      check(got.status === 503 && /no database is configured/.test(got.log),
        `etc/cerberus.conf.sample can be copied: ${got.log}`);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}

// The items of a program's page by their routes, and what is beside them.
function manualItems(page) {
  const text = read(page).split(/^\.Sh DESCRIPTION$/m)[1].split(/^\.Sh /m)[0];
  const items = {};
  let beside = '';
  let at = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('.It '))
      at = [...line.matchAll(/\b([A-Z]+) (\/[\w./-]*)/g)].map(([, method, path]) =>
        `${method} ${path.replace(/\/[A-Z]+(?=\/|$)/g, '/:')}`);
    else if (line.startsWith('.El'))
      at = [];
    else if (at.length === 0)
      beside += `${line}\n`;
    for (const key of at)
      items[key] = `${items[key] ?? ''}${line}\n`;
  }
  return { items, beside };
}

// The manual page of a program describes each of its routes and, within the item
// or next to the list of routes, each of its query parameters.
function checkManualRoutes(rows, ops, resolve) {
  const programs = new Set(rows.map((r) => r.program));
  for (const program of programs) {
    const page = `man/${program}.cgi.8`;
    const { items, beside } = manualItems(page);
    const own = rows.filter((r) => r.program === program);
    const plain = (r) => `${r.method} ${r.path.replace(/:\w+/g, ':')}`;
    agree(`${page}: the route`, [...new Set(own.map(plain))], 'cgi-bin',
      Object.keys(items), page);
    // Another item may be named for its filters, also one of another page:
    // "GET /voters" is "GET /" in voters.cgi(8).
    const item = (method, path) => {
      const [, first, rest] = path.match(/^\/([\w-]*)(.*)$/);
      return items[`${method} ${path}`] ?? (programs.has(first) ?
        manualItems(`man/${first}.cgi.8`).items[`${method} ${rest || '/'}`] : '');
    };
    const told = (key) => [...`${beside}${items[key]}`
      .matchAll(/^\.Li (?:([A-Z]+) (\/\S*)|(\w+))/gm)].flatMap(([, method, path, name]) =>
      name !== undefined ? [name] : [...item(method, path)
        .matchAll(/^\.Li (\w+)/gm)].map((m) => m[1]));
    for (const r of own) {
      const names = ops.find((o) => o.key === r.key)?.parameters.map(resolve)
        .filter((p) => p.in === 'query').map((p) => p.name) ?? [];
      for (const name of names)
        check(items[plain(r)] !== undefined && told(plain(r)).includes(name),
          `${page}: ${plain(r)} does not name ${name}`);
    }
  }
}

function checkManuals() {
  const pages = files('man', '').filter((name) => /\.[1-8]$/.test(name));
  for (const program of sources('cgi-bin').map((f) => basename(f, '.c')))
    check(pages.includes(`man/${program}.cgi.8`), `${program}.cgi has a manual`);
  for (const page of pages) {
    const got = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', join(src, page)]);
    // "referenced manual not found": pages of packages that are not installed.
    const said = (got.stdout ?? '').toString().split('\n').filter((line) =>
      line !== '' && !/referenced manual not found|missing manual/.test(line));
    check(got.error === undefined && said.length === 0, `${page}: ${said.join('; ')}`);
  }
}

// Files and paths that the guides name exist.
function checkGuides(ops) {
  const tops = 'script|lib|cgi-bin|cli|sql|etc|apache|lighttpd|pgbouncer|tests|docs|man|fuzz|bench';
  const file = new RegExp(`(?<![\\w/.-])(?:${tops})/[\\w./-]*\\w`, 'g');
  // checkAsvs() reads that one: it names tests, too.
  const guides = ['README', ...files('docs', '.md')]
    .filter((name) => name !== 'docs/asvs.md');
  for (const guide of guides) {
    const text = read(guide);
    for (const [name] of text.matchAll(file))
      check(/\.cgi$/.test(name) || existsSync(join(src, name)) || /\/(NAME|name)\b/.test(name) || name === 'cli/cerberus',
        `${guide}: ${name} does not exist`);
    for (const [, path] of text.matchAll(/\/api\/v1(\/[\w/:-]*)/g)) {
      const plain = path.replace(/\/$/, '').replace(/\/\d+(?=\/|$)/g, '/:');
      check(ops.some((o) => o.key.split(' ')[1] === plain),
        `${guide}: nothing answers ${path}`);
    }
    for (const [, link] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
      check(existsSync(join(src, guide === 'README' ? '.' : 'docs', link)),
        `${guide}: the link ${link} leads nowhere`);
  }
}

// The example response of the upload is the actual response to the example file.
function checkUpload(ops, answer) {
  const o = ops.find((x) => x.op.operationId === 'uploadVoters');
  const { value } = Object.values(
    o.op.responses['200'].content['application/json'].examples)[0];
  check(same({ ...answer?.json, import_id: 1 }, value),
    `the upload's example is not ${answer?.body}`);
}

const doc = join(src, 'docs/openapi.yaml');
await lint(doc);
const bundle = await core.bundle({ ref: doc, config: await core.createConfig({}) });
const api = bundle.bundle.parsed;
const resolve = resolver(api);
const ops = operations(api);
const version = read('configure.ac').match(/AC_INIT\(\[cerberus\], \[([^\]]*)\]/)[1];
check(api.info.version === version, `openapi.yaml is of version ${version}`);
check(new Set(ops.map((o) => o.op.operationId)).size === ops.length,
  'operationIds are unique');
const rows = checkRoutes(ops);
checkLists(ops, checkModels(api.components.schemas), resolve);
checkSettings();
checkSample();
checkManuals();
checkManualRoutes(rows, ops, resolve);
checkGuides(ops);
checkAsvs(read, check);
await checkVoterFiles(src, read('docs/voter-files.md'), check);
const answers = await walk(ops, api, resolve, check, parameterNames());
checkUpload(ops, answers.uploadVoters);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
