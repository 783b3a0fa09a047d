/*
 * The JSON response to an upload of voters.  report.c writes the parts that it
 * has in common with other reports.
 */
#include "answer.h"
#include "columns.h"
#include "record/json.h"

bool
answer_is_refusal(const struct import *im)
{
	return im->report.rows > 0 && im->report.rejected == im->report.rows;
}

void
answer_write(const struct import *im, struct buf *b)
{
	buf_addf(b, "{\"message\":\"%s\",\"import_id\":%s,",
	    answer_is_refusal(im) ? "Every row of the file was rejected" :
	    "File processed successfully", im->progress.id);
	report_write(&im->report, b);
	buf_adds(b, ",\"columns\":");
	columns_write(&im->plan, im->arena, b);
	buf_adds(b, ",\"unmapped_columns\":");
	columns_write_unmapped(&im->plan, im->arena, b);
	buf_adds(b, ",\"layout\":");
	if (im->layout.name != NULL)
		json_add_string(b, im->layout.name, strlen(im->layout.name));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"votes\":%s", im->history.counts != NULL ?
	    im->history.counts : "null");
	buf_addf(b, ",\"dry_run\":%s}", im->opt.dry_run ? "true" : "false");
}
