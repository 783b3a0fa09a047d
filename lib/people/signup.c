/*
 * Signups from the websites of campaigns: reading and storing.  The response, a
 * page or JSON, is made in cgi-bin/signups.c.
 */
#include "db/db.h"
#include "proof.h"
#include "signup.h"

#define NOTES_MAX	(64 * 1024)	/* bytes, with the sentences below */

static const struct field fields[] = {
	SIGNUP_FIELDS(FIELD_ROW, SIGNUP)
};

const struct schema signup_schema = {
	.one = "signup",
	.many = "signups",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const char sql_signup[] =
    "SELECT voter_id, interaction_id "
    "FROM cerberus.signup($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
    "$12, $13, $14)";

static const char sql_redirect[] =
    "SELECT cerberus.signup_redirect($1) AS url";

/* The interests with a meaning of their own. */
static const struct interest {
	const char	*name;
	const char	*sentence;	/* added to the notes, or NULL */
	const char	*channel;	/* of a consent, or NULL */
} interests[] = {
	{ "wants_to_endorse", "Expressed interest: Endorse.", NULL },
	{ "wants_to_get_involved", "Expressed interest: Get Involved.",
	  NULL },
	{ "agreed_to_messaging", NULL, "sms" },
	{ "agreed_to_emails", NULL, "email" },
};

/*
 * Read the fields of a form, and those such as "interests[wants_to_endorse]=on"
 * into chosen.  The query may name the campaign in place of a field.
 */
static int
read_form(struct req *rq, struct rec *r, struct json_object *chosen,
    struct err *e)
{
	const struct pair	*campaign;
	int			 rc = 0, i;

	for (size_t k = 0; k < rq->form.n; k++) {
		const struct pair	*p = &rq->form.pair[k];
		size_t			 n = strlen(p->name);

		if (strncmp(p->name, "interests[", 10) == 0 && n > 11 &&
		    p->name[n - 1] == ']') {
			json_object_object_add(chosen,
			    arena_strndup(rq->arena, p->name + 10, n - 11),
			    json_object_new_string_len(p->value,
			    (int)p->len));
			continue;
		}
		i = schema_find(r->schema, p->name, n);
		if (i == -1 || i == SIGNUP_interests)
			continue;
		if (rec_set(r, (size_t)i, p->value, p->len, e) != 0)
			rc = -1;
	}
	/* A page without a script cannot copy its own query into a field. */
	if (!rec_has(r, SIGNUP_campaign_id) &&
	    (campaign = form_find(&rq->query, "campaign")) != NULL &&
	    rec_set(r, SIGNUP_campaign_id, campaign->value, campaign->len,
	    e) != 0)
		rc = -1;
	/* Checks the length, as for JSON. */
	return rc | rec_set_json(r, SIGNUP_interests, chosen, e);
}

/* Read an interest's value: a boolean, or a form's word for one. */
static int
read_choice(struct req *rq, const char *name, struct json_object *v,
    bool *out, struct err *e)
{
	char		*path = arena_printf(rq->arena, "interests.%s", name);
	struct field	 f = { .name = path, .kind = KIND_BOOL };
	const char	*value;

	if (json_object_is_type(v, json_type_boolean)) {
		*out = json_object_get_boolean(v);
		return 0;
	}
	if (!json_object_is_type(v, json_type_string))
		return err_field(e, path, "invalid_type",
		    "%s must be true or false.", path);
	if (field_check(&f, rq->arena, json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), &value, e) != 0)
		return -1;
	*out = value != NULL && *value == 't';
	return 0;
}

/* The notes that the visitor wrote, and the sentences of chosen interests. */
static const char *
write_notes(struct arena *a, const char *written, const bool *chosen)
{
	struct buf	 b;

	buf_init_in(&b, a, NOTES_MAX);
	if (written != NULL)
		buf_adds(&b, written);
	for (size_t i = 0; i < ARRAY_LEN(interests); i++)
		if (chosen[i] && interests[i].sentence != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? " " : "",
			    interests[i].sentence);
	if (b.len == 0)
		buf_adds(&b, "Website signup.");
	return buf_str(&b);
}

static const struct interest *
find_interest(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(interests); i++)
		if (strcmp(interests[i].name, name) == 0)
			return &interests[i];
	return NULL;
}

/* Set notes, consents and others of the signup from the chosen interests. */
static int
read_interests(struct req *rq, struct signup *s, struct json_object *chosen,
    struct err *e)
{
	struct json_object	*consents = json_object_new_object();
	struct json_object	*others = json_object_new_object();
	const struct interest	*known;
	bool			 yes[ARRAY_LEN(interests)] = { false };
	bool			*is;
	int			 rc = 0;

	json_object_object_foreach(chosen, key, value) {
		if (json_object_is_type(value, json_type_null))
			continue;
		if ((known = find_interest(key)) == NULL) {
			json_object_object_add(others, key,
			    json_object_get(value));
			continue;
		}
		is = &yes[known - interests];
		if (read_choice(rq, key, value, is, e) != 0)
			rc = -1;
		else if (known->channel != NULL)
			json_object_object_add(consents, known->channel,
			    json_object_new_boolean(*is));
	}
	s->notes = write_notes(rq->arena, rec_get(&s->rec, SIGNUP_notes),
	    yes);
	s->consents = arena_strdup(rq->arena, json_object_to_json_string_ext(
	    consents, JSON_C_TO_STRING_PLAIN));
	s->others = arena_strdup(rq->arena, json_object_to_json_string_ext(
	    others, JSON_C_TO_STRING_PLAIN));
	json_object_put(consents);
	json_object_put(others);
	return rc;
}

int
signup_read(struct req *rq, struct signup *s, struct err *e)
{
	struct json_object	*chosen = NULL;
	int			 rc = 0;

	memset(s, 0, sizeof(*s));
	rec_init(&s->rec, &signup_schema, rq->arena);
	if (rq->form.pair != NULL) {
		chosen = json_object_new_object();
		rc = read_form(rq, &s->rec, chosen, e);
	} else {
		if (!json_object_is_type(rq->json, json_type_object) ||
		    json_object_object_length(rq->json) == 0)
			return err_slug(e, ERR_MALFORMED, "invalid_json",
			    "Invalid or empty JSON payload");
		rc = rec_from_json(&s->rec, rq->json, UNKNOWN_IGNORE, NULL, e);
		if (!json_object_object_get_ex(rq->json, "interests",
		    &chosen) || !json_object_is_type(chosen,
		    json_type_object))
			chosen = json_object_new_object();
		else
			json_object_get(chosen);
	}
	s->honeypot = s->rec.value[SIGNUP_website] != NULL;
	/* All, so that every bad field is named at once. */
	if (read_interests(rq, s, chosen, e) != 0)
		rc = -1;
	if (rec_require(&s->rec, true, e) != 0)
		rc = -1;
	json_object_put(chosen);
	return rc;
}

int
signup_store(struct req *rq, const struct signup *s,
    struct signup_result *out, struct err *e)
{
	const char *const	*v = s->rec.value;
	const char		*param[] = {
		v[SIGNUP_campaign_id], v[SIGNUP_first_name],
		v[SIGNUP_middle_name], v[SIGNUP_last_name],
		v[SIGNUP_email_address], v[SIGNUP_phone_number],
		v[SIGNUP_interaction_type] != NULL ?
		    v[SIGNUP_interaction_type] : "Website Signup",
		s->notes, s->consents, s->others, proof_address(rq),
		v[SIGNUP_page_url] != NULL ? v[SIGNUP_page_url] :
		    proof_header(rq, rq->referer, 2048),
		proof_header(rq, rq->user_agent, 1024), v[SIGNUP_consent_text],
	};
	const struct db_query	 q[] = {
		{ .sql = sql_signup, .n = ARRAY_LEN(param), .param = param,
		  .hot = true, .gated = true },
		{ .sql = sql_redirect, .n = 1, .param = param, .hot = true,
		  .gated = true },
	};
	/* Only the response to a form can be a redirect. */
	bool			 is_form = rq->form.pair != NULL;
	struct rows		*rows[2];

	if (db_exec(rq->db, q, is_form ? 2 : 1, rows, e) != 0)
		return -1;
	if (rows_count(rows[0]) == 0)
		return err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not "
		    "found.", v[SIGNUP_campaign_id]);
	out->voter_id = rows_text(rows[0], 0, "voter_id");
	out->interaction_id = rows_text(rows[0], 0, "interaction_id");
	out->redirect = is_form ? rows_text(rows[1], 0, "url") : NULL;
	return 0;
}

int
signup_redirect(struct req *rq, const struct signup *s,
    struct signup_result *out, struct err *e)
{
	const char		*param[] = { s->rec.value[SIGNUP_campaign_id] };
	const struct db_query	 q = { .sql = sql_redirect, .n = 1,
				    .param = param, .hot = true };
	struct rows		*r;

	out->redirect = NULL;
	if (rq->form.pair == NULL || param[0] == NULL)
		return 0;
	if (db_exec(rq->db, &q, 1, &r, e) != 0)
		return -1;
	out->redirect = rows_text(r, 0, "url");
	return 0;
}
