/* Days of a campaign, and numbers by day for charts. */

const DAY = 86400000;
const short = new Intl.DateTimeFormat(undefined,
    { month: 'short', day: 'numeric', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat(undefined,
    { dateStyle: 'medium', timeZone: 'UTC' });
const at = (day) => new Date(`${day}T00:00:00Z`);

/* Today in the zone, as "2026-11-26". */
export function today(zone)
{
	return new Intl.DateTimeFormat('en-CA', { timeZone: zone || undefined,
	    year: 'numeric', month: '2-digit', day: '2-digit' })
	    .format(new Date());
}

export function addDays(day, n)
{
	return new Date(at(day).getTime() + n * DAY).toISOString().slice(0, 10);
}

/*
 * One entry for each day from the first to the last, or for each week if these
 * are many: { label, title, value }.  rows have a member day; value(row) is the
 * number of a row.
 */
export function byDay(rows, first, last, value)
{
	const days = Math.round((at(last) - at(first)) / DAY) + 1;
	const step = days > 100 ? 7 : 1;
	const out = [];

	for (let i = 0; i < days; i += step) {
		const day = addDays(first, i);

		out.push({ label: short.format(at(day)), value: 0,
		    title: `${step > 1 ? 'Week of ' : ''}` +
			long.format(at(day)) });
	}
	for (const row of rows) {
		const n = Math.floor((at(row.day) - at(first)) / DAY / step);

		if (out[n])
			out[n].value += value(row);
	}
	return out;
}

/* The choices of a chart's period: value, label, and its first day. */
export const periods = [
	['30', 'Last 30 days'], ['90', 'Last 90 days'],
	['365', 'Last 12 months'], ['all', 'Since the beginning'],
];

/* The first day of a period; of "all", that of the oldest row. */
export function startOf(period, last, rows = [])
{
	if (period !== 'all')
		return addDays(last, 1 - Number(period));
	return rows.reduce((first, r) => r.day < first ? r.day : first,
	    addDays(last, -29));
}
