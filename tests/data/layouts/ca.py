from voter_layout import *


def layout():
    phones = " ".join(f"Phone{n}Area Phone{n}Exchange Phone{n}NumberPart" for n in range(1, 5))
    columns = f"""CountyCode RegistrantID ExtractDate LastName FirstName MiddleName Suffix AddressNumber
        HouseFractionNumber AddressNumberSuffix StreetDirPrefix StreetName StreetType StreetDirSuffix UnitType
        UnitNumber City State Zip {phones} Email MailingAddressLine1 MailingAddressLine2 MailingAddressLine3
        MailingCity MailingState MailingZip5 MailingCountry Language DOB Gender PartyCode Status RegistrationDate
        Precinct PrecinctNumber RegistrationMethodCode PlaceOfBirth NamePrefix NonStandardAddress
        VoterStatusReasonCodeDesc AssistanceRequestFlag VbmVoterType EmsVoterId PrecinctId""".split()

    def extra(maker, raw, value):
        raw.update(EmsVoterId=str(maker.people), PrecinctNumber=raw["precinct"].replace("-", ""),
                   PrecinctId=str(1000 + maker.people % 40), ExtractDate="2024-01-16")
        if maker.chance(0.2):
            raw.update(Phone2Area=raw["area"], Phone2Exchange="555", Phone2NumberPart="0100")

    return Layout("ca", "CA", columns, fields("""
            county=CountyCode:county_code, voter_registration_id=RegistrantID, last_name=LastName,
            first_name=FirstName, middle_name=MiddleName, suffix=Suffix,
            street_address=AddressNumber:number+HouseFractionNumber:half+StreetDirPrefix:predir+StreetName:street
            +StreetType:type+StreetDirSuffix:postdir+UnitType:unit_type+UnitNumber:unit_no, city=City, state=State,
            zip_code=Zip, phone_number=Phone1Area:area+Phone1Exchange:exchange+Phone1NumberPart:line,
            email_address=Email, mailing_address=MailingAddressLine1, mailing_city=MailingCity,
            mailing_state=MailingState, mailing_zip=MailingZip5, date_of_birth=DOB, gender=Gender,
            party_affiliation=PartyCode, registration_status=Status, registration_date=RegistrationDate,
            precinct=Precinct"""),
        delimiter="\t", encoding="latin-1", extra=extra, regid="{n:09}", const={"registration_state": "CA"},
        skip="stray_quotes short_phone", areas="213 310 323 415 510 559 626 818 916".split(),
        codes=codes("""
            gender: F=F M=M U=U
            registration_status: A=Active*88 I=Inactive*12
            party_affiliation: DEM=Democratic*45 REP=Republican*25 NPP=Unaffiliated*22 GRN=Green LIB=Libertarian AI=AI
                PF=PF"""),
        fill=fill("Language: ENG*8 SPA CHI; RegistrationMethodCode: 01 03 05; PlaceOfBirth: CA*3 MX NY _; "
                  "NamePrefix: _*3 MR MS; VbmVoterType: P*4 N; AssistanceRequestFlag: N*9 Y"))
