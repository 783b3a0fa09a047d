/*
 * Charts as inline SVG.  Each says in words what it shows, each bar carries its
 * figure, and a table has the same numbers, so that nothing depends on colour.
 */
import { html, useLayoutEffect, useRef, useState } from
    '../vendor/preact.js';

const LEFT = 56;
const BOTTOM = 24;
const LABEL = 72;		/* pixels that a label on the axis needs */

/* The width of an element, so that text in a chart keeps its size. */
function useWidth()
{
	const ref = useRef();
	const [width, setWidth] = useState(640);

	useLayoutEffect(() => {
		const observer = new ResizeObserver(([entry]) =>
		    setWidth(Math.max(220, Math.floor(
			entry.contentRect.width))));

		observer.observe(ref.current);
		return () => observer.disconnect();
	}, []);
	return [ref, width];
}

const every = (n, width) => Math.ceil(n * LABEL / Math.max(1, width - LEFT));

/* Round up to a number whose half has few digits, and is whole above 1. */
function ceiling(n)
{
	const power = 10 ** Math.floor(Math.log10(Math.max(n, 1)));

	return [1, 2, 4, 6, 8, 10].map((x) => x * power).find((x) => x >= n);
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
		${table ? html`<div class="low" tabindex="0" role="region"
		    aria-label=${title}><table><tbody>${data.map((d) => html`
			<tr key=${d.title || d.label}>
			<th scope="row">${d.title || d.label}</th>
			<td class="number">${show(d.value)}</td></tr>`)}
		</tbody></table></div>` : children}
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

/*
 * A column for each day or other step; labels stand under some of them.  A title
 * of an entry is its label in full; axis(value) writes the scale.
 */
export function Columns({ title, summary, data, show = String, axis = show,
	height = 160 })
{
	const [ref, width] = useWidth();
	const top = ceiling(Math.max(1, ...data.map((d) => d.value)));
	const step = (width - LEFT) / Math.max(1, data.length);
	const y = (v) => 8 + (height - BOTTOM - 8) * (1 - v / top);
	const nth = every(data.length, width);

	return html`<${Frame} title=${title} summary=${summary} data=${data}
		show=${show}>
		<div ref=${ref}><svg class="columns" width=${width}
		    height=${height} viewBox="0 0 ${width} ${height}" role="img"
		    aria-label="${title}. ${summary || ''}">
			<${Scale} top=${top} y=${y} axis=${axis} width=${width}/>
			${data.map((d, i) => html`<g key=${d.title || d.label}>
				<rect x=${LEFT + i * step + step * .1}
				    y=${y(d.value)} width=${step * .8}
				    height=${y(0) - y(d.value)}>
					<title>${d.title || d.label}:
						${' '}${show(d.value)}</title>
				</rect>
				${i % nth === 0 && html`<text
				    x=${LEFT + i * step + step / 2} y=${height - 6}
				    text-anchor=${i ? 'middle' : 'start'}
				    >${d.label}</text>`}
			</g>`)}
		</svg></div>
	<//>`;
}

function Scale({ top, y, axis, width })
{
	const steps = top > 1 ? [0, top / 2, top] : [0, top];

	return steps.map((v) => html`<g key=${v}>
		<line class="grid" x1=${LEFT} x2=${width} y1=${y(v)} y2=${y(v)}/>
		<text x=${LEFT - 6} y=${y(v) + 4} text-anchor="end">${axis(v)}
		</text></g>`);
}

/* A line through the values; lines with other dashes beside it: more. */
export function Lines({ title, summary, data, more = [], show = String,
	axis = show, height = 160 })
{
	const [ref, width] = useWidth();
	const all = [data, ...more.map((m) => m.data)];
	const top = ceiling(Math.max(1, ...all.flat().map((d) => d.value)));
	const x = (i) => LEFT + i * (width - LEFT - 8) /
	    Math.max(1, data.length - 1);
	const y = (v) => 8 + (height - BOTTOM - 8) * (1 - v / top);
	const nth = every(data.length, width);

	return html`<${Frame} title=${title} summary=${summary} data=${data}
		show=${show}>
		<div ref=${ref}><svg class="lines" width=${width}
		    height=${height} viewBox="0 0 ${width} ${height}" role="img"
		    aria-label="${title}. ${summary || ''}">
			<${Scale} top=${top} y=${y} axis=${axis} width=${width}/>
			${all.map((d, n) => html`<polyline key=${n}
			    class="line line-${n}" points=${d.map((p, i) =>
				`${x(i)},${y(p.value)}`).join(' ')}/>`)}
			${data.map((d, i) => i % nth === 0 && html`<text
			    key=${d.label} x=${x(i)} y=${height - 6}
			    text-anchor="middle">${d.label}</text>`)}
		</svg></div>
	<//>`;
}
