/*
 * Voters: schema, simple filters, creating and deleting.  Filters that are not
 * a comparison with one column are in voter_filter.c, the list in search.c.
 */
#include "core/text.h"
#include "http/etag.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "voter.h"
#include "voter_filter.h"

const char *const voter_statuses[] = {
	"Active", "Inactive", "Pending", "Cancelled", "Other", NULL
};

static const struct field fields[] = {
	VOTER_FIELDS(FIELD_ROW, VOTER)
};

const struct schema voter_schema = {
	.table = "voters",
	.one = "voter",
	.many = "voters",
	.key = "voter_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
	.join = OPT_OUT_JOIN("t.email_address, t.phone_number, "
	    "t.mobile_phone, t.home_phone, t.work_phone"),
	.join_many = OPT_OUT_JOIN_MANY("voter_id",
	    OPT_OUT_FOUND("voters", "voter_id", "email_address") " UNION ALL "
	    OPT_OUT_FOUND("voters", "voter_id", "phone_number") " UNION ALL "
	    OPT_OUT_FOUND("voters", "voter_id", "mobile_phone") " UNION ALL "
	    OPT_OUT_FOUND("voters", "voter_id", "home_phone") " UNION ALL "
	    OPT_OUT_FOUND("voters", "voter_id", "work_phone")),
};

/*
 * Each predicate is written so that its index serves it.  Names compare folded,
 * cities and counties without regard to case.  voter_filter_build() has those
 * that are NULL here.  segment_id is not a filter: segment_expand() replaces it
 * by the segment's filters.
 */
static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT },
	  "EXISTS (SELECT FROM campaign_voters cv WHERE "
	  "cv.voter_id = t.voter_id AND cv.campaign_id = ?1)" },
	{ { .name = "last_name", .kind = KIND_TEXT, .max = 255 }, NULL },
	{ { .name = "first_name", .kind = KIND_TEXT, .max = 255 }, NULL },
	{ { .name = "email_address", .kind = KIND_EMAIL, .max = 255 },
	  "t.email_address = ?1" },
	{ { .name = "phone_number", .kind = KIND_PHONE, .max = 255 },
	  "t.phone_number = ?1" },
	{ { .name = "zip_code", .kind = KIND_ZIP, .max = 255 }, NULL },
	{ { .name = "city", .kind = KIND_TEXT, .max = 255 },
	  "lower(t.city) = lower(?1)" },
	{ { .name = "state", .kind = KIND_TEXT, .max = 255 },
	  "t.state = ?1" },
	{ { .name = "county", .kind = KIND_TEXT, .max = 100 },
	  "lower(t.county) = lower(?1)" },
	{ { .name = "precinct", .kind = KIND_TEXT, .max = 100 }, NULL },
	{ { .name = "party_affiliation", .kind = KIND_TEXT, .max = 100 },
	  "t.party_affiliation = ?1" },
	{ { .name = "registration_status", .kind = KIND_CHOICE,
	    .choices = voter_statuses }, "t.registration_status = ?1" },
	{ { .name = "tag", .kind = KIND_TEXT, .max = 100 }, NULL },
	{ { .name = "updated_since", .kind = KIND_TIME },
	  "t.updated_at >= ?1" },
	{ { .name = "contacted_since", .kind = KIND_TIME },
	  "t.last_contacted_date >= ?1" },
	{ { .name = "not_contacted_since", .kind = KIND_TIME },
	  "(t.last_contacted_date IS NULL OR t.last_contacted_date < ?1)" },
	{ { .name = "q", .kind = KIND_TEXT, .max = 255 }, NULL },
	{ { .name = "purpose", .kind = KIND_CHOICE, .choices = channels },
	  NULL },
};

const struct list voter_list = {
	.schema = &voter_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
	.build = voter_filter_build,
};

const char *const voter_delete_params[] = { "erase", NULL };

/* A voter without a campaign: allowed to admins only. */
static const char sql_membership[] =
    "INSERT INTO campaign_voters (campaign_id, voter_id) "
    "SELECT $1::bigint, currval('voters_voter_id_seq') "
    "WHERE $1 IS NOT NULL OR NOT (SELECT cerberus.caller_is_admin())";

/*
 * Read a new voter from the body.  *campaign is its campaign_id or NULL, which
 * becomes source_campaign_id if the body has none.
 */
static int
read_new(struct req *rq, struct rec *r, const char **campaign, struct err *e)
{
	static const char *const	 extra[] = { "campaign_id", NULL };
	static const struct field	 field = {
		.name = "campaign_id", .kind = KIND_INT
	};

	/* Both, so that every bad field is named at once. */
	if ((resource_read(rq, &voter_schema, true, extra, r, e) |
	    doc_member(rq, &field, false, campaign, e)) != 0)
		return -1;
	if (!rec_has(r, VOTER_source_campaign_id))
		rec_put(r, VOTER_source_campaign_id, *campaign);
	return 0;
}

int
voter_create(struct req *rq, struct resp *rs, struct err *e)
{
	const char		*campaign = NULL;
	const struct db_query	 join = { .sql = sql_membership, .n = 1,
				    .param = &campaign };
	struct rec		 r;

	if (read_new(rq, &r, &campaign, e) != 0)
		return -1;
	if (resource_create(rq, rs, &r, &join, e) == 0)
		return 0;
	if (e->code == ERR_FORBIDDEN && campaign == NULL) {
		err_clear(e);
		return err_field(e, "campaign_id", "required",
		    "campaign_id is required.");
	}
	/* read_new() copied the source: name the field that the client sent. */
	if (e->nfields == 1 && campaign != NULL &&
	    strcmp(e->field[0].name, "source_campaign_id") == 0 &&
	    strcmp(rec_get(&r, VOTER_source_campaign_id), campaign) == 0) {
		err_clear(e);
		return err_field(e, "campaign_id", "not_found",
		    "There is no such campaign_id.");
	}
	return resource_hide_campaign(rq, campaign, e);
}

/* Delete a voter and the traces of their values. */
static int
erase(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*done;

	if (rq->if_match != NULL && !etag_any(rq->if_match))
		return err_field(e, "erase", "conflict",
		    "erase cannot be used with If-Match.");
	if (db_select(rq->db, "SELECT erase_voter($1)", 1, &id, &done,
	    e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"message\":\"Voter %s erased "
	    "successfully.\"}", id);
	return 0;
}

int
voter_delete(struct req *rq, struct resp *rs, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "erase");
	bool			 wanted = false;

	if (p != NULL && !text_bool(p->value, p->len, &wanted))
		return err_field(e, "erase", "invalid_boolean",
		    "erase must be true or false.");
	if (wanted)
		return erase(rq, rs, e);
	if (resource_delete(rq, rs, &voter_schema, rq->path_id[0], e) == 0)
		return 0;
	if (e->code == ERR_FORBIDDEN)
		return err_set(e, ERR_FORBIDDEN, "You can delete a voter only "
		    "if you are an editor in all of their campaigns, and in "
		    "all in which they have a history. Remove them from your "
		    "campaign instead.");
	return -1;
}
