/*
 * Households: the list of doors, and the rows of an export by household.  The
 * door of a voter is computed in sql/deploy/doors.sql.
 */
#include "household.h"
#include "rest/doc.h"
#include "segment.h"
#include "universe_blame.h"
#include "voter.h"
#include "voter_plan.h"

static const struct field household_fields[] = {
	HOUSEHOLD_FIELDS(FIELD_ROW, HOUSEHOLD)
};

const struct schema household_schema = {
	.table = "voters",
	.one = "household",
	.many = "households",
	.key = "door",
	.field = household_fields,
	.n = ARRAY_LEN(household_fields),
};

static const struct field label_fields[] = {
	LABEL_FIELDS(FIELD_ROW, LABEL)
};

const struct schema label_schema = {
	.table = "voters",
	.one = "household",
	.many = "households",
	.key = "name",
	.field = label_fields,
	.n = ARRAY_LEN(label_fields),
};

/*
 * A SELECT of (place, name), the joined names of the people of m at each place:
 * "Ana and Bo Núñez", "Ana Núñez and Cy Reed Jr.".  People share a last name if
 * it folds to the same, and if none of them has a suffix.
 */
#define JOINED_NAMES							\
	"SELECT g.place, and_list(g.names) AS name FROM ("		\
	"SELECT f.place, array_agg(concat_ws(' ', and_list(f.firsts), "	\
	"f.last_name, f.suffix) ORDER BY f.folded, f.suffix NULLS FIRST) " \
	"AS names FROM (SELECT m.place, name_fold(m.last_name) AS folded, " \
	"m.suffix, array_agg(m.first_name ORDER BY m.first_name, "	\
	"m.voter_id) AS firsts, min(m.last_name) AS last_name FROM m "	\
	"GROUP BY 1, 2, 3) f GROUP BY f.place) g"

/*
 * What follows "WITH d AS (...)": the columns of household_schema for each row
 * of d (door, ids).  The address is that of the voter with the lowest id.
 */
static const char sql_households[] =
    ", m AS MATERIALIZED (SELECT d.door AS place, v.voter_id, v.first_name, "
    "v.last_name, v.suffix, v.gender, v.party_affiliation, v.phone_number, "
    "v.street_address, v.city, v.state, v.zip_code, v.county, v.precinct, "
    VOTER_AGE("v") " AS age "
    "FROM d JOIN voters v ON v.voter_id = ANY (d.ids)), "
    "n AS (" JOINED_NAMES "), "
    "p AS (SELECT m.place, json_agg(json_build_object("
    "'voter_id', m.voter_id, 'first_name', m.first_name, "
    "'last_name', m.last_name, 'suffix', m.suffix, 'age', m.age, "
    "'gender', m.gender, 'party_affiliation', m.party_affiliation, "
    "'phone_number', m.phone_number) ORDER BY m.last_name, m.first_name, "
    "m.voter_id) AS people FROM m GROUP BY 1), "
    "a AS (SELECT DISTINCT ON (m.place) m.* FROM m "
    "ORDER BY m.place, m.voter_id) "
    "SELECT a.place AS door, n.name, a.street_address, k.street, k.number, "
    "k.unit, a.city, a.state, a.zip_code, a.county, a.precinct, p.people "
    "FROM a JOIN n USING (place) JOIN p USING (place), "
    "door_of(a.street_address, a.zip_code, a.city) k ORDER BY a.place";

static const char *
door_cursor(struct arena *a, const struct page *page, const struct rows *r,
    size_t row)
{
	return page_cursor(a, page, "door", "0", rows_text(r, row, "door"));
}

/* Append the doors of the page, and one more, with the ids of the voters. */
static void
select_page(struct arena *a, const struct list_query *query, struct sql *q)
{
	const struct page	*page = &query->page;
	const char		*dir = page->descending ? " DESC" : "";
	struct where		 w = query->where;

	where_add(&w, &(struct predicate){ .sql = "t.door IS NOT NULL" });
	if (page->keyset)
		where_add(&w, &(struct predicate){ .sql = page->descending ?
		    "t.door < ?1" : "t.door > ?1", .value = { page->value } });
	sql_add(q, "WITH d AS MATERIALIZED (SELECT t.door, "
	    "array_agg(t.voter_id) AS ids FROM voters t");
	sql_where(q, &w);
	buf_addf(&q->text, " GROUP BY t.door ORDER BY t.door%s", dir);
	list_limit(a, page, false, q);
	list_offset(a, page, q);
	sql_add(q, ")");
	sql_add(q, sql_households);
	sql_add(q, dir);
}

/* Append the doors of all voters, each once. */
static void
select_doors(const struct list_query *query, struct sql *q)
{
	struct where	 w = query->where;

	where_add(&w, &(struct predicate){ .sql = "t.door IS NOT NULL" });
	sql_add(q, "SELECT FROM voters t");
	sql_where(q, &w);
	sql_add(q, " GROUP BY t.door");
}

/* Set *total: exact up to LIST_EXACT, else the planner's estimate. */
static int
count_doors(struct req *rq, const struct list_query *query,
    const struct rows *counted, struct list_result *p, struct err *e)
{
	struct sql	 q;

	p->total = rows_int64(counted, 0, "n");
	if (p->total <= LIST_EXACT)
		return 0;
	sql_init(&q, rq->arena);
	select_doors(query, &q);
	p->estimate = true;
	return list_estimate(rq, &q, &p->total, e);
}

int
household_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct list		 list = voter_list;
	struct list_query	 query;
	struct list_result	 p = { .cursor = door_cursor };
	struct form		 form;
	struct sql		 page, count;
	struct db_query		 q[2];
	struct rows		*rows[2];

	list.schema = &household_schema;
	if (segment_expand(rq, &rq->query, &form, e) != 0 ||
	    list_read(rq->arena, &form, &list, NULL, &query, e) != 0)
		return -1;
	if (query.page.keyset && query.page.value == NULL)
		return page_refuse_cursor(e);
	if (voter_narrow(rq, &query, e) != 0)
		return -1;
	sql_init(&page, rq->arena);
	sql_init(&count, rq->arena);
	select_page(rq->arena, &query, &page);
	sql_add(&count, "SELECT count(*) AS n FROM (");
	select_doors(&query, &count);
	buf_addf(&count.text, " LIMIT %d) c", LIST_EXACT + 1);
	if (page.text.failed || count.text.failed)
		return err_detail(e, ERR_INTERNAL,
		    "the list's statement is too long");
	q[0] = list_statement(&page);
	q[1] = list_statement(&count);
	if (db_exec(rq->db, q, 2, rows, e) != 0 ||
	    count_doors(rq, &query, rows[1], &p, e) != 0)
		return universe_blame(rq, query.filters.steps, e);
	p.rows = rows[0];
	p.only = query.only;
	list_write(rq, rs, &household_schema, &query.page, &p);
	return 0;
}

void
household_labels(struct sql *q, const struct where *w)
{
	/* "~" sorts behind every door. */
	sql_add(q, "FROM (WITH m AS MATERIALIZED (SELECT coalesce(t.door, "
	    "'~' || t.voter_id) COLLATE \"C\" AS place, t.voter_id, "
	    "t.first_name, t.last_name, t.suffix, t.street_address, t.city, "
	    "t.state, t.zip_code, t.county, t.precinct FROM voters t");
	sql_where(q, w);
	sql_add(q, "), n AS (" JOINED_NAMES "), "
	    "p AS (SELECT m.place, count(*) AS people, "
	    "string_agg(m.voter_id::text, ';' ORDER BY m.voter_id) "
	    "AS voter_ids FROM m GROUP BY 1), "
	    "a AS (SELECT DISTINCT ON (m.place) m.* FROM m "
	    "ORDER BY m.place, m.voter_id) "
	    "SELECT n.name, p.people, p.voter_ids, a.* FROM a "
	    "JOIN n USING (place) JOIN p USING (place)) t ORDER BY t.place");
}
