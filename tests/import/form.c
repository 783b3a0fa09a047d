/* Uploads of voter files as a form. */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "sql.h"

#define BOUNDARY	"----test-boundary"

static void
add_fields(struct buf *b, const char *const *fields)
{
	for (; fields != NULL && *fields != NULL; fields++) {
		const char	*equals = strchr(*fields, '=');

		buf_addf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; "
		    "name=\"%.*s\"\r\n\r\n%s\r\n", (int)(equals - *fields),
		    *fields, equals + 1);
	}
}

struct answer *
upload(const char *token, const char *file, size_t n,
    const char *const *before, const char *const *after)
{
	struct buf	 b;
	struct answer	*a;

	buf_init(&b, 64 * 1024 * 1024);
	add_fields(&b, before);
	buf_adds(&b, "--" BOUNDARY "\r\nContent-Disposition: form-data; "
	    "name=\"file\"; filename=\"voters.csv\"\r\n"
	    "Content-Type: text/csv\r\n\r\n");
	buf_add(&b, file, n);
	buf_adds(&b, "\r\n");
	add_fields(&b, after);
	buf_adds(&b, "--" BOUNDARY "--\r\n");
	cr_assert(!b.failed);
	a = CALL(.path = "/voters/upload", .token = token,
	    .type = "multipart/form-data; boundary=" BOUNDARY,
	    .body = b.data, .len = b.len);
	buf_release(&b);
	return a;
}

struct answer *
upload_text(const char *token, const char *text, const char *const *options)
{
	return upload(token, text, strlen(text), options, NULL);
}

const char *
data(const char *name, size_t *n)
{
	const char	*dir = getenv("SRCDIR");
	const char	*path = arena_printf(&memory, "%s/tests/data/%s",
			    dir != NULL ? dir : ".", name);
	FILE		*f = fopen(path, "re");
	char		*text;
	long		 size;

	cr_assert(f != NULL, "%s", path);
	cr_assert(fseek(f, 0, SEEK_END) == 0);
	size = ftell(f);
	cr_assert(size > 0);
	rewind(f);
	text = arena_alloc(&memory, (size_t)size + 1);
	*n = fread(text, 1, (size_t)size, f);
	cr_assert(*n == (size_t)size);
	text[*n] = '\0';
	fclose(f);
	return text;
}

int64_t
campaign(const char *name)
{
	int64_t	 id = sql_number("INSERT INTO cerberus.campaigns "
			"(campaign_name) VALUES ('%s') RETURNING campaign_id",
			name);

	sql("INSERT INTO cerberus.campaign_members (campaign_id, user_id, "
	    "role) VALUES (%lld, 3, 'editor'), (%lld, 4, 'viewer')",
	    (long long)id, (long long)id);
	return id;
}
