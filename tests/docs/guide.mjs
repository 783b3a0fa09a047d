// Checks docs/voter-files.md: uploads each file that it shows with the options
// below it, and compares what is stored; each layout has a row.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const { TOKEN, WEB_URL } = process.env;

const ask = async (method, path, body, type) => {
  const got = await fetch(`${WEB_URL}/api/v1${path}`, { method, body, headers: {
    Authorization: `Bearer ${TOKEN}`, ...type && { 'Content-Type': type } } });
  return { status: got.status, json: await got.json() };
};

// The fenced blocks of a text, as { kind, text }.
const blocksOf = (text) => [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
  .map(([, kind, body]) => ({ kind, text: body }));

// Uploads a file, and compares the voters that are stored with those wanted.
async function example(file, options, wanted, check) {
  const fields = Object.entries({ campaign_id: 1, ...options }).map(([name, v]) =>
    [name, typeof v === 'object' ? JSON.stringify(v) : String(v)]);
  const got = await ask('POST', `/voters/upload?${new URLSearchParams(fields)}`,
    file, 'text/csv');
  if (!check(got.status === 200 && got.json.rejected === 0 && got.json.created === wanted.length,
    `docs/voter-files.md: ${file} is not taken: ${JSON.stringify(got.json)}`))
    return;
  for (const voter of wanted) {
    const { first_name, last_name } = voter;
    const query = new URLSearchParams({ first_name, last_name, campaign_id: 1 });
    const stored = (await ask('GET', `/voters?${query}`)).json.voters[0];
    for (const [column, value] of Object.entries(voter))
      check(stored?.[column] === value,
        `docs/voter-files.md: ${first_name} ${last_name} has ${column} ${stored?.[column]}, not ${value}`);
  }
}

export async function checkVoterFiles(src, text, check) {
  const blocks = blocksOf(text);
  let examples = 0;
  for (const [i, { kind, text: file }] of blocks.entries()) {
    const [options, wanted] = [blocks[i + 1], blocks[i + 2]];
    if (kind === 'json' && JSON.parse(file).name !== undefined) {
      const saved = await ask('POST', '/voters/layouts',
        JSON.stringify({ campaign_id: 1, ...JSON.parse(file) }), 'application/json');
      check(saved.status === 201, `docs/voter-files.md: ${file} is not saved: ${saved.status}`);
    }
    // tests/import/check.py installs the layout that is below a file.
    if (kind === 'csv' && options?.kind === 'json') {
      examples++;
      await example(file, JSON.parse(options.text), JSON.parse(wanted.text), check);
    }
  }
  check(examples === 3, `docs/voter-files.md has 3 examples, not ${examples}`);
  for (const file of readdirSync(join(src, 'etc/layouts'))) {
    const name = file.replace(/\.conf$/, '');
    check(text.includes(`\n| \`${name}\` |`), `docs/voter-files.md does not list ${name}`);
  }
}
