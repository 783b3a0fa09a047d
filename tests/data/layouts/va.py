from voter_layout import *


def layout():
    columns = """INV_NO IDENTIFICATION_NUMBER LAST_NAME FIRST_NAME MIDDLE_NAME SUFFIX HOUSE_NUMBER HOUSENUMBERSUFFIX
        STREET_NAME STREETTYPECODENAME DIRECTION POST_DIRECTION APT_NUM CITY STATE ZIP ADDRESS_LINE_1 ADDRESS_LINE_2
        ADDRESS_LINE_3 LOCALITY_CODE LOCALITYNAME PRECINCT_CODE_VALUE PRECINCTNAME TOWNNAME_CODE_VALUE
        TOWNNAME_CODE_NAME TOWNPREC_CODE_VALUE TOWNPREC_CODE_NAME CONG_CODE_VALUE STSENATE_CODE_VALUE
        STHOUSE_CODE_VALUE GENDER DOB REGISTRATION_DATE EFFECTIVE_DATE MAILING_ADDRESS_LINE_1 MAILING_ADDRESS_LINE_2
        MAILING_ADDRESS_LINE_3 MAILING_CITY MAILING_STATE MAILING_ZIP SUPERDIST_CODE_VALUE SUPERDIST_CODE_NAME
        MAILING_ADDRESS_USE_RESIDENCE STATUS""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "state_senate_district", "state_house_district"], 0)
        raw.update(INV_NO=str(maker.people), LOCALITY_CODE=raw["county_code"], EFFECTIVE_DATE=raw["registration_date"],
                   PRECINCT_CODE_VALUE=raw["precinct"][-2:], ADDRESS_LINE_1=raw["line1"],
                   MAILING_ADDRESS_USE_RESIDENCE="N" if raw["mailing_address"] else "Y")

    # DIRECTION is joined before STREET_NAME, which comes first in the file.
    return Layout("va", "VA", columns, fields("""
            voter_registration_id=IDENTIFICATION_NUMBER, last_name=LAST_NAME, first_name=FIRST_NAME,
            middle_name=MIDDLE_NAME, suffix=SUFFIX,
            street_address=HOUSE_NUMBER:number+HOUSENUMBERSUFFIX:half+DIRECTION:predir+STREET_NAME:street
            +STREETTYPECODENAME:type+POST_DIRECTION:postdir+APT_NUM:unit_no, city=CITY, state=STATE, zip_code=ZIP,
            county=LOCALITYNAME, precinct=PRECINCTNAME, congressional_district=CONG_CODE_VALUE,
            state_senate_district=STSENATE_CODE_VALUE, state_house_district=STHOUSE_CODE_VALUE, gender=GENDER,
            date_of_birth=DOB, registration_date=REGISTRATION_DATE, mailing_address=MAILING_ADDRESS_LINE_1,
            mailing_city=MAILING_CITY, mailing_state=MAILING_STATE, mailing_zip=MAILING_ZIP,
            registration_status=STATUS"""),
        encoding="latin-1", quote="all", eol="crlf", upper=True, date=US, extra=extra,
        const={"registration_state": "VA"},
        codes=codes("""
            gender: Female=F Male=M Unknown=U
            registration_status: Active=Active*88 Inactive=Inactive*8 Incomplete=Pending*2 Cancelled=Cancelled
                Denied=Other"""))
