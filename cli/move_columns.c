/* The tables and columns of the Flask backend. */
#include "campaign/campaign.h"
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "money/donation.h"
#include "move_columns.h"
#include "people/voter.h"

/* A text that no field here describes. */
#define OWN(n)	.way = CHECK, .own = { .kind = KIND_TEXT, .max = (n) }

static const struct column campaigns[] = {
	{ "campaign_id", .needed = true },
	{ "campaign_name", .way = CHECK },
	{ "start_date" },
	{ "end_date" },
	{ "campaign_type", OWN(100) },
	{ "details", .way = JSON },
	{ "created_at" },
	{ "updated_at" },
	{ NULL }
};

static const struct column users[] = {
	{ "user_id", .needed = true },
	{ "username", OWN(100), .needed = true },
	{ "email", .here = "email_address", .way = CHECK,
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
	{ "first_name", .way = CHECK, .needed = true },
	{ "middle_name", .way = CHECK },
	{ "last_name", .way = CHECK, .needed = true },
	{ "date_of_birth" },
	{ "gender", .way = CHECK },
	{ "street_address", .way = CHECK },
	{ "city", .way = CHECK },
	{ "state", .way = CHECK },
	{ "zip_code", .way = CHECK },
	{ "county", .way = CHECK },
	{ "precinct", .way = CHECK },
	{ "phone_number", .way = CHECK },
	{ "email_address", .way = CHECK },
	{ "employer", .way = CHECK },
	{ "occupation", .way = CHECK },
	{ "contact_email" },
	{ "contact_phone" },
	{ "contact_mail" },
	{ "contact_sms" },
	{ "registration_status", OWN(255) },
	{ "voter_registration_id", .way = CHECK },
	{ "registration_date" },
	{ "party_affiliation", .way = CHECK },
	{ "engagement_score" },
	{ "last_contacted_date" },
	{ "preferred_contact_method", .way = CHECK },
	{ "custom_fields", .way = JSON },
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
	{ "interaction_type", .way = CHECK },
	{ "interaction_date" },
	{ "outcome", .way = CHECK },
	/* Longer notes than a request may have are kept. */
	{ "notes", .way = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 10000000 } },
	{ "duration_minutes" },
	{ "created_at" },
	{ NULL }
};

static const struct column questions[] = {
	{ "question_id", .needed = true },
	{ "campaign_id" },
	{ "question_text", .way = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 1000000 } },
	{ "question_type", OWN(50) },
	{ "possible_answers", .way = JSON },
	{ "created_at" },
	{ NULL }
};

static const struct column responses[] = {
	{ "response_id", .needed = true },
	{ "interaction_id" },
	{ "voter_id", .needed = true },
	{ "question_id", .needed = true },
	{ "response_value", .way = CHECK,
	  .own = { .kind = KIND_TEXT, .flags = F_LINES, .max = 1000000 } },
	{ "response_values", .way = JSON },
	{ "responded_at" },
	{ NULL }
};

static const struct column donations[] = {
	{ "id", .here = "donation_id", .needed = true },
	{ "amount", .needed = true },
	{ "currency", OWN(10) },
	{ "payment_status", OWN(100), .needed = true },
	{ "stripe_payment_intent_id", .here = "payment_intent_id",
	  .way = CHECK, .needed = true },
	{ "first_name", .way = CHECK },
	{ "last_name", .way = CHECK },
	{ "address_line1", .way = CHECK },
	{ "address_line2", .way = CHECK },
	{ "address_city", .way = CHECK },
	{ "address_state", .way = CHECK },
	{ "address_zip", .way = CHECK },
	{ "employer", .way = CHECK },
	{ "occupation", .way = CHECK },
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
