/*
 * Segments: stored filters of voters, and the voters that a body chooses by a
 * segment, a filter or ids.
 */
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "segment.h"
#include "segment_filter.h"
#include "summary.h"

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

/* self is the segment's id, 0 for a new one. */
static int
read_segment(struct req *rq, int64_t self, struct rec *r, struct err *e)
{
	struct json_object	*o;
	int			 rc;

	rc = resource_read(rq, &segment_schema, self == 0, NULL, r, e);
	if (json_object_is_type(rq->json, json_type_object) &&
	    json_object_object_get_ex(rq->json, "filter", &o) &&
	    json_object_is_type(o, json_type_object) &&
	    universe_check(rq, o, self, e) != 0)
		rc = -1;
	return rc;
}

/* Add the summary to a response that shows a segment. */
static int
add_summary(struct req *rq, struct resp *rs, struct err *e)
{
	struct json_object	*segment = NULL, *filter;
	struct buf		*b = &rs->body;
	const char		*text;
	int			 rc;

	if (json_parse(b->data, b->len, &segment, e) != 0)
		return -1;
	json_object_object_get_ex(segment, "filter", &filter);
	rc = summary_write(rq, filter, &text, e);
	json_object_put(segment);
	if (rc != 0)
		return -1;
	b->len--;	/* the closing brace */
	buf_adds(b, ",\"summary\":");
	json_add_string(b, text, strlen(text));
	buf_addc(b, '}');
	return 0;
}

int
segment_get(struct req *rq, struct resp *rs, struct err *e)
{
	if (resource_get(rq, rs, &segment_schema, rq->path_id[0], e) != 0)
		return -1;
	return add_summary(rq, rs, e);
}

int
segment_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_segment(rq, 0, &r, e) != 0 ||
	    resource_create(rq, rs, &r, NULL, e) != 0)
		return -1;
	return add_summary(rq, rs, e);
}

int
segment_update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_segment(rq, rq->path_id[0], &r, e) != 0 ||
	    resource_update(rq, rs, &r, rq->path_id[0], e) != 0)
		return -1;
	return add_summary(rq, rs, e);
}

/*
 * Segments that name this one would be broken.  Those that the caller cannot
 * see say so when they are read.
 */
int
segment_delete(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql[] =
	    "SELECT segment_id FROM segments WHERE jsonb_path_exists(filter, "
	    "'$.**.segment_id ? (@ == $id || @ == $text)', "
	    "jsonb_build_object('id', $1::bigint, 'text', $1::bigint::text)) "
	    "ORDER BY segment_id LIMIT 1";
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows		*r;

	if (db_select(rq->db, sql, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) > 0)
		return err_slug(e, ERR_CONFLICT, "conflict",
		    "Segment %s cannot be deleted: segment %s names it.", id,
		    rows_text(r, 0, "segment_id"));
	return resource_delete(rq, rs, &segment_schema, rq->path_id[0], e);
}

/* Does a form name another campaign? */
static bool
names_other(const struct form *form, const char *campaign)
{
	const struct pair	*p = form_find(form, "campaign_id");

	return p != NULL && strcmp(p->value, campaign) != 0;
}

int
segment_expand(struct req *rq, const struct form *query, struct form *out,
    struct err *e)
{
	static const struct field field = {
		.name = "segment_id", .kind = KIND_INT
	};
	const struct pair	*p = form_find(query, "segment_id");
	struct form		 filter = { .n = 0 }, all = { .n = 0 };
	struct json_object	*o = NULL;
	const char		*id, *campaign = NULL;
	bool			 flat;
	int			 rc = 0;

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
	if (segment_stored(rq, id, &o, &campaign, e) != 0)
		return -1;
	flat = segment_is_flat(o);
	if (flat)
		rc = segment_members(rq->arena, o, &filter, e);
	json_object_put(o);
	if (rc != 0)
		return -1;
	/* Voters of both campaigns: two conditions, not one parameter. */
	if (flat && campaign != NULL && (names_other(query, campaign) ||
	    names_other(&filter, campaign))) {
		flat = false;
		filter.n = 0;
	}
	all.pair = arena_alloc(rq->arena, (query->n + filter.n + 1) *
	    sizeof(struct pair));
	for (size_t i = 0; i < query->n; i++)
		if (!flat ||
		    strcmp(query->pair[i].name, "segment_id") != 0)
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

int
segment_chosen(struct req *rq, struct sql *q, const struct where **steps,
    struct err *e)
{
	static const struct field segment = {
		.name = "segment_id", .kind = KIND_INT, .low = 1,
		.high = INT64_MAX
	};
	struct json_object	*filter = NULL;
	struct form		 chosen;
	struct pair		 pair;
	const char		*ids, *id;

	*steps = NULL;
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
	if (filter != NULL)
		return universe_where_json(rq, filter, steps, q, e);
	pair = (struct pair){ "segment_id", id, strlen(id) };
	if (segment_expand(rq, &(struct form){ &pair, 1 }, &chosen, e) != 0)
		return -1;
	return universe_where(rq, &chosen, NULL, universe_no_params, steps, q,
	    e);
}
