/* Snippets for the website of a campaign, ready to be copied. */
import { useState } from '../../vendor/preact.js';
import * as api from '../api.js';
import { Button, html, say } from '../ui.js';

function Snippet({ title, text, children })
{
	const [copied, setCopied] = useState(false);

	async function copy()
	{
		await navigator.clipboard.writeText(text);
		setCopied(true);
		say(`${title}: copied.`);
	}

	return html`<section class="panel"><div class="bar"><h2>${title}</h2>
		<${Button} aria-label="Copy: ${title}" onClick=${copy}>
			${copied ? 'Copied' : 'Copy'}<//></div>
		<p>${children}</p>
		<pre class="snippet" tabindex="0" role="region"
		    aria-label=${title}><code>${text}</code></pre>
	</section>`;
}

const WORDING = 'Send me e-mail about the campaign. I can unsubscribe at any ' +
    'time.';

const signup = (at, to, id) => `<link rel="stylesheet" href="${at}form.css">
<form class="cerberus" data-cerberus="signup" method="post" action="${to}">
<p class="field"><label for="first_name">First name</label>
<input id="first_name" name="first_name" autocomplete="given-name" required></p>
<p class="field"><label for="last_name">Last name</label>
<input id="last_name" name="last_name" autocomplete="family-name" required></p>
<p class="field"><label for="email_address">E-mail</label>
<input id="email_address" name="email_address" type="email" autocomplete="email" required></p>
<p class="choice"><label><input type="checkbox" name="interests[agreed_to_emails]" value="true"> <span>${WORDING}</span></label></p>
<input type="hidden" name="consent_text" value="${WORDING}">
<input type="hidden" name="campaign_id" value="${id}">
<p class="trap" aria-hidden="true"><label>Leave this field empty <input name="website" tabindex="-1" autocomplete="off"></label></p>
<p class="status" role="status" data-status></p>
<p><button type="submit">Sign up</button></p>
</form>
<script type="module" src="${at}js/signup.js"></script>
`;

/* Text as HTML, for a page that is not of this one's making. */
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const frame = (at, form, id, text, more = '') => `<script ` +
    `src="${at}js/embed.js" data-form="${form}" data-campaign="${id}"></script>
<noscript><a href="${at}${form}?campaign=${id}">${text}</a>${more}</noscript>
`;

/* Of a file beside this page's directory, whatever path the site has. */
const formsAt = () => new URL('../forms/', new URL('.', document.baseURI)).href;

export default function Snippets({ campaign })
{
	const id = campaign.campaign_id;
	const at = formsAt();
	const link = (form) => `${at}${form}?campaign=${id}`;
	const paid = escaped(campaign.paid_for_by || '');

	return html`<p>Copy these into the campaign's website, and change the
			words as you like.</p>
		<${Snippet} title="Link to the signup form"
		    text=${link('signup')}>Try it: ${html`<a target="_blank"
			rel="noopener" href=${link('signup')}>open the
			form</a>`}.<//>
		<${Snippet} title="Link to the donation form"
		    text=${`${link('donate')}&refcode=website`}>The refcode tells
			later where a gift came from; change it for each place.
			Try it: ${html`<a target="_blank" rel="noopener"
			href=${link('donate')}>open the form</a>`}.<//>
		<${Snippet} title="Signup form in a frame"
		    text=${frame(at, 'signup', id, 'Sign up')}>The server has to
			allow frames in your site, by CERBERUS_FRAMES.<//>
		<${Snippet} title="Donation form in a frame"
		    text=${frame(at, 'donate', id, 'Donate',
			paid && ` ${paid}`)}>A link is the better
			choice where donors pay by bank.<//>
		<${Snippet} title="Signup form in your own page"
		    text=${signup(at, api.url('/signups'), id)}>The
			wording of the consent is stored as its evidence: if you
			change it, change it in both places. Without the script
			the browser sends the form by itself.<//>
		<${Snippet} title="Donation button" text=${
		    `<form method="post" action="${api.url('/donate/checkout')}">
<input type="hidden" name="campaign_id" value="${id}">
<input type="hidden" name="refcode" value="button">
<input type="hidden" name="amount" value="2500">
<button type="submit">Donate $25</button>
${paid && `<small>${paid}</small>\n`}</form>
`}>A fixed amount in minor units, on Stripe's own page. It asks nothing
			else: for federal campaigns use the form.<//>`;
}
