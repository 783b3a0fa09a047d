from voter_layout import *


def layout():
    columns = """COUNTY_CODE PRECINCT VUID LAST_NAME FIRST_NAME MIDDLE_NAME FORMER_LAST_NAME SUFFIX GENDER DOB
        PERM_HOUSE_NUMBER PERM_DESIGNATOR PERM_DIRECTIONAL_PREFIX PERM_STREET_NAME PERM_STREET_TYPE
        PERM_DIRECTIONAL_SUFFIX PERM_UNIT_NUMBER PERM_UNIT_TYPE PERM_CITY PERM_ZIPCODE MAILING_ADDRESS_1
        MAILING_ADDRESS_2 MAILING_CITY MAILING_STATE MAILING_ZIPCODE EDR STATUS_CODE HISPANIC_SURNAME_FLAG""".split()
    return Layout("tx", "TX", columns, texas(), upper=True, date=PLAIN, regid="1{n:09}",
        const={"state": "TX", "registration_state": "TX"}, fill=fill("HISPANIC_SURNAME_FLAG: Y N*3"),
        codes=codes("""
            gender: F=F*8 M=M*8 U=U
            registration_status: V=Active*85 S=Inactive*14 C=Cancelled"""))


def texas():
    """Where our columns are, in the files with and without a header."""
    return fields("""
        county=COUNTY_CODE:county_code, precinct=PRECINCT, voter_registration_id=VUID, last_name=LAST_NAME,
        first_name=FIRST_NAME, middle_name=MIDDLE_NAME, suffix=SUFFIX, gender=GENDER, date_of_birth=DOB,
        street_address=PERM_HOUSE_NUMBER:number+PERM_DESIGNATOR:half+PERM_DIRECTIONAL_PREFIX:predir
            +PERM_STREET_NAME:street+PERM_STREET_TYPE:type+PERM_DIRECTIONAL_SUFFIX:postdir+PERM_UNIT_TYPE:unit_type
            +PERM_UNIT_NUMBER:unit_no, city=PERM_CITY, zip_code=PERM_ZIPCODE, mailing_address=MAILING_ADDRESS_1,
        mailing_city=MAILING_CITY, mailing_state=MAILING_STATE, mailing_zip=MAILING_ZIPCODE, registration_date=EDR,
        registration_status=STATUS_CODE""")
