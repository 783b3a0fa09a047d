/* The search for voters: names, numbers, and filters by name. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

/* Add a voter to campaign 1; NULL is null. */
static int64_t
add(const char *first, const char *middle, const char *last)
{
	return sql_number("WITH v AS (INSERT INTO voters (first_name, "
	    "middle_name, last_name) VALUES ($q$%s$q$, nullif($q$%s$q$, ''), "
	    "$q$%s$q$) RETURNING voter_id), c AS (INSERT INTO campaign_voters "
	    "SELECT 1, voter_id FROM v) SELECT voter_id FROM v", first,
	    middle != NULL ? middle : "", last);
}

/* Return the place of a voter in the answer, from 1; 0: not there. */
static size_t
place_of(const struct answer *a, int64_t id)
{
	for (size_t i = 0; i < length_at(a, "voters"); i++)
		if (json_object_get_int64(at(a, arena_printf(&memory,
		    "voters.%zu.voter_id", i))) == id)
			return i + 1;
	return 0;
}

static struct answer *
list(const char *token, const char *query)
{
	struct answer	*a = CALL(.path = "/voters", .token = token,
			    .query = arena_printf(&memory, "per_page=200&%s",
			    query));

	cr_assert_eq(a->status, 200, "%s: %d %s %s", query, a->status, a->body,
	    a->log);
	return a;
}

/* Each query finds the voter, among all voters and in a campaign. */
Test(search, finds_names_by_their_parts)
{
	static const struct {
		const char	*first, *middle, *last, *query;
	} t[] = {
		{ "Ana", NULL, "N\303\272\303\261ez", "nunez" },
		{ "Ana", NULL, "N\303\272\303\261ez", "N%C3%BA%C3%B1ez" },
		{ "Ana", NULL, "Nunez", "n%C3%BA%C3%B1ez" },
		{ "Kim", NULL, "Smith-Jones", "smith%20jones" },
		{ "Kim", NULL, "Smith-Jones", "smithjones" },
		{ "Kim", NULL, "Smith-Jones", "jones" },
		{ "Kim", NULL, "Smith-Jones", "kim%20jones" },
		{ "Kim", NULL, "Smith Jones", "Smith-Jones" },
		{ "Eva", NULL, "Garc\303\255a-L\303\263pez", "garcia" },
		{ "Eva", NULL, "Garc\303\255a-L\303\263pez", "lopez" },
		{ "Eva", NULL, "Garc\303\255a-L\303\263pez", "eva%20lopes" },
		{ "Zo\303\253", NULL, "Quartz", "zoe" },
		{ "Zo\303\253", NULL, "Quartz", "zoe%20quartz" },
		{ "Ulf", NULL, "\303\205ngstr\303\266m", "angstrom" },
		{ "Pat", NULL, "O'Brien", "obrien" },
		{ "Pat", NULL, "O\342\200\231Brien", "O%27Brien" },
		{ "Pat", NULL, "OBrien", "o%E2%80%99brien" },
		{ "Lou", NULL, "St. John", "st%20john" },
		{ "Lou", NULL, "De La Cruz", "cruz" },
		{ "Lou", NULL, "De La Cruz", "de%20la%20cruz" },
		{ "Lou", NULL, "De La Cruz", "delacruz" },
		{ "Lou", NULL, "De La Cruz", "lou%20la%20cruz" },
		{ "Lou", NULL, "McDonald", "mc%20donald" },
		{ "Mary Ann", NULL, "Kessler", "ann%20kessler" },
		{ "Mary Ann", NULL, "Kessler", "mary%20ann" },
		{ "Ann", "Mary", "Johnston", "Mary%20Johnston" },
		{ "Ann", "Mary", "Johnston", "Johnston,%20Mary" },
		{ "Ann", "Mary", "Johnston", "ann%20mary%20johnston" },
		{ "Ann", "Mary", "Johnston", "ann%20m.%20johnston" },
		{ "Ann", "M", "Johnston", "ann%20mary%20johnston" },
		{ "Ann", "Mary", "Johnston", "mary" },
		{ "Jon", NULL, "Tamaki", "tamaki,%20jon%20jr" },
		{ "Jon", NULL, "Tamaki", "Jon%20Tamaki,%20Jr." },
		{ "Jon", NULL, "Tamaki", "jhon%20tamiki" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t	 id = add(t[i].first, t[i].middle, t[i].last);

		cr_expect(place_of(list(ADMIN, arena_printf(&memory, "q=%s",
		    t[i].query)), id) > 0, "%s does not find %s %s",
		    t[i].query, t[i].first, t[i].last);
		cr_expect(place_of(list(VIEWER, arena_printf(&memory, "q=%s",
		    t[i].query)), id) > 0, "%s does not find %s %s",
		    t[i].query, t[i].first, t[i].last);
		/* Beside another filter. */
		cr_expect(place_of(list(VIEWER, arena_printf(&memory,
		    "q=%s&updated_since=2020-01-01T00:00:00Z", t[i].query)),
		    id) > 0, "%s does not find %s %s", t[i].query, t[i].first,
		    t[i].last);
		sql("DELETE FROM voters WHERE voter_id = %lld", (long long)id);
	}
}

Test(search, shows_the_best_matches_first)
{
	int64_t		 part = add("Ida", NULL, "Zorngrad-Weller");
	int64_t		 typo = add("Ida", NULL, "Zorngrat");
	int64_t		 same = add("Ida", NULL, "Zorngrad");
	int64_t		 first = add("Zorngrad", NULL, "Ida");
	int64_t		 longer = add("Ida", NULL, "Zorngradson");
	struct answer	*a = list(ADMIN, "q=zorngrad");

	cr_expect_eq(place_of(a, same), 1);
	cr_expect_eq(place_of(a, first), 2);
	cr_expect_eq(place_of(a, part), 3);
	cr_expect_eq(place_of(a, longer), 4);
	cr_expect_eq(place_of(a, typo), 5);
	expect_number(a, "total_voters", 5);
	sql("DELETE FROM voters WHERE voter_id IN (%lld, %lld, %lld, %lld, "
	    "%lld)", (long long)part, (long long)typo, (long long)same,
	    (long long)first, (long long)longer);
}

/* A similar name is shown only if nobody else is found. */
Test(search, finds_similar_names_otherwise)
{
	int64_t	 id = add("Ida", NULL, "Vandermolenski");

	cr_expect_eq(place_of(list(ADMIN, "q=vandrmolensy"), id), 1);
	cr_expect_eq(place_of(list(ADMIN, "q=xyzzyplugh"), id), 0);
	sql("DELETE FROM voters WHERE voter_id = %lld", (long long)id);
}

Test(search, finds_numbers)
{
	static const char *const	 found[] = {
		"q=0147", "q=5550147", "q=555-0147", "q=%28919%29%20555-0147",
		"q=9195550147", "q=%2B1%20919%20555%200147",
		"phone_number=919-555-0147", "q=4195550188", "q=ab-771",
		"q=AB-771"
	};
	static const char *const	 other[] = {
		"q=147", "q=5550148", "q=8195550147", "q=x0147"
	};
	int64_t				 id = add("Ida", NULL, "Numbers");
	int64_t				 two = add("Ida", NULL, "Letters");

	sql("UPDATE voters SET phone_number = '+19195550147', "
	    "voter_registration_id = '4195550188' WHERE voter_id = %lld",
	    (long long)id);
	sql("UPDATE voters SET phone_number = '+19195550147', "
	    "voter_registration_id = 'AB-771' WHERE voter_id = %lld",
	    (long long)two);
	for (size_t i = 0; i < ARRAY_LEN(found); i++)
		for (int who = 0; who < 2; who++)
			cr_expect(place_of(list(who ? ADMIN : VIEWER,
			    found[i]), strcasestr(found[i], "ab-") != NULL ?
			    two : id) > 0, "%s", found[i]);
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		cr_expect_eq(place_of(list(ADMIN, other[i]), id), 0, "%s",
		    other[i]);
	cr_expect_eq(place_of(list(STRANGER, "q=9195550147"), id), 0);
	expect_number(list(ADMIN, "q=9195550147"), "total_voters", 2);
	sql("DELETE FROM voters WHERE voter_id IN (%lld, %lld)",
	    (long long)id, (long long)two);
}

Test(search, finds_email_addresses_by_their_beginning)
{
	static const char *const	 found[] = {
		"q=ida.mail%40example.org", "q=Ida.Mail%40EXAMPLE",
		"q=ida.mail%40",
		"q=ida.mail%40example.org&campaign_id=1",
		"q=ida.mail%40example.org&sort=last_name"
	};
	static const char *const	 other[] = {
		"q=da.mail%40example.org", "q=ida.mail%40example.orgs",
		"q=ida_mail%40example.org",
		"q=ida.mail%40example.org&campaign_id=2"
	};
	int64_t				 id = add("Ida", NULL, "Mail");

	sql("UPDATE voters SET email_address = 'ida.mail@example.org' "
	    "WHERE voter_id = %lld", (long long)id);
	for (size_t i = 0; i < ARRAY_LEN(found); i++) {
		cr_expect_eq(place_of(list(ADMIN, found[i]), id), 1, "%s",
		    found[i]);
		cr_expect_eq(place_of(list(VIEWER, found[i]), id), 1, "%s",
		    found[i]);
		expect_number(list(VIEWER, found[i]), "total_voters", 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		cr_expect_eq(place_of(list(ADMIN, other[i]), id), 0, "%s",
		    other[i]);
	cr_expect_eq(place_of(list(STRANGER, "q=ida.mail%40"), id), 0);
	expect_number(list(STRANGER, "q=ida.mail%40"), "total_voters", 0);
	sql("DELETE FROM voters WHERE voter_id = %lld", (long long)id);
}

Test(search, filters_by_name_fold_accents_and_punctuation)
{
	static const char *const	 queries[] = {
		"last_name=garcia%20lopez", "last_name=GARCIA-LOPEZ",
		"last_name=Garc%C3%ADa-L%C3%B3pez", "first_name=zoe",
		"first_name=Zo%C3%AB", "first_name=zoe&last_name=garcia-lopez",
		"last_name=garcia-lopez&campaign_id=1",
		"last_name=garcia-lopez&sort=-updated_at"
	};
	int64_t				 id = add("Zo\303\253", NULL,
					    "Garc\303\255a-L\303\263pez");

	for (size_t i = 0; i < ARRAY_LEN(queries); i++)
		for (int who = 0; who < 2; who++) {
			struct answer	*a = list(who ? ADMIN : VIEWER,
					    queries[i]);

			cr_expect_eq(place_of(a, id), 1, "%s: %s", queries[i],
			    a->body);
			expect_number(a, "total_voters", 1);
		}
	expect_number(list(STRANGER, "first_name=zoe"), "total_voters", 0);
	expect_number(list(ADMIN, "first_name=zoe&campaign_id=2"),
	    "total_voters", 0);
	sql("DELETE FROM voters WHERE voter_id = %lld", (long long)id);
}

/* Pages of a look-up, in both directions. */
Test(search, filters_by_name_have_pages)
{
	const char	*down[] = { "", "&sort=-voter_id" };
	int64_t		 id[7];

	for (size_t i = 0; i < ARRAY_LEN(id); i++)
		id[i] = add("Page", NULL, "Lookups");
	for (size_t way = 0; way < ARRAY_LEN(down); way++) {
		const char	*query = arena_printf(&memory,
				    "last_name=lookups&per_page=3%s",
				    down[way]);
		const char	*cursor = NULL;
		size_t		 n = 0;

		for (int page = 1; page <= 3; page++) {
			struct answer	*a = CALL(.path = "/voters",
					    .token = VIEWER, .query =
					    cursor == NULL ? query :
					    arena_printf(&memory,
					    "last_name=lookups&cursor=%s",
					    cursor));
			struct answer	*b = CALL(.path = "/voters",
					    .token = VIEWER, .query =
					    arena_printf(&memory,
					    "%s&page=%d", query, page));

			expect_number(a, "total_voters", 7);
			expect_number(b, "total_voters", 7);
			for (size_t i = 0; i < length_at(a, "voters"); i++,
			    n++) {
				int64_t	 want = id[way == 0 ? n : 6 - n];

				cr_expect_eq(place_of(a, want), i + 1);
				cr_expect_eq(place_of(b, want), i + 1);
			}
			cursor = text_at(a, "next_cursor");
			cr_expect_eq(is_null_at(a, "next_cursor"), page == 3);
		}
		cr_expect_eq(n, 7);
	}
	expect_number(CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=lookups&page=9"), "total_voters", 7);
	sql("DELETE FROM voters WHERE last_name = 'Lookups'");
}
