/* Parses bodies as the route states: JSON, forms.  body.c reads the bytes. */
#include "multipart.h"
#include "payload.h"
#include "record/json.h"
#include "route.h"

int
payload_open(struct req *rq, struct err *e)
{
	const struct cfg	*cfg = rq->cfg;
	bool			 stream = rq->route->body == BODY_STREAM;

	if (rq->route->body == BODY_NONE)
		return 0;
	if (body_open(&rq->body, rq->io, stream ? cfg->upload_max_bytes :
	    PAYLOAD_MAX, e) != 0)
		return -1;
	rq->body.pace.ms = cfg->body_seconds * 1000;
	if (stream)
		rq->body.pace.bytes = cfg->body_seconds *
		    cfg->upload_min_rate;
	return 0;
}

static int
read_json(struct req *rq, struct err *e)
{
	if (body_read_all(&rq->body, rq->raw, e) != 0)
		return -1;
	if (rq->raw->len == 0)
		return err_slug(e, ERR_MALFORMED, "invalid_json",
		    "Invalid or empty JSON payload");
	return json_parse(rq->raw->data, rq->raw->len, &rq->json, e);
}

/* Read the fields of a multipart form into pairs, without its files. */
static int
read_multipart(struct req *rq, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	int			 more;

	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	rq->form.pair = arena_alloc(rq->arena, MULTIPART_PARTS *
	    sizeof(*rq->form.pair));
	while ((more = multipart_next(&m, &part, e)) == 1) {
		struct pair	*p = &rq->form.pair[rq->form.n];

		if (part.filename != NULL)
			continue;
		p->name = part.name;
		if (multipart_text(&m, PAYLOAD_MAX, &p->value, &p->len,
		    e) != 0)
			return -1;
		rq->form.n++;
	}
	return more;
}

static int
read_form(struct req *rq, struct err *e)
{
	if (strcmp(rq->type, "multipart/form-data") == 0)
		return read_multipart(rq, e);
	if (strcmp(rq->type, "application/x-www-form-urlencoded") != 0)
		return read_json(rq, e);
	if (body_read_all(&rq->body, rq->raw, e) != 0)
		return -1;
	return form_parse(&rq->form, rq->arena, buf_str(rq->raw),
	    rq->raw->len, e);
}

/* Is this JSON, or a type that is based on it (RFC 6839 section 3.1)? */
static bool
is_json(const char *type)
{
	size_t	 n = strlen(type);

	return strcmp(type, "application/json") == 0 ||
	    (n >= 5 && strcmp(type + n - 5, "+json") == 0);
}

int
payload_read(struct req *rq, struct err *e)
{
	switch (rq->route->body) {
	case BODY_JSON:
		if (*rq->type != '\0' && !is_json(rq->type))
			return err_set(e, ERR_MEDIA_TYPE, "Send the body as "
			    "application/json, not as %.100s.", rq->type);
		return read_json(rq, e);
	case BODY_FORM:
		return read_form(rq, e);
	case BODY_RAW:
		return body_read_all(&rq->body, rq->raw, e);
	case BODY_STREAM:
	case BODY_NONE:
		break;
	}
	return 0;
}
