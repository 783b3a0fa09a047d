/*
 * Prints the filter of sandbox.c, at build time: the system calls that libc,
 * libpq, OpenSSL, libcurl, libfcgi and the name service make.  Every other gets
 * EPERM, among them all that would start a program; clone3, whose flags cannot
 * be looked at, gets ENOSYS, and the C library falls back to clone.
 */
#include <errno.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const allowed[] = {
	/* files and descriptors */
	"read", "write", "readv", "writev", "pread64", "pwrite64", "open",
	"openat", "close", "close_range", "stat", "fstat", "lstat",
	"newfstatat", "fstatat64", "statx", "access", "faccessat",
	"faccessat2", "lseek", "fcntl", "fcntl64", "ioctl", "dup", "dup2",
	"dup3", "pipe", "pipe2", "getcwd", "readlink", "readlinkat",
	"getdents64", "umask", "fadvise64", "ftruncate", "fsync", "fdatasync",
	/* memory */
	"mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "brk",
	/* waiting */
	"poll", "ppoll", "select", "pselect6", "epoll_create",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
	"eventfd2", "nanosleep", "clock_nanosleep", "futex", "futex_waitv",
	"restart_syscall",
	/* sockets: PostgreSQL, Stripe, DNS, the web server */
	"socket", "socketpair", "connect", "bind", "accept", "accept4",
	"getsockname", "getpeername", "sendto", "sendmsg", "sendmmsg", "send",
	"recv", "recvfrom", "recvmsg", "recvmmsg", "setsockopt", "getsockopt",
	"shutdown",
	/* time, chance, and who we are */
	"clock_gettime", "clock_getres", "gettimeofday", "time", "times",
	"getrandom", "getpid", "gettid", "getppid", "getuid", "geteuid",
	"getgid", "getegid", "getgroups", "uname", "sysinfo", "getrusage",
	"getrlimit", "prlimit64", "ugetrlimit",
	/* signals and threads */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
	"tgkill", "set_robust_list", "get_robust_list", "rseq",
	"set_tid_address", "sched_getaffinity", "sched_yield", "membarrier",
	"prctl", "arch_prctl", "exit", "exit_group",
};

int
main(void)
{
	scmp_filter_ctx		 ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	struct sock_filter	 f;
	FILE			*program = tmpfile();
	int			 call;

	if (ctx == NULL || program == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		/* Some are other machines'. */
		call = seccomp_syscall_resolve_name(allowed[i]);
		if (call >= 0 && seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call,
		    0) != 0)
			return 1;
	}
	/* A thread is fine, a process is not. */
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
	    0) != 0)
		return 1;
	/* A search instead of a walk: calls are looked up all the time. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (seccomp_export_bpf(ctx, fileno(program)) != 0)
		return 1;
	rewind(program);
	printf("/* Made by sandbox_rules.c. */\n");
	while (fread(&f, sizeof(f), 1, program) == 1)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", f.code, f.jt, f.jf,
		    f.k);
	fclose(program);
	seccomp_release(ctx);
	return fflush(stdout) == 0 ? 0 : 1;
}
