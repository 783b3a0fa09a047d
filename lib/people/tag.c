/* Tags of voters: check, add and remove.  The filter is in voter_filter.c. */
#include "record/field.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "segment.h"
#include "tag.h"
#include "universe_blame.h"

static const struct field tag_field = {
	.name = "tags", .kind = KIND_TEXT, .max = TAG_MAX
};

static int
check_tag(struct req *rq, struct json_object *v, const char **out,
    struct err *e)
{
	if (!json_object_is_type(v, json_type_string))
		return err_field(e, "tags", "invalid_type",
		    "tags must be an array of strings.");
	if (field_check(&tag_field, rq->arena, json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), out, e) != 0)
		return -1;
	if (*out == NULL)
		return err_field(e, "tags", "required",
		    "A tag must not be blank.");
	return 0;
}

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
		    "tags must be an array of at most %d strings.", TAGS_MAX);
	list = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(in) && rc == 0; i++) {
		rc = check_tag(rq, json_object_array_get_idx(in, i), &text, e);
		if (rc == 0)
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

static const char sql_look[] = "SELECT FROM voters WHERE voter_id = $1";

static const char sql_look_tag[] =
    "SELECT tags @> ARRAY[$2::text] AS tagged FROM voters "
    "WHERE voter_id = $1";

static const char sql_add_tags[] =
    "UPDATE voters v SET tags = tags_with(v.tags, "
    "ARRAY(SELECT jsonb_array_elements_text($2))) "
    "WHERE v.voter_id = $1 RETURNING array_to_json(v.tags) AS tags";

/*
 * Whether the voter had the tag, and the remaining tags.  The row is locked
 * before it is read.  So there is no row only if the caller may not change it,
 * even if others remove and add the tag at the same time.
 */
static const char sql_remove_tag[] =
    "WITH o AS (SELECT voter_id, tags @> ARRAY[$2::text] AS tagged "
    "FROM voters WHERE voter_id = $1 FOR NO KEY UPDATE), "
    "u AS (UPDATE voters v SET tags = array_remove(v.tags, $2) FROM o "
    "WHERE v.voter_id = o.voter_id AND o.tagged "
    "RETURNING array_to_json(v.tags) AS tags) "
    "SELECT (SELECT u.tags FROM u) AS tags, o.tagged FROM o";

static int
show_tags(struct resp *rs, const char *id, const struct rows *changed)
{
	buf_addf(resp_json(rs, 200), "{\"voter_id\":%s,\"tags\":%s}", id,
	    rows_text(changed, 0, "tags"));
	return 0;
}

static int
voter_not_found(const char *id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "Voter with ID %s not found.", id);
}

static int
add_tags(struct req *rq, struct resp *rs, const char *tags, struct err *e)
{
	const char		*param[] = { doc_id(rq->arena,
				    rq->path_id[0]), tags };
	const struct db_query	 add = { .sql = sql_add_tags, .n = 2,
				    .param = param };
	const struct db_query	 look = { .sql = sql_look, .n = 1,
				    .param = param };
	struct rows		*rows[2];

	if (resource_write(rq, &add, &look, rows, e) != 0)
		return -1;
	if (rows_count(rows[0]) == 1)
		return show_tags(rs, param[0], rows[0]);
	if (rows_count(rows[1]) == 0)
		return voter_not_found(param[0], e);
	return err_set(e, ERR_FORBIDDEN, "Your role does not allow this.");
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
	const struct db_query	 remove = { .sql = sql_remove_tag, .n = 2,
				    .param = param };
	const struct db_query	 look = { .sql = sql_look_tag, .n = 2,
				    .param = param };
	struct rows		*rows[2];

	if (resource_write(rq, &remove, &look, rows, e) != 0)
		return -1;
	if (rows_count(rows[0]) == 1 && rows_bool(rows[0], 0, "tagged"))
		return show_tags(rs, param[0], rows[0]);
	if (rows_count(rows[1]) == 0)
		return voter_not_found(param[0], e);
	if (rows_count(rows[0]) == 0 && rows_bool(rows[1], 0, "tagged"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	return err_set(e, ERR_NOT_FOUND, "The voter does not have this tag.");
}

/* Read an array of tags of the body; "[]" if there is none. */
static int
member_tags(struct req *rq, const char *name, const char **out, struct err *e)
{
	struct json_object	*in, *tags = NULL;
	int			 rc;

	*out = "[]";
	if (!json_object_object_get_ex(rq->json, name, &in) || in == NULL)
		return 0;
	rc = tag_read(rq, in, &tags, e);
	if (rc == 0)
		*out = doc_text(rq->arena, tags);
	json_object_put(tags);
	return rc;
}

int
tag_many(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = {
		"add", "remove", "voter_ids", "filter", "segment_id", NULL
	};
	static const char	 sql_allowed[] =
	    "SELECT caller_is_admin() OR caller_campaigns('editor') <> '{}' "
	    "AS allowed";
	const struct where	*steps;
	const char		*add, *remove;
	struct db_query		 q[2];
	struct rows		*res[2];
	struct sql		 s;

	if (doc_known(rq, known, e) != 0 ||
	    member_tags(rq, "add", &add, e) != 0 ||
	    member_tags(rq, "remove", &remove, e) != 0)
		return -1;
	if (strcmp(add, "[]") == 0 && strcmp(remove, "[]") == 0)
		return err_field(e, "add", "required",
		    "Give tags to add or to remove.");
	sql_init(&s, rq->arena);
	sql_bind(&s, "WITH given AS (SELECT ARRAY("
	    "SELECT jsonb_array_elements_text(?1::jsonb)) AS plus, ", add);
	sql_bind(&s, "ARRAY("
	    "SELECT jsonb_array_elements_text(?1::jsonb)) AS minus), "
	    "chosen AS MATERIALIZED (SELECT t.voter_id FROM voters t", remove);
	if (segment_chosen(rq, &s, &steps, e) != 0)
		return -1;
	sql_add(&s, "), changed AS (UPDATE voters v SET tags = tags_with(ARRAY("
	    "SELECT x FROM unnest(v.tags) WITH ORDINALITY u (x, i) "
	    "WHERE NOT x = ANY (g.minus) ORDER BY i), g.plus) "
	    "FROM chosen k, given g WHERE v.voter_id = k.voter_id "
	    "AND (v.tags && g.minus OR NOT v.tags @> g.plus) RETURNING 1) "
	    "SELECT json_build_object("
	    "'matched', (SELECT count(*) FROM chosen), "
	    "'changed', (SELECT count(*) FROM changed)) AS doc");
	q[0] = (struct db_query){ .sql = s.text.data, .n = s.n,
	    .param = s.param };
	q[1] = (struct db_query){ .sql = sql_allowed };
	if (db_exec(rq->db, q, 2, res, e) != 0)
		return universe_blame(rq, steps, e);
	if (!rows_bool(res[1], 0, "allowed"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	buf_adds(resp_json(rs, 200), rows_text(res[0], 0, "doc"));
	return 0;
}
