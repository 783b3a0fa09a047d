/*
 * Fuzz multipart bodies.  The first byte of the input is the size of the pieces
 * in which the rest is read; 0 stands for 64 KiB.
 */
#include "fuzz.h"
#include "http/multipart.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const env[] = { "HTTP_TRANSFER_ENCODING=chunked",
				    NULL };
	static struct fake	 f;
	struct arena		 a = { 0 };
	struct err		 e = { 0 };
	struct multipart	 m;
	struct body		 b;
	struct part		 part;
	const char		*text;
	size_t			 len;
	int			 more = -1;

	if (n == 0)
		return 0;
	fake_init(&f, env, (const char *)data + 1, n - 1,
	    data[0] == 0 ? 65536 : data[0]);
	if (body_open(&b, &f.io, 1 << 20, &e) == 0 &&
	    multipart_open(&m, &a, &b, "B", &e) == 0)
		while ((more = multipart_next(&m, &part, &e)) == 1) {
			if (part.name == NULL)
				abort();
			/* Parts with a file name are skipped unread. */
			if (part.filename == NULL && multipart_text(&m, 4096,
			    &text, &len, &e) != 0)
				break;
		}
	if (more == -1 && e.code == ERR_NONE)
		abort();
	arena_release(&a);
	return 0;
}
