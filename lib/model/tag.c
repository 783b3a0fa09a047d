/* Tags on voters. */
#include "doc.h"
#include "record/field.h"
#include "tag.h"

static const struct field tag_field = {
	.name = "tags", .kind = KIND_TEXT, .max = TAG_MAX
};

int
tag_read(struct req *rq, struct json_object *in, struct json_object **out,
    struct err *e)
{
	struct json_object	*list;
	const char		*text;
	int			 rc = 0;

	*out = NULL;
	if (in == NULL)
		return 0;
	if (!json_object_is_type(in, json_type_array) ||
	    json_object_array_length(in) > TAGS_MAX)
		return err_field(e, "tags", "invalid_type",
		    "tags must be an array of at most %d texts.", TAGS_MAX);
	list = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(in) && rc == 0; i++) {
		struct json_object	*v = json_object_array_get_idx(in, i);

		if (!json_object_is_type(v, json_type_string))
			rc = err_field(e, "tags", "invalid_type",
			    "tags must be an array of texts.");
		else if ((rc = field_check(&tag_field, rq->arena,
		    json_object_get_string(v),
		    (size_t)json_object_get_string_len(v), &text, e)) != 0)
			;
		else if (text == NULL)
			rc = err_field(e, "tags", "required",
			    "A tag must not be blank.");
		else
			json_object_array_add(list,
			    json_object_new_string(text));
	}
	if (rc != 0) {
		json_object_put(list);
		return -1;
	}
	*out = list;
	return 0;
}

static const char sql_seen[] = "SELECT FROM voters WHERE voter_id = $1";

static const char sql_add[] =
    "UPDATE voters v SET tags = tags_with(v.tags, "
    "ARRAY(SELECT jsonb_array_elements_text($2))) "
    "WHERE v.voter_id = $1 RETURNING array_to_json(v.tags)";

static const char sql_remove[] =
    "UPDATE voters v SET tags = array_remove(v.tags, $2) "
    "WHERE v.voter_id = $1 AND v.tags @> ARRAY[$2::text] "
    "RETURNING array_to_json(v.tags)";

/* Runs one of the two; what to say when it changed nothing is the caller's. */
static int
change(struct req *rq, struct resp *rs, const char *sql, const char *value,
    bool *changed, struct err *e)
{
	const char		*param[] = { doc_id(rq->arena,
				    rq->path_id[0]), value };
	const struct db_query	 q[] = {
		{ .sql = sql_seen, .n = 1, .param = param },
		{ .sql = sql, .n = 2, .param = param },
	};
	PGresult		*res[2];
	int			 rc = 0;

	if (db_run(rq->db, q, 2, res, e) != 0)
		return -1;
	*changed = PQntuples(res[1]) == 1;
	if (PQntuples(res[0]) == 0)
		rc = err_set(e, ERR_NOT_FOUND, "Voter with ID %s not found.",
		    param[0]);
	else if (*changed)
		buf_addf(resp_json(rs, 200), "{\"voter_id\":%s,\"tags\":%s}",
		    param[0], PQgetvalue(res[1], 0, 0));
	PQclear(res[0]);
	PQclear(res[1]);
	return rc;
}

int
tag_add(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = { "tags", "tag", NULL };
	struct json_object	*in = NULL, *one, *tags = NULL;
	bool			 changed;
	int			 rc = -1;

	if (doc_known(rq, known, e) != 0)
		return -1;
	if (json_object_object_get_ex(rq->json, "tag", &one)) {
		in = json_object_new_array();
		json_object_array_add(in, json_object_get(one));
	} else if (json_object_object_get_ex(rq->json, "tags", &one)) {
		in = json_object_get(one);
	}
	if (in == NULL) {
		err_field(e, "tags", "required", "tags is required.");
		goto out;
	}
	if (tag_read(rq, in, &tags, e) != 0 || change(rq, rs, sql_add,
	    doc_text(rq->arena, tags), &changed, e) != 0)
		goto out;
	rc = changed ? 0 : err_set(e, ERR_FORBIDDEN,
	    "Your role does not allow this.");
out:
	json_object_put(in);
	json_object_put(tags);
	return rc;
}

int
tag_remove(struct req *rq, struct resp *rs, struct err *e)
{
	bool	 changed;

	if (change(rq, rs, sql_remove, rq->path_name, &changed, e) != 0)
		return -1;
	return changed ? 0 : err_set(e, ERR_NOT_FOUND,
	    "The voter has no such tag, or your role does not let you "
	    "take it away.");
}
