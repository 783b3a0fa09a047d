/*
 * The saved mappings of a campaign's files of gifts: list, find and save.
 * gift_file.c applies them.
 */
#include "gift_mapping.h"
#include "heading.h"
#include "record/json.h"

static const struct field fields[] = {
	GIFT_MAPPING_FIELDS(FIELD_ROW, GIFT_MAPPING)
};

const struct schema gift_mapping_schema = {
	.table = "gift_mappings",
	.one = "mapping",
	.many = "mappings",
	.key = "mapping_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "source", .kind = KIND_TEXT, .max = 20 },
	    "t.source = ?1" },
};

const struct list gift_mapping_list = {
	.schema = &gift_mapping_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/* Count the headings of a mapping if the file has all of them; else 0. */
static size_t
count_headings(struct gift_file *f, const char *const *folded,
    struct json_object *mapping)
{
	size_t	 found = 0;

	json_object_object_foreach(mapping, field, heading) {
		const char	*s = json_object_get_string(heading);

		(void)field;
		if (heading_find(folded, f->columns, heading_fold(f->arena, s,
		    strlen(s))) == -1)
			return 0;
		found++;
	}
	return found;
}

int
gift_mapping_find(struct gift_file *f, const char *const *folded,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT source, mapping FROM cerberus.gift_mappings "
	    "WHERE campaign_id = $1 AND ($2::text IS NULL OR source = $2) "
	    "ORDER BY updated_at DESC LIMIT 500";
	const char		*param[] = { f->campaign_id, f->source };
	struct json_object	*mapping;
	struct rows		*r;
	const char		*text;
	size_t			 best = 0, n;

	if (f->campaign_id == NULL)
		return 0;
	if (db_select(f->db, sql, 2, param, &r, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(r); i++) {
		text = rows_text(r, i, "mapping");
		if (json_parse(text, strlen(text), &mapping, e) != 0)
			return -1;
		/* If the client named the source, its mapping applies whatever
		 * the headings are: a missing column is then an error. */
		n = param[1] != NULL ? 1 : count_headings(f, folded, mapping);
		if (n <= best) {
			json_object_put(mapping);
			continue;
		}
		best = n;
		json_object_put(f->mapping);
		f->mapping = mapping;
		f->source = arena_strdup(f->arena, rows_text(r, i, "source"));
	}
	return 0;
}

int
gift_mapping_save(struct gift_file *f, struct err *e)
{
	static const char	 sql[] =
	    "INSERT INTO cerberus.gift_mappings AS m "
	    "(campaign_id, source, mapping) VALUES ($1, $2, $3) "
	    "ON CONFLICT (campaign_id, source) DO UPDATE "
	    "SET mapping = EXCLUDED.mapping";
	const char		*param[] = { f->campaign_id, f->source,
				    json_object_to_json_string_ext(f->mapping,
				    JSON_C_TO_STRING_PLAIN) };
	struct rows		*r;

	return db_select(f->db, sql, 3, param, &r, e);
}
