/* The lists of doors that can be taken along, and those on this device. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import * as device from '../device.js';
import { Button, count, Failure, html, useCall } from '../ui.js';
import { Unsent, useStored } from './outcome.js';

/* Is everybody behind the door recorded? */
export const isDone = (kept, d) =>
    d.people.every((p) => kept.results[p.voter_id]);

/* When the list goes. */
export function left(kept)
{
	const hours = Math.max(0, Math.ceil(device.HOURS -
	    (Date.now() - kept.fetched) / 3600000));

	return `removed from this device in ${count(hours, 'hour')}`;
}

export const progressOf = (kept) => `${kept.doors.filter((d) =>
    isDone(kept, d)).length} of ${count(kept.doors.length, 'door')} done`;

function Kept({ kept, campaign })
{
	return html`<li>
		<a href="#/campaigns/${campaign.campaign_id}/canvass/${kept.name}"
			>${kept.title}</a>
		<span class="quiet">${progressOf(kept)}; ${left(kept)}</span>
		<${Button} onClick=${() => device.dropList(kept.name)}
		    aria-label=${`Remove ${kept.title} from this device`}
			>Remove<//>
	</li>`;
}

function Offer({ name, title, about, campaign })
{
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	async function take()
	{
		setBusy(true);
		setError(null);
		try {
			await device.fetchList(name);
			location.hash = `#/campaigns/${campaign.campaign_id}` +
			    `/canvass/${name}`;
		} catch (e) {
			setError(e);
			setBusy(false);
		}
	}

	return html`<li>
		<strong>${title}</strong><span class="quiet">${about}</span>
		<${Button} busy=${busy} onClick=${take}
		    aria-label=${`Take ${title} along`}>Take along<//>
		<${Failure} error=${error}/>
	</li>`;
}

export function Choose({ campaign, me })
{
	const id = campaign.campaign_id;
	const here = useStored(device.lists, []);
	const { data, error, again } = useCall((signal) => Promise.all([
	    api.get('/turfs', { signal, query: { campaign_id: id,
		per_page: 200 } }),
	    api.get('/voters/segments', { signal, query: { campaign_id: id,
		per_page: 200 } })]), [id]);
	const mine = (here || []).filter?.((k) => k.campaign_id === id) || [];
	const taken = new Set(mine.map((k) => k.name));
	const turfs = (data?.[0].data.turfs || []).filter((t) =>
	    !taken.has(`turf-${t.turf_id}`))
	    .sort((a, b) => (b.user_id === me.user.user_id) -
		(a.user_id === me.user.user_id));
	const segments = (data?.[1].data.segments || []).filter((s) =>
	    !taken.has(`segment-${s.segment_id}`));

	return html`<h1>Canvass</h1>
		<${Unsent} me=${me}/>
		<h2>On this device</h2>
		${here && mine.length === 0 && html`<p class="quiet">Take a list along:
			it then works without a connection.</p>`}
		<ul class="cards field">${mine.map((kept) => html`<${Kept}
		    key=${kept.name} kept=${kept} campaign=${campaign}/>`)}</ul>
		<${Failure} error=${error} again=${again}/>
		<h2>Turfs</h2>
		${data && turfs.length === 0 && html`<p class="quiet">No other
			turfs.</p>`}
		<ul class="cards field">${turfs.map((t) => html`<${Offer}
		    key=${t.turf_id} name=${`turf-${t.turf_id}`}
		    title=${t.turf_name} campaign=${campaign}
		    about=${`${t.user_id === me.user.user_id ? 'Yours; ' : ''}${
			count(t.doors, 'door')}, code ${t.code}`}/>`)}</ul>
		<h2>Universes</h2>
		${data && segments.length === 0 && html`<p class="quiet">No other
			universes.</p>`}
		<ul class="cards field">${segments.map((s) => html`<${Offer}
		    key=${s.segment_id} name=${`segment-${s.segment_id}`}
		    title=${s.segment_name} campaign=${campaign}
		    about="All doors, up to 10,000 people"/>`)}</ul>`;
}
