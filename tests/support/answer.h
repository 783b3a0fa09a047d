/* The response of a program or a web server, and assertions on it. */
#ifndef SUPPORT_ANSWER_H
#define SUPPORT_ANSWER_H

#include <json-c/json.h>

#include "core/arena.h"

struct answer {
	int			 status;	/* 0: no response */
	const char		*head;		/* the header lines */
	const char		*body;		/* NUL-terminated */
	size_t			 len;
	struct json_object	*json;		/* the parsed body, or NULL */
	const char		*log;		/* a program's stderr */
	int			 exit;		/* -1: hung and was killed */
};

/* The arena of the test; never released, each test is a process. */
extern struct arena	 memory;

/* Parse header and body as received.  The result lives in memory. */
struct answer *answer_new(const char *head, size_t head_len,
	    const char *body, size_t len);

/*
 * Return the value of the first header of that name, or NULL, and the number of
 * such headers.  Names are compared ignoring case.
 */
const char *header(const struct answer *, const char *name);
size_t	 header_count(const struct answer *, const char *name);

/*
 * Return the value at a path such as "errors.0.field" of the JSON body.  If
 * there is none, or it has another type: NULL, "", -1, false, or 0.
 */
struct json_object *at(const struct answer *, const char *path);
const char *text_at(const struct answer *, const char *path);
int64_t	 number_at(const struct answer *, const char *path);
bool	 is_null_at(const struct answer *, const char *path);
size_t	 length_at(const struct answer *, const char *path);

/* Return true if errors has the field, with this code (NULL: any). */
bool	 names(const struct answer *, const char *field, const char *code);

/*
 * Return NULL if the response is a problem document (RFC 9457) with this status
 * and code, otherwise a description of what is wrong.
 */
const char *problem_fault(const struct answer *, int status,
	    const char *code);

#define expect_status(a, n)						\
	cr_expect((a)->status == (n), "wanted %d, got %d: %s %s", (n),	\
	    (a)->status, (a)->body, (a)->log)

#define assert_status(a, n)						\
	cr_assert((a)->status == (n), "wanted %d, got %d: %s %s", (n),	\
	    (a)->status, (a)->body, (a)->log)

#define expect_problem(a, n, slug) do {					\
	const char *fault_ = problem_fault((a), (n), (slug));		\
	cr_expect(fault_ == NULL, "%s", fault_);			\
} while (0)

#define expect_text(a, path, wanted)					\
	cr_expect(strcmp(text_at((a), (path)), (wanted)) == 0,		\
	    "%s is \"%s\", not \"%s\" in %d %s", (path),		\
	    text_at((a), (path)), (wanted), (a)->status, (a)->body)

#define expect_number(a, path, wanted)					\
	cr_expect(number_at((a), (path)) == (wanted),			\
	    "%s is %lld, not %lld in %d %s", (path),			\
	    (long long)number_at((a), (path)), (long long)(wanted),	\
	    (a)->status, (a)->body)

#define expect_names(a, field, slug)					\
	cr_expect(names((a), (field), (slug)),				\
	    "%s with %s is not named in %d %s", (field), (slug),	\
	    (a)->status, (a)->body)

#define expect_header(a, name, wanted)					\
	cr_expect(header((a), (name)) != NULL &&			\
	    strcmp(header((a), (name)), (wanted)) == 0,			\
	    "%s is \"%s\", not \"%s\"", (name),				\
	    header((a), (name)) != NULL ? header((a), (name)) : "-",	\
	    (wanted))

#endif
