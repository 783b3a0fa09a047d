from voter_layout import *


def layout():
    columns = ("CanvassFileRequestID,VanID,Address,FirstName,LastName,StreetAddress,City,State,ZipOrPostal,County,"
        "Employer,Occupation,Email,HomePhone,IsHomePhoneACellExchange,CellPhone,WorkPhone,"
        "IsWorkPhoneACellExchange,Phone,OptInPhone,OptInStatus,OptInPhoneType,CongressionalDistrict,StateHouse,"
        "StateSenate,Party,PollingLocation,PollingAddress,PollingCity").split(",")

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["CongressionalDistrict", "StateHouse", "StateSenate"], 0.1)
        raw.update(CanvassFileRequestID="40271", VanID=raw["voter_registration_id"].lstrip("0"), Address=raw["mail"],
                   HomePhone=raw["phone_number"] if maker.draw() < 0.5 else "", CellPhone=raw["phone_number"],
                   IsHomePhoneACellExchange="0", IsWorkPhoneACellExchange="0", PollingCity=raw["city"])
        for c in ("HomePhone", "CellPhone"):
            value[c] = value["phone_number"] if raw[c] else None

    return Layout("van", "MA NJ CT NC", columns, fields("""
            first_name=FirstName, last_name=LastName, street_address=StreetAddress, city=City, state=State,
            zip_code=ZipOrPostal, county=County, employer=Employer, occupation=Occupation, email_address=Email,
            phone_number=Phone, party_affiliation=Party,
            home_phone=HomePhone:HomePhone, mobile_phone=CellPhone:CellPhone,
            congressional_district=CongressionalDistrict:CongressionalDistrict,
            state_senate_district=StateSenate:StateSenate, state_house_district=StateHouse:StateHouse"""), eol="crlf", phone=SPELLINGS[1], extra=extra,
        codes=codes("""
            party_affiliation: D=Democratic*40 R=Republican*20 U=Unaffiliated*25 L=Libertarian G=Green W=W =*5"""))
