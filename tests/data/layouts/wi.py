from voter_layout import *


def layout():
    columns = """Voter Reg Number, LastName, FirstName, MiddleName, Suffix, PhoneNumber, EmailAddress, Address1,
        Address2, MailingAddress1, MailingAddress2, MailingCityStateZip, HouseNumber, StreetName, UnitType, UnitNumber,
        ZipCode, Jurisdiction, DistrictCombo, Ward, Congressional, State Senate, State Assembly, Court of Appeals,
        Multi-Jurisdictional Judge, County, County Supervisory, Municipality, Aldermanic, School, High School, Sanitary,
        Technical College, Representational School, State, District Attorney, Circuit Court, First Class School,
        Incorporation, Voter Status, Voter Status Reason, ApplicationDate, ApplicationSource, IsPermanentAbsentee,
        Voter Type, November2018, November2020, November2024"""
    columns = [c.strip() for c in columns.split(",")]

    def extra(maker, raw, value):
        for column, name, most in (("congressional_district", "Congressional", 8),
                                   ("state_senate_district", "State Senate", 33),
                                   ("state_house_district", "Assembly", 99)):
            value[column] = str(1 + int(maker.draw() * most))
            raw[column] = f"{name} - District {value[column]}"
        raw["ward"] = value["ward"] = f"{raw['city']} - Ward {1 + int(maker.draw() * 30)}"
        box = raw["mailing_address"] != ""
        raw["mailing_town"] = "{mailing_city}, {mailing_state} {mailing_zip}".format(**raw) if box else ""
        raw.update(Municipality=raw["city"], HouseNumber=raw["number"], StreetName=raw["road"],
                   UnitType=raw["unit_type"], UnitNumber=raw["unit_no"], Jurisdiction=raw["city"],
                   DistrictCombo=str(maker.people % 500), State="Wisconsin")

    return Layout("wi", "WI", columns, fields("""
            voter_registration_id=Voter Reg Number, last_name=LastName, first_name=FirstName, middle_name=MiddleName,
            suffix=Suffix, phone_number=PhoneNumber, email_address=EmailAddress, street_address=Address1,
            city=Address2:town, state=Address2:town, mailing_address=MailingAddress1,
            mailing_city=MailingCityStateZip:mailing_town, mailing_state=MailingCityStateZip:mailing_town,
            mailing_zip=MailingCityStateZip:mailing_town, zip_code=ZipCode, precinct=Ward:ward, ward=Ward:ward,
            congressional_district=Congressional, state_senate_district=State Senate,
            state_house_district=State Assembly, county=County, registration_status=Voter Status,
            registration_date=ApplicationDate"""),
        delimiter="\t", eol="crlf", upper=True, date=US, extra=extra, regid="{n:010}",
        split="city state mailing_city mailing_state mailing_zip", const={"registration_state": "WI"},
        codes=codes("registration_status: Active=Active*92 Inactive=Cancelled*8"),
        fill=fill("November2018: _ At_Polls Absentee; November2020: _ At_Polls Absentee*2; November2024: _ At_Polls; "
                  "IsPermanentAbsentee: No*6 Yes; Voter Type: Regular*20 Military; ApplicationSource: In_Person Mail"))
