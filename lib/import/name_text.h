/* A person's full name in one cell. */
#ifndef IMPORT_NAME_TEXT_H
#define IMPORT_NAME_TEXT_H

#include "core/arena.h"

/* The parts of a name, in the arena; NULL for those that it does not have. */
struct name {
	const char	*first, *middle, *last, *suffix;
};

/*
 * Split a name of n bytes: "SMITH, JOHN A JR", "Smith Jr., John A.", "John A.
 * Smith, Jr." or "Dr. Maria de la Cruz".  With a comma the last name comes
 * first.  Without one it is the last word, with particles such as "de la" in
 * front of it.  A title in front is left out.  A single word is a last name.
 */
void	 name_split(struct arena *, const char *, size_t n, struct name *);

#endif
