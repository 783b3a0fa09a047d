/*
 * Voters: their schema, the filters of their list, creating and deleting.
 * Reading and changing them needs no more than rest/resource.h.
 */
#ifndef PEOPLE_VOTER_H
#define PEOPLE_VOTER_H

#include "db/db.h"
#include "http/req.h"
#include "opt_out.h"
#include "rest/list.h"

/* The choices of registration_status; ends in NULL. */
extern const char *const voter_statuses[];

/* The values of the filter has; ends in NULL. */
extern const char *const voter_has[];

/* One row per column: add one here, in sql/ and in docs/openapi.yaml. */
#define VOTER_FIELDS(F, P) \
	F(P, INT,    voter_id,          .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   first_name,        .max = 255, \
	    .flags = F_REQUIRED | F_SORT, \
	    .aliases = "firstname fname first givenname voterfirstname " \
	    "namefirst") \
	F(P, TEXT,   middle_name,       .max = 255, \
	    .aliases = "middlename mname middle middleinitial namemiddle") \
	F(P, TEXT,   last_name,         .max = 255, \
	    .flags = F_REQUIRED | F_SORT, \
	    .aliases = "lastname lname last surname familyname " \
	    "voterlastname namelast") \
	F(P, TEXT,   suffix,            .max = 20, \
	    .aliases = "namesuffix suffixname namesuffixlbl") \
	F(P, DATE,   date_of_birth,     .flags = F_PAST | F_SORT, \
	    .aliases = "dob birthdate dateofbirth birthday") \
	F(P, INT,    birth_year,        .low = 1850, .high = 2200, \
	    .aliases = "birthyear yearofbirth yob") \
	F(P, TEXT,   gender,            .max = 50, \
	    .aliases = "sex gendercode") \
	F(P, TEXT,   street_address,    .max = 511, \
	    .aliases = "address address1 streetaddress addressline1 " \
	    "resstreetaddress residentialaddress residentialaddress1") \
	F(P, TEXT,   city,              .max = 255, .flags = F_SORT, \
	    .aliases = "rescity rescitydesc residentialcity town") \
	F(P, TEXT,   state,             .max = 255, \
	    .aliases = "statecd resstate residentialstate") \
	F(P, ZIP,    zip_code,          .max = 255, .flags = F_SORT, \
	    .aliases = "zip zip5 zipcode postalcode reszip residentialzip " \
	    "ziporpostal") \
	F(P, TEXT,   county,            .max = 100, \
	    .aliases = "countyname countydesc") \
	F(P, TEXT,   precinct,          .max = 100, .flags = F_SORT, \
	    .aliases = "precinctname precinctabbrv precinctcode") \
	F(P, PHONE,  phone_number,      .max = 255, \
	    .aliases = "phone telephone phonenumber fullphonenumber") \
	F(P, EMAIL,  email_address,     .max = 255, .flags = F_SORT, \
	    .aliases = "email emailaddress mail") \
	F(P, TEXT,   employer,          .max = 255, \
	    .aliases = "employername") \
	F(P, TEXT,   occupation,        .max = 255, .aliases = "job jobtitle") \
	F(P, BOOL,   contact_email, .aliases = "emailoptin", \
	    .read = OPT_OUT_READ("email")) \
	F(P, BOOL,   contact_phone, .aliases = "phoneoptin", \
	    .read = OPT_OUT_READ("phone")) \
	F(P, BOOL,   contact_mail, .aliases = "mailoptin", \
	    .read = OPT_OUT_READ("mail")) \
	F(P, BOOL,   contact_sms, .aliases = "smsoptin textoptin", \
	    .read = OPT_OUT_READ("sms")) \
	F(P, CHOICE, registration_status, .max = 20, \
	    .choices = voter_statuses, \
	    .aliases = "status voterstatus statuscd registrationstatus") \
	F(P, TEXT,   voter_registration_id, .max = 100, \
	    .aliases = "voterid voterregistrationid registrationid " \
	    "statevoterid sosvoterid statefileid") \
	F(P, STATE,  registration_state, .max = 20, \
	    .aliases = "registrationstate") \
	F(P, DATE,   registration_date, .flags = F_SORT, \
	    .aliases = "registrationdate registrdt dateregistered") \
	F(P, TEXT,   party_affiliation, .max = 100, \
	    .aliases = "party partyaffiliation partycd partycode") \
	F(P, INT,    engagement_score,  .low = -2147483647, \
	    .high = 2147483647, .flags = F_NOT_NULL | F_SORT, \
	    .aliases = "engagementscore") \
	F(P, TIME,   last_contacted_date, .flags = F_PAST | F_SORT, \
	    .aliases = "lastcontacted lastcontacteddate") \
	F(P, TEXT,   preferred_contact_method, .max = 50, \
	    .aliases = "preferredcontactmethod") \
	F(P, OBJECT, custom_fields,     .flags = F_NOT_NULL, \
	    .aliases = "customfields") \
	F(P, INT,    source_campaign_id, .low = 1, .high = INT64_MAX, \
	    .aliases = "sourcecampaignid") \
	F(P, TEXT,   congressional_district, .max = 100, \
	    .aliases = "congressionaldistrict congdist usdistrict " \
	    "ushousedistrict congress") \
	F(P, TEXT,   state_senate_district, .max = 100, \
	    .aliases = "statesenatedistrict senatedistrict ncsenate " \
	    "senate upperdistrict") \
	F(P, TEXT,   state_house_district, .max = 100, \
	    .aliases = "statehousedistrict housedistrict assemblydistrict " \
	    "lowerdistrict") \
	F(P, TEXT,   ward,              .max = 100, \
	    .aliases = "wardname wardcode") \
	F(P, TEXT,   mailing_address,   .max = 511, \
	    .aliases = "mailingaddress mailaddress mailaddr1 " \
	    "mailingaddress1 mailaddress1") \
	F(P, TEXT,   mailing_city,      .max = 255, \
	    .aliases = "mailingcity mailcity") \
	F(P, TEXT,   mailing_state,     .max = 255, \
	    .aliases = "mailingstate mailstate") \
	F(P, ZIP,    mailing_zip,       .max = 255, \
	    .aliases = "mailingzip mailzip mailingzipcode mailzipcode " \
	    "mailingpostalcode") \
	F(P, TEXT,   mailing_country,   .max = 255, \
	    .aliases = "mailingcountry mailcountry") \
	F(P, PHONE,  mobile_phone,      .max = 255, \
	    .aliases = "mobile cell cellphone mobilephone cellphonenumber " \
	    "mobilenumber") \
	F(P, PHONE,  home_phone,        .max = 255, \
	    .aliases = "homephone homephonenumber landline") \
	F(P, PHONE,  work_phone,        .max = 255, \
	    .aliases = "workphone workphonenumber businessphone") \
	F(P, TIME,   created_at,        .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,        .flags = F_SERVER | F_SORT) \
	F(P, TEXTS,  tags,              .max = 100, .flags = F_NOT_NULL, \
	    .aliases = "tag")

/* SQL for the age of the voter in the alias v; null if it is not known. */
#define VOTER_AGE(v)							\
	"coalesce(date_part('year', age(" v ".date_of_birth)), "	\
	"date_part('year', current_date) - " v ".birth_year)::integer"

enum voter_field {
	VOTER_FIELDS(FIELD_ENUM, VOTER)
	VOTER__MAX
};

extern const struct schema voter_schema;
extern const struct list voter_list;

/*
 * POST /voters: create a voter, who joins the campaign of the body's
 * campaign_id; 201 with the voter.  400 without a campaign_id, unless the
 * caller is an admin, and for a campaign that the caller cannot see.
 */
int	 voter_create(struct req *, struct resp *, struct err *);

/*
 * DELETE /voters/:id: 200.  With the query parameter erase=true the voter's
 * values are removed from the audit log, from merges and from rejected import
 * rows, too.  403 if the caller is not an editor in every campaign in which the
 * voter is or has a history; otherwise errors as for resource_delete().
 */
extern const char *const voter_delete_params[];
int	 voter_delete(struct req *, struct resp *, struct err *);

#endif
