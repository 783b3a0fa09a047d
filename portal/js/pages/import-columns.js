/* Which column of a file is which of ours, and what its codes mean. */
import { Button, count, html } from '../ui.js';

const FIELDS = [
	'first_name', 'middle_name', 'last_name', 'suffix', 'full_name',
	'date_of_birth', 'birth_year', 'gender', 'street_address', 'city',
	'state', 'zip_code', 'county', 'precinct', 'ward', 'phone_number',
	'mobile_phone', 'home_phone', 'work_phone', 'email_address', 'employer',
	'occupation', 'registration_status', 'voter_registration_id',
	'registration_state', 'registration_date', 'party_affiliation',
	'congressional_district', 'state_senate_district',
	'state_house_district', 'mailing_address', 'mailing_city',
	'mailing_state', 'mailing_zip', 'mailing_country', 'contact_email',
	'contact_phone', 'contact_mail', 'contact_sms', 'engagement_score',
	'preferred_contact_method', 'tags',
];
const MEANINGS = {
	registration_status: ['Active', 'Inactive', 'Pending', 'Cancelled',
	    'Other'],
	party_affiliation: ['Democratic', 'Republican', 'Libertarian', 'Green',
	    'Unaffiliated'],
	gender: ['F', 'M', 'X', 'U'],
};

/* voter_registration_id as words. */
export const words = (name) => name.replaceAll('_', ' ').replace(/^./,
    (c) => c.toUpperCase()).replace(/ id$/, ' number');

/* How a mapping names a column of the file: by its heading, if it has its own. */
function nameOf(columns, i)
{
	const { header } = columns[i];
	const same = columns.filter((c) => c.header === header).length;

	return same > 1 || /^column \d+$/.test(header) ? i + 1 : header;
}

const of = (columns, field, key) => columns.map((c, i) => i)
    .filter((i) => columns[i][key] === field);

/*
 * The mapping of what differs from the suggestion.  codes: the meanings of
 * codes by field.
 */
export function mappingOf(columns, codes)
{
	const mapping = {};
	const fields = new Set(columns.flatMap((c) => [c.column, c.suggested])
	    .filter(Boolean));

	for (const field of fields) {
		const now = of(columns, field, 'column');
		const values = codes[field];

		if (String(now) === String(of(columns, field, 'suggested')) &&
		    !values)
			continue;
		const names = now.map((i) => nameOf(columns, i));
		const from = names.length > 1 ? names : names[0] ?? null;
		mapping[field] = values && from !== null ?
		    { column: from, values } : from;
	}
	return mapping;
}

function choices(column, undecided)
{
	const odd = column.suggested && !FIELDS.includes(column.suggested);

	return [['', undecided ? 'Decided by the heading' : 'Not used'],
	    ...odd ? [[column.suggested, column.suggested]] : [],
	    ...FIELDS.map((f) => [f, words(f)])];
}

/* undecided: the server has not said yet what the headings mean. */
export function Columns({ columns, samples, undecided, onChange })
{
	const fits = samples[0]?.length === columns.length;
	const set = (i, value) => onChange(columns.map((c, k) =>
	    k === i ? { ...c, column: value || null } : c));
	const shown = (i) => fits ? samples.map((r) => r[i])
	    .filter((t) => t?.trim()).slice(0, 3) : [];

	return html`<div class="scroll" role="region" tabindex="0"
		aria-label="Columns of the file"><table
		class="stack mapping">
		<thead><tr><th scope="col">In the file</th>
			<th scope="col">Imported as</th>
			<th scope="col">For example</th></tr></thead>
		<tbody>${columns.map((c, i) => html`<tr key=${i}>
			<th scope="row">${c.header}</th>
			<td><select aria-label="${c.header} is imported as"
				onChange=${(e) => set(i, e.target.value)}>
				${choices(c, undecided).map(([v, text]) => html`<option key=${v}
					value=${v} selected=${v === (c.column ?? '')}
					>${text}${v && v === c.suggested ?
					' (suggested)' : ''}</option>`)}
				</select>
				${c.column !== c.suggested && html`<p class="small">
					Changed by you.</p>`}</td>
			<td>${shown(i).map((t, k) => html`<span key=${k}
				class="sample">${t}</span>`)}</td>
		</tr>`)}</tbody>
	</table></div>`;
}

/* Codes that nobody knows: click on what each means. */
export function Codes({ unknown, codes, onChange })
{
	const rows = unknown.filter((u) => MEANINGS[u.column] &&
	    u.value !== '').slice(0, 40);
	const set = (u, meaning) => {
		const values = { ...codes[u.column], [u.value]: meaning };

		if (codes[u.column]?.[u.value] === meaning)
			delete values[u.value];
		const { [u.column]: _, ...others } = codes;
		onChange(Object.keys(values).length ?
		    { ...others, [u.column]: values } : others);
	};
	/* A code that has a meaning is no longer unknown, but stays here. */
	const known = Object.entries(codes).flatMap(([column, values]) =>
	    Object.keys(values).filter((value) => !rows.some((r) =>
	    r.column === column && r.value === value))
	    .map((value) => ({ column, value, count: 0 })));

	if (rows.length + known.length === 0)
		return null;
	return html`<h3>What do these codes mean?</h3>
		<div class="codes">${[...rows, ...known].map((u) => html`
		<div key=${`${u.column} ${u.value}`} role="group" aria-label=${
			`${words(u.column)} ${u.value}`}>
			<span><strong>${u.value}</strong> as
				${' '}${words(u.column).toLowerCase()}${u.count > 0 &&
				html`, <span class="quiet">${count(u.count, 'row')}
				</span>`}</span>
			<span class="bar">${MEANINGS[u.column].map((m) => html`
				<${Button} key=${m} aria-pressed=${String(
				codes[u.column]?.[u.value] === m)}
				onClick=${() => set(u, m)}>${m}<//>`)}</span>
		</div>`)}</div>`;
}
