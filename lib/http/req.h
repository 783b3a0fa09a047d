/* One request, read-only to handlers. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include <json-c/json.h>

#include "body.h"
#include "core/cfg.h"
#include "form.h"
#include "record/field.h"

struct db;
struct route;

#define REQ_SEGMENTS	8
#define REQ_IDS		3

enum method {
	M_GET,
	M_POST,
	M_PUT,
	M_PATCH,
	M_DELETE,
	M_OPTIONS,
	M__MAX			/* one that nothing here answers */
};

struct req {
	struct arena		*arena;
	const struct cfg	*cfg;
	struct db		*db;
	struct io		*io;
	const struct route	*route;
	const char		*id;		/* X-Request-Id */

	enum method		 method;
	bool			 head;		/* HEAD: a GET without body */
	const char		*script;	/* SCRIPT_NAME */
	const char		*path;		/* PATH_INFO, no slash at end */
	const char		*segment[REQ_SEGMENTS];
	size_t			 segments;
	int64_t			 path_id[REQ_IDS]; /* each :id in turn */
	const char		*path_name;	/* the :name, decoded */

	struct form		 query;
	const char		*origin;	/* NULL: none was sent */
	const char		*accept;
	const char		*referer;	/* or NULL */
	const char		*user_agent;	/* or NULL */
	const char		*fetch_site;	/* Sec-Fetch-Site, or NULL */
	bool			 authorization;	/* the header was sent */
	const char		*token;		/* Bearer, or the cookie's where
					 * identify() takes it, or NULL */
	const char		*cookie;	/* of a session, or NULL */
	const char		*basic_name;	/* HTTP Basic, or NULL */
	const char		*basic_password;
	const char		*idempotency_key; /* or NULL */
	const char		*if_match;
	const char		*if_none_match;
	const char		*remote;	/* the client's address, behind
					 * trusted proxies too */

	const char		*type;		/* media type, lower case, or "" */
	const char		*boundary;	/* of a multipart body, or NULL */
	struct body		 body;		/* BODY_STREAM reads it itself */
	struct buf		*raw;		/* the bytes of a buffered body */
	struct json_object	*json;		/* of a BODY_JSON */
	struct form		 form;		/* of a BODY_FORM that is a form */
};

/*
 * Reads everything but the body from the environment.  On failure the request is
 * still whole enough to be answered.
 */
int	 req_init(struct req *, struct arena *, const struct cfg *, struct io *,
	    struct err *) MUST_USE;

/* The method's name as the client has sent it; "?" for an unknown one. */
const char *req_method(const struct req *);

/* True when an Accept header prefers a to b; RFC 9110 section 12.5.1. */
bool	 accept_prefers(const char *accept, const char *a, const char *b);

/* True when an Accept header, or its absence, allows a media type. */
bool	 accept_allows(const char *accept, const char *type);

#endif
