from voter_layout import *


def layout():
    columns = """County, Voter ID, First Name, Middle Name, Last Name, Suffix, House Number, House Suffix,
        Pre Direction, Street Name, Street Type, Post Direction, Unit Type, Unit Number, Non Standard Address,
        Residential City, Residential State, Residential ZipCode, Mailing Address, Mailing City, Mailing State,
        Mailing ZipCode, Birthdate, Political Party, Registration Date, Precinct, Precinct Name, Split, Township, Ward,
        CONGRESSIONAL DISTRICT 20, LEGISLATIVE DISTRICT 20, SENATE DISTRICT 20, Voter Status"""
    columns = [c.strip() for c in columns.split(",")] + [f"Voter History {n}" for n in range(1, 21)]

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "state_senate_district", "state_house_district", "ward"])
        raw["Precinct"] = raw["precinct"].split("-")[1]

    return Layout("mo", "MO", columns, fields("""
            county=County, voter_registration_id=Voter ID, first_name=First Name, middle_name=Middle Name,
            last_name=Last Name, suffix=Suffix,
            street_address=House Number:number+House Suffix:half+Pre Direction:predir+Street Name:street
            +Street Type:type+Post Direction:postdir+Unit Type:unit_type+Unit Number:unit_no, city=Residential City,
            state=Residential State, zip_code=Residential ZipCode, mailing_address=Mailing Address,
            mailing_city=Mailing City, mailing_state=Mailing State, mailing_zip=Mailing ZipCode,
            date_of_birth=Birthdate, party_affiliation=Political Party, registration_date=Registration Date,
            precinct=Precinct Name, ward=Ward, congressional_district=CONGRESSIONAL DISTRICT 20,
            state_house_district=LEGISLATIVE DISTRICT 20, state_senate_district=SENATE DISTRICT 20,
            registration_status=Voter Status"""),
        delimiter="\t", eol="crlf", upper=True, date=US, extra=extra, const={"registration_state": "MO"},
        codes=codes("""
            registration_status: Active=Active*90 Inactive=Inactive*10
            party_affiliation: =*60 Democratic=Democratic*15 Republican=Republican*20 Unaffiliated=Unaffiliated*5"""),
        fill=fill("Split: 1..3; Township: _*3 CENTER; Voter History 1: 11/05/2024_General*2 _; "
                  "Voter History 2: 08/06/2024_Primary _*2"))
