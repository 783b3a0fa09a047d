/* Consent to be contacted, and opt-out lists. */
#include "consent.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "voter.h"

#define CONTACTS_MAX	20000	/* of an opt-out list */

const char *const channels[] = { "email", "phone", "sms", "mail", NULL };

static const struct field consent_fields[] = {
	CONSENT_FIELDS(FIELD_ROW, CONSENT)
};

const struct schema consent_schema = {
	.table = "consents",
	.one = "consent",
	.many = "consents",
	.key = "consent_id",
	.field = consent_fields,
	.n = ARRAY_LEN(consent_fields),
};

static const struct field opt_out_fields[] = {
	OPT_OUT_FIELDS(FIELD_ROW, OPT_OUT)
};

const struct schema opt_out_schema = {
	.table = "opt_outs",
	.one = "opt_out",
	.many = "opt_outs",
	.key = "opt_out_id",
	.field = opt_out_fields,
	.n = ARRAY_LEN(opt_out_fields),
};

/* clang-format off */
static const struct filter consent_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "channel", .kind = KIND_CHOICE, .choices = channels },
	  "t.channel = ?1" },
};

static const struct filter opt_out_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
};
/* clang-format on */

const struct list consent_list = {
	.schema = &consent_schema,
	.filter = consent_filters,
	.n = ARRAY_LEN(consent_filters),
};

const struct list opt_out_list = {
	.schema = &opt_out_schema,
	.filter = opt_out_filters,
	.n = ARRAY_LEN(opt_out_filters),
};

int
consent_record(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec		 r;
	struct sql		 get;
	const char		*param[6];
	const struct db_query	 record = { .sql =
	    "SELECT record_consent($1, $2, $3, $4, $5, $6)",
	    .n = ARRAY_LEN(param), .param = param };
	struct rows		*rows[2];

	if (resource_exists(rq, &voter_schema, rq->path_id[0], e) != 0 ||
	    resource_read(rq, &consent_schema, true, NULL, &r, e) != 0)
		return -1;
	param[0] = doc_id(rq->arena, rq->path_id[0]);
	param[1] = rec_get(&r, CONSENT_campaign_id);
	param[2] = rec_get(&r, CONSENT_channel);
	param[3] = rec_get(&r, CONSENT_granted);
	param[4] = rec_get(&r, CONSENT_source);
	param[5] = rec_get(&r, CONSENT_wording);
	sql_init(&get, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &consent_schema);
	sql_add(&get, " FROM consents t WHERE t.consent_id = "
	    "(SELECT currval('consents_consent_id_seq'))");
	if (db_exec(rq->db, (struct db_query[]){ record, { .sql =
	    get.text.data } }, 2, rows, e) != 0)
		return -1;
	if (rows_count(rows[1]) == 0)
		return err_detail(e, ERR_INTERNAL,
		    "a new consent is not visible");
	doc_row(resp_json(rs, 201), &consent_schema, rows[1], 0, 0, 0);
	return 0;
}

/*
 * Check and normalise the contacts into list: what has an @ is an e-mail
 * address, everything else a phone number.  Blank contacts are left out.
 */
static int
check_contacts(struct req *rq, struct json_object *in,
    struct json_object *list, struct err *e)
{
	static const struct field	 email = { .name = "contacts",
		.kind = KIND_EMAIL, .max = 255 };
	static const struct field	 phone = { .name = "contacts",
		.kind = KIND_PHONE, .max = 255 };
	const char			*text;

	for (size_t i = 0; i < json_object_array_length(in); i++) {
		struct json_object	*v = json_object_array_get_idx(in, i);
		const char		*s = json_object_get_string(v);

		if (!json_object_is_type(v, json_type_string))
			return err_field(e, "contacts", "invalid_type",
			    "contacts must be an array of strings.");
		if (field_check(strchr(s, '@') != NULL ? &email : &phone,
		    rq->arena, s, (size_t)json_object_get_string_len(v),
		    &text, e) != 0)
			return -1;
		if (text != NULL)
			json_object_array_add(list,
			    json_object_new_string(text));
	}
	return 0;
}

/* Read the body's contacts as a parameter of type text[]. */
static int
read_contacts(struct req *rq, const char **out, struct err *e)
{
	static const struct field	 texts = { .name = "contacts",
		.kind = KIND_TEXTS };
	const struct schema		 one = { .field = &texts, .n = 1 };
	struct json_object		*in, *list;
	struct rec			 r;
	int				 rc;

	if (!json_object_object_get_ex(rq->json, "contacts", &in) ||
	    !json_object_is_type(in, json_type_array) ||
	    json_object_array_length(in) == 0 ||
	    json_object_array_length(in) > CONTACTS_MAX)
		return err_field(e, "contacts", "required", "contacts must be "
		    "an array of 1 to %d strings.", CONTACTS_MAX);
	list = json_object_new_array();
	rec_init(&r, &one, rq->arena);
	rc = check_contacts(rq, in, list, e);
	if (rc == 0)
		rc = rec_set_json(&r, 0, list, e);
	if (rc == 0)
		*out = rec_get(&r, 0);
	json_object_put(list);
	return rc;
}

int
consent_opt_out(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = {
		"campaign_id", "channel", "contacts", "source", NULL
	};
	static const struct field campaign = { .name = "campaign_id",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };
	static const struct field channel = { .name = "channel",
		.kind = KIND_CHOICE, .choices = channels };
	static const struct field source = { .name = "source",
		.kind = KIND_TEXT, .max = 255 };
	static const char	 sql[] =
	    "SELECT json_build_object('opt_out_id', opt_out_id, 'matched', "
	    "matched, 'unmatched', unmatched, 'unknown', unknown) AS list "
	    "FROM opt_out($1, $2, $3, $4)";
	const char		*param[4] = { NULL };
	int			 rc;

	if (doc_known(rq, known, e) != 0)
		return -1;
	rc = doc_member(rq, &campaign, true, &param[0], e) |
	    doc_member(rq, &channel, true, &param[1], e) |
	    doc_member(rq, &source, false, &param[3], e) |
	    read_contacts(rq, &param[2], e);
	if (rc != 0)
		return -1;
	return doc_answer(rq, rs, 201, sql, 4, param, "", e);
}

int
consent_undo(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql_undo[] =
	    "UPDATE opt_outs SET undone_at = now() "
	    "WHERE opt_out_id = $1 AND undone_at IS NULL";
	static const char	 sql_look[] =
	    "SELECT undone_at IS NOT NULL AS undone FROM opt_outs "
	    "WHERE opt_out_id = $1";
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	const struct db_query	 undo = { .sql = sql_undo, .n = 1,
				    .param = &id };
	const struct db_query	 look = { .sql = sql_look, .n = 1,
				    .param = &id };
	struct rows		*rows[2];

	if (resource_write(rq, &undo, &look, rows, e) != 0)
		return -1;
	if (rows_written(rows[0]) == 1) {
		buf_addf(resp_json(rs, 200), "{\"message\":\"Opt-out list %s "
		    "undone successfully.\"}", id);
		return 0;
	}
	if (rows_count(rows[1]) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Opt-out list with ID %s not found.", id);
	if (rows_bool(rows[1], 0, "undone"))
		return err_set(e, ERR_CONFLICT,
		    "This list is already undone.");
	return err_set(e, ERR_FORBIDDEN, "Your role does not allow this.");
}
