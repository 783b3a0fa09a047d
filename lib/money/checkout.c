/*
 * Building and reading sessions of Stripe Checkout.  cgi-bin/donate.c makes the
 * calls.
 */
#include "checkout.h"
#include "db/db.h"
#include "interval.h"

static const char sql_redirect[] =
    "SELECT r.url, p.campaign ->> 'paid_for_by' AS paid_for_by "
    "FROM cerberus.donation_redirect($1) r, cerberus.campaign_public($1) p";

static void
add(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

int
checkout_return(struct req *rq, const char *campaign, const char **url,
    const char **paid_for_by, struct err *e)
{
	struct rows	*rows;

	if (db_select(rq->db, sql_redirect, 1, &campaign, &rows, e) != 0)
		return -1;
	if (rows_count(rows) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Campaign with ID %s not found.", campaign);
	*url = rows_text(rows, 0, "url");
	*paid_for_by = rows_text(rows, 0, "paid_for_by");
	if (*url == NULL && rq->cfg->site_url == NULL)
		return err_slug(e, ERR_UNAVAILABLE, "no_site_url",
		    "This form needs the campaign's donation_redirect_url, or "
		    "site_url in the configuration.");
	return 0;
}

struct json_object *
checkout_form(const struct donation *d, struct json_object *metadata,
    const char *email, const char *paid_for_by, const char *return_url)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*items = json_object_new_array();
	struct json_object	*item = json_object_new_object();
	struct json_object	*price = json_object_new_object();
	struct json_object	*product = json_object_new_object();
	struct json_object	*inner = json_object_new_object();
	struct json_object	*text, *submit;
	bool			 once = d->interval == NULL;

	add(form, "mode", once ? "payment" : "subscription");
	if (once)
		add(form, "submit_type", "donate");
	if (paid_for_by != NULL) {
		text = json_object_new_object();
		submit = json_object_new_object();
		add(submit, "message", paid_for_by);
		json_object_object_add(text, "submit", submit);
		json_object_object_add(form, "custom_text", text);
	}
	add(form, "success_url", return_url);
	add(form, "client_reference_id", d->id);
	if (email != NULL && strchr(email, '@') != NULL)
		add(form, "customer_email", email);
	add(product, "name", once ? "Donation" : interval_name(d));
	add(price, "currency", d->currency);
	add(price, "unit_amount", d->amount);
	json_object_object_add(price, "product_data", product);
	if (!once)
		json_object_object_add(price, "recurring",
		    interval_period(d));
	json_object_object_add(item, "price_data", price);
	add(item, "quantity", "1");
	json_object_array_add(items, item);
	json_object_object_add(form, "line_items", items);
	json_object_object_add(form, "metadata", json_object_get(metadata));
	json_object_object_add(inner, "metadata", json_object_get(metadata));
	json_object_object_add(form, once ? "payment_intent_data" :
	    "subscription_data", inner);
	return form;
}

/* Return a text of the object, or "". */
static const char *
text(struct json_object *o, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, key, &v) && v != NULL ?
	    json_object_get_string(v) : "";
}

const char *
checkout_page(struct json_object *o, const struct donation *d)
{
	const char	*url = text(o, "url");

	return strncmp(url, "http", 4) == 0 && strlen(url) < 8192 &&
	    strcmp(text(o, "amount_total"), d->amount) == 0 &&
	    strcmp(text(o, "currency"), d->currency) == 0 ? url : NULL;
}
