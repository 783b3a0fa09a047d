from voter_layout import *


def layout():
    columns = """LAST:35 FIRST:20 MIDDLE:20 SUFFIX:3 YEAR:4 GENDER:1 REGISTERED:8 NUMBER_PREFIX:1 NUMBER:7 NUMBER_SUFFIX:4
        PREDIR:2 STREET:30 TYPE:6 POSTDIR:2 EXTENSION:13 CITY:35 STATE:2 ZIP:5 MAIL1:50 MAIL2:50 MAIL3:50 MAIL4:50
        MAIL5:50 ID:13 COUNTY:2 JURISDICTION:5 PRECINCT:6 SCHOOL:5 HOUSE:5 SENATE:5 CONGRESS:5 COMMISSIONER:5
        VILLAGE:5 VILLAGE_PRECINCT:6 SCHOOL_PRECINCT:6 ABSENTEE:1 STATUS:2 UOCAVA:1"""
    columns = [c.split(":") for c in columns.split()]
    return Layout("mi-fixed", "MI", [c for c, _ in columns], fields("""
            last_name=LAST, first_name=FIRST, middle_name=MIDDLE, suffix=SUFFIX, birth_year=YEAR, gender=GENDER,
            registration_date=REGISTERED,
            street_address=NUMBER:number+NUMBER_SUFFIX:half+PREDIR:predir+STREET:street+TYPE:type+POSTDIR:postdir
                +EXTENSION:unit, city=CITY, state=STATE, zip_code=ZIP, mailing_address=MAIL1,
            voter_registration_id=ID, county=COUNTY:county_code, precinct=PRECINCT:PRECINCT,
            state_house_district=HOUSE:HOUSE, state_senate_district=SENATE:SENATE,
            congressional_district=CONGRESS:CONGRESS, registration_status=STATUS"""),
        widths=[int(n) for _, n in columns], upper=True, date="{m:02}{d:02}{y}", encoding="latin-1", regid="{n:012}",
        const={"registration_state": "MI"}, skip="stray_quotes zip4",
        fill=fill("""PRECINCT: 000001 01004A 02012; HOUSE: 00001..110; SENATE: 1..38; CONGRESS: 1..13;
            JURISDICTION: 22000 34000; ABSENTEE: Y N"""),
        codes=codes("""
            gender: F=F*8 M=M*8
            registration_status: A=Active*80 V=Inactive*10 C=Cancelled R=Other CH=Other"""))
