/* Words for gifts, shared by the pages of donations. */
import { html, money } from './ui.js';

export const methods = [
	['card', 'Card'], ['ach', 'Bank debit'], ['check', 'Check'],
	['cash', 'Cash'], ['in_kind', 'In kind'], ['other', 'Other'],
];
export const offline = methods.filter(([m]) => m !== 'card' && m !== 'ach');
export const statuses = [
	['succeeded', 'Paid'], ['pending', 'Not paid yet'],
	['requires_action', 'The donor has to confirm'],
	['processing', 'Being processed'], ['failed', 'Failed'],
	['canceled', 'Canceled'], ['partially_refunded', 'Refunded in part'],
	['refunded', 'Refunded'], ['disputed', 'Disputed'],
];
const kinds = { succeeded: 'good', failed: 'bad', disputed: 'bad',
    refunded: 'warn', partially_refunded: 'warn' };

export const methodOf = (m) => Object.fromEntries(methods)[m] || m;

export function Status({ gift })
{
	const text = gift.voided_at ? 'Void' :
	    Object.fromEntries(statuses)[gift.status] || gift.status;

	return html`<span class="state ${gift.voided_at ? 'bad' :
		kinds[gift.status] || ''}">${text}</span>`;
}

export const donor = (g) => [g.first_name, g.last_name].filter(Boolean)
    .join(' ') || g.email || 'Anonymous';

/* What of a gift can still be refunded. */
export const left = (g) => g.amount_received - g.amount_refunded -
    g.amount_disputed;

/* "25", "25.00" or "$1,025.50" as cents; null if it is not an amount. */
export function cents(text, currency = 'usd')
{
	const digits = new Intl.NumberFormat(undefined, { style: 'currency',
	    currency }).resolvedOptions().maximumFractionDigits;
	const plain = String(text).replace(/[\s,$]/g, '');
	const pattern = digits ? new RegExp(`^\\d+(\\.\\d{1,${digits}})?$`) :
	    /^\d+$/;

	if (!pattern.test(plain))
		return null;
	return Math.round(Number(plain) * 10 ** digits);
}

/* An amount as it is typed: 1250 is "12.50". */
export function typed(amount, currency = 'usd')
{
	const digits = new Intl.NumberFormat(undefined, { style: 'currency',
	    currency }).resolvedOptions().maximumFractionDigits;

	return (amount / 10 ** digits).toFixed(digits);
}

const tabs = [
	['', 'Gifts', 'viewer'], ['recurring', 'Recurring', 'viewer'],
	['limits', 'Limits', 'viewer'],
	['best-efforts', 'Best efforts', 'viewer'],
	['refunds', 'Refunds', 'viewer'], ['waiting', 'Waiting', 'manager'],
	['payouts', 'Payouts', 'manager'], ['import', 'Import', 'manager'],
	['export', 'Export', 'manager'],
];

export function Tabs({ campaign, can, here })
{
	const base = `#/campaigns/${campaign.campaign_id}/donations`;

	return html`<nav aria-label="Donations"><ul class="tabs">${tabs
		.filter(([, , role]) => can(role)).map(([to, label]) => html`
		<li key=${to}><a href=${to ? `${base}/${to}` : base}
		    aria-current=${to === here ? 'page' : null}>${label}</a>
		</li>`)}</ul></nav>`;
}

export const amount = (g, field = 'amount') =>
    g[field] === null ? '' : money(g[field], g.currency);
