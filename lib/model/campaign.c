/* Campaigns. */
#include "campaign.h"

const char *const campaign_types[] = {
	"Local", "State", "Federal", "Issue", NULL
};

static const struct field fields[] = {
	CAMPAIGN_FIELDS(FIELD_ROW, CAMPAIGN)
};

const struct schema campaign_schema = {
	.table = "campaigns",
	.one = "campaign",
	.many = "campaigns",
	.key = "campaign_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_name", .kind = KIND_TEXT, .max = 255 },
	  "t.campaign_name = ?" },
	{ { .name = "campaign_type", .kind = KIND_CHOICE,
	    .choices = campaign_types }, "t.campaign_type = ?" },
};

const struct list campaign_list = {
	.schema = &campaign_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

int
campaign_check(const struct rec *r, struct err *e)
{
	const char	*start = rec_get(r, CAMPAIGN_start_date);
	const char	*end = rec_get(r, CAMPAIGN_end_date);

	/* Where only one is given, the database compares it with the other. */
	if (start != NULL && end != NULL && strcmp(end, start) < 0)
		return err_field(e, "end_date", "out_of_range",
		    "end_date must not be before start_date.");
	return 0;
}
