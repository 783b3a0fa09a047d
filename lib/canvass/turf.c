/*
 * Turfs: schema, list, and cutting a segment into turfs.  turf_cut.c decides
 * where to cut, walk_list.c shows a turf.
 */
#include <json-c/json.h>

#include "core/text.h"
#include "db/db.h"
#include "people/voter_plan.h"
#include "rest/doc.h"
#include "turf.h"
#include "turf_cut.h"

#define VOTERS_MAX	200000	/* of one cut */
#define SIZE_MAX_DOORS	1000
#define IDS_TEXT	((size_t)16 * 1024 * 1024)	/* bytes */

static const struct field fields[] = {
	TURF_FIELDS(FIELD_ROW, TURF)
};

const struct schema turf_schema = {
	.table = "turfs",
	.one = "turf",
	.many = "turfs",
	.key = "turf_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "segment_id", .kind = KIND_INT }, "t.segment_id = ?1" },
	{ { .name = "user_id", .kind = KIND_INT }, "t.user_id = ?1" },
	{ { .name = "code", .kind = KIND_TEXT, .max = 6 },
	  "t.code = upper(?1)" },
};

const struct list turf_list = {
	.schema = &turf_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

static const char *const cut_by[] = { "precinct", "street", NULL };

/* What the body of a request to cut turfs says. */
struct order {
	const char	*segment;
	const char	*campaign;
	bool		 by_precinct;
	size_t		 size;
};

/* A segment's voters in walking order, and where their doors are. */
struct ground {
	const struct rows *voters;
	size_t		 n;
	size_t		*door;		/* of each voter, from 0 */
	size_t		*first;		/* of each door: its first voter */
	size_t		 doors;
	struct street	*street;
	size_t		 streets;
};

static int
read_order(struct req *rq, struct order *out, struct err *e)
{
	static const char *const known[] = {
		"segment_id", "by", "size", NULL
	};
	static const struct field members[] = {
		{ .name = "segment_id", .kind = KIND_INT, .low = 1,
		  .high = INT64_MAX },
		{ .name = "by", .kind = KIND_CHOICE, .choices = cut_by },
		{ .name = "size", .kind = KIND_INT, .low = 1,
		  .high = SIZE_MAX_DOORS },
	};
	const char	*value[ARRAY_LEN(members)];
	int		 rc = doc_known(rq, known, e);
	int64_t		 size;

	if (!json_object_is_type(rq->json, json_type_object))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (doc_member(rq, &members[i], true, &value[i], e) != 0)
			rc = -1;
	if (rc != 0 || !text_int64(value[2], strlen(value[2]), &size))
		return -1;
	*out = (struct order){ .segment = value[0],
	    .by_precinct = strcmp(value[1], "precinct") == 0,
	    .size = (size_t)size };
	return 0;
}

/*
 * Read the segment's campaign, to which the turfs will belong, and check that
 * the caller may add to it.
 */
static int
check_segment(struct req *rq, struct order *order, struct err *e)
{
	static const char	 sql[] =
	    "SELECT campaign_id, caller_is_admin() OR campaign_id = "
	    "ANY (caller_campaigns('manager')) AS allowed "
	    "FROM segments WHERE segment_id = $1";
	struct rows		*r;

	if (db_select(rq->db, sql, 1, &order->segment, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, "segment_id", "not_found",
		    "Segment with ID %s not found.", order->segment);
	order->campaign = rows_text(r, 0, "campaign_id");
	if (order->campaign == NULL)
		return err_field(e, "segment_id", "invalid",
		    "The segment does not belong to a campaign.");
	if (!rows_bool(r, 0, "allowed"))
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only managers can cut turfs.");
	return 0;
}

/*
 * Select the voters in the order of the turfs.  No turf crosses the border of
 * an area: the precinct, or the ZIP code.  If the voters of one door have
 * different precincts, the door counts for the lowest.
 */
static int
select_voters(struct req *rq, const struct order *order, struct rows **out,
    struct err *e)
{
	static const char *const none[] = { NULL };
	struct pair		 pair = { "segment_id", order->segment,
				    strlen(order->segment) };
	struct where		 w;
	struct sql		 q;

	if (voter_select(rq, &(struct form){ &pair, 1 }, none, &w, e) != 0)
		return -1;
	where_add(&w, &(struct predicate){ .sql = "t.door IS NOT NULL" });
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT s.*, split_part(s.door, '!', 1) || '!' || "
	    "split_part(s.door, '!', 2) AS place, "
	    "split_part(s.door, '!', 2) AS street "
	    "FROM (SELECT t.voter_id, t.door, ");
	sql_add(&q, order->by_precinct ?
	    "min(t.precinct) OVER (PARTITION BY t.door)" :
	    "split_part(t.door, '!', 1)");
	sql_add(&q, " AS area FROM voters t");
	sql_where(&q, &w);
	buf_addf(&q.text, " LIMIT %d) s ORDER BY s.area NULLS LAST, "
	    "s.door, s.voter_id", VOTERS_MAX + 1);
	if (q.text.failed)
		return err_detail(e, ERR_INTERNAL, "the statement is too long");
	if (db_select(rq->db, q.text.data, q.n, q.param, out, e) != 0)
		return -1;
	if (rows_count(*out) > VOTERS_MAX)
		return err_field(e, "segment_id", "too_many", "The segment "
		    "has more than %d voters: narrow it first.", VOTERS_MAX);
	if (rows_count(*out) == 0)
		return err_field(e, "segment_id", "empty",
		    "No voter of the segment has a door.");
	return 0;
}

/* Are the columns of two rows equal?  Nulls are. */
static bool
same(const struct rows *r, size_t a, size_t b, const char *column)
{
	const char	*x = rows_text(r, a, column);
	const char	*y = rows_text(r, b, column);

	return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

static void
survey_ground(struct arena *a, const struct rows *r, struct ground *g)
{
	size_t	 n = rows_count(r);

	*g = (struct ground){ .voters = r, .n = n };
	g->door = arena_alloc(a, n * sizeof(*g->door));
	g->first = arena_alloc(a, n * sizeof(*g->first));
	g->street = arena_alloc(a, n * sizeof(*g->street));
	for (size_t i = 0; i < n; i++) {
		bool	 fresh = i == 0 || !same(r, i, i - 1, "area");

		if (i == 0 || !same(r, i, i - 1, "door"))
			g->first[g->doors++] = i;
		g->door[i] = g->doors - 1;
		if (fresh || !same(r, i, i - 1, "place"))
			g->street[g->streets++] = (struct street){ 0, fresh };
		if (g->first[g->doors - 1] == i)
			g->street[g->streets - 1].doors++;
	}
}

/* "PM-3: MAPLE ST", "27601: MAPLE ST to MILL RD" */
static const char *
turf_name(struct arena *a, const struct ground *g, size_t from, size_t to)
{
	const struct rows	*r = g->voters;
	size_t			 first = g->first[from], last = g->first[to];
	const char		*area = rows_text(r, first, "area");
	bool			 one = same(r, first, last, "street");

	return arena_printf(a, "%.100s%s%.40s%s%.40s",
	    area != NULL ? area : "", area != NULL ? ": " : "",
	    rows_text(r, first, "street"), one ? "" : " to ",
	    one ? "" : rows_text(r, last, "street"));
}

/* Reserve n ids; a turf's code depends on its id. */
static int
reserve_ids(struct req *rq, size_t n, struct rows **ids, struct err *e)
{
	const char	*count = doc_id(rq->arena, (int64_t)n);

	return db_select(rq->db, "SELECT nextval('turfs_turf_id_seq') AS id "
	    "FROM generate_series(1, $1::integer)", 1, &count, ids, e);
}

static int
insert_turfs(struct req *rq, const struct order *order,
    const struct ground *g, const size_t *ends, size_t turfs,
    const struct rows *ids, struct rows **made, struct err *e)
{
	static const char	 sql[] =
	    "INSERT INTO turfs AS t (turf_id, campaign_id, segment_id, code, "
	    "turf_name, doors, people) SELECT k.id, $1, $2, turf_code(k.id), "
	    "k.name, k.doors, k.people FROM jsonb_to_recordset($3) "
	    "k (id bigint, name text, doors integer, people integer) "
	    "ORDER BY k.id RETURNING ";
	struct json_object	*all = json_object_new_array();
	const char		*param[3] = { order->campaign,
				    order->segment };
	size_t			 from = 0;
	struct sql		 q;

	for (size_t i = 0; i < turfs; i++) {
		struct json_object	*o = json_object_new_object();
		size_t			 behind = ends[i] < g->doors ?
					    g->first[ends[i]] : g->n;

		json_object_object_add(o, "id", json_object_new_int64(
		    rows_int64(ids, i, "id")));
		json_object_object_add(o, "name", json_object_new_string(
		    turf_name(rq->arena, g, from, ends[i] - 1)));
		json_object_object_add(o, "doors", json_object_new_int64(
		    (int64_t)(ends[i] - from)));
		json_object_object_add(o, "people", json_object_new_int64(
		    (int64_t)(behind - g->first[from])));
		json_object_array_add(all, o);
		from = ends[i];
	}
	param[2] = doc_text(rq->arena, all);
	json_object_put(all);
	sql_init(&q, rq->arena);
	sql_add(&q, sql);
	sql_columns(&q, &turf_schema);
	return db_select(rq->db, buf_str(&q.text), 3, param, made, e);
}

static int
insert_voters(struct req *rq, const struct ground *g, const size_t *ends,
    const struct rows *ids, struct rows **made, struct err *e)
{
	static const char	 sql[] =
	    "INSERT INTO turf_voters (turf_id, voter_id) "
	    "SELECT * FROM unnest($1::bigint[], $2::bigint[])";
	const char		*param[2];
	struct buf		 turf, voter;
	size_t			 at = 0;

	buf_init_in(&turf, rq->arena, IDS_TEXT);
	buf_init_in(&voter, rq->arena, IDS_TEXT);
	for (size_t i = 0; i < g->n; i++) {
		if (g->door[i] == ends[at])
			at++;
		buf_addf(&turf, "%c%s", i == 0 ? '{' : ',',
		    rows_text(ids, at, "id"));
		buf_addf(&voter, "%c%s", i == 0 ? '{' : ',',
		    rows_text(g->voters, i, "voter_id"));
	}
	buf_addc(&turf, '}');
	buf_addc(&voter, '}');
	if (turf.failed || voter.failed)
		return err_detail(e, ERR_INTERNAL, "too many voters");
	param[0] = turf.data;
	param[1] = voter.data;
	return db_select(rq->db, sql, 2, param, made, e);
}

static void
show_turfs(struct resp *rs, const struct rows *made, const struct ground *g)
{
	struct buf	*b = resp_json(rs, 201);

	buf_adds(b, "{\"turfs\":");
	doc_rows(b, &turf_schema, made);
	buf_addf(b, ",\"total_turfs\":%zu,\"doors\":%zu,\"people\":%zu}",
	    rows_count(made), g->doors, g->n);
}

int
turf_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct order	 order;
	struct ground	 ground;
	struct rows	*voters, *ids, *made, *ignored;
	size_t		*ends, turfs;

	if (read_order(rq, &order, e) != 0 || db_begin(rq->db, e) != 0 ||
	    check_segment(rq, &order, e) != 0 ||
	    select_voters(rq, &order, &voters, e) != 0)
		return -1;
	survey_ground(rq->arena, voters, &ground);
	ends = arena_alloc(rq->arena, ground.doors * sizeof(*ends));
	turf_cut(rq->arena, ground.street, ground.streets, order.size, ends,
	    &turfs);
	if (reserve_ids(rq, turfs, &ids, e) != 0 ||
	    insert_turfs(rq, &order, &ground, ends, turfs, ids, &made,
	    e) != 0 ||
	    insert_voters(rq, &ground, ends, ids, &ignored, e) != 0)
		return -1;
	show_turfs(rs, made, &ground);
	return db_commit(rq->db, e);
}
