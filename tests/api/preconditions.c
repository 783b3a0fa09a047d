/* If-Match and If-None-Match, for every kind of row that has an entity tag. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

/* A row of each kind that PUT can change; full: PUT needs the whole body. */
static const struct {
	const char	*make, *path, *body;
	bool		 full;
} versions[] = {
	{ "INSERT INTO voters (first_name, last_name) VALUES ('V', 'Version') "
	  "RETURNING voter_id", "/voters/%lld", "{\"city\":\"X\"}" },
	{ "INSERT INTO campaigns (campaign_name) VALUES ('Version') "
	  "RETURNING campaign_id", "/campaigns/%lld",
	  "{\"description\":\"X\"}" },
	{ "WITH v AS (INSERT INTO voters (first_name, last_name) VALUES ('V', "
	  "'Version') RETURNING voter_id) INSERT INTO interactions (voter_id, "
	  "campaign_id, interaction_type) SELECT voter_id, 1, 'Call' FROM v "
	  "RETURNING interaction_id", "/interactions/%lld",
	  "{\"outcome\":\"X\"}" },
	{ "INSERT INTO survey_questions (campaign_id, question_text, "
	  "question_type) VALUES (1, 'Version?', 'open_text') "
	  "RETURNING question_id", "/surveys/questions/%lld",
	  "{\"question_text\":\"X\"}" },
	{ "INSERT INTO segments (campaign_id, segment_name, filter) VALUES "
	  "(1, 'Version', '{}') RETURNING segment_id", "/voters/segments/%lld",
	  "{\"segment_name\":\"X\"}" },
	{ "INSERT INTO saved_layouts (campaign_id, name) VALUES (1, "
	  "'Version') RETURNING layout_id", "/voters/layouts/%lld",
	  "{\"name\":\"X\"}" },
	{ "INSERT INTO users (username, role) VALUES ('version', 'user') "
	  "RETURNING user_id", "/users/%lld", "{\"full_name\":\"X\"}" },
	{ "INSERT INTO users (username, role) VALUES ('version2', 'user') "
	  "RETURNING user_id", "/users/%lld",
	  "{\"password\":\"a new and long password\"}" },
	{ "WITH u AS (INSERT INTO users (username, role) VALUES ('member', "
	  "'user') RETURNING user_id) INSERT INTO campaign_members SELECT 1, "
	  "user_id, 'viewer' FROM u RETURNING user_id",
	  "/campaigns/1/members/%lld", "{\"role\":\"editor\"}", true },
};

/* ? is the current entity tag without its quotes. */
static const struct { const char *header; int status; } if_match[] = {
	{ "If-Match: \"old\"", 412 },
	{ "If-Match: \"2020-01-01T00:00:00Z\", \"old\"", 412 },
	{ "If-Match: W/\"?\"", 412 },
	{ "If-Match: ?", 412 },
	{ "If-Match: \"old\", \"?\"", 200 },
	{ "If-Match: \"2020-01-01T00:00:00Z\",\"?\"", 200 },
	{ "If-Match: \"?-gzip\"", 200 },
	{ "If-Match: \"?-br\"", 200 },
	{ "If-Match: \"?\"-gzip", 200 },
	{ "If-Match: *", 200 },
};

static const struct { const char *header; int status; } if_none_match[] = {
	{ "If-None-Match: \"old\"", 200 },
	{ "If-None-Match: \"old\", \"?\"", 304 },
	{ "If-None-Match: W/\"?\"", 304 },
	{ "If-None-Match: \"?-gzip\"", 304 },
	{ "If-None-Match: \"?\"-br", 304 },
	{ "If-None-Match: *", 304 },
};

/* Replace ? by the current entity tag of the path, without its quotes. */
static const char *const *
with_tag(const char *path, const char *format)
{
	struct answer	 *a = CALL(.path = path, .token = ADMIN);
	const char	 *tag = header(a, "ETag"), *mark = strchr(format, '?');
	const char	**list = arena_alloc(&memory, 2 * sizeof(*list));

	cr_assert(tag != NULL, "%s: %d %s", path, a->status, a->body);
	list[0] = mark == NULL ? format : arena_printf(&memory, "%.*s%.*s%s",
	    (int)(mark - format), format, (int)strlen(tag) - 2, tag + 1,
	    mark + 1);
	list[1] = NULL;
	return list;
}

Test(preconditions, accept_lists_and_encoding_suffixes)
{
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		const char	*path = arena_printf(&memory, "%s%s",
				    arena_strndup(&memory,
				    versions[i].path, strcspn(
				    versions[i].path, "%")),
				    sql("%s", versions[i].make));

		for (size_t k = 0; k < ARRAY_LEN(if_none_match); k++) {
			struct answer	*a = CALL(.path = path, .token = ADMIN,
					    .headers = with_tag(path,
					    if_none_match[k].header));

			cr_expect_eq(a->status, if_none_match[k].status,
			    "%s %s: %d %s", path, if_none_match[k].header,
			    a->status, a->body);
		}
		for (size_t k = 0; k < ARRAY_LEN(if_match); k++) {
			struct answer	*a = CALL(.method = "PUT",
					    .path = path, .token = ADMIN,
					    .body = versions[i].body,
					    .headers = with_tag(path,
					    if_match[k].header));

			cr_expect_eq(a->status, if_match[k].status,
			    "%s %s: %d %s", path, if_match[k].header,
			    a->status, a->body);
			if (a->status == 412)
				expect_problem(a, 412, "precondition_failed");
			/* A change of nothing obeys the header too. */
			if (!versions[i].full)
				expect_status(CALL(.method = "PUT",
				    .path = path, .token = ADMIN, .body = "{}",
				    .headers = with_tag(path,
				    if_match[k].header)), if_match[k].status);
		}
		expect_status(CALL(.method = "DELETE", .path = path,
		    .token = ADMIN, .headers = with_tag(path,
		    "If-Match: W/\"?\"")), 412);
		expect_status(CALL(.method = "DELETE", .path = path,
		    .token = ADMIN, .headers = with_tag(path,
		    "If-Match: \"old\", \"?-gzip\"")), 200);
	}
}
