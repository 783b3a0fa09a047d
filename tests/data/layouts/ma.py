from voter_layout import *


def layout():
    columns = """Record Sequence Number, Voter ID Number, Last Name, First Name, Middle Name, Title,
        Residential Address Street Number, Residential Address Street Suffix, Residential Address Street Name,
        Residential Address Apartment Number, Residential Address Zip Code, Mailing Address ¿ Street Number and Name,
        Mailing Address - Apartment Number, Mailing Address - City or Town, Mailing Address - State,
        Mailing Address - Zip Code, Party Affiliation, Date of Birth, Date of Registration, Ward Number,
        Precinct Number, Congressional District Number, Senatorial District Number, State Representative District,
        Voter Status"""
    # The headings end in blanks, and the line in a delimiter.
    columns = [c.strip() + " " for c in columns.split(",")] + [""]

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "state_senate_district", "state_house_district"], 0)
        raw["Record Sequence Number "] = str(maker.people)

    maps = fields("""
            voter_registration_id=Voter ID Number, last_name=Last Name, first_name=First Name, middle_name=Middle Name,
            street_address=Residential Address Street Number:number+Residential Address Street Suffix:half
            +Residential Address Street Name:road+Residential Address Apartment Number:unit_no,
            zip_code=Residential Address Zip Code, mailing_address=Mailing Address ¿ Street Number and Name,
            mailing_city=Mailing Address - City or Town, mailing_state=Mailing Address - State,
            mailing_zip=Mailing Address - Zip Code, party_affiliation=Party Affiliation, date_of_birth=Date of Birth,
            registration_date=Date of Registration, ward=Ward Number, precinct=Precinct Number,
            congressional_district=Congressional District Number, state_senate_district=Senatorial District Number,
            state_house_district=State Representative District, registration_status=Voter Status""")
    maps = {our: {c + " ": key for c, key in to.items()} for our, to in maps.items()}
    return Layout("ma", "MA", columns, maps, delimiter="|", encoding="latin-1", eol="crlf", upper=True, date=US,
        extra=extra, regid="0ABC{n8:08}", const={"state": "MA", "registration_state": "MA"},
        codes=codes("""
            registration_status: A=Active*85 I=Inactive*15
            party_affiliation: U=Unaffiliated*55 D=Democratic*30 R=Republican*9 L=Libertarian J=Green-Rainbow
                CC=United_Independent Q=American_Independent FF=The_People's_Party"""),
        fill=fill("ward: 0..9"))
