/* The first page of a campaign. */
import * as api from '../api.js';
import { Failure, html, number, useCall } from '../ui.js';

export default function Home({ campaign })
{
	const { data, error, again } = useCall((signal) =>
	    api.get(`/campaigns/${campaign.campaign_id}/summary`, { signal }),
	    [campaign.campaign_id]);
	const summary = data?.data;

	return html`<h1>${campaign.campaign_name}</h1>
		<${Failure} error=${error} again=${again}/>
		${summary && html`<div class="cards">
			<div class="panel"><strong>${number(
			    summary.voters?.total ?? summary.voters ?? 0)}</strong>
			${' '}voters</div></div>`}`;
}
