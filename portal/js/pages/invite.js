/* The link of an invitation, for the team and for users. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, Dialog, Failure, html, say, time, useCall } from '../ui.js';

/* A link that works once; it is shown only now. */
export function Invite({ user, onClose })
{
	const [copied, setCopied] = useState(false);
	const { data, error, again } = useCall(async () => {
		const path = `/users/${user.id}`;
		const { data: row } = await api.get(path);
		const { data: made } = await api.post(`${path}/invitation`, {});

		return { ...made, username: row.username };
	}, [user.id]);
	const link = data && new URL(`#${new URLSearchParams({
	    invitation: data.token, user: data.username })}`,
	    location.href).href;

	return html`<${Dialog} title="Invitation of ${user.name}"
		onClose=${onClose} actions=${html`
		${link && html`<${Button} kind="main" onClick=${async () => {
			await navigator.clipboard.writeText(link);
			setCopied(true);
			say('Copied.');
		}}>${copied ? 'Copied' : 'Copy the link'}<//>`}
		<${Button} onClick=${onClose}>Close<//>`}>
		<${Failure} error=${error} again=${again}/>
		${link && html`<p>Send this link to the person. It works once,
			until ${time(data.expires_at)}. It is not shown
			again; a new one makes it void.</p>
		<pre class="snippet" tabindex="0">${link}</pre>`}
	<//>`;
}
