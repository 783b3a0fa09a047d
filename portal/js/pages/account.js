/* The caller's own account: sessions, password, second factor, API keys. */
import * as api from '../api.js';
import { Button, Failure, html, time, useCall } from '../ui.js';

function Sessions()
{
	const { data, error, again } = useCall((signal) =>
	    api.get('/auth/sessions', { query: { per_page: 200 }, signal }), []);
	const end = async (s) => {
		await api.del(`/auth/sessions/${s.session_id}`);
		again();
	};

	return html`<section class="panel"><h2>Sessions</h2>
		<${Failure} error=${error} again=${again}/>
		<ul>${data?.data.sessions.map((s) => html`
			<li key=${s.session_id}>
				${s.agent || 'A program'}, since
				${' '}${time(s.created_at)}${' '}
				${s.current ? html`<strong>this one</strong>` :
				html`<${Button} onClick=${() => end(s)}>End<//>`}
			</li>`)}</ul>
	</section>`;
}

export default function Account({ me })
{
	return html`<h1>Your account</h1>
		<p>${me.user.username} ${me.user.email_address}</p>
		<${Sessions}/>`;
}
