/* The evidence of a consent, from the request.  consent.c and SQL store it. */
#include <arpa/inet.h>

#include "proof.h"
#include "record/field.h"
#include "record/json.h"

#define JSON_MAX	(128 * 1024)

const char *
proof_address(const struct req *rq)
{
	unsigned char	 raw[16];

	return inet_pton(AF_INET, rq->remote, raw) == 1 ||
	    inet_pton(AF_INET6, rq->remote, raw) == 1 ? rq->remote : NULL;
}

const char *
proof_header(const struct req *rq, const char *value, size_t n)
{
	const struct field	 f = { .name = "", .kind = KIND_TEXT };
	struct err		*ignored;
	const char		*text = NULL;

	if (value == NULL)
		return NULL;
	ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	if (strlen(value) < n)
		n = strlen(value);
	while (n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80)
		n--;
	return field_check(&f, rq->arena, value, n, &text, ignored) == 0 ?
	    text : NULL;
}

const char *
proof_json(struct req *rq, const char *page_url, const char *wording)
{
	const struct {
		const char	*key, *value;
	} all[] = {
		{ "remote", proof_address(rq) },
		{ "page_url", page_url != NULL ? page_url :
		    proof_header(rq, rq->referer, 2048) },
		{ "user_agent", proof_header(rq, rq->user_agent, 1024) },
		{ "wording", wording },
	};
	struct buf	 b;
	char		 sep = '{';

	buf_init_in(&b, rq->arena, JSON_MAX);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i].value == NULL)
			continue;
		buf_addf(&b, "%c\"%s\":", sep, all[i].key);
		json_add_string(&b, all[i].value, strlen(all[i].value));
		sep = ',';
	}
	buf_adds(&b, sep == '{' ? "{}" : "}");
	return buf_str(&b);
}
