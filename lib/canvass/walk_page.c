/*
 * A walk list as HTML.  Markup is only in literals of this file: every value
 * goes through html_add().
 */
#include <json-c/json.h>
#include <string.h>

#include "record/json.h"
#include "walk_page.h"

static const char css[] =
    "@page{size:letter;margin:12mm}"
    "*{box-sizing:border-box}"
    "body{font:9.5pt/1.3 'Helvetica Neue',Arial,'Liberation Sans',sans-serif;"
    "margin:0;color:#000}"
    "section{break-after:page}section:last-child{break-after:auto}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{text-align:left;vertical-align:top;padding:1.2mm 1.5mm}"
    "th{font-weight:400}"
    ".head th{padding:0 0 1.5mm;border-bottom:.6mm solid #000}"
    ".bar{display:flex;justify-content:space-between;gap:6mm}"
    "h1{font-size:15pt;line-height:1.15;margin:0}"
    ".place,.about{font-size:8.5pt;color:#333}"
    ".about{text-align:right}"
    ".code{font:700 12pt/1.15 'Liberation Mono',monospace;color:#000}"
    ".legend th{padding:1.5mm 0;font-size:8pt;line-height:1.35}"
    ".legend p{margin:0}.legend b{margin-right:1mm}"
    ".legend span{margin-right:2.5mm;white-space:nowrap}"
    ".names th{font-size:7.5pt;color:#333;padding-top:.5mm;"
    "border-bottom:.2mm solid #000}"
    ".side th{font-size:8pt;font-weight:700;padding-top:2mm;"
    "border-bottom:.2mm solid #000}"
    "tbody{break-inside:avoid}"
    ".door tr:last-child td,.at,.found{border-bottom:.2mm solid #999}"
    ".at{width:19mm}.at b{font-size:12pt;line-height:1.05}"
    ".at span{display:block;font-size:8pt;color:#333}"
    ".found{width:22mm;white-space:nowrap;font-size:7.5pt;line-height:1.55;color:#333}"
    ".found i{margin-right:1mm}"
    ".who{width:52mm}.who small{display:block;font-size:8pt;color:#333}"
    ".boxes{white-space:nowrap;font-size:7.5pt;color:#333}"
    ".boxes span{margin-right:1.6mm}"
    "i{display:inline-block;width:3mm;height:3mm;border:.25mm solid #000;"
    "vertical-align:-.5mm;margin-right:.6mm}"
    ".notes{min-width:20mm}"
    "@media screen{body{max-width:216mm;margin:8mm auto;padding:0 8mm}"
    "section{margin-bottom:14mm}}";

/* The answers of each question. */
struct answers {
	struct json_object	*list[WALK_QUESTIONS];
	size_t			 n;
};

static const char *
value(const struct walk_page *p, size_t row, const char *column)
{
	const char	*s = rows_text(p->people, row, column);

	return s != NULL ? s : "";
}

static bool
same(const struct walk_page *p, size_t a, size_t b, const char *column)
{
	return strcmp(value(p, a, column), value(p, b, column)) == 0;
}

/* Append " value" if there is one. */
static void
more(struct buf *b, const char *s)
{
	if (*s == '\0')
		return;
	buf_addc(b, ' ');
	html_add(b, s);
}

static void
add_legend(struct buf *b, const struct walk_page *p, const struct answers *a)
{
	if (a->n == 0)
		return;
	buf_addf(b, "<tr class=\"legend\"><th colspan=\"%zu\">", a->n + 4);
	for (size_t i = 0; i < a->n; i++) {
		buf_addf(b, "<p><b>%zu.</b>", i + 1);
		buf_adds(b, "<b>");
		html_add(b, rows_text(p->questions, i, "question_text"));
		buf_adds(b, "</b> ");
		for (size_t k = 0; k < json_object_array_length(a->list[i]);
		    k++) {
			buf_addf(b, "<span>%c ", (char)('A' + k % 26));
			html_add(b, json_object_get_string(
			    json_object_array_get_idx(a->list[i], k)));
			buf_adds(b, "</span> ");
		}
		buf_adds(b, "</p>");
	}
	buf_adds(b, "</th></tr>\n");
}

/* Append the rows that are repeated on each sheet of a street. */
static void
add_head(struct buf *b, const struct walk_page *p, const struct answers *a,
    size_t row)
{
	buf_addf(b, "<section><table>\n<thead><tr class=\"head\">"
	    "<th colspan=\"%zu\"><div class=\"bar\"><div class=\"place\">"
	    "<h1>", a->n + 4);
	html_add(b, value(p, row, "street"));
	buf_adds(b, "</h1>");
	html_add(b, value(p, row, "city"));
	more(b, value(p, row, "state"));
	more(b, value(p, row, "zip_code"));
	buf_adds(b, "</div><div class=\"about\"><span class=\"code\">");
	html_add(b, p->code);
	buf_adds(b, "</span><br>");
	html_add(b, p->title);
	if (p->campaign != NULL) {
		buf_adds(b, "<br>");
		html_add(b, p->campaign);
	}
	buf_adds(b, "<br>");
	html_add(b, p->day);
	if (p->walker != NULL) {
		buf_adds(b, ", ");
		html_add(b, p->walker);
	}
	buf_adds(b, "</div></div></th></tr>\n");
	add_legend(b, p, a);
	buf_adds(b, "<tr class=\"names\"><th>Door</th><th>Result</th>"
	    "<th>Name</th>");
	for (size_t i = 0; i < a->n; i++)
		buf_addf(b, "<th>%zu</th>", i + 1);
	buf_adds(b, "<th>Notes</th></tr></thead>\n");
}

static void
add_person(struct buf *b, const struct walk_page *p, const struct answers *a,
    size_t row)
{
	buf_adds(b, "<td class=\"who\">");
	html_add(b, value(p, row, "first_name"));
	more(b, value(p, row, "last_name"));
	more(b, value(p, row, "suffix"));
	buf_adds(b, "<small>");
	html_add(b, value(p, row, "age"));
	more(b, value(p, row, "gender"));
	more(b, value(p, row, "party_affiliation"));
	buf_adds(b, "</small></td>");
	for (size_t i = 0; i < a->n; i++) {
		buf_adds(b, "<td class=\"boxes\">");
		for (size_t k = 0; k < json_object_array_length(a->list[i]);
		    k++)
			buf_addf(b, "<span><i></i>%c</span> ",
			    (char)('A' + k % 26));
		buf_adds(b, "</td>");
	}
	buf_adds(b, "<td class=\"notes\"></td>");
}

/* Append the door that begins with a row, and return the row behind it. */
static size_t
add_door(struct buf *b, const struct walk_page *p, const struct answers *a,
    size_t row)
{
	size_t	 end = row + 1, n = rows_count(p->people);

	while (end < n && same(p, row, end, "door"))
		end++;
	buf_adds(b, "<tbody class=\"door\"><tr>");
	buf_addf(b, "<td class=\"at\" rowspan=\"%zu\"><b>", end - row);
	html_add(b, value(p, row, "number"));
	buf_adds(b, "</b>");
	if (*value(p, row, "unit") != '\0') {
		buf_adds(b, "<span>Unit ");
		html_add(b, value(p, row, "unit"));
		buf_adds(b, "</span>");
	}
	buf_addf(b, "</td><td class=\"found\" rowspan=\"%zu\">"
	    "<i></i>Not home<br><i></i>Refused<br><i></i>Moved</td>",
	    end - row);
	for (size_t i = row; i < end; i++) {
		buf_adds(b, i > row ? "<tr>" : "");
		add_person(b, p, a, i);
		buf_adds(b, "</tr>\n");
	}
	buf_adds(b, "</tbody>\n");
	return end;
}

static void
add_doors(struct buf *b, const struct walk_page *p, const struct answers *a)
{
	size_t	 n = rows_count(p->people);

	for (size_t row = 0; row < n; ) {
		size_t	 last = row == 0 ? 0 : row - 1;
		bool	 fresh = row == 0 || !same(p, row, last, "street") ||
			    !same(p, row, last, "place");

		if (fresh) {
			buf_adds(b, row > 0 ? "</table></section>\n" : "");
			add_head(b, p, a, row);
		}
		if (fresh || !same(p, row, last, "side"))
			buf_addf(b, "<tbody class=\"side\"><tr>"
			    "<th colspan=\"%zu\">%s</th></tr></tbody>\n",
			    a->n + 4, *value(p, row, "side") == '1' ?
			    "Odd side, numbers go up" :
			    "Even side, numbers go down");
		row = add_door(b, p, a, row);
	}
	buf_adds(b, n > 0 ? "</table></section>\n" :
	    "<p>There are no doors on this list.</p>\n");
}

void
walk_page_write(struct resp *rs, const struct walk_page *p)
{
	struct answers	 a = { .n = rows_count(p->questions) };
	struct buf	*b = resp_html(rs, 200, p->title, css);
	struct err	 ignored;

	for (size_t i = 0; i < a.n; i++) {
		const char	*text = rows_text(p->questions, i, "answers");

		err_clear(&ignored);
		if (text == NULL || json_parse(text, strlen(text), &a.list[i],
		    &ignored) != 0)
			a.list[i] = json_object_new_array();
	}
	buf_adds(b, "<body>\n");
	add_doors(b, p, &a);
	buf_adds(b, "</body>\n</html>\n");
	for (size_t i = 0; i < a.n; i++)
		json_object_put(a.list[i]);
}
