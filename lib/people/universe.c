/*
 * Filters of voters that depend on the database, and the condition of a segment
 * of steps.  Filters by votes are in vote_filter.c, those by answers in
 * answer_filter.c.
 */
#include "answer_filter.h"
#include "core/text.h"
#include "record/json.h"
#include "record/predicate.h"
#include "segment_filter.h"
#include "universe.h"
#include "vote_filter.h"
#include "voter.h"
#include "voter_filter.h"

#define DEPTH_MAX	10	/* segments inside segments */
#define ALL_STEPS_MAX	200	/* with those of the segments inside */

const char *const universe_no_params[] = { NULL };

/* The segments that are being expanded, the outermost first. */
struct expansion {
	struct req	*rq;
	int64_t		 id[DEPTH_MAX];
	size_t		 depth;
	size_t		 steps;		/* so far */
};

static int	 expand(struct expansion *, const char *id,
		    struct filters *, struct predicate *, struct err *);
static int	 read_steps(struct expansion *, struct json_object *,
		    const char *campaign, struct predicate *, struct where *,
		    struct err *);

/* Set *out to the composed condition. */
static int
finish(const struct compound *t, struct predicate *out, struct err *e)
{
	return compound_end(t, out) ? 0 : err_field(e, "steps", "too_long",
	    "The segment has too many conditions.");
}

/*
 * Set *out to the predicates joined by AND.  Set *sure to whether the result is
 * never null, so that AND NOT can negate it.
 */
static int
join(struct arena *a, const struct where *w, struct predicate *out, bool *sure,
    struct err *e)
{
	struct compound	 t;
	size_t		 n = 0;

	compound_start(&t, a);
	*sure = true;
	for (size_t i = 0; i < w->n; i++) {
		const struct predicate	*p = &w->predicate[i];

		/* A filter that only changes another one, such as of_last. */
		if (strcmp(p->sql, "true") == 0)
			continue;
		buf_adds(&t.text, n++ == 0 ? "(" : " AND ");
		compound_add(&t, p);
		if (strncmp(p->sql, "EXISTS (", 8) != 0)
			*sure = false;
	}
	buf_adds(&t.text, n == 0 ? "true" : ")");
	return finish(&t, out, e);
}

/* Check the value of has: words separated by commas. */
static int
check_has(const char *list, struct err *e)
{
	size_t	 n;

	for (const char *at = list;; at += n + 1) {
		bool	 known = false;

		n = strcspn(at, ",");
		for (size_t i = 0; voter_has[i] != NULL; i++)
			if (text_is(at, n, voter_has[i]))
				known = true;
		if (!known)
			return err_field(e, "has", "invalid_choice",
			    "has must be email, phone, mobile or address.");
		if (at[n] == '\0')
			return 0;
	}
}

/* Set *out to the condition of steps that are not stored: a JSON array. */
static int
resolve_steps(struct expansion *x, const char *text, struct filters *filters,
    struct predicate *out, struct err *e)
{
	struct where		*each = arena_alloc(x->rq->arena,
				    sizeof(*each));
	struct err		*inner = arena_zalloc(x->rq->arena,
				    sizeof(*inner));
	struct json_object	*o = NULL;
	int			 rc;

	if (json_parse(text, strlen(text), &o, inner) != 0)
		return err_field(e, "steps", "invalid_json",
		    "steps must be a JSON array.");
	rc = read_steps(x, o, filters->campaign, out, each, e);
	json_object_put(o);
	filters->steps = each;
	return rc;
}

/* step: the filters are those of a step, or of a flat filter in JSON. */
static int
resolve(struct expansion *x, struct filters *filters, bool step,
    struct err *e)
{
	struct predicate	*p;
	int			 rc = 0;

	for (size_t i = 0; i < filters->n; i++) {
		const char	*name = filters->given[i].filter->field.name;
		const char	*value = filters->given[i].value;

		if (strcmp(name, "has") == 0) {
			rc |= check_has(value, e);
		} else if (strcmp(name, "answer") == 0) {
			rc |= answer_filter_resolve(x->rq, filters, i, e);
		} else if (strcmp(name, "segment_id") == 0) {
			p = arena_alloc(x->rq->arena, sizeof(*p));
			rc |= expand(x, value, filters, p, e);
			filters->given[i].resolved = p;
		} else if (strcmp(name, "steps") == 0 && step) {
			rc |= err_field(e, name, "invalid_type",
			    "steps must be an array, and not within a step.");
		} else if (strcmp(name, "steps") == 0) {
			p = arena_alloc(x->rq->arena, sizeof(*p));
			rc |= resolve_steps(x, value, filters, p, e);
			filters->given[i].resolved = p;
		}
		/* The database failed; the request may be valid. */
		if (rc != 0 && e->nfields == 0)
			return -1;
	}
	return rc | vote_filters_resolve(x->rq, filters, step, e);
}

/* Set *out to the condition of a step's filter, or of a flat one. */
static int
read_flat(struct expansion *x, struct json_object *o, const char *campaign,
    struct predicate *out, bool *sure, struct err *e)
{
	struct list	 list = voter_list;
	struct filters	 filters;
	struct where	 where;
	struct form	 form;

	list.build = voter_filter_build_step;
	if (segment_members(x->rq->arena, o, &form, e) != 0 ||
	    filters_read(x->rq->arena, &form, &list, universe_no_params,
	    &filters, e) != 0)
		return -1;
	if (filters.campaign == NULL)
		filters.campaign = campaign;
	if (resolve(x, &filters, true, e) != 0)
		return -1;
	list_predicates(x->rq->arena, &list, &filters, NULL, &where);
	return join(x->rq->arena, &where, out, sure, e);
}

/* Put the step's number before the names of the errors from first on. */
static void
number_errors(struct arena *a, struct err *e, size_t first, size_t step)
{
	for (size_t i = first; i < e->nfields; i++) {
		struct err_field	*f = &e->field[i];
		const char		*name = arena_strdup(a, f->name);
		const char		*msg = arena_strdup(a, f->msg);

		snprintf(f->name, sizeof(f->name), "steps.%zu%s%s", step,
		    *name != '\0' ? "." : "", name);
		snprintf(f->msg, sizeof(f->msg), "Step %zu: %s", step, msg);
	}
}

/* Append the condition of steps 0 to i; that of the earlier ones is before. */
static void
apply(struct compound *t, size_t i, enum verb verb,
    const struct predicate *step, bool sure, struct predicate *before)
{
	if (i == 0) {
		if (verb == VERB_ADD)
			compound_add(t, step);
		else
			buf_adds(&t->text, "false");
		return;
	}
	buf_addc(&t->text, '(');
	compound_add(t, before);
	buf_adds(&t->text, verb == VERB_ADD ? " OR " :
	    verb == VERB_NARROW || !sure ? " AND " : " AND NOT ");
	compound_add(t, step);
	buf_adds(&t->text, verb == VERB_REMOVE && !sure ? " IS NOT TRUE)" :
	    ")");
}

/* Set *out to the condition of all steps, and *each to that of each step. */
static int
read_steps(struct expansion *x, struct json_object *steps,
    const char *campaign, struct predicate *out, struct where *each,
    struct err *e)
{
	struct arena		*a = x->rq->arena;
	struct predicate	 step;
	struct json_object	*filter;
	struct compound		 t;
	enum verb		 verb;
	bool			 sure;
	size_t			 n, first;
	int			 rc = 0;

	if (!json_object_is_type(steps, json_type_array) ||
	    json_object_array_length(steps) == 0)
		return err_field(e, "steps", "required",
		    "steps must be an array of at least one step.");
	n = json_object_array_length(steps);
	each->n = 0;
	for (size_t i = 0; i < n; i++) {
		first = e->nfields;
		if (i == STEPS_MAX || ++x->steps > ALL_STEPS_MAX) {
			rc = err_field(e, "", "too_long", "A segment has at "
			    "most %d steps, and at most %d with those of the "
			    "segments in it.", STEPS_MAX, ALL_STEPS_MAX);
		} else if (segment_step(json_object_array_get_idx(steps, i),
		    &verb, &filter, e) != 0 || read_flat(x, filter, campaign,
		    &step, &sure, e) != 0) {
			rc = -1;
			if (e->nfields == first)
				return -1;
		}
		number_errors(a, e, first, i + 1);
		if (i == STEPS_MAX)
			break;
		if (rc != 0)
			continue;
		where_add(each, &step);
		compound_start(&t, a);
		apply(&t, i, verb, &step, sure, out);
		if (finish(&t, out, e) != 0)
			return -1;
	}
	return rc;
}

/* Set *out to the condition of a filter: flat, or of steps. */
static int
read_filter(struct expansion *x, struct json_object *o, const char *campaign,
    struct predicate *out, struct where *each, struct err *e)
{
	struct json_object	*steps;
	bool			 sure;
	int			 rc = 0;

	each->n = 0;
	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, "steps", &steps))
		return read_flat(x, o, campaign, out, &sure, e);
	json_object_object_foreach(o, key, ignored) {
		(void)ignored;
		if (strcmp(key, "steps") != 0)
			rc = err_field(e, key, "unknown_parameter",
			    "A filter with steps has nothing else.");
	}
	return rc | read_steps(x, steps, campaign, out, each, e);
}

/* Report the first error of a segment as an error of segment_id. */
static int
broken(const struct err *inner, const char *id, struct err *e)
{
	if (inner->nfields == 0) {
		*e = *inner;
		return -1;
	}
	return err_field(e, "segment_id", inner->field[0].slug,
	    "Segment %s: %s", id, inner->field[0].msg);
}

/* Set *out to the condition of a segment's filter and campaign. */
static int
expand(struct expansion *x, const char *id, struct filters *filters,
    struct predicate *out, struct err *e)
{
	struct arena		*a = x->rq->arena;
	struct err		*inner = arena_zalloc(a, sizeof(*inner));
	struct where		*each = arena_alloc(a, sizeof(*each));
	struct json_object	*o = NULL;
	const char		*campaign;
	struct compound		 t;
	int64_t			 number = strtoll(id, NULL, 10);
	int			 rc;

	for (size_t i = 0; i < x->depth; i++)
		if (x->id[i] == number)
			return err_field(e, "segment_id", "cycle",
			    "Segment %s contains itself.", id);
	if (x->depth == DEPTH_MAX)
		return err_field(e, "segment_id", "too_long", "Segments are "
		    "nested more than %d deep.", DEPTH_MAX);
	if (segment_stored(x->rq, id, &o, &campaign, e) != 0)
		return -1;
	x->id[x->depth++] = number;
	rc = read_filter(x, o, campaign != NULL ? campaign :
	    filters->campaign, out, each, inner);
	x->depth--;
	json_object_put(o);
	if (rc != 0)
		return broken(inner, id, e);
	if (x->depth == 0 && each->n > 0)
		filters->steps = each;
	if (campaign == NULL || (filters->campaign != NULL &&
	    strcmp(campaign, filters->campaign) == 0))
		return 0;
	/* A campaign's segment is about the campaign's voters. */
	compound_start(&t, a);
	compound_add(&t, &(struct predicate){ .sql = "(EXISTS (SELECT "
	    "FROM campaign_voters cv WHERE cv.voter_id = t.voter_id "
	    "AND cv.campaign_id = ?1) AND ", .value = { campaign } });
	compound_add(&t, out);
	buf_addc(&t.text, ')');
	return finish(&t, out, e);
}

int
universe_resolve(struct req *rq, struct filters *filters, struct err *e)
{
	struct expansion	 x = { .rq = rq };

	return resolve(&x, filters, false, e);
}

int
universe_where(struct req *rq, const struct form *query,
    const struct scope *scope, const char *const *known,
    const struct where **steps, struct sql *q, struct err *e)
{
	struct filters	 filters;
	struct where	 where;

	if (filters_read(rq->arena, query, &voter_list, known, &filters,
	    e) != 0 || universe_resolve(rq, &filters, e) != 0)
		return -1;
	list_predicates(rq->arena, &voter_list, &filters, scope, &where);
	sql_where(q, &where);
	if (steps != NULL)
		*steps = filters.steps;
	return 0;
}

int
universe_where_json(struct req *rq, struct json_object *o,
    const struct where **steps, struct sql *q, struct err *e)
{
	struct expansion	 x = { .rq = rq };
	struct where		*each = arena_alloc(rq->arena,
				    sizeof(*each));
	struct where		 where = { .n = 0 };
	struct predicate	 all;

	if (json_object_is_type(o, json_type_object) &&
	    json_object_object_length(o) == 0)
		return err_field(e, "filter", "required",
		    "filter must not be empty.");
	if (read_filter(&x, o, NULL, &all, each, e) != 0)
		return -1;
	where_add(&where, &all);
	sql_where(q, &where);
	*steps = each->n > 0 ? each : NULL;
	return 0;
}

int
universe_check(struct req *rq, struct json_object *o, int64_t self,
    struct err *e)
{
	struct expansion	 x = { .rq = rq };
	struct where		*each = arena_alloc(rq->arena,
				    sizeof(*each));
	struct predicate	 ignored;

	if (self != 0)
		x.id[x.depth++] = self;
	return read_filter(&x, o, NULL, &ignored, each, e);
}
