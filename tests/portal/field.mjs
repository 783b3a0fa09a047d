/* What the tests of canvassing and of the phone bank share. */
import { randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import { api, visit } from './browser.mjs';

/*
 * A proxy before a site that can fail.  way: "open"; "cut", where nothing
 * answers; or "lose", where the server gets each POST and commits it, but the
 * connection breaks before the answer.  lost counts the answers lost.
 */
export function gate(site)
{
	const to = new URL(site.url);
	const g = { ...site, way: 'open', lost: 0 };
	const server = createServer((q, r) => {
		if (g.way === 'cut') {
			r.destroy();
			return;
		}
		const losing = g.way === 'lose' && q.method === 'POST';
		const on = request({ host: to.hostname, port: to.port,
		    method: q.method, path: q.url, headers: q.headers }, (a) => {
			if (!losing) {
				r.writeHead(a.statusCode, a.headers);
				a.pipe(r);
				return;
			}
			a.resume().on('end', () => {
				g.lost++;
				r.destroy();
			});
		});

		on.on('error', () => r.destroy());
		q.pipe(on);
	});

	g.stop = () => {
		server.closeAllConnections();
		server.close();
	};
	return new Promise((done) => server.listen(0, '127.0.0.1', () => {
		const { port } = server.address();

		g.url = `http://127.0.0.1:${port}${
		    to.pathname.replace(/\/$/, '')}`;
		done(g);
	}));
}

/* A browser behind the gate; away() and back() cut and mend its connection. */
export async function visitGate(g, options)
{
	const v = await visit(g, options);

	v.away = async () => {
		g.way = 'cut';
		v.offline = true;
		await v.context.setOffline(true);
	};
	/* Errors of the connection are only then no mistakes. */
	v.back = async (way = 'open') => {
		g.way = way;
		await v.context.setOffline(false);
		/* A request that was cut off may be reported later. */
		v.offline ||= way !== 'open';
	};
	return v;
}

/*
 * A campaign with people behind doors of two streets, a question, a universe and
 * its turf.  people: how many; every third door has two.
 */
export async function ground(site, people)
{
	const tag = randomBytes(4).toString('hex');
	const { campaign_id: id } = await api(site, 'POST', '/campaigns',
	    { campaign_name: `Field ${tag}` });
	const voters = [];

	for (let i = 0, door = 1; i < people; i++) {
		voters.push(await api(site, 'POST', '/voters', {
		    campaign_id: id, first_name: `Ann${i}`, last_name: 'Field',
		    street_address: `${door * 2 - 1} ${door > 8 ? 'Oak' :
			'Elm'} St`, zip_code: '27601', city: 'Raleigh',
		    party_affiliation: 'DEM', date_of_birth: '1980-01-01',
		    gender: 'F', phone_number: `+1919555${String(1000 + i)}`,
		    email_address: `a${i}.${tag}@example.org` }));
		if (door % 3 || i % 2)
			door++;
	}
	const { question_id: question } = await api(site, 'POST',
	    '/surveys/questions', { campaign_id: id, question_text:
	    'Will you vote for us?', question_type: 'single_choice',
	    possible_answers: ['Yes', 'Perhaps', 'No'] });
	const { segment_id: segment } = await api(site, 'POST',
	    '/voters/segments', { campaign_id: id, segment_name:
	    `Everybody ${tag}`, filter: {} });
	const { turfs } = await api(site, 'POST', '/turfs',
	    { segment_id: segment, by: 'street', size: 100 });

	return { id, tag, voters: voters.map((v) => v.voter_id), question,
	    segment, turf: turfs[0] };
}

/* The contacts of a campaign, the oldest first. */
export async function contacts(site, campaign)
{
	const { interactions } = await api(site, 'GET', '/interactions' +
	    `?campaign_id=${campaign}&per_page=200&sort=interaction_id`);

	return interactions;
}

/* Wait until done() resolves to something true; false after the time. */
export async function until(done, ms = 20000)
{
	for (const end = Date.now() + ms; Date.now() < end;) {
		if (await done())
			return true;
		await new Promise((go) => setTimeout(go, 50));
	}
	return false;
}
