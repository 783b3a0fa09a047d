/* Segments: filters over voters with a name. */
#include "doc.h"
#include "model/resource.h"
#include "record/json.h"
#include "segment.h"
#include "voter.h"

static const struct field fields[] = {
	SEGMENT_FIELDS(FIELD_ROW, SEGMENT)
};

const struct schema segment_schema = {
	.table = "segments",
	.one = "segment",
	.many = "segments",
	.key = "segment_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?" },
};

const struct list segment_list = {
	.schema = &segment_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

#define PAIRS_MAX	64

int
segment_query(struct req *rq, struct json_object *o, struct err *e)
{
	struct form	 f = { .pair = arena_alloc(rq->arena, PAIRS_MAX *
			    sizeof(struct pair)) };
	const char	*value;
	int64_t		 whole;
	int		 rc = 0;

	if (!json_object_is_type(o, json_type_object))
		return err_field(e, "filter", "invalid_type",
		    "filter must be an object.");
	json_object_object_foreach(o, key, v) {
		if (strcmp(key, "segment_id") == 0) {
			rc = err_field(e, key, "invalid",
			    "A segment cannot contain another.");
			continue;
		}
		if (json_whole(v, &whole)) {
			value = doc_id(rq->arena, whole);
		} else if (json_object_is_type(v, json_type_string) ||
		    json_object_is_type(v, json_type_boolean)) {
			value = json_object_get_string(v);
		} else {
			rc = err_field(e, key, "invalid_type",
			    "%.60s must be a text or a whole number.", key);
			continue;
		}
		if (f.n == PAIRS_MAX)
			return err_field(e, "filter", "too_long",
			    "filter has too many members.");
		f.pair[f.n].name = arena_strdup(rq->arena, key);
		f.pair[f.n].value = arena_strdup(rq->arena, value);
		f.pair[f.n].len = strlen(f.pair[f.n].value);
		f.n++;
	}
	rq->query = f;
	return rc;
}

/* Is it a filter that the list of voters takes? */
static int
check_filter(struct req *rq, struct json_object *o, struct err *e)
{
	static const char *const none[] = { NULL };
	const struct form	 query = rq->query;
	struct sql		 q;
	int			 rc;

	sql_init(&q);
	rc = segment_query(rq, o, e);
	if (rc == 0)
		rc = list_where(rq, &voter_list, NULL, none, &q, e);
	sql_release(&q);
	rq->query = query;
	return rc;
}

static int
read_segment(struct req *rq, bool create, struct rec *r, struct err *e)
{
	struct json_object	*o;
	int			 rc;

	rc = resource_read(rq, &segment_schema, create, NULL, r, e);
	if (json_object_is_type(rq->json, json_type_object) &&
	    json_object_object_get_ex(rq->json, "filter", &o) &&
	    json_object_is_type(o, json_type_object) &&
	    check_filter(rq, o, e) != 0)
		rc = -1;
	return rc;
}

int
segment_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_segment(rq, true, &r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

int
segment_update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_segment(rq, false, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

int
segment_expand(struct req *rq, struct err *e)
{
	static const char	 sql[] =
	    "SELECT filter, campaign_id FROM segments WHERE segment_id = $1";
	static const struct field field = {
		.name = "segment_id", .kind = KIND_INT
	};
	const struct pair	*p = form_find(&rq->query, "segment_id");
	const struct form	 given = rq->query;
	struct json_object	*o = NULL;
	struct form		 all = { .n = 0 };
	PGresult		*res = NULL;
	const char		*id, *campaign = NULL;
	int			 rc = -1;

	if (p == NULL)
		return 0;
	if (field_check(&field, rq->arena, p->value, p->len, &id, e) != 0)
		return -1;
	if (id == NULL)
		return err_field(e, "segment_id", "required",
		    "segment_id must not be blank.");
	if (db_one(rq->db, sql, 1, &id, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0) {
		err_field(e, "segment_id", "not_found",
		    "Segment with ID %s not found.", id);
		goto out;
	}
	if (!PQgetisnull(res, 0, 1))
		campaign = arena_strdup(rq->arena, PQgetvalue(res, 0, 1));
	if (json_parse(PQgetvalue(res, 0, 0), (size_t)PQgetlength(res, 0, 0),
	    &o, e) != 0 || segment_query(rq, o, e) != 0)
		goto out;
	all.pair = arena_alloc(rq->arena, (rq->query.n + given.n + 1) *
	    sizeof(struct pair));
	for (size_t i = 0; i < given.n; i++)
		if (strcmp(given.pair[i].name, "segment_id") != 0)
			all.pair[all.n++] = given.pair[i];
	for (size_t i = 0; i < rq->query.n; i++)
		all.pair[all.n++] = rq->query.pair[i];
	/* A campaign's segment is about its voters. */
	if (campaign != NULL && form_find(&all, "campaign_id") == NULL)
		all.pair[all.n++] = (struct pair){ "campaign_id", campaign,
		    strlen(campaign) };
	rq->query = all;
	rc = 0;
out:
	PQclear(res);
	json_object_put(o);
	return rc;
}

int
segment_chosen(struct req *rq, struct sql *q, struct err *e)
{
	static const char *const none[] = { NULL };
	static const struct field segment = {
		.name = "segment_id", .kind = KIND_INT, .low = 1,
		.high = INT64_MAX
	};
	const struct form	 query = rq->query;
	struct json_object	*filter = NULL;
	const char		*ids, *id;
	bool			 by_filter;
	int			 rc = -1;

	if (doc_ids(rq, "voter_ids", &ids, e) != 0 ||
	    doc_member(rq, &segment, false, &id, e) != 0)
		return -1;
	by_filter = json_object_object_get_ex(rq->json, "filter", &filter) &&
	    filter != NULL;
	if ((ids != NULL) + (id != NULL) + by_filter != 1)
		return err_field(e, "voter_ids", "required",
		    "Give one of voter_ids, filter and segment_id.");
	if (ids != NULL) {
		sql_bind(q, " WHERE t.voter_id = ANY (?::bigint[])", ids);
		return 0;
	}
	if (by_filter) {
		rc = segment_query(rq, filter, e);
	} else {
		rq->query = (struct form){ .pair = arena_alloc(rq->arena,
		    sizeof(struct pair)), .n = 1 };
		rq->query.pair[0] = (struct pair){ "segment_id", id,
		    strlen(id) };
		rc = 0;
	}
	if (rc == 0)
		rc = segment_expand(rq, e);
	if (rc == 0 && by_filter && rq->query.n == 0)
		rc = err_field(e, "filter", "required",
		    "filter must not be empty.");
	if (rc == 0)
		rc = list_where(rq, &voter_list, NULL, none, q, e);
	rq->query = query;
	return rc;
}
