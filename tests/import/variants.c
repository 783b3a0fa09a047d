/* Other headings and delimiters that a layout reads: older files, exports. */
#include <criterion/criterion.h>

#include "form.h"
#include "sql.h"

/* The name of a layout, a file with one person, and the stored values. */
static const struct {
	const char	*layout, *text, *stored;
} variants[] = {
	{ "wa", "StateVoterID\tTitle\tFName\tLName\tBirthdate\tGender\tRegStNum"
	    "\tRegStName\tRegUnitNum\tRegCity\tRegZipCode\tPrecinctCode\t"
	    "LegislativeDistrict\tMail1\tMail4\tStatusCode\n"
	    "1\tMs\tAda\twa\t1970-01-02\tF\t12\tOAK\t3\tYAKIMA\t98901\t7\t15\t"
	    "BOX 1\tROOM 2\tIM\n",
	    "1/WA/1970-01-02/F/12 OAK 3/YAKIMA/98901/7/15/15/"
	    "BOX 1 ROOM 2/Inactive" },
	{ "az", "Id,DOB(Restricted),LastName,FirstName,NameSuffix,Status,"
	    "EffectiveDateofChange,ResidenceAddress,ResidenceCity,ResidenceZip,"
	    "MailingAddress,MailingAddressLine2,Party,Legislative,"
	    "BoardofSupervisors\n"
	    "2,1970-01-02 00:00:00,az,Ada,JR,Suspense,,12 OAK,MESA,85201,BOX 1,"
	    "ROOM 2,Party Not Designated,Legislative District 09,\n",
	    "2/AZ/JR/1970-01-02/12 OAK/MESA/85201/9/9/BOX 1 ROOM 2/"
	    "Pending/Unaffiliated" },
	{ "co", "VOTER_ID,COUNTY,FIRST_NAME,LAST_NAME,EFFECTIVE_DATE,"
	    "RESIDENTIAL_ADDRESS,RESIDENTIAL_CITY,RESIDENTIAL_ZIP_CODE,"
	    "RESIDENTIAL_ZIP_PLUS,MAILING_ADDRESS_1,MAILING_ADDRESS_2,"
	    "VOTER_STATUS,STATUS_REASON,PARTY,GENDER,BIRTH_YEAR,PRECINCT_CODE,"
	    "STATE_HOUSE\n"
	    "3,Boulder,Ada,co,,12 OAK,LYONS,80540,0001,BOX 1,ROOM 2,Inactive,,"
	    "UAF,Female,1970,2071007,State House 11\n",
	    "3/CO/1970/F/12 OAK/LYONS/80540-0001/2071007/11/BOX 1 ROOM 2/"
	    "Inactive/Unaffiliated" },
	{ "ma",
	  "Record Sequence Number |Voter ID Number |Last Name |First Name "
	    "|Residential Address Street Number |"
	    "Residential Address Street Name |Residential Address Zip Code |"
	    "Mailing Address - Street Number and Name |"
	    "Mailing Address - Apartment Number |Gender F/M |"
	    "State Representative District |Voter Status |\n"
	    "1|01AAA2345678|ma|Ada|12|OAK ST|02138|BOX 1|2|F|4|I|\n",
	    "01AAA2345678/MA/F/12 OAK ST/02138/4/BOX 1 2/Inactive" },
	{ "nj", "id,leg_id,party,status,last,first,dob_year,street_num,"
	    "street_base,street_suff,street_name,city,zip,district,"
	    "legislative\n"
	    "5,9,CNV,AF,nj,Ada,1970,12,,,OAK ST,SALEM,08079,7,3\n",
	    "5/NJ/1970/12 OAK ST/SALEM/08079/7/3/3/Active/Conservative" },
	{ "mo", "Voter ID\tFirst Name\tLast Name\tNon Standard Address\t"
	    "Residential City\tBirthdate\tPrecinct Name\tSplit\t"
	    "Congressional - New\tLegislative - New\tState Senate - New\t"
	    "Status\tVoter History 1\n"
	    "6\tAda\tmo\tRR 1\tNEOSHO\t1970\tNORTH\t\tCN 7\tLE 160\tSE 32\t"
	    "Inactive\t\n",
	    "6/MO/1970/RR 1/NEOSHO/NORTH/7/32/160/Inactive" },
	{ "wi", "Voter Reg Number,LastName,FirstName,Address1,Address2,"
	    "MailingAddress1,MailingCityStateZip,DistrictCombo,State,"
	    "Voter Status\n"
	    "0007,wi,Ada,12 Oak,\"Eau Claire, WI 54701\",PO Box 1,"
	    "\"St. Paul, MN 55101-0001\",,12,Inactive\n",
	    "0007/WI/12 Oak/Eau Claire/54701/PO Box 1/St. Paul/MN/55101-0001/"
	    "Cancelled" },
	{ "l2", "LALVOTERID,Voters_StateVoterID,Voters_FirstName,"
	    "Voters_LastName,Residence_Addresses_State,"
	    "State_Legislative_District,Parties_Description\n"
	    "LALNE8,8,Ada,l2,NE,21,Non-Partisan\n",
	    "8/NE/21/Unaffiliated" },
	{ "targetsmart", "vb_voterbase_id,vb_voterid,vb_tsmart_first_name,"
	    "vb_tsmart_last_name,vb_vf_reg_state,vb_tsmart_full_address,"
	    "vb_tsmart_city,vb_tsmart_zip,vb_tsmart_zip4,vb_tsmart_hd,"
	    "vb_voterbase_registration_status,voterbase_email\n"
	    "OH-9,9,Ada,targetsmart,OH,12 Oak St,Dayton,45402,0001,5,"
	    "Unregistered,ada@variants.example.org\n",
	    "9/OH/12 Oak St/Dayton/45402-0001/5/Other" },
};

Test(variants, other_headings_are_read)
{
	struct answer	*a;
	const char	*got;

	for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
		a = upload_text(ADMIN, variants[i].text, NULL);
		assert_status(a, 200);
		expect_text(a, "layout", variants[i].layout);
		expect_number(a, "created", 1);
		got = sql("SELECT concat_ws('/', voter_registration_id, "
		    "registration_state, suffix, date_of_birth, birth_year, "
		    "gender, street_address, city, zip_code, precinct, "
		    "congressional_district, state_senate_district, "
		    "state_house_district, mailing_address, mailing_city, "
		    "mailing_state, mailing_zip, registration_status, "
		    "party_affiliation) FROM cerberus.voters "
		    "WHERE last_name = '%s' AND first_name = 'Ada'",
		    variants[i].layout);
		cr_expect_str_eq(got, variants[i].stored, "%s: %s is not %s",
		    variants[i].layout, got, variants[i].stored);
	}
}
