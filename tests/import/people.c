/* Matching: files, and the people that result from them. */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "sql.h"

#define NAMES	"first_name,last_name,"
#define IDS	NAMES "suffix,date_of_birth,voter_registration_id," \
		"registration_state,email,phone,zip,city\n"

/*
 * Each case has two campaigns of its own.  Its files are imported one after the
 * other, each of them twice: the second time changes nothing.  people are those
 * of both campaigns, as described_by writes them.
 */
static const struct {
	const char	*name;
	struct {
		int		 campaign;	/* 0 or 1 */
		const char	*text;
	} file[3];
	const char	*people;
} cases[] = {
	{ "two states' voters with one id, only the address has a state", {
	    { 0, NAMES "voter_registration_id,State\n"
	    "Ann,Lee,K42,GA\nBob,Fox,K42,North Carolina\n" } },
	    "Ann Lee K42/GA; Bob Fox K42/NC" },
	{ "one id in two states, and then a file of one of them", {
	    { 0, NAMES "voter_registration_id,State\n"
	    "Ann,Lee,K43,GA\nAnn,Lee,K43,NC\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Fox,K43,nc\n" } },
	    "Ann Fox K43/NC; Ann Lee K43/GA" },
	{ "an id without a state that another campaign has", {
	    { 0, NAMES "voter_registration_id\nAnn,Lee,K44\n" },
	    { 1, NAMES "voter_registration_id\nBob,Fox,K44\n" } },
	    "Ann Lee K44; Bob Fox" },
	{ "a county's voter id beside the registration id", {
	    { 0, "First Name,Last Name,Voter ID,Voter Registration ID\n"
	    "Ann,Lee,1,K45\nBob,Fox,2,K46\n" },
	    { 0, "first_name,last_name,voter_id,voter_registration_id\n"
	    "Ann,Lee,2,K45\nBob,Fox,1,K46\n" } },
	    "Ann Lee K45; Bob Fox K46" },
	{ "spellings of a state", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,K47,GA\nAnn,Lee,K47,ga\nAnn,Lee,K47,Georgia\n"
	    "Ann,Lee,K47,\n" },
	    { 0, NAMES "voter_registration_id\nAnn,Lee,K47\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,K47,Ga.\n" } },
	    "Ann Lee K47/GA" },
	{ "the state of an id that came without one", {
	    { 0, NAMES "voter_registration_id\nAnn,Lee,K48\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,K48,GA\n" } },
	    "Ann Lee K48/GA" },
	{ "an id without a state and with another last name", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,K49,GA\nAnn,Fox,K49,\n" } },
	    "Ann Fox K49; Ann Lee K49/GA" },
	{ "an id without a state that is several people's", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,K50,GA\nAnn,Lee,K50,NC\nAnn,Lee,K50,\n" } },
	    "Ann Lee K50; Ann Lee K50/GA; Ann Lee K50/NC" },
	{ "a scientific number as everybody's id", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,1.2345E+09,GA\nBob,Fox,1.2345E+09,GA\n"
	    "Cy,Day,1.2345E+09,GA\n" } },
	    "Ann Lee; Bob Fox; Cy Day" },
	{ "zero as everybody's id", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,0,GA\nBob,Fox,0,GA\nCy,Day,000,GA\nDi,Ely,99999,GA\n"
	    "Ed,Fay,99999,GA\n" } },
	    "Ann Lee; Bob Fox; Cy Day; Di Ely; Ed Fay" },
	{ "words as everybody's id", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,N/A,GA\nBob,Fox,N/A,GA\nCy,Day,NULL,GA\nDi,Ely,NULL,GA\n"
	    "Ed,Fay,none,GA\nFlo,Guy,none,GA\n" } },
	    "Ann Lee; Bob Fox; Cy Day; Di Ely; Ed Fay; Flo Guy" },
	{ "an id that lost its zeros", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,0012351,GA\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,12351,GA\n" } },
	    "Ann Lee 0012351/GA" },
	{ "an id that gets its zeros back", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,12352,GA\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,12352,GA\nAnn,Lee,0012352,GA\nAnn,Lee,12352,\n" } },
	    "Ann Lee 0012352/GA" },
	{ "ids that differ in their zeros and names", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,0012353,GA\n" },
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Fox,12353,GA\n" } },
	    "Ann Fox 12353/GA; Ann Lee 0012353/GA" },
	{ "a rounded id of somebody who is known otherwise", {
	    { 0, IDS "Ann,Lee,,1970-01-02,20250012345678901,GA,,,27601,\n" },
	    { 0, IDS "Ann,Lee,,1970-01-02,2.025E+16,GA,,,27601,\n" },
	    { 0, IDS "Ann,Lee,,1970-01-02,20250012345678900,GA,,,27601,\n" } },
	    "Ann Lee 1970-01-02 20250012345678901/GA" },
	{ "words and digits as everybody's phone", {
	    { 0, NAMES "phone,city\n"
	    "Al,Ash,N/A,A\nAl,Ash,N/A,B\nAl,Ash,none,C\nAl,Ash,none,D\n"
	    "Al,Ash,unlisted,E\nAl,Ash,unlisted,F\nAl,Ash,000-000-0000,G\n"
	    "Al,Ash,000-000-0000,H\nAl,Ash,555-0123,I\nAl,Ash,555-0123,J\n"
	    "Al,Ash,9999999999,K\nAl,Ash,9999999999,L\n" } },
	    "Al Ash A; Al Ash B; Al Ash C; Al Ash D; Al Ash E; Al Ash F; "
	    "Al Ash G; Al Ash H; Al Ash I; Al Ash J; Al Ash K; Al Ash L" },
	{ "six people with one address that nobody reads", {
	    { 0, NAMES "email\n"
	    "Mia,Ash,no-reply@people.example.org\n"
	    "Mia,Bay,no-reply@people.example.org\n"
	    "Mia,Cox,no-reply@people.example.org\n"
	    "Mia,Day,no-reply@people.example.org\n"
	    "Mia,Ely,NoEmail@people.example.org\n"
	    "Mia,Fay,noemail@people.example.org\n" } },
	    "Mia Ash; Mia Bay; Mia Cox; Mia Day; Mia Ely; Mia Fay" },
	{ "three people of an office with one first name", {
	    { 0, NAMES "email\nMia,Ash,office@people.example.org\n"
	    "Mia,Bay,office@people.example.org\n"
	    "Mia,Cox,office@people.example.org\n" } },
	    "Mia Ash; Mia Bay; Mia Cox" },
	{ "spouses with one e-mail address", {
	    { 0, NAMES "email\nAnn,Lee,lee@people.example.org\n"
	    "Bob,Lee,lee@people.example.org\n" } },
	    "Ann Lee; Bob Lee" },
	{ "an e-mail address with another last name", {
	    { 0, NAMES "email,city\nAnn,Lee,ann@people.example.org,\n" },
	    { 0, NAMES "email,city\nAnn,Fox,ann@people.example.org,Cary\n" } },
	    "Ann Lee Cary" },
	{ "an e-mail address of two people with one first name", {
	    { 0, IDS "Ann,Lee,,1970-01-02,,,two@people.example.org,,,\n"
	    "Ann,Fox,,1990-01-02,,,two@people.example.org,,,\n" },
	    { 0, IDS "Ann,Day,,,,,two@people.example.org,,,\n" } },
	    "Ann Day; Ann Fox 1990-01-02; Ann Lee 1970-01-02" },
	{ "father and son with one phone", {
	    { 0, NAMES "suffix,phone,city\nJo,Fox,Sr,2302020001,\n"
	    "Jo,Fox,Jr,2302020001,\nJo,Fox,Junior,2302020001,Cary\n" },
	    { 0, NAMES "suffix,phone\nJo,Fox,JR.,2302020001\n" } },
	    "Jo Fox JR. Cary; Jo Fox Sr" },
	{ "somebody who may be the father or the son", {
	    { 0, NAMES "suffix,phone,city\nJo,Fox,Sr,2302020002,\n"
	    "Jo,Fox,,2302020002,Apex\nJo,Fox,,2302020002,Apex\n"
	    "Jo,Fox,Jr,2302020002,\n" },
	    { 0, NAMES "suffix,phone,city\nJo,Fox,Jr,2302020002,Cary\n" } },
	    "Jo Fox Apex; Jo Fox Jr Cary; Jo Fox Sr" },
	{ "a son who may be a known voter or not", {
	    { 0, NAMES "suffix,phone\nJo,Fox,,2302020003\n" },
	    { 0, NAMES "suffix,phone\nJo,Fox,Sr,2302020003\n"
	    "Jo,Fox,Jr,2302020003\n" } },
	    "Jo Fox; Jo Fox Jr; Jo Fox Sr" },
	{ "a suffix that the voter lacks", {
	    { 0, NAMES "suffix,phone\nJo,Fox,,2302020004\n" },
	    { 0, NAMES "suffix,phone\nJo,Fox,II,2302020004\n" } },
	    "Jo Fox II" },
	{ "twins", {
	    { 0, IDS "Ann,Lee,,1990-01-02,,,twin@people.example.org,"
	    "2302020005,27601,\nAmy,Lee,,1990-01-02,,,"
	    "twin@people.example.org,2302020005,27601,\n" } },
	    "Amy Lee 1990-01-02; Ann Lee 1990-01-02" },
	{ "father and son whose birth years differ", {
	    { 0, NAMES "birth_year,phone,email\n"
	    "Jo,Fox,1950,2302020006,jo@people.example.org\n"
	    "Jo,Fox,1980,2302020006,jo@people.example.org\n" },
	    { 0, NAMES "date_of_birth,phone\n"
	    "Jo,Fox,1980-05-06,2302020006\n" } },
	    "Jo Fox 1950; Jo Fox 1980-05-06 1980" },
	{ "marriage", {
	    { 0, IDS "Ann,Lee,,1970-01-02,K60,GA,,,27601,\n" },
	    { 0, IDS "Ann,Fox,,1970-01-02,K60,GA,,,27602,\n" } },
	    "Ann Fox 1970-01-02 K60/GA" },
	{ "another date of birth with a full id", {
	    { 0, IDS "Ann,Lee,,1970-01-02,K61,GA,,,,\n" },
	    { 0, IDS "Ann,Lee,,1970-02-01,K61,GA,,,,\n" } },
	    "Ann Lee 1970-02-01 K61/GA" },
	{ "a new id of the same state", {
	    { 0, IDS "Ann,Lee,,1970-01-02,K62,GA,a@people.example.org,"
	    "2302020007,27601,\n" },
	    { 0, IDS "Ann,Lee,,1970-01-02,K63,GA,a@people.example.org,"
	    "2302020007,27601,\n" } },
	    "Ann Lee 1970-01-02 K62/GA; Ann Lee 1970-01-02 K63/GA" },
	{ "a new id of another state", {
	    { 0, IDS "Ann,Lee,,1970-01-02,K64,GA,b@people.example.org,,,\n" },
	    { 0, IDS "Ann,Lee,,1970-01-02,K65,NC,b@people.example.org,,,\n" } },
	    "Ann Lee 1970-01-02 K65/NC" },
	{ "equal names in two campaigns", {
	    { 0, NAMES "city\nAnn,Lee,Cary\n" },
	    { 1, NAMES "city\nAnn,Lee,Cary\n" } },
	    "Ann Lee Cary; Ann Lee Cary" },
	{ "equal names in one campaign", {
	    { 0, NAMES "city\nAnn,Lee,Cary\nAnn,Lee,Apex\nAnn,Lee,Cary\n"
	    "Ann,Lee,\n" } },
	    "Ann Lee; Ann Lee Apex; Ann Lee Cary" },
	{ "names and date of birth, with both lengths of a ZIP code", {
	    { 0, IDS "Ann,Lee,,1970-01-02,,,,,27601,A\n"
	    "Ann,Lee,,1970-01-02,,,,,27601-1234,B\n"
	    "Ann,Lee,,1970-01-02,,,,,27602,C\n" },
	    { 0, IDS "Ann,Lee,,1970-01-02,,,,,27601-5678,D\n" } },
	    "Ann Lee 1970-01-02 C; Ann Lee 1970-01-02 D" },
	{ "short ids and ids with letters", {
	    { 0, NAMES "voter_registration_id,registration_state\n"
	    "Ann,Lee,7,GA\nBob,Fox,12E45,GA\nCy,Day,333,GA\n" } },
	    "Ann Lee 7/GA; Bob Fox 12E45/GA; Cy Day 333/GA" },
	{ "accents and hyphens", {
	    { 0, NAMES "phone\nZoe,Nunez Diaz,2302020008\n" },
	    { 0, NAMES "phone\nZo\xc3\xab,N\xc3\xba\xc3\xb1" "ez-D\xc3\xad"
	    "az,2302020008\n" } },
	    "Zo\xc3\xab N\xc3\xba\xc3\xb1" "ez-D\xc3\xad" "az" },
	{ "somebody with two e-mail addresses between father and son", {
	    { 0, IDS "Jo,Fox,,,K66,GA,jo1@people.example.org,,,\n"
	    "Jo,Fox,,,K66,GA,jo2@people.example.org,,,\n"
	    "Jo,Fox,Sr,,,,jo1@people.example.org,,,\n"
	    "Jo,Fox,Jr,,,,jo2@people.example.org,,,\n" } },
	    "Jo Fox Jr; Jo Fox K66/GA; Jo Fox Sr" },
	{ "the last row, by one key after the other", {
	    { 0, IDS "Ann,Lee,,,,,c@people.example.org,,,A\n"
	    "Ann,Lee,,1970-01-02,,,c@people.example.org,,27601,B\n"
	    "Ann,Lee,,1970-01-02,,,,2302020009,27601,C\n"
	    "Ann,Lee,,,,,,2302020009,,D\n" } },
	    "Ann Lee 1970-01-02 D" },
};

/* Import a file; all is changed the first time, and nothing the second time. */
static void
import(size_t i, const char *text, const int64_t campaign)
{
	const char	*where = arena_printf(&memory, "campaign_id=%lld",
			    (long long)campaign);

	assert_status(upload_text(ADMIN, text, LIST(where)), 200);
	for (int again = 0; again < 2; again++) {
		struct answer	*a = upload_text(ADMIN, text, LIST(where));

		assert_status(a, 200);
		cr_expect(number_at(a, "created") == 0 &&
		    number_at(a, "updated") == 0, "again, %s: %s",
		    cases[i].name, a->body);
	}
}

Test(people, are_those_of_the_files)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t		 campaign = sql_number("INSERT INTO campaigns "
				    "(campaign_name) SELECT 'people ' || n "
				    "|| ' %zu' FROM generate_series(0, 1) n "
				    "RETURNING campaign_id", i);
		const char	*people;

		for (size_t k = 0; k < ARRAY_LEN(cases[i].file) &&
		    cases[i].file[k].text != NULL; k++)
			import(i, cases[i].file[k].text, campaign +
			    cases[i].file[k].campaign);
		people = sql("SELECT string_agg(who, '; ' ORDER BY who "
		    "COLLATE \"C\") FROM (SELECT concat_ws(' ', first_name, "
		    "last_name, suffix, date_of_birth, birth_year, "
		    "voter_registration_id || coalesce('/' || "
		    "registration_state, ''), city) AS who FROM voters "
		    "JOIN campaign_voters USING (voter_id) WHERE campaign_id "
		    "BETWEEN %lld AND %lld + 1) v", (long long)campaign,
		    (long long)campaign);
		cr_expect_str_eq(people, cases[i].people, "%s: %s, not %s",
		    cases[i].name, people, cases[i].people);
	}
}

/* Replace every occurrence of a text. */
static char *
replaced(const char *s, const char *from, const char *to)
{
	struct buf	 b;
	const char	*at;
	char		*out;

	buf_init(&b, 1024 * 1024);
	for (; (at = strstr(s, from)) != NULL; s = at + strlen(from)) {
		buf_add(&b, s, (size_t)(at - s));
		buf_adds(&b, to);
	}
	buf_adds(&b, s);
	out = arena_strdup(&memory, buf_str(&b));
	buf_release(&b);
	return out;
}

/* What a spreadsheet writes for an id. */
static const struct { const char *id, *damaged; } spreadsheet[] = {
	{ ",0012399,",			",12399," },
	{ ",20250012345678901,",	",2.025E+16," },
	{ ",30250012345678901,",	",30250012345678900," },
	{ ",K99,",			",K99," },
};

Test(people, survive_a_spreadsheet)
{
	const char	*ids = "SELECT string_agg(voter_registration_id, ' ' "
			    "ORDER BY voter_id) FROM voters "
			    "WHERE last_name = 'Sheet'";
	const char	*before, *file;
	struct answer	*a;

	assert_status(upload_text(ADMIN, IDS "Ann,Sheet,,,0012399,GA,,,,\n"
	    "Bob,Sheet,,,20250012345678901,GA,,,,\n"
	    "Cy,Sheet,,,30250012345678901,GA,,,,\nDi,Sheet,,,K99,GA,,,,\n",
	    LIST("campaign_id=1")), 200);
	before = sql("%s", ids);
	a = CALL(.path = "/voters/export", .token = ADMIN,
	    .query = "last_name=Sheet");
	assert_status(a, 200);
	file = a->body;
	for (size_t i = 0; i < ARRAY_LEN(spreadsheet); i++) {
		cr_assert(strstr(file, spreadsheet[i].id) != NULL, "%s", file);
		file = replaced(file, spreadsheet[i].id,
		    spreadsheet[i].damaged);
	}
	/* Once with the rounded id, and once with all of them. */
	for (int i = 0; i < 2; i++) {
		a = upload_text(ADMIN, file, LIST("campaign_id=1"));
		assert_status(a, 200);
		expect_number(a, "created", 0);
		expect_number(a, "updated", 0);
		expect_number(a, "unchanged", 4);
		cr_expect_str_eq(sql("%s", ids), before);
		file = replaced(file, "2.025E+16", "20250012345678901");
	}
}

Test(people, with_a_full_id_are_never_replaced)
{
	static const char	 wrong[] = IDS
				    "Bob,Fox,,1980-01-02,K98,GA,,,,Cary\n"
				    "Cy,Day,,1980-01-02,K96,GA,,,,Cary\n";
	struct answer		*a;

	assert_status(upload_text(ADMIN, IDS
	    "Ann,Lee,,1970-01-02,K98,GA,,,,\n", LIST("campaign_id=1")), 200);
	for (int i = 0; i < 2; i++) {
		a = upload_text(ADMIN, wrong, LIST("campaign_id=1"));
		assert_status(a, 200);
		expect_number(a, "rejected", 1);
		expect_text(a, "errors.0.column", "voter_registration_id");
		expect_text(a, "errors.0.message", "Both names and the date "
		    "of birth differ from those of the voter with this "
		    "registration id.");
	}
	/* Within one file, too, the first row with an id decides who has it. */
	a = upload_text(ADMIN, IDS "Ann,Lee,,1970-01-02,K97,GA,,,,\n"
	    "Bob,Fox,,1980-01-02,K97,GA,,,,\n"
	    "Ann,Lee,,1970-01-02,K97,GA,,,,Cary\n", LIST("campaign_id=1"));
	assert_status(a, 200);
	expect_number(a, "created", 1);
	expect_number(a, "duplicates", 1);
	expect_number(a, "rejected", 1);
	expect_number(a, "errors.0.line", 3);
	cr_expect_str_eq(sql("SELECT raw FROM import_rejects WHERE import_id "
	    "= %lld", (long long)number_at(a, "import_id")),
	    "Bob,Fox,,1980-01-02,K97,GA,,,,");
}
