/*
 * Asks the challenge service whether a response is valid.  money/admission.c
 * decides what follows.
 */
#include "api.h"
#include "challenge.h"

#define TOTAL_MS	5000	/* how long a donor waits for it */

int
challenge_verify(const struct cfg *cfg, const char *response,
    const char *remote, bool *solved, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*answer = NULL, *success;
	int			 rc;

	json_object_object_add(form, "secret",
	    json_object_new_string(cfg->challenge_secret));
	json_object_object_add(form, "response",
	    json_object_new_string(response));
	json_object_object_add(form, "remoteip",
	    json_object_new_string(remote));
	rc = foreign_post(cfg, cfg->challenge_url, TOTAL_MS, form, &answer, e);
	*solved = rc == 0 &&
	    json_object_object_get_ex(answer, "success", &success) &&
	    json_object_is_type(success, json_type_boolean) &&
	    json_object_get_boolean(success);
	json_object_put(form);
	json_object_put(answer);
	return rc;
}
