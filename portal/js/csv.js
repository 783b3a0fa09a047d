/* Reading files of cells in the browser: encoding, delimiter, rows. */

const DELIMITERS = [',', '\t', '|', ';'];

/* Bytes as text: with a mark, as UTF-8, else as Windows-1252. */
export function decode(bytes)
{
	if (bytes[0] === 0xff && bytes[1] === 0xfe)
		return new TextDecoder('utf-16le').decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff)
		return new TextDecoder('utf-16be').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('windows-1252').decode(bytes);
	}
}

/* Rows of cells; at most so many rows. */
export function parse(text, delimiter = ',', most = Infinity)
{
	const rows = [];
	let row = [];
	let cell = '';
	let quoted = false;

	for (let i = 0; i <= text.length && rows.length < most; i++) {
		const c = text[i];

		if (quoted && c === '"' && text[i + 1] === '"') {
			cell += '"';
			i++;
		} else if (quoted && c !== undefined) {
			if (c === '"')
				quoted = false;
			else
				cell += c;
		} else if (c === '"' && cell === '') {
			quoted = true;
		} else if (c === delimiter) {
			row.push(cell);
			cell = '';
		} else if (c === undefined || c === '\n' || c === '\r') {
			if (c === '\r' && text[i + 1] === '\n')
				i++;
			if (row.length || cell !== '')
				rows.push([...row, cell]);
			row = [];
			cell = '';
		} else {
			cell += c;
		}
	}
	return rows;
}

/* The delimiter that makes rows of the most cells, near n if that is known. */
export function delimiterOf(text, n)
{
	const cells = (d) => parse(text, d, 1)[0]?.length ?? 0;
	const score = (d) => n ? -Math.abs(cells(d) - n) : cells(d);

	return DELIMITERS.reduce((a, b) => score(b) > score(a) ? b : a);
}

/* A file of these rows. */
export function write(rows)
{
	return rows.map((row) => row.map((c) => /[",\r\n]/.test(c) ?
	    `"${c.replaceAll('"', '""')}"` : c).join(',') + '\n').join('');
}

/*
 * The beginning of a file, of whole lines: { blob, rows }.  The rows are the
 * header and samples, as far as they are separated by a delimiter, which may be
 * named.
 */
export async function beginning(file, delimiter, most = 256 * 1024)
{
	const named = { comma: ',', tab: '\t', bar: '|', semicolon: ';' };
	const bytes = new Uint8Array(await file.slice(0, most).arrayBuffer());
	const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 2 : 1;
	const cut = file.size > bytes.length ?
	    bytes.lastIndexOf(10) + wide : bytes.length;
	const text = decode(bytes.subarray(0, cut)).replace(/^\ufeff/, '');

	return { blob: file.slice(0, cut || bytes.length),
	    rows: parse(text, named[delimiter] || delimiterOf(text), 12) };
}
