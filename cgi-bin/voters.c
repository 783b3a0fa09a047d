/* voters.cgi: the people a campaign speaks with. */
#include "http/endpoint.h"
#include "import/upload.h"
#include "model/list.h"
#include "model/resource.h"
#include "model/search.h"
#include "model/voter.h"

static int
list(struct req *rq, struct resp *rs, struct err *e)
{
	return voter_list_answer(rq, rs, e);
}

static int
get(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_get(rq, rs, &voter_schema, rq->path_id[0], e);
}

/* A body's campaign_id lets the new voter join that campaign. */
static int
create(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;
	struct db_query	 join;

	if (voter_read_new(rq, &r, &join, e) != 0)
		return -1;
	if (resource_create(rq, rs, &r, &join, e) == 0)
		return 0;
	if (e->code != ERR_FORBIDDEN || join.param[0] != NULL)
		return -1;
	err_clear(e);
	return err_field(e, "campaign_id", "required",
	    "campaign_id is required.");
}

static int
update(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	if (resource_read(rq, &voter_schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

static int
delete(struct req *rq, struct resp *rs, struct err *e)
{
	return resource_delete(rq, rs, &voter_schema, rq->path_id[0], e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_GET,    "/",    ACCESS_STAFF, BODY_NONE, route_own_params, NULL,
	  list },
	{ M_POST,   "/",    ACCESS_STAFF, BODY_JSON, NULL, NULL, create },
	{ M_POST,   "/upload", ACCESS_STAFF, BODY_STREAM, upload_params, NULL,
	  upload_answer },
	{ M_GET,    "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, get },
	{ M_PUT,    "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_PATCH,  "/:id", ACCESS_STAFF, BODY_JSON, NULL, NULL, update },
	{ M_DELETE, "/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL, delete },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
