/*
 * Consent to be contacted: the list, and recording one.  Opt-outs by address
 * are in opt_out.c.
 */
#include "consent.h"
#include "opt_out.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "voter.h"

static const struct field consent_fields[] = {
	CONSENT_FIELDS(FIELD_ROW, CONSENT)
};

const struct schema consent_schema = {
	.table = "consents",
	.one = "consent",
	.many = "consents",
	.key = "consent_id",
	.field = consent_fields,
	.n = ARRAY_LEN(consent_fields),
};

static const struct filter consent_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "channel", .kind = KIND_CHOICE, .choices = channels },
	  "t.channel = ?1" },
	{ { .name = "confirmed", .kind = KIND_BOOL }, "t.confirmed = ?1" },
};

const struct list consent_list = {
	.schema = &consent_schema,
	.filter = consent_filters,
	.n = ARRAY_LEN(consent_filters),
	.campaign_column = "campaign_id",
};

int
consent_record(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec		 r;
	struct sql		 get;
	const char		*param[6];
	const struct db_query	 record = { .sql =
	    "SELECT record_consent($1, $2, $3, $4, $5, $6)",
	    .n = ARRAY_LEN(param), .param = param };
	struct rows		*rows[2];

	if (resource_exists(rq, &voter_schema, rq->path_id[0], e) != 0 ||
	    resource_read(rq, &consent_schema, true, NULL, &r, e) != 0)
		return -1;
	param[0] = doc_id(rq->arena, rq->path_id[0]);
	param[1] = rec_get(&r, CONSENT_campaign_id);
	param[2] = rec_get(&r, CONSENT_channel);
	param[3] = rec_get(&r, CONSENT_granted);
	param[4] = rec_get(&r, CONSENT_source);
	param[5] = rec_get(&r, CONSENT_wording);
	sql_init(&get, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &consent_schema);
	sql_add(&get, " FROM consents t WHERE t.consent_id = "
	    "(SELECT currval('consents_consent_id_seq'))");
	if (db_exec(rq->db, (struct db_query[]){ record, { .sql =
	    get.text.data } }, 2, rows, e) != 0)
		return -1;
	if (rows_count(rows[1]) == 0)
		return err_detail(e, ERR_INTERNAL,
		    "a new consent is not visible");
	doc_row(resp_json(rs, 201), &consent_schema, rows[1], 0, 0, 0);
	return 0;
}
