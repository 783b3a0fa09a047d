from voter_layout import *


def layout():
    columns = """LALVOTERID Voters_Active Voters_StateVoterID Voters_CountyVoterID Voters_LastName Voters_FirstName
        Voters_MiddleName Voters_NameSuffix Residence_Addresses_AddressLine Residence_Addresses_ExtraAddressLine
        Residence_Addresses_City Residence_Addresses_State Residence_Addresses_Zip Residence_Addresses_ZipPlus4
        Mailing_Addresses_AddressLine Mailing_Addresses_ExtraAddressLine Mailing_Addresses_City Mailing_Addresses_State
        Mailing_Addresses_Zip Mailing_Addresses_ZipPlus4 VoterTelephones_LandlineFormatted
        VoterTelephones_CellPhoneFormatted Voters_Gender Voters_Age Voters_BirthDate Voters_OfficialRegDate
        Parties_Description County Precinct City_Ward US_Congressional_District State_Senate_District
        State_House_District""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "state_senate_district", "state_house_district", "ward"])
        raw.update(LALVOTERID=f"LAL{raw['state']}{maker.people:07}", Voters_CountyVoterID=str(maker.people),
                   Voters_Age=raw["age"])

    return Layout("l2", "NC PA NJ CA", columns, fields("""
            registration_status=Voters_Active, voter_registration_id=Voters_StateVoterID, last_name=Voters_LastName,
            first_name=Voters_FirstName, middle_name=Voters_MiddleName, suffix=Voters_NameSuffix,
            street_address=Residence_Addresses_AddressLine:line1+Residence_Addresses_ExtraAddressLine:unit,
            city=Residence_Addresses_City, state=Residence_Addresses_State:state,
            registration_state=Residence_Addresses_State:state,
            zip_code=Residence_Addresses_Zip:zip5+Residence_Addresses_ZipPlus4:zip4,
            mailing_address=Mailing_Addresses_AddressLine, mailing_city=Mailing_Addresses_City,
            mailing_state=Mailing_Addresses_State, mailing_zip=Mailing_Addresses_Zip,
            home_phone=VoterTelephones_LandlineFormatted, mobile_phone=VoterTelephones_CellPhoneFormatted,
            gender=Voters_Gender, date_of_birth=Voters_BirthDate, registration_date=Voters_OfficialRegDate,
            party_affiliation=Parties_Description, county=County, precinct=Precinct, ward=City_Ward,
            congressional_district=US_Congressional_District, state_senate_district=State_Senate_District,
            state_house_district=State_House_District"""),
        delimiter="\t", date=US, extra=extra,
        codes=codes("""
            gender: F=F M=M =*2
            registration_status: A=Active*90 I=Inactive*10
            party_affiliation: Democratic=Democratic*40 Republican=Republican*35 Non-Partisan=Unaffiliated*20
                Libertarian=Libertarian Green=Green Working_Family_Party=Working_Family_Party"""))
