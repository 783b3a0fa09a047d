/*
 * What the public forms share: requests, errors next to their fields, drafts, and
 * what the campaign has chosen.  Without this file the forms are sent by the
 * browser itself.
 */

/* The interface, next to the directory of these files. */
const api = new URL('../../api/v1/', import.meta.url);
const TIMEOUT = 30000;

/* A request that failed: the sentence for people, and the fields' errors. */
export class Failure extends Error {
	constructor(message, status = 0, code = '', errors = []) {
		super(message);
		Object.assign(this, { status, code, errors });
	}
}

const LOST = 'The connection failed, so nothing was sent. What you typed ' +
	'is still here. Please try again.';
const BROKEN = 'The server has a problem at the moment. What you typed is ' +
	'still here. Please try again in a few minutes.';

/* Return a problem document as a failure. */
const failure = (status, body) => {
	if (status === 429)
		return new Failure(body.code === 'rate_limited' ?
			'Too many requests came from your network. Please wait ' +
			'a minute, then try again.' : 'The campaign is receiving ' +
			'too many donations at the moment. Please try again later.',
		status, body.code);
	return new Failure(status >= 500 && status !== 502 ? BROKEN :
		body.detail ?? BROKEN, status, body.code, body.errors ?? []);
};

/* Send a request and return its JSON; every failure is a Failure. */
export const call = async (url, options = {}) => {
	let answer, body;

	try {
		answer = await fetch(url, { credentials: 'omit',
			signal: AbortSignal.timeout(TIMEOUT), ...options,
			/* Apache negotiates by this before it rewrites. */
			headers: { Accept: 'application/json, */*;q=0.1',
				...options.headers } });
		body = await answer.json();
	} catch {
		throw new Failure(answer ? BROKEN : LOST, answer?.status);
	}
	if (!answer.ok)
		throw failure(answer.status, body);
	return body;
};

export const post = (path, body, headers) => call(new URL(path, api), {
	method: 'POST', body: JSON.stringify(body),
	headers: { 'Content-Type': 'application/json', ...headers } });

/* Which campaign the form is for: its field, its address, or the page's. */
export const campaignOf = form =>
	form.elements.campaign_id?.value ||
	new URL(form.action).searchParams.get('campaign') ||
	new URLSearchParams(location.search).get('campaign');

/* What the campaign lets its forms show; null if it cannot be found out. */
export const campaign = async form => {
	const id = campaignOf(form);

	try {
		return /^\d+$/.test(id ?? '') ?
			await call(new URL(`campaigns/${id}/public`, api)) : null;
	} catch (e) {
		return e.status === 404 ? { missing: e.message } : null;
	}
};

/* Browsers may refuse to keep anything, for example within a frame. */
export const kept = {
	get: key => {
		try {
			return JSON.parse(sessionStorage.getItem(key));
		} catch {
			return null;
		}
	},
	set: (key, value) => {
		try {
			sessionStorage.setItem(key, JSON.stringify(value));
		} catch {
			/* The form works without it. */
		}
	},
	drop: key => {
		try {
			sessionStorage.removeItem(key);
		} catch {
			/* There was nothing. */
		}
	},
};

const draftKey = form =>
	`cerberus-${form.dataset.cerberus}-${campaignOf(form)}`;
const typed = form => [...form.elements].filter(e =>
	e.name && e.type !== 'hidden' && e.name !== 'website');

/* Keep what is typed for this tab, until it is sent. */
const keep = form => kept.set(draftKey(form),
	typed(form).map(e => [e.name, e.value, e.checked]));

/* Put back what was typed before the page was loaded again. */
export const restore = form => {
	for (const [name, value, checked] of kept.get(draftKey(form)) ?? [])
		for (const e of typed(form).filter(e => e.name === name))
			if (e.type !== 'checkbox' && e.type !== 'radio')
				e.value = value;
			else if (e.value === value)
				e.checked = checked;
};

export const dropDraft = form => kept.drop(draftKey(form));

const labelOf = e => (e.labels[0]?.firstChild?.textContent ?? e.name).trim();

/* Say, or take back, what is wrong with a field. */
const mark = (e, text) => {
	const id = `${e.id || e.name}-wrong`;
	let note = document.getElementById(id);

	if (!note && text) {
		note = document.createElement('span');
		note.id = id;
		note.className = 'wrong';
		(e.closest('.field, .choice') ?? e.parentNode).append(note);
		e.setAttribute('aria-describedby',
			`${e.getAttribute('aria-describedby') ?? ''} ${id}`.trim());
	}
	if (note)
		note.textContent = text ?? '';
	if (text)
		e.setAttribute('aria-invalid', 'true');
	else
		e.removeAttribute('aria-invalid');
};

/* What is wrong with a field, or nothing. */
const fault = (form, e) => {
	const needed = e.checked && e.dataset.needs;

	if (needed && form.elements[needed].value.trim() === '')
		return [form.elements[needed],
			'Enter the number that we may use, or clear the box below.'];
	if (e.required && (e.type === 'checkbox' ? !e.checked :
		e.value.trim() === ''))
		return [e, e.type === 'checkbox' ?
			'Please confirm this to go on.' :
			`${labelOf(e)} is missing.`];
	return e.validity?.typeMismatch ?
		[e, 'This is not an e-mail address. It should look like ' +
			'name@example.org.'] : null;
};

export const say = (form, text, bad) => {
	const status = form.querySelector('[data-status]');

	status.classList.toggle('bad', Boolean(bad));
	status.textContent = text;
};

/* Show faults, a list of [field, text], and go to the first. */
export const show = (form, faults) => {
	for (const e of typed(form))
		mark(e, null);
	for (const [e, text] of faults)
		mark(e, text);
	faults[0]?.[0].focus();
};

/* Check the form; show all faults at once.  True if there are none. */
export const check = (form, more = []) => {
	const faults = [...typed(form).map(e => fault(form, e))
		.filter(f => f), ...more];

	show(form, faults);
	say(form, faults.length === 0 ? '' : faults.length === 1 ?
		'One thing is still wrong: see above.' :
		`${faults.length} things are still wrong: see above.`, true);
	return faults.length === 0;
};

/* Show what the server refused. */
export const refuse = (form, e) => {
	const known = (e.errors ?? []).map(x => [form.elements[x.field],
		x.message]).filter(([field]) => field?.name);

	show(form, known);
	say(form, known.length > 0 ? 'Please correct what is marked above.' :
		e.message, true);
};

/* Replace the form by thanks. */
export const thank = (form, title, lines, link) => {
	const box = document.createElement('div');
	const add = (name, text) => {
		const e = document.createElement(name);
		e.textContent = text;
		box.append(e);
		return e;
	};

	dropDraft(form);
	box.className = 'cerberus-done';
	box.tabIndex = -1;
	box.setAttribute('role', 'status');
	add('h2', title);
	for (const line of lines)
		add('p', line);
	if (link) {
		const a = document.createElement('a');
		[a.href, a.textContent, a.target] = [...link, '_top'];
		add('p', '').append(a);
	}
	form.replaceWith(box);
	box.focus();
	return box;
};

/* Leave for the campaign's page; within a frame only a link leads there. */
export const leave = url => {
	if (!url || window.top !== window)
		return false;
	location.assign(url);
	return true;
};

const luminance = hex => [1, 3, 5].map(i => parseInt(hex.substr(i, 2), 16) / 255)
	.map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
	.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const contrast = (a, b) => {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);

	return (high + .05) / (low + .05);
};

/* Wear the campaign's colours, as far as they can be read. */
const paint = colors => {
	const set = (name, value) => document.documentElement.style
		.setProperty(`--cerberus-${name}`, value);
	const { accent, accent_text: text, background } = colors;

	if (accent) {
		set('accent', accent);
		set('accent-text', text && contrast(accent, text) >= 4.5 ? text :
			contrast(accent, '#ffffff') >= 4.5 ? '#ffffff' : '#000000');
	}
	if (background) {
		set('background', background);
		document.body.classList.add(luminance(background) > .18 ?
			'light' : 'dark');
	}
};

const tell = c => {
	const title = document.querySelector('[data-title]');
	const paid = document.querySelector('[data-paid-for-by]');

	if (title) {
		title.textContent = title.dataset.title.replace('{campaign}',
			() => c.campaign_name);
		document.title = title.textContent;
	}
	if (paid) {
		paid.textContent = c.paid_for_by;
		paid.hidden = !c.paid_for_by;
	}
	if (document.body.classList.contains('cerberus-page'))
		paint(c.colors);
};

/* Tell the page around a frame how tall the form is. */
const fit = () => new ResizeObserver(() => window.parent.postMessage(
	{ cerberusHeight: document.body.scrollHeight }, '*'))
	.observe(document.body);

/* A key that no other request has; randomUUID() would need https. */
export const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
	.map(n => n.toString(16).padStart(2, '0')).join('');

/* Call send() when the form is submitted, but never twice at the same time. */
const onSubmit = (form, ready) => {
	const button = form.querySelector('button');
	let busy = false;

	form.noValidate = true;
	form.addEventListener('submit', async event => {
		event.preventDefault();
		if (busy)
			return;
		busy = true;
		button.setAttribute('aria-disabled', 'true');
		try {
			await (await ready)();
		} catch (e) {
			if (!(e instanceof Failure))
				throw e;
			refuse(form, e);
		} finally {
			busy = false;
			button.removeAttribute('aria-disabled');
		}
	});
};

/*
 * Take a form over.  begin(form, campaign) prepares it, and returns the function
 * that sends it; campaign is null if the interface did not say what it shows.
 */
export const enhance = async (form, begin) => {
	const far = new URL(form.action).origin !== location.origin;
	const prepare = async c => {
		if (c?.missing) {
			say(form, c.missing, true);
			return () => say(form, c.missing, true);
		}
		if (c)
			tell(c);
		return begin(form, c);
	};
	const known = campaign(form);

	restore(form);
	form.addEventListener('input', () => keep(form));
	if (window.parent !== window)
		fit();
	/* A page elsewhere that is not in cors_origins: the browser sends it. */
	if (far && !await known)
		return;
	const ready = known.then(prepare);
	onSubmit(form, ready);
	await ready;
	form.dataset.ready = 'true';
};
