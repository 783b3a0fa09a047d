/* The parts of one voter's page besides the form. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, Confirm, count, day, Dialog, Failure, Field, html, money, Notice,
    phone, say, time, useCall } from '../ui.js';

const channels = [['email', 'E-mail'], ['phone', 'Phone calls'],
    ['sms', 'Text messages'], ['mail', 'Letters']];
const channelName = (c) => channels.find(([x]) => x === c)?.[1] ?? c;

/* Run an act; its error is shown where it was started. */
function useAct(again)
{
	const [error, setError] = useState(null);

	return [error, async (run, done) => {
		setError(null);
		try {
			await run();
			say(done);
			again();
		} catch (e) {
			setError(e);
		}
	}];
}

export function Tags({ voter, can, again })
{
	const [tag, setTag] = useState('');
	const [error, act] = useAct(again);
	const at = `/voters/${voter.voter_id}/tags`;
	/* Not by a path: a tag such as ".." would make it another one. */
	const remove = (t) => api.post('/voters/tags', { remove: [t],
	    voter_ids: [voter.voter_id] });
	const add = (event) => {
		event.preventDefault();
		if (tag.trim())
			act(() => api.post(at, { tag: tag.trim() }).then(
			    () => setTag('')), `${tag} is added.`);
	};

	return html`<section class="panel"><h2>Tags</h2>
		<${Failure} error=${error}/>
		<ul class="tags">${voter.tags.map((t) => html`
			<li key=${t} class="tag">${t}
			${can('editor') && html`<button class="plain"
			    aria-label=${`Remove the tag ${t}`}
			    onClick=${() => act(() => remove(t),
				`${t} is removed.`)}
			    ><span aria-hidden="true">✕</span></button>`}</li>`)}
			${voter.tags.length === 0 && html`<li class="quiet">No
			    tags</li>`}</ul>
		${can('editor') && html`<form class="row" onSubmit=${add}>
			<${Field} label="Add a tag" value=${tag} maxlength="100"
			    onValue=${setTag}/><button>Add</button></form>`}
	</section>`;
}

/* What is known about a channel: opted out, allowed, or nothing. */
function stateOf(channel, voter, all)
{
	const out = all.opt_outs.filter((o) => o.channel === channel &&
	    !o.lifted_at);
	const allowed = voter[`contact_${channel}`];

	if (out.length)
		return { out, text: `Opted out on ${day(out[0].created_at)}${
		    out[0].reason ? `: ${out[0].reason}` : ''}` };
	return { out, text: allowed ? 'May be contacted' :
	    allowed === false ? 'Does not want it' : 'Not asked yet' };
}

function Answered({ voter, channel, granted, campaign, onClose, again })
{
	const [values, setValues] = useState({ source: 'Staff', wording: '' });
	const set = (name) => (v) => setValues({ ...values, [name]: v });

	return html`<${Confirm} onClose=${onClose} danger=${!granted}
		title=${`${granted ? 'Allow' : 'Opt out of'} ${channelName(
		    channel).toLowerCase()}`}
		act=${granted ? 'Record the consent' : 'Opt out'}
		run=${async () => {
			await api.post(`/voters/${voter.voter_id}/consents`, {
			    campaign_id: campaign.campaign_id, channel, granted,
			    source: values.source,
			    ...values.wording ? { wording: values.wording } : {} });
			again();
		}}>
		<p>${granted ? 'Record this only if the person has said so.' :
		    'The opt-out belongs to the address or number: it stays ' +
		    'when the voter is deleted and imported again.'}</p>
		<${Field} label="Where it was said" value=${values.source}
		    required maxlength="255" onValue=${set('source')}/>
		<${Field} label="Their words" value=${values.wording}
		    maxlength="1000" onValue=${set('wording')}/>
	<//>`;
}

export function Contact({ voter, all, campaign, can, again })
{
	const [asked, setAsked] = useState(null);
	const [error, act] = useAct(again);
	const lift = (out) => act(async () => {
		for (const o of out)
			await api.del(`/voters/opt-outs/contacts/${o.contact_id}`);
	}, 'The opt-out is lifted.');

	return html`<section class="panel"><h2>Contact</h2>
		<${Failure} error=${error}/>
		<ul class="list">${channels.map(([channel, label]) => {
			const { out, text } = stateOf(channel, voter, all);

			return html`<li key=${channel}>
				<span><strong>${label}</strong><br/>
				<span class=${out.length ? 'error' : 'quiet'}>${
				    text}</span></span>
				${can('editor') && html`<span class="acts">
				${out.length > 0 ? html`<${Button} aria-label=${
				    `Lift the opt-out of ${label}`}
				    onClick=${() => lift(out)}>Lift<//>` : html`
				${!voter[`contact_${channel}`] && html`<${Button}
				    aria-label=${`Record consent to ${label}`}
				    onClick=${() => setAsked({ channel,
					granted: true })}>Consent…<//>`}
				<${Button} aria-label=${`Opt out of ${label}`}
				    onClick=${() => setAsked({ channel,
					granted: false })}>Opt out…<//>`}
				</span>`}
			</li>`;
		})}</ul>
		${asked && html`<${Answered} ...${asked} voter=${voter}
		    campaign=${campaign} again=${again}
		    onClose=${() => setAsked(null)}/>`}
	</section>`;
}

const short = (v) => `${v.first_name} ${v.last_name}${
    v.suffix ? ` ${v.suffix}` : ''}`;
const born = (v) => v.birth_year ? `, born ${v.birth_year}` : '';

export function Household({ voter, campaign })
{
	const { data, error } = useCall((signal) => api.get('/voters', { signal,
	    query: { household_of: voter.voter_id,
	    campaign_id: campaign.campaign_id, per_page: 50, fields:
	    'voter_id,first_name,last_name,suffix,birth_year,party_affiliation',
	    } }), [voter.voter_id, voter.street_address]);
	const others = data?.data.voters.filter(
	    (v) => v.voter_id !== voter.voter_id);

	return html`<section class="panel"><h2>Household</h2>
		<${Failure} error=${error}/>
		${others?.length === 0 && html`<p class="quiet">Nobody else is
			known at this address.</p>`}
		<ul class="list">${others?.map((v) => html`<li key=${v.voter_id}>
			<a href="#/campaigns/${campaign.campaign_id}/voters/${
			    v.voter_id}">${short(v)}</a>
			<span class="quiet">${[v.party_affiliation,
			    v.birth_year && `born ${v.birth_year}`].filter(
			    Boolean).join(', ')}</span></li>`)}</ul>
	</section>`;
}

/* Both voters beside each other; the person chooses who is kept. */
function Merge({ voter, other, campaign, onMerged, onClose })
{
	const { data, error } = useCall((signal) => api.get(
	    `/voters/${other}/everything`, { signal }), [other]);
	const [keep, setKeep] = useState(voter.voter_id);
	const [problem, setProblem] = useState(null);
	const second = data?.data.voter;
	const gone = keep === voter.voter_id ? second : voter;
	const rows = [['Name', short], ['Born', (v) => day(v.date_of_birth) ||
	    v.birth_year || ''], ['Address', (v) => v.street_address],
	    ['City', (v) => v.city], ['E-mail', (v) => v.email_address],
	    ['Phone', (v) => phone(v.phone_number)],
	    ['Registration', (v) => v.voter_registration_id]];

	async function run()
	{
		try {
			const { data: done } = await api.post('/voters/merge',
			    { keep, merge: [gone.voter_id] });

			onMerged(done.merges[0], keep);
		} catch (e) {
			setProblem(e);
		}
	}

	return html`<${Dialog} title="Merge two voters" wide onClose=${onClose}
		actions=${html`<${Button} onClick=${onClose}>Cancel<//>
		<${Button} kind="main" disabled=${!second} onClick=${run}>Merge
		    them<//>`}>
		<${Failure} error=${error || problem}/>
		${second && html`<table><thead><tr><td></td>
			${[voter, second].map((v) => html`<th scope="col"
			    key=${v.voter_id}><label class="check">
			    <input type="radio" name="keep"
				checked=${keep === v.voter_id}
				onChange=${() => setKeep(v.voter_id)}/>
			    <span>Keep number ${v.voter_id}</span></label></th>`)}
			</tr></thead><tbody>${rows.map(([label, of]) => html`
			<tr key=${label}><th scope="row">${label}</th>
				<td>${of(voter)}</td><td>${of(second)}</td>
			</tr>`)}</tbody></table>
		<p>${count(data.data.interactions.length, 'contact')}, ${count(
		    data.data.responses.length, 'answer')} and ${count(
		    data.data.donations.length, 'donation')} of number ${other}
		    are on record. Everything of the voter who is not kept moves
		    to the other, and fills what is blank there. A merge can be
		    undone for 30 days.</p>`}
	<//>`;
}

export function Duplicates({ voter, campaign, again })
{
	const [wanted, setWanted] = useState(false);
	const [merging, setMerging] = useState(null);
	const { data, error, again: look } = useCall((signal) => wanted ?
	    api.get('/voters/duplicates', { signal, timeout: 60000, query: {
	    campaign_id: campaign.campaign_id, voter_id: voter.voter_id,
	    min_score: 30, per_page: 20 } }) : null, [wanted, voter.voter_id]);
	const pairs = data?.data.duplicates;
	const merged = (merge, kept_) => {
		say('The voters are merged.');
		setMerging(null);
		if (kept_ === voter.voter_id) {
			again();
			look();
		} else {
			location.hash = `#/campaigns/${
			    campaign.campaign_id}/voters/${kept_}`;
		}
	};

	return html`<section class="panel"><h2>Likely duplicates</h2>
		<${Failure} error=${error}/>
		${!wanted && html`<${Button} onClick=${() => setWanted(true)}
			>Look for them<//>`}
		${wanted && !pairs && !error && html`<p class="loading">Looking…
			</p>`}
		${pairs?.length === 0 && html`<p class="quiet">None was found.</p>`}
		<ul class="list">${pairs?.map((p) => {
			const i = p.voter_ids[0] === voter.voter_id ? 1 : 0;

			return html`<li key=${p.voter_ids[i]}><span>
				<a href="#/campaigns/${campaign.campaign_id}/voters/${
				    p.voter_ids[i]}">${p.names[i]}</a>
				<br/><span class="small quiet">${p.score} of 100: ${
				    p.reasons.join(', ')}</span></span>
				<${Button} onClick=${() => setMerging(
				    p.voter_ids[i])} aria-label=${
				    `Merge with ${p.names[i]}`}>Merge…<//></li>`;
		})}</ul>
		${merging && html`<${Merge} voter=${voter} other=${merging}
		    campaign=${campaign} onMerged=${merged}
		    onClose=${() => setMerging(null)}/>`}
	</section>`;
}

const words = { insert: 'Added', update: 'Changed', delete: 'Deleted',
    import: 'Changed by an import', merge: 'Merged', erase: 'Erased' };
const skipped = new Set(['updated_at', 'created_at', 'door']);

function changesOf(c)
{
	return Object.keys({ ...c.before, ...c.after }).filter((k) =>
	    !skipped.has(k) && JSON.stringify(c.before?.[k]) !==
	    JSON.stringify(c.after?.[k])).map((k) => `${k.replace(/_/g, ' ')}: ${
	    show(c.before?.[k])} → ${show(c.after?.[k])}`);
}

const show = (v) => v === null || v === undefined || v === '' ? 'nothing' :
    typeof v === 'object' ? JSON.stringify(v) : String(v);

/* All that happened, newest first: { at, title, text, undo }. */
function events(all, questions)
{
	const question = (id) => questions?.find((q) =>
	    q.question_id === id)?.question_text || `question ${id}`;

	return [
		...all.interactions.map((i) => ({ at: i.interaction_date,
		    by: i.user_id, title: [i.interaction_type, i.outcome].filter(
		    Boolean).join(': '), text: i.notes })),
		...all.responses.map((r) => ({ at: r.responded_at,
		    title: `Answered “${question(r.question_id)}”`,
		    text: r.response_value ?? r.response_values?.join(', ') })),
		...all.donations.map((d) => ({ at: d.received_on ||
		    d.created_at, title: `Donation of ${money(d.amount,
		    d.currency)}`, text: d.status === 'succeeded' ?
			'Paid' : d.status.replaceAll('_', ' ') })),
		...all.consents.map((c) => ({ at: c.created_at, by: c.user_id,
		    title: `${c.granted ? 'Consent to' : 'Opt-out of'} ${
			channelName(c.channel).toLowerCase()}`,
		    text: [c.source, c.wording].filter(Boolean).join(': ') })),
		...all.votes.filter((v) => v.date).map((v) => ({ at: v.date,
		    title: `Voted in the ${v.name || v.kind} of ${v.state}`,
		    text: [v.method, v.party].filter(Boolean).join(', ') })),
		...all.merges.map((m) => ({ at: m.created_at, by: m.user_id,
		    title: `Voter ${m.merged_id} was merged into ${m.kept_id}`,
		    text: m.undone_at && `Undone on ${day(m.undone_at)}`,
		    merge: !m.undone_at && m })),
		...all.campaigns.map((c) => ({ at: c.joined_at,
		    title: `Joined ${c.campaign_name}` })),
		...all.changes.map((c) => ({ at: c.at, by: c.user_id,
		    title: words[c.action] || c.action, list: changesOf(c) })),
	].sort((a, b) => b.at < a.at ? -1 : 1);
}

export function Timeline({ voter, all, campaign, me, can, again })
{
	const [error, act] = useAct(again);
	const [more, setMore] = useState(false);
	const { data } = useCall(async (signal) => {
		const of = (path, query) => api.get(path, { signal,
		    query: { per_page: 200, ...query } });
		const [members, questions] = await Promise.all([
		    of(`/campaigns/${campaign.campaign_id}/members`),
		    all.responses.length ? of('/surveys/questions',
			{ campaign_id: campaign.campaign_id }) : null]);

		return { members: members.data.members,
		    questions: questions?.data.questions };
	}, [campaign.campaign_id, all.responses.length > 0]);
	const every = events(all, data?.questions);
	const who = (id) => id === me.user.user_id ? 'you' : data?.members.find(
	    (m) => m.user_id === id)?.full_name || `user ${id}`;
	const when = (at) => at.length > 10 ? time(at, campaign.time_zone) :
	    day(at);
	const undo = (m) => act(() => api.post(
	    `/voters/merges/${m.merge_id}/undo`), 'The merge is undone.');

	return html`<section class="panel"><h2>Timeline</h2>
		<${Failure} error=${error}/>
		${every.length === 0 && html`<p class="quiet">Nothing has happened
			yet.</p>`}
		<ol class="timeline">${every.slice(0, more ? undefined : 25).map(
		    (e, i) => html`<li key=${i}>
			<p><strong>${e.title}</strong>
			${e.merge && can('editor') && html` <${Button}
			    onClick=${() => undo(e.merge)}>Undo<//>`}</p>
			${e.text && html`<p>${e.text}</p>`}
			${e.list?.length > 0 && html`<ul>${e.list.map((t) =>
			    html`<li key=${t}>${t}</li>`)}</ul>`}
			<p class="small quiet">${when(e.at)}${e.by ?
			    `, by ${who(e.by)}` : ''}</p></li>`)}</ol>
		${every.length > 25 && !more && html`<${Button}
		    onClick=${() => setMore(true)}>Show all ${every.length}<//>`}
	</section>`;
}

export function Erase({ voter, all, name, back, onClose })
{
	return html`<${Confirm} title=${`Erase ${name}?`} danger word="erase"
		act="Erase this person" onClose=${onClose}
		run=${async () => {
			await api.del(`/voters/${voter.voter_id}`, {
			    query: { erase: true } });
			say('The person is erased.');
			location.hash = back;
		}}>
		<p>This removes the person for good, for every campaign. Nobody
			can take it back. It deletes:</p>
		<ul>
			<li>the voter, in ${count(all.campaigns.length,
			    'campaign')}</li>
			<li>${count(all.interactions.length, 'contact')}</li>
			<li>${count(all.responses.length, 'answer')}</li>
			<li>${count(all.consents.length, 'consent')}</li>
			<li>${count(all.votes.length, 'vote')} in elections</li>
			<li>their values in ${count(all.changes.length, 'entry',
			    'entries')} of the audit log and ${count(
			    all.merges.length, 'merge')}</li>
		</ul>
		<p>${count(all.donations.length, 'donation')} and ${count(
		    all.opt_outs.length, 'opt-out')} are kept, without the
			person.</p>
	<//>`;
}
