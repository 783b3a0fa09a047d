/*
 * The donor's link to the customer portal, and the page of thanks.  Staff
 * manage donations in offline.c.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/text.h"
#include "db/db.h"
#include "donation.h"
#include "manage.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "stripe/api.h"

#define DIGEST	32
#define KEY	(DIGEST * 4 / 3 + 2)	/* as text */

const char *const manage_params[] = { "key", NULL };

static const char sql_link[] =
    "SELECT donation_id, link_key, customer_id, stripe_account, url "
    "FROM cerberus.recurring_link($1)";

/* Write the key of a gift's link.  Return false if OpenSSL fails. */
static bool
sign(struct req *rq, const struct rows *gift, char out[KEY])
{
	const char	*secret = arena_printf(rq->arena, "%s:%s",
			    rows_text(gift, 0, "link_key"),
			    rq->cfg->secret_key != NULL ?
			    rq->cfg->secret_key : "");
	const char	*what = arena_printf(rq->arena, "manage %s",
			    rows_text(gift, 0, "donation_id"));
	unsigned char	 mac[EVP_MAX_MD_SIZE];

	if (HMAC(EVP_sha256(), secret, (int)strlen(secret),
	    (const unsigned char *)what, strlen(what), mac, NULL) == NULL)
		return false;
	text_base64url(mac, DIGEST, out);
	return true;
}

/* Set *url to a gift's link. */
static int
link_of(struct req *rq, const struct rows *gift, const char **url,
    struct err *e)
{
	char	 key[KEY];

	if (!sign(rq, gift, key))
		return err_detail(e, ERR_INTERNAL, "HMAC");
	*url = arena_printf(rq->arena, "%s/api/v1/donate/manage/%s?key=%s",
	    rq->cfg->site_url != NULL ? rq->cfg->site_url : "",
	    rows_text(gift, 0, "donation_id"), key);
	return 0;
}

int
manage_url(struct req *rq, const char *donation_id, const char **url,
    struct err *e)
{
	struct rows	*gift;

	*url = NULL;
	if (db_select(rq->db, sql_link, 1, &donation_id, &gift, e) != 0)
		return -1;
	return rows_count(gift) == 0 ? 0 : link_of(rq, gift, url, e);
}

const char *
manage_thanks_url(struct req *rq, const char *url)
{
	const char	*id = url != NULL ? strrchr(url, '/') + 1 : NULL;

	if (id == NULL)
		return arena_printf(rq->arena, "%s/api/v1/donate/thanks",
		    rq->cfg->site_url);
	/* ID?key=KEY */
	return arena_printf(rq->arena, "%s/api/v1/donate/thanks?gift=%.*s&%s",
	    rq->cfg->site_url, (int)strcspn(id, "?"), id,
	    id + strcspn(id, "?") + 1);
}

/* Set *found to whether a gift has this id and its link has this key. */
static int
find(struct req *rq, const char *id, const struct pair *key,
    struct rows **gift, bool *found, struct err *e)
{
	char	 good[KEY];

	*found = false;
	if (db_select(rq->db, sql_link, 1, &id, gift, e) != 0)
		return -1;
	if (rows_count(*gift) == 0 || key == NULL)
		return 0;
	if (!sign(rq, *gift, good))
		return err_detail(e, ERR_INTERNAL, "HMAC");
	*found = key->len == strlen(good) &&
	    CRYPTO_memcmp(key->value, good, key->len) == 0;
	return 0;
}

int
manage_thanks(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 text[] =
	    "Your donation has reached the campaign.";
	const struct pair	*id = form_find(&rq->query, "gift");
	struct rows		*gift;
	struct buf		*b;
	const char		*url;
	int64_t			 number;
	bool			 found = false;

	if (id != NULL && text_int64(id->value, id->len, &number) &&
	    number > 0 && find(rq, doc_id(rq->arena, number),
	    form_find(&rq->query, "key"), &gift, &found, e) != 0)
		return -1;
	if (!found) {
		resp_page(rs, 200, "Thank you!", text);
		return 0;
	}
	if (link_of(rq, gift, &url, e) != 0)
		return -1;
	b = resp_page_begin(rs, 200, "Thank you!", text);
	buf_adds(b, "<p>It is repeated. Keep this link: with it you can "
	    "<a href=\"");
	html_add(b, url);
	buf_adds(b, "\">stop it or change the card</a> at any time.</p>\n");
	resp_page_end(b);
	return 0;
}

int
manage_portal(struct req *rq, struct resp *rs, struct err *e)
{
	struct json_object	*form, *answer = NULL;
	struct stripe_refusal	 why;
	struct rows		*gift;
	const char		*url;
	bool			 found;
	int			 rc;

	if (find(rq, doc_id(rq->arena, rq->path_id[0]),
	    form_find(&rq->query, "key"), &gift, &found, e) != 0)
		return -1;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "This link is not valid.");
	if (rows_is_null(gift, 0, "customer_id"))
		return err_set(e, ERR_CONFLICT, "This donation has not begun "
		    "yet. Try again when it is paid.");
	form = json_object_new_object();
	json_object_object_add(form, "customer", json_object_new_string(
	    rows_text(gift, 0, "customer_id")));
	url = rows_text(gift, 0, "url");
	if (url == NULL)
		url = rq->cfg->site_url;
	if (url != NULL)
		json_object_object_add(form, "return_url",
		    json_object_new_string(url));
	/* Each session is new: no idempotency key. */
	rc = stripe_post(rq->cfg, cfg_stripe_for(rq->cfg,
	    rows_int64(gift, 0, "stripe_account")),
	    "/v1/billing_portal/sessions", form, NULL, &answer, &why, e);
	json_object_put(form);
	url = rc == 0 ? stripe_text(answer, "url") : NULL;
	if (url != NULL && strncmp(url, "https://", 8) == 0 &&
	    strlen(url) < 8192) {
		rs->status = 303;
		resp_header(rs, "Location", url);
		/* The address that leads here is a secret. */
		resp_header(rs, "Referrer-Policy", "no-referrer");
	} else {
		/* What Stripe refuses is not the donor's fault. */
		rc = err_set(e, e->code == ERR_UNAVAILABLE ? e->code :
		    ERR_UPSTREAM, "The payment provider cannot be reached; "
		    "try again shortly.");
	}
	json_object_put(answer);
	return rc;
}

int
manage_get(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*url;
	struct buf	*b = &rs->body;

	if (resource_get(rq, rs, &donation_schema, rq->path_id[0], e) != 0 ||
	    manage_url(rq, doc_id(rq->arena, rq->path_id[0]), &url, e) != 0)
		return -1;
	if (url == NULL || b->len == 0 || b->data[b->len - 1] != '}')
		return 0;
	b->len--;
	buf_adds(b, ",\"manageUrl\":");
	json_add_string(b, url, strlen(url));
	buf_addc(b, '}');
	return 0;
}
