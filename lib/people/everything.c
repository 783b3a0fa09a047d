/*
 * Everything that is stored about a person, as one document.  The parts'
 * schemas are in their own files.
 */
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "consent.h"
#include "election.h"
#include "everything.h"
#include "merge.h"
#include "money/donation.h"
#include "opt_out.h"
#include "rest/doc.h"
#include "voter.h"

#define TABLES		ARRAY_LEN(tables)

/* The tables with rows about a voter; $1 is the voter's id. */
static const struct {
	const char		*name;		/* in the response */
	const struct schema	*schema;
	const char		*where;
} tables[] = {
	{ "interactions", &interaction_schema, "t.voter_id = $1" },
	{ "responses", &response_schema, "t.voter_id = $1" },
	{ "consents", &consent_schema, "t.voter_id = $1" },
	{ "donations", &donation_schema, "t.voter_id = $1" },
	{ "votes", &vote_schema, "t.voter_id = $1" },
	{ "merges", &merge_schema, "$1 IN (t.kept_id, t.merged_id)" },
	{ "opt_outs", &opt_out_contact_schema, "t.contact IN (SELECT unnest("
	  "ARRAY[v.email_address, v.phone_number, v.mobile_phone, "
	  "v.home_phone, v.work_phone]) FROM voters v "
	  "WHERE v.voter_id = $1)" },
};

static const char sql_campaigns[] =
    "SELECT coalesce(json_agg(json_build_object('campaign_id', "
    "cv.campaign_id, 'campaign_name', c.campaign_name, 'joined_at', "
    "to_char(cv.joined_at AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) ORDER BY cv.campaign_id), "
    "'[]') AS campaigns FROM campaign_voters cv JOIN campaigns c "
    "USING (campaign_id) WHERE cv.voter_id = $1";

static const char sql_changes[] =
    "SELECT coalesce(json_agg(json_build_object('at', to_char(a.at "
    "AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "'user_id', a.user_id, 'action', a.action, 'before', a.before, "
    "'after', a.after) ORDER BY a.audit_id), '[]') AS changes "
    "FROM audit_entries a WHERE a.table_name = 'voters' "
    "AND a.row_id = $1 AND a.block = $1::bigint >> 10";

/* A statement that selects the rows of a schema's table, oldest first. */
static struct db_query
select_rows(struct arena *a, const struct schema *s, const char *where,
    const char *const *id)
{
	struct sql	 q;

	sql_init(&q, a);
	sql_add(&q, "SELECT ");
	sql_columns(&q, s);
	sql_from(&q, s);
	buf_addf(&q.text, " WHERE %s ORDER BY t.%s", where, s->key);
	return (struct db_query){ .sql = q.text.data, .n = 1, .param = id };
}

int
everything_get(struct req *rq, struct resp *rs, struct err *e)
{
	enum { VOTER = TABLES, CAMPAIGNS, CHANGES, QUERIES };
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct db_query	 q[QUERIES];
	struct rows	*rows[QUERIES];
	struct buf	*b;

	for (size_t i = 0; i < TABLES; i++)
		q[i] = select_rows(rq->arena, tables[i].schema,
		    tables[i].where, &id);
	q[VOTER] = select_rows(rq->arena, &voter_schema, "t.voter_id = $1",
	    &id);
	q[CAMPAIGNS] = (struct db_query){ .sql = sql_campaigns, .n = 1,
	    .param = &id };
	q[CHANGES] = (struct db_query){ .sql = sql_changes, .n = 1,
	    .param = &id };
	if (db_exec(rq->db, q, QUERIES, rows, e) != 0)
		return -1;
	if (rows_count(rows[VOTER]) == 0)
		return err_set(e, ERR_NOT_FOUND, "Voter with ID %s not found.",
		    id);
	b = resp_json(rs, 200);
	buf_adds(b, "{\"voter\":");
	doc_row(b, &voter_schema, rows[VOTER], 0, 0, 0);
	buf_addf(b, ",\"campaigns\":%s", rows_text(rows[CAMPAIGNS], 0,
	    "campaigns"));
	for (size_t i = 0; i < TABLES; i++) {
		buf_addf(b, ",\"%s\":", tables[i].name);
		doc_rows(b, tables[i].schema, rows[i]);
	}
	buf_addf(b, ",\"changes\":%s}", rows_text(rows[CHANGES], 0,
	    "changes"));
	return 0;
}
