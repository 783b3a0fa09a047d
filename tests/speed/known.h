/*
 * The rows of known[] in plans.c: requests that read through a large table,
 * and why that is known.  Whoever mends one takes its row away; a new one needs
 * a reason that would convince somebody who waits for it.
 */

/* Sorts without an index: each would cost every imported row. */
#define NO_SORT "the best rows of all are kept while all are read"
{ "GET /voters?sort=*city*", "*", NO_SORT },
{ "GET /voters?sort=*created_at*", "*", NO_SORT },
{ "GET /voters?sort=*date_of_birth*", "*", NO_SORT },
{ "GET /voters?sort=*email_address*", "*", NO_SORT },
{ "GET /voters?sort=*engagement_score*", "*", NO_SORT },
{ "GET /voters?sort=*first_name*", "*", NO_SORT },
{ "GET /voters?sort=*last_contacted_date*", "*", NO_SORT },
{ "GET /voters?sort=*precinct*", "*", NO_SORT },
{ "GET /voters?sort=*registration_date*", "*", NO_SORT },
{ "GET /voters?sort=*zip_code*", "*", NO_SORT },
{ "GET /interactions?sort=*created_at*", "*", NO_SORT },
{ "GET /interactions?sort=*interaction_date*", "*", NO_SORT },
{ "GET /interactions?sort=*updated_at*", "*", NO_SORT },
{ "GET /surveys/responses?sort=*created_at*", "*", NO_SORT },
{ "GET /surveys/responses?sort=*responded_at*", "*", NO_SORT },
{ "GET /surveys/responses?sort=*updated_at*", "*", NO_SORT },
{ "GET /donations?sort=*amount*", "*", NO_SORT },
{ "GET /donations?sort=*created_at*", "*", NO_SORT },
{ "GET /donations?sort=*updated_at*", "*", NO_SORT },
#undef NO_SORT

/* Filters without an index. */
#define NO_INDEX "rows are passed over until the page is full"
{ "GET /voters?city=*", "*", NO_INDEX },
{ "GET /voters?contacted_since=*", "*", NO_INDEX },
{ "GET /voters?county=*", "*", NO_INDEX },
{ "GET /voters?first_name=*", "*", NO_INDEX },
{ "GET /voters?not_contacted_since=*", "*", NO_INDEX },
{ "GET /voters?party_affiliation=*", "*", NO_INDEX },
{ "GET /voters?registration_status=*", "*", NO_INDEX },
{ "GET /voters?purpose=* as a large campaign", "*", NO_INDEX },
{ "GET /donations?min_amount=*", "*", NO_INDEX },
{ "GET /interactions?interaction_type=*", "*", NO_INDEX },
{ "GET /interactions?outcome=*", "*", NO_INDEX },
/* There is one, of times; but the page is one of the ids' order. */
{ "GET /voters?updated_since=*", "*", NO_INDEX },
{ "GET /interactions?since=*", "*", NO_INDEX },
{ "GET /donations?since=*", "*", NO_INDEX },
{ "GET /surveys/responses?since=*", "*", NO_INDEX },
{ "GET /surveys/responses?until=*", "*", NO_INDEX },
/* The log's own order is that of its times. */
{ "GET /audit?action=*", "*", NO_INDEX },
{ "GET /audit?request_id=*", "*", NO_INDEX },
{ "GET /audit?row_id=*", "*", NO_INDEX },
{ "GET /audit?since=*", "*", NO_INDEX },
#undef NO_INDEX

/* Lists that have no tallies count the rows before a page. */
#define OFFSET "the rows before the page are read"
{ "GET /interactions?page=5000*", "*", OFFSET },
{ "GET /surveys/responses?page=5000*", "*", OFFSET },
{ "GET /donations?page=5000*", "*", OFFSET },
{ "GET /audit?page=5000*", "*", OFFSET },
#undef OFFSET

/* Sums and comparisons over all of a campaign that has everybody. */
#define WHOLE "the answer is about all of the rows"
{ "GET /campaigns/2/summary as *", "*", WHOLE },
{ "GET /voters/duplicates as an admin", "*", WHOLE },
{ "GET /voters/duplicates as a large campaign", "*", WHOLE },
#undef WHOLE

/* The OR of the policies keeps an index from being used. */
#define POLICY "other campaigns' rows are read and refused"
{ "GET /voters?sort=*updated_at* as a large campaign", "*", POLICY },
{ "GET /voters?sort=*last_name* as a large campaign", "*", POLICY },
{ "GET /voters?state=* as a large campaign", "*", POLICY },
#undef POLICY
