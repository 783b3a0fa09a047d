/* Opt-outs: where they are shown, reading files of them, and lifting them. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

/* Add a voter of campaign 1 who may be contacted, and return the id. */
static int64_t
made(const char *email, const char *phone)
{
	struct answer	*a = CALL(.path = "/voters", .token = EDITOR, .body =
			    arena_printf(&memory, "{\"first_name\":\"Opt\","
			    "\"last_name\":\"Outer\",\"campaign_id\":1,"
			    "\"email_address\":\"%s\",\"mobile_phone\":\"%s\","
			    "\"contact_email\":true,\"contact_sms\":true,"
			    "\"contact_mail\":true}", email, phone));

	assert_status(a, 201);
	return number_at(a, "voter_id");
}

static struct answer *
get(int64_t id, const char *etag)
{
	return CALL(.path = arena_printf(&memory, "/voters/%lld",
	    (long long)id), .token = EDITOR, .headers = etag == NULL ? NULL :
	    LIST(arena_printf(&memory, "If-None-Match: %s", etag)));
}

static struct answer *
opt_out(const char *channel, const char *contact)
{
	struct answer	*a = CALL(.path = "/voters/opt-outs", .token = EDITOR,
			    .body = arena_printf(&memory, "{\"campaign_id\":1,"
			    "\"channel\":\"%s\",\"contacts\":[\"%s\"],"
			    "\"reason\":\"Asked\"}", channel, contact));

	assert_status(a, 201);
	return a;
}

static bool
true_at(const struct answer *a, const char *path)
{
	return json_object_get_boolean(at(a, path));
}

Test(opt_outs, show_in_reads_lists_searches_and_exports)
{
	int64_t		 id = made("seen@example.org", "919-555-0170");
	const char	*id_text = arena_printf(&memory, "%lld",
			    (long long)id);
	struct answer	*a = get(id, NULL);
	const char	*etag = header(a, "ETag");
	const char	*query[] = {
		"email_address=seen@example.org", "sort=-voter_id&per_page=50",
		"q=outer&campaign_id=1&per_page=200", "last_name=Outer",
		"campaign_id=1&sort=-voter_id&per_page=50",
	};

	cr_expect(true_at(a, "contact_email") && true_at(a, "contact_sms"));
	expect_status(get(id, etag), 304);
	expect_number(opt_out("email", "Seen@Example.ORG"), "matched", 1);
	expect_number(opt_out("sms", "(919) 555-0170"), "matched", 1);
	a = get(id, etag);
	expect_status(a, 200);
	cr_expect(!true_at(a, "contact_email"), "%s", a->body);
	cr_expect(!true_at(a, "contact_sms"), "%s", a->body);
	cr_expect(true_at(a, "contact_mail"), "%s", a->body);
	cr_expect(is_null_at(a, "contact_phone"), "%s", a->body);
	for (size_t i = 0; i < ARRAY_LEN(query); i++) {
		const char	*name = "voters.0.voter_id";
		int64_t		 n;

		a = CALL(.path = "/voters", .token = EDITOR,
		    .query = query[i]);
		assert_status(a, 200);
		n = (int64_t)length_at(a, "voters");
		for (int64_t k = 0; k < n; k++) {
			name = arena_printf(&memory, "voters.%lld.",
			    (long long)k);
			if (number_at(a, arena_printf(&memory, "%svoter_id",
			    name)) == id)
				break;
			name = NULL;
		}
		cr_assert(name != NULL, "%s: %s", query[i], a->body);
		cr_expect(!true_at(a, arena_printf(&memory,
		    "%scontact_email", name)), "%s", query[i]);
		cr_expect(true_at(a, arena_printf(&memory, "%scontact_mail",
		    name)), "%s", query[i]);
	}
	a = CALL(.path = "/voters/export", .token = MANAGER, .query =
	    "campaign_id=1&email_address=seen@example.org&"
	    "fields=voter_id,contact_email,contact_phone,contact_mail,"
	    "contact_sms");
	cr_expect(strstr(a->body, arena_printf(&memory,
	    "\r\n%s,false,,true,false\r\n", id_text)) != NULL, "%s", a->body);
	a = CALL(.path = arena_printf(&memory, "/voters/%s/everything",
	    id_text), .token = ADMIN);
	cr_expect(!true_at(a, "voter.contact_email"), "%s", a->body);
	cr_expect_eq(length_at(a, "opt_outs"), 2, "%s", a->body);
	/* Opt-outs of other campaigns are not shown. */
	sql("INSERT INTO campaign_voters VALUES (2, %lld)", (long long)id);
	a = CALL(.path = arena_printf(&memory, "/voters/%s", id_text),
	    .token = STRANGER);
	cr_expect(true_at(a, "contact_email"), "%s", a->body);
}

Test(opt_outs, show_in_donations)
{
	int64_t	 id = sql_number("INSERT INTO donations (campaign_id, amount, "
		    "email, phone_number, contact_email, contact_sms) VALUES "
		    "(1, 500, 'gives@example.org', '+19195550171', true, "
		    "true) RETURNING donation_id");
	struct answer	*a;

	opt_out("email", "gives@example.org");
	a = CALL(.path = arena_printf(&memory, "/donations/%lld",
	    (long long)id), .token = MANAGER);
	expect_status(a, 200);
	cr_expect(!true_at(a, "contact_email"), "%s", a->body);
	cr_expect(true_at(a, "contact_sms"), "%s", a->body);
	a = CALL(.path = "/donations", .token = MANAGER,
	    .query = "sort=-donation_id&per_page=1");
	expect_number(a, "donations.0.donation_id", id);
	cr_expect(!true_at(a, "donations.0.contact_email"), "%s", a->body);
	a = CALL(.path = "/donations/export", .token = MANAGER,
	    .query = "campaign_id=1");
	cr_expect(strstr(a->body, "gives@example.org,+19195550171,f,,,t,") !=
	    NULL, "%s", a->body);
}

Test(opt_outs, staff_are_told_why_a_flag_stays_false)
{
	int64_t		 id = made("told@example.org", "919-555-0172");
	const char	*path = arena_printf(&memory, "/voters/%lld",
			    (long long)id);
	const char	*etag;
	struct answer	*a;
	int64_t		 contact;

	opt_out("email", "told@example.org");
	contact = sql_number("SELECT contact_id FROM opt_out_contacts "
	    "WHERE contact = 'told@example.org'");
	/* What is shown can be sent back. */
	a = CALL(.method = "PUT", .path = path, .token = EDITOR,
	    .body = "{\"contact_email\":false}");
	expect_status(a, 200);
	etag = header(a, "ETag");
	a = CALL(.method = "PUT", .path = path, .token = EDITOR,
	    .body = "{\"contact_email\":true}");
	expect_status(a, 409);
	cr_expect(strstr(text_at(a, "detail"), arena_printf(&memory,
	    "/voters/opt-outs/contacts/%lld", (long long)contact)) != NULL,
	    "%s", a->body);
	/* A refused write changes no version. */
	expect_status(CALL(.method = "PUT", .path = path, .token = EDITOR,
	    .headers = LIST(arena_printf(&memory, "If-Match: %s", etag)),
	    .body = "{\"city\":\"Here\"}"), 200);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/voters/opt-outs/contacts/%lld", (long long)contact),
	    .token = EDITOR), 200);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/voters/opt-outs/contacts/%lld", (long long)contact),
	    .token = EDITOR), 409);
	a = CALL(.method = "PUT", .path = path, .token = EDITOR,
	    .body = "{\"contact_email\":true}");
	expect_status(a, 200);
	cr_expect(true_at(a, "contact_email"), "%s", a->body);
}

Test(opt_outs, outlive_the_voter_and_an_import)
{
	int64_t		 id = made("stays@example.org", "919-555-0173");
	const char	*file = "first_name,last_name,email,contact_email\n"
			    "Opt,Outer,stays@example.org,yes\n";
	struct answer	*a;

	opt_out("email", "stays@example.org");
	a = CALL(.path = "/voters/upload", .token = EDITOR,
	    .query = "campaign_id=1", .type = "text/csv", .body = file);
	expect_status(a, 200);
	cr_expect(!true_at(get(id, NULL), "contact_email"));
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/voters/%lld", (long long)id), .token = EDITOR), 200);
	a = CALL(.path = "/voters/upload", .token = EDITOR,
	    .query = "campaign_id=1", .type = "text/csv", .body = file);
	expect_number(a, "created", 1);
	a = CALL(.path = "/voters", .token = EDITOR,
	    .query = "email_address=stays@example.org");
	cr_expect(!true_at(a, "voters.0.contact_email"), "%s", a->body);
	expect_number(CALL(.path = "/voters", .token = EDITOR, .query =
	    "email_address=stays@example.org&purpose=email&campaign_id=1"),
	    "total_voters", 0);
}

static struct answer *
upload(const char *query, const char *body)
{
	return CALL(.path = "/voters/opt-outs/upload", .token = EDITOR,
	    .query = query, .type = "text/csv", .body = body);
}

Test(opt_outs, are_read_from_a_file)
{
	static const char	 file[] =
	    "E-Mail;Phone;CHANNEL;Reason;List\n"
	    "File1@Example.org;;E-mail;\"Too; many\";a\n"
	    ";(919) 555-0174;text;;a\n"
	    "file2@example.org;919.555.0175;mail;;a\n"
	    "file1@example.org;;email;again;a\n"
	    "\n"
	    "nobody;;email;;a\n"
	    ";555-01;sms;;a\n"
	    ";;sms;;a\n"
	    "file3@example.org;;pigeon;;a\n"
	    "file4@example.org;12;sms;;a\n";
	struct answer	*a = upload("campaign_id=1", file);

	expect_status(a, 200);
	expect_number(a, "rows", 9);
	expect_number(a, "added", 5);
	expect_number(a, "unchanged", 0);
	expect_number(a, "rejected", 4);
	cr_expect(number_at(a, "opt_out_id") > 0, "%s", a->body);
	expect_number(a, "errors.0.line", 7);
	expect_text(a, "errors.0.column", "email_address");
	expect_number(a, "errors.1.line", 8);
	expect_text(a, "errors.1.column", "phone_number");
	expect_number(a, "errors.2.line", 9);
	expect_number(a, "errors.3.line", 10);
	expect_text(a, "errors.3.column", "channel");
	expect_number(a, "warnings.0.line", 11);
	expect_text(a, "unmapped_columns.0", "List");
	cr_expect_str_eq(sql("SELECT string_agg(concat_ws('|', contact, "
	    "channel, reason), ' ' ORDER BY contact, channel) FROM "
	    "opt_out_contacts WHERE contact ~ '^file|55501 7[45]$' OR contact "
	    "IN ('+19195550174', '+19195550175')"),
	    "+19195550174|sms +19195550175|mail "
	    "file1@example.org|email|Too; many file2@example.org|mail "
	    "file4@example.org|sms");
	a = upload("campaign_id=1", file);
	expect_status(a, 200);
	expect_number(a, "added", 0);
	expect_number(a, "unchanged", 5);
	cr_expect(is_null_at(a, "opt_out_id"), "%s", a->body);
}

Test(opt_outs, a_file_without_channels_takes_the_options)
{
	struct answer	*a = upload("campaign_id=1",
			    "email\nplain@example.org\n");

	expect_status(a, 422);
	cr_expect(strstr(text_at(a, "detail"), "email") != NULL);
	a = upload("campaign_id=1&channel=email",
	    "email\nplain@example.org\n");
	expect_status(a, 200);
	expect_number(a, "added", 1);
	expect_status(upload("campaign_id=1", "x,y\n1,2\n"), 422);
	expect_status(upload("campaign_id=1", "\n"), 422);
	a = upload("campaign_id=1", "email,channel\nnone,email\n");
	expect_status(a, 422);
	expect_number(a, "rejected", 1);
	expect_status(upload("channel=email", "email\na@example.org\n"), 400);
	expect_names(upload("campaign_id=1&channel=x", "email\n"), "channel",
	    "invalid_choice");
	expect_status(CALL(.path = "/voters/opt-outs/upload", .token = EDITOR,
	    .type = "application/json", .body = "{}"), 415);
}

Test(opt_outs, a_form_has_the_file_and_its_options)
{
	static const char	 form[] =
	    "--b\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n"
	    "sms\r\n"
	    "--b\r\nContent-Disposition: form-data; name=\"file\"; "
	    "filename=\"stop.csv\"\r\n\r\nmobile\n919 555 0176\n\r\n"
	    "--b\r\nContent-Disposition: form-data; name=\"campaign_id\""
	    "\r\n\r\n1\r\n--b--\r\n";
	struct answer	*a = CALL(.path = "/voters/opt-outs/upload",
			    .token = EDITOR, .body = form,
			    .type = "multipart/form-data; boundary=b");

	expect_status(a, 200);
	expect_number(a, "added", 1);
	cr_expect_str_eq(sql("SELECT channel || ' ' || source FROM "
	    "opt_out_contacts WHERE contact = '+19195550176'"),
	    "sms stop.csv");
}

Test(opt_outs, are_exported_to_a_file_that_can_be_uploaded)
{
	struct answer	*a, *again;
	int64_t		 campaign = sql_number("INSERT INTO campaigns "
			    "(campaign_name) VALUES ('Round trip') RETURNING "
			    "campaign_id");
	const char	*query = arena_printf(&memory, "campaign_id=%lld",
			    (long long)campaign);
	const char	*rows = arena_printf(&memory, "SELECT string_agg("
			    "concat_ws('|', contact, channel, reason), ' ' "
			    "ORDER BY contact, channel) FROM opt_out_contacts "
			    "WHERE campaign_id = %lld", (long long)campaign);
	const char	*before;

	/* The file has a campaign of its own: other tests add opt-outs. */
	sql("INSERT INTO campaign_members SELECT %lld, user_id, role FROM "
	    "campaign_members WHERE campaign_id = 1", (long long)campaign);
	expect_status(upload(query, "email,phone,channel,reason\n"
	    "trip@example.org,,email,\"=1+1, \"\"quoted\"\"\"\n"
	    ",+49 30 901820,phone,\n"), 200);
	before = sql("%s", rows);
	a = CALL(.path = "/voters/opt-outs/export", .token = MANAGER,
	    .query = query);
	expect_status(a, 200);
	expect_header(a, "Content-Type", "text/csv; charset=utf-8");
	again = upload(query, a->body);
	expect_status(again, 200);
	expect_number(again, "added", 0);
	expect_number(again, "rejected", 0);
	expect_number(again, "unchanged", 2);
	sql("DELETE FROM opt_out_contacts WHERE campaign_id = %lld",
	    (long long)campaign);
	again = upload(query, a->body);
	expect_number(again, "added", 2);
	cr_expect_str_eq(sql("%s", rows), before);
}

Test(opt_outs, are_listed_by_address_and_by_number)
{
	struct answer	*a;

	opt_out("email", "listed@example.org");
	opt_out("phone", "919-555-0177");
	a = CALL(.path = "/voters/opt-outs/contacts", .token = VIEWER,
	    .query = "email_address=Listed@example.org&lifted=false");
	expect_number(a, "total_contacts", 1);
	expect_text(a, "contacts.0.email_address", "listed@example.org");
	expect_text(a, "contacts.0.reason", "Asked");
	cr_expect(is_null_at(a, "contacts.0.phone_number"));
	a = CALL(.path = "/voters/opt-outs/contacts", .token = VIEWER,
	    .query = "phone_number=919.555.0177&channel=phone");
	expect_number(a, "total_contacts", 1);
	expect_text(a, "contacts.0.phone_number", "+19195550177");
	a = CALL(.path = "/voters/opt-outs/contacts", .token = STRANGER,
	    .query = "email_address=listed@example.org");
	expect_number(a, "total_contacts", 0);
}
