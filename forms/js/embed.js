/*
 * Shows a public form in a frame of another site's page:
 *	<script src=".../forms/js/embed.js" data-form="donate" data-campaign="3">
 * The frame is as tall as its form, and gets the codes of the page's address.
 */
{
	const script = document.currentScript;
	const { form, campaign } = script.dataset;
	const url = new URL(`../${form}`, script.src);
	const frame = document.createElement('iframe');

	url.searchParams.set('campaign', campaign);
	for (const [name, value] of new URLSearchParams(location.search))
		if (/^(refcode2?|utm_(source|campaign))$/.test(name))
			url.searchParams.set(name, value);
	frame.src = url;
	frame.title = script.dataset.title ||
		(form === 'donate' ? 'Donation form' : 'Signup form');
	frame.allow = 'payment *';
	frame.style.cssText = 'width:100%;height:60rem;border:0';
	addEventListener('message', event => {
		const height = event.data?.cerberusHeight;

		if (event.source === frame.contentWindow &&
			event.origin === url.origin && Number.isFinite(height))
			frame.style.height = `${Math.ceil(height) + 2}px`;
	});
	script.after(frame);
}
