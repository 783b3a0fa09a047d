from voter_layout import *


def layout():
    columns = ("ID_VOTER|County_Name|FIRST NAME|Mid|LAST NAME|Suffix|DATE OF BIRTH|SEX|HOUSE NO|STREET|STREET2|UNIT|"
        "CITY|STATE|ZIP|MAIL HOUSE NO|MAIL STREET|MAIL STREET2|MAIL UNIT|MAIL CITY|MAIL STATE|MAIL ZIP|"
        "REGISTRATION DATE|PartyAffiliation|Status|Congressional District|Senatorial District|Delegate District|"
        "Magisterial District|Precinct_Number|POLL_NAME").split("|")

    def extra(maker, raw, value):
        numbers(maker, raw, value, columns[25:29], 0)
        raw["second"] = value["second"] = "" if maker.people % 4 else "REAR HOUSE"
        raw["POLL_NAME"] = raw["city"] + " FIRE DEPT"

    return Layout("wv", "WV", columns, fields("""
            voter_registration_id=ID_VOTER, first_name=FIRST NAME, middle_name=Mid, last_name=LAST NAME,
            suffix=Suffix, date_of_birth=DATE OF BIRTH, gender=SEX, county=County_Name, city=CITY, state=STATE,
            zip_code=ZIP, street_address=HOUSE NO:number+STREET:road+STREET2:second+UNIT:unit,
            registration_date=REGISTRATION DATE,
            party_affiliation=PartyAffiliation, registration_status=Status, precinct=Precinct_Number,
            congressional_district=Congressional District:Congressional District,
            state_senate_district=Senatorial District:Senatorial District,
            state_house_district=Delegate District:Delegate District"""),
        delimiter="|", quote="none", eol="crlf", upper=True, date=STAMP, extra=extra,
        const={"registration_state": "WV"},
        codes=codes("""
            gender: F=F M=M N=U
            registration_status: Active=Active*85 Inactive=Inactive*12 Pending=Pending*2 Cancelled=Cancelled
            party_affiliation: Democrat=Democratic*33 Republican=Republican*38 Libertarian=Libertarian
                Mountain=Mountain No_Party=Unaffiliated*26"""))
