from voter_layout import *


def layout():
    columns = """Registrant ID, Registration Date, Effective Date of Change, Year of Birth, Last Name, First Name,
        Middle Name, Suffix, Status, Status Reason, County, House Number, Street Prefix, Street Name, Street Type,
        Street Suffix, Unit Type, Unit Number, Residence Address, Residence City, Residence State, Residence Zip,
        Mailing Address, Mailing Address 2, Mailing City, Mailing State, Mailing Zip, Mailing Country, Party, AEVL,
        Phone, Occupation, Precinct Part, Congressional, Board of Supervisors, Legislative, Municipal, Precinct,
        VRAZVoterID, FedIDOnly, FedNoID, EL1, EL2"""
    columns = [c.strip() for c in columns.split(",")]

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "legislative"], 0)
        raw.update({"Effective Date of Change": raw["registration_date"], "House Number": raw["number"],
                    "Street Prefix": raw["predir"], "Street Name": raw["street"], "Street Type": raw["type"],
                    "Unit Type": raw["unit_type"], "Unit Number": raw["unit_no"], "Municipal": raw["city"],
                    "VRAZVoterID": str(maker.people)})

    return Layout("az", "AZ", columns, fields("""
            voter_registration_id=Registrant ID, registration_date=Registration Date, birth_year=Year of Birth,
            last_name=Last Name, first_name=First Name, middle_name=Middle Name, suffix=Suffix,
            registration_status=Status, county=County, street_address=Residence Address, city=Residence City,
            state=Residence State, zip_code=Residence Zip, mailing_address=Mailing Address, mailing_city=Mailing City,
            mailing_state=Mailing State, mailing_zip=Mailing Zip, party_affiliation=Party, phone_number=Phone,
            occupation=Occupation, congressional_district=Congressional, state_senate_district=Legislative:legislative,
            state_house_district=Legislative:legislative, precinct=Precinct"""),
        date=US, quote="all", eol="crlf", upper=True, extra=extra, const={"registration_state": "AZ"},
        codes=codes("""
            registration_status: Active=Active*80 Inactive=Inactive*14 Suspense=Pending*2 Canceled=Cancelled*2
                Not_Registered=Other
            party_affiliation: REP=Republican*35 DEM=Democratic*30 PND=Unaffiliated*20
                Party_Not_Designated=Unaffiliated IND=Independent*10 LBT=Libertarian GRN=Green LIB=Liberal OTH=Other
                AME=AME"""),
        fill=fill("AEVL: Y*3 N; Board of Supervisors: 1..5; Precinct Part: 1..4; FedIDOnly: N*9 Y; EL1: EV*3 PP _"))
