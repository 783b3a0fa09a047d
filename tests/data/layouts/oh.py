from datetime import date

from voter_layout import *


def layout():
    fixed = """SOS_VOTERID COUNTY_NUMBER COUNTY_ID LAST_NAME FIRST_NAME MIDDLE_NAME SUFFIX DATE_OF_BIRTH
        REGISTRATION_DATE VOTER_STATUS PARTY_AFFILIATION RESIDENTIAL_ADDRESS1 RESIDENTIAL_SECONDARY_ADDR
        RESIDENTIAL_CITY RESIDENTIAL_STATE RESIDENTIAL_ZIP RESIDENTIAL_ZIP_PLUS4 RESIDENTIAL_COUNTRY
        RESIDENTIAL_POSTALCODE MAILING_ADDRESS1 MAILING_SECONDARY_ADDRESS MAILING_CITY MAILING_STATE
        MAILING_ZIP MAILING_ZIP_PLUS4 MAILING_COUNTRY MAILING_POSTAL_CODE CAREER_CENTER CITY
        CITY_SCHOOL_DISTRICT COUNTY_COURT_DISTRICT CONGRESSIONAL_DISTRICT COURT_OF_APPEALS
        EDU_SERVICE_CENTER_DISTRICT EXEMPTED_VILL_SCHOOL_DISTRICT LIBRARY LOCAL_SCHOOL_DISTRICT
        MUNICIPAL_COURT_DISTRICT PRECINCT_NAME PRECINCT_CODE STATE_BOARD_OF_EDUCATION
        STATE_REPRESENTATIVE_DISTRICT STATE_SENATE_DISTRICT TOWNSHIP VILLAGE WARD""".split()

    def tuesday(year, month):
        """The Tuesday after the month's first Monday."""
        return next(d for d in (date(year, month, n) for n in range(2, 9)) if d.weekday() == 1)

    tail = [f"{kind}-{tuesday(y, m):%m/%d/%Y}" for y in range(2000, 2027)
            for kind, m in (("PRIMARY", 5 if y % 4 else 3), ("GENERAL", 11)) if (y, m) < (2026, 11)]

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["CONGRESSIONAL_DISTRICT", "COURT_OF_APPEALS", "STATE_BOARD_OF_EDUCATION",
                             "STATE_REPRESENTATIVE_DISTRICT", "STATE_SENATE_DISTRICT"], 0)
        raw.update(COUNTY_ID=str(maker.people), CITY=raw["city"] + " CITY",
                   PRECINCT_CODE=raw["precinct"].replace("-", ""))
        for c in tail:
            raw[c] = "" if maker.draw() < 0.5 else "X" if c[0] == "G" else maker.pick("DRDRX")

    return Layout("oh", "OH", fixed + tail, fields("""
            voter_registration_id=SOS_VOTERID, first_name=FIRST_NAME, middle_name=MIDDLE_NAME, last_name=LAST_NAME,
            suffix=SUFFIX, date_of_birth=DATE_OF_BIRTH, registration_date=REGISTRATION_DATE,
            registration_status=VOTER_STATUS, party_affiliation=PARTY_AFFILIATION,
            street_address=RESIDENTIAL_ADDRESS1:line1+RESIDENTIAL_SECONDARY_ADDR:unit, city=RESIDENTIAL_CITY,
            state=RESIDENTIAL_STATE, zip_code=RESIDENTIAL_ZIP:zip5+RESIDENTIAL_ZIP_PLUS4:zip4,
            county=COUNTY_NUMBER:county_code, precinct=PRECINCT_NAME,
            congressional_district=CONGRESSIONAL_DISTRICT:CONGRESSIONAL_DISTRICT,
            state_senate_district=STATE_SENATE_DISTRICT:STATE_SENATE_DISTRICT,
            state_house_district=STATE_REPRESENTATIVE_DISTRICT:STATE_REPRESENTATIVE_DISTRICT"""), encoding="latin-1", upper=True, extra=extra,
        regid="OH{n:011}", const={"registration_state": "OH"}, skip="",
        codes=codes("""
            registration_status: ACTIVE=Active*85 CONFIRMATION=Inactive*15
            party_affiliation: D=Democratic*20 R=Republican*20 L=Libertarian G=Green =*50"""))
