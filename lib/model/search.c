/* The list of voters: the search, and pages of a million. */
#include <ctype.h>
#include <inttypes.h>

#include "core/text.h"
#include "db/db.h"
#include "doc.h"
#include "search.h"
#include "segment.h"
#include "voter.h"

#define FEW	5000		/* voters of a campaign to look at each */

/* What a query seems to be. */
enum meaning {
	MEANS_NAME,
	MEANS_EMAIL,
	MEANS_PHONE,
	MEANS_REGISTRATION,
};

static enum meaning
meaning_of(struct req *rq, const char *q)
{
	size_t	 n = strlen(q), digits = 0, letters = 0;

	if (strchr(q, '@') != NULL)
		return MEANS_EMAIL;
	for (size_t i = 0; i < n; i++) {
		digits += isdigit((unsigned char)q[i]) != 0;
		letters += isalpha((unsigned char)q[i]) != 0 ||
		    (unsigned char)q[i] >= 0x80;
	}
	if (digits == 0)
		return MEANS_NAME;
	if (letters == 0 && digits >= 7 &&
	    phone_e164(rq->arena, q, n) != NULL)
		return MEANS_PHONE;
	return MEANS_REGISTRATION;
}

/* A value with the campaign that is asked for, if any: "3|27606", "|27606". */
#define CAMPAIGN_PART	"nullif(split_part(?, '|', 1), '')::bigint"
#define VALUE_PART	"substr(?, strpos(?, '|') + 1)"

static const char *
add_campaign(struct req *rq, const char *value)
{
	const struct pair	*p = form_find(&rq->query, "campaign_id");

	return arena_printf(rq->arena, "%s|%s", p != NULL ? p->value : "",
	    value);
}

/*
 * The filters that voters_with() answers: both ways, among all voters and among
 * few.  Among all, a policy that is asked once a row costs less than it.
 */
static const struct with {
	const char	*name, *all, *few;
} with[] = {
#define WITH(column, value, where)				\
	"t.voter_id = ANY (ARRAY(SELECT voters_with('" column	\
	"', " value ", " where ")))"
#define AMONG_ALL(column)	WITH(column, "?", "false, NULL")
#define AMONG_FEW(column)	WITH(column, VALUE_PART, "true, " CAMPAIGN_PART)
	{ "last_name", AMONG_ALL("last_name"), AMONG_FEW("last_name") },
	{ "zip_code", "t.zip_code = ?", AMONG_FEW("zip_code") },
	{ "precinct", "t.precinct = ?", AMONG_FEW("precinct") },
	{ "tag", AMONG_ALL("tag"), AMONG_FEW("tag") },
};

static const struct with *
find_with(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(with); i++)
		if (strcmp(with[i].name, name) == 0)
			return &with[i];
	return NULL;
}

/* As search_choose(), where the caller's voters are few. */
static const char *
choose_few(struct req *rq, const char *name, const char **value)
{
	const struct with	*w = find_with(name);

	if (w == NULL)
		return search_choose(rq, name, value);
	*value = add_campaign(rq, *value);
	return w->few;
}

const char *
search_choose(struct req *rq, const char *name, const char **value)
{
	const struct with	*w = find_with(name);
	const char		*phone;
	char			*lower;

	if (w != NULL)
		return w->all;
	/* What was said to that campaign counts, without one all that was. */
	if (strcmp(name, "purpose") == 0) {
		*value = add_campaign(rq, *value);
		return "may_contact(t, " VALUE_PART ", " CAMPAIGN_PART ")";
	}
	switch (meaning_of(rq, *value)) {
	case MEANS_EMAIL:
		lower = arena_strdup(rq->arena, *value);
		text_lower(lower, strlen(lower));
		*value = lower;
		return "t.email_address >= ? AND t.email_address < "
		    "? || chr(1114111)";
	case MEANS_PHONE:
		phone = phone_e164(rq->arena, *value, strlen(*value));
		if (phone != NULL)
			*value = phone;
		return "t.phone_number = ?";
	case MEANS_REGISTRATION:
		return "(t.voter_registration_id = ? OR "
		    "t.voter_registration_id = upper(?) OR "
		    "t.phone_number = ?)";
	case MEANS_NAME:
		break;
	}
	return "t.voter_id = ANY (ARRAY(SELECT s.voter_id "
	    "FROM search_voters(?, NULL, 100000) s))";
}

/* Whose voters are listed. */
struct span {
	const char	*campaigns;	/* bigint[]; NULL: all there are */
	bool		 one;		/* a single campaign */
	int64_t		 total;
	bool		 exact;		/* total is the unfiltered list's */
	const char	*start;		/* id where the page's block begins */
	const char	*skip;
};

static int
read_span(struct req *rq, const struct place *at, const char *campaign,
    bool plain, struct span *sp, struct err *e)
{
	static const char	 sql[] =
	    "SELECT campaigns, cardinality(campaigns) = 1, total, exact, "
	    "start_id, skip FROM voter_scope($1, $2, $3)";
	const char		*param[] = { campaign, plain && !at->keyset ?
				    doc_id(rq->arena, (at->page - 1) *
				    at->per_page) : "0",
				    at->descending ? "t" : "f" };
	const struct db_query	 q = { .sql = sql, .n = 3, .param = param,
				    .hot = true };
	PGresult		*res;

	memset(sp, 0, sizeof(*sp));
	if (db_run(rq->db, &q, 1, &res, e) != 0)
		return -1;
	if (!PQgetisnull(res, 0, 0))
		sp->campaigns = arena_strdup(rq->arena,
		    PQgetvalue(res, 0, 0));
	sp->one = *PQgetvalue(res, 0, 1) == 't';
	(void)text_int64(PQgetvalue(res, 0, 2),
	    (size_t)PQgetlength(res, 0, 2), &sp->total);
	sp->exact = *PQgetvalue(res, 0, 3) == 't';
	if (!PQgetisnull(res, 0, 4)) {
		sp->start = arena_strdup(rq->arena, PQgetvalue(res, 0, 4));
		sp->skip = arena_strdup(rq->arena, PQgetvalue(res, 0, 5));
	}
	PQclear(res);
	return 0;
}

/* The ids of one page, from an index alone, and then those voters. */
static void
plain_page(struct req *rq, const struct place *at, const struct span *sp,
    struct sql *q)
{
	const char	*sep = " WHERE ";
	const char	*op = at->descending ? "<" : ">";
	const char	*dir = at->descending ? " DESC" : "";

	sql_add(q, " FROM (SELECT k.voter_id FROM ");
	if (sp->campaigns != NULL) {
		sql_bind(q, "campaign_voters k WHERE k.campaign_id = "
		    "(?::bigint[])[1]", sp->campaigns);
		sep = " AND ";
	} else {
		sql_add(q, "voters k");
	}
	if (at->keyset || sp->start != NULL) {
		buf_addf(&q->text, "%sk.voter_id %s%s ", sep, op,
		    at->keyset ? "" : "=");
		sql_param(q, at->keyset ? at->id : sp->start);
	}
	buf_addf(&q->text, " ORDER BY k.voter_id%s LIMIT ", dir);
	sql_param(q, doc_id(rq->arena, at->per_page + 1));
	if (!at->keyset && at->page > 1) {
		sql_add(q, " OFFSET ");
		/* Past the end there is no block to begin with. */
		sql_param(q, sp->start != NULL ? sp->skip :
		    doc_id(rq->arena, (at->page - 1) * at->per_page));
	}
	buf_addf(&q->text, ") k JOIN voters t USING (voter_id) "
	    "ORDER BY t.voter_id%s", dir);
}

static int
answer_plain(struct req *rq, struct resp *rs, const struct place *at,
    const struct span *sp, uint64_t only, struct err *e)
{
	struct list_page	 p = { .only = only, .total = sp->total };
	struct sql		 q;
	PGresult		*res = NULL;
	int			 rc = -1;

	sql_init(&q);
	sql_add(&q, "SELECT ");
	sql_columns(&q, &voter_schema);
	plain_page(rq, at, sp, &q);
	if (db_one(rq->db, q.text.data, q.n, q.param, &res, e) != 0)
		goto out;
	p.rows = res;
	list_write(rq, rs, &voter_schema, at, &p);
	rc = 0;
out:
	PQclear(res);
	sql_release(&q);
	return rc;
}

/* "score|last|first" of a row, behind the schema's fields. */
static const char *
ranked_cursor(struct req *rq, const struct place *at, const PGresult *res,
    int row)
{
	int	 col = (int)voter_schema.n;

	return place_cursor(rq, at, "rank", PQgetvalue(res, row, 0),
	    arena_printf(rq->arena, "%s|%s|%s", PQgetvalue(res, row, col),
	    PQgetvalue(res, row, col + 1), PQgetvalue(res, row, col + 2)));
}

static int
answer_ranked(struct req *rq, struct resp *rs, const struct place *at,
    const char *campaign, const char *query, uint64_t only, struct err *e)
{
	static const char	 total[] =
	    "SELECT total, exact FROM search_total($1, $2)";
	struct list_page	 p = { .only = only,
				    .cursor = ranked_cursor };
	const char		*part[3] = { NULL }, *id = NULL;
	const char		*where = campaign != NULL ?
				    arena_printf(rq->arena, "{%s}",
				    campaign) : NULL;
	const char		*ask[] = { query, where };
	int64_t			 offset = at->keyset ? 0 :
				    (at->page - 1) * at->per_page, score;
	struct db_query		 q[2];
	PGresult		*res[2] = { NULL };
	const PGresult		*counted;
	struct sql		 s;
	char			*bar;
	int			 col, rc = -1;

	sql_init(&s);
	if (at->keyset) {
		part[0] = arena_strdup(rq->arena, at->value);
		for (size_t i = 1; i < 3; i++) {
			bar = strchr(part[i - 1], '|');
			if (bar == NULL) {
				err_field(e, "cursor", "invalid_cursor",
				    "This cursor belongs to another list. "
				    "Start again without one.");
				goto out;
			}
			*bar = '\0';
			part[i] = bar + 1;
		}
		if (!text_int64(part[0], strlen(part[0]), &score) ||
		    score < 0 || score > 100000) {
			err_field(e, "cursor", "invalid_cursor",
			    "This cursor belongs to another list. Start "
			    "again without one.");
			goto out;
		}
		id = at->id;
	}
	sql_add(&s, "SELECT ");
	sql_columns(&s, &voter_schema);
	sql_add(&s, ", s.score, s.last_name, s.first_name, s.total, s.exact "
	    "FROM search_voters(");
	sql_param(&s, query);
	sql_bind(&s, ", ?::bigint[]", where);
	sql_bind(&s, ", ?::bigint", doc_id(rq->arena, offset + at->per_page +
	    1));
	sql_bind(&s, ", ?::integer", part[0]);
	sql_bind(&s, ", ?::text", part[1]);
	sql_bind(&s, ", ?::text", part[2]);
	sql_bind(&s, ", ?::bigint) s JOIN voters t USING (voter_id) "
	    "ORDER BY s.score, s.last_name, s.first_name, t.voter_id", id);
	sql_bind(&s, " OFFSET ?::bigint", doc_id(rq->arena, offset));
	q[0] = (struct db_query){ .sql = s.text.data, .n = s.n,
	    .param = s.param };
	q[1] = (struct db_query){ .sql = total, .n = 2, .param = ask };
	if (db_run(rq->db, &q[0], 1, &res[0], e) != 0)
		goto out;
	counted = res[0];
	col = (int)voter_schema.n + 3;
	if (PQntuples(counted) == 0) {
		if (db_run(rq->db, &q[1], 1, &res[1], e) != 0)
			goto out;
		counted = res[1];
		col = 0;
	}
	(void)text_int64(PQgetvalue(counted, 0, col),
	    (size_t)PQgetlength(counted, 0, col), &p.total);
	p.estimate = *PQgetvalue(counted, 0, col + 1) != 't';
	p.rows = res[0];
	list_write(rq, rs, &voter_schema, at, &p);
	rc = 0;
out:
	PQclear(res[0]);
	PQclear(res[1]);
	sql_release(&s);
	return rc;
}

static int
answer_filtered(struct req *rq, struct resp *rs, const struct place *at,
    const struct span *sp, bool all, uint64_t only, struct err *e)
{
	/* Few voters: theirs are the only rows that are looked at. */
	const struct scope	 theirs = { .where = "t.voter_id = ANY (ARRAY("
				    "SELECT k.voter_id FROM campaign_voters k "
				    "WHERE k.campaign_id = ANY ("
				    "?::bigint[])))", .value = sp->campaigns };
	const struct scope	*scope = NULL;
	const struct schema	*s = &voter_schema;
	struct list		 l = voter_list;
	bool			 few = sp->campaigns != NULL &&
				    sp->total <= FEW;
	bool			 known = all && sp->exact;
	struct list_page	 p = { .only = only,
				    .total = known ? sp->total : 0 };
	struct sql		 page, from, count;
	struct db_query		 q[2];
	PGresult		*res[2] = { NULL };
	bool			 look = !known && few && !at->keyset;
	int			 rc = -1;

	sql_init(&page);
	sql_init(&from);
	sql_init(&count);
	sql_add(&from, " FROM voters t");
	if (few) {
		l.choose = choose_few;
		scope = &theirs;
		for (size_t i = 0; i < rq->query.n; i++)
			if (find_with(rq->query.pair[i].name) != NULL)
				scope = NULL;
	}
	if (list_where(rq, &l, scope, list_paging, &from, e) != 0)
		goto out;
	sql_add(&page, "SELECT ");
	sql_columns(&page, s);
	/* One pass counts them, too. */
	if (look)
		sql_add(&page, ", count(*) OVER ()");
	buf_adds(&page.text, buf_str(&from.text));
	memcpy(page.param, from.param, sizeof(from.param));
	page.n = from.n;
	list_order(rq, s, at, &page);
	list_count(&count, &from);
	if (page.text.failed || count.text.failed) {
		err_detail(e, ERR_INTERNAL, "the list's statement is too long");
		goto out;
	}
	q[0] = (struct db_query){ .sql = page.text.data, .n = page.n,
	    .param = page.param };
	q[1] = (struct db_query){ .sql = count.text.data, .n = count.n,
	    .param = count.param };
	if (db_run(rq->db, q, known || look ? 1 : 2, res, e) != 0)
		goto out;
	if (look && PQntuples(res[0]) == 0 && at->page > 1 &&
	    db_run(rq->db, &q[1], 1, &res[1], e) != 0)
		goto out;
	if (res[1] != NULL) {
		if (list_total(rq, &from, res[1], &p.total, &p.estimate,
		    e) != 0)
			goto out;
	} else if (look && PQntuples(res[0]) > 0) {
		(void)text_int64(PQgetvalue(res[0], 0, (int)s->n),
		    (size_t)PQgetlength(res[0], 0, (int)s->n), &p.total);
	}
	p.rows = res[0];
	list_write(rq, rs, s, at, &p);
	rc = 0;
out:
	PQclear(res[0]);
	PQclear(res[1]);
	sql_release(&page);
	sql_release(&from);
	sql_release(&count);
	return rc;
}

int
voter_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	const struct pair	*query, *campaign;
	struct place		 at;
	struct span		 sp;
	struct sql		 probe;
	uint64_t		 only;
	size_t			 filters = 0;
	bool			 plain, ranked;
	int			 rc;

	if (segment_expand(rq, e) != 0)
		return -1;
	query = form_find(&rq->query, "q");
	campaign = form_find(&rq->query, "campaign_id");
	/* All three, so that every bad parameter is named at once. */
	sql_init(&probe);
	rc = list_where(rq, &voter_list, NULL, list_paging, &probe, e) |
	    place_read(rq, &voter_schema, &at, e) |
	    list_columns(rq, &voter_schema, &only, e);
	sql_release(&probe);
	if (rc != 0)
		return -1;
	for (size_t i = 0; i < rq->query.n; i++) {
		bool	 other = false;

		for (size_t k = 0; list_paging[k] != NULL; k++)
			other |= strcmp(rq->query.pair[i].name,
			    list_paging[k]) == 0;
		filters += !other;
	}
	filters -= campaign != NULL;
	plain = filters == 0 && at.sort == 0 && !at.ranked;
	ranked = filters == 1 && query != NULL && !at.sorted &&
	    meaning_of(rq, query->value) == MEANS_NAME;
	if (at.ranked && !ranked)
		return err_field(e, "cursor", "invalid_cursor",
		    "This cursor belongs to another list. Start again "
		    "without one.");
	if (ranked)
		return answer_ranked(rq, rs, &at, campaign != NULL ?
		    campaign->value : NULL, query->value, only, e);
	if (read_span(rq, &at, campaign != NULL ? campaign->value : NULL,
	    plain, &sp, e) != 0)
		return -1;
	if (plain && sp.exact && (sp.campaigns == NULL || sp.one))
		return answer_plain(rq, rs, &at, &sp, only, e);
	return answer_filtered(rq, rs, &at, &sp, filters == 0, only, e);
}
