/* Tags on voters. */
#include "doc.h"
#include "model/resource.h"
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

static const char sql_has[] =
    "SELECT tags @> ARRAY[$2::text] FROM voters WHERE voter_id = $1";

static const char sql_add[] =
    "UPDATE voters v SET tags = tags_with(v.tags, "
    "ARRAY(SELECT jsonb_array_elements_text($2))) "
    "WHERE v.voter_id = $1 RETURNING array_to_json(v.tags)";

/*
 * Whether the voter had the tag, and what is left.  The row is locked first, so
 * that no row is returned only to those who may not change it, however often
 * others take the tag away and put it back.
 */
static const char sql_remove[] =
    "WITH o AS (SELECT voter_id, tags @> ARRAY[$2::text] AS had "
    "FROM voters WHERE voter_id = $1 FOR NO KEY UPDATE), "
    "u AS (UPDATE voters v SET tags = array_remove(v.tags, $2) FROM o "
    "WHERE v.voter_id = o.voter_id AND o.had "
    "RETURNING array_to_json(v.tags) AS tags) "
    "SELECT (SELECT u.tags FROM u), o.had FROM o";

static int
show(struct resp *rs, const char *id, const PGresult *changed)
{
	buf_addf(resp_json(rs, 200), "{\"voter_id\":%s,\"tags\":%s}", id,
	    PQgetvalue(changed, 0, 0));
	return 0;
}

static int
no_voter(const char *id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "Voter with ID %s not found.", id);
}

static int
add_tags(struct req *rq, struct resp *rs, const char *tags, struct err *e)
{
	const char		*param[] = { doc_id(rq->arena,
				    rq->path_id[0]), tags };
	const struct db_query	 add = { .sql = sql_add, .n = 2,
				    .param = param };
	const struct db_query	 seen = { .sql = sql_seen, .n = 1,
				    .param = param };
	PGresult		*res[2];
	int			 rc;

	if (resource_write(rq, &add, &seen, res, e) != 0)
		return -1;
	if (PQntuples(res[0]) == 1)
		rc = show(rs, param[0], res[0]);
	else if (PQntuples(res[1]) == 0)
		rc = no_voter(param[0], e);
	else
		rc = err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	PQclear(res[0]);
	PQclear(res[1]);
	return rc;
}

int
tag_add(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = { "tags", "tag", NULL };
	struct json_object	*in = NULL, *one, *tags = NULL;
	int			 rc = -1;

	if (doc_known(rq, known, e) != 0)
		return -1;
	if (json_object_object_get_ex(rq->json, "tag", &one)) {
		in = json_object_new_array();
		json_object_array_add(in, json_object_get(one));
	} else if (json_object_object_get_ex(rq->json, "tags", &one)) {
		in = json_object_get(one);
	}
	if (in == NULL)
		rc = err_field(e, "tags", "required", "tags is required.");
	else if (tag_read(rq, in, &tags, e) == 0)
		rc = add_tags(rq, rs, doc_text(rq->arena, tags), e);
	json_object_put(in);
	json_object_put(tags);
	return rc;
}

int
tag_remove(struct req *rq, struct resp *rs, struct err *e)
{
	const char		*param[] = { doc_id(rq->arena,
				    rq->path_id[0]), rq->path_name };
	const struct db_query	 remove = { .sql = sql_remove, .n = 2,
				    .param = param };
	const struct db_query	 has = { .sql = sql_has, .n = 2,
				    .param = param };
	PGresult		*res[2];
	int			 rc;

	if (resource_write(rq, &remove, &has, res, e) != 0)
		return -1;
	if (PQntuples(res[0]) == 1 && db_true(res[0], 1))
		rc = show(rs, param[0], res[0]);
	else if (PQntuples(res[1]) == 0)
		rc = no_voter(param[0], e);
	else if (PQntuples(res[0]) == 0 && db_true(res[1], 0))
		rc = err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	else
		rc = err_set(e, ERR_NOT_FOUND, "The voter has no such tag.");
	PQclear(res[0]);
	PQclear(res[1]);
	return rc;
}
