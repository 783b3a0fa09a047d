from voter_layout import *


def layout():
    columns = """County_Code Voter_ID Name_Last Name_Suffix Name_First Name_Middle Requested_public_records_exemption
        Residence_Address_Line_1 Residence_Address_Line_2 Residence_City Residence_State Residence_Zipcode
        Mailing_Address_Line_1 Mailing_Address_Line_2 Mailing_Address_Line_3 Mailing_City Mailing_State
        Mailing_Zipcode Mailing_Country Gender Race Birth_Date Registration_Date Party_Affiliation Precinct
        Precinct_Group Precinct_Split Precinct_Suffix Voter_Status Congressional_District House_District
        Senate_District County_Commission_District School_Board_District Daytime_Area_Code Daytime_Phone_Number
        Daytime_Phone_Extension Email_address""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, columns[29:34], 0)
        raw.update(Requested_public_records_exemption="N", Race=maker.pick("123455556679"),
                   Daytime_Phone_Extension="12" if raw["area"] and maker.draw() < 0.03 else "")

    return Layout("fl", "FL", columns, fields("""
            voter_registration_id=Voter_ID, first_name=Name_First, middle_name=Name_Middle, last_name=Name_Last,
            suffix=Name_Suffix, street_address=Residence_Address_Line_1:line1+Residence_Address_Line_2:unit,
            city=Residence_City, state=Residence_State, zip_code=Residence_Zipcode, county=County_Code:county_code,
            precinct=Precinct, gender=Gender, date_of_birth=Birth_Date, registration_date=Registration_Date,
            party_affiliation=Party_Affiliation, registration_status=Voter_Status,
            phone_number=Daytime_Area_Code:area+Daytime_Phone_Number:local, email_address=Email_address,
            congressional_district=Congressional_District:Congressional_District,
            state_house_district=House_District:House_District,
            state_senate_district=Senate_District:Senate_District"""),
        delimiter="\t", encoding="cp1252", header=False, quote="none", date=US, extra=extra,
        areas="305 321 352 407 561 754 786 813 850 904 941 954".split(), const={"registration_state": "FL"},
        codes=codes("""
            gender: F=F M=M U=U
            registration_status: ACT=Active*85 INA=Inactive*12 PRE=Pending*3
            party_affiliation: DEM=Democratic*32 REP=Republican*38 NPA=Unaffiliated*26 LPF=Libertarian GRE=Green
                IND=IND CPF=CPF ECO=ECO PSL=PSL"""))
