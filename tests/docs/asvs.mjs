// Checks docs/asvs.md: every requirement has a row, every file and test that a row
// names exists, and docs/security.md has the right sums.

// The requirements of levels 1 and 2 in each chapter of ASVS 5.0.0.
const counts = { V1: 27, V2: 11, V3: 19, V4: 10, V5: 9, V6: 35, V7: 18, V8: 7,
  V9: 7, V11: 14, V12: 9, V13: 13, V14: 9, V15: 13, V16: 16 };
const states = ['met', 'not met', 'not applicable'];

const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim());

// A test in a C file is suite/test; any other name is part of its file's text.
function named(text, file, name) {
  const [suite, test] = name.split('/');
  if (file.endsWith('.c'))
    return new RegExp(`^Test\\(${suite}, ${test}[,)]`, 'm').test(text);
  if (file.endsWith('.py'))
    return text.includes(`\ndef ${name}(`);
  return text.includes(name);
}

function checkNames(where, row, read, check) {
  for (const [, file, name] of where.matchAll(
    /`([\w.-]+(?:\/[\w.-]+)+)(?:: ([^`]+))?`/g)) {
    let text;
    try {
      text = read(file);
    } catch {
      check(false, `docs/asvs.md, ${row}: there is no file ${file}`);
      continue;
    }
    check(name === undefined || named(text, file, name),
      `docs/asvs.md, ${row}: ${file} has no ${name}`);
  }
}

export function checkAsvs(read, check) {
  const sums = {};
  const seen = new Set();
  let chapter;
  for (const line of read('docs/asvs.md').split('\n')) {
    chapter = line.match(/^## (V\d+) /)?.[1] ?? chapter;
    if (!/^\| \d/.test(line))
      continue;
    const row = cells(line);
    const [number, level, text, state, where] = row;
    check(row.length === 5 && text !== '' && where !== '',
      `docs/asvs.md, ${number}: five cells`);
    check(`V${number.split('.')[0]}` === chapter,
      `docs/asvs.md, ${number}: it stands under ${chapter}`);
    check(!seen.has(number), `docs/asvs.md, ${number}: one row`);
    seen.add(number);
    check(['1', '2'].includes(level), `docs/asvs.md, ${number}: the level`);
    check(states.includes(state), `docs/asvs.md, ${number}: the state`);
    sums[chapter] ??= [0, 0, 0];
    sums[chapter][states.indexOf(state)]++;
    checkNames(where, number, read, check);
  }
  const security = read('docs/security.md');
  const all = [0, 0, 0];
  for (const [name, count] of Object.entries(counts)) {
    const sum = sums[name] ?? [0, 0, 0];
    sum.forEach((n, i) => { all[i] += n; });
    check(sum.reduce((a, b) => a + b) === count,
      `docs/asvs.md has all ${count} requirements of ${name}`);
    check(new RegExp(`^\\| ${name} [^|]*\\| ${sum.join(' \\| ')} \\|$`, 'm')
      .test(security), `docs/security.md: the sums of ${name} are ${sum}`);
  }
  check(security.includes(`\n| all | ${all.join(' | ')} |\n`),
    `docs/security.md: the sums of all are ${all}`);
}
