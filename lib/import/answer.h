/* The response to an upload. */
#ifndef IMPORT_ANSWER_H
#define IMPORT_ANSWER_H

#include "run.h"

/* Was every row of the file rejected? */
bool	 answer_is_refusal(const struct import *);

/* Append the response as JSON. */
void	 answer_write(const struct import *, struct buf *);

#endif
