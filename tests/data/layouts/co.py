from voter_layout import *


def layout():
    columns = """VOTER_ID COUNTY_CODE COUNTY LAST_NAME FIRST_NAME MIDDLE_NAME NAME_SUFFIX VOTER_NAME STATUS_CODE
        PRECINCT_NAME ADDRESS_LIBRARY_ID HOUSE_NUM HOUSE_SUFFIX PRE_DIR STREET_NAME STREET_TYPE POST_DIR UNIT_TYPE
        UNIT_NUM ADDRESS_NON_STD RESIDENTIAL_ADDRESS RESIDENTIAL_CITY RESIDENTIAL_STATE RESIDENTIAL_ZIP_CODE
        RESIDENTIAL_ZIP_PLUS EFFECTIVE_DATE REGISTRATION_DATE STATUS STATUS_REASON BIRTH_YEAR GENDER PRECINCT SPLIT
        VOTER_STATUS_ID PARTY PARTY_AFFILIATION_DATE PHONE_NUM MAIL_ADDR1 MAIL_ADDR2 MAIL_ADDR3 MAILING_CITY
        MAILING_STATE MAILING_ZIP_CODE MAILING_ZIP_PLUS MAILING_COUNTRY SPL_ID PERMANENT_MAIL_IN_VOTER CONGRESSIONAL
        STATE_SENATE STATE_HOUSE ID_REQUIRED""".split()

    def extra(maker, raw, value):
        for column, name, most in (("congressional_district", "Congressional", 8),
                                   ("state_senate_district", "State Senate", 35),
                                   ("state_house_district", "State House", 65)):
            value[column] = str(1 + int(maker.draw() * most))
            raw[column] = f"{name} {value[column]}"
        raw.update(COUNTY_CODE=raw["county_code"], VOTER_NAME=f"{raw['last_name']}, {raw['first_name']}",
                   STATUS_CODE=raw["registration_status"][:1], PRECINCT_NAME=raw["precinct"][-2:],
                   EFFECTIVE_DATE=raw["registration_date"], HOUSE_NUM=raw["number"], HOUSE_SUFFIX=raw["half"],
                   PRE_DIR=raw["predir"], STREET_NAME=raw["street"], STREET_TYPE=raw["type"], POST_DIR=raw["postdir"],
                   UNIT_TYPE=raw["unit_type"], UNIT_NUM=raw["unit_no"])

    return Layout("co", "CO", columns, fields("""
            voter_registration_id=VOTER_ID, county=COUNTY, last_name=LAST_NAME, first_name=FIRST_NAME,
            middle_name=MIDDLE_NAME, suffix=NAME_SUFFIX, street_address=RESIDENTIAL_ADDRESS, city=RESIDENTIAL_CITY,
            state=RESIDENTIAL_STATE, zip_code=RESIDENTIAL_ZIP_CODE:zip5+RESIDENTIAL_ZIP_PLUS:zip4,
            registration_date=REGISTRATION_DATE, registration_status=STATUS, birth_year=BIRTH_YEAR, gender=GENDER,
            precinct=PRECINCT, party_affiliation=PARTY, phone_number=PHONE_NUM, mailing_address=MAIL_ADDR1,
            mailing_city=MAILING_CITY, mailing_state=MAILING_STATE, mailing_zip=MAILING_ZIP_CODE,
            congressional_district=CONGRESSIONAL, state_senate_district=STATE_SENATE,
            state_house_district=STATE_HOUSE"""),
        upper=True, date=US, extra=extra, const={"registration_state": "CO"}, areas="303 719 720 970".split(),
        codes=codes("""
            gender: Female=F Male=M Unknown=U
            registration_status: Active=Active*88 Inactive=Inactive*12
            party_affiliation: UAF=Unaffiliated*45 DEM=Democratic*27 REP=Republican*24 LBR=Libertarian GRN=Green
                ACN=American_Constitution UNI=Unity APV=Approval_Voting"""),
        fill=fill("SPLIT: 1..4; PERMANENT_MAIL_IN_VOTER: Yes*8 No; ID_REQUIRED: N*9 Y; VOTER_STATUS_ID: 1..3"))
