/*
 * What the public forms show of a campaign: its row, as the database lets
 * visitors see it, and what the configuration says about its donations.  Staff
 * read campaigns in campaign.c.
 */
#include "core/text.h"
#include "money/donation.h"
#include "public.h"
#include "rest/doc.h"

/*
 * $2 is the publishable key, $3 the limit of a donor, $4 the smallest amount of
 * each accepted currency, $5 the largest amount, $6 and $7 what shows a
 * challenge.
 */
static const char sql_public[] =
    "SELECT (p.campaign || jsonb_build_object("
    "'stripe_publishable_key', $2::text, "
    "'contribution_limit', nullif($3::bigint, 0), "
    "'currency', c.currency, "
    "'minimum_amount', $4::jsonb -> c.currency, "
    "'maximum_amount', $5::bigint, 'challenge_site_key', $6::text, "
    "'challenge_script', $7::text))::text AS doc "
    "FROM cerberus.campaign_public($1) p, "
    "LATERAL (SELECT CASE WHEN $4::jsonb ? (p.campaign ->> 'currency') "
    "THEN p.campaign ->> 'currency' ELSE 'usd' END AS currency) c";

/* Return the accepted currencies as {"usd": 50}. */
static const char *
minimums(struct req *rq)
{
	const struct cfg_list	*list = &rq->cfg->stripe_minimums;
	struct json_object	*o = json_object_new_object();
	const char		*text;
	int64_t			 least;

	for (size_t i = 0; i < list->n; i++) {
		const char	*colon = strchr(list->word[i], ':');

		if (colon != NULL && text_int64(colon + 1,
		    strlen(colon + 1), &least))
			json_object_object_add(o, arena_strndup(rq->arena,
			    list->word[i], (size_t)(colon - list->word[i])),
			    json_object_new_int64(least));
	}
	text = doc_text(rq->arena, o);
	json_object_put(o);
	return text;
}

int
campaign_public(struct req *rq, struct resp *rs, struct err *e)
{
	int64_t		 id = rq->path_id[0];
	const char	*param[] = {
		doc_id(rq->arena, id),
		cfg_stripe_for(rq->cfg, id)->publishable_key,
		doc_id(rq->arena, cfg_contribution_limit(rq->cfg, id)),
		minimums(rq),
		doc_id(rq->arena, AMOUNT_MAX),
		rq->cfg->challenge_site_key,
		rq->cfg->challenge_script,
	};

	return doc_answer(rq, rs, 200, sql_public, ARRAY_LEN(param), param,
	    arena_printf(rq->arena, "Campaign with ID %s not found.",
	    param[0]), e);
}
