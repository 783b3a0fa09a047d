/*
 * The rows of known[] in plans.c: requests that are known to scan a large
 * table, and the reason why that is accepted.  Remove a row when its request
 * no longer scans; add one only if the reason would convince a user who has to
 * wait.
 */

/* Sorts without an index: an index would slow down every imported row. */
#define NO_SORT "a top-N sort has to read all rows"
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
#define NO_INDEX "rows are skipped until the page is full"
{ "GET /voters?city=*", "*", NO_INDEX },
{ "GET /voters?contacted_since=*", "*", NO_INDEX },
{ "GET /voters?county=*", "*", NO_INDEX },
{ "GET /voters?not_contacted_since=*", "*", NO_INDEX },
{ "GET /voters?party_affiliation=*", "*", NO_INDEX },
{ "GET /voters?registration_status=*", "*", NO_INDEX },
{ "GET /voters?purpose=* as a large campaign", "*", NO_INDEX },
{ "GET /voters?age_m*=*", "*", NO_INDEX },
{ "GET /voters?gender=*", "*", NO_INDEX },
{ "GET /voters?has=*", "*", NO_INDEX },
{ "GET /voters?not_contacted_days=*", "*", NO_INDEX },
{ "GET /voters?times_contacted_max=*", "*", NO_INDEX },
{ "GET /voters?household_size_min=*", "*", NO_INDEX },
{ "GET /voters?may_contact=* as a large campaign", "*", NO_INDEX },
/* Doors, in the order of their index. */
{ "GET /households?city=*", "*", NO_INDEX },
{ "GET /households?contacted_since=*", "*", NO_INDEX },
{ "GET /households?county=*", "*", NO_INDEX },
{ "GET /households?not_contacted_since=*", "*", NO_INDEX },
{ "GET /households?party_affiliation=*", "*", NO_INDEX },
{ "GET /households?registration_status=*", "*", NO_INDEX },
{ "GET /households?purpose=* as a large campaign", "*", NO_INDEX },
{ "GET /households?age_m*=*", "*", NO_INDEX },
{ "GET /households?gender=*", "*", NO_INDEX },
{ "GET /households?has=*", "*", NO_INDEX },
{ "GET /households?not_contacted_days=*", "*", NO_INDEX },
{ "GET /households?times_contacted_max=*", "*", NO_INDEX },
{ "GET /households?household_size_min=*", "*", NO_INDEX },
{ "GET /households?may_contact=* as a large campaign", "*", NO_INDEX },
{ "GET /households?updated_since=*", "*", NO_INDEX },
{ "GET /donations?min_amount=*", "*", NO_INDEX },
{ "GET /interactions?interaction_type=*", "*", NO_INDEX },
{ "GET /interactions?outcome=*", "*", NO_INDEX },
/* The index is on the time, but the page is in the order of ids. */
{ "GET /voters?updated_since=*", "*", NO_INDEX },
{ "GET /interactions?since=*", "*", NO_INDEX },
{ "GET /donations?since=*", "*", NO_INDEX },
{ "GET /surveys/responses?since=*", "*", NO_INDEX },
{ "GET /surveys/responses?until=*", "*", NO_INDEX },
/* The log is read in the order of its times. */
{ "GET /audit?action=*", "*", NO_INDEX },
{ "GET /audit?request_id=*", "*", NO_INDEX },
{ "GET /audit?row_id=*", "*", NO_INDEX },
{ "GET /audit?since=*", "*", NO_INDEX },
#undef NO_INDEX

/* Conditions on other rows than the voter's. */
#define RECORDS "the rows of all voters that may match are read once"
{ "GET /voters?voted_*=*", "*", RECORDS },
{ "GET /voters?*voted_at_least=*", "*", RECORDS },
{ "GET /voters?contacted_by=*", "*", RECORDS },
{ "GET /households?voted_*=*", "*", RECORDS },
{ "GET /households?*voted_at_least=*", "*", RECORDS },
{ "GET /households?contacted_by=*", "*", RECORDS },
{ "GET /households?donated_min=*", "*", RECORDS },
{ "GET /voters?outcome=* as a large campaign", "*", RECORDS },
{ "GET /voters?answer=* as a large campaign", "*", RECORDS },
{ "GET /voters?donated_min=*", "*", RECORDS },
{ "GET /voters?segment_id=904*", "*",
    "the steps are tested for every voter" },
#undef RECORDS

/* Lists without tallies skip the rows before a page. */
#define OFFSET "the rows before the page are read"
{ "GET /interactions?page=5000*", "*", OFFSET },
{ "GET /surveys/responses?page=5000*", "*", OFFSET },
{ "GET /donations?page=5000*", "*", OFFSET },
{ "GET /households?page=5000*", "*", OFFSET },
{ "GET /audit?page=5000*", "*", OFFSET },
#undef OFFSET

/* Sums and comparisons over a campaign that contains every voter. */
#define WHOLE "the result depends on all rows"
{ "GET /campaigns/2/summary as *", "*", WHOLE },
{ "GET /voters/duplicates as an admin", "*", WHOLE },
{ "GET /voters/duplicates as a large campaign", "*", WHOLE },
{ "GET /donations?over_limit=* as *", "*", WHOLE },
{ "GET /donations/summary?campaign_id=1 as an admin", "*",
    "the view of moves of money is joined as a whole" },
{ "GET /donations/export?campaign_id=1 as an admin", "*",
    "opt-outs of donors are found once for an export" },
#undef WHOLE

/* The OR in the policies prevents the use of an index. */
#define POLICY "rows of other campaigns are read and filtered out"
{ "GET /voters?sort=*updated_at* as a large campaign", "*", POLICY },
{ "GET /voters?sort=*last_name* as a large campaign", "*", POLICY },
{ "GET /voters?state=* as a large campaign", "*", POLICY },
/* Of thousands of rows the planner hashes the memberships. */
{ "GET /households?* as a large campaign", "*", POLICY },
{ "GET /voters*?*district=* as a large campaign", "*", POLICY },
{ "GET /voters*?ward=* as a large campaign", "*", POLICY },
#undef POLICY
