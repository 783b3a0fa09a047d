/*
 * Reading the parts of multipart/form-data.  body.c reads the bytes; what the
 * parts mean is decided by payload.c and by handlers.
 */
#include "core/text.h"
#include "multipart.h"

#define MAX_HEADERS	8192

static int
broken(struct err *e, const char *why)
{
	return err_set(e, ERR_MALFORMED, "The multipart body is broken: %s.",
	    why);
}

int
multipart_open(struct multipart *m, struct arena *a, struct body *body,
    const char *boundary, struct err *e)
{
	size_t	 n = boundary != NULL ? strlen(boundary) : 0;

	if (n < 1 || n > 70)
		return err_set(e, ERR_MALFORMED,
		    "The Content-Type has no usable boundary.");
	*m = (struct multipart){ .body = body, .arena = a };
	m->mark_len = (size_t)snprintf(m->mark, sizeof(m->mark), "\r\n--%s",
	    boundary);
	m->window = arena_alloc(a, MULTIPART_WINDOW);
	/* The first boundary has no line break before it: insert one. */
	memcpy(m->window, "\r\n", 2);
	m->end = 2;
	m->in_part = true;
	return 0;
}

/* Read more bytes into the window.  Return 0 also if the window is full. */
static int
fill(struct multipart *m, struct err *e)
{
	ssize_t	 got;

	if (m->start > 0) {
		memmove(m->window, m->window + m->start, m->end - m->start);
		m->end -= m->start;
		m->start = 0;
	}
	if (m->eof || m->end == MULTIPART_WINDOW)
		return 0;
	got = body_read(m->body, m->window + m->end,
	    MULTIPART_WINDOW - m->end, e);
	if (got == -1)
		return -1;
	if (got == 0)
		m->eof = true;
	m->end += (size_t)got;
	return 0;
}

/* Return where the mark begins within the unread bytes, or NULL. */
static const char *
find_mark(const struct multipart *m)
{
	return memmem(m->window + m->start, m->end - m->start, m->mark,
	    m->mark_len);
}

ssize_t
multipart_read(struct multipart *m, void *out, size_t n, struct err *e)
{
	const char	*mark;
	size_t		 safe;

	if (!m->in_part || n == 0)
		return 0;
	for (;;) {
		if ((mark = find_mark(m)) != NULL) {
			safe = (size_t)(mark - (m->window + m->start));
			if (safe == 0) {
				m->start += m->mark_len;
				m->in_part = false;
				return 0;
			}
			break;
		}
		/* A mark may begin in the last bytes and end in the next. */
		safe = m->end - m->start;
		safe = safe < m->mark_len ? 0 : safe - (m->mark_len - 1);
		if (safe > 0)
			break;
		if (m->eof)
			return broken(e, "it ends without its boundary");
		if (fill(m, e) != 0)
			return -1;
	}
	if (safe > n)
		safe = n;
	memcpy(out, m->window + m->start, safe);
	m->start += safe;
	return (ssize_t)safe;
}

/* Read a header line, without its CR LF and NUL-terminated in place. */
static int
read_line(struct multipart *m, char **line, struct err *e)
{
	char	*end;

	while ((end = memmem(m->window + m->start, m->end - m->start, "\r\n",
	    2)) == NULL) {
		if (m->end - m->start > MAX_HEADERS)
			return broken(e, "a header is too long");
		if (m->eof)
			return broken(e, "it ends inside a header");
		if (fill(m, e) != 0)
			return -1;
	}
	*line = m->window + m->start;
	if (memchr(*line, '\0', (size_t)(end - *line)) != NULL)
		return broken(e, "a header holds a NUL");
	*end = '\0';
	m->start = (size_t)(end + 2 - m->window);
	return 0;
}

/*
 * Return a parameter of a header's value: name="text".  Browsers write a quote
 * in the text as %22, and older ones as \".
 */
static const char *
parameter(struct arena *a, const char *value, const char *name)
{
	size_t		 n = strlen(name);
	const char	*p = value;
	char		*out, *o;

	while ((p = strchr(p, ';')) != NULL) {
		p += 1 + strspn(p + 1, " \t");
		if (!text_is(p, n, name) || p[n] != '=') {
			/* Skip a quoted text, which may have semicolons. */
			p += strcspn(p, ";=\"");
			if (*p == '=' && p[1] == '"') {
				for (p += 2; *p != '\0' && *p != '"'; p++)
					if (*p == '\\' && p[1] != '\0')
						p++;
			}
			continue;
		}
		p += n + 1;
		if (*p != '"')
			return arena_strndup(a, p, strcspn(p, "; \t"));
		o = out = arena_alloc(a, strlen(p) + 1);
		for (p++; *p != '\0' && *p != '"'; p++) {
			if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
				p++;
			*o++ = *p;
		}
		*o = '\0';
		return out;
	}
	return NULL;
}

int
multipart_next(struct multipart *m, struct part *part, struct err *e)
{
	char	 skip[4096], *line;
	ssize_t	 got;
	size_t	 headers = 0;

	if (m->done)
		return 0;
	while ((got = multipart_read(m, skip, sizeof(skip), e)) > 0)
		;
	if (got == -1)
		return -1;
	while (m->end - m->start < 2) {
		if (m->eof)
			return broken(e, "it ends without its boundary");
		if (fill(m, e) != 0)
			return -1;
	}
	if (memcmp(m->window + m->start, "--", 2) == 0) {
		m->done = true;
		/* RFC 2046: what follows the last boundary is ignored. */
		m->end = m->start = 0;
		while ((got = body_read(m->body, skip, sizeof(skip), e)) > 0)
			;
		return (int)got;
	}
	if (++m->parts > MULTIPART_PARTS)
		return broken(e, "it has too many parts");
	*part = (struct part){ 0 };
	if (read_line(m, &line, e) != 0)
		return -1;
	if (line[strspn(line, " \t")] != '\0')
		return broken(e, "something follows a boundary");
	for (;;) {
		if (read_line(m, &line, e) != 0)
			return -1;
		if (*line == '\0')
			break;
		if ((headers += strlen(line)) > MAX_HEADERS)
			return broken(e, "a part has too many headers");
		if (text_utf8_length(line, strlen(line)) == -1)
			return broken(e, "a header is not UTF-8");
		if (text_is(line, strcspn(line, ":"), "content-disposition")) {
			part->name = parameter(m->arena, line, "name");
			part->filename = parameter(m->arena, line,
			    "filename");
		} else if (text_is(line, strcspn(line, ":"),
		    "content-type")) {
			line += strcspn(line, ":") + 1;
			part->type = arena_strdup(m->arena,
			    line + strspn(line, " \t"));
		}
	}
	if (part->name == NULL)
		return broken(e, "a part has no name");
	/* In an empty part, the boundary follows the headers directly.  The
	 * mark then includes the line break that has ended them. */
	m->start -= 2;
	memcpy(m->window + m->start, "\r\n", 2);
	m->in_part = true;
	if (m->end - m->start < m->mark_len && fill(m, e) != 0)
		return -1;
	while (m->end - m->start < m->mark_len && !m->eof)
		if (fill(m, e) != 0)
			return -1;
	if (find_mark(m) != m->window + m->start)
		m->start += 2;
	return 1;
}

int
multipart_text(struct multipart *m, size_t max, const char **text,
    size_t *len, struct err *e)
{
	struct buf	 b;
	char		*p;
	ssize_t		 got = 0;
	int		 rc = -1;

	buf_init(&b, max + 1024);
	do {
		if ((p = buf_reserve(&b, 1024)) == NULL || b.len > max) {
			err_set(e, ERR_TOO_LARGE, "A field of the form is "
			    "larger than %zu bytes.", max);
			goto out;
		}
		if ((got = multipart_read(m, p, 1024, e)) == -1)
			goto out;
		b.len += (size_t)got;
		p[got] = '\0';
	} while (got > 0);
	*text = arena_strndup(m->arena, buf_str(&b), b.len);
	*len = b.len;
	rc = 0;
out:
	buf_release(&b);
	return rc;
}
