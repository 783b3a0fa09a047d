/*
 * killat: run a program and kill it (SIGKILL) right before its N-th system
 * call after it has begun to read standard input.  Running it with N = 1, 2, 3
 * and so on produces every state that a crash can leave outside of the
 * process.
 *
 * usage: killat N PROGRAM
 *
 * Exit status: 99 if the program was killed, 98 on an error, else the
 * program's.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED	99

static int
fail(const char *what)
{
	perror(what);
	return 98;
}

int
main(int argc, char **argv)
{
	struct __ptrace_syscall_info	 info;
	pid_t				 child;
	long				 n, count = 0;
	int				 status, began = 0;

	if (argc != 3 || (n = strtol(argv[1], NULL, 10)) < 1) {
		fprintf(stderr, "usage: killat N PROGRAM\n");
		return 98;
	}
	if ((child = fork()) == -1)
		return fail("fork");
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(argv[2], argv[2], (char *)NULL);
		_exit(fail(argv[2]));
	}
	if (waitpid(child, &status, 0) == -1 || !WIFSTOPPED(status))
		return fail("waitpid");
	ptrace(PTRACE_SETOPTIONS, child, NULL,
	    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (int sig = 0;;) {
		if (ptrace(PTRACE_SYSCALL, child, NULL, sig) == -1)
			return fail("ptrace");
		if (waitpid(child, &status, 0) == -1)
			return fail("waitpid");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		sig = 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			sig = WSTOPSIG(status);
			continue;
		}
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info),
		    &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		if (info.entry.nr == SYS_read && info.entry.args[0] == 0)
			began = 1;
		if (began && ++count == n) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return KILLED;
		}
	}
}
