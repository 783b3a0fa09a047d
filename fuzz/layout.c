/*
 * Fuzz layout files, and the mapping that a request may contain: a layout that
 * is refused has an error code.
 */
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "import/layout_file.h"
#include "import/layout_map.h"

static char	 dir[] = "/tmp/cerberus-fuzz-XXXXXX";
static char	 path[sizeof(dir) + sizeof("/one.conf")];

static void
clean(void)
{
	(void)!unlink(path);
	(void)!rmdir(dir);
}

static void
write_file(const uint8_t *data, size_t n)
{
	static int	 fd = -1;

	if (fd == -1) {
		if (mkdtemp(dir) == NULL || atexit(clean) != 0)
			abort();
		snprintf(path, sizeof(path), "%s/one.conf", dir);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	}
	if (fd == -1 || ftruncate(fd, 0) != 0 ||
	    pwrite(fd, data, n, 0) != (ssize_t)n)
		abort();
}

static void
check_refused(int rc, const struct err *e)
{
	if (rc != 0 && e->code == ERR_NONE)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena		 a = { 0 };
	struct err		 e = { 0 };
	struct layout		*l = arena_zalloc(&a, sizeof(*l));
	char			*text = arena_strndup(&a,
				    (const char *)data, n);
	struct json_object	*mapping;

	write_file(data, n);
	check_refused(layout_load(l, &a, dir, "one", &e), &e);
	if ((mapping = json_tokener_parse(text)) != NULL) {
		err_clear(&e);
		layout_init(l);
		check_refused(layout_map(l, &a, mapping, &e), &e);
		json_object_put(mapping);
	}
	arena_release(&a);
	return 0;
}
