/*
 * HTML forms of donors, and the queries of their pages.  JSON is read in
 * donor.c, which also checks what both have in common.
 */
#include "donor_form.h"

#define CODE_MAX	255	/* bytes of a code in a query */
#define WHOLE_MAX	9	/* digits of an amount before the point */

/*
 * Set amount from what a donor wrote, such as $1,234.50.  It is in minor units,
 * of which the currencies of the forms have a hundred.
 */
static int
read_written(struct rec *r, const struct pair *p, struct err *e)
{
	static const char	 digits[] = "0123456789";
	char			 text[WHOLE_MAX + 2 + 1] = "";
	const char		*s = p->value + strspn(p->value, " $");
	size_t			 n = 0, end;

	for (; n < WHOLE_MAX && *s != '\0' && strchr("0123456789,", *s); s++)
		if (*s != ',')
			text[n++] = *s;
	end = n > 0 ? n + 2 : 0;
	if (*s == '.')
		for (s++; n < end && *s != '\0' && strchr(digits, *s); s++)
			text[n++] = *s;
	while (n < end)
		text[n++] = '0';
	s += strspn(s, " ");
	if (n == 0 || *s != '\0')
		return err_field(e, "other_amount", "invalid_number",
		    "other_amount must be an amount such as 25 or 25.50.");
	/* Without leading zeros, as Stripe repeats it. */
	end = strspn(text, "0");
	rec_put(r, INTENT_amount, arena_strdup(r->arena, text +
	    (end < n ? end : n - 1)));
	return 0;
}

int
donor_form(struct req *rq, struct rec *r, struct err *e)
{
	const struct pair	*p;
	const char		*name;
	int			 rc = 0, i;

	for (size_t k = 0; k < rq->form.n; k++) {
		p = &rq->form.pair[k];
		name = strcmp(p->name, "cover_fees") == 0 ? "covers_fees" :
		    p->name;
		i = schema_find(r->schema, name, strlen(name));
		if (i != -1)
			rc |= rec_set(r, (size_t)i, p->value, p->len, e);
	}
	p = form_find(&rq->form, "other_amount");
	if (r->schema == &intent_schema && p != NULL &&
	    p->value[strspn(p->value, " ")] != '\0')
		rc |= read_written(r, p, e);
	return rc;
}

int
donor_query(struct req *rq, struct rec *r, struct err *e)
{
	static const struct {
		const char	*param, *name;
	} t[] = {
		{ "campaign", "campaign_id" },
		{ "refcode", "refcode" }, { "utm_source", "refcode" },
		{ "refcode2", "refcode2" }, { "utm_campaign", "refcode2" },
	};
	const struct pair	*p;
	int			 rc = 0, i;

	for (size_t k = 0; k < ARRAY_LEN(t); k++) {
		p = form_find(&rq->query, t[k].param);
		i = schema_find(r->schema, t[k].name, strlen(t[k].name));
		if (p != NULL && i != -1 && r->value[i] == NULL &&
		    p->len <= CODE_MAX)
			rc |= rec_set(r, (size_t)i, p->value, p->len, e);
	}
	return rc;
}
