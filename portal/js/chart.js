/*
 * Charts as inline SVG.  Each says in words what it shows, each bar carries its
 * figure, and a table has the same numbers, so that nothing depends on colour.
 */
import { html, useState } from '../vendor/preact.js';

const WIDTH = 640;
const LEFT = 56;
const BOTTOM = 24;

/* Round up to 1, 2 or 5 times a power of ten. */
function ceiling(n)
{
	const power = 10 ** Math.floor(Math.log10(Math.max(n, 1)));

	return [1, 2, 5, 10].map((x) => x * power).find((x) => x >= n);
}

function Frame({ title, summary, data, show, children })
{
	const [table, setTable] = useState(false);

	return html`<figure class="chart">
		<figcaption><strong>${title}</strong>
			${summary && html`<span>${summary}</span>`}
			<button class="plain" aria-expanded=${table}
			    onClick=${() => setTable(!table)}>
				${table ? 'Show as a chart' : 'Show as a table'}
			</button></figcaption>
		${table ? html`<table><tbody>${data.map((d) => html`
			<tr key=${d.label}><th scope="row">${d.label}</th>
			<td class="number">${show(d.value)}</td></tr>`)}
		</tbody></table>` : children}
	</figure>`;
}

/*
 * Horizontal bars, for answers and kinds.  data: [{ label, value }]; show(value)
 * writes a value.
 */
export function Bars({ title, summary, data, show = String })
{
	const most = Math.max(1, ...data.map((d) => d.value));

	return html`<${Frame} title=${title} summary=${summary} data=${data}
		show=${show}>
		<ul class="bars">${data.map((d) => html`<li key=${d.label}>
			<span class="label">${d.label}</span>
			<svg aria-hidden="true" viewBox="0 0 100 10"
			    preserveAspectRatio="none">
				<rect width=${100 * d.value / most}
				    height="10"/></svg>
			<span class="number">${show(d.value)}</span>
		</li>`)}</ul>
	<//>`;
}

/* A column for each day or other step; labels stand under some of them. */
export function Columns({ title, summary, data, show = String, height = 160 })
{
	const top = ceiling(Math.max(1, ...data.map((d) => d.value)));
	const step = (WIDTH - LEFT) / Math.max(1, data.length);
	const y = (v) => 8 + (height - BOTTOM - 8) * (1 - v / top);
	const every = Math.ceil(data.length / 8);

	return html`<${Frame} title=${title} summary=${summary} data=${data}
		show=${show}>
		<svg class="columns" viewBox="0 0 ${WIDTH} ${height}" role="img"
		    aria-label="${title}. ${summary || ''}">
			${[0, top / 2, top].map((v) => html`<g key=${v}>
				<line class="grid" x1=${LEFT} x2=${WIDTH}
				    y1=${y(v)} y2=${y(v)}/>
				<text x=${LEFT - 6} y=${y(v) + 4}
				    text-anchor="end">${show(v)}</text></g>`)}
			${data.map((d, i) => html`<g key=${d.label}>
				<rect x=${LEFT + i * step + step * .1}
				    y=${y(d.value)} width=${step * .8}
				    height=${y(0) - y(d.value)}>
					<title>${d.label}: ${show(d.value)}</title>
				</rect>
				${i % every === 0 && html`<text
				    x=${LEFT + (i + .5) * step} y=${height - 6}
				    text-anchor="middle">${d.label}</text>`}
			</g>`)}
		</svg>
	<//>`;
}

/* A line through the values; lines with other dashes beside it: more. */
export function Lines({ title, summary, data, more = [], show = String,
	height = 160 })
{
	const all = [data, ...more.map((m) => m.data)];
	const top = ceiling(Math.max(1, ...all.flat().map((d) => d.value)));
	const x = (i) => LEFT + i * (WIDTH - LEFT - 8) /
	    Math.max(1, data.length - 1);
	const y = (v) => 8 + (height - BOTTOM - 8) * (1 - v / top);
	const every = Math.ceil(data.length / 8);

	return html`<${Frame} title=${title} summary=${summary} data=${data}
		show=${show}>
		<svg class="lines" viewBox="0 0 ${WIDTH} ${height}" role="img"
		    aria-label="${title}. ${summary || ''}">
			${[0, top / 2, top].map((v) => html`<g key=${v}>
				<line class="grid" x1=${LEFT} x2=${WIDTH}
				    y1=${y(v)} y2=${y(v)}/>
				<text x=${LEFT - 6} y=${y(v) + 4}
				    text-anchor="end">${show(v)}</text></g>`)}
			${all.map((d, n) => html`<polyline key=${n}
			    class="line line-${n}" points=${d.map((p, i) =>
				`${x(i)},${y(p.value)}`).join(' ')}/>`)}
			${data.map((d, i) => i % every === 0 && html`<text
			    key=${d.label} x=${x(i)} y=${height - 6}
			    text-anchor="middle">${d.label}</text>`)}
		</svg>
	<//>`;
}
