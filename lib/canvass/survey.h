/* Surveys: questions, the voters' responses, and the results. */
#ifndef CANVASS_SURVEY_H
#define CANVASS_SURVEY_H

#include <json-c/json.h>

#include "rest/list.h"

/* The values of question_type; NULL after the last. */
extern const char *const question_types[];

#define QUESTION_FIELDS(F, P) \
	F(P, INT,    question_id,      .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,      .low = 1, .high = INT64_MAX) \
	F(P, TEXT,   question_text,    .max = 1000, \
	    .flags = F_REQUIRED | F_LINES) \
	F(P, CHOICE, question_type,    .max = 50, .flags = F_REQUIRED, \
	    .choices = question_types) \
	F(P, LIST,   possible_answers, .max = 100000) \
	F(P, INT,    position,         .high = 1000000, \
	    .flags = F_NOT_NULL | F_SORT) \
	F(P, TIME,   created_at,       .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,       .flags = F_SERVER | F_SORT)

#define RESPONSE_FIELDS(F, P) \
	F(P, INT,    response_id,      .flags = F_SERVER | F_SORT) \
	F(P, INT,    voter_id,         .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, INT,    question_id,      .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, INT,    interaction_id,   .low = 1, .high = INT64_MAX) \
	F(P, TEXT,   response_value,   .max = 10000, .flags = F_LINES) \
	F(P, LIST,   response_values,  .max = 100000) \
	F(P, TIME,   responded_at, \
	    .flags = F_PAST | F_NOT_NULL | F_SORT) \
	F(P, TIME,   created_at,       .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,       .flags = F_SERVER | F_SORT)

enum question_field {
	QUESTION_FIELDS(FIELD_ENUM, QUESTION)
	QUESTION__MAX
};

enum response_field {
	RESPONSE_FIELDS(FIELD_ENUM, RESPONSE)
	RESPONSE__MAX
};

extern const struct schema question_schema;
extern const struct schema response_schema;
extern const struct list question_list;
extern const struct list response_list;

/*
 * Read an answer from the body of an interaction into a record of
 * response_schema: question_id, and response_value or response_values.  The
 * answer is a JSON object; if its response_value is a number or a boolean, the
 * function replaces it by its text.  extra, which ends in NULL, lists further
 * keys that are allowed.  400 names every bad field.
 */
int	 survey_read_answer(struct req *, struct json_object *,
	    const char *const *extra, struct rec *, struct err *) MUST_USE;

/* Handle POST (201) and PATCH (200) of a response. */
int	 survey_respond(struct req *, struct resp *, struct err *);
int	 survey_change(struct req *, struct resp *, struct err *);

/*
 * Handle GET /questions/:id/results: the count and share of each answer,
 * among the responses that since, until and the filters of voters select.
 * 404 if there is no such question.
 */
int	 survey_results(struct req *, struct resp *, struct err *);

#endif
