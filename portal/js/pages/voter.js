/* One voter. */
import { html } from '../ui.js';

export default function Voter({ path })
{
	return html`<h1>Voter ${path[0]}</h1>`;
}
