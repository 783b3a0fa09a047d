/*
 * The memory of a FastCGI process after many requests.  The web server runs one
 * process of each program.
 */
#include <criterion/criterion.h>
#include <dirent.h>

#include "call.h"
#include "core/text.h"
#include "sql.h"

#define WARM	1000	/* requests before the first measurement */

static int64_t	 one;
static size_t	 answered;

static const struct {
	const char	*method, *path, *query, *token, *body;
	int		 status;
} mix[] = {
	{ "GET", NULL, NULL, VIEWER, NULL, 200 },
	{ "GET", "/voters", "last_name=Memory&per_page=5", EDITOR, NULL, 200 },
	{ "PUT", NULL, NULL, EDITOR, "{\"city\":\"Cary\",\"tags\":[\"a\"],"
	  "\"custom_fields\":{\"a\":[1,2,{\"b\":\"c\"}]}}", 200 },
	{ "GET", NULL, NULL, NULL, NULL, 401 },
	{ "GET", "/voters/999999999", NULL, VIEWER, NULL, 404 },
	{ "PUT", NULL, NULL, VIEWER, "{\"city\":\"X\"}", 403 },
	{ "POST", "/voters", NULL, EDITOR, "{\"first_name\":7,\"x\":[[[]]],"
	  "\"email_address\":\"@\"}", 400 },
	{ "POST", "/voters", NULL, EDITOR, "{\"broken", 400 },
	{ "GET", "/voters", "sort=-city&last_name=Memory&fields=city", ADMIN,
	  NULL, 200 },
	{ "GET", "/voters", "page=x&colour=red", ADMIN, NULL, 400 },
	{ "DELETE", "/voters", NULL, ADMIN, NULL, 405 },
	{ "GET", "/voters/1/nothing/here", NULL, ADMIN, NULL, 404 },
	{ "OPTIONS", "/voters", NULL, NULL, NULL, 204 },
	{ "HEAD", NULL, NULL, VIEWER, NULL, 200 },
	{ "POST", "/voters", NULL, STRANGER, "{\"first_name\":\"M\","
	  "\"last_name\":\"N\",\"campaign_id\":1}", 400 },
	{ "GET", NULL, NULL, REVOKED, NULL, 401 },
};

static void
make(size_t i, struct call *c)
{
	size_t	 m = i % ARRAY_LEN(mix);

	c->method = mix[m].method;
	c->path = mix[m].path != NULL ? mix[m].path : arena_printf(&memory,
	    "/voters/%lld", (long long)one);
	c->query = mix[m].query;
	c->token = mix[m].token;
	c->body = mix[m].body;
}

static void
see(size_t i, const struct answer *a)
{
	size_t	 m = i % ARRAY_LEN(mix);

	/* Criterion records each assertion, which takes longer than the
	 * request: call it only for failures. */
	if (a->status != mix[m].status)
		cr_expect(false, "%s %s: %d %s", mix[m].method,
		    mix[m].path != NULL ? mix[m].path : "one", a->status,
		    a->body);
	answered++;
}

/*
 * Return the pid of the voters.cgi in the web server's session that has worked
 * the most, or 0: the others wait for voter files.
 */
static int
find_process(void)
{
	const char	*session = getenv("WEB_PID");
	DIR		*d = opendir("/proc");
	struct dirent	*entry;
	int		 pid = 0;
	unsigned long	 most = 0;

	cr_assert(d != NULL && session != NULL);
	while ((entry = readdir(d)) != NULL) {
		char	 name[300], line[600], *p;
		unsigned long	 user, system;
		int	 sid;
		FILE	*f;

		snprintf(name, sizeof(name), "/proc/%.200s/stat",
		    entry->d_name);
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    (f = fopen(name, "r")) == NULL)
			continue;
		p = fgets(line, sizeof(line), f);
		fclose(f);
		if (p == NULL || strstr(line, "(voters.cgi)") == NULL ||
		    (p = strrchr(line, ')')) == NULL ||
		    sscanf(p + 1, " %*c %*d %*d %d %*d %*d %*u %*u %*u %*u "
		    "%*u %lu %lu", &sid, &user, &system) != 3 ||
		    strcmp(arena_printf(&memory, "%d", sid), session) != 0 ||
		    user + system < most)
			continue;
		most = user + system;
		cr_assert_eq(sscanf(line, "%d", &pid), 1);
	}
	closedir(d);
	return pid;
}

/* Return a process's anonymous memory in KiB. */
static long
anonymous(int pid)
{
	FILE	*f = fopen(arena_printf(&memory, "/proc/%d/status", pid), "r");
	char	 line[256];
	long	 kib = -1;

	cr_assert(f != NULL, "the process is gone");
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "RssAnon: %ld", &kib) == 1)
			break;
	fclose(f);
	cr_assert_gt(kib, 0);
	return kib;
}

Test(memory, does_not_grow_after_a_thousand_requests,
    .timeout = 600)
{
	const char	*text = getenv("MIXED_REQUESTS");
	int64_t		 total = 100000;
	long		 before, after;
	int		 pid;

	cr_assert(text == NULL || text_int64(text, strlen(text), &total));
	for (int i = 0; i < 20; i++)
		one = voter("M", "Memory");
	call_many(WARM, 4, make, see);
	pid = find_process();
	before = anonymous(pid);
	call_many((size_t)total - WARM, 4, make, see);
	cr_assert_eq(find_process(), pid, "another process serves now");
	after = anonymous(pid);
	printf("voters.cgi: %ld KiB after %d requests, %ld KiB after %lld\n",
	    before, WARM, after, (long long)total);
	cr_expect_eq(answered, (size_t)total);
	/* The allocator may take a few pages more; a leak of one byte per
	 * request would be 97 KiB. */
	cr_expect_leq(after - before, 64, "%ld KiB, then %ld KiB", before,
	    after);
}
