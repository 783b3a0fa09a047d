/* The caller's own account: sessions, password, second factor, API keys. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, Confirm, count, Dialog, Failure, Field, html, Notice, say, time,
    useCall } from '../ui.js';

/* A form whose button runs send(values); onDone(answer) follows. */
function useSend(send, onDone)
{
	const [values, setValues] = useState({});
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(null);

	return {
		values, busy, error,
		field: (name) => ({ value: values[name], error: error?.of?.(name),
		    onValue: (v) => setValues((old) => ({ ...old, [name]: v })) }),
		submit: async (event) => {
			event.preventDefault();
			setBusy(true);
			setError(null);
			try {
				const answer = await send(values);

				setValues({});
				onDone(answer?.data);
			} catch (e) {
				setError(e);
			}
			setBusy(false);
		},
	};
}

/* "Mozilla/5.0 (X11; Linux x86_64) ... Chrome/120" in two words. */
function device(agent)
{
	const of = (list) => list.find(([, r]) => r.test(agent))?.[0];
	const program = of([['Edge', /Edg/], ['Firefox', /Firefox/],
	    ['Chrome', /Chrom/], ['Safari', /Safari/], ['curl', /^curl/]]);
	const system = of([['Android', /Android/], ['iPhone', /iPhone/],
	    ['iPad', /iPad/], ['Windows', /Windows/], ['macOS', /Mac OS/],
	    ['Linux', /Linux/]]);

	if (!program)
		return agent || 'An unknown program';
	return system ? `${program} on ${system}` : program;
}

function Sessions()
{
	const { data, error, again } = useCall((signal) => api.get(
	    '/auth/sessions', { signal, query: { per_page: 200,
	    sort: '-created_at' } }), []);
	const [problem, setProblem] = useState(null);
	const end = async (s) => {
		try {
			await api.del(`/auth/sessions/${s.session_id}`);
			say('The session has ended.');
			again();
		} catch (e) {
			setProblem(e);
		}
	};

	return html`<section class="panel"><h2>Where you are signed in</h2>
		<${Failure} error=${error || problem} again=${again}/>
		<ul class="list">${data?.data.sessions.map((s) => html`
			<li key=${s.session_id}>
				<span><strong>${device(s.agent)}</strong>
				${s.current ? ' (this browser)' : ''}<br/>
				<span class="small quiet">Since ${time(
				    s.created_at)}, last used ${time(
				    s.last_used_at || s.created_at)}</span></span>
				${!s.current && html`<${Button}
				    aria-label=${`End the session of ${device(
					s.agent)} since ${time(s.created_at)}`}
				    onClick=${() => end(s)}>End<//>`}
			</li>`)}</ul>
	</section>`;
}

function Password()
{
	const [done, setDone] = useState(null);
	const form = useSend((v) => {
		setDone(null);
		return api.post('/auth/password', v, { key: undefined });
	}, setDone);

	return html`<section class="panel"><h2>Password</h2>
		${done && html`<${Notice} kind="good"><p>The password is changed,
			and your other sessions have ended.
			${done.api_keys_remaining > 0 && ` ${count(
			    done.api_keys_remaining, 'API key')} still works: ` +
			    'revoke those that you do not know.'}</p><//>`}
		<form onSubmit=${form.submit}>
			<${Failure} error=${form.error?.errors.length ?
			    null : form.error}/>
			<${Field} label="Current password" type="password" required
			    autocomplete="current-password"
			    ...${form.field('current_password')}/>
			<${Field} label="New password" type="password" required
			    hint="At least 10 characters."
			    autocomplete="new-password"
			    ...${form.field('new_password')}/>
			<button class="main" disabled=${form.busy}>Change the
				password</button>
		</form>
	</section>`;
}

function Codes({ codes })
{
	return html`<${Notice} kind="good">
		<p>The second factor is set up. Each of these codes works once in
			its place; print them or write them down now, they are
			not shown again.</p>
		<ul class="recovery">${codes.map((c) => html`<li>${c}</li>`)}</ul>
	<//>`;
}

/* Setting it up: the password, then the secret, then a first code. */
export function SetUpFactor({ onDone })
{
	const [begun, setBegun] = useState(null);
	const [codes, setCodes] = useState(null);
	const start = useSend((v) => api.post('/auth/totp', v,
	    { key: undefined, signing: true }), setBegun);
	const confirm = useSend((v) => api.post('/auth/totp/confirm',
	    { code: (v.code || '').replace(/\s/g, '') },
	    { key: undefined, signing: true }), (a) => setCodes(
	    a.recovery_codes));

	if (codes)
		return html`<${Codes} codes=${codes}/>
			<${Button} kind="main" onClick=${onDone}>I have noted
				them<//>`;
	if (begun)
		return html`<form onSubmit=${confirm.submit}>
			<${Failure} error=${confirm.error}/>
			<p>Add this key to an authenticator app, then type the
				code that it shows.</p>
			<p><code>${begun.secret.match(/.{1,4}/g).join(' ')}</code></p>
			<p><a href=${begun.otpauth_url}>Open the app on this
				device</a></p>
			<${Field} label="Code of the app" required
			    inputmode="numeric" autocomplete="one-time-code"
			    ...${confirm.field('code')}/>
			<button class="main" disabled=${confirm.busy}>Confirm
			</button></form>`;
	return html`<form onSubmit=${start.submit}>
		<${Failure} error=${start.error}/>
		<${Field} label="Your password" type="password" required
		    autocomplete="current-password"
		    ...${start.field('password')}/>
		<button class="main" disabled=${start.busy}>Set up a second
			factor</button></form>`;
}

function RemoveFactor({ onDone })
{
	const form = useSend((v) => api.del('/auth/totp', { body: v }), onDone);

	return html`<form onSubmit=${form.submit}>
		<${Failure} error=${form.error}/>
		<p>Signing in needs a code of your authenticator app.</p>
		<div class="row">
			<${Field} label="Your password to remove it"
			    type="password" required
			    autocomplete="current-password"
			    ...${form.field('password')}/>
			<${Field} label="A code" required inputmode="numeric"
			    autocomplete="one-time-code" ...${form.field('code')}/>
		</div>
		<button class="danger" disabled=${form.busy}>Remove the second
			factor</button></form>`;
}

function Factor({ me })
{
	const [active, setActive] = useState(me.totp);

	return html`<section class="panel"><h2>Second factor</h2>
		${active ? html`<${RemoveFactor}
		    onDone=${() => setActive(false)}/>` :
		html`<${SetUpFactor} onDone=${() => setActive(true)}/>`}
	</section>`;
}

function NewKey({ onClose })
{
	const [key, setKey] = useState(null);
	const form = useSend((v) => api.post('/auth/api-keys', {
	    name: v.name, ...v.expires ? { expires_at:
	    `${v.expires}T23:59:59Z` } : {} }), setKey);

	return html`<${Dialog} title="New API key" onClose=${onClose} actions=${html`
		<${Button} onClick=${onClose}>${key ? 'Done' : 'Cancel'}<//>
		${!key && html`<button class="main" form="new-key"
		    disabled=${form.busy}>Create</button>`}`}>
		${key ? html`<${Notice} kind="good"><p>This is the key. It is
			shown only now:</p>
			<p><code class="secret">${key.token}</code></p><//>` : html`
		<form id="new-key" onSubmit=${form.submit}>
			<p>A program with this key may do whatever you may.</p>
			<${Failure} error=${form.error?.errors.length ?
			    null : form.error}/>
			<${Field} label="Name" hint="What will use it." required
			    maxlength="100" ...${form.field('name')}/>
			<${Field} label="Last day" hint="Empty: until it is revoked."
			    type="date" ...${form.field('expires')}/>
		</form>`}
	<//>`;
}

function Keys()
{
	const { data, error, again } = useCall((signal) => api.get(
	    '/auth/api-keys', { signal, query: { per_page: 200 } }), []);
	const [adding, setAdding] = useState(false);
	const [ending, setEnding] = useState(null);
	const keys = data?.data.api_keys;

	return html`<section class="panel">
		<div class="bar"><h2>API keys</h2>
			<${Button} onClick=${() => setAdding(true)}>New key<//>
		</div>
		<${Failure} error=${error} again=${again}/>
		${keys?.length === 0 && html`<p class="quiet">No program has a key
			of yours.</p>`}
		<ul class="list">${keys?.map((k) => html`<li key=${k.api_key_id}>
			<span><strong>${k.name}</strong> ${k.prefix}…<br/>
			<span class="small quiet">Since ${time(k.created_at)},
				${k.last_used_at ? ` last used ${time(
				    k.last_used_at)}` : ' never used'}
				${k.expires_at ? `, until ${time(
				    k.expires_at)}` : ''}</span></span>
			<${Button} onClick=${() => setEnding(k)}
			    aria-label=${`Revoke the key ${k.name}`}>Revoke<//>
		</li>`)}</ul>
		${adding && html`<${NewKey} onClose=${() => {
			setAdding(false);
			again();
		}}/>`}
		${ending && html`<${Confirm} title=${`Revoke ${ending.name}?`}
		    act="Revoke the key" danger
		    run=${() => api.del(`/auth/api-keys/${ending.api_key_id}`)}
		    onClose=${() => {
			setEnding(null);
			again();
		    }}><p>Programs that use it are refused at once. A revoked key
			cannot be used again.</p><//>`}
	</section>`;
}

export default function Account({ me })
{
	const { user } = me;

	return html`<h1>Your account</h1>
		<p>${user.full_name && `${user.full_name}, `}user name
			${' '}<strong>${user.username}</strong>
			${user.email_address && `, ${user.email_address}`}</p>
		<div class="columns">
			<div><${Sessions}/><${Keys}/></div>
			<div><${Password}/><${Factor} me=${me}/></div>
		</div>`;
}
