from voter_layout import *


def layout():
    columns = """VoterId CountyCode FirstName MiddleName LastName NameSuffix HouseNumber StreetName UnitType UnitNumber
        Address2 City State ZipCode MailAddress MailCity MailState MailZipCode PhoneNumber RegistrationDate DOBYear
        StateMcdCode McdName PrecinctCode PrecinctName WardCode School SchSub Judicial Legislative StateSen
        Congressional Commissioner Park SoilWater Hospital LegacyId PermanentAbsentee""".split()

    def extra(maker, raw, value):
        senate = 1 + int(maker.draw() * 67)
        numbers(maker, raw, value, ["congressional_district"], 0)
        raw["state_senate_district"], value["state_senate_district"] = f"{senate:02}", str(senate)
        raw["state_house_district"] = value["state_house_district"] = f"{senate:02}{maker.pick('AB')}"
        raw.update(McdName=raw["city"], PrecinctCode=raw["precinct"].replace("-", ""), LegacyId=str(maker.people))

    return Layout("mn", "MN", columns, fields("""
            voter_registration_id=VoterId, county=CountyCode:county_code, first_name=FirstName, middle_name=MiddleName,
            last_name=LastName, suffix=NameSuffix,
            street_address=HouseNumber:number+StreetName:road+UnitType:unit_type+UnitNumber:unit_no, city=City,
            state=State, zip_code=ZipCode, mailing_address=MailAddress, mailing_city=MailCity, mailing_state=MailState,
            mailing_zip=MailZipCode, phone_number=PhoneNumber, registration_date=RegistrationDate, birth_year=DOBYear,
            precinct=PrecinctName, ward=WardCode, state_house_district=Legislative, state_senate_district=StateSen,
            congressional_district=Congressional"""),
        encoding="latin-1", quote="all", eol="crlf", upper=True, date=US, extra=extra,
        const={"registration_state": "MN"}, areas="218 320 507 612 651 763 952".split(),
        fill=fill("StateMcdCode: 1..90; WardCode: _*5 1..6; School: 1..40; SchSub: _*4 1..3; Judicial: 1..10; "
                  "Commissioner: 1..7; Park: _*4 1..3; SoilWater: 1..5; Hospital: _*6 1; PermanentAbsentee: N*6 Y"))
