/* Finding and reading layout files.  layout_parse.c parses their text. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "layout_file.h"
#include "layout_parse.h"

#define LAYOUT_MAX	(256 * 1024)	/* bytes of a file */

/*
 * Set the error for a broken layout: one sentence for the response, the log and
 * the administrator.  line is 0 if the error has none.
 */
static int
broken(struct err *e, const char *name, int line, const char *why)
{
	char	 where[32] = "";

	if (line > 0)
		snprintf(where, sizeof(where), ", line %d", line);
	err_slug(e, ERR_UNPROCESSABLE, "layout_broken",
	    "The layout cannot be used: %.60s.conf%s: %s.", name, where, why);
	/* The name may have been cut within a character. */
	if (text_utf8_length(e->msg, strlen(e->msg)) == -1)
		for (char *p = e->msg; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
	return -1;
}

/*
 * Return the line, from 1, of the first byte that is not text; 0: there is
 * none.
 */
static int
find_binary(const char *p, size_t n)
{
	const char	*end = p + n, *eol;
	int		 line = 1;

	for (; p < end; p = eol + 1, line++) {
		if ((eol = memchr(p, '\n', (size_t)(end - p))) == NULL)
			eol = end;
		if (memchr(p, '\0', (size_t)(eol - p)) != NULL ||
		    text_utf8_length(p, (size_t)(eol - p)) == -1)
			return line;
	}
	return 0;
}

/* Read a layout's file into the arena.  Return 1 if there is no such file. */
static int
read_layout(struct arena *a, const char *dir, const char *name, char **text,
    struct err *e)
{
	const char	*path = arena_printf(a, "%s/%s.conf", dir, name);
	const char	*why = NULL;
	struct stat	 st;
	ssize_t		 got;
	size_t		 n = 0;
	int		 fd, line = 0;

	/* Without O_NONBLOCK opening a FIFO would wait for a writer. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT ? 1 : broken(e, name, 0,
		    strerror(errno));
	if (fstat(fd, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is not a file";
	else if (st.st_size > LAYOUT_MAX)
		why = "it is larger than 256 KiB";
	else
		*text = arena_zalloc(a, (size_t)st.st_size + 1);
	while (why == NULL && n < (size_t)st.st_size && (got = read(fd,
	    *text + n, (size_t)st.st_size - n)) != 0) {
		if (got == -1)
			why = strerror(errno);
		else
			n += (size_t)got;
	}
	close(fd);
	if (why == NULL && (line = find_binary(*text, n)) != 0)
		why = "it is not text in UTF-8";
	return why != NULL ? broken(e, name, line, why) : 0;
}

/* Return 0, -1 if the layout is broken, or 1 if there is no such file. */
static int
load(struct layout *l, struct arena *a, const char *dir, const char *name,
    struct err *e)
{
	const char	*why;
	char		*text = NULL;
	int		 rc, line;

	if ((rc = read_layout(a, dir, name, &text, e)) != 0)
		return rc;
	if ((why = layout_parse(l, a, text, &line)) != NULL)
		return broken(e, name, line, why);
	l->name = arena_strdup(a, name);
	l->complete = true;
	return 0;
}

bool
layout_name_valid(const char *name)
{
	size_t	 n = strlen(name);

	return n > 0 && n <= 50 && strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

int
layout_load(struct layout *l, struct arena *a, const char *dir,
    const char *name, struct err *e)
{
	int	 rc = layout_name_valid(name) ? load(l, a, dir, name, e) : 1;

	if (rc == 1)
		return err_field(e, "layout", "not_found",
		    "There is no layout %.50s.", name);
	return rc;
}

int
layout_each(struct layout *l, struct arena *a, const char *dir,
    void (*take)(struct layout *, const struct err *, void *), void *ctx)
{
	struct err	*e = arena_alloc(a, sizeof(*e));
	struct dirent	*d;
	DIR		*folder = opendir(dir);
	const char	*name;
	size_t		 n;
	int		 rc;

	if (folder == NULL)
		return -1;
	while ((d = readdir(folder)) != NULL) {
		n = strlen(d->d_name);
		if (n < 6 || d->d_name[0] == '.' ||
		    strcmp(d->d_name + n - 5, ".conf") != 0)
			continue;
		name = arena_strndup(a, d->d_name, n - 5);
		memset(e, 0, sizeof(*e));
		if (!layout_name_valid(name))
			rc = broken(e, name, 0, "its name may have 50 letters, "
			    "digits, - and _");
		else if ((rc = load(l, a, dir, name, e)) == 1)
			rc = broken(e, name, 0, strerror(ENOENT));
		take(rc == 0 ? l : NULL, e, ctx);
	}
	closedir(folder);
	return 0;
}
