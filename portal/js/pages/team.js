/* Team: members and their roles, invitations, and for admins users and audit. */
import { useEffect, useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { useKey } from '../edit.js';
import { Button, Confirm, count, day, Failure, Field, html, Notice, say,
    time, useCall } from '../ui.js';
import { Invite } from './invite.js';

const roles = [
	['viewer', 'Viewer: reads'], ['editor', 'Editor: reads and writes'],
	['manager', 'Manager: also members, exports and refunds'],
];
const nameOf = (r) => r[0].toUpperCase() + r.slice(1);
const losses = {
	viewer: 'can no longer change anything in this campaign',
	editor: 'can change voters, contacts and surveys, but no longer ' +
	    'members, exports or refunds',
	manager: 'can change members, export data and refund gifts',
};

export function TeamTabs({ campaign, can, here })
{
	const base = `#/campaigns/${campaign.campaign_id}/team`;

	if (!can('admin'))
		return null;
	return html`<nav aria-label="Team"><ul class="tabs">${[
		['', 'Members'], ['users', 'Users'], ['audit', 'Audit']].map(
		([to, label]) => html`<li key=${to}>
			<a href=${to ? `${base}/${to}` : base} aria-current=${
			    to === here ? 'page' : null}>${label}</a></li>`)}
	</ul></nav>`;
}

/* A role that was chosen, once it is confirmed. */
function NewRole({ member, role, path, onDone, onClose })
{
	const run = async () => {
		const now = await api.get(path);

		await api.put(path, { role }, { etag: now.etag });
		say(`${member.username} is ${role} now.`);
		onDone();
	};

	return html`<${Confirm} title="Change the role" run=${run}
		act="Make ${member.username} ${role}" onClose=${onClose}>
		<p>${member.username} was ${member.role}, and then
			${' '}${losses[role]}. It takes effect at once.</p>
	<//>`;
}

function Member({ member, campaign, me, can, onDone })
{
	const [act, setAct] = useState(null);
	const path = `/campaigns/${campaign.campaign_id}/members/` +
	    member.user_id;
	const own = member.user_id === me.user.user_id;
	const close = () => setAct(null);
	const options = roles.map(([r]) => [r, nameOf(r)]);

	return html`<tr><th scope="row">${member.username}${own && ' (you)'}</th>
		<td>${can('manager') ? html`<select value=${member.role}
		    aria-label="Role of ${member.username}" onChange=${(e) => {
			setAct({ role: e.target.value });
			e.target.value = member.role;
		    }}>${options.map(([v, l]) => html`<option key=${v} value=${v}
			selected=${v === member.role}>${l}</option>`)}
		    </select>` : nameOf(member.role)}</td>
		<td>${day(member.created_at)}</td>
		${can('manager') && html`<td><${Button} kind="danger"
		    aria-label="Remove ${member.username}"
		    onClick=${() => setAct({ remove: true })}>Remove…<//>
		    ${act?.role && html`<${NewRole} member=${member}
			role=${act.role} path=${path} onDone=${onDone}
			onClose=${close}/>`}
		    ${act?.remove && html`<${Confirm} danger act="Remove"
			title="Remove ${member.username}" onClose=${close}
			run=${async () => {
				await api.del(path);
				say(`${member.username} is removed.`);
				onDone();
			}}><p>${own ? 'You' : member.username}
			${' '}no longer ${own ? 'see' : 'sees'} anything of
			${' '}${campaign.campaign_name}, from this moment on.
			What ${own ? 'you' : 'they'} have entered stays. One
			member less; nothing else changes.</p><//>`}
		</td>`}</tr>`;
}

function Add({ campaign, onDone })
{
	const [user, setUser] = useState('');
	const [role, setRole] = useState('viewer');
	const [key, went] = useKey();
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const [said, setSaid] = useState('');

	async function add(event)
	{
		event.preventDefault();
		setBusy(true);
		setError(null);
		setSaid('');
		try {
			const { data } = await api.post('/campaigns/' +
			    `${campaign.campaign_id}/members`, { user, role },
			    { key });

			went();
			setSaid(data.message);
			setUser('');
			onDone();
		} catch (e) {
			went(e);
			setError(e);
		}
		setBusy(false);
	}

	return html`<section class="panel"><h2>Add a member</h2>
		<form onSubmit=${add}><div class="row">
			<${Field} label="User name or e-mail address" required
			    value=${user} onValue=${setUser} autocomplete="off"
			    error=${error?.of?.('user')}/>
			<${Field} label="Role" as="select" options=${roles}
			    value=${role} onValue=${setRole}/>
			<div class="field"><${Button} type="submit" kind="main"
			    busy=${busy}>Add<//></div>
		</div></form>
		<p class="small">Somebody who shares a campaign with you is a
			member at once. For anybody else an admin has to confirm
			it, and sends the invitation.</p>
		${said && html`<${Notice} kind="good"><p>${said}</p><//>`}
		<${Failure} error=${error}/>
	</section>`;
}

const states = { pending: 'Waits for an admin', confirmed: 'Confirmed',
    declined: 'Declined' };

/* Requests for members; an admin confirms or declines them. */
function Requests({ campaign, can, zone, round, onDone })
{
	const [asked, ask] = useState(null);
	const [link, setLink] = useState(null);
	const { data, error, again } = useCall((signal) => api.get(
	    `/campaigns/${campaign.campaign_id}/member-requests`, { signal,
		query: { sort: '-request_id', per_page: 50 } }), [round]);
	const rows = data?.data.member_requests || [];
	const run = async () => {
		const { data: r } = await api.post('/member-requests/' +
		    `${asked.row.request_id}/${asked.act}`, {});

		say(r.message);
		if (r.created)
			setLink({ id: r.user_id, name: asked.row.given });
		again();
		onDone();
	};

	if (!rows.length)
		return html`<${Failure} error=${error} again=${again}/>`;
	return html`<section class="panel"><h2>Asked for</h2>
		<ul class="tasks">${rows.map((r) => html`<li key=${r.request_id}>
			<strong>${r.given}</strong>
			<span>${nameOf(r.role)}</span>
			<span class="quiet">${states[r.state]},
			${' '}${time(r.updated_at, zone)}</span>
			${can('admin') && r.state === 'pending' && html`
			<${Button} onClick=${() => ask({ row: r,
			    act: 'confirm' })}>Confirm…<//>
			<${Button} onClick=${() => ask({ row: r,
			    act: 'decline' })}>Decline…<//>`}</li>`)}
		</ul>
		${asked && html`<${Confirm} run=${run} onClose=${() => ask(null)}
		    title=${`${nameOf(asked.act)} ${asked.row.given}`}
		    act=${nameOf(asked.act)}><p>${asked.act === 'confirm' ?
			`${asked.row.given} becomes ${asked.row.role} of ` +
			`${campaign.campaign_name}. If there is no such user, ` +
			'one is created, and you get a link for the invitation.' :
			'The manager sees that it was declined. Nobody becomes ' +
			'a member.'}</p><//>`}
		${link && html`<${Invite} user=${link}
		    onClose=${() => setLink(null)}/>`}
	</section>`;
}

function Members({ campaign, me, can })
{
	const [round, setRound] = useState(0);
	const { data, error, again } = useCall((signal) => api.get(
	    `/campaigns/${campaign.campaign_id}/members`, { signal,
		query: { per_page: 200 } }), [campaign.campaign_id]);
	const rows = data?.data.members;
	const changed = () => {
		again();
		setRound((n) => n + 1);
	};

	return html`<${Failure} error=${error} again=${again}/>
		${rows && html`<section class="panel">
		<h2>${count(data.data.total_members, 'member')}</h2>
		<div class="scroll" tabindex="0" role="region"
		    aria-label="Members"><table class="stack"><thead><tr>
			<th scope="col">User</th><th scope="col">Role</th>
			<th scope="col">Since</th>
			${can('manager') && html`<th scope="col">
			<span class="unseen">Acts</span></th>`}
		</tr></thead><tbody>${rows.map((m) => html`<${Member}
			key=${m.user_id} member=${m} campaign=${campaign}
			me=${me} can=${can} onDone=${changed}/>`)}
		</tbody></table></div></section>`}
		${can('manager') && html`<${Add} campaign=${campaign}
		    onDone=${changed}/>
		<${Requests} campaign=${campaign} can=${can} round=${round}
		    zone=${campaign.time_zone} onDone=${again}/>`}`;
}

const below = { users: () => import('./users.js'),
    audit: () => import('./audit.js') };

export default function Team(props)
{
	const [name] = props.path;
	const [{ Page, error }, setLoaded] = useState({});

	useEffect(() => {
		setLoaded({});
		below[name]?.().then((m) => setLoaded({ Page: m.default }),
		    (e) => setLoaded({ error: e }));
	}, [name]);
	return html`<h1>Team</h1>
		<${TeamTabs} ...${props} here=${name || ''}/>
		${!name ? html`<${Members} ...${props}/>` :
		!below[name] || !props.can('admin') ? html`<p>There is no such
			page.</p>` :
		Page ? html`<${Page} ...${props}/>` :
		html`<${Failure} error=${error}/>`}`;
}
