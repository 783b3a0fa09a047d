/* Users, for admins: new ones, invitations, who may sign in. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { useKey } from '../edit.js';
import { Button, Confirm, count, Dialog, Failure, Field, html, say, time,
    useCall, useKept } from '../ui.js';
import { Invite } from './invite.js';

const kinds = [['user', 'User: a role in each campaign'],
    ['admin', 'Admin: everything, everywhere']];

function New({ onDone, onClose })
{
	const form = useKept('new user', { role: 'user' });
	const [key, went] = useKey();
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const field = (name, label, rest) => html`<${Field} label=${label}
		value=${form.values[name]} error=${error?.of?.(name)}
		onValue=${(v) => form.set(name, v)} autocomplete="off"
		...${rest}/>`;

	async function save()
	{
		setBusy(true);
		setError(null);
		try {
			const { data } = await api.post('/users', form.values,
			    { key });

			form.saved();
			onDone({ id: data.user_id, name: data.username });
		} catch (e) {
			went(e);
			setError(e);
			setBusy(false);
		}
	}

	return html`<${Dialog} title="New user" onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind="main" busy=${busy} onClick=${save}>Add and
			invite<//>`}>
		${field('username', 'User name', { required: true,
		    autocapitalize: 'none' })}
		${field('full_name', 'Name')}
		${field('email_address', 'E-mail', { type: 'email' })}
		${field('role', 'Kind', { as: 'select', options: kinds })}
		<p class="small">They choose a password by the link that you get
			next.</p>
		<${Failure} error=${error}/>
	<//>`;
}

/* Whether somebody may sign in; it says what that ends. */
function Active({ user, onDone, onClose })
{
	const keys = useCall((signal) => api.get(
	    `/users/${user.user_id}/api-keys`, { signal,
		query: { per_page: 1 } }), []);
	const n = keys.data?.data.total_api_keys;
	const run = async () => {
		await api.patch(`/users/${user.user_id}`,
		    { is_active: !user.is_active });
		say(user.is_active ? 'They can no longer sign in.' :
		    'They may sign in again.');
		onDone();
	};

	return html`<${Confirm} danger=${user.is_active} onClose=${onClose}
		run=${run} act=${user.is_active ? 'Lock' : 'Unlock'}
		title="${user.is_active ? 'Lock' : 'Unlock'} ${user.username}">
		<p>${user.is_active ? `${user.username} can no longer sign in. ` +
		    'All sessions end, and ' + (n === undefined ? 'API keys' :
		    count(n, 'API key')) + ' no longer work. Nothing that they ' +
		    'have entered changes.' :
		    `${user.username} may sign in again, with the same roles.`}
		</p><//>`;
}

export default function Users({ me, campaign })
{
	const [act, setAct] = useState(null);
	const { data, error, again } = useCall((signal) => api.get('/users',
	    { signal, query: { per_page: 200, sort: 'username' } }), []);
	const rows = data?.data.users || [];
	const close = () => setAct(null);

	return html`<div class="bar">
		<h2>${data && count(data.data.total_users, 'user')}</h2>
		<${Button} kind="main" onClick=${() => setAct({ add: true })}
		    >New user<//></div>
		<${Failure} error=${error} again=${again}/>
		<div class="panel scroll" tabindex="0" role="region"
		    aria-label="Users"><table><thead><tr>
			<th scope="col">User</th><th scope="col">Name</th>
			<th scope="col">E-mail</th><th scope="col">Kind</th>
			<th scope="col">Last signed in</th>
			<th scope="col"><span class="unseen">Acts</span></th>
		</tr></thead><tbody>${rows.map((u) => html`<tr key=${u.user_id}>
			<th scope="row">${u.username}</th><td>${u.full_name}</td>
			<td>${u.email_address}</td>
			<td>${u.role === 'admin' ? 'Admin' : 'User'}
				${!u.is_active && html`, <span
				    class="state bad">locked</span>`}</td>
			<td>${time(u.last_login_at, campaign.time_zone)}</td>
			<td><${Button} aria-label="Invite ${u.username}"
			    onClick=${() => setAct({ invite: u })}>Invite…<//>
			${u.user_id !== me.user.user_id && html` <${Button}
			    aria-label="${u.is_active ? 'Lock' : 'Unlock'}
				${' '}${u.username}"
			    onClick=${() => setAct({ active: u })}>
			    ${u.is_active ? 'Lock…' : 'Unlock…'}<//>`}</td>
		</tr>`)}</tbody></table></div>
		${act?.add && html`<${New} onClose=${close} onDone=${(user) => {
			setAct({ link: user });
			again();
		}}/>`}
		${act?.invite && html`<${Confirm} act="Make a link"
		    title="Invite ${act.invite.username}" onClose=${close}
		    run=${async () => setTimeout(() => setAct({ link: {
			id: act.invite.user_id, name: act.invite.username } }))}>
		    <p>The link lets the person choose a new password, once,
			within 72 hours. Links that they got before stop working.
			Their password stays until they use it; then all their
			sessions end.</p><//>`}
		${act?.active && html`<${Active} user=${act.active}
		    onDone=${again} onClose=${close}/>`}
		${act?.link && html`<${Invite} user=${act.link}
		    onClose=${close}/>`}`;
}
