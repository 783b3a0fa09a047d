from voter_layout import *


def layout():
    columns = """displayId leg_id party status reg_date last first middle suffix dob street_num street_pre street_post
        street_base street_suff street_name apt_unit city zip county municipality ward district congressional
        legislative freeholder school fire""".split()

    def extra(maker, raw, value):
        numbers(maker, raw, value, ["congressional_district", "legislative"], 0)
        raw.update(leg_id=str(maker.people), municipality=raw["city"])

    return Layout("nj", "NJ", columns, fields("""
            voter_registration_id=displayId, party_affiliation=party, registration_status=status,
            registration_date=reg_date, last_name=last, first_name=first, middle_name=middle, suffix,
            date_of_birth=dob, street_address=street_num:number+street_post:half+street_name:road+apt_unit:unit, city,
            zip_code=zip, county, ward, precinct=district, congressional_district=congressional,
            state_senate_district=legislative:legislative, state_house_district=legislative:legislative"""),
        date=US, extra=extra, regid="{n:010}", const={"state": "NJ", "registration_state": "NJ"}, upper=True,
        codes=codes("""
            registration_status: Active=Active*80 Active_Need_ID=Active Active_Federal_Election_Only=Active
                Inactive_Confirmation=Inactive*10 Inactive_Confirmation-Need_ID=Inactive Pending=Pending
                Pending_Need_ID=Pending Pending-17=Pending*2 Under_Review=Other
            party_affiliation: Democratic=Democratic*38 Republican=Republican*23 Unaffiliated=Unaffiliated*36
                Green_Party=Green Libertarian_Party=Libertarian Conservative_Party=Conservative
                U.S._Constitution_Party=Constitution"""),
        fill=fill("ward: _*6 1..5; freeholder: _*4 1..3; school: _*3 1..4; fire: _*5 1 2"))
