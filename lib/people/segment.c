/*
 * Segments: stored filters of voters, and the voters that a body chooses by a
 * segment, a filter or ids.
 */
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
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
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
};

const struct list segment_list = {
	.schema = &segment_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

#define PAIRS_MAX	64

static int
set_pair(struct arena *a, const char *key, struct json_object *v,
    struct pair *out, struct err *e)
{
	const char	*value;
	int64_t		 whole;

	if (strcmp(key, "segment_id") == 0)
		return err_field(e, key, "invalid",
		    "A segment cannot contain another.");
	if (json_whole(v, &whole))
		value = doc_id(a, whole);
	else if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_boolean))
		value = json_object_get_string(v);
	else
		return err_field(e, key, "invalid_type",
		    "%.60s must be a text or a whole number.", key);
	*out = (struct pair){ arena_strdup(a, key), arena_strdup(a, value),
	    strlen(value) };
	return 0;
}

/*
 * Set *out to the members of a JSON object, as if they were the parameters of a
 * query.
 */
static int
read_members(struct arena *a, struct json_object *o, struct form *out,
    struct err *e)
{
	struct form	 f = { .pair = arena_alloc(a, PAIRS_MAX *
			    sizeof(struct pair)) };
	struct pair	 pair;
	int		 rc = 0;

	if (!json_object_is_type(o, json_type_object))
		return err_field(e, "filter", "invalid_type",
		    "filter must be an object.");
	json_object_object_foreach(o, key, v) {
		if (set_pair(a, key, v, &pair, e) != 0) {
			rc = -1;
			continue;
		}
		if (f.n == PAIRS_MAX)
			return err_field(e, "filter", "too_long",
			    "filter has too many members.");
		f.pair[f.n++] = pair;
	}
	*out = f;
	return rc;
}

/* Check that the list of voters accepts the filter. */
static int
check_filter(struct req *rq, struct json_object *o, struct err *e)
{
	static const char *const none[] = { NULL };
	struct form	 members;
	struct sql	 ignored;

	sql_init(&ignored, rq->arena);
	if (read_members(rq->arena, o, &members, e) != 0)
		return -1;
	return list_where(rq->arena, &members, &voter_list, NULL, none,
	    &ignored, e);
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

/*
 * Read the segment's filter, and its campaign, NULL if it has none.  If the
 * caller cannot see the segment, err names segment_id.
 */
static int
read_stored(struct req *rq, const char *id, struct form *filter,
    const char **campaign, struct err *e)
{
	static const char	 sql[] =
	    "SELECT filter, campaign_id FROM segments WHERE segment_id = $1";
	struct json_object	*o = NULL;
	struct rows		*r;
	const char		*text;
	int			 rc;

	if (db_select(rq->db, sql, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, "segment_id", "not_found",
		    "Segment with ID %s not found.", id);
	*campaign = rows_text(r, 0, "campaign_id");
	text = rows_text(r, 0, "filter");
	if (json_parse(text, strlen(text), &o, e) != 0)
		return -1;
	rc = read_members(rq->arena, o, filter, e);
	json_object_put(o);
	return rc;
}

int
segment_expand(struct req *rq, const struct form *query, struct form *out,
    struct err *e)
{
	static const struct field field = {
		.name = "segment_id", .kind = KIND_INT
	};
	const struct pair	*p = form_find(query, "segment_id");
	struct form		 filter, all = { .n = 0 };
	const char		*id, *campaign = NULL;

	if (p == NULL) {
		*out = *query;
		return 0;
	}
	for (size_t i = 0; i < query->n; i++)
		if (strcmp(query->pair[i].name, p->name) == 0 &&
		    &query->pair[i] != p)
			return err_field(e, p->name, "duplicate",
			    "%s is given twice.", p->name);
	if (field_check(&field, rq->arena, p->value, p->len, &id, e) != 0)
		return -1;
	if (id == NULL)
		return err_field(e, "segment_id", "required",
		    "segment_id must not be blank.");
	if (read_stored(rq, id, &filter, &campaign, e) != 0)
		return -1;
	all.pair = arena_alloc(rq->arena, (query->n + filter.n + 1) *
	    sizeof(struct pair));
	for (size_t i = 0; i < query->n; i++)
		if (strcmp(query->pair[i].name, "segment_id") != 0)
			all.pair[all.n++] = query->pair[i];
	for (size_t i = 0; i < filter.n; i++)
		all.pair[all.n++] = filter.pair[i];
	/* A campaign's segment is about the campaign's voters. */
	if (campaign != NULL && form_find(&all, "campaign_id") == NULL)
		all.pair[all.n++] = (struct pair){ "campaign_id", campaign,
		    strlen(campaign) };
	*out = all;
	return 0;
}

/* Set *out to the filter of a body, which has either a filter or a segment. */
static int
read_chosen(struct req *rq, struct json_object *filter, const char *segment,
    struct form *out, struct err *e)
{
	struct pair	 pair;

	if (filter == NULL) {
		pair = (struct pair){ "segment_id", segment, strlen(segment) };
		return segment_expand(rq, &(struct form){ &pair, 1 }, out, e);
	}
	if (read_members(rq->arena, filter, out, e) != 0)
		return -1;
	if (out->n == 0)
		return err_field(e, "filter", "required",
		    "filter must not be empty.");
	return 0;
}

int
segment_chosen(struct req *rq, struct sql *q, struct err *e)
{
	static const char *const none[] = { NULL };
	static const struct field segment = {
		.name = "segment_id", .kind = KIND_INT, .low = 1,
		.high = INT64_MAX
	};
	struct json_object	*filter = NULL;
	struct form		 chosen;
	const char		*ids, *id;

	if (doc_ids(rq, "voter_ids", &ids, e) != 0 ||
	    doc_member(rq, &segment, false, &id, e) != 0)
		return -1;
	json_object_object_get_ex(rq->json, "filter", &filter);
	if ((ids != NULL) + (id != NULL) + (filter != NULL) != 1)
		return err_field(e, "voter_ids", "required",
		    "Give one of voter_ids, filter and segment_id.");
	if (ids != NULL) {
		sql_bind(q, " WHERE t.voter_id = ANY (?1::bigint[])", ids);
		return 0;
	}
	if (read_chosen(rq, filter, id, &chosen, e) != 0)
		return -1;
	return list_where(rq->arena, &chosen, &voter_list, NULL, none, q, e);
}
