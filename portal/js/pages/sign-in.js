/* Signing in, and the password of somebody who was invited. */
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import * as api from '../api.js';

/* A field of these two forms; other pages use ui.js. */
function Line({ id, label, hint, error, inputRef, ...rest })
{
	const note = [hint && `${id}-hint`, error && `${id}-error`]
	    .filter(Boolean).join(' ') || undefined;

	return html`<div class="field">
		<label for=${id}>${label}</label>
		${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
		<input id=${id} name=${id} ref=${inputRef} required
		    aria-describedby=${note} aria-invalid=${error ? 'true' : null}
		    ...${rest}/>
		${error && html`<p class="error" id="${id}-error">${error}</p>`}
	</div>`;
}

function Frame({ title, children })
{
	const heading = useRef();

	useEffect(() => {
		document.title = `${title} · Cerberus`;
	}, [title]);
	return html`<main id="main" class="alone" tabindex="-1">
		<p class="brand">Cerberus</p>
		<h1 ref=${heading}>${title}</h1>
		${children}
	</main>`;
}

/* Where cookies are refused: see "Installing" in docs/portal.md. */
const SHARED = 'This address belongs to several people, whose pages could use ' +
    'your session. The staff page needs a host name of its own.';

const values = (form) => Object.fromEntries(new FormData(form));

/* onSignedIn() is called once the session works. */
export function SignIn({ note, onSignedIn })
{
	const [problem, setProblem] = useState(null);
	const [busy, setBusy] = useState(false);
	const [second, setSecond] = useState(false);
	const code = useRef();

	useEffect(() => {
		if (second)
			code.current?.focus();
	}, [second]);

	async function submit(event)
	{
		const { username, password, code: digits } =
		    values(event.target);

		event.preventDefault();
		setBusy(true);
		setProblem(null);
		try {
			const { data } = await api.signIn(username, password,
			    digits?.replace(/\s/g, ''));

			if (!data.totp_setup_required &&
			    await api.me() === null)
				throw new api.Problem(0, { detail: 'The ' +
				    'password is right, but this browser did ' +
				    'not keep the session. The page must be ' +
				    'opened by https, and cookies allowed.' });
			onSignedIn(data);
		} catch (e) {
			setBusy(false);
			if (e.code !== 'totp_required' || second)
				setProblem(e);
			if (e.code === 'totp_required')
				setSecond(true);
		}
	}

	return html`<${Frame} title="Sign in">
		${note && html`<p class="notice">${note}</p>`}
		<form onSubmit=${submit}>
			${problem && html`<p class="notice bad" role="alert">
				${problem.code === 'shared_origin' ? SHARED :
				    problem.message}</p>`}
			<${Line} id="username" label="User name"
			    autocomplete="username" autocapitalize="none"
			    spellcheck=${false} autofocus/>
			<${Line} id="password" label="Password" type="password"
			    autocomplete="current-password"/>
			${second && html`<${Line} id="code" label="Code"
			    hint="Of your authenticator app, or a recovery code."
			    autocomplete="one-time-code" inputmode="numeric"
			    inputRef=${code}/>`}
			<button class="main wide" disabled=${busy}>
				${busy ? 'Signing in…' : 'Sign in'}</button>
		</form>
	<//>`;
}

/* The invitation's token is in the fragment, which servers never see. */
export function Invitation({ token, user, onSignedIn, onDone })
{
	const [problem, setProblem] = useState(null);
	const [busy, setBusy] = useState(false);

	async function submit(event)
	{
		const v = values(event.target);

		event.preventDefault();
		if (v.password !== v.again) {
			setProblem(new api.Problem(0, { errors: [{
			    field: 'again',
			    message: 'The two passwords differ.' }],
			    detail: 'The two passwords differ.' }));
			return;
		}
		setBusy(true);
		setProblem(null);
		try {
			await api.post('/auth/invitation',
			    { token, password: v.password },
			    { signing: true, key: undefined });
			await finish(v.password);
		} catch (e) {
			setProblem(e);
			setBusy(false);
		}
	}

	/* Without the user's name, and with a second factor, by the form. */
	async function finish(password)
	{
		if (!user) {
			onDone();
			return;
		}
		try {
			onSignedIn((await api.signIn(user, password)).data);
		} catch {
			onDone();
		}
	}

	const gone = problem?.code === 'invalid_invitation';
	const general = problem && !problem.errors.length;

	return html`<${Frame} title="Choose a password">
		<p>You are invited to Cerberus. Choose your password; the link
			works once.</p>
		<form onSubmit=${submit}>
			${general && html`<p class="notice bad" role="alert">
				${problem.message}</p>`}
			${user && html`<${Line} id="username" label="User name"
			    value=${user} readonly autocomplete="username"/>`}
			<${Line} id="password" label="Password" type="password"
			    hint="At least 10 characters."
			    autocomplete="new-password" autofocus
			    error=${problem?.of('password')}/>
			<${Line} id="again" label="The same password again"
			    type="password" autocomplete="new-password"
			    error=${problem?.of('again')}/>
			<button class="main wide" disabled=${busy || gone}>
				${busy ? 'Saving…' : 'Save and sign in'}</button>
		</form>
		${gone && html`<p><a href="#/">Sign in</a> instead.</p>`}
	<//>`;
}
