/* What a program can no longer do inside the sandbox. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sandbox.h"

/* Return 0, or the number of the first check that failed. */
static int
confined(void)
{
	char		 name[] = "true";
	char *const	 argv[] = { name, NULL };
	struct rlimit	 l;

	if (!sandbox_enter(false, true))
		return 1;
	if (getrlimit(RLIMIT_CORE, &l) != 0 || l.rlim_max != 0)
		return 2;
	if (getrlimit(RLIMIT_CPU, &l) != 0 || l.rlim_max == RLIM_INFINITY)
		return 3;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
#if !SANITIZED
	if (fork() != -1 || errno != EPERM)
		return 5;
	if (execv("/bin/true", argv) != -1 || errno != EPERM)
		return 6;
	if (unlink("/nonexistent") != -1 || errno != EPERM)
		return 7;
#else
	(void)argv;
#endif
	/* Reading files and the time still works. */
	if (access("/etc/passwd", R_OK) != 0 || time(NULL) == -1)
		return 8;
	return 0;
}

Test(sandbox, it_denies_starting_programs)
{
	pid_t	 child = fork();
	int	 status = -1;

	if (child == 0)
		_exit(confined());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), 0);
}
