/* signups.cgi: signups from the forms of campaigns' websites. */
#include <sys/random.h>

#include "core/buf.h"
#include "http/endpoint.h"
#include "people/signup.h"

/* Return a random number that looks like an id, for answers to bots. */
static const char *
random_id(struct arena *a)
{
	uint32_t	 n = 0;

	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != sizeof(n))
		n = 4711;
	return arena_printf(a, "%u", 1000 + n % 90000);
}

/*
 * Return the address of the page of thanks, relative to that of the request: a
 * form may have come from elsewhere on the site, and a proxy may have removed
 * the beginning of the path.
 */
static const char *
thanks_url(struct req *rq)
{
	const char	*uri = rq->io->env(rq->io, "REQUEST_URI");
	struct buf	 b;

	if (uri == NULL || *uri != '/' || *rq->script != '/')
		return arena_printf(rq->arena, "%s/thanks", rq->script);
	buf_init_in(&b, rq->arena, 64 * 1024);
	for (uri++; *uri != '\0' && *uri != '?'; uri++)
		if (*uri == '/')
			buf_adds(&b, "../");
	buf_addf(&b, "%s/thanks", rq->script + 1);
	return buf_str(&b);
}

/*
 * Send a browser to the page that the campaign has chosen, or to the page of
 * thanks.  The request cannot choose the target.
 */
static void
redirect(struct req *rq, struct resp *rs, const struct signup_result *done)
{
	rs->status = 303;
	resp_header(rs, "Location", done->redirect != NULL ? done->redirect :
	    thanks_url(rq));
}

/* POST /: 201 with the ids as JSON; a browser gets 303. */
static int
post(struct req *rq, struct resp *rs, struct err *e)
{
	struct signup		 s;
	struct signup_result	 done = { 0 };
	int			 rc = signup_read(rq, &s, e);

	if (s.honeypot) {
		if (signup_redirect(rq, &s, &done, e) != 0)
			return -1;
		done.voter_id = random_id(rq->arena);
		done.interaction_id = random_id(rq->arena);
	} else if (rc != 0 || signup_store(rq, &s, &done, e) != 0) {
		return -1;
	}
	if (rq->form.pair != NULL &&
	    accept_prefers(rq->accept, "text/html", "application/json")) {
		redirect(rq, rs, &done);
		return 0;
	}
	buf_addf(resp_json(rs, 201),
	    "{\"message\":\"Signup processed successfully.\","
	    "\"voter_id\":%s,\"interaction_id\":%s}",
	    done.voter_id, done.interaction_id);
	return 0;
}

/* GET /thanks: a page, which can be loaded again without a second signup. */
static int
thanks(struct req *rq, struct resp *rs, struct err *e)
{
	(void)rq;
	(void)e;
	resp_page(rs, 200, "Thank you!",
	    "Your signup has reached the campaign.");
	return 0;
}

static const struct route routes[] = {
	{ .method = M_POST, .path = "/", .access = ACCESS_PUBLIC,
	  .body = BODY_FORM, .handle = post },
	{ .method = M_GET, .path = "/thanks", .access = ACCESS_PUBLIC,
	  .type = "text/html", .handle = thanks },
};

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
