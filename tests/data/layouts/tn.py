from voter_layout import *


def layout():
    columns = """STATE_ID LNAME FNAME TITLE ADDRESS ADDRESS2 CITY STATE ZIP DOB PCT_NBR MAIL MAIL2 MAILCITY MAILSTATE
        MAILZIP MNAME E_1 E_2""".split()
    return Layout("tn", "TN", columns, fields("""
            voter_registration_id=STATE_ID, last_name=LNAME, first_name=FNAME,
            street_address=ADDRESS:line1+ADDRESS2:unit, city=CITY, state=STATE, zip_code=ZIP, date_of_birth=DOB,
            precinct=PCT_NBR, mailing_address=MAIL, mailing_city=MAILCITY, mailing_state=MAILSTATE,
            mailing_zip=MAILZIP, middle_name=MNAME"""),
        upper=True, const={"registration_state": "TN"}, fill=fill("TITLE: _*8 JR SR; E_1: YDY YRY _*2; E_2: YDN _"))
