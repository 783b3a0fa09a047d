/* What cerberus check says, as far as the programs see it; for admins. */
import * as api from '../api.js';
import { Button, count, Failure, html, Notice, useCall } from '../ui.js';

const words = { ok: ['good', 'All right'], failed: ['bad', 'Wrong'],
    unchecked: ['warn', 'Not checked'] };

export default function Checks()
{
	const { data, error, loading, again } = useCall(async (signal) => {
		const [checks, health] = await Promise.all([
			api.get('/health/checks', { signal, retry: false }),
			api.get('/health', { signal, retry: false })]);

		return { ...checks.data, health: health.data };
	}, []);
	const wrong = data?.checks.filter((c) => c.state === 'failed').length;

	return html`<div class="bar"><h2>Checks of this installation</h2>
		<${Button} busy=${loading} onClick=${again}>Check again<//></div>
		<${Failure} error=${error} again=${again}/>
		${data && html`<${Notice} kind=${wrong ? 'bad' : 'good'}><p>
			${wrong ? `${count(wrong, 'check')} failed.` :
			    'Nothing is wrong.'} Cerberus ${data.health.version},
			schema ${data.health.schema}.</p><//>
		<div class="panel scroll" tabindex="0" role="region"
		    aria-label="Checks"><table><thead><tr>
			<th scope="col">What</th><th scope="col">State</th>
			<th scope="col">What to do</th></tr></thead>
		<tbody>${data.checks.map((c, i) => html`<tr key=${i}>
			<th scope="row">${c.what}</th>
			<td><span class="state ${words[c.state][0]}">
				${words[c.state][1]}</span></td>
			<td>${c.text}</td></tr>`)}</tbody></table></div>`}`;
}
