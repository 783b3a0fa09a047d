from voter_layout import *


def layout():
    columns = """VTRID LASTNAME FIRSTNAME MIDDLENAME SUFFIX GENDER PARTY HOUSE_NUMBER HOUSE_SUFFIX STREET_PREDIRECTION
        STREETNAME STREETTYPE STREET_POSTDIRECTION UNITTYPE UNITNUMBER ADDRESS NON_STD_ADDRESS RESIDENTIALCITY
        RESIDENTIALSTATE RESIDENTIALZIP5 RESIDENTIALZIP4 MAILINGADDRESS MAILINGCITY MAILINGSTATE MAILINGZIP5
        MAILINGZIP4 COUNTRY STATUS_CODE STATE_REGISTRATION_DATE COUNTY_REGISTRATION_DATE PRECINCT SPLIT COUNTY
        CONGRESSIONAL_DISTRICTS LEGISLATIVE_DISTRICTS COUNCILMANIC_DISTRICTS WARD_DISTRICTS MUNICIPAL_DISTRICTS
        COMMISSIONER_DISTRICTS SCHOOL_DISTRICTS""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "ward"])
        raw["state_house_district"] = value["state_house_district"] = \
            f"{1 + int(maker.draw() * 47)}{maker.pick(['', 'A', 'B', 'C'])}"
        raw.update(ADDRESS=raw["line1"], COUNTY_REGISTRATION_DATE=raw["registration_date"])

    return Layout("md", "MD", columns, fields("""
            voter_registration_id=VTRID, last_name=LASTNAME, first_name=FIRSTNAME, middle_name=MIDDLENAME,
            suffix=SUFFIX, gender=GENDER, party_affiliation=PARTY,
            street_address=HOUSE_NUMBER:number+HOUSE_SUFFIX:half+STREET_PREDIRECTION:predir+STREETNAME:street
            +STREETTYPE:type+STREET_POSTDIRECTION:postdir+UNITTYPE:unit_type+UNITNUMBER:unit_no, city=RESIDENTIALCITY,
            state=RESIDENTIALSTATE, zip_code=RESIDENTIALZIP5:zip5+RESIDENTIALZIP4:zip4, mailing_address=MAILINGADDRESS,
            mailing_city=MAILINGCITY, mailing_state=MAILINGSTATE, mailing_zip=MAILINGZIP5,
            registration_status=STATUS_CODE, registration_date=STATE_REGISTRATION_DATE, precinct=PRECINCT,
            county=COUNTY, congressional_district=CONGRESSIONAL_DISTRICTS, state_house_district=LEGISLATIVE_DISTRICTS,
            ward=WARD_DISTRICTS"""),
        delimiter="\t", upper=True, date="{m:02}-{d:02}-{y}", extra=extra, const={"registration_state": "MD"},
        codes=codes("""
            gender: F=F M=M U=U
            registration_status: A=Active*90 I=Inactive*10
            party_affiliation: DEM=Democratic*52 REP=Republican*24 UNA=Unaffiliated*20 OLB=Libertarian OGRN=Green
                WCP=Working_Class BAR=Bread_and_Roses OTH=Other"""))
