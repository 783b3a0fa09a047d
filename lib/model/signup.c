/* A visitor's signup. */
#include <arpa/inet.h>

#include "db/db.h"
#include "record/json.h"
#include "signup.h"

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

static const char sql_redirect[] = "SELECT cerberus.signup_redirect($1)";

/* What each known interest means. */
static const struct interest {
	const char	*name;
	const char	*sentence;	/* for the notes, or NULL */
	const char	*channel;	/* of consent, or NULL */
} interests[] = {
	{ "wants_to_endorse", "Expressed interest: Endorse.", NULL },
	{ "wants_to_get_involved", "Expressed interest: Get Involved.",
	  NULL },
	{ "agreed_to_messaging", NULL, "sms" },
	{ "agreed_to_emails", NULL, "email" },
};

/* "interests[wants_to_endorse]=on" and the plain fields of a form. */
static int
from_form(struct req *rq, struct rec *r, struct json_object *wishes,
    struct err *e)
{
	int	 rc = 0, i;

	for (size_t k = 0; k < rq->form.n; k++) {
		const struct pair	*p = &rq->form.pair[k];
		size_t			 n = strlen(p->name);

		if (strncmp(p->name, "interests[", 10) == 0 && n > 11 &&
		    p->name[n - 1] == ']') {
			json_object_object_add(wishes,
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
	/* As much as JSON may bring, and no more. */
	return rc | rec_set_json(r, SIGNUP_interests, wishes, e);
}

/* The truth of an interest: a boolean, or a form's word. */
static int
truth(struct req *rq, const char *name, struct json_object *v, bool *out,
    struct err *e)
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

/* Sorts interests into sentences, consents and the rest. */
static int
read_interests(struct req *rq, struct signup *s, struct json_object *wishes,
    struct err *e)
{
	struct json_object	*consents = json_object_new_object();
	struct json_object	*others = json_object_new_object();
	const char		*given = s->rec.value[SIGNUP_notes];
	struct buf		 notes;
	bool			 told[ARRAY_LEN(interests)] = { false };
	int			 rc = 0;

	buf_init(&notes, 64 * 1024);
	if (given != NULL)
		buf_adds(&notes, given);
	json_object_object_foreach(wishes, key, value) {
		size_t	 i = 0;
		bool	 yes = false;

		while (i < ARRAY_LEN(interests) &&
		    strcmp(interests[i].name, key) != 0)
			i++;
		if (json_object_is_type(value, json_type_null))
			continue;
		if (i == ARRAY_LEN(interests)) {
			json_object_object_add(others, key,
			    json_object_get(value));
			continue;
		}
		if (truth(rq, key, value, &yes, e) != 0) {
			rc = -1;
			continue;
		}
		told[i] = yes;
		if (interests[i].channel != NULL)
			json_object_object_add(consents, interests[i].channel,
			    json_object_new_boolean(yes));
	}
	for (size_t i = 0; i < ARRAY_LEN(interests); i++)
		if (told[i] && interests[i].sentence != NULL)
			buf_addf(&notes, "%s%s", notes.len > 0 ? " " : "",
			    interests[i].sentence);
	if (notes.len == 0)
		buf_adds(&notes, "Website signup.");
	s->notes = arena_strdup(rq->arena, buf_str(&notes));
	s->consents = arena_strdup(rq->arena, json_object_to_json_string_ext(
	    consents, JSON_C_TO_STRING_PLAIN));
	s->others = arena_strdup(rq->arena, json_object_to_json_string_ext(
	    others, JSON_C_TO_STRING_PLAIN));
	buf_release(&notes);
	json_object_put(consents);
	json_object_put(others);
	return rc;
}

int
signup_read(struct req *rq, struct signup *s, struct err *e)
{
	struct json_object	*wishes = NULL;
	int			 rc = 0;

	memset(s, 0, sizeof(*s));
	rec_init(&s->rec, &signup_schema, rq->arena);
	if (rq->form.pair != NULL) {
		wishes = json_object_new_object();
		rc = from_form(rq, &s->rec, wishes, e);
	} else {
		if (!json_object_is_type(rq->json, json_type_object) ||
		    json_object_object_length(rq->json) == 0)
			return err_slug(e, ERR_MALFORMED, "invalid_json",
			    "Invalid or empty JSON payload");
		rc = rec_from_json(&s->rec, rq->json, UNKNOWN_IGNORE, NULL, e);
		if (!json_object_object_get_ex(rq->json, "interests",
		    &wishes) || !json_object_is_type(wishes,
		    json_type_object))
			wishes = json_object_new_object();
		else
			json_object_get(wishes);
	}
	s->trapped = s->rec.value[SIGNUP_website] != NULL;
	/* All, so that every bad field is named at once. */
	if (read_interests(rq, s, wishes, e) != 0)
		rc = -1;
	if (rec_require(&s->rec, true, e) != 0)
		rc = -1;
	json_object_put(wishes);
	return rc;
}

/* The client's address where PostgreSQL would read it as one. */
static const char *
address(const struct req *rq)
{
	unsigned char	 raw[16];

	return inet_pton(AF_INET, rq->remote, raw) == 1 ||
	    inet_pton(AF_INET6, rq->remote, raw) == 1 ? rq->remote : NULL;
}

/* What a header says, as far as it can be kept: n characters of UTF-8. */
static const char *
header_text(const struct req *rq, const char *value, size_t n)
{
	const struct field	 f = { .name = "", .kind = KIND_TEXT };
	struct err		 ignored = { 0 };
	const char		*text = NULL;

	if (value == NULL)
		return NULL;
	if (strlen(value) < n)
		n = strlen(value);
	/* Not in the middle of a character. */
	while (n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80)
		n--;
	return field_check(&f, rq->arena, value, n, &text, &ignored) == 0 ?
	    text : NULL;
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
		s->notes, s->consents, s->others, address(rq),
		v[SIGNUP_page_url] != NULL ? v[SIGNUP_page_url] :
		    header_text(rq, rq->referer, 2048),
		header_text(rq, rq->user_agent, 1024), v[SIGNUP_consent_text],
	};
	const struct db_query	 q[] = {
		{ sql_signup, ARRAY_LEN(param), param, .hot = true,
		  .gated = true },
		{ sql_redirect, 1, param, .hot = true, .gated = true },
	};
	/* Only a browser that sent a form is led on to a page. */
	size_t			 n = rq->form.pair != NULL ? 2 : 1;
	PGresult		*res[2] = { NULL };
	int			 rc = -1;

	if (db_run(rq->db, q, n, res, e) != 0)
		return -1;
	if (PQntuples(res[0]) == 0) {
		err_set(e, ERR_NOT_FOUND, "Campaign with ID %s not found.",
		    v[SIGNUP_campaign_id]);
		goto out;
	}
	out->voter_id = arena_strdup(rq->arena, PQgetvalue(res[0], 0, 0));
	out->interaction_id = arena_strdup(rq->arena,
	    PQgetvalue(res[0], 0, 1));
	out->redirect = NULL;
	if (n == 2 && !PQgetisnull(res[1], 0, 0))
		out->redirect = arena_strdup(rq->arena,
		    PQgetvalue(res[1], 0, 0));
	rc = 0;
out:
	PQclear(res[0]);
	PQclear(res[1]);
	return rc;
}

int
signup_redirect(struct req *rq, const struct signup *s,
    struct signup_result *out, struct err *e)
{
	const char		*param[] = { s->rec.value[SIGNUP_campaign_id] };
	const struct db_query	 q = { sql_redirect, 1, param, true };
	PGresult		*res = NULL;

	out->redirect = NULL;
	if (rq->form.pair == NULL || param[0] == NULL)
		return 0;
	if (db_run(rq->db, &q, 1, &res, e) != 0)
		return -1;
	if (!PQgetisnull(res, 0, 0))
		out->redirect = arena_strdup(rq->arena, PQgetvalue(res, 0, 0));
	PQclear(res);
	return 0;
}
