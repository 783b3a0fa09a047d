/* The tables and columns of the Flask backend. */
#include "campaign/campaign.h"
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "money/donation.h"
#include "move_columns.h"
#include "people/voter.h"

/* A text of at most n characters that no field of this backend describes. */
#define OWN(n)	.convert = CHECK, .own = { .kind = KIND_TEXT, .max = (n) }

static const struct column campaigns[] = {
	{ "campaign_id", .needed = true },
	{ "campaign_name", .convert = CHECK },
	{ "start_date" },
	{ "end_date" },
	{ "campaign_type", OWN(100) },
	{ "details", .convert = JSON },
	{ "created_at" },
	{ "updated_at" },
	{ NULL }
};

static const struct column users[] = {
	{ "user_id", .needed = true },
	{ "username", OWN(100), .needed = true },
	{ "email", .new_name = "email_address", .convert = CHECK,
	  .own = { .kind = KIND_EMAIL, .max = 254 } },
	{ "first_name", OWN(100) },
	{ "last_name", OWN(100) },
	{ "role", OWN(50) },
	{ "is_active" },
	{ "last_login" },
	{ "created_at" },
	{ "updated_at" },
	{ NULL }
};

static const struct column voters[] = {
	{ "voter_id", .needed = true },
	{ "first_name", .convert = CHECK, .needed = true },
	{ "middle_name", .convert = CHECK },
	{ "last_name", .convert = CHECK, .needed = true },
	{ "date_of_birth" },
	{ "gender", .convert = CHECK },
	{ "street_address", .convert = CHECK },
	{ "city", .convert = CHECK },
	{ "state", .convert = CHECK },
	{ "zip_code", .convert = CHECK },
	{ "county", .convert = CHECK },
	{ "precinct", .convert = CHECK },
	{ "phone_number", .convert = CHECK },
	{ "email_address", .convert = CHECK },
	{ "employer", .convert = CHECK },
	{ "occupation", .convert = CHECK },
	{ "contact_email" },
	{ "contact_phone" },
	{ "contact_mail" },
	{ "contact_sms" },
	{ "registration_status", OWN(255) },
	{ "voter_registration_id", .convert = CHECK },
	{ "registration_date" },
	{ "party_affiliation", .convert = CHECK },
	{ "engagement_score" },
	{ "last_contacted_date" },
	{ "preferred_contact_method", .convert = CHECK },
	{ "custom_fields", .convert = JSON },
	{ "source_campaign_id" },
	{ "created_at" },
	{ "updated_at" },
	{ NULL }
};

static const struct column campaign_voters[] = {
	{ "campaign_voter_id" },
	{ "campaign_id", .needed = true },
	{ "voter_id", .needed = true },
	{ "added_at" },
	{ NULL }
};

static const struct column interactions[] = {
	{ "interaction_id", .needed = true },
	{ "voter_id", .needed = true },
	{ "campaign_id" },
	{ "user_id" },
	{ "interaction_type", .convert = CHECK },
	{ "interaction_date" },
	{ "outcome", .convert = CHECK },
	/* Notes may be longer than a request allows: none are lost. */
	{ "notes", .convert = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 10000000 } },
	{ "duration_minutes" },
	{ "created_at" },
	{ NULL }
};

static const struct column questions[] = {
	{ "question_id", .needed = true },
	{ "campaign_id" },
	{ "question_text", .convert = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 1000000 } },
	{ "question_type", OWN(50) },
	{ "possible_answers", .convert = JSON },
	{ "created_at" },
	{ NULL }
};

static const struct column responses[] = {
	{ "response_id", .needed = true },
	{ "interaction_id" },
	{ "voter_id", .needed = true },
	{ "question_id", .needed = true },
	{ "response_value", .convert = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 1000000 } },
	{ "response_values", .convert = JSON },
	{ "responded_at" },
	{ NULL }
};

static const struct column donations[] = {
	{ "id", .new_name = "donation_id", .needed = true },
	{ "amount", .needed = true },
	{ "currency", OWN(10) },
	{ "payment_status", OWN(100), .needed = true },
	{ "stripe_payment_intent_id", .new_name = "payment_intent_id",
	  .convert = CHECK, .needed = true },
	{ "first_name", .convert = CHECK },
	{ "last_name", .convert = CHECK },
	{ "address_line1", .convert = CHECK },
	{ "address_line2", .convert = CHECK },
	{ "address_city", .convert = CHECK },
	{ "address_state", .convert = CHECK },
	{ "address_zip", .convert = CHECK },
	{ "employer", .convert = CHECK },
	{ "occupation", .convert = CHECK },
	{ "contact_email" },
	{ "contact_phone" },
	{ "contact_mail" },
	{ "contact_sms" },
	{ "is_recurring" },
	{ "covers_fees" },
	{ "person_id" },
	{ "campaign_id", .needed = true },
	{ "created_at" },
	{ "updated_at" },
	{ NULL }
};

const struct move_table move_table[] = {
	{ "campaigns", "flask_campaigns", campaigns, &campaign_schema, "",
	  true },
	{ "users", "flask_users", users, NULL, "password_hash", false },
	{ "voters", "flask_voters", voters, &voter_schema, "", true },
	{ "campaign_voters", "flask_campaign_voters", campaign_voters, NULL,
	  "", false },
	{ "interactions", "flask_interactions", interactions,
	  &interaction_schema, "", false },
	{ "survey_questions", "flask_questions", questions, &question_schema,
	  "", false },
	{ "survey_responses", "flask_responses", responses, &response_schema,
	  "", false },
	{ "donations", "flask_donations", donations, &donation_schema,
	  "email phone_number", false },
};

const size_t move_table_n = ARRAY_LEN(move_table);
