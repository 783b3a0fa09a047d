/* The lists of fields agree with the columns in the database. */
#include <criterion/criterion.h>

#include "answer.h"
#include "core/text.h"
#include "campaign/campaign.h"
#include "people/voter.h"
#include "sql.h"

static const struct schema *const schemas[] = {
	&voter_schema, &campaign_schema
};

/* Return true if information_schema has this type for columns of a kind. */
static bool
fits(enum kind kind, const char *type)
{
	switch (kind) {
	case KIND_INT:
		return strcmp(type, "bigint") == 0 ||
		    strcmp(type, "integer") == 0;
	case KIND_BOOL:
		return strcmp(type, "boolean") == 0;
	case KIND_DATE:
		return strcmp(type, "date") == 0;
	case KIND_TIME:
		return strcmp(type, "timestamp with time zone") == 0;
	case KIND_OBJECT:
	case KIND_LIST:
		return strcmp(type, "jsonb") == 0;
	case KIND_TEXTS:
		return strcmp(type, "ARRAY") == 0;
	default:
		return strcmp(type, "character varying") == 0 ||
		    strcmp(type, "text") == 0;
	}
}

static void
compare(const struct schema *s, PGresult *res, int row)
{
	const char		*name = PQgetvalue(res, row, 0);
	int			 i = schema_find(s, name, strlen(name));
	const struct field	*f;
	bool			 nullable;
	int64_t			 max;

	cr_expect_neq(i, -1, "%s.%s has no row in the list", s->table, name);
	if (i == -1)
		return;
	f = &s->field[i];
	cr_expect(fits(f->kind, PQgetvalue(res, row, 1)), "%s is %s", name,
	    PQgetvalue(res, row, 1));
	if (!PQgetisnull(res, row, 2)) {
		cr_assert(text_int64(PQgetvalue(res, row, 2),
		    (size_t)PQgetlength(res, row, 2), &max));
		if (f->kind != KIND_CHOICE || f->max > 0)
			cr_expect_eq((int64_t)f->max, max,
			    "%s has %zu here, %lld there", name, f->max,
			    (long long)max);
		for (size_t k = 0; f->choices != NULL && f->choices[k] !=
		    NULL; k++)
			cr_expect_leq((int64_t)strlen(f->choices[k]), max);
	}
	nullable = strcmp(PQgetvalue(res, row, 3), "YES") == 0;
	cr_expect_eq(nullable, (f->flags & (F_REQUIRED | F_NOT_NULL |
	    F_SERVER)) == 0, "%s is %snullable there", name,
	    nullable ? "" : "not ");
	/* A column that is NOT NULL and not required has a default. */
	if (f->flags & (F_NOT_NULL | F_SERVER))
		cr_expect(strcmp(PQgetvalue(res, row, 4), "t") == 0,
		    "%s has no default", name);
	if (f->flags & F_REQUIRED)
		cr_expect(strcmp(PQgetvalue(res, row, 4), "f") == 0);
}

Test(schema, lists_agree_with_the_tables)
{
	for (size_t k = 0; k < ARRAY_LEN(schemas); k++) {
		const struct schema	*s = schemas[k];
		PGresult		*res;

		res = sql_rows("SELECT column_name, data_type, "
		    "character_maximum_length, is_nullable, "
		    "column_default IS NOT NULL OR is_identity = 'YES' "
		    "FROM information_schema.columns "
		    "WHERE table_schema = 'cerberus' AND table_name = '%s'",
		    s->table);
		cr_expect_eq((size_t)PQntuples(res), s->n, "%s", s->table);
		for (int i = 0; i < PQntuples(res); i++)
			compare(s, res, i);
		PQclear(res);
	}
}

/* If a check refused a choice, clients would get a 400 without a reason. */
Test(schema, choices_are_those_of_the_checks)
{
	for (size_t k = 0; k < ARRAY_LEN(schemas); k++)
		for (size_t i = 0; i < schemas[k]->n; i++) {
			const struct field	*f = &schemas[k]->field[i];
			const char		*check;
			size_t			 n = 0, quotes = 0;

			if (f->kind != KIND_CHOICE)
				continue;
			check = sql("SELECT pg_get_constraintdef(oid) FROM "
			    "pg_constraint WHERE conrelid = 'cerberus.%s'::"
			    "regclass AND conname = '%s_%s_check'",
			    schemas[k]->table, schemas[k]->table, f->name);
			for (; f->choices[n] != NULL; n++)
				cr_expect(strstr(check, arena_printf(&memory,
				    "'%s'", f->choices[n])) != NULL,
				    "%s: %s is not in %s", f->name,
				    f->choices[n], check);
			for (const char *p = check; *p != '\0'; p++)
				quotes += *p == '\'';
			cr_expect_eq(quotes, 2 * n, "%s: %s", f->name, check);
		}
}

/* Lists filter and page by the key, which is the first field. */
Test(schema, sortable_columns_have_an_order)
{
	for (size_t k = 0; k < ARRAY_LEN(schemas); k++)
		for (size_t i = 0; i < schemas[k]->n; i++) {
			const struct field	*f = &schemas[k]->field[i];

			if (f->flags & F_SORT)
				cr_expect(f->kind != KIND_OBJECT &&
				    f->kind != KIND_LIST &&
				    f->kind != KIND_TEXTS &&
				    f->kind != KIND_BOOL, "%s", f->name);
		}
	cr_expect(schemas[0]->field[0].flags & F_SORT);
}
