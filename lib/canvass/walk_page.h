/* A walk list as a page of HTML that prints: a new sheet for each street. */
#ifndef CANVASS_WALK_PAGE_H
#define CANVASS_WALK_PAGE_H

#include "db/db.h"
#include "http/resp.h"

#define WALK_QUESTIONS	6	/* most questions of a page */

/* What a page shows besides the doors. */
struct walk_page {
	const char		*campaign;
	const char		*title;
	const char		*code;
	const char		*walker;	/* NULL: nobody yet */
	const char		*day;		/* YYYY-MM-DD */
	const struct rows	*people;	/* columns of walk_schema */
	const struct rows	*questions;	/* question_text, answers: a
						 * JSON array of texts */
};

/* Write the page. */
void	 walk_page_write(struct resp *, const struct walk_page *);

#endif
