/*
 * The layouts that campaigns have saved: endpoints, and choosing one for a
 * file.  Layout files are in layout_file.c.
 */
#include "core/text.h"
#include "heading.h"
#include "layout_file.h"
#include "layout_map.h"
#include "option.h"
#include "record/json.h"
#include "rest/resource.h"
#include "saved_layout.h"

static const struct field fields[] = {
	LAYOUT_FIELDS(FIELD_ROW, LAYOUT)
};

const struct schema layout_schema = {
	.table = "saved_layouts",
	.one = "layout",
	.many = "layouts",
	.key = "layout_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "name", .kind = KIND_TEXT, .max = 50 }, "t.name = ?1" },
};

const struct list layout_list = {
	.schema = &layout_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/* Apply a saved option to a layout; 400 if its name or value is not valid. */
static int
take_option(struct layout *l, struct arena *a, const char *name,
    struct json_object *v, struct err *e)
{
	static const char *const known[] = { "has_header", "delimiter",
			    "quote", "encoding", "date_order",
			    "registration_state" };
	const char		*text = json_object_get_string(v);
	size_t			 n = text != NULL ? strlen(text) : 0, i = 0;
	struct import_options	 o;

	if (n == 0)
		return 0;
	if (strcmp(name, "format") == 0) {
		l->fixed = strcmp(text, "fixed") == 0;
		l->header = l->fixed ? 0 : l->header;
		return l->fixed ? 0 : err_field(e, "options",
		    "invalid_choice", "format must be fixed.");
	}
	while (i < ARRAY_LEN(known) && strcmp(name, known[i]) != 0)
		i++;
	if (i == ARRAY_LEN(known))
		return err_field(e, "options", "unknown_field",
		    "A layout has no option %.60s.", name);
	import_options_init(&o);
	if (import_option(&o, a, name, text, n, e) != 0)
		return -1;
	if (o.encoding != NULL && !decoder_knows(o.encoding))
		return err_field(e, "options", "invalid_choice",
		    "encoding is not known.");
	if (o.header != -1)
		l->header = o.header;
	if (o.delimiter != '\0')
		l->delimiter = o.delimiter;
	if (o.quote != -1)
		l->quote = o.quote;
	if (o.encoding != NULL)
		l->encoding = o.encoding;
	if (o.order != -1)
		l->order = o.order;
	if (o.state != NULL)
		l->rule[VOTER_registration_state].constant = o.state;
	return 0;
}

/* Make a layout of its options and its mapping, of which either may be NULL. */
static int
make_layout(struct layout *l, struct arena *a, struct json_object *options,
    struct json_object *mapping, struct err *e)
{
	int	 rc = 0;

	layout_init(l);
	if (json_object_is_type(options, json_type_object)) {
		json_object_object_foreach(options, name, v) {
			if (take_option(l, a, name, v, e) != 0)
				rc = -1;
		}
	}
	if (json_object_is_type(mapping, json_type_object) &&
	    layout_map(l, a, mapping, e) != 0)
		rc = -1;
	return rc;
}

/* Looking for a layout file, in upper or lower case, or listing all. */
struct shipped {
	const char	*name;		/* to look for; or NULL */
	bool		 found;
	struct buf	*out;		/* list them here; or NULL */
};

static void
see_shipped(struct layout *l, const struct err *e, void *ctx)
{
	struct shipped	*s = ctx;

	(void)e;
	if (l == NULL)
		return;
	if (s->name != NULL)
		s->found |= text_is(s->name, strlen(s->name), l->name);
	if (s->out == NULL)
		return;
	if (s->found)
		buf_addc(s->out, ',');
	s->found = true;
	buf_adds(s->out, "{\"name\":");
	json_add_string(s->out, l->name, strlen(l->name));
	buf_adds(s->out, ",\"title\":");
	json_add_string(s->out, l->title != NULL ? l->title : l->name,
	    strlen(l->title != NULL ? l->title : l->name));
	buf_addc(s->out, '}');
}

int
layout_list_answer(struct req *rq, struct resp *rs, struct err *e)
{
	struct shipped	 s = { .out = &rs->body };

	if (list_answer(rq, rs, &layout_list, NULL, e) != 0)
		return -1;
	/* Continue the object that the list is. */
	rs->body.len--;
	buf_adds(&rs->body, ",\"shipped\":[");
	layout_each(arena_alloc(rq->arena, sizeof(struct layout)), rq->arena,
	    rq->cfg->layouts_dir, see_shipped, &s);
	buf_adds(&rs->body, "]}");
	return 0;
}

/* Check the name of a layout that a client saves. */
static int
check_name(struct req *rq, const char *name, struct err *e)
{
	struct shipped	 s = { .name = name };

	if (!layout_name_valid(name))
		return err_field(e, "name", "invalid_text",
		    "name may have 50 letters, digits, - and _.");
	layout_each(arena_alloc(rq->arena, sizeof(struct layout)), rq->arena,
	    rq->cfg->layouts_dir, see_shipped, &s);
	if (s.found)
		return err_set(e, ERR_CONFLICT, "There is a layout %s for all "
		    "campaigns. Choose another name.", name);
	return 0;
}

/* Read a layout from the body, and check it. */
static int
read_layout(struct req *rq, bool create, struct rec *r, struct err *e)
{
	struct json_object	*mapping = NULL, *options = NULL;
	int			 rc;

	rc = resource_read(rq, &layout_schema, create, NULL, r, e);
	if (!json_object_is_type(rq->json, json_type_object))
		return rc;
	json_object_object_get_ex(rq->json, "mapping", &mapping);
	json_object_object_get_ex(rq->json, "options", &options);
	if (make_layout(arena_alloc(rq->arena, sizeof(struct layout)),
	    rq->arena, options, mapping, e) != 0)
		rc = -1;
	if (rc == 0 && r->value[LAYOUT_name] != NULL)
		rc = check_name(rq, r->value[LAYOUT_name], e);
	return rc;
}

int
layout_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_layout(rq, true, &r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

int
layout_update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (read_layout(rq, false, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

/* Make the layout of a row with name, mapping and options. */
static int
read_row(struct layout *l, struct arena *a, const struct rows *r, size_t row,
    struct err *e)
{
	const char		*name = rows_text(r, row, "name");
	const char		*mapping = rows_text(r, row, "mapping");
	const char		*options = rows_text(r, row, "options");
	struct json_object	*m = NULL, *o = NULL;
	struct err		 why = { 0 };
	int			 rc;

	rc = json_parse(mapping, strlen(mapping), &m, &why) != 0 ||
	    json_parse(options, strlen(options), &o, &why) != 0 ||
	    make_layout(l, a, o, m, &why) != 0 ? -1 : 0;
	json_object_put(m);
	json_object_put(o);
	l->name = arena_strdup(a, name);
	return rc == 0 ? 0 : err_slug(e, ERR_UNPROCESSABLE, "layout_broken",
	    "The layout %s cannot be used: %s", name, why.nfields > 0 ?
	    why.field[0].msg : why.msg);
}

int
layout_load_saved(struct layout *l, struct arena *a, struct db *db,
    const char *campaign, const char *name, struct err *e)
{
	static const char	 sql[] =
	    "SELECT name, mapping, options FROM saved_layouts "
	    "WHERE campaign_id = $1 AND name = $2";
	const char		*param[] = { campaign, name };
	struct rows		*r;

	if (campaign == NULL || !layout_name_valid(name))
		return 1;
	if (db_select(db, sql, 2, param, &r, e) != 0)
		return -1;
	return rows_count(r) == 0 ? 1 : read_row(l, a, r, 0, e);
}

/* Count the headings, a JSON array, if all are in the header; else 0. */
static size_t
count_headings(struct arena *a, const char *const *folded, size_t n,
    const char *headings)
{
	struct json_object	*list = NULL;
	struct err		 e = { 0 };
	size_t			 found = 0, wanted;

	if (json_parse(headings, strlen(headings), &list, &e) != 0)
		return 0;
	wanted = json_object_array_length(list);
	for (size_t i = 0; i < wanted; i++) {
		const char	*s = json_object_get_string(
				    json_object_array_get_idx(list, i));

		found += heading_find(folded, n, heading_fold(a, s,
		    strlen(s))) != -1;
	}
	json_object_put(list);
	return found == wanted ? found : 0;
}

int
layout_recognise_saved(struct layout *l, struct arena *a, struct db *db,
    const char *campaign, const struct row *header, size_t found,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT name, mapping, options, to_json(headers) AS headers "
	    "FROM saved_layouts WHERE campaign_id = $1 AND headers <> '{}' "
	    "ORDER BY updated_at DESC LIMIT 500";
	const char		**folded = heading_fold_row(a, header);
	struct rows		*r;
	size_t			 best = 0, at = 0, n;

	if (campaign == NULL)
		return 0;
	if (db_select(db, sql, 1, &campaign, &r, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(r); i++) {
		n = count_headings(a, folded, header->n, rows_text(r, i,
		    "headers"));
		if (n > best) {
			best = n;
			at = i;
		}
	}
	return best > 0 && best >= found ? read_row(l, a, r, at, e) : 0;
}
