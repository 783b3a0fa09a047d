/*
 * Makes the objects at Stripe that repeat a gift.  Their later payments arrive
 * as events, which sql/deploy/recurring_payments.sql applies.
 */
#include "db/db.h"
#include "interval.h"
#include "recurring.h"

static const char sql_set[] =
    "SELECT cerberus.donation_subscription($1, $2, $3, $4, $5)";

static void
add(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

/*
 * POST a form to Stripe and free it.  what names the kind of object: it makes
 * the idempotency keys of a donation's calls differ.  502 if the answer has no
 * id.
 */
static int
post(struct req *rq, const struct donation *d, const char *path,
    const char *what, struct json_object *form, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	int	 rc;

	rc = stripe_post(rq->cfg, cfg_stripe_for(rq->cfg, d->campaign_id),
	    path, form, arena_printf(rq->arena, "%s-%s", d->key, what), out,
	    why, e);
	json_object_put(form);
	if (rc != 0 || stripe_text(*out, "id") != NULL)
		return rc;
	json_object_put(*out);
	*out = NULL;
	err_detail(e, ERR_UPSTREAM, "stripe: %s without an id", what);
	return err_set(e, ERR_UPSTREAM, "The payment provider returned an "
	    "unexpected answer; try again shortly.");
}

/* Make the customer; if Stripe refuses the e-mail address, without one. */
static int
make_customer(struct req *rq, const struct donation *d,
    struct json_object *metadata, const char *email, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	bool			 named = email != NULL &&
				    strchr(email, '@') != NULL;

	if (named)
		add(form, "email", email);
	json_object_object_add(form, "metadata", json_object_get(metadata));
	if (post(rq, d, "/v1/customers", "customer", form, out, why, e) == 0)
		return 0;
	if (e->code != ERR_CARD || !named)
		return -1;
	err_clear(e);
	form = json_object_new_object();
	json_object_object_add(form, "metadata", json_object_get(metadata));
	return post(rq, d, "/v1/customers", "nameless", form, out, why, e);
}

static int
make_price(struct req *rq, const struct donation *d, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*product = json_object_new_object();

	add(form, "currency", d->currency);
	add(form, "unit_amount", d->amount);
	json_object_object_add(form, "recurring", interval_period(d));
	add(product, "name", interval_name(d));
	json_object_object_add(form, "product_data", product);
	return post(rq, d, "/v1/prices", "price", form, out, why, e);
}

/* The subscription begins once the donor has paid its first invoice. */
static int
make_subscription(struct req *rq, const struct donation *d,
    struct json_object *metadata, struct json_object *customer,
    struct json_object *price, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	struct json_object	*form = json_object_new_object();
	struct json_object	*items = json_object_new_array();
	struct json_object	*item = json_object_new_object();
	struct json_object	*settings = json_object_new_object();
	struct json_object	*expand = json_object_new_array();

	add(form, "customer", stripe_text(customer, "id"));
	add(item, "price", stripe_text(price, "id"));
	json_object_array_add(items, item);
	json_object_object_add(form, "items", items);
	add(form, "payment_behavior", "default_incomplete");
	add(settings, "save_default_payment_method", "on_subscription");
	json_object_object_add(form, "payment_settings", settings);
	json_object_object_add(form, "metadata", json_object_get(metadata));
	json_object_array_add(expand, json_object_new_string(
	    "latest_invoice.payment_intent"));
	json_object_object_add(form, "expand", expand);
	return post(rq, d, "/v1/subscriptions", "subscription", form, out,
	    why, e);
}

int
recurring_make(struct req *rq, const struct donation *d,
    struct json_object *metadata, const char *email, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	struct json_object	*customer = NULL, *price = NULL;
	int			 rc = -1;

	if (make_customer(rq, d, metadata, email, &customer, why, e) == 0 &&
	    make_price(rq, d, &price, why, e) == 0)
		rc = make_subscription(rq, d, metadata, customer, price, out,
		    why, e);
	json_object_put(customer);
	json_object_put(price);
	return rc;
}

/* Return a member that is an object, or NULL. */
static struct json_object *
part(struct json_object *o, const char *key)
{
	struct json_object	*v;

	return o != NULL && json_object_object_get_ex(o, key, &v) &&
	    json_object_is_type(v, json_type_object) ? v : NULL;
}

struct json_object *
recurring_intent(struct json_object *subscription)
{
	return part(part(subscription, "latest_invoice"), "payment_intent");
}

int
recurring_set(struct req *rq, const struct donation *d,
    struct json_object *subscription, struct err *e)
{
	struct json_object	*invoice = part(subscription,
				    "latest_invoice");
	const char		*param[] = { d->id,
				    stripe_text(subscription, "customer"),
				    stripe_text(subscription, "id"),
				    stripe_text(invoice, "id"),
				    stripe_text(recurring_intent(subscription),
				    "id") };
	struct rows		*rows;

	for (size_t i = 0; i < ARRAY_LEN(param); i++)
		if (param[i] == NULL || strlen(param[i]) > 255)
			return err_set(e, ERR_UPSTREAM, "The payment provider "
			    "returned an unexpected answer; try again "
			    "shortly.");
	return db_select(rq->db, sql_set, ARRAY_LEN(param), param, &rows, e);
}
