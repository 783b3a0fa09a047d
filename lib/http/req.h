/* A request.  Handlers only read it. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include <json-c/json.h>

#include "body.h"
#include "core/cfg.h"
#include "form.h"
#include "record/rec.h"

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
	M__MAX			/* any other */
};

struct req {
	struct arena		*arena;
	const struct cfg	*cfg;
	struct db		*db;
	struct db		*standby;	/* of read_url; NULL: none */
	struct db		*sync;		/* of sync_url; NULL: none */
	struct db		*primary;	/* db, unless db is a standby */
	struct io		*io;
	const struct route	*route;
	const char		*id;		/* X-Request-Id */

	enum method		 method;
	bool			 head;		/* HEAD: a GET without body */
	const char		*script;	/* SCRIPT_NAME */
	const char		*path;		/* PATH_INFO, without slashes
					 * at its end */
	const char		*segment[REQ_SEGMENTS];
	size_t			 segments;
	int64_t			 path_id[REQ_IDS]; /* each :id in turn */
	const char		*path_name;	/* the :name, decoded */

	struct form		 query;
	/* Headers; NULL if they were not sent. */
	const char		*origin;
	const char		*accept;
	const char		*referer;
	const char		*user_agent;
	const char		*fetch_site;	/* Sec-Fetch-Site */
	bool			 authorization;	/* Authorization was sent */
	const char		*token;		/* Bearer, or the cookie's if
					 * caller_identify() accepts it */
	const char		*cookie;	/* of a session */
	const char		*basic_name;	/* HTTP Basic */
	const char		*basic_password;
	const char		*idempotency_key;
	const char		*if_match;
	const char		*if_none_match;

	const char		*remote;	/* see client_address() */

	const char		*type;		/* media type, or "" */
	const char		*boundary;	/* of a multipart body */
	struct body		 body;		/* read by BODY_STREAM */
	struct buf		*raw;		/* the bytes of other bodies */
	struct json_object	*json;		/* BODY_JSON, and BODY_FORM if
					 * it is not a form */
	struct form		 form;		/* BODY_FORM */
};

/*
 * Read everything but the body from the environment.  400 for a query that is
 * not valid, 404 for a path that is not UTF-8.  After an error, the request is
 * still complete enough for a response.
 */
int	 req_init(struct req *, struct arena *, const struct cfg *, struct io *,
	    struct err *) MUST_USE;

/* The method's name as the client has sent it; "?" for an unknown one. */
const char *req_method(const struct req *);

/* Return true if an Accept header prefers a to b (RFC 9110 section 12.5.1). */
bool	 accept_prefers(const char *accept, const char *a, const char *b);

/* Return true if an Accept header, or its absence, allows a media type. */
bool	 accept_allows(const char *accept, const char *type);

#endif
