/* The doors of imported addresses: those that the database makes. */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "form.h"
#include "import/door.h"
#include "sql.h"

#define EACH(i, list)	for (size_t i = 0; i < ARRAY_LEN(list); i++)

static const char *const numbers[] = {
	"7", "12", "0", "012", "12A", "12-34", "99999999", "123456789", "5TH",
	"12ST", "N6W23001", "W12", "PO", "12 1/2", "A", "00a"
};
static const char *const streets[] = {
	"", " Oak", " Oak Street", " NORTH MAIN ST", " Main Street N.W.",
	" main av southwest", " Old Mill Pond Road", " N", " S East Road",
	" Avenue D", " Floor Street", " Box 12", " St Apt Road", " Elm  Ct",
	" Ca\xc3\xb1on Cove", " O'Neil \"Bo\" Way", " 5th Avenue East",
	" Apt Suite Unit", " Elm/Oak Ln", " Lot", " Loteria Way", " Unity Dr"
};
static const char *const units[] = {
	"", " Apt 4", " APT4", " # 4", " #4", " apt 4b", " Unit 4-B",
	" Apt B", " Apt FOUR", " Bldg 2 Apt 4", " Unit 0", " Apt 007",
	" Lot 1234567", " Rear", " Upper", " FL 2", " Rm FL2", " Ste 4B12",
	" Apt", " Apt 4.", " 4", " B", " TRLR TRLR 9", " Suite 10 REAR", " "
};
static const char *const zips[] = { "27601", "27601-1234", "27", "" };

/* Compare the doors of the addresses in text with those of door_of(). */
static void
compare(const char *text, const char *doors)
{
	const char	*made = sql("SELECT string_agg(coalesce(d.door, ''), "
		    "E'\\n' ORDER BY n) || E'\\n' FROM (VALUES %s) t (n, a, z), "
		    "door_of(a, z, NULL) d", text + 1);

	cr_expect_str_eq(doors, made);
}

Test(doors, are_those_of_the_database)
{
	char		 door[DOOR_MAX];
	struct buf	 text, doors;
	size_t		 n = 0, decided = 0;

	buf_init(&text, 1024 * 1024);
	buf_init(&doors, 1024 * 1024);
	EACH(i, numbers) {
		EACH(j, streets) EACH(k, units) EACH(l, zips) {
			const char	*address = arena_printf(&memory,
					    "%s%s%s", numbers[i], streets[j],
					    units[k]);

			n++;
			if (!door_make(address, zips[l], door))
				continue;
			decided++;
			buf_addf(&doors, "%s\n", door);
			buf_addf(&text, ",(%zu, $a$%s$a$, '%s')", n, address,
			    zips[l]);
		}
		if (text.len > 0)
			compare(buf_str(&text), buf_str(&doors));
		buf_clear(&text, 0);
		buf_clear(&doors, 0);
	}
	cr_expect_gt(decided, n / 4, "%zu of %zu", decided, n);
	buf_release(&text);
	buf_release(&doors);
}

/* Usual addresses are not left to the database, which is slower. */
Test(doors, of_usual_addresses_are_made_by_the_program)
{
	static const struct { const char *address, *door; } usual[] = {
		{ "12 Oak Street", "27601!OAK ST!299999987!" },
		{ "13a North Main Ave", "27601!N MAIN AVE!100000013A!" },
		{ "7 Old Mill Road Apt 4",
		  "27601!OLD MILL RD!100000007!000004" },
		{ "8 ELM CT UNIT 4B", "27601!ELM CT!299999991!000004B" },
		{ "9 Elm Ct Rear", "27601!ELM CT!100000009!REAR" },
		{ "PO Box 12", "" }, { NULL, "" }
	};
	char	 door[DOOR_MAX];

	EACH(i, usual) {
		cr_expect(door_make(usual[i].address, "27601-1234", door),
		    "%s", usual[i].address);
		cr_expect_str_eq(door, usual[i].door);
	}
}

/* Each voter of a file has the door of the address that was stored. */
Test(doors, are_stored_with_the_address)
{
	static const char	 file[] =
	    "first_name,last_name,voter_registration_id,registration_state,"
	    "street_address,city,zip_code\n"
	    "Ada,Doors,DO1,NC,12 Oak Street,Cary,27601\n"
	    "Bea,Doors,DO2,NC,12 Oak St. #4,Cary,27601\n"
	    "Cal,Doors,DO3,NC,12 Oak St,Cary,\n"
	    "Dan,Doors,DO4,NC,PO Box 12,Cary,27601\n"
	    "Eve,Doors,DO5,NC,,Cary,27601\n"
	    /* One person: the address of one row, the ZIP code of the other. */
	    "Fay,Doors,DO6,NC,14 Oak St,Cary,27601\n"
	    "Fay,Doors,DO6,NC,,Cary,27602\n";

	assert_status(upload_text(ADMIN, file, NULL), 200);
	cr_expect_str_eq(sql("SELECT string_agg(first_name || ' ' || "
	    "coalesce(door, '-'), '; ' ORDER BY first_name) FROM voters "
	    "WHERE last_name = 'Doors'"),
	    "Ada 27601!OAK ST!299999987!; Bea 27601!OAK ST!299999987!000004; "
	    "Cal CARY!OAK ST!299999987!; Dan -; Eve -; "
	    "Fay 27602!OAK ST!299999985!");
}

/* A large file is stored in the order of its doors, each row with its own. */
Test(doors, of_a_large_file)
{
	struct buf	 b;

	buf_init(&b, 4 * 1024 * 1024);
	buf_adds(&b, "first_name,last_name,voter_registration_id,"
	    "registration_state,street_address,zip_code\n");
	for (int i = 0; i < 10500; i++)
		buf_addf(&b, "No%d,Doorslarge,DL%d,NC,%d Oak Street%s,%d\n", i,
		    i, 1 + i * 7919 % 10500, i % 5 == 0 ? " # 2" : "",
		    27600 + i % 7);
	assert_status(upload(ADMIN, b.data, b.len, NULL, NULL), 200);
	buf_release(&b);
	cr_expect_eq(sql_number("SELECT count(*) FROM voters v, LATERAL ("
	    "SELECT substr(voter_registration_id, 3)::integer AS n) x, "
	    "door_of(1 + n * 7919 %% 10500 || ' OAK ST' || CASE WHEN n %% 5 "
	    "= 0 THEN ' APT 2' ELSE '' END, (27600 + n %% 7)::text, NULL) d "
	    "WHERE last_name = 'Doorslarge' AND first_name = 'No' || n "
	    "AND v.door = d.door"), 10500);
	cr_expect_eq(sql_number("SELECT count(*) FROM (SELECT door < lag(door) "
	    "OVER (ORDER BY voter_id) AS back FROM voters WHERE last_name = "
	    "'Doorslarge' AND voter_registration_id NOT LIKE '%%0' AND "
	    "voter_registration_id NOT LIKE '%%5') x WHERE back"), 0);
}
