/*
 * Voters: schema, simple filters, creating and deleting.  Filters that are not
 * a comparison with one column are in voter_filter.c, the list in search.c.
 */
#include "core/text.h"
#include "election.h"
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

const char *const voter_has[] = {
	"email", "phone", "mobile", "address", NULL
};

/* A filter whose predicate voter_resolve() makes, or voter_filter_build(). */
#define BUILT	NULL

/* Is there a row of interactions, of the campaign if the filters name one? */
#define CONTACTED(condition)						\
	"EXISTS (SELECT FROM interactions i "				\
	"WHERE i.voter_id = t.voter_id AND " condition			\
	" AND (?2::bigint IS NULL OR i.campaign_id = ?2::bigint))"

/*
 * Each predicate is written so that its index serves it; docs/scaling.md has
 * those without one.  Names compare folded, cities and counties without regard
 * to case.  ?2 is the campaign of the filters, or null.  In a phrase, % is the
 * value; voter_phrase() has those that depend on more than the value.
 */
static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT,
	    .phrase = "in campaign %" },
	  "EXISTS (SELECT FROM campaign_voters cv WHERE "
	  "cv.voter_id = t.voter_id AND cv.campaign_id = ?1)" },
	{ { .name = "last_name", .kind = KIND_TEXT, .max = 255,
	    .phrase = "with the last name %" }, BUILT },
	{ { .name = "first_name", .kind = KIND_TEXT, .max = 255,
	    .phrase = "with the first name %" }, BUILT },
	{ { .name = "email_address", .kind = KIND_EMAIL, .max = 255,
	    .phrase = "with the e-mail address %" },
	  "t.email_address = ?1" },
	{ { .name = "phone_number", .kind = KIND_PHONE, .max = 255,
	    .phrase = "with the phone number %" },
	  "t.phone_number = ?1" },
	{ { .name = "zip_code", .kind = KIND_ZIP, .max = 255,
	    .phrase = "in ZIP code %" }, BUILT },
	{ { .name = "city", .kind = KIND_TEXT, .max = 255,
	    .phrase = "in %" },
	  "lower(t.city) = lower(?1)" },
	{ { .name = "state", .kind = KIND_TEXT, .max = 255,
	    .phrase = "in %" },
	  "t.state = ?1" },
	{ { .name = "county", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in the county of %" },
	  "lower(t.county) = lower(?1)" },
	{ { .name = "precinct", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in precinct %" }, BUILT },
	{ { .name = "congressional_district", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in congressional district %" },
	  "t.congressional_district = ?1" },
	{ { .name = "state_senate_district", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in state senate district %" },
	  "t.state_senate_district = ?1" },
	{ { .name = "state_house_district", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in state house district %" },
	  "t.state_house_district = ?1" },
	{ { .name = "ward", .kind = KIND_TEXT, .max = 100,
	    .phrase = "in ward %" },
	  "t.ward = ?1" },
	{ { .name = "party_affiliation", .kind = KIND_TEXT, .max = 100,
	    .phrase = "of the party %" },
	  "t.party_affiliation = ?1" },
	{ { .name = "gender", .kind = KIND_TEXT, .max = 20,
	    .phrase = "of gender %" },
	  "t.gender = ?1" },
	{ { .name = "age_min", .kind = KIND_INT, .low = 0, .high = 150,
	    .phrase = "aged % or over" }, BUILT },
	{ { .name = "age_max", .kind = KIND_INT, .low = 0, .high = 150,
	    .phrase = "aged % or under" }, BUILT },
	{ { .name = "registration_status", .kind = KIND_CHOICE,
	    .choices = voter_statuses,
	    .phrase = "with the registration status %" },
	  "t.registration_status = ?1" },
	{ { .name = "registered_since", .kind = KIND_DATE,
	    .phrase = "registered since %" },
	  "t.registration_date >= ?1" },
	{ { .name = "tag", .kind = KIND_TEXT, .max = 100,
	    .phrase = "with the tag %" }, BUILT },
	{ { .name = "has", .kind = KIND_TEXT, .max = 100 }, BUILT },
	{ { .name = "voted_any", .kind = KIND_TEXT, .max = 1000 }, BUILT },
	{ { .name = "voted_all", .kind = KIND_TEXT, .max = 1000 }, BUILT },
	{ { .name = "voted_at_least", .kind = KIND_INT, .low = 1,
	    .high = 100 }, BUILT },
	{ { .name = "of_last", .kind = KIND_INT, .low = 1, .high = 100 },
	  "true" },
	{ { .name = "kind", .kind = KIND_CHOICE,
	    .choices = election_kinds }, "true" },
	{ { .name = "updated_since", .kind = KIND_TIME,
	    .phrase = "changed since %" },
	  "t.updated_at >= ?1" },
	{ { .name = "contacted_since", .kind = KIND_TIME,
	    .phrase = "contacted since %" },
	  "t.last_contacted_date >= ?1" },
	{ { .name = "not_contacted_since", .kind = KIND_TIME,
	    .phrase = "not contacted since %" },
	  "(t.last_contacted_date IS NULL OR t.last_contacted_date < ?1)" },
	{ { .name = "not_contacted_days", .kind = KIND_INT, .low = 1,
	    .high = 36500, .phrase = "not contacted in % days" }, BUILT },
	{ { .name = "contacted_by", .kind = KIND_TEXT, .max = 255,
	    .phrase = "contacted by %" },
	  CONTACTED("i.interaction_type = ?1") },
	{ { .name = "outcome", .kind = KIND_TEXT, .max = 255,
	    .phrase = "with the outcome %" },
	  CONTACTED("i.outcome = ?1") },
	{ { .name = "times_contacted_max", .kind = KIND_INT, .low = 0,
	    .high = 1000000, .phrase = "contacted at most % times" }, BUILT },
	{ { .name = "answer", .kind = KIND_TEXT, .max = 1000 }, BUILT },
	/* Amounts less refunds and disputes, in any one currency. */
	{ { .name = "donated_min", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX },
	  "EXISTS (SELECT FROM donations d WHERE d.voter_id = t.voter_id "
	  "AND d.amount_received > 0 "
	  "AND (?2::bigint IS NULL OR d.campaign_id = ?2::bigint) "
	  "AND ?1::bigint <= (SELECT sum(g.amount_received - "
	  "g.amount_refunded - g.amount_disputed) FROM donations g "
	  "WHERE g.voter_id = d.voter_id AND g.currency = d.currency "
	  "AND (?2::bigint IS NULL OR g.campaign_id = ?2::bigint)))" },
	/* Counts the voters with the same door whom the caller can see, within
	 * the campaign if there is one.  A voter without a door counts as a
	 * household of one.  OFFSET stops counting at the wanted size. */
	{ { .name = "household_size_min", .kind = KIND_INT, .low = 1,
	    .high = 1000, .phrase = "in a household of % or more" },
	  "(?1::bigint = 1 OR EXISTS (SELECT FROM voters w "
	  "WHERE w.door = t.door AND (?2::bigint IS NULL OR EXISTS ("
	  "SELECT FROM campaign_voters cv WHERE cv.voter_id = w.voter_id "
	  "AND cv.campaign_id = ?2::bigint)) "
	  "OFFSET ?1::bigint - 1 LIMIT 1))" },
	{ { .name = "household_of", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX, .phrase = "in the household of voter %" },
	  "t.door = (SELECT w.door FROM voters w WHERE w.voter_id = "
	  "?1::bigint)" },
	{ { .name = "q", .kind = KIND_TEXT, .max = 255,
	    .phrase = "matching %" }, BUILT },
	{ { .name = "purpose", .kind = KIND_CHOICE, .choices = channels },
	  BUILT },
	{ { .name = "may_contact", .kind = KIND_CHOICE, .choices = channels },
	  BUILT },
	{ { .name = "segment_id", .kind = KIND_INT, .low = 1,
	    .high = INT64_MAX }, BUILT },
	{ { .name = "steps", .kind = KIND_TEXT, .max = 6000 }, BUILT },
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
