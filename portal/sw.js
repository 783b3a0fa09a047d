/*
 * Lets the staff page open without a connection.  It keeps the page's own files,
 * never an answer of the interface: what people record is in js/offline.js.
 */
const CACHE = 'cerberus-shell-1';
const WAIT = 3000;		/* milliseconds, then the kept file is used */
const FILES = ['./', 'style.css', 'field.css', 'vendor/preact.js',
    'js/main.js', 'js/api.js', 'js/keep.js', 'js/ui.js', 'js/device.js',
    'js/offline.js', 'js/pages/sign-in.js', 'js/pages/canvass.js',
    'js/pages/canvass-lists.js', 'js/pages/outcome.js',
    'js/pages/phones.js'];

self.addEventListener('install', (event) => {
	event.waitUntil(caches.open(CACHE)
	    .then((cache) => cache.addAll(FILES))
	    .then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
	event.waitUntil(caches.keys()
	    .then((names) => Promise.all(names.filter((n) => n !== CACHE &&
		n.startsWith('cerberus-shell-')).map((n) => caches.delete(n))))
	    .then(() => self.clients.claim()));
});

/* The newest file if the server answers in time, else the one that is kept. */
async function answer(request)
{
	const cache = await caches.open(CACHE);
	const key = request.mode === 'navigate' ? './' : request;
	const kept = await cache.match(key, { ignoreSearch: true });
	const fresh = fetch(request).then((response) => {
		if (response.ok && response.type === 'basic' &&
		    !response.redirected)
			cache.put(key, response.clone());
		return response;
	});

	if (!kept)
		return fresh;
	return Promise.race([fresh.catch(() => kept), new Promise((done) =>
	    setTimeout(() => done(kept), WAIT))]);
}

self.addEventListener('fetch', (event) => {
	const { request } = event;

	if (request.method === 'GET' &&
	    request.url.startsWith(self.registration.scope))
		event.respondWith(answer(request));
});
