from voter_layout import *


def layout():
    columns = """StateVoterID FName MName LName NameSuffix Birthyear Gender RegStNum RegStFrac RegStName RegStType
        RegUnitType RegStPreDirection RegStPostDirection RegStUnitNum RegCity RegState RegZipCode CountyCode
        PrecinctCode PrecinctPart LegislativeDistrict CongressionalDistrict Mail1 Mail2 Mail3 MailCity MailZip
        MailState MailCountry Registrationdate LastVoted StatusCode""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "legislative"], 0)

    return Layout("wa", "WA", columns, fields("""
            voter_registration_id=StateVoterID:voter_registration_id, first_name=FName, middle_name=MName,
            last_name=LName, suffix=NameSuffix, birth_year=Birthyear, gender=Gender,
            street_address=RegStNum:number+RegStFrac:half+RegStPreDirection:predir+RegStName:street+RegStType:type
            +RegStPostDirection:postdir+RegUnitType:unit_type+RegStUnitNum:unit_no, city=RegCity, state=RegState,
            zip_code=RegZipCode, county=CountyCode:county_code, precinct=PrecinctCode,
            congressional_district=CongressionalDistrict, state_senate_district=LegislativeDistrict:legislative,
            state_house_district=LegislativeDistrict:legislative, mailing_address=Mail1, mailing_city=MailCity,
            mailing_zip=MailZip, mailing_state=MailState, registration_date=Registrationdate,
            registration_status=StatusCode"""),
        delimiter="|", encoding="cp1252", eol="crlf", upper=True, extra=extra, regid="{n8:08}",
        const={"registration_state": "WA"},
        codes=codes("""
            gender: F=F M=M U=U
            registration_status: Active=Active*85 Inactive=Inactive*10 IM=Inactive A-DUP=Active P=Pending CD=Cancelled
                CF=Cancelled PDUPL=Other"""),
        fill=fill("PrecinctPart: 1..9; LastVoted: _ 2024-11-05*3 2025-11-04"))
