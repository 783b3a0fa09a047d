// Generates values that match a schema, and values that break it; the same seed
// gives the same values.  Failures are not reduced to smaller ones, because a
// request depends on what the requests before it left in the database.

// A generator of 32-bit numbers (xorshift128).
export class Random {
  constructor(seed) {
    this.s = [1, 2, 3, 4].map((k) => Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b + 2 * k) | 1);
    for (let i = 0; i < 20; i++)
      this.next();
  }

  next() {
    const [x, y, z, w] = this.s;
    const t = x ^ (x << 11);
    const v = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    this.s = [y, z, w, v];
    return v >>> 0;
  }

  // 0 to n - 1
  below(n) {
    return this.next() % n;
  }

  chance(percent) {
    return this.below(100) < percent;
  }

  of(list) {
    return list[this.below(list.length)];
  }

  // One of [weight, value] pairs.
  weighed(pairs) {
    let at = this.below(pairs.reduce((sum, [weight]) => sum + weight, 0));
    return pairs.find(([weight]) => (at -= weight) < 0)[1];
  }
}

const words = ['Ana', "O'Brien", 'Núñez', 'van der Berg', '42', 'true', 'null', 'Ж', '李', 'x',
  'Smith-Jones', 'zoë', 'a.b', '0', 'DROP TABLE voters', '100%', '_', 'C:\\dir', '<b>&amp;</b>'];
const odd = ['', ' ', '  x  ', '\u0000', 'a\u0000b', '\u0001', '\u001b[31m', 'two\nlines', 'tab\there',
  '\u202eabc\u202c', 'שלום', 'مرحبا', '😀', '👩‍👩‍👧', 'e\u0301', 'ﬁ', 'İ', 'ß', '\ufeffbom', '\ufffe',
  '\uffff', '\ud800', 'x\udc00', '\u2028', '\u00a0', '\u200b', '"', "'", '\\', '%', '%00', '=1+1',
  '@SUM(1)', '-', '--', '$1', '{}', '[]', 'NaN', 'Infinity', '-0', '1e999', '٣', '０', 'undefined',
  '../../etc/passwd', '${x}', '\r\nX-Evil: 1', '\u0085', '\u0600', 'A'.repeat(300), '🎉'.repeat(70)];
const numbers = [0, -1, 1, 2, -2147483648, 2147483647, 2147483648, 4294967296,
  Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.5, 2.5, -0.1, 1e15, 1e16];
// Numbers as text, since those of JavaScript cannot represent them.
const written = ['9223372036854775807', '9223372036854775808', '-9223372036854775808',
  '-9223372036854775809', '1e400', '-1e400', '1e-400', '123456789012345678901234567890', '2500.0',
  '1E2', '-0', '0.1e1', '1'.repeat(400), `1${'0'.repeat(400)}.0`, '1e18', '1e19'];
const times = ['2026-01-31T09:30:00Z', '2020-02-29T23:59:59.999999Z', '2026-06-01T12:00:00+02:00',
  '1970-01-01T00:00:00Z', '2024-12-31T23:59:60Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
const badTimes = ['2026-13-01T00:00:00Z', '2026-02-30', 'yesterday', '0000-00-00', '2026-01-31 09:30',
  '10000-01-01', '-0001-01-01', '2026-01-31T25:00:00Z', '2026-01-31T09:30:00+99:99', '0', 'infinity',
  'epoch', 'now', '4713-01-01 BC', '2026-01-31T09:30:00.1234567890Z', '2026-1-1',
  '294277-01-01T00:00:00Z'];
const dates = ['2026-01-31', '1950-02-28', '2000-02-29', '1900-01-01', '0001-01-01', '9999-12-31'];

// A text that is inserted into JSON unchanged.
export class Written {
  constructor(text) {
    this.text = text;
  }
}

export class Generator {
  // pool(name) returns a known id of that name, or undefined.
  constructor(random, resolve, pool) {
    this.r = random;
    this.resolve = resolve;
    this.pool = pool;
  }

  // A schema in one object, with references replaced.
  whole(schema) {
    const s = { ...this.resolve(schema) };
    for (const part of s.allOf ?? []) {
      const p = this.whole(part);
      s.properties = { ...p.properties, ...s.properties };
      s.required = [...p.required ?? [], ...s.required ?? []];
      s.type ??= p.type;
      s.description ??= p.description;
    }
    return s;
  }

  text(max = 40) {
    const { r } = this;
    const kind = r.below(12);
    const n = r.weighed([[6, r.below(Math.min(max, 30)) + 1], [1, max], [1, Math.max(1, max - 1)],
      [1, 1]]);
    if (kind < 5)
      return r.of(words).slice(0, max) || 'x';
    if (kind < 8)
      return Array.from({ length: n }, () => r.of([...'abcdefghijklmnopqrstuvwxyz ABC'])).join('');
    if (kind < 10)
      return Array.from({ length: n }, () => String.fromCodePoint(0x20 + r.below(0x5e))).join('');
    // Any code point except control characters.
    return Array.from({ length: n }, () => {
      const c = r.of([0xa0 + r.below(0x300), 0x400 + r.below(0x2000), 0x4e00 + r.below(0x5000),
        0x1f300 + r.below(0x300), 0x10000 + r.below(0xfffff)]);
      return String.fromCodePoint(c >= 0xd800 && c < 0xe000 ? 0xe000 : c);
    }).join('');
  }

  string(s) {
    const { r } = this;
    if (s.pattern?.includes('|') && s.pattern.startsWith('^-?('))
      return r.of(['', '-']) + r.of(s.pattern.match(/\((.*)\)/)[1].split('|'));
    switch (s.format) {
      case 'date': return r.chance(70) ? r.of(dates) :
        new Date(r.below(2 ** 31) * 1000).toISOString().slice(0, 10);
      case 'date-time': return r.of(times);
      case 'email': return `${r.of(['ana', 'A.B', 'x+y', 'núñez', "o'b"])}${r.below(1000)}@example.${
        r.of(['org', 'com', 'co.uk'])}`;
      case 'uri': return `https://example.org/${r.below(100)}`;
      default:
    }
    return this.text(s.maxLength);
  }

  // A value that the schema allows.
  value(schema, name = '', depth = 0) {
    const { r } = this;
    const s = this.whole(schema);
    const options = s.oneOf ?? s.anyOf;
    if (options && s.properties === undefined)
      return this.value(r.of(options), name, depth);
    if (s.const !== undefined)
      return s.const;
    if (s.enum)
      return r.of(s.enum);
    let type = s.type;
    if (Array.isArray(type))
      type = r.chance(15) && type.includes('null') ? 'null' : r.of(type.filter((t) => t !== 'null'));
    switch (type) {
      case 'null': return null;
      case 'boolean': return r.chance(50);
      case 'integer':
      case 'number': {
        const known = /_id$|^keep$|^merge$/.test(name) ? this.pool(name) : undefined;
        if (known !== undefined && r.chance(92))
          return known;
        const low = s.minimum ?? -1000;
        const high = s.maximum ?? 1000000;
        return r.weighed([[6, low + r.below(Math.min(high - low + 1, 2 ** 31))], [1, low], [1, high]]);
      }
      case 'array': {
        const n = Math.min(s.maxItems ?? 4, (s.minItems ?? 0) + r.below(4));
        return depth > 5 ? [] : Array.from({ length: n }, () =>
          this.value(s.items ?? { type: 'string' }, name.replace(/s$/, ''), depth + 1));
      }
      case 'object': {
        const out = {};
        for (const [key, of] of Object.entries(s.properties ?? {}))
          if (depth < 6 && (s.required?.includes(key) ||
            r.chance(this.resolve(of).readOnly ? 3 : 35)))
            out[key] = this.value(of, key, depth + 1);
        if (s.additionalProperties && r.chance(40))
          out[this.text(10)] = r.of([1, 'x', true, null, [1], { a: 'b' }, this.text(40)]);
        return out;
      }
      case 'string': return this.phone(name, s);
      default: return this.text();
    }
  }

  phone(name, s) {
    if (/phone/.test(name) && this.r.chance(70))
      return this.r.of(['(614) 555-1001', '+16145551234', '330.555.0199', '555-0199',
        '+44 20 7946 0958']);
    if (/zip/.test(name) && this.r.chance(70))
      return this.r.of(['43990', '43995-1234', '43990 ', '1234']);
    return this.string(s);
  }

  // A value that is wrong or unusual for the schema.
  wrong(schema) {
    const { r } = this;
    const s = this.whole(schema ?? {});
    const any = [
      [3, () => null], [2, () => r.of([true, false])], [4, () => r.of(numbers)],
      [3, () => new Written(r.of(written))], [6, () => r.of(odd)], [2, () => this.text(60)],
      [2, () => r.of([[], [[]], [1], ['x'], [null], [{}], Array.from({ length: 300 }, () => 1)])],
      [2, () => r.of([{}, { a: 1 }, { '': null }, { $ref: 'x' }, { __proto__: null, x: 1 }])],
      [2, () => r.of(badTimes)],
      [1, () => new Written(`${'['.repeat(40)}${']'.repeat(40)}`)],
    ];
    if (s.maxLength)
      any.push([5, () => 'x'.repeat(s.maxLength + 1)], [2, () => '😀'.repeat(s.maxLength)],
        [2, () => '😀'.repeat(s.maxLength + 1)], [1, () => 'é'.repeat(20000)]);
    if (s.format?.startsWith('date'))
      any.push([8, () => r.of(badTimes)]);
    if (s.maximum !== undefined)
      any.push([4, () => s.maximum + 1], [4, () => s.minimum - 1]);
    if (s.enum)
      any.push([5, () => `${s.enum.find((v) => v !== null)}`.toUpperCase()]);
    return r.weighed(any)();
  }

  odd() {
    return this.r.of(odd);
  }

  number() {
    return this.r.chance(50) ? String(this.r.of(numbers)) : this.r.of(written);
  }
}

// JSON with Written texts inserted unchanged.
export function json(value) {
  const texts = [];
  const text = JSON.stringify(value, (_, v) => v instanceof Written ?
    `\u0001written ${texts.push(v.text) - 1}\u0001` : v);
  return text?.replace(/"\\u0001written (\d+)\\u0001"/g, (_, n) => texts[n]);
}
