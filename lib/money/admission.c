/*
 * Limits the attempts to donate to each campaign.  stripe/challenge.c verifies
 * challenges.
 */
#include "admission.h"
#include "db/db.h"
#include "rest/doc.h"
#include "stripe/challenge.h"

static const char sql_admit[] =
    "SELECT cerberus.donation_admit($1, $2) AS wait";

static const char *const names[] = {
	"challenge_response", "h-captcha-response", "cf-turnstile-response"
};

/* Find a text of the body by its name; *out is NULL if it is missing. */
static int
find_text(const struct req *rq, const char *name, const char **out,
    struct err *e)
{
	const struct pair	*p = form_find(&rq->form, name);
	struct json_object	*v = NULL;

	*out = p != NULL ? p->value : NULL;
	if (p != NULL || !json_object_is_type(rq->json, json_type_object) ||
	    !json_object_object_get_ex(rq->json, name, &v) || v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_string))
		return err_field(e, name, "invalid_type", "%s must be text.",
		    name);
	*out = json_object_get_string(v);
	return 0;
}

int
admission_response(struct req *rq, const char **out, struct err *e)
{
	const char	*text;

	*out = NULL;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (find_text(rq, names[i], &text, e) != 0)
			return -1;
		if (text == NULL || *text == '\0' || *out != NULL)
			continue;
		if (strlen(text) > CHALLENGE_MAX)
			return err_field(e, names[i], "too_long",
			    "%s is too long.", names[i]);
		*out = text;
	}
	return 0;
}

int
admission_count(struct req *rq, const char *campaign, bool challenge,
    struct err *e)
{
	const char	*param[] = { campaign,
			    doc_id(rq->arena, rq->cfg->donations_per_hour) };
	struct rows	*rows;
	int64_t		 wait;

	if (!rq->cfg->rate_limit)
		return 0;
	if (db_select(rq->db, sql_admit, 2, param, &rows, e) != 0)
		return -1;
	if ((wait = rows_int64(rows, 0, "wait")) == 0)
		return 0;
	e->retry_after = (int)wait;
	if (challenge)
		return err_slug(e, ERR_RATE, "challenge_required",
		    "This campaign has received too many donations within an "
		    "hour. Solve the challenge to go on.");
	return err_slug(e, ERR_RATE, "campaign_limited",
	    "This campaign has received too many donations within an hour; "
	    "try again later.");
}
