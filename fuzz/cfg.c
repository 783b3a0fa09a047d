/* Fuzz the configuration file: loading succeeds, or the error has a message. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cfg.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char	 path[64];
	static int	 fd = -1;
	struct cfg	 c;
	struct err	 e = { 0 };

	if (fd == -1) {
		fd = memfd_create("cfg", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (fd == -1 || fchmod(fd, 0600) != 0 ||
		    setenv("CERBERUS_CONF", path, 1) != 0)
			abort();
	}
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, n, 0) != (ssize_t)n)
		abort();
	if (cfg_load(&c, &e) == 0)
		cfg_release(&c);
	else if (e.msg[0] == '\0')
		abort();
	return 0;
}
