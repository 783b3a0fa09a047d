/*
 * Opt-outs: lists of addresses and numbers, and lifting them.  Files of
 * opt-outs are read in import/opt_out_file.c.
 */
#include "export.h"
#include "opt_out.h"
#include "rest/doc.h"
#include "rest/resource.h"

#define CONTACTS_MAX	20000	/* of one request */

const char *const channels[] = { "email", "phone", "sms", "mail", NULL };

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

static const struct field contact_fields[] = {
	OPT_OUT_CONTACT_FIELDS(FIELD_ROW, CONTACT)
};

const struct schema opt_out_contact_schema = {
	.table = "opt_out_contacts",
	.one = "contact",
	.many = "contacts",
	.key = "contact_id",
	.field = contact_fields,
	.n = ARRAY_LEN(contact_fields),
};

static const struct filter opt_out_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
};

static const struct filter contact_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "opt_out_id", .kind = KIND_INT }, "t.opt_out_id = ?1" },
	{ { .name = "channel", .kind = KIND_CHOICE, .choices = channels },
	  "t.channel = ?1" },
	{ { .name = "email_address", .kind = KIND_EMAIL, .max = 255 },
	  "t.contact = ?1" },
	{ { .name = "phone_number", .kind = KIND_PHONE, .max = 255 },
	  "t.contact = ?1" },
	{ { .name = "lifted", .kind = KIND_BOOL },
	  "(t.lifted_at IS NOT NULL) = ?1" },
};

const struct list opt_out_list = {
	.schema = &opt_out_schema,
	.filter = opt_out_filters,
	.n = ARRAY_LEN(opt_out_filters),
};

const struct list opt_out_contact_list = {
	.schema = &opt_out_contact_schema,
	.filter = contact_filters,
	.n = ARRAY_LEN(contact_filters),
};

/* Append the normalised contacts of in to list. */
static int
check_contacts(struct arena *a, struct json_object *in,
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
		if (field_check(strchr(s, '@') != NULL ? &email : &phone, a, s,
		    (size_t)json_object_get_string_len(v), &text, e) != 0)
			return -1;
		if (text != NULL)
			json_object_array_add(list,
			    json_object_new_string(text));
	}
	return 0;
}

int
opt_out_contacts(struct arena *a, struct json_object *in, const char **out,
    struct err *e)
{
	static const struct field	 texts = { .name = "contacts",
		.kind = KIND_TEXTS };
	const struct schema		 one = { .field = &texts, .n = 1 };
	struct json_object		*list;
	struct rec			 r;
	int				 rc;

	if (!json_object_is_type(in, json_type_array) ||
	    json_object_array_length(in) == 0 ||
	    json_object_array_length(in) > CONTACTS_MAX)
		return err_field(e, "contacts", "required", "contacts must be "
		    "an array of 1 to %d strings.", CONTACTS_MAX);
	list = json_object_new_array();
	rec_init(&r, &one, a);
	rc = check_contacts(a, in, list, e);
	if (rc == 0)
		rc = rec_set_json(&r, 0, list, e);
	if (rc == 0)
		*out = rec_get(&r, 0);
	json_object_put(list);
	return rc;
}

int
opt_out_add(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = {
		"campaign_id", "channel", "contacts", "source", "reason", NULL
	};
	static const struct field campaign = { .name = "campaign_id",
		.kind = KIND_INT, .low = 1, .high = INT64_MAX };
	static const struct field channel = { .name = "channel",
		.kind = KIND_CHOICE, .choices = channels };
	static const struct field source = { .name = "source",
		.kind = KIND_TEXT, .max = 255 };
	static const struct field reason = { .name = "reason",
		.kind = KIND_TEXT, .max = 255 };
	static const char	 sql[] =
	    "SELECT to_json(o) AS list FROM opt_out($1, $2, $3, $4, $5) o";
	const char		*param[5] = { NULL };
	struct json_object	*list = NULL;
	int			 rc;

	if (doc_known(rq, known, e) != 0)
		return -1;
	json_object_object_get_ex(rq->json, "contacts", &list);
	rc = doc_member(rq, &campaign, false, &param[0], e) |
	    doc_member(rq, &channel, true, &param[1], e) |
	    doc_member(rq, &source, false, &param[3], e) |
	    doc_member(rq, &reason, false, &param[4], e) |
	    opt_out_contacts(rq->arena, list, &param[2], e);
	if (rc != 0)
		return -1;
	return doc_answer(rq, rs, 201, sql, 5, param, "", e);
}

int
opt_out_undo(struct req *rq, struct resp *rs, struct err *e)
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

int
opt_out_lift(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*r;

	if (db_select(rq->db, "SELECT opt_out_lift($1)", 1, &id, &r, e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"message\":\"Opt-out %s lifted "
	    "successfully.\"}", id);
	return 0;
}

int
opt_out_export(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 known[] = { "fields", "reason",
					    NULL };
	static const struct scope	 current = { .where =
	    "t.lifted_at IS NULL" };
	static const struct scope	 managed = { .where =
	    "t.lifted_at IS NULL AND (t.campaign_id IS NULL OR "
	    "t.campaign_id = ANY "
	    "((SELECT caller_campaigns('manager'))::bigint[]))" };
	struct sql			 from;
	uint64_t			 only;
	bool				 all;

	if (export_allowed(rq, &rq->query, &all, e) != 0)
		return -1;
	sql_init(&from, rq->arena);
	sql_add(&from, "FROM opt_out_contacts t");
	/* Both, so that every bad parameter is named at once. */
	if ((list_where(rq->arena, &rq->query, &opt_out_contact_list, all ?
	    &current : &managed, known, &from, e) |
	    list_columns(&rq->query, &opt_out_contact_schema, &only, e)) != 0)
		return -1;
	return export_stream(rq, rs, &opt_out_contact_schema, only, &from,
	    "opt-outs", e);
}
