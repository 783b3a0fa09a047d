from voter_layout import *


def layout():
    columns = """LASTNAME FIRSTNAME MIDDLENAME NAMESUFFIX RADDNUMBER RHALFCODE RPREDIRECTION RSTREETNAME RPOSTDIRECTION
        RAPARTMENTTYPE RAPARTMENT RADDRNONSTD RCITY RZIP5 RZIP4 MAILADD1 MAILADD2 MAILADD3 MAILADD4 DOB GENDER
        ENROLLMENT OTHERPARTY COUNTYCODE ED LD TOWNCITY WARD CD SD AD LASTVOTERDATE PREVYEARVOTED PREVCOUNTY
        PREVADDRESS PREVNAME COUNTYVRNUMBER REGDATE VRSOURCE IDREQUIRED IDMET STATUS REASONCODE INACT_DATE PURGE_DATE
        SBOEID VoterHistory""".split()
    elections = ["20241105 GE", "20240625 PR", "20231107 GE", "20221108 GE", "2020 GENERAL ELECTION", "PP 20200623"]

    def extra(maker, raw, value):
        raw["TOWNCITY"] = raw["city"]
        raw["COUNTYVRNUMBER"] = str(maker.people)
        raw["VoterHistory"] = ";".join(e for e in elections if maker.draw() < 0.5)

    return Layout("ny", "NY", columns, fields("""
            last_name=LASTNAME, first_name=FIRSTNAME, middle_name=MIDDLENAME, suffix=NAMESUFFIX,
            street_address=RADDNUMBER:number+RHALFCODE:half+RPREDIRECTION:predir+RSTREETNAME:named
                +RPOSTDIRECTION:postdir+RAPARTMENTTYPE:unit_type+RAPARTMENT:unit_no, city=RCITY,
            zip_code=RZIP5:zip5+RZIP4:zip4, mailing_address=MAILADD1, date_of_birth=DOB, gender=GENDER,
            party_affiliation=ENROLLMENT, county=COUNTYCODE:county_code, precinct=ED:ED, ward=WARD:WARD,
            congressional_district=CD:CD, state_senate_district=SD:SD, state_house_district=AD:AD,
            registration_date=REGDATE, registration_status=STATUS, voter_registration_id=SBOEID"""),
        header=False, quote="all", eol="crlf", encoding="latin-1", upper=True, date=PLAIN, regid="NY{n:018}",
        extra=extra, const={"state": "NY", "registration_state": "NY"}, skip="stub",
        fill=fill("ED: 1..120; WARD: _*9 1..9; CD: 1..26; SD: 1..63; AD: 1..150; VRSOURCE: MAIL DMV LOCALREG AGCY"),
        codes=codes("""
            gender: F=F*8 M=M*8 X=X U=U
            registration_status: A=Active*80 AM=Active I=Inactive*10 P=Cancelled*8 17=Pending
            party_affiliation: DEM=Democratic*48 REP=Republican*22 BLK=Unaffiliated*24 CON=CON WOR=WOR OTH=OTH"""))
